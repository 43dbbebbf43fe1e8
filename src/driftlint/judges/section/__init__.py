"""The reproducibility section of a report: found, read, and compared with the repo, once a run for all rules about it.

Promises: faults stand where the section says what is wrong. Refuses to know: rules, and words (the packs' ``[report]`` has them).
"""
