"""Lower Python text to the tuples of `ir`.

Promises: any text gives a module, broken code included (what does not parse is left out and counted); one pass over the
syntax tree. Refuses to know: what any name means.
"""

from __future__ import annotations

import ast
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tree_sitter_python
from tree_sitter import Language, Node, Parser

from driftlint.documents.python_source import evaluate_literal
from driftlint.python.ir import (
    ASSIGN,
    ATTR,
    CALL,
    CLASS,
    COMPARE,
    CONST,
    DEF,
    DICT,
    EITHER,
    EXPR,
    IF,
    IMPORT,
    ITEM,
    JOIN,
    LAMBDA,
    LIST,
    LOOP,
    NAME,
    OTHER,
    RETURN,
    TRY,
    WITH,
    Expr,
    Stmt,
)

_MAX_DEPTH = 150
"""Expressions nested deeper than this are cut (generated code); Python's own recursion limit lies beyond."""

_MAX_BLOCKS = 100
"""Blocks nested deeper are left out: Python itself refuses more than 100 levels of indentation."""
_MAX_CLAUSES = 200
"""Longer chains of ``elif`` are kept as alternatives without their conditions."""


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(Language(tree_sitter_python.language()))


@dataclass(frozen=True, slots=True)
class Lowered:
    """A lowered text: its statements, every lambda in it, and the code-point offsets where it does not parse."""

    body: tuple[Stmt, ...]
    lambdas: tuple[Expr, ...] = ()
    errors: tuple[int, ...] = ()


def lower_module(text: str) -> Lowered:
    """Lower a Python text."""
    data = text.encode("utf-8", "surrogatepass")
    lowerer = _Lowerer(data, None if len(data) == len(text) else _code_points(data))
    root = _parser().parse(data).root_node
    body = lowerer.block(root)
    return Lowered(body, tuple(lowerer.lambdas), tuple(_errors(root, lowerer)) if root.has_error else ())


def _code_points(data: bytes) -> array[int]:
    table = array("L", bytes(array("L").itemsize * (len(data) + 1)))
    count = -1
    for index, byte in enumerate(data):
        if byte & 0xC0 != 0x80:
            count += 1
        table[index] = count
    table[len(data)] = count + 1
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


