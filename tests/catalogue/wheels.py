"""Packages as wheels: which functions a release defines and which arguments they take, read and never imported.

Promises: a name is followed through the imports of the package (star imports, re-exports, lazy tables by their last
word); a class stands for its constructor, with the fields of its bases. Refuses to know: what happens at run time.
"""

from __future__ import annotations

import ast
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

Node = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_WORD = re.compile(rb"[A-Za-z_]\w*")
_DEFINED = re.compile(rb"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)
_TOP = re.compile(r"(?:[\w.-]+\.data/(?:purelib|platlib)/)?(.+\.pyi?)$")


@dataclass(frozen=True)
class Signature:
    """The arguments of one definition: names by position (without self and cls), names by keyword, whether it takes any."""

    where: str
    positional: tuple[str, ...] = ()
    keywords: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    any_position: str = ""
    """The name of ``*args``, "" where there is none."""
    any_keyword: bool = False

    def takes(self, arg: str, pos: int | None) -> bool:
        """Return whether an argument can be given by this name and at this position."""
        by_name = not arg or arg in self.keywords or self.any_keyword or arg == self.any_position
        if pos is None or not by_name:
            return by_name
        if pos < len(self.positional):
            return not arg or self.positional[pos] == arg or arg not in self.keywords
        return bool(self.any_position) or arg in self.keywords or self.any_keyword


@dataclass
class Wheel:
    """The Python files of one or more wheels of the same release."""

    path: Path
    texts: dict[str, bytes] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    """Dotted names that the search under way has followed: imports run in circles."""

    @classmethod
    def read(cls, folder: Path) -> Wheel:
        """Read every wheel of a folder. Raises FileNotFoundError where there is none."""
        wheel = cls(folder)
        found = sorted(folder.glob("*.whl"))
        if not found:
            raise FileNotFoundError(folder)
        for file in found:
            with zipfile.ZipFile(file) as archive:
                for name in archive.namelist():
                    match = _TOP.fullmatch(name)
                    if match is not None:
                        wheel.texts.setdefault(match[1], archive.read(name))
        return wheel

    @cached_property
    def trees(self) -> dict[str, ast.Module | None]:
        """Parsed files, filled when they are asked for."""
        return {}

    def tree(self, path: str) -> ast.Module | None:
        """Return a file's syntax tree, None where it is not of this Python."""
        if path not in self.trees:
            try:
                self.trees[path] = ast.parse(self.texts[path])
            except (SyntaxError, ValueError):
                self.trees[path] = None
        return self.trees[path]

    @cached_property
    def words(self) -> frozenset[bytes]:
        """Every identifier of every file."""
        return frozenset(word for text in self.texts.values() for word in _WORD.findall(text))

    @cached_property
    def defined(self) -> dict[str, list[str]]:
        """The files by the names that they define somewhere."""
        found: dict[str, list[str]] = {}
        for path, text in self.texts.items():
            for name in set(_DEFINED.findall(text)):
                found.setdefault(name.decode(), []).append(path)
        return found

    def mentions(self, word: str) -> bool:
        """Return whether any file holds a word."""
        return word.encode() in self.words

    def modules(self, dotted: str) -> list[str]:
        """Return the files of a module."""
        base = dotted.replace(".", "/")
        return [
            p for p in (f"{base}.py", f"{base}/__init__.py", f"{base}.pyi", f"{base}/__init__.pyi") if p in self.texts
        ]

    def definitions(self, word: str) -> Iterator[tuple[str, Node, ast.ClassDef | None]]:
        """Yield every function and class of a name, with the class that holds it."""
        for path in self.defined.get(word, ()):
            tree = self.tree(path)
            if tree is None:
                continue
            yield from _named(path, tree, word, None)

    def find(self, dotted: str, depth: int = 0) -> Iterator[tuple[str, Node, ast.ClassDef | None]]:
        """Yield what a dotted name means by the imports of the package."""
        if depth == 0:
            self.tried = set()
        if depth > 12 or dotted in self.tried:
            return
        self.tried.add(dotted)
        parts = dotted.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            files = self.modules(".".join(parts[:cut]))
            for path in files:
                yield from self._inside(path, parts[cut:], depth)
            if files:
                return

    def _inside(self, path: str, rest: list[str], depth: int) -> Iterator[tuple[str, Node, ast.ClassDef | None]]:
        tree = self.tree(path)
        if tree is None or not rest:
            return
        package = path.removesuffix("/__init__.py").removesuffix("/__init__.pyi")
        own = package if "__init__" in path else path.rpartition("/")[0]
        stars: list[str] = []
        for node in ast.walk(tree):
            if isinstance(node, Node) and node.name == rest[0]:
                yield from self._members(path, node, rest[1:], depth)
            elif isinstance(node, ast.ImportFrom):
                base = own.split("/")[: len(own.split("/")) - node.level + 1] if node.level else []
                module = ".".join([*base, *(node.module or "").split(".")]).strip(".")
                for alias in node.names:
                    if alias.name == "*":
                        stars.append(module)
                    elif (alias.asname or alias.name) == rest[0]:
                        yield from self.find(".".join([module, alias.name, *rest[1:]]), depth + 1)
            elif isinstance(node, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id == rest[0] for t in node.targets
            ):
                made = node.value.func if isinstance(node.value, ast.Call) else node.value
                if isinstance(made, (ast.Name, ast.Attribute)):
                    name = ast.unparse(made)
                    if name != rest[0]:
                        yield from self._inside(path, [*name.split("."), *rest[1:]], depth + 1) if depth < 12 else ()
        for module in stars:
            yield from self.find(".".join([module, *rest]), depth + 1)

    def _members(
        self, path: str, node: Node, rest: list[str], depth: int
    ) -> Iterator[tuple[str, Node, ast.ClassDef | None]]:
        if not rest:
            yield path, node, None
            return
        if not isinstance(node, ast.ClassDef):
            return
        for below in node.body:
            if isinstance(below, Node) and below.name == rest[0]:
                yield path, below, node
                return
        for base in node.bases:
            name = ast.unparse(base).split("[")[0]
            yield from self._inside(path, [*name.split("."), *rest], depth + 1) if depth < 12 else ()

    def signature(self, path: str, node: Node, holder: ast.ClassDef | None, depth: int = 0) -> Signature:
        """Return the arguments of a definition; of a class, those of its constructor or its fields."""
        where = f"{path}:{node.lineno}"
        if not isinstance(node, ast.ClassDef):
            return _of_function(where, node, holder is not None)
        for below in node.body:
            if isinstance(below, (ast.FunctionDef, ast.AsyncFunctionDef)) and below.name in ("__init__", "__new__"):
                return _of_function(where, below, True)
        names = [b.target.id for b in node.body if isinstance(b, ast.AnnAssign) and isinstance(b.target, ast.Name)]
        aliases = {
            a for b in node.body if isinstance(b, ast.AnnAssign) and b.value is not None for a in _aliases(b.value)
        }
        inherited: list[Signature] = []
        for base in node.bases if depth < 6 else ():
            last = ast.unparse(base).split("[")[0].split(".")
            for other_path, other, other_holder in self._inside(path, last, 0):
                inherited.append(self.signature(other_path, other, other_holder, depth + 1))
                break
        first = tuple(n for s in inherited for n in s.positional)
        keywords = frozenset(names) | frozenset(aliases) | frozenset(n for s in inherited for n in s.keywords)
        loose = len(inherited) < len(node.bases) or any(s.any_keyword for s in inherited)
        return Signature(
            where,
            (*first, *names),
            keywords,
            frozenset(),
            next((s.any_position for s in inherited if s.any_position), ""),
            loose,
        )


def _aliases(value: ast.expr) -> Iterator[str]:
    for node in ast.walk(value):
        if (
            isinstance(node, ast.keyword)
            and node.arg in ("alias", "validation_alias")
            and isinstance(node.value, ast.Constant)
        ):
            yield str(node.value.value)


def _named(
    path: str, tree: ast.AST, word: str, holder: ast.ClassDef | None
) -> Iterator[tuple[str, Node, ast.ClassDef | None]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Node):
            if node.name == word:
                yield path, node, holder
            yield from _named(path, node, word, node if isinstance(node, ast.ClassDef) else None)
        else:
            yield from _named(path, node, word, holder)


def _of_function(where: str, node: ast.FunctionDef | ast.AsyncFunctionDef, method: bool) -> Signature:
    args = node.args
    names = [a.arg for a in (*args.posonlyargs, *args.args)]
    static = any(ast.unparse(d) == "staticmethod" for d in node.decorator_list)
    drop = (
        1
        if method and not static and names[:1] and names[0] in ("self", "cls", "mcs", "_cls", "klass", "__self")
        else 0
    )
    drop = drop or (1 if names[:1] and names[0] in ("self", "cls") else 0)
    free = len(names) - len(args.defaults)
    required = {n for i, n in enumerate(names) if drop <= i < free}
    required |= {a.arg for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d is None}
    return Signature(
        where,
        tuple(names[drop:]),
        frozenset(names[drop:]) | frozenset(a.arg for a in args.kwonlyargs),
        frozenset(required),
        args.vararg.arg if args.vararg is not None else "",
        args.kwarg is not None,
    )
