"""The review gate: what a repo at one revision is made of, what its runs record, and whether a policy lets it pass.

Promises: reads findings, references and programs of one finished run, and nothing else of the repo. Refuses to know: how
the run came about, and how a page is written.
"""
