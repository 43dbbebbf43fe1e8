"""The shapes that Python code is lowered to: nested tuples of str, int, float, bool and None.

Promises: `marshal` can store them, equality is structural, every shape starts ``(tag, start, end, ...)`` with 0-based
code-point offsets into the document's text. Refuses to know: what any name means.

Expressions
    (CONST, s, e, value)                        a literal; strings are decoded
    (NAME, s, e, name)
    (ATTR, s, e, base, attribute)
    (CALL, s, e, callee, args)                  args: ((keyword, expr), ...); keyword "" positional, "*" and "**" splats
    (JOIN, s, e, parts)                         f-string, implicit and ``+`` concatenation of strings
    (EITHER, s, e, options, condition)          ``a if c else b``, ``a or b`` (condition None)
    (LIST, s, e, items, kind)                   kind: list, tuple, set, comprehension, set comprehension
    (DICT, s, e, pairs)                         pairs: ((key expr or None for a splat, value expr), ...)
    (ITEM, s, e, base, index)
    (COMPARE, s, e, left, operator, right)
    (LAMBDA, s, e, params, body)
    (OTHER, s, e, kind, children)               children: only those that may call or name something

Statements
    (ASSIGN, s, e, target, value, annotation)   value None for a bare annotation; augmented: value is OTHER
    (EXPR, s, e, expr)
    (RETURN, s, e, expr)
    (IF, s, e, condition, body, orelse)
    (LOOP, s, e, target, iterable, body)        while: target None
    (TRY, s, e, bodies)
    (WITH, s, e, ((context expr, target or None), ...), body)
    (IMPORT, s, e, module, level, names)        ``import a.b as c``: names None; from: ((name, asname), ...); "*" a wildcard
    (DEF, s, e, name, params, decorators, body, name_start)
    (CLASS, s, e, name, bases, decorators, body, name_start)
    params: ((name, default expr or None, kind, annotation text, start, end), ...), kind "", "*", "**", "kw" (keyword-only)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

Expr: TypeAlias = "tuple[Any, ...]"
Stmt: TypeAlias = "tuple[Any, ...]"

CONST, NAME, ATTR, CALL, JOIN, EITHER = (
    "const",
    "name",
    "attr",
    "call",
    "join",
    "either",
)
LIST, DICT, ITEM, COMPARE, LAMBDA, OTHER = (
    "list",
    "dict",
    "item",
    "compare",
    "lambda",
    "other",
)
ASSIGN, EXPR, RETURN, IF, LOOP, TRY, WITH = (
    "assign",
    "expr",
    "return",
    "if",
    "loop",
    "try",
    "with",
)
IMPORT, DEF, CLASS = "import", "def", "class"


def dotted(expr: Expr) -> str | None:
    """Return ``a.b.c`` for a chain of attributes on a name, else None."""
    parts: list[str] = []
    while expr[0] == ATTR:
        parts.append(expr[4])
        expr = expr[3]
    if expr[0] != NAME:
        return None
    parts.append(expr[3])
    return ".".join(reversed(parts))


def tail(expr: Expr) -> str:
    """Return the last name of a callee: ``c`` of ``a.b.c``, "" when there is none."""
    if expr[0] == ATTR:
        return str(expr[4])
    if expr[0] == NAME:
        return str(expr[3])
    return ""


def children(expr: Expr) -> tuple[Expr, ...]:
    """Return the direct subexpressions in evaluation order, lambdas' bodies excluded."""
    tag = expr[0]
    if tag == CALL:
        return (expr[3], *(arg for _, arg in expr[4]))
    if tag in (ATTR,):
        return (expr[3],)
    if tag in (JOIN, LIST):
        return tuple(expr[3])
    if tag == EITHER:
        condition = (expr[4],) if expr[4] is not None else ()
        return (*condition, *expr[3])
    if tag == DICT:
        out: list[Expr] = []
        for key, value in expr[3]:
            if key is not None:
                out.append(key)
            out.append(value)
        return tuple(out)
    if tag == ITEM:
        return (expr[3], expr[4])
    if tag == COMPARE:
        return (expr[3], expr[5])
    if tag == OTHER:
        return tuple(expr[4])
    return ()


def calls_in(expr: Expr) -> Iterator[Expr]:
    """Yield the calls of an expression, inner before outer, in source order."""
    stack: list[tuple[Expr, bool]] = [(expr, False)]
    while stack:
        node, done = stack.pop()
        if done:
            yield node
            continue
        if node[0] == CALL:
            stack.append((node, True))
        elif node[0] == LAMBDA:
            stack.append((node[4], False))
            continue
        stack.extend((child, False) for child in reversed(children(node)))


def statement_expressions(stmt: Stmt) -> tuple[Expr, ...]:
    """Return the expressions that a statement itself evaluates, nested blocks excluded."""
    tag = stmt[0]
    if tag == ASSIGN:
        return tuple(x for x in (stmt[4], stmt[3]) if x is not None)
    if tag in (EXPR, RETURN):
        return (stmt[3],) if stmt[3] is not None else ()
    if tag == IF:
        return (stmt[3],)
    if tag == LOOP:
        return tuple(x for x in (stmt[4], stmt[3]) if x is not None)
    if tag == WITH:
        return tuple(x for item in stmt[3] for x in item if x is not None)
    if tag == DEF:
        return (*stmt[5], *(p[1] for p in stmt[4] if p[1] is not None))
    if tag == CLASS:
        return (*(base for _, base in stmt[4]), *stmt[5])
    return ()


def blocks(stmt: Stmt) -> tuple[tuple[Stmt, ...], ...]:
    """Return the nested blocks of a statement; bodies of functions are excluded, class bodies are included."""
    tag = stmt[0]
    if tag == IF:
        return (stmt[4], stmt[5])
    if tag == LOOP:
        return (stmt[5],)
    if tag == TRY:
        return tuple(stmt[3])
    if tag == WITH:
        return (stmt[4],)
    if tag == CLASS:
        return (stmt[6],)
    return ()


def walk(body: tuple[Stmt, ...]) -> Iterator[Stmt]:
    """Yield every statement of a block and its nested blocks in source order; function bodies are not entered."""
    for stmt in body:
        yield stmt
        for block in blocks(stmt):
            yield from walk(block)


def argument(call: Expr, name: str | None, pos: int | None) -> Expr | None:
    """Return the expression given for a parameter, by keyword `name` or 0-based position, None when not given directly.

    A position after a ``*`` splat is not known and gives None.
    """
    at = 0
    for keyword, value in call[4]:
        if keyword == "":
            if pos is not None and at == pos:
                return tuple(value)
            at += 1
        elif keyword == "*":
            pos = None
        elif keyword == name and name is not None:
            return tuple(value)
    return None


def splats(call: Expr) -> tuple[Expr, ...]:
    """Return the expressions given as ``**mapping``."""
    return tuple(value for keyword, value in call[4] if keyword == "**")