class _Lowerer:
    def __init__(self, data: bytes, table: array[int] | None) -> None:
        self.data = data
        self.table = table
        self.lambdas: list[Expr] = []
        self.depth = 0
        self.blocks = 0

    def at(self, byte: int) -> int:
        return byte if self.table is None else self.table[byte]

    def text(self, node: Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def block(self, node: Node) -> tuple[Stmt, ...]:
        out: list[Stmt] = []
        if self.blocks > _MAX_BLOCKS:
            return ()
        self.blocks += 1
        for child in node.named_children:
            handler = _STATEMENTS.get(child.type)
            if handler is not None:
                handler(self, child, out)
            elif child.type == "ERROR":
                out.extend(self.block(child))
            elif child.type in _EXPRESSIONS and node.type in (
                "ERROR",
                "module",
                "block",
            ):
                out.append(
                    (
                        EXPR,
                        self.at(child.start_byte),
                        self.at(child.end_byte),
                        self.expr(child),
                    )
                )
        self.blocks -= 1
        return tuple(out)

    def field_block(self, node: Node, name: str) -> tuple[Stmt, ...]:
        body = node.child_by_field_name(name)
        return self.block(body) if body is not None else ()

    # statements

    def expression_statement(self, node: Node, out: list[Stmt]) -> None:
        for child in node.named_children:
            kind = child.type
            s, e = self.at(child.start_byte), self.at(child.end_byte)
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
            elif kind != "comment" and kind != "string":
                out.append((EXPR, s, e, self.expr(child)))

    def assignment(self, node: Node, out: list[Stmt]) -> None:
        s, e = self.at(node.start_byte), self.at(node.end_byte)
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
        s, e = self.at(node.start_byte), self.at(node.end_byte)
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
        s, e = self.at(node.start_byte), self.at(node.end_byte)
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
        out.append((TRY, self.at(node.start_byte), self.at(node.end_byte), tuple(bodies)))

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
        s, e = self.at(node.start_byte), self.at(node.end_byte)
        out.append((WITH, s, e, tuple(items), self.field_block(node, "body")))

    def match_statement(self, node: Node, out: list[Stmt]) -> None:
        body = node.child_by_field_name("body")
        bodies = tuple(
            self.field_block(case, "consequence")
            for case in (body.named_children if body is not None else [])
            if case.type == "case_clause"
        )
        out.append((TRY, self.at(node.start_byte), self.at(node.end_byte), bodies))

    def import_statement(self, node: Node, out: list[Stmt]) -> None:
        s, e = self.at(node.start_byte), self.at(node.end_byte)
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
        s, e = self.at(node.start_byte), self.at(node.end_byte)
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
            else:
                names.append((self.text(child), self.text(child)))
        if any(child.type == "wildcard_import" for child in node.named_children):
            names.append(("*", "*"))
        out.append((IMPORT, s, e, name, len(source) - len(name), tuple(names)))

    def definition(self, node: Node, out: list[Stmt], decorators: tuple[Expr, ...] = ()) -> None:
        name = node.child_by_field_name("name")
        s, e = self.at(node.start_byte), self.at(node.end_byte)
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
        lowered = self.block(body) if body is not None else ()
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

    def parameters(self, node: Node | None) -> tuple[tuple[Any, ...], ...]:
        out: list[tuple[Any, ...]] = []
        keyword_only = False
        for child in node.named_children if node is not None else []:
            kind = child.type
            s, e = self.at(child.start_byte), self.at(child.end_byte)
            if kind == "identifier":
                out.append((self.text(child), None, "kw" if keyword_only else "", "", s, e))
            elif kind in ("default_parameter", "typed_default_parameter"):
                name, value = (
                    child.child_by_field_name("name"),
                    child.child_by_field_name("value"),
                )
                annotation = child.child_by_field_name("type")
                if name is not None and value is not None:
                    note = self.text(annotation) if annotation is not None else ""
                    out.append(
                        (
                            self.text(name),
                            self.expr(value),
                            "kw" if keyword_only else "",
                            note,
                            s,
                            e,
                        )
                    )
            elif kind == "typed_parameter" and child.named_children:
                inner, annotation = (
                    child.named_children[0],
                    child.child_by_field_name("type"),
                )
                note = self.text(annotation) if annotation is not None else ""
                star = {
                    "list_splat_pattern": "*",
                    "dictionary_splat_pattern": "**",
                }.get(inner.type)
                keyword_only = keyword_only or star == "*"
                label = self.text(inner).lstrip("*")
                out.append((label, None, star or ("kw" if keyword_only else ""), note, s, e))
            elif kind == "list_splat_pattern":
                keyword_only = True
                out.append((self.text(child).lstrip("*"), None, "*", "", s, e))
            elif kind == "keyword_separator":
                keyword_only = True
            elif kind == "dictionary_splat_pattern":
                out.append((self.text(child).lstrip("*"), None, "**", "", s, e))
        return tuple(out)

    def keep_expressions(self, node: Node, out: list[Stmt]) -> None:
        s, e = self.at(node.start_byte), self.at(node.end_byte)
        kept = tuple(self.expr(c) for c in node.named_children if c.type in _EXPRESSIONS)
        if kept:
            out.append((EXPR, s, e, (OTHER, s, e, node.type, kept)))

    # expressions

    def expr(self, node: Node) -> Expr:
        handler = _EXPRESSIONS.get(node.type)
        if self.depth > _MAX_DEPTH:
            return (
                OTHER,
                self.at(node.start_byte),
                self.at(node.end_byte),
                "too deep",
                (),
            )
        self.depth += 1
        try:
            return handler(self, node) if handler is not None else self.other(node)
        finally:
            self.depth -= 1

    def identifier(self, node: Node) -> Expr:
        return (NAME, self.at(node.start_byte), self.at(node.end_byte), self.text(node))

    def attribute(self, node: Node) -> Expr:
        base, name = (
            node.child_by_field_name("object"),
            node.child_by_field_name("attribute"),
        )
        if base is None or name is None:
            return self.other(node)
        return (
            ATTR,
            self.at(node.start_byte),
            self.at(node.end_byte),
            self.expr(base),
            self.text(name),
        )

    def call(self, node: Node) -> Expr:
        callee, args = (
            node.child_by_field_name("function"),
            node.child_by_field_name("arguments"),
        )
        s, e = self.at(node.start_byte), self.at(node.end_byte)
        if callee is None:
            return self.other(node)
        return (
            CALL,
            s,
            e,
            self.expr(callee),
            self.arguments(args) if args is not None else (),
        )

    def arguments(self, node: Node) -> tuple[tuple[str, Expr], ...]:
        if node.type != "argument_list":
            return (("", self.expr(node)),)
        out: list[tuple[str, Expr]] = []
        for child in node.named_children:
            kind = child.type
            if kind == "keyword_argument":
                name, value = (
                    child.child_by_field_name("name"),
                    child.child_by_field_name("value"),
                )
                if name is not None and value is not None:
                    out.append((self.text(name), self.expr(value)))
            elif kind in ("list_splat", "dictionary_splat"):
                if child.named_children:
                    out.append(
                        (
                            "*" if kind == "list_splat" else "**",
                            self.expr(child.named_children[0]),
                        )
                    )
            elif kind != "comment" and kind != "ERROR":
                out.append(("", self.expr(child)))
        return tuple(out)

    def string(self, node: Node) -> Expr:
        s, e = self.at(node.start_byte), self.at(node.end_byte)
        opening = self.text(node.children[0]) if node.children else ""
        quote = opening.lstrip("rRbBuUfFtT")
        if "b" in opening.lower():
            return (OTHER, s, e, "bytes", ())
        if any(child.type == "interpolation" for child in node.children):
            parts: list[Expr] = []
            for child in node.named_children:
                cs, ce = self.at(child.start_byte), self.at(child.end_byte)
                if child.type == "string_content":
                    parts.append((CONST, cs, ce, _string_value(f"{opening}{self.text(child)}{quote}")))
                elif child.type == "interpolation":
                    inner = child.child_by_field_name("expression")
                    parts.append(self.expr(inner) if inner is not None else (OTHER, cs, ce, "interpolation", ()))
            return (JOIN, s, e, tuple(parts))
        return (CONST, s, e, _string_value(self.text(node)))

    def concatenated(self, node: Node) -> Expr:
        s, e = self.at(node.start_byte), self.at(node.end_byte)
        parts = tuple(self.expr(child) for child in node.named_children if child.type == "string")
        if all(part[0] == CONST and isinstance(part[3], str) for part in parts):
            return (CONST, s, e, "".join(part[3] for part in parts))
        return (JOIN, s, e, parts)

    def number(self, node: Node) -> Expr:
        try:
            value: object = ast.literal_eval(self.text(node))
        except (SyntaxError, ValueError):
            value = self.text(node)
        if isinstance(value, complex):
            value = self.text(node)
        return (CONST, self.at(node.start_byte), self.at(node.end_byte), value)

    def unary(self, node: Node) -> Expr:
        inner = node.child_by_field_name("argument")
        s, e = self.at(node.start_byte), self.at(node.end_byte)
        if inner is None:
            return self.other(node)
        value = self.expr(inner)
        if value[0] == CONST and isinstance(value[3], (int, float)) and not isinstance(value[3], bool):
            return (
                CONST,
                s,
                e,
                -value[3] if self.data[node.start_byte : node.start_byte + 1] == b"-" else value[3],
            )
        return (OTHER, s, e, "unary", (value,))

    def parenthesized(self, node: Node) -> Expr:
        inner = [child for child in node.named_children if child.type != "comment"]
        return self.expr(inner[0]) if len(inner) == 1 else self.other(node)

    def sequence(self, node: Node) -> Expr:
        kind = "tuple" if node.type in ("expression_list", "pattern_list", "tuple_pattern") else node.type
        kind = "list" if kind == "list_pattern" else kind
        items = tuple(self.expr(child) for child in node.named_children if child.type != "comment")
        return (LIST, self.at(node.start_byte), self.at(node.end_byte), items, kind)

    def comprehension(self, node: Node) -> Expr:
        items: list[Expr] = []
        for child in node.named_children:  # the iterables run before the body
            if child.type in ("for_in_clause", "if_clause"):
                items.extend(self.expr(inner) for inner in child.named_children)
        body = node.child_by_field_name("body")
        if body is not None:
            items.append(self.expr(body))
        return (
            LIST,
            self.at(node.start_byte),
            self.at(node.end_byte),
            tuple(items),
            "comprehension",
        )

    def dictionary(self, node: Node) -> Expr:
        pairs: list[tuple[Expr | None, Expr]] = []
        for child in node.named_children:
            if child.type == "pair":
                key, value = (
                    child.child_by_field_name("key"),
                    child.child_by_field_name("value"),
                )
                if key is not None and value is not None:
                    pairs.append((self.expr(key), self.expr(value)))
            elif child.type == "dictionary_splat" and child.named_children:
                pairs.append((None, self.expr(child.named_children[0])))
        return (DICT, self.at(node.start_byte), self.at(node.end_byte), tuple(pairs))

    def subscript(self, node: Node) -> Expr:
        base = node.child_by_field_name("value")
        indexes = node.children_by_field_name("subscript")
        if base is None or not indexes:
            return self.other(node)
        s, e = self.at(node.start_byte), self.at(node.end_byte)
        return (ITEM, s, e, self.expr(base), self.expr(indexes[0]))

    def binary(self, node: Node) -> Expr:
        left, right = (
            node.child_by_field_name("left"),
            node.child_by_field_name("right"),
        )
        operator = node.child_by_field_name("operator")
        if left is None or right is None:
            return self.other(node)
        s, e = self.at(node.start_byte), self.at(node.end_byte)
        a, b = self.expr(left), self.expr(right)
        if operator is not None and operator.type == "+" and (_is_text(a) or _is_text(b)):
            return (JOIN, s, e, (a, b))
        return (
            OTHER,
            s,
            e,
            "binary " + (operator.type if operator is not None else ""),
            (a, b),
        )

    def boolean(self, node: Node) -> Expr:
        left, right = (
            node.child_by_field_name("left"),
            node.child_by_field_name("right"),
        )
        operator = node.child_by_field_name("operator")
        if left is None or right is None:
            return self.other(node)
        s, e = self.at(node.start_byte), self.at(node.end_byte)
        a, b = self.expr(left), self.expr(right)
        if operator is not None and operator.type == "or":
            return (EITHER, s, e, (a, b), None)
        return (OTHER, s, e, "and", (a, b))

    def comparison(self, node: Node) -> Expr:
        named = node.named_children
        s, e = self.at(node.start_byte), self.at(node.end_byte)
        if len(named) != 2:
            return self.other(node)
        operator = " ".join(child.type for child in node.children_by_field_name("operators"))
        return (COMPARE, s, e, self.expr(named[0]), operator, self.expr(named[1]))

    def conditional(self, node: Node) -> Expr:
        inner = [child for child in node.named_children if child.type != "comment"]
        if len(inner) != 3:
            return self.other(node)
        s, e = self.at(node.start_byte), self.at(node.end_byte)
        return (
            EITHER,
            s,
            e,
            (self.expr(inner[0]), self.expr(inner[2])),
            self.expr(inner[1]),
        )

    def lambda_(self, node: Node) -> Expr:
        body = node.child_by_field_name("body")
        s, e = self.at(node.start_byte), self.at(node.end_byte)
        if body is None:
            return self.other(node)
        found = (LAMBDA, s, e, self.parameters(node.child_by_field_name("parameters")), self.expr(body))
        self.lambdas.append(found)
        return found

    def walrus(self, node: Node) -> Expr:
        value = node.child_by_field_name("value")
        return self.expr(value) if value is not None else self.other(node)

    def await_(self, node: Node) -> Expr:
        inner = node.named_children
        return self.expr(inner[0]) if inner else self.other(node)

    def other(self, node: Node) -> Expr:
        kept = tuple(self.expr(child) for child in node.named_children if child.type in _EXPRESSIONS)
        return (
            OTHER,
            self.at(node.start_byte),
            self.at(node.end_byte),
            node.type,
            kept,
        )

    def constant(self, node: Node) -> Expr:
        value = {"true": True, "false": False, "none": None}[node.type]
        return (CONST, self.at(node.start_byte), self.at(node.end_byte), value)


def _is_text(expr: Expr) -> bool:
    return expr[0] == JOIN or (expr[0] == CONST and isinstance(expr[3], str))


def _string_value(text: str) -> object:
    quote = text.lstrip("rRbBuUfFtT")
    prefix = text[: len(text) - len(quote)].lower()
    width = 3 if quote[:3] in ('"""', "'''") and len(quote) >= 6 else 1
    inner = quote[width : len(quote) - width]
    if "f" in prefix or "t" in prefix:
        inner = inner.replace("{{", "{").replace("}}", "}")
    if "\\" not in inner or "r" in prefix:
        return inner
    try:
        return evaluate_literal(f"{quote[:width]}{inner}{quote[:width]}")
    except ValueError:
        return inner


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

_EXPRESSIONS: dict[str, Callable[[_Lowerer, Node], Expr]] = {
    "identifier": _Lowerer.identifier,
    "attribute": _Lowerer.attribute,
    "call": _Lowerer.call,
    "string": _Lowerer.string,
    "concatenated_string": _Lowerer.concatenated,
    "integer": _Lowerer.number,
    "float": _Lowerer.number,
    "true": _Lowerer.constant,
    "false": _Lowerer.constant,
    "none": _Lowerer.constant,
    "unary_operator": _Lowerer.unary,
    "parenthesized_expression": _Lowerer.parenthesized,
    "list": _Lowerer.sequence,
    "tuple": _Lowerer.sequence,
    "set": _Lowerer.sequence,
    "expression_list": _Lowerer.sequence,
    "pattern_list": _Lowerer.sequence,
    "tuple_pattern": _Lowerer.sequence,
    "list_pattern": _Lowerer.sequence,
    "list_comprehension": _Lowerer.comprehension,
    "set_comprehension": _Lowerer.comprehension,
    "dictionary_comprehension": _Lowerer.comprehension,
    "generator_expression": _Lowerer.comprehension,
    "dictionary": _Lowerer.dictionary,
    "subscript": _Lowerer.subscript,
    "binary_operator": _Lowerer.binary,
    "boolean_operator": _Lowerer.boolean,
    "comparison_operator": _Lowerer.comparison,
    "conditional_expression": _Lowerer.conditional,
    "lambda": _Lowerer.lambda_,
    "named_expression": _Lowerer.walrus,
    "await": _Lowerer.await_,
    "not_operator": _Lowerer.other,
    "list_splat": _Lowerer.other,
    "dictionary_splat": _Lowerer.other,
    "yield": _Lowerer.other,
    "slice": _Lowerer.other,
    "pair": _Lowerer.other,
    "as_pattern": _Lowerer.other,
    "argument_list": _Lowerer.other,
}
