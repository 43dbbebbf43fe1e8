"""One Python file's names: scopes, bindings and calls over its lowered body.

Promises: everything is found by offset, nothing is resolved across files. Refuses to know: the catalogue, other modules.
"""

from __future__ import annotations

import marshal
from bisect import bisect_right
from collections.abc import Iterator
from operator import itemgetter
from typing import Any, NamedTuple

from msgspec import Struct, field

from driftlint.python.ir import (
    ASSIGN,
    CALL,
    CLASS,
    COMPARE,
    CONST,
    DEF,
    EXPR,
    IF,
    IMPORT,
    ITEM,
    LIST,
    LOOP,
    OTHER,
    RETURN,
    TRY,
    WITH,
    Expr,
    Stmt,
    blocks,
    calls_in,
    dotted,
    statement_expressions,
    tail,
)
from driftlint.python.lower import Lowered, lower_module

FACTS_VERSION = 26
"""Raise when the shapes of `ir` or of `encode` change: cached facts of older versions are then ignored."""

Guard = tuple[Expr, bool]
_START = itemgetter(1)


class Binding(Struct, frozen=True):
    """One way in which a scope gives a name a value.

    `kind`: "value" (payload: expr), "element" (an item of payload), "context" (entered payload), "import" (payload: the
    IMPORT statement, and the imported name or None), "scope" (payload: a Scope), "param" (payload: the parameter tuple).
    `route` is the path of a destructuring target (indexes). `guards` are the conditions around it, outermost first.
    """

    offset: int
    kind: str
    payload: Any
    route: tuple[int, ...] = ()
    guards: tuple[Guard, ...] = ()


class Scope(Struct, eq=False):
    """A module, class, function or lambda. `stmt` is its DEF/CLASS statement or LAMBDA expression, None for the module."""

    module: Module
    kind: str
    name: str
    stmt: Stmt | None
    parent: Scope | None
    body: tuple[Stmt, ...]
    start: int
    end: int
    guards: tuple[Guard, ...] = ()
    inner: list[Scope] = field(default_factory=list)
    _bindings: dict[str, list[Binding]] | None = None

    @property
    def qualname(self) -> str:
        """Names from the module down, joined by dots ("" for the module)."""
        if self.parent is None:
            return ""
        above = self.parent.qualname
        return f"{above}.{self.name}" if above else self.name

    @property
    def params(self) -> tuple[tuple[Any, ...], ...]:
        """Parameter tuples of a function or lambda (see `ir`)."""
        if self.stmt is None or self.kind == "class":
            return ()
        return tuple(self.stmt[4] if self.stmt[0] == DEF else self.stmt[3])

    @property
    def decorators(self) -> tuple[Expr, ...]:
        """Decorator expressions of a function or class."""
        return tuple(self.stmt[5]) if self.stmt is not None and self.stmt[0] in (DEF, CLASS) else ()

    @property
    def is_method(self) -> bool:
        """Whether the scope is a function directly inside a class."""
        return self.kind == "function" and self.parent is not None and self.parent.kind == "class"

    @property
    def bindings(self) -> dict[str, list[Binding]]:
        """Bindings by name, in source order. ``self.x`` and ``a.b`` targets are kept under their dotted text."""
        if self._bindings is None:
            self._bindings = {}
            for param in self.params:
                self._add(param[0], Binding(param[4], "param", param))
            if self.kind != "lambda":
                self._collect(self.body, ())
        return self._bindings

    def _add(self, name: str, binding: Binding) -> None:
        assert self._bindings is not None
        self._bindings.setdefault(name, []).append(binding)

    def _collect(self, body: tuple[Stmt, ...], guards: tuple[Guard, ...]) -> None:
        for stmt in body:
            tag, start = stmt[0], stmt[1]
            if tag == ASSIGN and stmt[4] is not None:
                self._bind(stmt[3], "value", stmt[4], start, (), guards)
            elif tag == IMPORT:
                self._import(stmt, guards)
            elif tag in (DEF, CLASS):
                scope = self.module.scope_of(stmt)
                if scope is not None:
                    self._add(stmt[3], Binding(start, "scope", scope, (), guards))
            elif tag == LOOP and stmt[3] is not None:
                self._bind(stmt[3], "element", stmt[4], start, (), guards)
            elif tag == WITH:
                for context, target in stmt[3]:
                    if target is not None:
                        self._bind(target, "context", context, start, (), guards)
            if tag == IF:
                self._collect(stmt[4], (*guards, (stmt[3], True)))
                self._collect(stmt[5], (*guards, (stmt[3], False)))
            elif tag == TRY:
                for index, block in enumerate(stmt[3]):  # what follows the first block may run instead of it
                    self._collect(block, (*guards, ((OTHER, start, -index, "branch", ()), True)) if index else guards)
            elif tag in (LOOP, WITH):
                for block in blocks(stmt):
                    self._collect(block, guards)

    def _bind(
        self,
        target: Expr,
        kind: str,
        value: Expr,
        at: int,
        route: tuple[int, ...],
        guards: tuple[Guard, ...],
    ) -> None:
        if target[0] == LIST:
            for index, item in enumerate(target[3]):
                if item[0] == OTHER and item[3] == "list_splat_pattern" and item[4]:
                    if index == 0:  # ``(*first, last) = value``: what it is up to its last items
                        self._bind(item[4][0], kind, value, at, route, guards)
                    break
                self._bind(item, kind, value, at, (*route, index), guards)
        elif target[0] == ITEM and target[4][0] == CONST:
            base = dotted(target[3])
            if base is not None:
                self._add(f"{base}[{target[4][3]!r}]", Binding(at, kind, value, route, guards))
        else:
            name = dotted(target)
            if name is not None:
                self._add(name, Binding(at, kind, value, route, guards))

    def _import(self, stmt: Stmt, guards: tuple[Guard, ...]) -> None:
        start, module, names = stmt[1], stmt[3], stmt[5]
        if names is None:
            self._add(
                module.split(".")[0],
                Binding(start, "import", (stmt, None, True), (), guards),
            )
            return
        for name, alias in names:
            self._add(alias, Binding(start, "import", (stmt, name, False), (), guards))


