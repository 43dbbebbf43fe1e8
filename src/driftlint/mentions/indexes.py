"""Where packages come from, when that place moves by design: nightly indexes, and switches that admit pre-releases.

Promises: one mention of kind "index" a switch or an address, in requirements files, tables, environment files and commands.
Refuses to know: which versions an index holds. An index without such a name is a matter of who runs it, not of drift.
Sources: pip 26.3, uv 0.13.9 and conda's ``--help``; the nightly channels of the large frameworks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from driftlint.documents.model import Document, Node, RequirementLine, Scalar, Word
from driftlint.facts import Mention, Pin
from driftlint.late_regex import compile_late
from driftlint.mentions.command_line import Line
from driftlint.mentions.quoting import scalar_text, string_items
from driftlint.text import Span

_MOVING = compile_late(
    r"(?<![a-z])(?:nightl(?:y|ies)|snapshots?|daily|weekly)(?![a-z])|/whl/test(?:/|$)", re.IGNORECASE
)
_BUILD = compile_late(r"/(?:cu\d{2,3}|cpu|rocm[\d.]+|xpu)(?:[/_-]|\.html|$)|[/_+-](?:cu\d{3})(?:[/_.-]|$)")
INDEXED = "indexed"
"""Group of requirements that stand beside one index of builds, which decides among builds of one version."""
_LOGIN = compile_late(r"//[^/@\s]*@")
_ADDRESS_FLAGS = frozenset(
    ["-f", "--find-links", "-i", "--index-url", "--extra-index-url", "--index", "--default-index", "--pypi-url"]
)
_CHANNEL_FLAGS = frozenset(["-c", "--channel"])
_PIP = compile_late(r"pip[\d.]*|uv|uvx|pdm|poetry|pipx")
_CONDA = frozenset(["conda", "mamba", "micromamba", "pixi"])
_ACTIONS = frozenset(
    ["install", "download", "wheel", "add", "sync", "compile", "lock", "create", "update", "run", "tool"]
)
_PRERELEASE = ("--pre", "--prerelease", "--allow-prereleases")


def is_moving_index(text: str) -> bool:
    """Return whether an index address or a channel name says that its content is replaced day by day."""
    return _MOVING.search(text) is not None


def names_build(text: str) -> bool:
    """Return whether an index address holds the builds of one accelerator only (``/whl/cu121``, ``/whl/cpu``)."""
    return _BUILD.search(text) is not None


def _may_name_build(text: str) -> bool:
    return names_build(text) or "$" in text  # what a variable holds may be such an index: nothing is said then


def _mention(name: str, span: Span, groups: tuple[str, ...], host: str = "python") -> Mention:
    name = _LOGIN.sub("//", name)
    return Mention("index", host, name, Pin("moving", name), span, span, "index", span, groups)


def command_indexes(line: Line, groups: tuple[str, ...]) -> list[Mention]:
    """Return the moving indexes and the pre-release switches of an install command."""
    pip = _PIP.fullmatch(line.program) is not None
    if not pip and line.program not in _CONDA:
        return []
    if not any(word.text in _ACTIONS for word in line.words[:4]):
        return []
    found = []
    addresses = _ADDRESS_FLAGS if pip else _CHANNEL_FLAGS
    for at, word in enumerate(line.words):
        name, equals, value = word.text.partition("=")
        after = line.words[at + 1] if at + 1 < len(line.words) else None
        if pip and name in _PRERELEASE:
            mode = value if equals else after.text if after is not None and name == "--prerelease" else "allow"
            if mode == "allow":
                found.append(_mention(name, word.span, groups))
        elif name in addresses:
            given = Word(value, word.span, word.fixed) if equals else after
            if given is not None and is_moving_index(given.text):
                found.append(_mention(given.text, given.span, groups, "python" if pip else "conda"))
        elif not pip and "::" in word.text and is_moving_index(word.text.split("::")[0]):
            found.append(_mention(word.text.split("::")[0], word.span, groups, "conda"))
    return _without_needless(found)


def _without_needless(found: list[Mention]) -> list[Mention]:
    """Return the mentions without the switches, where an index is named: nightly builds need the switch, it is one choice."""
    indexes = [mention for mention in found if not mention.name.startswith("--")]
    return indexes or found[:1]


def requirements_build(lines: Iterable[RequirementLine]) -> tuple[str, ...]:
    """Return the group of a requirements file's lines if an option line names one index of builds."""
    chosen = {line.value for line in lines if line.option in _ADDRESS_FLAGS and _may_name_build(line.value)}
    return (INDEXED,) if len(chosen) == 1 else ()


