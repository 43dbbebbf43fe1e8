"""Mends: from a finding's target to edits, from edits to files.

Promises: every byte that an edit does not name stays. Refuses to know: rules, and how findings come about.
"""
