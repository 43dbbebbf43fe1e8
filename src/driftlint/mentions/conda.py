"""Conda: package specs, and environment files.

Promises: a spec judged by conda's own grammar, where a single ``=`` is a prefix match and a space is equality.
Refuses to know: channels' content, and what build globs select.
Sources: conda's package match specification; py-rattler 0.28.0 on the same strings. One choice is ours: ``name=1.2.3``
is formally ``1.2.3.*``, but a three-part version names one release in practice and counts as a version.
"""

from __future__ import annotations

import re

from driftlint.documents.model import Document, Node
from driftlint.facts import Mention, Pin
from driftlint.late_regex import compile_late
from driftlint.mentions.groups import is_run_record, merge_groups, path_groups, role_groups
from driftlint.mentions.indexes import INDEXED, names_build
from driftlint.mentions.package_mention import package_mention, shrink
from driftlint.mentions.quoting import scalar_text, string_items
from driftlint.mentions.requirement import LONGEST, Requirement, judge_requirement
from driftlint.text import Span

HOST = "conda"
_SPEC = compile_late(r"(?:(?P<channel>[^\s:]+)::?)?(?P<name>[A-Za-z0-9_][\w.-]*)(?P<rest>.*)", re.DOTALL)
_BRACKET_VERSION = compile_late(r"version\s*=\s*['\"]?([^'\",\]]+(?:,[^'\"\]]+)?)['\"]?")
_FILE = compile_late(
    r"(?:.*[_.-])?(?:conda|env|environment)[^/]*\.ya?ml|conda[^/]*\.ya?ml|env[^/]*\.ya?ml", re.IGNORECASE
)
_DATE_LIKE = compile_late(r"(?:19|20)\d{2}(?:[a-z]|[.\d]*\d{2})?")


def judge_conda_spec(text: str, start: int = 0) -> Requirement | None:
    """Judge one conda spec that begins at code point `start`; None when it is no spec (a path, a URL, a flag)."""
    stripped = text.strip()
    start += len(text) - len(text.lstrip())
    if (
        not stripped
        or len(stripped) > LONGEST
        or stripped.startswith(("-", ".", "/", "~", "$", "{"))
        or "://" in stripped
    ):
        return None
    stripped = re.sub(r"(?<!\s)\s+#.*$", "", stripped)
    match = _SPEC.fullmatch(stripped)
    if match is None or re.search(r"\.(?:conda|tar\.bz2|ya?ml|txt)$", stripped):
        return None
    rest = match["rest"]
    if rest and rest[0] not in "=<>!~ [,|*\t":
        return None
    name_span = Span(start + match.start("name"), start + match.end("name"))
    pin_span = Span(start + match.start("rest") + len(rest) - len(rest.lstrip()), start + len(stripped))
    pin = _judge_version(rest)
    return Requirement(
        HOST,
        match["name"].lower(),
        "version",
        pin,
        Span(start, start + len(stripped)),
        name_span,
        pin_span if pin.selector else None,
    )


def _judge_version(rest: str) -> Pin:
    selector = rest.strip()
    if not selector or selector == "*":
        return Pin("absent")
    if "$" in selector or "{" in selector:
        return Pin("unknown", selector)
    if selector.startswith("["):
        inner = _BRACKET_VERSION.search(selector)
        return (
            Pin(_judge_version(inner[1] if inner[1][0] in "=<>!~" else f" {inner[1]}").state, selector)
            if inner
            else Pin("absent")
        )
    if "," in selector or "|" in selector or selector[0] in "<>!~" or selector.startswith("=~"):
        return Pin("range", selector)
    if selector.startswith("=="):
        return Pin("range" if "*" in selector.split()[0] else "version", selector)
    if selector.startswith("="):
        version, _, build = selector[1:].strip().partition("=")
        version = version.strip()
        if build and "*" not in build:
            return Pin("version", selector)
        if version == "*" or not version:
            return Pin("absent" if not build else "range", selector)
        if "*" in version:
            return Pin("range", selector)
        exact = version.count(".") >= 2 or _DATE_LIKE.fullmatch(version) is not None
        return Pin("version" if exact else "range", selector)
    return Pin("range" if "*" in selector.split()[0] else "version", selector)


def is_conda_environment(document: Document) -> bool:
    """Return whether a YAML file is a conda environment: a list of dependencies, and a conda name or a channel list."""
    root = document.body
    if not isinstance(root, Node) or root.kind != "map":
        return False
    dependencies = root.get("dependencies")
    if dependencies is None or dependencies.kind != "list":
        return False
    if root.get("channels") is not None:
        return True
    base = document.path.rsplit("/", 1)[-1]
    has_shape = any(item.kind == "scalar" for item in dependencies.items) or any(
        item.get("pip") is not None for item in dependencies.items
    )
    return has_shape and _FILE.fullmatch(base) is not None


def extract_conda_environment(document: Document) -> list[Mention]:
    """Return the packages of a conda environment file, its pip section included."""
    if not is_conda_environment(document) or is_run_record(document.path):
        return []
    assert isinstance(document.body, Node)
    base = document.path.rsplit("/", 1)[-1]
    groups = merge_groups(path_groups(document.path), role_groups(base.rsplit(".", 1)[0]))
    dependencies = document.body.get("dependencies")
    return conda_items(document, dependencies, groups) if dependencies is not None else []


def conda_items(document: Document, dependencies: Node, groups: tuple[str, ...]) -> list[Mention]:
    """Return the mentions of a conda dependency list, whose items are specs or a ``pip:`` map."""
    found: list[Mention] = []
    for item in dependencies.items:
        if item.kind == "scalar" and isinstance(item.value, str):
            text, at = scalar_text(document, item)
            judged = judge_conda_spec(text, at)
            if judged is not None:
                found.append(package_mention(shrink(judged, item.span), "conda", groups))
        elif item.kind == "map":
            found.extend(_pip_section(document, item.get("pip"), groups))
    return found


def _pip_section(document: Document, section: Node | None, groups: tuple[str, ...]) -> list[Mention]:
    found = []
    chosen = {item.raw for item in string_items(section) if item.raw.startswith("-") and names_build(item.raw)}
    if len(chosen) == 1:
        groups = merge_groups(groups, (INDEXED,))
    for item in string_items(section):
        text, at = scalar_text(document, item)
        editable = re.match(r"(?:-e|--editable)[\s=]+", text)
        if editable:
            text, at = text[editable.end() :], at + editable.end()
            if "://" not in text:
                continue  # to -e a bare name is a folder
        elif text.startswith("-"):
            continue
        judged = judge_requirement(re.sub(r"(?<!\s)\s+(?:#|--).*$", "", text), at)
        if judged is not None:
            found.append(package_mention(shrink(judged, item.span), "requirement", groups))
    return found
