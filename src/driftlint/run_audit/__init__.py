"""The audit of a finished run: which parts its record holds, and whether they agree with the repo at its commit.

Promises: reads a `RunRecord` and what a session found at one commit. Refuses to know: formats of trackers, git.
"""
