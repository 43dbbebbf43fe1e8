"""PEP 723: the ``# /// script`` block of a Python file.

Promises: its dependencies with their places.
Refuses to know: the Python around it.
Source: PEP 723, whose reference regular expression decides what is a block.
"""

from __future__ import annotations

import re

import tomli

from driftlint.documents.model import Document
from driftlint.facts import Mention, Pin
from driftlint.late_regex import compile_late
from driftlint.mentions.groups import path_groups
from driftlint.mentions.package_mention import package_mention
from driftlint.mentions.requirement import HOST, Requirement, judge_requirement
from driftlint.text import Span

_BLOCK = compile_late(r"(?m)^# /// script[ \t]*\r?$\s(?P<content>(?:^#(?:| .*)$\s)+)^# ///[ \t]*\r?$")


def extract_script_block(document: Document) -> list[Mention]:
    """Return the packages that a script's metadata block asks for; a malformed block gives none."""
    if "# /// script" not in document.text:
        return []
    block = _BLOCK.search(document.text)
    if block is None:
        return []
    content = "".join(
        line[2:] if line.startswith("# ") else line[1:] for line in block["content"].splitlines(keepends=True)
    )
    try:
        table = tomli.loads(content.replace("\r\n", "\n"))
    except (ValueError, RecursionError):
        return []
    groups = path_groups(document.path)
    found: list[Mention] = []
    at, end = block.span("content")
    dependencies = table.get("dependencies")
    for text in dependencies if isinstance(dependencies, list) else []:
        if not isinstance(text, str):
            continue
        place = _find_quoted(document.text, text, at, end)
        judged = judge_requirement(text, at if place is None else place)
        if judged is None:
            continue
        if place is None:
            whole = Span(block.start(), end)
            judged = Requirement(judged.host, judged.name, judged.form, judged.pin, whole, whole, None, judged.note)
        else:
            at = place + len(text)
        found.append(package_mention(judged, "requirement", groups))
    python = table.get("requires-python")
    if isinstance(python, str) and (place := _find_quoted(document.text, python, block.start(), end)) is not None:
        span = Span(place, place + len(python))
        pin = Pin("version" if re.fullmatch(r"==\s*\d+\.\d+\.\d+", python) else "range", python)
        found.append(
            package_mention(Requirement(HOST, "python", "version", pin, span, span, span), "requirement", groups)
        )
    return found


def _find_quoted(text: str, value: str, start: int, end: int) -> int | None:
    for quote in "\"'":
        at = text.find(f"{quote}{value}{quote}", start, end)
        if at >= 0:
            return at + 1
    return None
