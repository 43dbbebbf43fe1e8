"""Lower Python expressions to the tuples of `ir`.

Promises: every expression gives one shape; what has no shape of its own keeps the parts that may call or name something.
Refuses to know: statements.
"""
# ruff: noqa: D102 - one method for each kind of node; EXPRESSIONS names them all

from __future__ import annotations

import ast
from array import array
from collections.abc import Callable
from contextlib import suppress
from sys import intern
from typing import Any

from tree_sitter import Node

from driftlint.digits import LONGEST, read_int
from driftlint.documents.python_source import evaluate_literal
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
    LAMBDA,
    LIST,
    NAME,
    OTHER,
    Expr,
    Stmt,
    tail,
)

MAX_DEPTH = 150
"""Expressions nested deeper than this are cut (generated code); Python's own recursion limit lies beyond."""
_JOINS = ("&", "|", "-", "^")


class ExpressionLowerer:
    """Lowers the nodes of a text in UTF-8. `table` maps offsets to code points, None where `ascii_text` is the text."""

    def __init__(self, data: bytes, table: array[int] | None, ascii_text: str) -> None:
        self.data = data
        self.table = table
        self.ascii = ascii_text
        self.calls: dict[str, list[Expr]] = {}
        self.nested_calls: dict[str, list[Expr]] = {}
        self.filing = self.calls
        self.aliases: set[tuple[str, str]] = set()
        self.lambdas: list[Expr] = []
        self.sets: list[Expr] = []
        self.walruses: list[Stmt] | None = None
        """Assignments of the statement being lowered; None: there is no statement."""
        self.depth = 0
        self.blocks = 0

    def at(self, byte: int) -> int:
        return byte if self.table is None else self.table[byte]

    def span(self, node: Node) -> tuple[int, int]:
        start, end = node.byte_range
        return (start, end) if self.table is None else (self.table[start], self.table[end])

    def text(self, node: Node) -> str:
        start, end = node.byte_range
        if self.table is None:
            return intern(self.ascii[start:end])
        return self.data[start:end].decode("utf-8", "replace")

    def expr(self, node: Node) -> Expr:
        kind = node.type
        if kind == "identifier":  # two in five; the call of a handler costs as much as its work
            start, end = node.byte_range
            if self.table is None:
                return (NAME, start, end, intern(self.ascii[start:end]))  # one object a name in all modules of a run
            return (NAME, self.table[start], self.table[end], self.data[start:end].decode("utf-8", "replace"))
        handler = EXPRESSIONS.get(kind)
        if self.depth > MAX_DEPTH:
            return (
                OTHER,
                *self.span(node),
                "too deep",
                (),
            )
        self.depth += 1
        try:
            return handler(self, node) if handler is not None else self.other(node)
        finally:
            self.depth -= 1

    def attribute(self, node: Node) -> Expr:
        base, name = (
            node.child_by_field_name("object"),
            node.child_by_field_name("attribute"),
        )
        if base is None or name is None:
            return self.other(node)
        return (
            ATTR,
            *self.span(node),
            self.expr(base),
            self.text(name),
        )

    def call(self, node: Node) -> Expr:
        callee, args = (
            node.child_by_field_name("function"),
            node.child_by_field_name("arguments"),
        )
        s, e = self.span(node)
        if callee is None:
            return self.other(node)
        function = self.expr(callee)
        found = (CALL, s, e, function, self.arguments(args) if args is not None else ())
        self.filing.setdefault(tail(function), []).append(found)
        return found

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
            elif not child.is_extra and kind != "ERROR":
                out.append(("", self.expr(child)))
        return tuple(out)

    def string(self, node: Node) -> Expr:
        s, e = self.span(node)
        opening = self.text(node.children[0]) if node.children else ""
        quote = opening.lstrip("rRbBuUfFtT")
        if "b" in opening.lower():
            return (OTHER, s, e, "bytes", ())
        if any(child.type == "interpolation" for child in node.children):
            parts: list[Expr] = []
            for child in node.named_children:
                cs, ce = self.span(child)
                if child.type == "string_content":
                    parts.append((CONST, cs, ce, _string_value(f"{opening}{self.text(child)}{quote}")))
                elif child.type == "interpolation":
                    inner = child.child_by_field_name("expression")
                    parts.append(self.expr(inner) if inner is not None else (OTHER, cs, ce, "interpolation", ()))
            return (JOIN, s, e, tuple(parts))
        return (CONST, s, e, _string_value(self.text(node)))

    def concatenated(self, node: Node) -> Expr:
        s, e = self.span(node)
        parts = tuple(self.expr(child) for child in node.named_children if child.type == "string")
        if all(part[0] == CONST and isinstance(part[3], str) for part in parts):
            return (CONST, s, e, "".join(part[3] for part in parts))
        return (JOIN, s, e, parts)

    def number(self, node: Node) -> Expr:
        text = self.text(node)
        value: object = read_int(text) if text.isdecimal() and text[0] != "0" else None
        with suppress(ValueError):
            value = float(text) if node.type == "float" else value
        if value is None and len(text) <= LONGEST:  # gives the same for all of them, ten times slower
            with suppress(SyntaxError, ValueError):
                value = ast.literal_eval(text)
        if value is None or isinstance(value, complex):
            value = text
        return (CONST, *self.span(node), value)

    def unary(self, node: Node) -> Expr:
        inner = node.child_by_field_name("argument")
        s, e = self.span(node)
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
        inner = [child for child in node.named_children if not child.is_extra]
        return self.expr(inner[0]) if len(inner) == 1 else self.other(node)

    def sequence(self, node: Node) -> Expr:
        kind = "tuple" if node.type in ("expression_list", "pattern_list", "tuple_pattern") else node.type
        kind = "list" if kind == "list_pattern" else kind
        items = tuple(self.expr(child) for child in node.named_children if not child.is_extra)
        found = (LIST, *self.span(node), items, kind)
        if kind == "set":
            self.sets.append(found)
        return found

    def comprehension(self, node: Node) -> Expr:
        items: list[Expr] = []
        for child in node.named_children:  # the iterables run before the body
            if child.type in ("for_in_clause", "if_clause"):
                items.extend(self.expr(inner) for inner in child.named_children)
        body = node.child_by_field_name("body")
        if body is not None:
            items.append(self.expr(body))
        kind = "set comprehension" if node.type == "set_comprehension" else "comprehension"
        found = (LIST, *self.span(node), tuple(items), kind)
        if node.type == "set_comprehension":
            self.sets.append(found)
        return found

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
        return (DICT, *self.span(node), tuple(pairs))

    def subscript(self, node: Node) -> Expr:
        base = node.child_by_field_name("value")
        indexes = node.children_by_field_name("subscript")
        if base is None or not indexes:
            return self.other(node)
        s, e = self.span(node)
        return (ITEM, s, e, self.expr(base), self.expr(indexes[0]))

    def binary(self, node: Node) -> Expr:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if left is None or right is None:
            return self.other(node)
        s, e = self.span(node)
        a, b = self.expr(left), self.expr(right)
        if operator is not None and operator.type == "+" and (_is_text(a) or _is_text(b)):
            return (JOIN, s, e, (a, b))
        word = operator.type if operator is not None else ""
        found = (OTHER, s, e, f"binary {word}", (a, b))
        if word in _JOINS and (_is_view(a) or _is_view(b)):
            self.sets.append(found)
        return found

    def boolean(self, node: Node) -> Expr:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if left is None or right is None:
            return self.other(node)
        s, e = self.span(node)
        a, b = self.expr(left), self.expr(right)
        if operator is not None and operator.type == "or":
            return (EITHER, s, e, (a, b), None)
        return (OTHER, s, e, "and", (a, b))

    def comparison(self, node: Node) -> Expr:
        named = node.named_children
        s, e = self.span(node)
        if len(named) != 2:
            return self.other(node)
        operator = " ".join(child.type for child in node.children_by_field_name("operators"))
        return (COMPARE, s, e, self.expr(named[0]), operator, self.expr(named[1]))

    def conditional(self, node: Node) -> Expr:
        inner = [child for child in node.named_children if not child.is_extra]
        if len(inner) != 3:
            return self.other(node)
        s, e = self.span(node)
        return (
            EITHER,
            s,
            e,
            (self.expr(inner[0]), self.expr(inner[2])),
            self.expr(inner[1]),
        )

    def lambda_(self, node: Node) -> Expr:
        body = node.child_by_field_name("body")
        s, e = self.span(node)
        if body is None:
            return self.other(node)
        parameters = self.parameters(node.child_by_field_name("parameters"))
        around, self.walruses = self.walruses, None  # what a lambda's body binds is its own
        found = (LAMBDA, s, e, parameters, self.expr(body))
        self.walruses = around
        self.lambdas.append(found)
        return found

    def walrus(self, node: Node) -> Expr:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if value is None or name is None:
            return self.other(node)
        if self.walruses is None:
            return self.expr(value)
        s, e = self.span(node)
        self.walruses.append((ASSIGN, s, e, self.expr(name), self.expr(value), ""))
        return (NAME, s, e, self.text(name))

    def await_(self, node: Node) -> Expr:
        inner = node.named_children
        return self.expr(inner[0]) if inner else self.other(node)

    def other(self, node: Node) -> Expr:
        kept = tuple(self.expr(child) for child in node.named_children if child.type in EXPRESSIONS)
        return (
            OTHER,
            *self.span(node),
            node.type,
            kept,
        )

    def constant(self, node: Node) -> Expr:
        value = {"true": True, "false": False, "none": None}[node.type]
        return (CONST, *self.span(node), value)

    def parameters(self, node: Node | None) -> tuple[tuple[Any, ...], ...]:
        out: list[tuple[Any, ...]] = []
        keyword_only = False
        for child in node.named_children if node is not None else []:
            kind = child.type
            s, e = self.span(child)
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


