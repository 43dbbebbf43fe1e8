"""Does the order of a value reach a file of data that a program writes, or a split or a sample that it draws?

Promises: the value is followed as in `order`, through what other packages make of it, and counts only where one of the calls
that keep it is given it, or writes it line by line. Refuses to know: which calls those are.
"""

from __future__ import annotations

from driftlint.flow.loop_bodies import is_counted_up, made_inside, names_of, sorts_inside
from driftlint.flow.order import OrderFlow
from driftlint.flow.order_forms import SEQUENCE, Form
from driftlint.match.patterns import PatternIndex
from driftlint.packs.catalogue import Order
from driftlint.python.ir import (
    ASSIGN,
    ATTR,
    CALL,
    CONST,
    ITEM,
    LIST,
    NAME,
    OTHER,
    Expr,
    Stmt,
    calls_in,
    dotted,
    statement_expressions,
    tail,
    walk,
)
from driftlint.python.module import Scope
from driftlint.resolve import Resolver
from driftlint.values import Function

_COLLECTS = frozenset(("append", "extend", "insert", "appendleft"))


class WrittenOrderFlow(OrderFlow):
    """Follows values of one kind of order to what keeps them. `written_by` are name patterns of calls that do."""

    def __init__(self, resolver: Resolver, order: Order, written_by: tuple[str, ...]) -> None:
        super().__init__(resolver, order)
        self._writers: PatternIndex[str] = PatternIndex((pattern, pattern) for pattern in written_by)

    def _writes(self, scope: Scope, call: Expr) -> bool:
        """Return whether a call keeps what it is given, or its receiver."""
        word = tail(call[3])
        return word in self._writers.words and any(
            next(self._writers.find(name), None) is not None
            for callee in self.resolver.callees(call, scope)
            for name in self.resolver.names_of(callee) or (f"?.{word}",)
        )

    def _through(self, scope: Scope, node: Expr, child: Expr, form: Form, depth: int) -> bool | Form:
        if not form.plain:
            if node[0] == LIST and node[4] == "comprehension" and node[3][-1][0] == OTHER and node[3][-1][3] == "pair":
                return SEQUENCE if form.numbered else False
            return super()._through(scope, node, child, form, depth)
        if node[0] == ATTR:
            return False if node[4] in self.order.settled_methods else form
        if node[0] == CALL and child is node[3]:
            return self._writes(scope, node) or form
        if node[0] == ITEM:
            one = node[4][0] == CONST and isinstance(node[4][3], int)
            return form if child is node[3] and not one else False
        if node[0] == OTHER and node[3] == "yield":
            return False
        return super()._through(scope, node, child, form, depth)

    def _display(self, scope: Scope, node: Expr, child: Expr, form: Form) -> bool | Form:
        body = node[3][-1]
        if child is not body and node[4] == "comprehension" and body[0] == OTHER and body[3] == "pair":
            return SEQUENCE if form.numbered else False
        return super()._display(scope, node, child, form)

    def _into(self, scope: Scope, node: Expr, child: Expr, form: Form, depth: int) -> bool:
        if self._writes(scope, node) and (form.plain or form.kept):
            return True
        if any(isinstance(callee, Function) for callee in self.resolver.callees(node, scope)):
            return super()._into(scope, node, child, form, depth)
        return False

    def _call(self, scope: Scope, node: Expr, child: Expr, form: Form, depth: int) -> bool | Form:
        answer = super()._call(scope, node, child, form, depth)
        ours = any(isinstance(callee, Function) for callee in self.resolver.callees(node, scope))
        settled = tail(node[3]) in self._settling or tail(node[3]) in _COLLECTS or self._tells_by_name(scope, node)
        made_of = any(argument is child and keyword in ("", "data") for keyword, argument in node[4])
        return form if answer is False and form.plain and made_of and not ours and not settled else answer

    def _uses(self, scope: Scope, name: str, after: int, form: Form, depth: int) -> bool:
        narrowed = (s for s in walk(scope.body) if s[0] == ASSIGN and s[4] is not None and dotted(s[3]) == name)
        if any(s[4][0] == ITEM and s[4][4][0] == CONST and dotted(s[4][3]) == name for s in narrowed):
            return False  # from there on it is one item
        return super()._uses(scope, name, after, form, depth)

    def _bound(self, scope: Scope, target: Expr, after: int, form: Form, depth: int) -> bool:
        if target[0] == LIST:
            return any(self._bound(scope, part, after, form, depth) for part in target[3])
        if target[0] == ITEM and (form.plain or form.kept):
            holder = dotted(target[3])
            return holder is not None and self._uses(scope, holder, after, form, depth)
        return super()._bound(scope, target, after, form, depth)

    def _loop(self, scope: Scope, stmt: Stmt, depth: int) -> bool:
        if sorts_inside(stmt, self._sorting):
            return False
        made = made_inside(stmt)
        for inner in walk(stmt[5]):
            for expr in statement_expressions(inner):
                for call in calls_in(expr):
                    if self._takes(scope, stmt, call, made, depth):
                        return True
            if inner[0] == ASSIGN and inner[4] is not None and inner[3][0] == ITEM and inner[3][4][0] == NAME:
                sized = any(tail(call[3]) == "len" for call in calls_in(inner[4]))
                counted = inner[4][0] == NAME and is_counted_up(stmt, inner[4][3])
                holder = dotted(inner[3][3])
                if (
                    holder is not None
                    and (sized or counted)
                    and self._uses(scope, holder, stmt[2], SEQUENCE, depth + 1)
                ):
                    return True
        return False

    def _takes(self, scope: Scope, loop: Stmt, call: Expr, made: frozenset[str], depth: int) -> bool:
        """Return whether a call in a loop writes a part of a file, or collects what is written."""
        holder = dotted(call[3][3]) if call[3][0] == ATTR else None
        if holder is None or holder in made or holder.split(".")[0] in {e[3] for e in names_of(loop[3])}:
            return False
        if tail(call[3]) in _COLLECTS:
            return self._uses(scope, holder, loop[2], SEQUENCE, depth + 1)
        return self._keeps_text(scope, call)
