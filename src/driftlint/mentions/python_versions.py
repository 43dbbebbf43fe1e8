"""Files that choose the interpreter: ``.python-version``, ``runtime.txt``, ``.tool-versions``, mise.

Promises: one mention of kind "python" a version that the file names, at that version.
Refuses to know: which of the files an installer reads first, other implementations than CPython, and
environments that only have a name.
Sources: the file formats of pyenv 2.5, uv 0.13.9, asdf 0.18 and mise 2026; Heroku's and Binder's ``runtime.txt``.
"""

from __future__ import annotations

import re

from driftlint.documents.model import Document, Node
from driftlint.facts import Mention, Pin
from driftlint.late_regex import compile_late
from driftlint.mentions.groups import path_groups
from driftlint.mentions.package_mention import package_mention
from driftlint.mentions.pyproject import python_mention
from driftlint.mentions.quoting import string_items
from driftlint.mentions.requirement import HOST, Requirement
from driftlint.text import Span

_PYENV = compile_late(
    r"^[ \t]*(?:(?:cpython|python)[@-]?)?(?P<version>\d+(?:\.\d+)*(?:(?:a|b|rc)\d+|-dev|t)?)"
    r"(?:-[\w.-]+)?[ \t]*(?:#.*)?\r?$",
    re.MULTILINE,
)
_RUNTIME = compile_late(r"^python-(?P<version>\d+(?:\.\d+)*)[ \t]*\r?$", re.MULTILINE)
_TOOL_VERSIONS = compile_late(r"^python[ \t]+(?P<versions>[^#\r\n]+)", re.MULTILINE)
_VERSION = compile_late(r"(?<![\w.-])\d+(?:\.\d+)*(?![\w.-])")
_FILES = {".python-version": _PYENV, ".python-versions": _PYENV, "runtime.txt": _RUNTIME}


def is_python_version_file(base: str) -> bool:
    """Return whether a file of this name chooses an interpreter version by lines of text."""
    return base in _FILES or base == ".tool-versions"


def extract_python_versions(document: Document) -> list[Mention]:
    """Return the versions that a line-based version file names; comments and named environments give none."""
    base = document.path.rsplit("/", 1)[-1]
    groups = path_groups(document.path)
    if base == ".tool-versions":
        return [
            python_version(version.group(), line.start("versions") + version.start(), groups)
            for line in _TOOL_VERSIONS.finditer(document.text)
            for version in _VERSION.finditer(line["versions"])
        ]
    pattern = _FILES.get(base)
    found = pattern.finditer(document.text) if pattern is not None else ()
    return [python_version(match["version"], match.start("version"), groups) for match in found]


def python_version(text: str, at: int, groups: tuple[str, ...], form: str = "requirement") -> Mention:
    """Return the mention of an interpreter version that stands at code point `at`; three numbers name one release."""
    span = Span(at, at + len(text))
    return package_mention(Requirement(HOST, "python", "version", judge_version(text), span, span, span), form, groups)


def judge_version(text: str) -> Pin:
    """Return the pin of an interpreter version: "version" for a full one, "range" for a series or a comparison."""
    bare = text.strip().removeprefix("==").strip()
    if "$" in text or "{" in text:
        return Pin("unknown", text)
    return Pin("version" if re.fullmatch(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?", bare) else "range", text)


def extract_mise(document: Document) -> list[Mention]:
    """Return the interpreter versions of a ``mise.toml``: a text, a list of texts, or a table with ``version``."""
    if not isinstance(document.body, Node):
        return []
    node = document.body.walk(("tools", "python"))
    if node is not None and node.kind == "map":
        node = node.get("version")
    return [
        python_mention(document, item, "requirement", path_groups(document.path))
        for item in string_items(node)
        if item.raw[:1].isdigit()
    ]