def _is_view(expr: Expr) -> bool:
    """Return whether it is ``x.keys()`` or ``x.items()``, of which the operators of sets make a set."""
    return expr[0] == CALL and not expr[4] and expr[3][0] == ATTR and expr[3][4] in ("keys", "items")


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


EXPRESSIONS: dict[str, Callable[[ExpressionLowerer, Node], Expr]] = {
    "identifier": ExpressionLowerer.expr,
    "attribute": ExpressionLowerer.attribute,
    "call": ExpressionLowerer.call,
    "string": ExpressionLowerer.string,
    "concatenated_string": ExpressionLowerer.concatenated,
    "integer": ExpressionLowerer.number,
    "float": ExpressionLowerer.number,
    "true": ExpressionLowerer.constant,
    "false": ExpressionLowerer.constant,
    "none": ExpressionLowerer.constant,
    "unary_operator": ExpressionLowerer.unary,
    "parenthesized_expression": ExpressionLowerer.parenthesized,
    "list": ExpressionLowerer.sequence,
    "tuple": ExpressionLowerer.sequence,
    "set": ExpressionLowerer.sequence,
    "expression_list": ExpressionLowerer.sequence,
    "pattern_list": ExpressionLowerer.sequence,
    "tuple_pattern": ExpressionLowerer.sequence,
    "list_pattern": ExpressionLowerer.sequence,
    "list_comprehension": ExpressionLowerer.comprehension,
    "set_comprehension": ExpressionLowerer.comprehension,
    "dictionary_comprehension": ExpressionLowerer.comprehension,
    "generator_expression": ExpressionLowerer.comprehension,
    "dictionary": ExpressionLowerer.dictionary,
    "subscript": ExpressionLowerer.subscript,
    "binary_operator": ExpressionLowerer.binary,
    "boolean_operator": ExpressionLowerer.boolean,
    "comparison_operator": ExpressionLowerer.comparison,
    "conditional_expression": ExpressionLowerer.conditional,
    "lambda": ExpressionLowerer.lambda_,
    "named_expression": ExpressionLowerer.walrus,
    "await": ExpressionLowerer.await_,
    "not_operator": ExpressionLowerer.other,
    **dict.fromkeys(("list_splat", "list_splat_pattern", "dictionary_splat"), ExpressionLowerer.other),
    "yield": ExpressionLowerer.other,
    "slice": ExpressionLowerer.other,
    "pair": ExpressionLowerer.other,
    "as_pattern": ExpressionLowerer.other,
    "argument_list": ExpressionLowerer.other,
}
"""How each kind of expression node is lowered."""
