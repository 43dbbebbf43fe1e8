"""Where one key is drawn with twice: straight on, or at every turn of a loop.

Promises: only names of one function (or of the top level of a file), and their items at a written number, are followed, in
the order of the statements. Two branches of a condition exclude each other, and what a branch drew is forgotten behind it,
since it may have left the function. Refuses to know: what calls take keys, and keys in attributes, other containers and inner
functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct

from driftlint.python.ir import (
    ASSIGN,
    CALL,
    CLASS,
    CONST,
    DEF,
    EITHER,
    IF,
    IMPORT,
    ITEM,
    LIST,
    LOOP,
    NAME,
    OTHER,
    RETURN,
    TRY,
    WITH,
    Expr,
    Stmt,
    blocks,
    children,
    statement_expressions,
)
from driftlint.python.module import Scope

KeyOf: TypeAlias = "Callable[[Expr, Scope], Expr | None]"
"""Gives the expression of the key that a call draws with, None for a call that draws with none."""


class Reuse(Struct, frozen=True):
    """A draw whose key was used before. `first` is the draw before it, the same one for a draw that a loop repeats."""

    call: Expr
    key: Expr
    name: str
    """The key as it is written: ``key``, ``keys[0]``."""
    first: Expr


def find_reuses(scope: Scope, key_of: KeyOf) -> Iterator[Reuse]:
    """Yield the draws of a function, or of a file's top level, whose key an earlier one has used."""
    yield from _Follower(scope, key_of).follow(scope.body, {})


class _Follower:
    def __init__(self, scope: Scope, key_of: KeyOf) -> None:
        self.scope = scope
        self.key_of = key_of

    def follow(self, body: tuple[Stmt, ...], used: dict[str, Expr]) -> Iterator[Reuse]:
        """Yield the reuses of a block; `used` (name -> the draw that used it) is brought up to its end."""
        for stmt in body:
            tag = stmt[0]
            if tag == LOOP:
                yield from self._loop(stmt, used)
                continue
            for expr in statement_expressions(stmt):
                yield from self._draws(expr, used)
            _forget(used, _bound_by(stmt))
            if tag in (IF, TRY):
                for block in blocks(stmt):
                    yield from self.follow(block, dict(used))
                _forget(used, _bound_in(blocks(stmt)))
            elif tag == WITH:
                yield from self.follow(stmt[4], used)

    def _loop(self, stmt: Stmt, used: dict[str, Expr]) -> Iterator[Reuse]:
        if stmt[4] is not None:
            yield from self._draws(stmt[4], used)
        bound = {*_bound_by(stmt), *_bound_in(blocks(stmt))}
        inside = dict(used)
        _forget(inside, _bound_by(stmt))
        before = dict(inside)
        found = list(self.follow(stmt[5], inside))
        yield from found
        told = {reuse.call for reuse in found}
        for name, draw in inside.items():
            key = self.key_of(draw, self.scope)
            once_more = _base(name) not in bound and before.get(name) is not draw and draw not in told
            if once_more and key is not None and not _leaves(stmt[5]):
                yield Reuse(draw, key, name, draw)
        _forget(used, bound)
        used.update((name, draw) for name, draw in inside.items() if _base(name) not in bound)

    def _comprehension(self, expr: Expr, used: dict[str, Expr]) -> Iterator[Reuse]:
        """Yield the reuses of a comprehension: its names are its own, and all but its first iterable runs once an item."""
        head, body = expr[3][:-1], expr[3][-1]
        if len(head) > 1:
            yield from self._draws(head[1], used)
        own = set().union(*(_names_in(item) for item in head))
        inside = dict(used)
        _forget(inside, own)
        before = dict(inside)
        told = set()
        for item in (*head[2:], body):
            for reuse in self._draws(item, inside):
                told.add(reuse.call)
                yield reuse
        for name, draw in inside.items():
            key = self.key_of(draw, self.scope)
            if key is not None and before.get(name) is not draw and draw not in told:
                yield Reuse(draw, key, name, draw)
        used.update((name, draw) for name, draw in inside.items() if _base(name) not in own)

    def _draws(self, expr: Expr, used: dict[str, Expr]) -> Iterator[Reuse]:
        if expr[0] == EITHER:
            if expr[4] is not None:
                yield from self._draws(expr[4], used)
            for option in expr[3]:
                yield from self._draws(option, dict(used))
            return
        if expr[0] == LIST and "comprehension" in expr[4]:
            yield from self._comprehension(expr, used)
            return
        for child in children(expr):
            yield from self._draws(child, used)
        if expr[0] != CALL:
            return
        key = self.key_of(expr, self.scope)
        name = _spell(key) if key is not None else ""
        if key is None or not name:
            return
        if name in used:
            yield Reuse(expr, key, name, used[name])
        elif _base(name) in self.scope.bindings:
            used[name] = expr


def _spell(key: Expr) -> str:
    """Return a key as it is written, "" for one that is not followed."""
    if key[0] == NAME:
        return str(key[3])
    if key[0] == ITEM and key[3][0] == NAME and key[4][0] == CONST and isinstance(key[4][3], int):
        return f"{key[3][3]}[{key[4][3]}]"
    return ""


def _base(name: str) -> str:
    """Return the name that has to get a new value for a key to be another one."""
    return name.partition("[")[0]


def _leaves(body: tuple[Stmt, ...]) -> bool:
    """Return whether a block returns from the function as its last act: it has one turn."""
    return bool(body) and body[-1][0] == RETURN


def _bound_by(stmt: Stmt) -> set[str]:
    """Return the names that a statement itself gives a value, its blocks left out."""
    tag = stmt[0]
    names: set[str] = set()
    if tag in (ASSIGN, LOOP) and stmt[3] is not None:
        names |= _names_in(stmt[3])
    elif tag == WITH:
        for _, target in stmt[3]:
            names |= _names_in(target) if target is not None else set()
    elif tag in (DEF, CLASS):
        names.add(stmt[3])
    elif tag == IMPORT:
        names |= {alias or name or "" for name, alias in stmt[5] or ((stmt[3].split(".")[0], None),)}
    for expr in statement_expressions(stmt):
        names |= _walrus(expr)
    return names


def _bound_in(bodies: tuple[tuple[Stmt, ...], ...]) -> set[str]:
    names: set[str] = set()
    for body in bodies:
        for stmt in body:
            names |= _bound_by(stmt) | _bound_in(blocks(stmt))
    return names


def _names_in(target: Expr) -> set[str]:
    if target[0] == NAME:
        return {target[3]}
    if target[0] == ITEM:
        return _names_in(target[3])
    if target[0] in (LIST, OTHER):
        return set().union(*(_names_in(child) for child in children(target)))
    return set()


def _walrus(expr: Expr) -> set[str]:
    names: set[str] = set()
    for child in children(expr):
        names |= _walrus(child)
    if expr[0] == OTHER and expr[3] == "named_expression" and expr[4]:
        names |= _names_in(expr[4][0])
    return names


def _forget(used: dict[str, Expr], names: set[str]) -> None:
    for name in [name for name in used if _base(name) in names]:
        del used[name]
