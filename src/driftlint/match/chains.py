"""Calls at the end of a chain of settings: ``reader.format("delta").option("versionAsOf", 3).load(path)``.

Promises: each is given as one call, ``reader.load(path, format="delta", versionAsOf=3)``, so that it is matched like any other.
Refuses to know: what the settings mean, and chains that are cut up over several statements.
"""

from __future__ import annotations

from driftlint.python.ir import ATTR, CALL, CONST, Expr


def with_settings(call: Expr, methods: frozenset[str]) -> Expr:
    """Return a call with what the settings before it give as keyword arguments, the same call where there are none.

    A setting takes a name and a value (``option("a", 1)``), keywords (``options(a=1)``), or one value that goes by the method's
    name (``format("delta")``). Of two of one name the later one counts, and an argument of the call itself before both. One
    whose name is not written out counts as a mapping that may hold any name.
    """
    callee = call[3]
    base = callee[3] if callee[0] == ATTR else callee
    given: list[tuple[str, Expr]] = []
    while base[0] == CALL and base[3][0] == ATTR and base[3][4] in methods:
        given[:0] = _arguments(base)
        base = base[3][3]
    if not given:
        return call
    own = {keyword for keyword, _ in call[4] if keyword}
    last = {keyword: value for keyword, value in given if keyword not in own and keyword != "**"}
    splats = [(keyword, value) for keyword, value in given if keyword == "**"]
    head = (ATTR, callee[1], callee[2], base, callee[4])
    return (CALL, call[1], call[2], head, (*call[4], *last.items(), *splats))


def _arguments(setting: Expr) -> list[tuple[str, Expr]]:
    plain = [value for keyword, value in setting[4] if not keyword]
    named = [(keyword, value) for keyword, value in setting[4] if keyword and keyword != "*"]
    if len(plain) == 2:
        key = plain[0]
        known = key[0] == CONST and isinstance(key[3], str)
        named.insert(0, (key[3] if known else "**", plain[1] if known else key))
    elif len(plain) == 1:
        named.insert(0, (setting[3][4], plain[0]))
    return named