class ImportLine(NamedTuple):
    """One import statement. `start` and `end` are code points of the statement.

    `names` are what ``from module import`` takes (empty for ``import module``). `optional`: it stands in a ``try`` or under a
    condition other than the main guard, so the module can do without it. `nested`: it stands in a function, and runs only
    when that is called.
    """

    module: str
    level: int
    names: tuple[str | None, ...]
    start: int
    end: int
    optional: bool
    nested: bool


class Outline(Struct, frozen=True):
    """What is known of a module without decoding its body: enough to see that most modules need not be decoded.

    `words` are the last names of all callees, `defines` the names of all functions and classes, `imports` all import
    statements, those inside functions included, `guard` and `work` the spans of the main guard's head and of the first
    top-level statement that does more than define, None without one. `calling` is the first top-level statement that
    calls anything: a script may do all its work in assignments and prints, and so may a module that only defines.
    """

    words: frozenset[str]
    defines: frozenset[str]
    imports: tuple[ImportLine, ...]
    guard: tuple[int, int] | None
    work: tuple[int, int] | None
    calling: tuple[int, int] | None
    first: tuple[int, int] | None
    errors: tuple[int, ...]
    given_up: bool


def encode(lowered: Lowered) -> bytes:
    """Return a module's facts as bytes for the cache and for worker processes: an outline, then the body."""
    rest = (lowered.body, lowered.lambdas, lowered.sets, lowered.calls)
    return encode_outline(lowered) + marshal.dumps(rest)


def encode_outline(lowered: Lowered) -> bytes:
    """Return what `drop_body` leaves of a module's facts."""
    body = lowered.body
    calls = lowered.calls
    first = (body[0][1], body[0][2]) if body else None
    guard = next(((s[1], s[3][2]) for s in body if s[0] == IF and is_main_guard(s)), None)
    work = next(((s[1], min(s[2], s[1] + 200)) for s in body if _works(s)), None)
    calling = next(((s[1], min(s[2], s[1] + 200)) for s in body if _calls_something(s)), None)
    imports, defines = _imports_and_names(body)
    head = marshal.dumps(
        (FACTS_VERSION, tuple(calls), defines, imports, guard, work, calling, first, lowered.errors, lowered.given_up)
    )
    return len(head).to_bytes(4, "little") + head


