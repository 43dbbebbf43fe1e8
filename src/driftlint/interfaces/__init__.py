"""What a program of the repo takes on its command line, read off its code.

Promises: one model for every parser library; what the code makes up only when it runs leaves the interface open, with the
reason, and nothing is said of unknown options then. Refuses to know: rules, and which commands are written anywhere.
"""
