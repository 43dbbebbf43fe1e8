"""Statements at the start of a program.

Promises: they stand after the imports that they need and before the program does anything else, in the indentation of
their surroundings; nothing that stands there is moved. Refuses to know: what the statements do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from driftlint.facts import KeywordsTarget, Place, StatementTarget
from driftlint.late_regex import compile_late
from driftlint.mend.imports import (
    IMPORT_LINE,
    imports_from,
    insert_after,
    insert_import,
    is_foreign,
    is_standard,
    missing_imports,
)
from driftlint.python.ir import CONST, EXPR, IF, IMPORT, Stmt, argument, calls_in, walk
from driftlint.python.module import Module, is_main_guard
from driftlint.text import Edit, Span

_FUNCTION = compile_late(r"def (?P<name>\w+)\(")


def insert_statements(
    text: str, module: Module, target: StatementTarget, cells: Sequence[int] = ()
) -> tuple[Edit, ...]:
    """Return the edits that put a target's statements into a program, () where there is no line to put them on.

    `cells` are the offsets at which a notebook's cells start.

    Beside a call that already fixes another generator, with that call's value, where the target names one; else as the
    first lines of the main guard, or after the leading imports where the guard would be too late.
    """
    for place in target.after:
        edits = _beside(text, module, target, place)
        if edits:
            return edits
    guard = next((s for s in module.body if s[0] == IF and is_main_guard(s)), None)
    if guard is not None and guard[4] and not target.early:
        edits = _first_in(text, module, target, guard)
        if edits:
            return edits
    return _after_imports(text, module, target, cells)


def define_function(text: str, module: Module, target: KeywordsTarget) -> tuple[str, tuple[Edit, ...]] | None:
    """Return a target's keywords as the file spells their modules, and the edits that define the function at its top level.

    No edit where that very function stands there already, or none is needed; None where its name means something else, or where
    no line is free.
    """
    if not target.lines:
        return _import_only(text, module, target)
    lines = "\n".join(target.lines)
    name = _FUNCTION.match(lines)
    path, stands = target.call.path, lines in text.replace("\r\n", "\n")
    if name is None or (name["name"] in module.scope.bindings and not stands):
        return None
    statements = StatementTarget(path, target.call, ("", *target.lines), target.imports)
    last = _find_anchor(module, statements)
    if last is None or last[0] != IMPORT or last[2] > target.call.span.start:
        return None
    missing, renames = missing_imports(module, statements, last[2])
    if stands:
        return None if missing else (_respell(target.keywords, renames), ())
    body = [_respell(line, renames) for line in statements.lines]
    edit = insert_after(text, last, path, ["", *body])
    imports = [insert_import(text, module, path, line) for line in missing]
    if edit is None or not all(imports):
        return None
    edits = (
        *(i for i in imports if i is not None),
        Edit(path, edit.span, "", re.sub(r"(?<=\n)[ \t]+(?=\r?\n)", "", edit.text)),
    )
    return _respell(target.keywords, renames), _merge_insertions(edits)


def _import_only(text: str, module: Module, target: KeywordsTarget) -> tuple[str, tuple[Edit, ...]] | None:
    path = target.call.path
    statements = StatementTarget(path, target.call, (), target.imports)
    missing, renames = missing_imports(module, statements, target.call.span.start)
    imports = [insert_import(text, module, path, line) for line in missing]
    if not all(imports):
        return None
    return _respell(target.keywords, renames), _merge_insertions(tuple(i for i in imports if i is not None))


def _merge_insertions(edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """Return insertions at one place as one, in the order in which they are given."""
    merged: dict[tuple[str, Span], Edit] = {}
    for edit in edits:
        first = merged.get((edit.path, edit.span))
        text = edit.text if first is None else first.text + edit.text
        merged[edit.path, edit.span] = Edit(edit.path, edit.span, "", text)
    return tuple(merged.values())


def _beside(text: str, module: Module, target: StatementTarget, place: Place) -> tuple[Edit, ...]:
    """Return the edits that put the statements on the line after a call that stands alone on its line."""
    found = (_expression_at(scope.body, place.span) for scope in module.scopes())
    stmt = next((s for s in found if s is not None), None)
    if stmt is None:
        return ()
    call = next((c for c in calls_in(stmt[3]) if (c[1], c[2]) == (place.span.start, place.span.end)), None)
    first = argument(call, "seed", 0) if call is not None else None
    if first is None:
        return ()
    missing, renames = missing_imports(module, target, stmt[1])
    lines = [_rename(line, renames).replace("{value}", text[first[1] : first[2]]) for line in target.lines]
    imports = [insert_import(text, module, target.path, line) for line in missing]
    edits = (*imports, insert_after(text, stmt, target.path, lines))
    made = tuple(edit for edit in edits if edit is not None)
    return made if len(made) == len(edits) else ()


def _expression_at(body: tuple[Stmt, ...], span: Span) -> Stmt | None:
    """Return the statement of a block that is an expression around a span."""
    inside = (s for s in walk(body) if s[0] == EXPR and s[3] is not None)
    return next((s for s in inside if s[1] <= span.start and span.end <= s[2]), None)


def _first_in(text: str, module: Module, target: StatementTarget, guard: Stmt) -> tuple[Edit, ...]:
    """Return the edits that make the statements the first of a block; imports go to the leading imports, if there are any."""
    first = guard[4][0]
    start = text.rfind("\n", 0, first[1]) + 1
    indent = text[start : first[1]]
    if indent.strip() or not indent:
        return ()
    start = _before_comments(text, start, guard[1])
    missing, renames = missing_imports(module, target, first[1])
    newline = "\r\n" if "\r\n" in text[:200] else "\n"
    lines = [_rename(line, renames).replace("{value}", target.value) for line in target.lines]
    edits: list[Edit] = []
    for line in tuple(missing):
        edit = insert_import(text, module, target.path, line)
        if edit is not None:
            edits.append(edit)
            missing.remove(line)
    edits.append(
        Edit(target.path, Span(start, start), "", "".join(f"{indent}{line}{newline}" for line in (*missing, *lines)))
    )
    return tuple(edits)


def _before_comments(text: str, start: int, top: int) -> int:
    """Return the start of the comment lines that stand right above a line and below `top`: they belong to it."""
    while start > top:
        above = text.rfind("\n", 0, start - 1) + 1
        if above <= top or not text[above:start].lstrip().startswith("#"):
            return start
        start = above
    return start


def _find_anchor(module: Module, target: StatementTarget) -> Stmt | None:
    """Return the statement after which a program may be given more: an import, a docstring, None where there is neither.

    What stands between imports often prepares them (a path, a variable that a library reads when it is loaded, an
    installation in a notebook). So nothing is imported earlier than the file does it: best after the imports among which what is
    needed stands, else among which the first of a library stands, else with which the file begins.
    """
    needed = {match["module"] for line in target.imports if (match := IMPORT_LINE.fullmatch(line)) is not None}
    runs: list[list[Stmt]] = []
    last: Stmt | None = None
    for stmt in module.body:
        if stmt[0] == IMPORT:
            if last is None or last[0] != IMPORT:
                runs.append([])
            runs[-1].append(stmt)
        last = stmt
    libraries = [name for name in needed if not is_standard(name)]
    firsts = (next((run for run in runs if any(imports_from(s, n) for s in run)), None) for n in libraries or needed)
    own = [run[-1] for run in firsts if run is not None]
    if own:
        return max(own, key=lambda stmt: stmt[1])
    beside = (run[-1] for run in runs if any(imports_from(s, name) for s in run for name in target.near))
    for stmt in beside:
        return stmt
    foreign = [run for run in runs if any(is_foreign(stmt) for stmt in run)]
    if foreign:
        return foreign[0][-1]
    return _last_leading(module)


def _last_leading(module: Module) -> Stmt | None:
    """Return the last of the docstring and the imports with which a file begins."""
    last: Stmt | None = None
    for stmt in module.body:
        docstring = stmt[0] == EXPR and stmt[3] is not None and stmt[3][0] == CONST
        if stmt[0] != IMPORT and not docstring:
            break
        last = stmt
    return last


def _after_imports(text: str, module: Module, target: StatementTarget, cells: Sequence[int]) -> tuple[Edit, ...]:
    last = _find_anchor(module, target)
    newline = "\r\n" if "\r\n" in text[:200] else "\n"
    missing, renames = missing_imports(module, target, last[2] if last is not None else 0)
    lines = [_rename(line, renames).replace("{value}", target.value) for line in target.lines]
    if last is None:
        start = module.body[0][1] if module.body else 0
        start = _before_comments(text, start, 0) or start  # what begins the file is its header
        if text[text.rfind("\n", 0, start) + 1 : start].strip():
            return ()
        block = "".join(f"{line}{newline}" for line in (*missing, "", *lines, ""))
        return (Edit(target.path, Span(start, start), "", block),)
    placed: list[Edit] = []
    leads = last == _last_leading(module)
    for line in tuple(missing) if last[0] == IMPORT else ():
        edit = insert_import(text, module, target.path, line) if leads or is_standard(line.split()[1]) else None
        if edit is not None and edit.span.start <= last[2] + len(text[last[2] :].split("\n", 1)[0]):
            placed.append(edit)
            missing.remove(line)
    following = text.find("\n", last[2]) + 1
    apart = [""] if following not in (0, *cells) and text[following:].split("\n", 1)[0].strip() else []
    block_lines = [*missing, "", *lines] if last[0] == IMPORT else ["", *missing, "", *lines]
    edit = insert_after(text, last, target.path, [*block_lines, *apart])
    if edit is None:
        return ()
    tidy = Edit(edit.path, edit.span, "", re.sub(r"(?<=\n)[ \t]+(?=\r?\n|$)", "", edit.text))
    return _merge_insertions((*placed, tidy))


def _respell(text: str, renames: dict[str, str]) -> str:
    """Return a text with the modules' names as the file knows them."""
    for old, new in renames.items():
        text = re.sub(rf"(?<![\w.]){re.escape(old)}(?=\.)", new, text)
    return text


def _rename(line: str, renames: dict[str, str]) -> str:
    for old, new in renames.items():
        line = re.sub(rf"^{re.escape(old)}(?=\.)", new, line)
    return line