def drop_body(blob: bytes) -> bytes:
    """Return encoded facts with their outline alone: what is left to keep once the body is decoded."""
    return blob[: 4 + _head(blob)]


def outline(blob: bytes) -> Outline | None:
    """Return the outline of encoded facts, None when the bytes are not of this version."""
    try:
        fields = marshal.loads(blob[4 : 4 + _head(blob)])
        version, words, defines, imports, guard, work, calling, first, errors, given_up = fields
    except (EOFError, ValueError, TypeError):
        return None
    if version != FACTS_VERSION:
        return None
    lines = tuple(ImportLine(*line) for line in imports)
    return Outline(frozenset(words), frozenset(defines), lines, guard, work, calling, first, errors, given_up)


def decode(
    blob: bytes,
) -> tuple[tuple[Stmt, ...], tuple[Expr, ...], tuple[Expr, ...], dict[str, list[Expr]]] | None:
    """Return the body, its lambdas, its sets and the calls by last name that `encode` stored, None for unreadable bytes."""
    try:
        body, lambdas, sets, calls = marshal.loads(blob[4 + _head(blob) :])
    except (EOFError, ValueError, TypeError):
        return None
    return body, lambdas, sets, calls


def _head(blob: bytes) -> int:
    return int.from_bytes(blob[:4], "little")


_WITHOUT_BLOCKS = (ASSIGN, EXPR, RETURN)


def _imports_and_names(body: tuple[Stmt, ...]) -> tuple[tuple[tuple[Any, ...], ...], tuple[str, ...]]:
    """Return the fields of each `ImportLine`, and the names of all functions and classes."""
    found: list[tuple[Any, ...]] = []
    names: dict[str, None] = {}
    stack = [(body, False, False)]
    while stack:
        block, optional, nested = stack.pop()
        for stmt in block:
            if stmt[0] in _WITHOUT_BLOCKS:
                continue
            if stmt[0] == IMPORT:
                taken = tuple(name for name, _ in stmt[5] or ())
                found.append((stmt[3], stmt[4], taken, stmt[1], stmt[2], optional, nested))
            branches = optional or stmt[0] == TRY or (stmt[0] == IF and not is_main_guard(stmt))
            stack.extend((inner, branches, nested) for inner in blocks(stmt))
            if stmt[0] in (DEF, CLASS):
                names.setdefault(stmt[3])
            if stmt[0] == DEF and stmt[6]:
                stack.append((stmt[6], branches, True))
    return tuple(found), tuple(names)


def is_main_guard(stmt: Stmt) -> bool:
    """Return whether an IF statement is ``if __name__ == "__main__"``."""
    condition = stmt[3]
    if condition[0] != COMPARE or condition[4] != "==":
        return False
    return "__name__" in (dotted(condition[3]), dotted(condition[5]))


_SETTING_UP = frozenset(("print", "append", "insert", "filterwarnings", "basicConfig", "load_dotenv"))


def _works(stmt: Stmt) -> bool:
    """Return whether a top-level statement does more than define and configure: a loop, a with, a bare call."""
    if stmt[0] in (LOOP, WITH):
        return True
    return bool(stmt[0] == EXPR and stmt[3][0] == CALL and tail(stmt[3][3]) not in _SETTING_UP)


def _calls_something(stmt: Stmt) -> bool:
    """Return whether a top-level statement that is no definition calls anything."""
    return stmt[0] not in (DEF, CLASS, IMPORT) and any(
        next(calls_in(expr), None) is not None for expr in statement_expressions(stmt)
    )


def extract_facts(text: str) -> bytes:
    """Lower a Python text and encode its facts."""
    return encode(lower_module(text))


