"""The language server: the engine behind an editor.

`service` speaks the protocol, `desk` decides when to look again, `checked` runs the engine over one project. Promises:
what an editor shows is what `check` would show of the same texts. Refuses to know: how an answer comes about.
"""