def command_build(line: Line) -> tuple[str, ...]:
    """Return the group of a command's words if it names one index of builds, or lets the installer take one backend."""
    chosen = set()
    for at, word in enumerate(line.words if _PIP.fullmatch(line.program) else ()):
        after = line.words[at + 1] if at + 1 < len(line.words) else None
        name, equals, value = word.text.partition("=")
        given = value if equals else after.text if after is not None else ""
        if (name in _ADDRESS_FLAGS and _may_name_build(given)) or (
            name == "--torch-backend" and given not in ("", "auto")
        ):
            chosen.add(given)
    return (INDEXED,) if len(chosen) == 1 else ()


def requirements_indexes(document: Document, groups: tuple[str, ...]) -> list[Mention]:
    """Return the moving indexes and the ``--pre`` of a requirements file's option lines."""
    found = []
    for line in document.body if isinstance(document.body, tuple) else ():
        if not isinstance(line, RequirementLine):
            continue
        if line.option == "--pre":
            found.append(_mention("--pre", line.span, groups))
        elif line.option in _ADDRESS_FLAGS and is_moving_index(line.value):
            found.append(_mention(line.value, line.span, groups))
    return _without_needless(found)


def channel_indexes(document: Document, channels: Node | None, groups: tuple[str, ...]) -> list[Mention]:
    """Return the moving channels of an environment file or a pixi manifest."""
    found = []
    for item in channels.items if channels is not None else ():
        node = item.get("channel") if item.kind == "map" else item
        if node is not None and node.kind == "scalar" and is_moving_index(node.raw):
            text, at = scalar_text(document, node)
            found.append(_mention(text, Span(at, at + len(text)), groups, "conda"))
    return found


def table_build(document: Document) -> tuple[str, ...]:
    """Return the group of a manifest's requirements if its tables name one index of builds."""
    root = document.body
    if not isinstance(root, Node):
        return ()
    tables = (root.walk(route) for route, _ in _TABLES)
    urls = [item.get("url") for table in tables if table is not None and table.kind == "list" for item in table.items]
    chosen = {url.raw for url in urls if url is not None and names_build(url.raw)}
    return (INDEXED,) if len(chosen) == 1 else ()


_TABLES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("tool", "uv", "index"), "url"),
    (("tool", "poetry", "source"), "url"),
    (("tool", "pdm", "source"), "url"),
    (("index",), "url"),
    (("source",), "url"),
)
_SWITCHES: tuple[tuple[tuple[str, ...], Scalar], ...] = (
    (("tool", "uv", "prerelease"), "allow"),
    (("prerelease",), "allow"),
    (("tool", "pdm", "resolution", "allow-prereleases"), True),
    (("pipenv", "allow_prereleases"), True),
)


def table_indexes(document: Document, groups: tuple[str, ...]) -> list[Mention]:
    """Return the moving indexes and the pre-release switches of a pyproject file, a Pipfile or a uv.toml."""
    root = document.body
    if not isinstance(root, Node):
        return []
    found = []
    for route, key in _TABLES:
        table = root.walk(route)
        for item in table.items if table is not None and table.kind == "list" else ():
            node = item.get(key)
            if node is not None and node.kind == "scalar" and is_moving_index(node.raw):
                text, at = scalar_text(document, node)
                found.append(_mention(text, Span(at, at + len(text)), groups))
    for route in (("tool", "uv", "extra-index-url"), ("tool", "uv", "find-links"), ("tool", "uv", "index-url")):
        for node in string_items(root.walk(route)):
            if is_moving_index(node.raw):
                text, at = scalar_text(document, node)
                found.append(_mention(text, Span(at, at + len(text)), groups))
    for route, value in _SWITCHES:
        node = root.walk(route)
        if node is not None and node.value == value:
            found.append(_mention(route[-1], node.span, groups))
    return found
