"""Lower Python text to the tuples of `ir`.

Promises: any text gives a module, broken code included (what does not parse is left out and counted); one pass over the
syntax tree. Refuses to know: what any name means.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, chain, islice

from msgspec import Struct, field
from tree_sitter import Language, Node, Parser

from driftlint.grammar import GivenUp, parse
from driftlint.python.expressions import EXPRESSIONS, ExpressionLowerer
from driftlint.python.ir import (
    ASSIGN,
    CLASS,
    DEF,
    EXPR,
    IF,
    IMPORT,
    LOOP,
    NAME,
    OTHER,
    RETURN,
    TRY,
    WITH,
    Expr,
    Stmt,
)

_MAX_BLOCKS = 100
"""Blocks nested deeper are left out: Python itself refuses more than 100 levels of indentation."""
_MAX_CLAUSES = 200
"""Longer chains of ``elif`` are kept as alternatives without their conditions."""


_LEADS = bytes(byte & 0xC0 != 0x80 for byte in range(256))
"""1 for each byte that begins a code point in UTF-8."""


@lru_cache(maxsize=1)
def _parser() -> Parser:
    import tree_sitter_python  # it loads modules that a run has no use for whose facts are in the cache

    return Parser(Language(tree_sitter_python.language()))


class Lowered(Struct, frozen=True):
    """A lowered text: its statements, every lambda and set display in it, and the code-point offsets where it does not parse.

    `calls` holds every call by the last name of its callee, inner before outer. Calls outside of functions come first:
    a recursive function is then seen to be called from outside before its own call leads back to it.
    """

    body: tuple[Stmt, ...]
    lambdas: tuple[Expr, ...] = ()
    sets: tuple[Expr, ...] = ()
    errors: tuple[int, ...] = ()
    calls: dict[str, list[Expr]] = field(default_factory=dict)
    given_up: bool = False
    """Whether nothing was lowered: parsing went beyond its bound, at the one offset in `errors`."""


class Piece(Struct, frozen=True):
    """What one statement at the top of a text, from `start` to `end`, is lowered to; a comment gives nothing.

    `calls` are those outside of functions by the last name of their callee, `nested` those inside, `aliases` pairs of a
    function's own name and the one that it is imported under.
    """

    start: int
    end: int
    is_comment: bool
    body: tuple[Stmt, ...]
    lambdas: list[Expr]
    sets: list[Expr]
    calls: dict[str, list[Expr]]
    nested: dict[str, list[Expr]]
    aliases: set[tuple[str, str]]


def lower_module(text: str) -> Lowered:
    """Lower a Python text."""
    lowerer, root = _parse(text)
    if isinstance(root, GivenUp):
        return Lowered((), errors=(lowerer.at(root.at),), given_up=True)
    body = lowerer.block(root)
    errors = tuple(_errors(root, lowerer)) if root.has_error else ()
    whole = Piece(
        0, len(text), False, body, lowerer.lambdas, lowerer.sets, lowerer.calls, lowerer.nested_calls, lowerer.aliases
    )
    return join_pieces([whole], errors)


class Unparsed(Struct, frozen=True):
    """A text that does not parse: the offsets where it does not, or the one where parsing went beyond its bound."""

    errors: tuple[int, ...]
    given_up: bool = False


def lower_pieces(text: str) -> list[Piece] | Unparsed:
    """Lower a Python text statement by statement, if all of it parses."""
    lowerer, root = _parse(text)
    if isinstance(root, GivenUp):
        return Unparsed((lowerer.at(root.at),), given_up=True)
    if root.has_error:
        return Unparsed(tuple(_errors(root, lowerer)))
    found: list[Piece] = []
    for child in root.named_children:
        one = _Lowerer(lowerer.data, lowerer.table, lowerer.ascii)
        body = one.block(root, (child,))
        start, end = one.span(child)
        is_comment = child.type == "comment"
        found.append(
            Piece(start, end, is_comment, body, one.lambdas, one.sets, one.calls, one.nested_calls, one.aliases)
        )
    return found


def join_pieces(pieces: Sequence[Piece], errors: tuple[int, ...] = ()) -> Lowered:
    """Return what the text that these pieces make up is lowered to."""
    calls: dict[str, list[Expr]] = {}
    for part in (*(piece.calls for piece in pieces), *(piece.nested for piece in pieces)):
        for name, found in part.items():
            calls.setdefault(name, []).extend(found)
    _file_aliases(calls, frozenset().union(*(piece.aliases for piece in pieces)))
    body = tuple(chain.from_iterable(piece.body for piece in pieces))
    lambdas = tuple(chain.from_iterable(piece.lambdas for piece in pieces))
    sets = tuple(chain.from_iterable(piece.sets for piece in pieces))
    return Lowered(body, lambdas, sets, errors, calls)


def _parse(text: str) -> tuple[_Lowerer, Node | GivenUp]:
    data = text.encode("utf-8", "surrogatepass")
    is_ascii = len(data) == len(text)
    return _Lowerer(data, None if is_ascii else _code_points(data), text if is_ascii else ""), parse(_parser(), data)


def _file_aliases(calls: dict[str, list[Expr]], aliases: Iterable[tuple[str, str]]) -> None:
    """File the calls of a function that is imported under another name under its own name as well."""
    renamed = [(name, [call for call in calls.get(alias, ()) if call[3][0] == NAME]) for name, alias in sorted(aliases)]
    for name, found in renamed:
        if found:
            calls.setdefault(name, []).extend(found)


def _code_points(data: bytes) -> array[int]:
    """Return for each byte the code point that it belongs to, and at the end their number."""
    table = array("L", islice(accumulate(data.translate(_LEADS), initial=-1), 1, None))
    table.append(table[-1] + 1)
    return table


def _errors(root: Node, lowerer: _Lowerer) -> list[int]:
    found: list[int] = []
    stack = [root]
    while stack and len(found) < 20:
        node = stack.pop()
        if node.is_error or node.is_missing:
            found.append(lowerer.at(node.start_byte))
            continue
        stack.extend(child for child in node.children if child.has_error)
    return sorted(found)


class _Lowerer(ExpressionLowerer):
    def block(self, node: Node, children: Sequence[Node] | None = None) -> tuple[Stmt, ...]:
        out: list[Stmt] = []
        if self.blocks > _MAX_BLOCKS:
            return ()
        self.blocks += 1
        around = self.walruses
        for child in node.named_children if children is None else children:
            self.walruses, start = [], len(out)
            handler = _STATEMENTS.get(child.type)
            if handler is not None:
                handler(self, child, out)
            elif child.type == "ERROR":
                out.extend(self.block(child))
            elif child.type in EXPRESSIONS and node.type in (
                "ERROR",
                "module",
                "block",
            ):
                out.append(
                    (
                        EXPR,
                        *self.span(child),
                        self.expr(child),
                    )
                )
            out[start:start] = self.walruses
        self.walruses = around
        self.blocks -= 1
        return tuple(out)

    def field_block(self, node: Node, name: str) -> tuple[Stmt, ...]:
        body = node.child_by_field_name(name)
        return self.block(body) if body is not None else ()

    # statements

    def expression_statement(self, node: Node, out: list[Stmt]) -> None:
        for child in node.named_children:
            kind = child.type
            s, e = self.span(child)
            if kind == "assignment":
                self.assignment(child, out)
            elif kind == "augmented_assignment":
                left, right = (
                    child.child_by_field_name("left"),
                    child.child_by_field_name("right"),
                )
                if left is not None and right is not None:
                    target = self.expr(left)
                    out.append(
                        (
                            ASSIGN,
                            s,
                            e,
                            target,
                            (OTHER, s, e, "augmented", (target, self.expr(right))),
                            "",
                        )
                    )
            elif not child.is_extra and kind != "string":
                out.append((EXPR, s, e, self.expr(child)))

    def assignment(self, node: Node, out: list[Stmt]) -> None:
        s, e = self.span(node)
        targets: list[Expr] = []
        annotation = ""
        value: Node | None = node
        while value is not None and value.type == "assignment":
            left = value.child_by_field_name("left")
            kind = value.child_by_field_name("type")
            if kind is not None:
                annotation = self.text(kind)
            if left is not None:
                targets.append(self.expr(left))
            value = value.child_by_field_name("right")
        lowered = self.expr(value) if value is not None else None
        out.extend((ASSIGN, s, e, target, lowered, annotation) for target in targets)

    def return_statement(self, node: Node, out: list[Stmt]) -> None:
        inner = node.named_children
        s, e = self.span(node)
        out.append((RETURN, s, e, self.expr(inner[0]) if inner else None))

    def if_statement(self, node: Node, out: list[Stmt]) -> None:
        clauses: list[tuple[Node, Node | None, Node | None]] = [
            (
                node,
                node.child_by_field_name("condition"),
                node.child_by_field_name("consequence"),
            )
        ]
        orelse: tuple[Stmt, ...] = ()
        for clause in node.children_by_field_name("alternative"):
            if clause.type == "elif_clause":
                clauses.append(
                    (
                        clause,
                        clause.child_by_field_name("condition"),
                        clause.child_by_field_name("consequence"),
                    )
                )
            else:
                orelse = self.field_block(clause, "body")
        end = self.at(node.end_byte)
        if len(clauses) > _MAX_CLAUSES:
            bodies = [self.block(body) for _, _, body in clauses if body is not None]
            out.append((TRY, self.at(node.start_byte), end, (*bodies, orelse)))
            return
        for clause, condition, body in reversed(clauses):
            s = self.at(clause.start_byte)
            test = self.expr(condition) if condition is not None else (OTHER, s, s, "missing", ())
            orelse = (
                (
                    IF,
                    s,
                    end,
                    test,
                    self.block(body) if body is not None else (),
                    orelse,
                ),
            )
        out.extend(orelse)

    def loop(self, node: Node, out: list[Stmt]) -> None:
        s, e = self.span(node)
        left = node.child_by_field_name("left")
        iterable = node.child_by_field_name("right" if left is not None else "condition")
        body = self.field_block(node, "body")
        for clause in node.children_by_field_name("alternative"):
            body += self.field_block(clause, "body")
        target = self.expr(left) if left is not None else None
        source = self.expr(iterable) if iterable is not None else (OTHER, s, s, "missing", ())
        out.append((LOOP, s, e, target, source, body))

    def try_statement(self, node: Node, out: list[Stmt]) -> None:
        bodies = [self.field_block(node, "body")]
        for child in node.named_children:
            if child.type in (
                "except_clause",
                "except_group_clause",
                "finally_clause",
                "else_clause",
            ):
                bodies.extend(self.block(inner) for inner in child.named_children if inner.type == "block")
        out.append((TRY, *self.span(node), tuple(bodies)))

    def with_statement(self, node: Node, out: list[Stmt]) -> None:
        items: list[tuple[Expr, Expr | None]] = []
        for clause in node.named_children:
            if clause.type != "with_clause":
                continue
            for item in clause.named_children:
                value = item.child_by_field_name("value")
                if value is None:
                    continue
                if value.type == "as_pattern":
                    inner = value.named_children
                    target = value.child_by_field_name("alias")
                    names = target.named_children if target is not None else []
                    items.append((self.expr(inner[0]), self.expr(names[0]) if names else None))
                else:
                    items.append((self.expr(value), None))
        s, e = self.span(node)
        out.append((WITH, s, e, tuple(items), self.field_block(node, "body")))

    def match_statement(self, node: Node, out: list[Stmt]) -> None:
        body = node.child_by_field_name("body")
        bodies = tuple(
            self.field_block(case, "consequence")
            for case in (body.named_children if body is not None else [])
            if case.type == "case_clause"
        )
        out.append((TRY, *self.span(node), bodies))

    def import_statement(self, node: Node, out: list[Stmt]) -> None:
        s, e = self.span(node)
        for child in node.children_by_field_name("name"):
            if child.type == "aliased_import":
                name, alias = (
                    child.child_by_field_name("name"),
                    child.child_by_field_name("alias"),
                )
                if name is not None and alias is not None:
                    out.append((IMPORT, s, e, self.text(name), 0, ((None, self.text(alias)),)))
            else:
                out.append((IMPORT, s, e, self.text(child), 0, None))

    def import_from(self, node: Node, out: list[Stmt]) -> None:
        s, e = self.span(node)
        module = node.child_by_field_name("module_name")
        source = self.text(module).replace(" ", "") if module is not None else ""
        name = source.lstrip(".")
        names: list[tuple[str, str]] = []
        for child in node.children_by_field_name("name"):
            if child.type == "aliased_import":
                old, new = (
                    child.child_by_field_name("name"),
                    child.child_by_field_name("alias"),
                )
                if old is not None and new is not None:
                    names.append((self.text(old), self.text(new)))
                    if names[-1][0] != names[-1][1]:
                        self.aliases.add(names[-1])
            else:
                names.append((self.text(child), self.text(child)))
        if any(child.type == "wildcard_import" for child in node.named_children):
            names.append(("*", "*"))
        out.append((IMPORT, s, e, name, len(source) - len(name), tuple(names)))

    def definition(self, node: Node, out: list[Stmt], decorators: tuple[Expr, ...] = ()) -> None:
        name = node.child_by_field_name("name")
        s, e = self.span(node)
        label = self.text(name) if name is not None else ""
        at = self.at(name.start_byte) if name is not None else s
        if node.type == "class_definition":
            bases: list[tuple[str, Expr]] = []
            supers = node.child_by_field_name("superclasses")
            if supers is not None:
                bases.extend(self.arguments(supers))
            out.append(
                (
                    CLASS,
                    s,
                    e,
                    label,
                    tuple(bases),
                    decorators,
                    self.field_block(node, "body"),
                    at,
                )
            )
            return
        params = node.child_by_field_name("parameters")
        body = node.child_by_field_name("body")
        around, self.filing = self.filing, self.nested_calls
        lowered = self.block(body) if body is not None else ()
        self.filing = around
        out.append((DEF, s, e, label, self.parameters(params), decorators, lowered, at))

    def decorated(self, node: Node, out: list[Stmt]) -> None:
        decorators = tuple(
            self.expr(child.named_children[0])
            for child in node.named_children
            if child.type == "decorator" and child.named_children
        )
        definition = node.child_by_field_name("definition")
        if definition is not None:
            self.definition(definition, out, decorators)

    def keep_expressions(self, node: Node, out: list[Stmt]) -> None:
        s, e = self.span(node)
        kept = tuple(self.expr(c) for c in node.named_children if c.type in EXPRESSIONS)
        if kept:
            out.append((EXPR, s, e, (OTHER, s, e, node.type, kept)))

    # expressions


_STATEMENTS: dict[str, Callable[[_Lowerer, Node, list[Stmt]], None]] = {
    "expression_statement": _Lowerer.expression_statement,
    "return_statement": _Lowerer.return_statement,
    "if_statement": _Lowerer.if_statement,
    "for_statement": _Lowerer.loop,
    "while_statement": _Lowerer.loop,
    "try_statement": _Lowerer.try_statement,
    "with_statement": _Lowerer.with_statement,
    "match_statement": _Lowerer.match_statement,
    "import_statement": _Lowerer.import_statement,
    "import_from_statement": _Lowerer.import_from,
    "function_definition": _Lowerer.definition,
    "class_definition": _Lowerer.definition,
    "decorated_definition": _Lowerer.decorated,
    "assert_statement": _Lowerer.keep_expressions,
    "raise_statement": _Lowerer.keep_expressions,
    "delete_statement": _Lowerer.keep_expressions,
    "print_statement": _Lowerer.keep_expressions,
    "exec_statement": _Lowerer.keep_expressions,
}
