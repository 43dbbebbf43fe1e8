"""The pinned set beside what others know about it: which pins cannot be kept.

Promises: nothing here runs unless the `audit` command is asked for, and a package that nobody was asked about never looks
clean. Refuses to know: rules and findings. A vulnerability is no drift: the pin repeats, and still it has to go.
"""
