"""``setup.cfg``: the requirement lists of setuptools' declarative form.

Promises: ``install_requires``, extras and ``setup_requires`` line by line, and ``python_requires``.
Refuses to know: files named by ``file:`` (they are read as requirements files), and what setup.py adds.
"""

from __future__ import annotations

import re

from driftlint.documents.model import Document, Node
from driftlint.facts import Mention
from driftlint.mentions.groups import merge_groups, role_groups
from driftlint.mentions.package_mention import package_mention, shrink
from driftlint.mentions.pyproject import python_mention
from driftlint.mentions.quoting import scalar_text, string_items
from driftlint.mentions.requirement import judge_requirement
from driftlint.roles import judge_setup_cfg


def extract_setup_cfg(document: Document) -> list[Mention]:
    """Return the packages that a setup.cfg declares."""
    root = document.body
    if not isinstance(root, Node):
        return []
    base = ("library",) if judge_setup_cfg(root) is not None else ()
    found: list[Mention] = []
    options = root.get("options")
    if options is not None:
        found += _lines(document, options.get("install_requires"), "requirement", base)
        found += _lines(document, options.get("setup_requires"), "build", ("build",))
        found += _lines(document, options.get("tests_require"), "requirement", ("test",))
        python = options.get("python_requires")
        if python is not None and python.kind == "scalar":
            found.append(python_mention(document, python, "requirement", base))
    extras = root.get("options.extras_require")
    for entry in extras.entries if extras is not None else ():
        tags = merge_groups(base, ("optional",), role_groups(entry.key))
        found += _lines(document, entry.value, "requirement", tags)
    return found


def _lines(document: Document, node: Node | None, form: str, groups: tuple[str, ...]) -> list[Mention]:
    found = []
    for item in string_items(node):
        text, at = scalar_text(document, item)
        if text.startswith(("#", ";", "file:", "%")):
            continue
        judged = judge_requirement(re.sub(r"\s#.*$", "", text), at)
        if judged is not None:
            found.append(package_mention(shrink(judged, item.span), form, groups))
    return found
