"""tox: the environments of ``tox.ini``, ``setup.cfg`` and ``tox.toml``.

Promises: ``deps`` with their factors taken off, what ``commands`` install, and the interpreters that environments name;
all of it tagged "test". Refuses to know: which environments are ever run, substitutions, and files that ``-r`` names.
Source: tox 4 configuration reference.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from driftlint.documents.model import Document, Node
from driftlint.documents.shell import parse_commands
from driftlint.facts import Mention
from driftlint.late_regex import compile_late
from driftlint.mentions.commands import extract_commands
from driftlint.mentions.groups import merge_groups, path_groups, role_groups
from driftlint.mentions.package_mention import package_mention, shrink
from driftlint.mentions.python_versions import python_version
from driftlint.mentions.quoting import scalar_text, string_items
from driftlint.mentions.requirement import judge_requirement
from driftlint.text import Span

_FACTORS = compile_late(r"[\w!,{}.-]+:[ \t]+")
_PYTHON_FACTOR = compile_late(r"(?<!\w)py(?:thon)?(?P<version>3\.?\d+(?:\.\d+)?|\{3[\d.,\s]*\})(?!\w)")
_COMMANDS = ("commands", "commands_pre", "commands_post")


def extract_tox(document: Document, root: Node) -> list[Mention]:
    """Return what the tox sections of an INI file declare and install."""
    found: list[Mention] = []
    for section in root.entries:
        kind, _, label = section.key.partition(":")
        if section.value.kind != "map":
            continue
        if section.key in ("tox", "tox:tox"):
            found += _interpreters(document, section.value.get("envlist"))
            found += _interpreters(document, section.value.get("env_list"))
        elif kind == "testenv":
            groups = merge_groups(path_groups(document.path), ("test",), role_groups(label))
            found += _dependencies(document, section.value.get("deps"), groups)
            found += _interpreters(document, section.value.get("basepython") or section.value.get("base_python"))
            for key in _COMMANDS:
                found += _commands(document, section.value.get(key), groups)
    return found


def extract_tox_toml(document: Document) -> list[Mention]:
    """Return the dependencies of a ``tox.toml``; its commands are lists of words and are not read."""
    if not isinstance(document.body, Node):
        return []
    root = document.body
    environments = root.get("env")
    tables = [root.get("env_run_base"), *(entry.value for entry in (environments.entries if environments else ()))]
    groups = merge_groups(path_groups(document.path), ("test",))
    found = _interpreters(document, root.get("env_list"))
    for table in tables:
        if table is not None:
            found += _dependencies(document, table.get("deps"), groups)
    return found


def _dependencies(document: Document, node: Node | None, groups: tuple[str, ...]) -> list[Mention]:
    found = []
    for item in string_items(node):
        text, at = scalar_text(document, item)
        factors = _FACTORS.match(text)
        if factors is not None:
            text, at = text[factors.end() :], at + factors.end()
        text = re.sub(r"(?<!\s)\s+#.*$", "", text)
        if text.startswith(("-", "{", "#", ".")):
            continue
        judged = judge_requirement(text, at)
        if judged is not None:
            found.append(package_mention(shrink(judged, item.span), "requirement", groups))
    return found


def _interpreters(document: Document, node: Node | None) -> list[Mention]:
    groups = merge_groups(path_groups(document.path), ("test",))
    found = []
    for item in string_items(node):
        text, at = scalar_text(document, item)
        for match in _PYTHON_FACTOR.finditer(text):
            start = at + match.start("version")
            for version in re.finditer(r"3\.?[\d.]*|\d+", match["version"]):
                span = Span(start + version.start(), start + version.end())
                found.append(
                    replace(
                        python_version(_dotted(version.group()), start, groups),
                        span=span,
                        name_span=span,
                        pin_span=span,
                    )
                )
    return found


def _dotted(factor: str) -> str:
    """Return the version that a factor such as ``310`` or ``3.10`` means."""
    return factor if "." in factor else f"{factor[0]}.{factor[1:]}"


def _commands(document: Document, node: Node | None, groups: tuple[str, ...]) -> list[Mention]:
    scripts = []
    for item in string_items(node):
        text, at = scalar_text(document, item)
        factors = _FACTORS.match(text)
        skip = factors.end() if factors is not None else 0
        # "-" before a command: its exit status does not count.
        skip += len(text[skip:]) - len(text[skip:].lstrip("- "))
        scripts.append(parse_commands(text[skip:], at + skip))
    return extract_commands(document.text, scripts, groups) if scripts else []
