"""What the first name of a callee is in the scopes around it.

Promises: an answer from bindings alone, without following a value. Refuses to know: what the bindings mean.
"""

from __future__ import annotations

from driftlint.python.ir import ATTR, NAME, Expr
from driftlint.python.module import Scope


def hangs_on_parameter(callee: Expr, scope: Scope) -> bool:
    """Return whether the receiver is a parameter (not self): following it through all callers is not worth its cost."""
    while callee[0] == ATTR:
        callee = callee[3]
    if callee[0] != NAME or callee[3] in ("self", "cls"):
        return False
    at: Scope | None = scope
    while at is not None:
        bindings = at.bindings.get(callee[3])
        if bindings:
            return all(b.kind == "param" and not b.payload[3] for b in bindings)
        at = at.parent
    return False


def is_rebound(word: str, scope: Scope) -> bool:
    """Return whether a plain name is an alias, an import under another name or a value, not a builtin."""
    at: Scope | None = scope
    while at is not None:
        if word in at.bindings:
            return True
        at = at.parent
    return False
