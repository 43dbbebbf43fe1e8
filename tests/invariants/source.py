"""The package's own modules as syntax trees, and the built-in pack as plain data."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomli

TOP = Path(__file__).resolve().parents[2]
SRC = TOP / "src" / "driftlint"
RULES = TOP / "rules"


@lru_cache(maxsize=1)
def modules() -> dict[str, ast.Module]:
    """Return every module by its path below the package."""
    return {
        path.relative_to(SRC).as_posix(): ast.parse(path.read_text(encoding="utf-8"), str(path))
        for path in sorted(SRC.rglob("*.py"))
    }


def walk_at_run_time(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree without the blocks that only a type checker sees."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from walk_at_run_time(node)


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, full name) of what a module imports; `from a import b` gives both "a" and "a.b"."""
    for node in walk_at_run_time(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.lineno, node.module or ""
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def docstrings(tree: ast.AST) -> set[int]:
    """Return the ids of the constants that are docstrings: strings that stand as a statement."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }


@lru_cache(maxsize=1)
def catalogue_files() -> dict[str, dict[str, Any]]:
    """Return every TOML file of the built-in pack by its path below `rules`."""
    return {
        path.relative_to(RULES).as_posix(): tomli.loads(path.read_text(encoding="utf-8"))
        for path in sorted(RULES.rglob("*.toml"))
    }


def entries() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (file, table name, table) of every catalogue entry."""
    for name, data in catalogue_files().items():
        for key, tables in data.items():
            if isinstance(tables, list):
                for table in tables:
                    yield name, key, table


def rule_names() -> frozenset[str]:
    """Return the names of the built-in rules: the names of their files."""
    return frozenset(path.stem for path in RULES.glob("*/*.md") if path.parent.name != "catalogue")
