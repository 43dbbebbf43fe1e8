"""Does the order of a value reach the result? A listing, a set or a salted hash, followed to what takes it over.

Promises: the value is followed through the calls, operators and comprehensions around it, through names, attributes and
returns of the repo; what sorts it or does not care about order ends the way. Refuses to know: what functions of other packages do
with a set, which counts as nothing, and with a list, which counts as taking its order over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from driftlint.flow.numbers import GIVES_A_NUMBER, repeats_hash
from driftlint.flow.reads import is_repeated, reads_of, way_to
from driftlint.match.arguments import given
from driftlint.packs.catalogue import Order
from driftlint.python.ir import (
    ASSIGN,
    ATTR,
    CALL,
    COMPARE,
    CONST,
    DICT,
    EITHER,
    ITEM,
    JOIN,
    LIST,
    LOOP,
    NAME,
    OTHER,
    RETURN,
    WITH,
    Expr,
    Stmt,
    calls_in,
    children,
    dotted,
    statement_expressions,
    tail,
    walk,
)
from driftlint.python.module import Module, Scope
from driftlint.resolve import Resolver
from driftlint.resolve.parameters import sites_of
from driftlint.values import Function

_MAX_DEPTH = 12
_MAX_SET_DEPTH = 2
"""Returns of a set are followed so far: what is handed on further mostly comes from another collection."""
_SET_OPERATORS = ("binary -", "binary |", "binary &", "binary ^")
_SET_METHODS = frozenset(("union", "intersection", "difference", "symmetric_difference", "copy"))
_POSITIONS = frozenset(("pop", "index"))
"""Methods by which a place in the order decides what is had."""
_COUNTING = frozenset(("enumerate", "zip", "index"))
_COLLECTS = frozenset(("append", "extend", "insert", "appendleft", "put", "write", "writelines", "writerow"))
_LEARNS = frozenset(("backward", "step", "partial_fit", "fit"))


@dataclass(frozen=True, slots=True)
class _Form:
    """What the followed value is: a set (its order is nobody's yet), a number made of it, or numbered by its place.

    `held`: a tuple of such values.
    """

    unordered: bool
    numbered: bool = False
    value: bool = False
    held: bool = False


class OrderFlow:
    """Follows values of one kind of order through one project. `seeding` are last words of calls that take a seed."""

    def __init__(self, resolver: Resolver, order: Order, seeding: frozenset[str] = frozenset()) -> None:
        self.resolver = resolver
        self.order = order
        self._seeding = seeding
        self._settling = frozenset(name.rsplit(".", 1)[-1] for name in order.settled_by)
        self._taking = frozenset(name.rsplit(".", 1)[-1] for name in order.taken_by)
        self._passing = self._taking | {name.rsplit(".", 1)[-1] for name in order.passed_by}
        self._operators = frozenset(f"binary {operator}" for operator in order.operators)
        self._seen: set[tuple[str, int, int]] = set()

    def reaches(self, module: Module, start: int, end: int) -> bool:
        """Return whether the order of the value of the expression at a span of a module bears on anything."""
        self._seen.clear()
        scope = module.scope_at(start)
        found = way_to(scope, start, end)
        if self.order.runs:
            return found is not None and self._runs_beside(scope, found[1])
        if (
            found is not None
            and (self._taking or self._operators)
            and repeats_hash(self.resolver, scope, *found, whole=bool(self._operators))
        ):
            return False
        form = _Form(bool(self.order.taken_by), value=bool(self.order.operators), held=self.order.holds)
        return self._decides(scope, start, end, form, 0)

    def _runs_beside(self, scope: Scope, way: list[Expr]) -> bool:
        """Return whether a function that is started many times collects into a list that outlives it."""
        call = way[-1]
        repeated = is_repeated(scope, call)
        got, _ = given(self.resolver, call, scope, self.order.runs) if repeated and call[0] == CALL else (None, True)
        for function in got.values if got is not None else ():
            if not isinstance(function, Function):
                continue
            inner = function.scope
            for body in (expr for s in walk(inner.body) for expr in statement_expressions(s)):
                for collected in calls_in(body):
                    holder = dotted(collected[3][3]) if collected[3][0] == ATTR else None
                    if tail(collected[3]) not in ("append", "extend") or holder is None or holder in inner.bindings:
                        continue
                    home = scope if holder in scope.bindings else inner.module.scope
                    if holder in home.bindings and self._collects(home, holder, call[2]):
                        return True
        return False

    def _collects(self, home: Scope, name: str, after: int) -> bool:
        reads = [r for s in (home, *home.inner) for r in reads_of(s, name, after if s.start <= after < s.end else -1)]
        return any(
            not (around is not None and around[0] == ATTR) and self._decides(where, read[1], read[2], _Form(False), 1)
            for where, read, around in reads
        )

    def _decides(self, scope: Scope, start: int, end: int, form: _Form, depth: int) -> bool:
        key = (scope.module.path, start, end)
        if depth > _MAX_DEPTH or key in self._seen:
            return False
        self._seen.add(key)
        found = way_to(scope, start, end)
        if found is None:
            return not form.unordered and not form.value
        stmt, way = found
        child = way[-1]
        for node in reversed(way[:-1]):
            answer = self._through(scope, node, child, form, depth)
            if isinstance(answer, bool):
                return answer
            form, child = answer, node
        return self._statement(scope, stmt, child, form, depth)

    def _through(self, scope: Scope, node: Expr, child: Expr, form: _Form, depth: int) -> bool | _Form:
        """Return what the value becomes in the expression around it, or whether that settles the question."""
        tag = node[0]
        if form.held and tag in (ITEM, ATTR):
            return child is node[3] and replace(form, held=False)
        if form.held:
            return form if tag == OTHER and node[3] == "await" else False
        if form.value:
            return self._value(node, child, form)
        if tag == CALL:
            return self._call(scope, node, child, form, depth)
        if tag == ATTR:
            known = node[4] in _SET_METHODS or node[4] in self._settling or node[4] in self.order.settled_methods
            return form if known or node[4] in _POSITIONS else False
        if tag == ITEM:
            return child is node[3] and not form.unordered and not _is_the_only_one(scope, child)
        if tag == EITHER:
            return False if child is node[4] else form
        if tag == LIST:
            return self._display(node, child, form)
        if tag == OTHER:
            if node[3] in ("await", "named_expression", "list_splat", "unary", "augmented"):
                return replace(form, unordered=False) if node[3] == "list_splat" else form
            if node[3] == "yield":
                return not form.unordered
            if form.unordered:
                taken_away = node[3] == "binary -" and child is node[4][-1]
                return form if node[3] in _SET_OPERATORS and not taken_away else False
            return form if node[3] == "binary +" else False
        if tag == DICT:
            return not form.unordered
        return False if tag in (JOIN, COMPARE) else not form.unordered

    def _value(self, node: Expr, child: Expr, form: _Form) -> bool | _Form:
        tag = node[0]
        if tag == OTHER and node[3] in self._operators:
            return True
        if tag == OTHER and (node[3].startswith("binary") or node[3] == "unary"):
            return form
        if tag == CALL and child is not node[3]:
            return form if tail(node[3]) in GIVES_A_NUMBER else tail(node[3]) in self._seeding
        return form if tag == ATTR and node[4] == "int" else False

    def _call(self, scope: Scope, node: Expr, child: Expr, form: _Form, depth: int) -> bool | _Form:
        name = tail(node[3])
        if child is node[3]:  # a method of the value
            if form.unordered:
                return form if name in _SET_METHODS else name == "pop"
            return form if name == "copy" else name in _POSITIONS
        if name in self._settling:
            return replace(form, unordered=False) if _leaves_ties(node) else False
        if name in self._passing:
            return replace(form, unordered=False, numbered=form.numbered or name in _COUNTING)
        if form.unordered:
            return form if name in _SET_METHODS else self._into(scope, node, child, form, depth)
        if name in ("append", "extend", "insert") and node[3][0] == ATTR:
            holder = dotted(node[3][3])
            return self._uses(scope, holder, node[2], form, depth) if holder is not None else True
        return self._into(scope, node, child, form, depth)

    def _into(self, scope: Scope, node: Expr, child: Expr, form: _Form, depth: int) -> bool:
        """A function of the repo is given the value: what does it do with its parameter?"""
        if tail(node[3]) in ("print", "info", "debug", "warning", "isinstance", "exists", "rmtree", "remove", "join"):
            return False
        for callee in self.resolver.callees(node, scope):
            if isinstance(callee, Function):
                params = callee.scope.params[1 if callee.bound else 0 :]
                for position, (keyword, argument) in enumerate(node[4]):
                    if argument is child:
                        name = keyword or (params[position][0] if position < len(params) else "")
                        return bool(name) and self._uses(callee.scope, name, -1, form, depth)
        return not form.unordered

    def _display(self, node: Expr, child: Expr, form: _Form) -> bool | _Form:
        if node[4] not in ("comprehension", "set comprehension"):
            return form if not form.unordered and node[4] != "set" else False
        if child is node[3][-1]:
            return form if not form.unordered else False
        if node[4] == "set comprehension":
            return form.numbered
        body = node[3][-1]
        if body[0] == OTHER and body[3] == "pair":
            return form.numbered
        return replace(form, unordered=False)

    # statements and names

    def _statement(self, scope: Scope, stmt: Stmt, child: Expr, form: _Form, depth: int) -> bool:
        tag = stmt[0]
        if tag == ASSIGN:
            if stmt[3] is child:
                return False
            return self._bound(scope, stmt[3], stmt[2], form, depth)
        if tag == LOOP:
            return not form.value and self._loop(scope, stmt, depth)
        if tag == RETURN:
            return self._returned(scope, form, depth)
        if tag == WITH:
            return any(
                self._bound(scope, target, stmt[1], form, depth)
                for context, target in stmt[3]
                if target is not None and context is child
            )
        return False

    def _bound(self, scope: Scope, target: Expr, after: int, form: _Form, depth: int) -> bool:
        name = dotted(target)
        if form.held:
            parts = target[3] if target[0] == LIST else ()
            return any(self._bound(scope, part, after, replace(form, held=False), depth) for part in parts)
        if name is not None:
            return self._uses(scope, name, after, form, depth)
        return target[0] == ITEM and not form.unordered and not form.value

    def _returned(self, scope: Scope, form: _Form, depth: int) -> bool:
        if scope.kind != "function":
            return not form.unordered and not form.value
        if form.unordered and depth > _MAX_SET_DEPTH:
            return False
        sites = sites_of(self.resolver, scope)
        return any(self._decides(site.scope, site.call[1], site.call[2], form, depth + 1) for site in sites)

    def _uses(self, scope: Scope, name: str, after: int, form: _Form, depth: int) -> bool:
        """Return whether any use of a name takes the order over. A method that sorts it in place settles all."""
        spots = list(reads_of(scope, name, after))
        for where, _, around in spots:
            if around is not None and around[0] == ATTR and around[4] in self.order.settled_methods:
                if where is scope or name.startswith("self."):
                    return False
        if any(stmt[0] == ASSIGN and self._resorts(stmt, name) for stmt in walk(scope.body)):
            return False
        return any(self._decides(where, read[1], read[2], form, depth + 1) for where, read, _ in spots)

    def _resorts(self, stmt: Stmt, name: str) -> bool:
        """Return whether a statement is ``x = sorted(x)``."""
        value = stmt[4]
        return (
            value is not None
            and dotted(stmt[3]) == name
            and value[0] == CALL
            and tail(value[3]) in self._settling
            and any(dotted(argument) == name for _, argument in value[4])
        )

    def _loop(self, scope: Scope, stmt: Stmt, depth: int) -> bool:
        """Return whether what a loop does hangs on the order: it collects, numbers, learns, yields or stops early."""
        targets = {expr[3] for expr in _names_of(stmt[3])} if stmt[3] is not None else set()
        for inner in walk(stmt[5]):
            for expr in statement_expressions(inner):
                for call in calls_in(expr):
                    name, holder = tail(call[3]), call[3][3] if call[3][0] == ATTR else None
                    sorts = name in self._settling or name in self.order.settled_methods
                    held = dotted(holder) if holder is not None and holder[0] in (NAME, ATTR) else None
                    if sorts and ((held in targets) or any(dotted(a) in targets for _, a in call[4])):
                        return False  # os.walk: what was listed is sorted inside the loop
        answers: set[object] = set()
        for inner in walk(stmt[5]):
            if inner[0] == RETURN:
                given = tuple(statement_expressions(inner))
                answers.update(expr[3] if expr[0] == CONST else inner for expr in given)
                if len(answers) > 1 or any(expr[0] != CONST for expr in given):
                    return True  # not whether some item is so, but which one comes first
                continue
            for expr in statement_expressions(inner):
                if self._acts(scope, inner, expr, stmt, depth):
                    return True
        return False

    def _acts(self, scope: Scope, inner: Stmt, expr: Expr, loop: Stmt, depth: int) -> bool:
        if expr[0] == OTHER and expr[3] == "yield":
            return True
        for call in calls_in(expr):
            name = tail(call[3])
            if name in _LEARNS and call[3][0] == ATTR:
                return True
            if name in _COLLECTS and call[3][0] == ATTR:
                holder = dotted(call[3][3])
                if holder is None or holder.split(".")[0] in {e[3] for e in _names_of(loop[3])}:
                    continue
                if self._is_made_inside(loop, holder):
                    continue
                if self._uses(scope, holder, loop[2], _Form(False), depth + 1):
                    return True
        if inner[0] != ASSIGN or inner[4] is None:
            return False
        if inner[3][0] == ITEM and any(tail(call[3]) == "len" for call in calls_in(inner[4])):
            return True  # index[word] = len(index)
        if inner[3][0] == ITEM and inner[4][0] == NAME and self._counts(loop, inner[4][3]):
            return True
        if inner[4][0] == OTHER and inner[4][3] == "augmented" and inner[3][0] == NAME:
            made = inner[4][4][-1]
            grows = any(b.kind == "value" and b.payload[0] == LIST for b in scope.bindings.get(inner[3][3], ()))
            if grows or made[0] == LIST or (made[0] == OTHER and made[3] == "binary +"):
                return self._uses(scope, inner[3][3], loop[2], _Form(False), depth + 1)
        return False

    @staticmethod
    def _is_made_inside(loop: Stmt, name: str) -> bool:
        return any(
            s[0] == ASSIGN and dotted(s[3]) == name and s[4] is not None and s[4][0] != OTHER for s in walk(loop[5])
        )

    @staticmethod
    def _counts(loop: Stmt, name: str) -> bool:
        return any(
            s[0] == ASSIGN and dotted(s[3]) == name and s[4] is not None and s[4][0] == OTHER and s[4][3] == "augmented"
            for s in walk(loop[5])
        )


def _leaves_ties(call: Expr) -> bool:
    """Return whether a call sorts by length alone: what is as long keeps the order in which it comes."""
    return any(keyword == "key" and value[0] == NAME and value[3] == "len" for keyword, value in call[4])


def _is_the_only_one(scope: Scope, expr: Expr) -> bool:
    """Return whether a condition around ``files[0]`` says that there is one item: ``if len(files) == 1``."""
    name = dotted(expr)
    for condition, wanted in scope.module.guards_at(scope, expr[1]):
        if condition[0] != COMPARE or condition[3][0] != CALL or tail(condition[3][3]) != "len" or not condition[3][4]:
            continue
        if dotted(condition[3][4][0][1]) == name and condition[5][0] == CONST and condition[5][3] == 1:
            return bool(condition[4] == ("==" if wanted else "!="))
    return False


def _names_of(expr: Expr | None) -> Iterator[Expr]:
    if expr is None:
        return
    if expr[0] == NAME:
        yield expr
    for child in children(expr):
        yield from _names_of(child)
