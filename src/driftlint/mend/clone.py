"""A checkout after a clone.

Promises: the clone stays as it is; what follows it on its line follows the checkout; where the clone's failure ends a script,
it still does. Refuses to know: which commit.
Sources: git 2.53, git-clone(1) and git-submodule(1): a clone with submodules checks out those of the branch, so they are
set anew; POSIX.1-2024, set: under ``-e`` a command that fails before an ``&&`` ends nothing.
"""

from __future__ import annotations

from driftlint.documents.model import Document
from driftlint.late_regex import compile_late
from driftlint.mentions.clone_line import CloneLine
from driftlint.text import Edit, Span

_REST = compile_late(r"[ \t]*(?:#[^\r\n]*)?(?=\r?\n|\r?\Z)")
_GOES_ON = compile_late(r"(?:\\|&&|\|)[ \t]*\r?\Z")


def check_out(document: Document, clone: CloneLine, commit: str) -> Edit:
    """Return the edit that checks a commit out where the clone has put it.

    On a line of its own where the clone has one in a script that a failure may end, else behind an ``&&``.
    """
    commands = [f"git -C {clone.folder} checkout {commit}"]
    if clone.recursive:
        commands.append(f"git -C {clone.folder} submodule update --init --recursive")
    text = document.text
    line = text.rfind("\n", 0, clone.start) + 1
    indent, rest = text[line : clone.start], _REST.match(text, clone.end)
    alone = not indent.strip() and rest is not None and _GOES_ON.search(text[: max(0, line - 1)]) is None
    if rest is not None and alone and document.kind == "shell":
        newline = "\r\n" if text[rest.end() : rest.end() + 2] == "\r\n" else "\n"
        return Edit(document.path, Span(rest.end(), rest.end()), "", "".join(f"{newline}{indent}{c}" for c in commands))
    return Edit(document.path, Span(clone.end, clone.end), "", "".join(f" && {c}" for c in commands))
