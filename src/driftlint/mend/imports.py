"""Import lines put into a program, and the names under which it has modules already.

Promises: an import stands with those that are spelled like it, in their order where they have one; none is moved.
Refuses to know: why something is imported.
"""

from __future__ import annotations

import sys

from driftlint.facts import StatementTarget
from driftlint.late_regex import compile_late
from driftlint.python.ir import CONST, EXPR, IMPORT, Stmt
from driftlint.python.module import Module
from driftlint.text import Edit, Span

IMPORT_LINE = compile_late(r"import (?P<module>[\w.]+)(?: as (?P<alias>\w+))?")


def insert_import(text: str, module: Module, path: str, line: str) -> Edit | None:
    """Return the edit that adds an import line to the imports with which a file begins, None where there are none.

    One of the standard library goes among these, above all others where there is none; any other after the first import
    out of the same library, else to the last that are spelled like it (`import x`), else last.
    """
    leading: list[Stmt] = []
    for stmt in module.body:
        if stmt[0] == IMPORT:
            leading.append(stmt)
        elif not (stmt[0] == EXPR and stmt[3] is not None and stmt[3][0] == CONST):
            break
    if not leading:
        return None
    if not is_standard(line.split()[1]):
        top = line.split()[1].split(".")[0]
        same = [s for s in module.body if s[0] == IMPORT and imports_from(s, top)]
        if same:
            return insert_after(text, same[0], path, [line])
        others = [s for s in leading if _is_plain(s) and is_foreign(s)]
        return _insert_in_order(text, others, path, line) or insert_after(text, (others or leading)[-1], path, [line])
    own = [s for s in leading if not s[4] and is_standard(s[3])]
    plain = [s for s in own if _is_plain(s)]
    own = plain or own
    if own and own[-1][3] != "__future__":
        return _insert_in_order(text, plain, path, line, least=1) or insert_after(text, own[-1], path, [line])
    if own:
        return insert_after(text, own[-1], path, ["", line])
    start = leading[0][1]
    if start and text[start - 1] != "\n":
        return None
    newline = "\r\n" if "\r\n" in text[:200] else "\n"
    return Edit(path, Span(start, start), "", f"{line}{newline}{newline}")


def _insert_in_order(text: str, plain: list[Stmt], path: str, line: str, least: int = 2) -> Edit | None:
    """Return the edit that adds an import where the alphabet has it among the last of the imports that stand together.

    None where these are fewer than `least`, or in another order.
    """
    together = plain[-1:]
    for stmt in reversed(plain[:-1]):
        if text[stmt[2] : together[0][1]].strip() or text.count("\n", stmt[2], together[0][1]) != 1:
            break
        together.insert(0, stmt)
    names = [stmt[3].lower() for stmt in together]
    if not IMPORT_LINE.fullmatch(line) or len(names) < least or names != sorted(names):
        return None
    name = line.split()[1].lower()
    before = [stmt for stmt in together if stmt[3].lower() < name]
    if before:
        return insert_after(text, before[-1], path, [line])
    start = together[0][1]
    if start and text[start - 1] != "\n":
        return None
    newline = "\r\n" if "\r\n" in text[:200] else "\n"
    return Edit(path, Span(start, start), "", f"{line}{newline}")


def insert_after(text: str, stmt: Stmt, path: str, lines: list[str]) -> Edit | None:
    """Return the edit that puts lines on the line after a statement, None where something else stands beside it."""
    start = text.rfind("\n", 0, stmt[1]) + 1
    indent = text[start : stmt[1]]
    if indent.strip():
        return None
    end = text.find("\n", stmt[2])
    end = len(text) if end == -1 else end
    rest = text[stmt[2] : end].strip()
    if rest and not rest.startswith("#"):
        return None
    newline = "\r\n" if text[end - 1 : end] == "\r" else "\n"
    at = end - 1 if newline == "\r\n" else end
    return Edit(path, Span(at, at), "", "".join(f"{newline}{indent}{line}" for line in lines))


def is_standard(name: str) -> bool:
    """Return whether a module is of the standard library."""
    return name.split(".")[0] in sys.stdlib_module_names


def imports_from(stmt: Stmt, name: str) -> bool:
    """Return whether an import takes a module, or something of it."""
    return not stmt[4] and (stmt[3] == name or stmt[3].startswith(f"{name}."))


def _is_plain(stmt: Stmt) -> bool:
    """Return whether it is ``import x``, and not ``from x import y``."""
    return stmt[5] is None or stmt[5][0][0] is None


def is_foreign(stmt: Stmt) -> bool:
    """Return whether what is imported is neither of the standard library nor named relative to the file."""
    return not stmt[4] and not is_standard(stmt[3])


def missing_imports(module: Module, target: StatementTarget, before: int) -> tuple[list[str], dict[str, str]]:
    """Return the import lines that do not hold at an offset, and the names under which the file knows the others."""
    missing: list[str] = []
    renames: dict[str, str] = {}
    for line in target.imports:
        wanted = IMPORT_LINE.fullmatch(line)
        if wanted is None:
            missing.append(line)
            continue
        known = _name_of(module, wanted["module"], before)
        if known is None:
            missing.append(line)
        else:
            renames[wanted["alias"] or wanted["module"]] = known
    return missing, renames


def _name_of(module: Module, wanted: str, before: int) -> str | None:
    """Return the name that a top-level import before an offset gives to a module of another package."""
    for name, bindings in module.scope.bindings.items():
        for binding in bindings:
            if binding.kind != "import" or binding.offset >= before or binding.guards:
                continue
            stmt, member, plain = binding.payload
            if member is None and not stmt[4] and (name == wanted if plain else stmt[3] == wanted):
                return name
    return None
