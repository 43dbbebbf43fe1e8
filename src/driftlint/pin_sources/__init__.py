"""Where pins come from: one module a kind of evidence.

Promises: a source reads files, of the repo through the workspace and of this machine where it is told to look; it runs
nothing and asks no network. Refuses to know: findings, and how a pin is written.
"""
