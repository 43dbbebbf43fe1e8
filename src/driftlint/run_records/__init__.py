"""What finished runs stored: one reader for each tracker's format, from files to a `RunRecord`.

Promises: nothing is written, unpacked to disk, imported or run; sizes and depths are bounded; what a format holds in a form
that is not read is named in the record. Refuses to know: the repo that the run was made from, and what is good enough.
"""
