"""Lowered code spelled as text, so that tests can state whole shapes; and a check that spans nest."""

from __future__ import annotations

from typing import Any

from driftlint.python import ir
from driftlint.python.lower import lower_module

TAGS = frozenset(
    (
        ir.CONST,
        ir.NAME,
        ir.ATTR,
        ir.CALL,
        ir.JOIN,
        ir.EITHER,
        ir.LIST,
        ir.DICT,
        ir.ITEM,
        ir.COMPARE,
        ir.LAMBDA,
        ir.OTHER,
        ir.ASSIGN,
        ir.EXPR,
        ir.RETURN,
        ir.IF,
        ir.LOOP,
        ir.TRY,
        ir.WITH,
        ir.IMPORT,
        ir.DEF,
        ir.CLASS,
    )
)


def spell(expr: ir.Expr) -> str:
    """Return an expression as text."""
    tag, rest = expr[0], expr[3:]
    if tag == ir.CONST:
        return repr(rest[0])
    if tag == ir.NAME:
        return str(rest[0])
    if tag == ir.ATTR:
        return f"{spell(rest[0])}.{rest[1]}"
    if tag == ir.CALL:
        return f"{spell(rest[0])}({spell_arguments(rest[1])})"
    if tag == ir.JOIN:
        return f"join({', '.join(map(spell, rest[0]))})"
    if tag == ir.EITHER:
        condition = f" if {spell(rest[1])}" if rest[1] is not None else ""
        return f"either({', '.join(map(spell, rest[0]))}{condition})"
    if tag == ir.LIST:
        return f"{rest[1]}[{', '.join(map(spell, rest[0]))}]"
    if tag == ir.DICT:
        pairs = (f"**{spell(v)}" if k is None else f"{spell(k)}: {spell(v)}" for k, v in rest[0])
        return f"{{{', '.join(pairs)}}}"
    if tag == ir.ITEM:
        return f"{spell(rest[0])}[{spell(rest[1])}]"
    if tag == ir.COMPARE:
        return f"({spell(rest[0])} {rest[1]} {spell(rest[2])})"
    if tag == ir.LAMBDA:
        return f"lambda({spell_parameters(rest[0])}): {spell(rest[1])}"
    assert tag == ir.OTHER
    return f"<{rest[0]}: {', '.join(map(spell, rest[1]))}>"


def spell_arguments(arguments: tuple[Any, ...]) -> str:
    marks = {"": "", "*": "*", "**": "**"}
    return ", ".join(f"{marks.get(keyword, keyword + '=')}{spell(value)}" for keyword, value in arguments)


def spell_parameters(params: tuple[Any, ...]) -> str:
    out = []
    for name, default, kind, note, *_ in params:
        text = f"{kind if kind.startswith('*') else ''}{name}"
        text += f": {note}" if note else ""
        text += f" = {spell(default)}" if default is not None else ""
        out.append(text + (" (keyword)" if kind == "kw" else ""))
    return ", ".join(out)


def spell_block(body: tuple[ir.Stmt, ...], indent: str = "") -> list[str]:
    """Return statements as lines, nested blocks indented by two spaces."""
    out: list[str] = []
    deeper = indent + "  "
    for stmt in body:
        tag, rest = stmt[0], stmt[3:]
        if tag == ir.ASSIGN:
            note = f": {rest[2]}" if rest[2] else ""
            out.append(f"{indent}{spell(rest[0])}{note}" + (f" = {spell(rest[1])}" if rest[1] is not None else ""))
        elif tag == ir.EXPR:
            out.append(indent + spell(rest[0]))
        elif tag == ir.RETURN:
            out.append(f"{indent}return" + (f" {spell(rest[0])}" if rest[0] is not None else ""))
        elif tag == ir.IF:
            out += [f"{indent}if {spell(rest[0])}", *spell_block(rest[1], deeper)]
            out += [f"{indent}else", *spell_block(rest[2], deeper)] if rest[2] else []
        elif tag == ir.LOOP:
            head = f"for {spell(rest[0])} in" if rest[0] is not None else "while"
            out += [f"{indent}{head} {spell(rest[1])}", *spell_block(rest[2], deeper)]
        elif tag == ir.TRY:
            for block in rest[0]:
                out += [f"{indent}branch", *spell_block(block, deeper)]
        elif tag == ir.WITH:
            items = (spell(c) + (f" as {spell(t)}" if t is not None else "") for c, t in rest[0])
            out += [f"{indent}with {', '.join(items)}", *spell_block(rest[1], deeper)]
        elif tag == ir.IMPORT:
            names = "" if rest[2] is None else f" ({', '.join(f'{n} as {a}' for n, a in rest[2])})"
            out.append(f"{indent}import {'.' * rest[1]}{rest[0]}{names}")
        elif tag == ir.DEF:
            out += [f"{indent}@{spell(d)}" for d in rest[2]]
            out += [f"{indent}def {rest[0]}({spell_parameters(rest[1])})", *spell_block(rest[3], deeper)]
        else:
            assert tag == ir.CLASS
            out += [f"{indent}@{spell(d)}" for d in rest[2]]
            out += [f"{indent}class {rest[0]}({spell_arguments(rest[1])})", *spell_block(rest[3], deeper)]
    return out


def lowered(text: str) -> list[str]:
    """Return a whole text, lowered and spelled."""
    return spell_block(lower_module(text).body)


def expression(text: str) -> str:
    """Return the one expression of a text, spelled."""
    result = lower_module(text)
    assert result.errors == ()
    (stmt,) = result.body
    assert stmt[0] == ir.EXPR
    return spell(stmt[3])


def nodes(value: object, above: tuple[int, int]) -> list[tuple[str, int, int, tuple[int, int]]]:
    """Return every statement and expression inside: (tag, start, end, span of the shape around it)."""
    out: list[tuple[str, int, int, tuple[int, int]]] = []
    stack: list[tuple[object, tuple[int, int]]] = [(value, above)]
    while stack:
        node, around = stack.pop()
        if not isinstance(node, tuple):
            continue
        if len(node) > 2 and node[0] in TAGS and type(node[1]) is int and type(node[2]) is int:
            out.append((node[0], node[1], node[2], around))
            around = (node[1], node[2])
        stack.extend((inner, around) for inner in node)
    return out
