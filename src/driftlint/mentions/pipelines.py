"""Pipeline files of CI services other than GitHub and GitLab, Jenkins among them.

Promises: the images that jobs run in, the interpreter versions and the packages of their steps, all tagged "ci".
Refuses to know: orbs, plugins and templates (named, not read), and which job trains.
Sources: the configuration references of these services; for Jenkins the declarative pipeline syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from driftlint.documents.model import Document, Entry, Node, Script
from driftlint.documents.shell import parse_commands
from driftlint.facts import Mention
from driftlint.late_regex import compile_late
from driftlint.mentions.commands import extract_commands
from driftlint.mentions.embedded import read_scripts
from driftlint.mentions.groups import merge_groups, path_groups
from driftlint.mentions.image_reference import image_mention
from driftlint.mentions.images import image_nodes
from driftlint.mentions.pyproject import python_mention
from driftlint.mentions.quoting import string_items
from driftlint.text import Span


class _Service(Struct, frozen=True):
    """Where one service's file holds scripts, images and interpreter versions: keys, wherever they stand."""

    path: re.Pattern[str]
    scripts: frozenset[str]
    images: frozenset[str] = frozenset()
    versions: frozenset[str] = frozenset()


def _service(path: str, scripts: str, images: str = "", versions: str = "") -> _Service:
    return _Service(
        re.compile(rf"(?:.*/)?{path}"),
        frozenset(scripts.split()),
        frozenset(images.split()),
        frozenset(versions.split()),
    )


_SERVICES = (
    _service(r"\.circleci/.*\.ya?ml", "run command", "image"),
    _service(
        r"\.?azure-pipelines?[\w.-]*\.ya?ml|(?:.*/)?\.azure-pipelines/.*\.ya?ml",
        "script bash",
        "container image",
        "versionSpec",
    ),
    _service(
        r"\.travis\.ya?ml", "before_install install before_script script after_success after_script", "", "python"
    ),
    _service(r"\.?appveyor\.ya?ml", "install before_build build_script before_test test_script after_test sh"),
    _service(r"bitbucket-pipelines\.ya?ml", "script after-script", "image"),
    _service(r"\.buildkite/.*\.ya?ml", "command commands", "image"),
    _service(r"\.cirrus\.ya?ml", "script install_script test_script setup_script build_script", "image"),
    _service(r"\.(?:drone|woodpecker)\.ya?ml|(?:.*/)?\.woodpecker/.*\.ya?ml", "commands", "image"),
    _service(r"cloudbuild[\w.-]*\.ya?ml", "script", "name"),
)
_JENKINSFILE = compile_late(r"(?:.*/)?(?:Jenkinsfile[\w.-]*|[\w.-]+\.jenkinsfile)", re.IGNORECASE)
_QUOTED = (
    r"(?:'''(?P<t1>.*?)'''|\"\"\"(?P<t2>.*?)\"\"\"|'(?P<s1>(?:\\.|[^'\\\r\n])*)'|\"(?P<s2>(?:\\.|[^\"\\\r\n])*)\")"
)
_SHELL_STEP = compile_late(rf"(?<![\w.])(?:sh|bash)(?:[ \t]*\(\s*|\s*)(?:script[ \t]*:[ \t]*)?{_QUOTED}", re.DOTALL)
_AGENT_IMAGE = compile_late(rf"(?:(?<![\w.])image[ \t]+|docker\.image\(\s*){_QUOTED}", re.DOTALL)
_LINE_COMMENT = compile_late(r"(?m)(?<![:\w\"'])//[^\r\n]*")
_DEEPEST = 30


def _find_service(path: str) -> _Service | None:
    return next((service for service in _SERVICES if service.path.fullmatch(path)), None)


def is_pipeline(path: str) -> bool:
    """Return whether a YAML file of this path is a pipeline of one of these services."""
    return _find_service(path) is not None


def is_jenkinsfile(path: str) -> bool:
    """Return whether a path is that of a Jenkins pipeline."""
    return _JENKINSFILE.fullmatch(path) is not None


def extract_pipeline(document: Document, root: Node) -> list[Mention]:
    """Return what the jobs of a pipeline file run in and install."""
    service = _find_service(document.path)
    if service is None:
        return []
    groups = merge_groups(("ci",), path_groups(document.path))
    found: list[Mention] = []
    aliases = _container_aliases(root)
    scripts: list[Script] = []
    for entry in _entries(root, 0):
        if entry.key in service.scripts:
            if entry.value.kind != "map":
                scripts.extend(read_scripts(document, entry.value))
        elif entry.key in service.images and entry.value.raw not in aliases:
            found += _images(document, entry.value, groups, named=entry.key == "name")
        elif entry.key in service.versions:
            found += [
                python_mention(document, item, "requirement", groups)
                for item in string_items(entry.value)
                if item.raw[:1].isdigit()
            ]
    found = list({(mention.kind, mention.span): mention for mention in found}.values())  # a map's image is met twice
    return found + (extract_commands(document.text, scripts, groups) if scripts else [])


def _container_aliases(root: Node) -> frozenset[str]:
    """Return the names that an Azure pipeline gives to its containers; jobs name them, images stand beside them."""
    containers = root.walk(("resources", "containers"))
    names = [item.get("container") for item in containers.items] if containers is not None else []
    return frozenset(name.raw for name in names if name is not None and name.raw)


def _images(document: Document, value: Node, groups: tuple[str, ...], named: bool) -> list[Mention]:
    """Return the image of a key; where the key is a plain ``name``, only one with a registry's path is an image."""
    if named and "/" not in value.raw:
        return []
    if value.kind == "list":
        return [mention for item in value.items for mention in image_nodes(document, item, groups)]
    return image_nodes(document, value, groups, "image" if value.get("image") is not None else "name")


def _entries(node: Node, depth: int) -> Iterator[Entry]:
    if depth > _DEEPEST:
        return
    for entry in node.entries:
        yield entry
        yield from _entries(entry.value, depth + 1)
    for item in node.items:
        yield from _entries(item, depth + 1)


def extract_jenkinsfile(document: Document) -> list[Mention]:
    """Return the images of the agents and what the ``sh`` steps of a Jenkins pipeline fetch."""
    text = _LINE_COMMENT.sub(lambda found: " " * len(found.group()), document.text)
    groups = merge_groups(("ci",), path_groups(document.path))
    found = []
    for match in _AGENT_IMAGE.finditer(text):
        inner, at = _inner(match)
        mention = image_mention(inner, Span(at, at + len(inner)), "image", groups)
        if mention is not None:
            found.append(mention)
    scripts = [parse_commands(inner, at) for inner, at in map(_inner, _SHELL_STEP.finditer(text))]
    return found + (extract_commands(document.text, scripts, groups) if scripts else [])


def _inner(match: re.Match[str]) -> tuple[str, int]:
    """Return the text between the quotes and where it starts."""
    name = next(name for name in ("t1", "t2", "s1", "s2") if match[name] is not None)
    return match[name], match.start(name)
