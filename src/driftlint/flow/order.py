"""Does the order of a value reach the result? A listing, a set or a salted hash, followed to what takes it over.

Promises: the value is followed through the calls, operators and comprehensions around it, through names, attributes and
returns of the repo; what sorts it or does not care about order ends the way. Refuses to know: what functions of other packages do
with a set, which counts as nothing, and with a list, which counts as taking its order over.
"""

from __future__ import annotations

from msgspec.structs import replace

from driftlint.flow.loop_bodies import is_counted_up, made_inside, names_of, sorts_inside
from driftlint.flow.numbers import GIVES_A_NUMBER, repeats_hash
from driftlint.flow.order_forms import SEQUENCE, Form, keep, pass_counted, pass_kept, pass_text
from driftlint.flow.reads import is_repeated, reads_of, way_to
from driftlint.flow.singles import (
    is_first,
    is_of_another_kind,
    is_only_asked,
    is_taken_by_a_set,
    is_the_only_one,
    leaves_ties,
    names_one_file,
)
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
    EXPR,
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
    dotted,
    statement_expressions,
    tail,
    walk,
)
from driftlint.python.module import Module, Scope
from driftlint.resolve import Resolver
from driftlint.resolve.parameters import sites_of
from driftlint.values import Function, Outside

_MAX_DEPTH = 12
_MAX_SET_DEPTH = 2
"""Returns of a set are followed so far: what is handed on further mostly comes from another collection."""
_SET_OPERATORS = ("binary -", "binary |", "binary &", "binary ^")
_SET_METHODS = frozenset(("union", "intersection", "difference", "symmetric_difference", "copy"))
_POSITIONS = frozenset(("pop", "index"))
"""Methods by which a place in the order decides what is had."""
_SAME_ORDER = frozenset(("reshape", "astype", "tolist", "flatten", "ravel", "view", "squeeze"))
"""Methods of an array that leave its items in their order."""
_COMPUTES = ("binary -", "binary *", "binary /", "binary //")
_COUNTING = frozenset(("enumerate", "zip", "index"))
_COLLECTS = frozenset(("append", "extend", "insert", "appendleft", "put", "write", "writelines", "writerow"))
_LETTERS = frozenset(("list", "tuple", "enumerate", "zip", "map", "filter", "iter"))
"""Builtins that take a text letter by letter."""
_RANKS = frozenset(("sorted", "nlargest", "nsmallest"))
"""Calls that sort a count, where a key says by what."""
_SAYS = frozenset(
    (
        *("print", "pprint", "debug", "info", "warning", "warn", "error", "critical", "exception"),
        *("isinstance", "exists", "rmtree", "remove"),
    )
)
"""Calls after which nobody but a person sees the order, or nobody."""
_TOLD = frozenset(("raise_statement", "assert_statement"))
_OTHER_KINDS = frozenset(("list", "tuple", "dict", "str", "bytes", "int", "float", "bool"))
"""What a value is not while it is a set."""
_LEARNS = frozenset(("backward", "step", "partial_fit", "fit"))


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
        self._letters = self._passing | _LETTERS
        self._reading = frozenset(name.rsplit(".", 1)[-1] for name in order.texts_read_by)
        self._counters = frozenset(name.rsplit(".", 1)[-1] for name in order.counted_by)
        self._named = frozenset(name.rsplit(".", 1)[-1] for name in order.by_name)
        self._sorting = frozenset(w for w in (*self._settling, *order.settled_methods) if "sort" in w)
        self._one_file = False
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
            and repeats_hash(
                self.resolver, scope, *found, whole=bool(self._operators), words=frozenset(self.order.numbers)
            )
        ):
            return False
        self._one_file = found is not None and names_one_file(found[1][-1])
        form = Form(bool(self.order.taken_by), value=bool(self.order.operators), held=self.order.holds)
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
            not (around is not None and around[0] == ATTR) and self._decides(where, read[1], read[2], SEQUENCE, 1)
            for where, read, around in reads
        )

    def _decides(self, scope: Scope, start: int, end: int, form: Form, depth: int) -> bool:
        key = (scope.module.path, start, end)
        if depth > _MAX_DEPTH or key in self._seen:
            return False
        self._seen.add(key)
        found = way_to(scope, start, end)
        if found is None:
            return form.plain
        stmt, way = found
        if stmt[0] == EXPR and stmt[3][0] == OTHER and stmt[3][3] in _TOLD:
            return False
        child = way[-1]
        read = dotted(child)
        if form.unordered and read is not None and is_of_another_kind(scope, read, start, _OTHER_KINDS):
            return False
        for node in reversed(way[:-1]):
            answer = self._through(scope, node, child, form, depth)
            if isinstance(answer, bool):
                return answer
            form, child = answer, node
        return self._statement(scope, stmt, child, form, depth)

    def _through(self, scope: Scope, node: Expr, child: Expr, form: Form, depth: int) -> bool | Form:
        """Return what the value becomes in the expression around it, or whether that settles the question."""
        tag = node[0]
        if form.held and tag in (ITEM, ATTR):
            return child is node[3] and replace(form, held=False)
        if form.held:
            return form if tag == OTHER and node[3] == "await" else False
        if form.value:
            return self._value(node, child, form)
        if form.text or form.counted or form.kept:
            return self._inside(scope, node, child, form, depth)
        if tag == CALL:
            return self._call(scope, node, child, form, depth)
        if tag == ATTR:
            known = node[4] in _SET_METHODS or node[4] in self._settling or node[4] in self.order.settled_methods
            return form if known or node[4] in _POSITIONS or (form.plain and node[4] in _SAME_ORDER) else False
        if tag == ITEM:
            return child is node[3] and not form.unordered and not self._any_will_do(scope, node, child)
        if tag == EITHER:
            return False if child is node[4] else form
        if tag == LIST:
            return self._display(scope, node, child, form)
        if tag == OTHER:
            if node[3] in ("await", "named_expression", "list_splat", "unary", "augmented"):
                return replace(form, unordered=False) if node[3] == "list_splat" else form
            if node[3] == "yield":
                return not form.unordered
            if form.unordered:
                taken_away = node[3] == "binary -" and child is node[4][-1]
                return form if node[3] in _SET_OPERATORS and not taken_away else False
            computed = node[3] in _COMPUTES and child is node[4][0]
            return form if node[3] == "binary +" or computed else False
        if tag == DICT:
            return keep(node, child) if form.plain else False
        return False if tag in (JOIN, COMPARE) else not form.unordered

    def _any_will_do(self, scope: Scope, node: Expr, child: Expr) -> bool:
        """Return whether it does not matter which item is taken: there is one, or its kind alone is asked."""
        return (self._one_file and is_first(node)) or is_the_only_one(scope, child) or is_only_asked(scope, node)

    def _inside(self, scope: Scope, node: Expr, child: Expr, form: Form, depth: int) -> bool | Form:
        """Return what a text, a count or a mapping that holds the order becomes."""
        if form.text:
            became = pass_text(node, child, form, self._letters)
            if became is None and tail(node[3]) in self._reading:
                return self._is_kept_text(scope, node)
        else:
            became = (pass_counted if form.counted else pass_kept)(node, child, form)
        if became is not None:
            return became
        if form.counted and tail(node[3]) in _RANKS:
            return SEQUENCE if leaves_ties(node, counted=True) else False
        if form.kept and tail(node[3]) in self._settling:
            return False
        return self._into(scope, node, child, form, depth)

    def _is_kept_text(self, scope: Scope, call: Expr) -> bool:
        """Return whether a text that a call is given ends in a file or a checksum, and not in a stream for people."""
        if call[3][0] != ATTR or tail(call[3]) not in _COLLECTS:
            return True
        holders = self.resolver.evaluate(call[3][3], scope)
        return not any(isinstance(h, Outside) and "()" not in h.name for h in holders)

    def _keeps_text(self, scope: Scope, call: Expr) -> bool:
        """Return whether a call is known to write to a file."""
        return tail(call[3]) in self._reading and self._is_one_of(scope, call, self.order.texts_read_by)

    def _tells_by_name(self, scope: Scope, call: Expr) -> bool:
        """Return whether what a call gives is told apart by a name of its own; a class is known from any module."""
        word = tail(call[3])
        return word in self._named and (word[:1].isupper() or self._is_one_of(scope, call, self.order.by_name))

    def _is_one_of(self, scope: Scope, call: Expr, names: tuple[str, ...]) -> bool:
        callees = self.resolver.callees(call, scope)
        return any(name in names for callee in callees for name in self.resolver.names_of(callee))

    def _value(self, node: Expr, child: Expr, form: Form) -> bool | Form:
        tag = node[0]
        if tag == OTHER and node[3] in self._operators:
            return True
        if tag == OTHER and (node[3].startswith("binary") or node[3] == "unary"):
            return form
        if tag == CALL and child is not node[3]:
            return form if tail(node[3]) in GIVES_A_NUMBER else tail(node[3]) in self._seeding
        return form if tag == ATTR and node[4] == "int" else False

    def _call(self, scope: Scope, node: Expr, child: Expr, form: Form, depth: int) -> bool | Form:
        name = tail(node[3])
        if child is node[3]:  # a method of the value
            if form.unordered:
                return form if name in _SET_METHODS else name == "pop" and not self._any_will_do(scope, node, child[3])
            return form if name == "copy" or name in _SAME_ORDER else name in _POSITIONS
        if name in self._settling:
            return replace(form, unordered=False) if leaves_ties(node) else False
        if is_taken_by_a_set(scope, node):
            return False
        if name in self._counters:
            return replace(form, unordered=False, counted=True)
        if name == "update" and node[3][0] == ATTR and self._counts_up(scope, node[3][3]):
            return self._uses(scope, dotted(node[3][3]) or "", node[2], Form(False, counted=True), depth)
        if name == "next" and self._any_will_do(scope, node, child):
            return False
        if name in self._passing:
            return replace(form, unordered=False, numbered=form.numbered or name in _COUNTING)
        if name == "join":
            return Form(False, text=True) if len(node[4]) == 1 else False
        if form.unordered:
            return form if name in _SET_METHODS else self._into(scope, node, child, form, depth)
        if name == "dict":
            return form.numbered
        if name in ("append", "extend", "insert") and node[3][0] == ATTR:
            holder = dotted(node[3][3])
            return self._uses(scope, holder, node[2], form, depth) if holder is not None else True
        return self._into(scope, node, child, form, depth)

    def _into(self, scope: Scope, node: Expr, child: Expr, form: Form, depth: int) -> bool:
        """A function of the repo is given the value: what does it do with its parameter?"""
        if tail(node[3]) in _SAYS or self._tells_by_name(scope, node):
            return False
        for callee in self.resolver.callees(node, scope):
            if isinstance(callee, Function):
                params = callee.scope.params[1 if callee.bound else 0 :]
                for position, (keyword, argument) in enumerate(node[4]):
                    if argument is child and keyword == "**" and form.kept:
                        return bool(form.at) and self._uses(callee.scope, form.at, -1, SEQUENCE, depth)
                    if argument is child:
                        name = keyword or (params[position][0] if position < len(params) else "")
                        return bool(name) and self._uses(callee.scope, name, -1, form, depth)
        return form.plain or form.kept

    def _counts_up(self, scope: Scope, holder: Expr) -> bool:
        """Return whether a name holds a count: ``counts = Counter()``."""
        return dotted(holder) is not None and any(
            isinstance(value, Outside) and value.name.removesuffix("()") in self.order.counted_by
            for value in self.resolver.evaluate(holder, scope)
        )

    def _display(self, scope: Scope, node: Expr, child: Expr, form: Form) -> bool | Form:
        if node[4] not in ("comprehension", "set comprehension"):
            return form if not form.unordered and node[4] != "set" else False
        if child is node[3][-1]:
            return form if not form.unordered else False
        if node[4] == "set comprehension":
            return form.numbered
        body = node[3][-1]
        if body[0] == OTHER and body[3] == "pair":
            return form.numbered
        if body[0] == CALL and self._tells_by_name(scope, body):
            return False
        return replace(form, unordered=False)

    # statements and names

    def _statement(self, scope: Scope, stmt: Stmt, child: Expr, form: Form, depth: int) -> bool:
        tag = stmt[0]
        if tag == ASSIGN:
            if stmt[3] is child:
                return False
            return self._bound(scope, stmt[3], stmt[2], form, depth)
        if tag == LOOP:
            return not form.value and not form.counted and (form.kept or self._loop(scope, stmt, depth))
        if tag == RETURN:
            return self._returned(scope, form, depth)
        if tag == WITH:
            return any(
                self._bound(scope, target, stmt[1], form, depth)
                for context, target in stmt[3]
                if target is not None and context is child
            )
        return False

    def _bound(self, scope: Scope, target: Expr, after: int, form: Form, depth: int) -> bool:
        name = dotted(target)
        if form.held:
            parts = target[3] if target[0] == LIST else ()
            return any(self._bound(scope, part, after, replace(form, held=False), depth) for part in parts)
        if name is not None:
            return self._uses(scope, name, after, form, depth)
        return target[0] == ITEM and (form.plain or form.kept)

    def _returned(self, scope: Scope, form: Form, depth: int) -> bool:
        if scope.kind != "function":
            return form.plain
        if form.unordered and depth > _MAX_SET_DEPTH:
            return False
        sites = sites_of(self.resolver, scope)
        return any(self._decides(site.scope, site.call[1], site.call[2], form, depth + 1) for site in sites)

    def _uses(self, scope: Scope, name: str, after: int, form: Form, depth: int) -> bool:
        """Return whether any use of a name takes the order over. A method that sorts it in place settles all."""
        spots = list(reads_of(scope, name, after))
        for where, _, around in spots:
            if around is not None and around[0] == ATTR and around[4] in self.order.settled_methods:
                if where is scope or name.startswith("self."):
                    return False
        if any(stmt[0] == ASSIGN and self._resorts(scope, stmt, name) for stmt in walk(scope.body)):
            return False
        return any(self._decides(where, read[1], read[2], form, depth + 1) for where, read, _ in spots)

    def _resorts(self, scope: Scope, stmt: Stmt, name: str) -> bool:
        """Return whether a statement is ``x = sorted(x)``, by a function of the repo too, or ``x = dict(x)``."""
        value = stmt[4]
        if value is None or value[0] != CALL or dotted(stmt[3]) != name:
            return False
        if all(dotted(argument) != name for _, argument in value[4]):
            return False
        if tail(value[3]) in self._settling or tail(value[3]) == "dict":
            return True
        callees = self.resolver.callees(value, scope)
        return bool(callees) and all(isinstance(c, Function) and self._gives_sorted(c.scope) for c in callees)

    def _gives_sorted(self, function: Scope) -> bool:
        """Return whether all that a function returns is sorted in the same statement."""
        returned = [stmt[3] for stmt in walk(function.body) if stmt[0] == RETURN]
        return bool(returned) and all(
            value is not None and value[0] == CALL and tail(value[3]) in self._settling for value in returned
        )

    def _loop(self, scope: Scope, stmt: Stmt, depth: int) -> bool:
        """Return whether what a loop does hangs on the order: it collects, numbers, learns, yields or stops early."""
        if sorts_inside(stmt, self._sorting):
            return False
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
        made = made_inside(loop)
        for call in calls_in(expr):
            name = tail(call[3])
            if name in _LEARNS and call[3][0] == ATTR:
                return True
            if name in _COLLECTS and call[3][0] == ATTR:
                holder = dotted(call[3][3])
                if holder not in made and self._keeps_text(scope, call):
                    return True  # line by line into one file
                if holder is None or holder.split(".")[0] in {e[3] for e in names_of(loop[3])}:
                    continue
                if holder in made or any(a[0] == CALL and self._tells_by_name(scope, a) for _, a in call[4]):
                    continue
                if self._uses(scope, holder, loop[2], SEQUENCE, depth + 1):
                    return True
        if inner[0] != ASSIGN or inner[4] is None:
            return False
        if inner[3][0] == ITEM and any(tail(call[3]) == "len" for call in calls_in(inner[4])):
            return True  # index[word] = len(index)
        if inner[3][0] == ITEM and _is_augmented(inner) and self._counts_up(scope, inner[3][3]):
            return self._uses(scope, dotted(inner[3][3]) or "", loop[2], Form(False, counted=True), depth + 1)
        if inner[3][0] == ITEM and inner[4][0] == NAME and is_counted_up(loop, inner[4][3]):
            return True
        if _is_augmented(inner) and inner[3][0] == NAME:
            made = inner[4][4][-1]
            grows = any(b.kind == "value" and b.payload[0] == LIST for b in scope.bindings.get(inner[3][3], ()))
            if grows or made[0] == LIST or (made[0] == OTHER and made[3] == "binary +"):
                return self._uses(scope, inner[3][3], loop[2], SEQUENCE, depth + 1)
        return False


def _is_augmented(stmt: Stmt) -> bool:
    return bool(stmt[4][0] == OTHER and stmt[4][3] == "augmented")
