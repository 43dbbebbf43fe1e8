"""Is a project an experiment (an application) or a published library, whose version ranges are right?

Promises: one decision a folder with a project file, with its reasons. A mark of an application wins over every mark of a
library, the configuration over both; without any mark a project is an application. Refuses to know: rules and severities,
what an index holds.
Sources: the ``package``, ``package-mode`` and ``distribution`` keys of uv 0.13, Poetry 2.5 and PDM 2.29; the ``Private ::``
classifiers that indexes refuse; PEP 621 for the metadata that only readers of an index need.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from driftlint.documents.model import Document, Node
from driftlint.facts import Reference

Role: TypeAlias = Literal["application", "library"]

PROJECT_FILES = frozenset(("pyproject.toml", "setup.cfg", "setup.py"))
"""Files that describe a project that can be built."""
_SWITCHES = (("uv", "package"), ("poetry", "package-mode"), ("pdm", "distribution"))
_LINKS = ("urls", "keywords", "homepage", "repository", "documentation")
_SETUP_MARKS = ("classifiers", "classifier", "url", "project_urls", "keywords")
_ASIDE = frozenset(("dev", "build", "test", "docs"))
"""Groups whose requirements belong to the work on a project, whatever its role."""


class Decision(Struct, frozen=True):
    """A project's role and why. `marked`: something in the repo or the configuration says so; False: the default."""

    role: Role
    reasons: tuple[str, ...]
    marked: bool = True


def judge_pyproject(root: Node) -> Decision | None:
    """Return what a ``pyproject.toml`` says of its project's role, None when it carries no mark."""
    tool = root.get("tool") or root
    for route in _SWITCHES:
        switch = tool.walk(route)
        if switch is not None and switch.value is False:
            return Decision("application", (f"`tool.{'.'.join(route)}` is false",))
    tables = [table for table in (root.get("project"), tool.get("poetry")) if table is not None]
    for table in tables:
        private = next((text for text in _texts(table.get("classifiers")) if text.startswith("Private ::")), None)
        if private is not None:
            return Decision("application", (f"the classifier `{private}`",))
    if root.get("build-system") is None:
        return None
    marks = [key for table in tables for key in ("classifiers", *_LINKS) if _is_given(table.get(key))]
    if not marks:
        return None
    return Decision("library", ("a build backend", f"metadata for an index: {', '.join(dict.fromkeys(marks))}"))


def judge_setup_cfg(root: Node) -> Decision | None:
    """Return what a ``setup.cfg`` says of its project's role, None when it carries no mark."""
    metadata = root.get("metadata")
    marks = [key for key in _SETUP_MARKS if metadata is not None and metadata.get(key) is not None]
    return Decision("library", (f"metadata for an index: {', '.join(marks)}",)) if marks else None


def _is_given(node: Node | None) -> bool:
    return node is not None and (bool(node.items or node.entries) if node.kind != "scalar" else bool(node.value))


def _texts(node: Node | None) -> list[str]:
    return [item.value for item in (node.items if node is not None else ()) if isinstance(item.value, str)]


def decide_roles(
    paths: Iterable[str],
    get_document: Callable[[str], Document | None],
    references: Iterable[Reference],
    programs: Iterable[str],
    publishing: Mapping[str, object],
    configured: Literal["auto", "application", "library"] = "auto",
    publishers: Iterable[str] = (),
) -> dict[str, Decision]:
    """Return the role of each folder that holds a project file.

    `programs` are the files that train or evaluate; `publishing` the catalogue's table of what publishes (``actions``: names of
    workflow actions); `configured` the option ``role``; `publishers` are the CI files with a command that publishes.
    """
    files: dict[str, list[str]] = {}
    for path in paths:
        if path.rpartition("/")[2] in PROJECT_FILES:
            files.setdefault(posixpath.dirname(path), []).append(path)
    known = list(references)
    listed = publishing.get("actions", ())
    actions = frozenset(str(name) for name in listed) if isinstance(listed, (tuple, list)) else frozenset()
    used = (r.where.path for r in known if r.subject.kind == "action" and r.subject.name in actions)
    publisher = next(iter((*used, *publishers)), None)
    tagged = {r.where.path for r in known if "library" in r.groups}
    trained = sorted(programs)
    return {
        folder: _decide(folder, sorted(own), get_document, tagged, trained, publisher, configured)
        for folder, own in sorted(files.items())
    }


def _decide(
    folder: str,
    own: list[str],
    get_document: Callable[[str], Document | None],
    tagged: set[str],
    programs: list[str],
    publisher: str | None,
    configured: Literal["auto", "application", "library"],
) -> Decision:
    if configured != "auto":
        return Decision(configured, ("the option `role`",))
    found: list[Decision] = []
    builds = False
    for path in own:
        base = posixpath.basename(path)
        if base == "setup.py":
            builds = True
            if path in tagged:
                found.append(Decision("library", ("its setup script has metadata for an index",)))
            continue
        document = get_document(path)
        body = document.body if document is not None else None
        if isinstance(body, Node):
            builds = builds or base == "setup.cfg" or body.get("build-system") is not None
            decision = judge_pyproject(body) if base == "pyproject.toml" else judge_setup_cfg(body)
            found += [decision] if decision is not None else []
    for role in ("application", "library"):
        reasons = tuple(reason for decision in found if decision.role == role for reason in decision.reasons)
        if reasons:
            return Decision(role, reasons)
    if publisher is not None and builds and not folder:
        return Decision("library", ("a build backend", f"{publisher} publishes it"))
    program = next((path for path in programs if not folder or path.startswith(f"{folder}/")), None)
    reason = f"{program} trains or evaluates" if program is not None else "nothing marks it as a published library"
    return Decision("application", (reason,), False)


def apply_roles(references: Iterable[Reference], roles: Mapping[str, Decision]) -> list[Reference]:
    """Return references with the group "library" as the decisions say.

    A default leaves the groups as they are: what a file said by itself holds.
    """
    return [_apply(reference, roles) for reference in references]


def _apply(reference: Reference, roles: Mapping[str, Decision]) -> Reference:
    path = reference.where.path
    decision = roles.get(posixpath.dirname(path))
    if decision is None or not decision.marked or reference.subject.kind not in ("package", "python"):
        return reference
    groups = reference.groups
    if decision.role == "application":
        return (
            replace(reference, groups=tuple(g for g in groups if g != "library")) if "library" in groups else reference
        )
    declares = posixpath.basename(path) in PROJECT_FILES and reference.form in (
        "requirement",
        "pyproject",
        "vcs",
        "url",
    )
    if not declares or "library" in groups or _ASIDE & set(groups):
        return reference
    return replace(reference, groups=(*groups, "library"))