class Module:
    """One Python file or notebook. `path` is relative to the root; the body comes from `decode`, or is as it was lowered."""

    def __init__(self, path: str, facts: bytes | Lowered) -> None:
        self.path = path
        if isinstance(facts, Lowered):
            self.body, lambdas, self.sets, self.calls = facts.body, facts.lambdas, facts.sets, facts.calls
        else:
            self.body, lambdas, self.sets, self.calls = decode(facts) or ((), (), (), {})
        self._scope_at: dict[int, Scope] = {}
        self._guards_at: dict[tuple[int, int, int], tuple[Guard, ...]] = {}
        self._scopes: dict[int, Scope] = {}
        self._starts: list[int] = []
        self._ordered: list[Scope] = []
        end = self.body[-1][2] + 1 if self.body else 1
        self.scope = Scope(self, "module", "", None, None, self.body, 0, end)
        self._build(self.scope, self.body, ())
        for expr in sorted(lambdas, key=lambda e: (e[1], -e[2])):  # outer lambdas before those inside them
            parent = self.scope_at(expr[1])
            self._register(parent, Scope(self, "lambda", "<lambda>", expr, parent, (), expr[1], expr[2]))
        self._scope_at.clear()

    def _build(self, parent: Scope, body: tuple[Stmt, ...], guards: tuple[Guard, ...]) -> None:
        for stmt in body:
            if stmt[0] == DEF:
                scope = Scope(self, "function", stmt[3], stmt, parent, stmt[6] or (), stmt[1], stmt[2], guards)
                self._register(parent, scope)
                self._build(scope, stmt[6] or (), ())
            elif stmt[0] == CLASS:
                scope = Scope(self, "class", stmt[3], stmt, parent, stmt[6], stmt[1], stmt[2], guards)
                self._register(parent, scope)
                self._build(scope, stmt[6], ())
            elif stmt[0] == IF:
                self._build(parent, stmt[4], (*guards, (stmt[3], True)))
                self._build(parent, stmt[5], (*guards, (stmt[3], False)))
            else:
                for block in blocks(stmt):
                    self._build(parent, block, guards)

    def _register(self, parent: Scope, scope: Scope) -> None:
        parent.inner.append(scope)
        self._scopes.setdefault(scope.start, scope)
        self._ordered.append(scope)

    def scope_of(self, stmt: Stmt) -> Scope | None:
        """Return the scope that a DEF, CLASS or LAMBDA opens."""
        return self._scopes.get(stmt[1])

    def scope_at(self, offset: int) -> Scope:
        """Return the innermost scope whose body holds an offset (a function's own header belongs to its parent)."""
        known = self._scope_at.get(offset)
        if known is not None:
            return known
        scope = self.scope
        while True:
            for inner in scope.inner:
                if inner.start <= offset < inner.end and (inner.stmt is None or self._in_body(inner, offset)):
                    scope = inner
                    break
            else:
                self._scope_at[offset] = scope
                return scope

    @staticmethod
    def _in_body(scope: Scope, offset: int) -> bool:
        if scope.kind == "lambda":
            assert scope.stmt is not None
            return bool(scope.stmt[4][1] <= offset)
        return bool(scope.body) and scope.body[0][1] <= offset

    def scopes(self) -> Iterator[Scope]:
        """Yield the module's own scope, then every scope inside it."""
        yield self.scope
        yield from self._ordered

    def release(self) -> None:
        """Let go of everything: the scopes hold each other, and a module out of use is then freed without a collection."""
        for scope in self.scopes():
            scope.inner, scope._bindings = [], {}
        self.body, self.sets, self.calls = (), (), {}
        self._scopes, self._scope_at, self._guards_at, self._ordered = {}, {}, {}, []
        self.scope = Scope(self, "module", "", None, None, (), 0, 1)

    def guards_at(self, scope: Scope, offset: int) -> tuple[Guard, ...]:
        """Return the conditions of `scope` that must hold where `offset` stands, outermost first."""
        key = scope.start, scope.end, offset
        known = self._guards_at.get(key)
        if known is None:
            known = self._guards_at[key] = self._find_guards(scope.body, offset)
        return known

    @staticmethod
    def _find_guards(body: tuple[Stmt, ...], offset: int) -> tuple[Guard, ...]:
        guards: list[Guard] = []
        while True:
            index = bisect_right(body, offset, key=_START) - 1
            if index < 0 or body[index][2] < offset:
                return tuple(guards)
            stmt = body[index]
            if stmt[0] == IF:
                if any(s[1] <= offset < s[2] for s in stmt[4]):
                    guards.append((stmt[3], True))
                    body = stmt[4]
                    continue
                if any(s[1] <= offset < s[2] for s in stmt[5]):
                    guards.append((stmt[3], False))
                    body = stmt[5]
                    continue
                return tuple(guards)
            for block in blocks(stmt):
                if any(s[1] <= offset < s[2] for s in block):
                    body = block
                    break
            else:
                return tuple(guards)
