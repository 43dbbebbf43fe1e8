"""Which folder of the repo does a ``cd`` of a script lead to?

Promises: paths as they are written, from the folder before; the script's own folder (``$(dirname "$0")``), the top of the work
tree (``$(git rev-parse --show-toplevel)``), and variables of the script that hold one of these.
Refuses to know: anything else that an expansion holds; folders outside the repo.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from driftlint.late_regex import compile_late
from driftlint.mentions.command_line import Line

_OWN = r'\$\(\s*dirname\s+(?:--\s+)?"?\$(?:0|\{0\}|BASH_SOURCE|\{BASH_SOURCE(?:\[0\])?\})"?\s*\)'
_SILENT = r"(?:\s*(?:[12&]?>(?:&?[12]|\s*/dev/null)))*"
_HERE = compile_late(
    rf'{_OWN}|\$\(\s*cd\s+(?:--\s+)?"?{_OWN}(?P<inner>(?:/[\w.-]+)*)/?"?{_SILENT}\s*(?:&&|;)\s*pwd(?:\s+-P)?\s*\)'
)
_TOP = compile_late(r"\$\(\s*git rev-parse --show-toplevel\s*\)")
_VARIABLE = compile_late(r"\$(?:\{(\w+)\}|(\w+))")
_REST = compile_late(r"(?:/[\w.-]+)*/?")


def enter(folder: str | None, line: Line, path: str, variables: Mapping[str, str]) -> str | None:
    """Return the folder after a ``cd``, "" for the root of the repo; None once it leaves what the text says.

    `folder` is the one before, `path` the script, `variables` what the script assigns, as written.
    """
    if len(line.words) != 1:
        return None
    word = line.words[0]
    if not word.fixed:
        return _expand(word.text, path, variables)
    if folder is None or word.text.startswith(("/", "~", "-")):
        return None
    return _inside(posixpath.join(folder, word.text))


def _expand(text: str, path: str, variables: Mapping[str, str]) -> str | None:
    own, top = _HERE.match(text), _TOP.match(text)
    found: str | None = None
    end = 0
    if own is not None:
        found, end = f"{posixpath.dirname(path)}{own['inner'] or ''}".lstrip("/"), own.end()
    elif top is not None:
        found, end = "", top.end()
    else:
        name = _VARIABLE.match(text)
        held = variables.get(name[1] or name[2]) if name is not None else None
        if name is not None and held is not None and _VARIABLE.match(held) is None:
            found, end = _expand(held, path, {}), name.end()
    if found is None or _REST.fullmatch(text, end) is None:
        return None
    return _inside(found + text[end:] if found else text[end:].lstrip("/"))


def _inside(path: str) -> str | None:
    found = posixpath.normpath(path)
    return None if found.startswith("..") else "" if found == "." else found
