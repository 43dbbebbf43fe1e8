"""Files from which a tool builds an environment: MLflow's ``python_env.yaml``, Cog's ``cog.yaml``.

Promises: the packages, system packages and interpreter versions of such a file at their lines.
Refuses to know: the image that the tool starts from, and files that it is pointed at.
Sources: mlflow 3.17.2 ``utils/environment.py``, the cog.yaml reference of Cog 0.16.
"""

from __future__ import annotations

import re

from driftlint.documents.model import Document, Node
from driftlint.facts import Mention, Pin
from driftlint.mentions.groups import merge_groups, path_groups
from driftlint.mentions.package_mention import package_mention, shrink
from driftlint.mentions.pyproject import python_mention
from driftlint.mentions.quoting import scalar_text, string_items
from driftlint.mentions.requirement import judge_requirement
from driftlint.mentions.system_packages import system_package
from driftlint.text import Span


def is_python_env(path: str, root: Node) -> bool:
    """Return whether a YAML file is MLflow's description of a virtual environment."""
    base = path.rsplit("/", 1)[-1]
    return base in ("python_env.yaml", "python_env.yml") or (
        root.get("build_dependencies") is not None and root.get("dependencies") is not None
    )


def extract_python_env(document: Document, root: Node) -> list[Mention]:
    """Return the packages and the interpreter of a ``python_env.yaml``."""
    groups = path_groups(document.path)
    found = requirement_items(document, root.get("dependencies"), "requirement", groups)
    found += requirement_items(document, root.get("build_dependencies"), "build", merge_groups(groups, ("build",)))
    return found + _python(document, root.get("python"), groups)


def is_cog(path: str) -> bool:
    """Return whether a path is that of a Cog configuration."""
    return path.rsplit("/", 1)[-1] in ("cog.yaml", "cog.yml")


def extract_cog(document: Document, root: Node) -> list[Mention]:
    """Return what a Cog configuration installs besides its ``run`` commands (those are read as scripts)."""
    build = root.get("build")
    if build is None or build.kind != "map":
        return []
    groups = path_groups(document.path)
    found = requirement_items(document, build.get("python_packages"), "requirement", groups)
    found += _python(document, build.get("python_version"), groups)
    for item in string_items(build.get("system_packages")):
        text, at = scalar_text(document, item)
        mention = system_package(text, at, "apt", groups)
        if mention is not None:
            found.append(mention)
    return found + _cuda(document, build, groups)


def _cuda(document: Document, build: Node, groups: tuple[str, ...]) -> list[Mention]:
    """Return the CUDA version of a GPU build; without one, Cog takes the newest that fits the framework."""
    node, gpu = build.get("cuda"), build.get("gpu")
    if node is not None and node.kind == "scalar":
        text, at = scalar_text(document, node)
        span = Span(at, at + len(text))
        pin = Pin("version" if re.fullmatch(r"\d+\.\d+(?:\.\d+)?", text) else "range", text)
        return [Mention("system-package", "cuda", "cuda", pin, span, span, "apt", span, groups)]
    if gpu is not None and gpu.value is True:
        return [Mention("system-package", "cuda", "cuda", Pin("absent"), gpu.span, gpu.span, "apt", None, groups)]
    return []


def requirement_items(document: Document, node: Node | None, form: str, groups: tuple[str, ...]) -> list[Mention]:
    """Return the packages of a list of requirement strings; options such as ``-r file`` are no packages."""
    found = []
    for item in string_items(node) if node is not None and node.kind == "list" else ():
        text, at = scalar_text(document, item)
        if text.startswith("-"):
            continue
        judged = judge_requirement(re.sub(r"(?<!\s)\s+#.*$", "", text), at)
        if judged is not None:
            found.append(package_mention(shrink(judged, item.span), form, groups))
    return found


def _python(document: Document, node: Node | None, groups: tuple[str, ...]) -> list[Mention]:
    if node is None or node.kind != "scalar" or not node.raw[:1].isdigit():
        return []
    return [python_mention(document, node, "requirement", groups)]
