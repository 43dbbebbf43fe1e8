"""A checkout after a clone.

Promises: the clone stays as it is; what follows it on its line follows the checkout. Refuses to know: which commit.
Sources: git 2.53, git-clone(1) and git-submodule(1): a clone with submodules checks out those of the branch, so they are
set anew.
"""

from __future__ import annotations

from driftlint.mentions.clone_line import CloneLine
from driftlint.text import Edit, Span


def check_out(path: str, clone: CloneLine, commit: str) -> Edit:
    """Return the edit that checks a commit out where the clone has put it."""
    words = f" && git -C {clone.folder} checkout {commit}"
    if clone.recursive:
        words += f" && git -C {clone.folder} submodule update --init --recursive"
    return Edit(path, Span(clone.end, clone.end), "", words)
