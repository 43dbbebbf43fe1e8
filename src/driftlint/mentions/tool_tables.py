"""Tables that map a package name to a version: Poetry, Pipfile, uv sources, pixi.

Promises: each entry judged by the grammar of its own tool.
Refuses to know: which file the table stands in.
Sources: Poetry's and Pipenv's dependency specification, uv's ``sources``, pixi's manifest format.
"""

from __future__ import annotations

import re
from typing import Literal

from driftlint.distributions import canonicalize_name
from driftlint.documents.model import Document, Entry, Node
from driftlint.facts import Mention, Pin
from driftlint.late_regex import compile_late
from driftlint.mentions.conda import judge_conda_spec
from driftlint.mentions.groups import merge_groups, role_groups
from driftlint.mentions.package_mention import package_mention
from driftlint.mentions.quoting import scalar_text
from driftlint.mentions.requirement import HOST, Requirement, judge_requirement, judge_specifier
from driftlint.mentions.revision import judge_revision, parse_repository
from driftlint.text import Span

_LOCAL_KEYS = ("path", "file", "editable", "workspace")
_FULL_VERSION = compile_late(
    r"v?\d+(?:\.\d+)*(?:[-._]?(?:a|b|rc|alpha|beta|post|dev)\.?\d*)?(?:\+[\w.]+)?", re.IGNORECASE
)


def named_table(
    document: Document,
    table: Node | None,
    groups: tuple[str, ...],
    form: str = "pyproject",
    grammar: Literal["poetry", "pipfile", "conda"] = "poetry",
) -> list[Mention]:
    """Return the mentions of a table of name = version, or name = {version, git, url, path, ...}."""
    found: list[Mention] = []
    for entry in table.entries if table is not None else ():
        values = entry.value.items if entry.value.kind == "list" else (entry.value,)
        for value in values:
            mention = _entry_mention(document, entry, value, groups, form, grammar)
            if mention is not None:
                found.append(mention)
    return found


def _entry_mention(
    document: Document, entry: Entry, value: Node, groups: tuple[str, ...], form: str, grammar: str
) -> Mention | None:
    if value.kind == "map":
        if (git := value.get("git")) is not None:
            return _git_mention(document, entry, git, value, groups)
        if (url := value.get("url")) is not None:
            return _url_mention(document, entry, url, groups)
        if any(value.get(key) is not None for key in _LOCAL_KEYS):
            return None
        if value.get("optional") is not None:
            groups = merge_groups(groups, ("optional",))
    version = value.get("version") if value.kind == "map" else value
    name = canonicalize_name(entry.key) if grammar != "conda" else entry.key.lower()
    if version is None or version.kind != "scalar":
        pin, pin_span = Pin("absent"), None
        span = Span(entry.key_span.start, entry.value.span.end)
    else:
        text, at = scalar_text(document, version)
        pin = _judge_table_version(text.strip(), grammar)
        pin_span = Span(at, at + len(text))
        span = Span(entry.key_span.start, max(version.span.end, entry.key_span.end))
    host = HOST if grammar != "conda" else "conda"
    return package_mention(Requirement(host, name, "version", pin, span, entry.key_span, pin_span), form, groups)


def _judge_table_version(text: str, grammar: str) -> Pin:
    if text in ("", "*"):
        return Pin("absent", text or None)
    if text[0].isdigit() or text[0] == "v":
        if "*" in text or "|" in text or "," in text or not _FULL_VERSION.fullmatch(text):
            return Pin("range", text)
        # Poetry reads a bare version as equality; conda-like tables read it as a prefix.
        return Pin("version" if grammar == "poetry" or text.count(".") >= 2 else "range", text)
    if grammar == "conda":
        judged = judge_conda_spec("x" + text)
        return Pin(judged.pin.state, text) if judged is not None else Pin("unknown", text)
    return judge_specifier(text)


def _git_mention(document: Document, entry: Entry, git: Node, value: Node, groups: tuple[str, ...]) -> Mention:
    url, _ = scalar_text(document, git)
    pin, pin_span = Pin("moving"), None
    for key in ("rev", "ref", "tag", "branch"):
        node = value.get(key)
        if node is None or node.kind != "scalar":
            continue
        text, at = scalar_text(document, node)
        pin = judge_revision(text)
        if key == "tag" and pin.state == "moving":
            pin = Pin("tag", text)
        elif key == "branch" and pin.state in ("tag", "short"):
            pin = Pin("moving", text)
        pin_span = Span(at, at + len(text))
        break
    repository = parse_repository(url)
    return package_mention(
        Requirement(
            repository.host if repository else "git",
            canonicalize_name(entry.key),
            "vcs",
            pin,
            Span(entry.key_span.start, entry.value.span.end),
            entry.key_span,
            pin_span,
            f"repository {repository.name}" if repository else "",
        ),
        "vcs",
        groups,
    )


def _url_mention(document: Document, entry: Entry, url: Node, groups: tuple[str, ...]) -> Mention | None:
    text, at = scalar_text(document, url)
    judged = judge_requirement(text, at)
    if judged is None:
        return None
    span = Span(entry.key_span.start, entry.value.span.end)
    named = Requirement(
        judged.host, canonicalize_name(entry.key), "url", judged.pin, span, entry.key_span, judged.pin_span
    )
    return package_mention(named, "url", groups)


def source_mention(document: Document, entry: Entry, groups: tuple[str, ...]) -> list[Mention]:
    """Return the mentions of one entry of uv's ``sources``; indexes, paths and workspace members give none."""
    found = []
    for table in entry.value.items if entry.value.kind == "list" else (entry.value,):
        if table.kind != "map" or (table.get("git") is None and table.get("url") is None):
            continue
        mention = _entry_mention(document, entry, table, groups, "pyproject", "poetry")
        if mention is not None:
            found.append(mention)
    return found


def conda_table(document: Document, pixi: Node, base: tuple[str, ...]) -> list[Mention]:
    """Return the packages of a pixi manifest: conda and Python tables, of the default feature and of the others."""
    found = _pixi_tables(document, pixi, base)
    features = pixi.get("feature")
    for feature in features.entries if features is not None else ():
        tags = merge_groups(base, role_groups(feature.key) or ("optional",))
        found += _pixi_tables(document, feature.value, tags)
    return found


def _pixi_tables(document: Document, table: Node, groups: tuple[str, ...]) -> list[Mention]:
    found = named_table(document, table.get("dependencies"), groups, "conda", "conda")
    return found + named_table(document, table.get("pypi-dependencies"), groups, "pyproject", "pipfile")


def extract_pixi(document: Document) -> list[Mention]:
    """Return the packages of a ``pixi.toml``."""
    return conda_table(document, document.body, ()) if isinstance(document.body, Node) else []


def extract_pipfile(document: Document) -> list[Mention]:
    """Return the packages of a Pipfile; categories other than ``packages`` are tagged by their name."""
    root = document.body
    if not isinstance(root, Node):
        return []
    found: list[Mention] = []
    for entry in root.entries:
        if entry.key in ("source", "requires", "scripts", "pipenv") or entry.value.kind != "map":
            continue
        tags = () if entry.key == "packages" else role_groups(entry.key) or ("optional",)
        found += named_table(document, entry.value, tags, "pyproject", "pipfile")
    return found
