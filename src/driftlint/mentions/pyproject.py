"""``pyproject.toml``: PEP 621, PEP 735, build requirements, and the tables of Poetry, PDM, uv, Hatch and pixi.

Promises: every declared requirement with its role ("optional", "dev", "docs", "test", "build", "library").
Refuses to know: lock files, and whether the project is an experiment after all (a later stage sees entry points).
Sources: PEP 621, 631, 735; Poetry 2.5.1 and uv 0.13.9 documentation of their tables.
"""

from __future__ import annotations

from driftlint.distributions import canonicalize_name
from driftlint.documents.model import Document, Entry, Node
from driftlint.facts import Mention, Pin
from driftlint.mentions.groups import merge_groups, path_groups, role_groups
from driftlint.mentions.package_mention import package_mention, shrink
from driftlint.mentions.quoting import scalar_text, string_items
from driftlint.mentions.requirement import HOST, Requirement, judge_requirement
from driftlint.mentions.tool_tables import conda_table, named_table, source_mention
from driftlint.roles import judge_pyproject
from driftlint.text import Span


def extract_pyproject(document: Document) -> list[Mention]:
    """Return the packages that a pyproject file declares."""
    root = document.body
    if not isinstance(root, Node):
        return []
    base = path_groups(document.path)
    decision = judge_pyproject(root)
    library = merge_groups(base, ("library",)) if decision is not None and decision.role == "library" else base
    found: list[Mention] = []
    sources = root.walk(("tool", "uv", "sources"))
    replaced = (
        {canonicalize_name(entry.key) for entry in sources.entries if _moves_source(entry.value)} if sources else set()
    )
    project = root.get("project")
    if project is not None:
        declared = _strings(document, project.get("dependencies"), "pyproject", library)
        declared += _python(document, project.get("requires-python"), library)
        for extra in _entries(project.get("optional-dependencies")):
            tags = merge_groups(library, ("optional",), role_groups(extra.key))
            declared += _strings(document, extra.value, "pyproject", tags)
        found += [mention for mention in declared if mention.name not in replaced or mention.form != "pyproject"]
    for group in _entries(root.get("dependency-groups")):
        tags = merge_groups(base, role_groups(group.key) or ("optional",))
        strings = _strings(document, group.value, "pyproject", tags)
        found += [mention for mention in strings if mention.name not in replaced or mention.form != "pyproject"]
    if sources is not None:
        for entry in sources.entries:
            found += source_mention(document, entry, library)
    found += _strings(document, root.walk(("build-system", "requires")), "build", merge_groups(base, ("build",)))
    tool = root.get("tool")
    if tool is not None:
        found += _tools(document, tool, base, library)
    return found


def _moves_source(node: Node) -> bool:
    tables = node.items if node.kind == "list" else (node,)
    return any(table.get(key) is not None for table in tables for key in ("git", "url", "path", "workspace"))


def _entries(node: Node | None) -> tuple[Entry, ...]:
    return node.entries if node is not None else ()


def _strings(document: Document, node: Node | None, form: str, groups: tuple[str, ...]) -> list[Mention]:
    found = []
    for item in string_items(node) if node is not None and node.kind == "list" else []:
        text, at = scalar_text(document, item)
        judged = judge_requirement(text, at)
        if judged is not None:
            found.append(package_mention(shrink(judged, item.span), form, groups))
    return found


def _python(document: Document, node: Node | None, groups: tuple[str, ...]) -> list[Mention]:
    if node is None or node.kind != "scalar":
        return []
    return [python_mention(document, node, "pyproject", groups)]


def python_mention(document: Document, node: Node, form: str, groups: tuple[str, ...]) -> Mention:
    """Return the mention of the interpreter version that a scalar asks for ("3.11.4", ">=3.10")."""
    text, at = scalar_text(document, node)
    exact = text.lstrip("=").strip().count(".") >= 2 and text.lstrip("= ")[:1].isdigit() and "*" not in text
    span = Span(at, at + len(text))
    pin = Pin("unknown" if "$" in text or "{" in text else "version" if exact and "," not in text else "range", text)
    return package_mention(Requirement(HOST, "python", "version", pin, span, span, span), form, groups)


def _tools(document: Document, tool: Node, base: tuple[str, ...], library: tuple[str, ...]) -> list[Mention]:
    found: list[Mention] = []
    poetry = tool.get("poetry")
    if poetry is not None:
        found += named_table(document, poetry.get("dependencies"), library)
        found += named_table(document, poetry.get("dev-dependencies"), merge_groups(base, ("dev",)))
        for group in _entries(poetry.get("group")):
            tags = merge_groups(base, role_groups(group.key) or ("optional",))
            found += named_table(document, group.value.get("dependencies"), tags)
    for group in _entries(tool.walk(("pdm", "dev-dependencies"))):
        found += _strings(document, group.value, "pyproject", merge_groups(base, ("dev",), role_groups(group.key)))
    found += _strings(document, tool.walk(("uv", "dev-dependencies")), "pyproject", merge_groups(base, ("dev",)))
    for env in _entries(tool.walk(("hatch", "envs"))):
        tags = merge_groups(base, role_groups(env.key) or ("dev",))
        for key in ("dependencies", "extra-dependencies"):
            found += _strings(document, env.value.get(key), "pyproject", tags)
    pixi = tool.get("pixi")
    if pixi is not None:
        found += conda_table(document, pixi, base)
    return found
