"""Python sources: their comments, and the shell commands that notebook syntax puts into them.

Promises: `code` is as long as the text and holds Python only; what stood in magics is in the script, with spans.
Refuses to know: the meaning of the code; no name is resolved here.
Source of the magic syntax: IPython 9, ``inputtransformer2.py`` and ``magics/``.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from msgspec import Struct, field

from driftlint.documents.decode import Limits, Reading
from driftlint.documents.model import Command, Comment, Script, Word
from driftlint.documents.shell import ScriptReader
from driftlint.late_regex import compile_late
from driftlint.text import Span

_STRING = (
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:"""|\Z)'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*(?:'''|\Z)"
    r'|"[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"?'
    r"|'[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'?"
)
_TOKEN = compile_late(rf"(?P<comment>#[^\r\n]*)|{_STRING}", re.DOTALL)
_LOGICAL = compile_late(
    rf"(?P<comment>#[^\r\n]*)|(?P<string>{_STRING})|(?P<open>[(\[{{])|(?P<close>[)\]}}])|(?P<join>\\\r?\n)|(?P<end>\n|\r(?!\n))",
    re.DOTALL,
)
_LINE = compile_late(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_INSTALLERS = r"(?:pip3?|conda|mamba|micromamba|uv(?:[ \t]+pip)?)"
_CANDIDATE = compile_late(
    rf"(?m)^[ \t]*(?:[%!?]|{_INSTALLERS}[ \t]+(?:install|uninstall|add)\b)|\?[ \t]*\r?$|=[ \t]*(?:!|%(?=[A-Za-z]))"
)
_MAGIC = compile_late(
    rf"""(?P<indent>[ \t]*)(?:
      (?P<bang>!!?)(?![=!])
    | (?P<percent>%%?)[ \t]?(?P<name>[A-Za-z_][\w.]*|!)
    | (?P<help>\?\??[ \t]*[\w.%*]+[ \t]*(?=\r?\n|\r|\Z))
    | (?P<tail>%{{0,2}}[A-Za-z_][\w.\[\]'"*]*[ \t]*\?\??[ \t]*(?=\r?\n|\r|\Z))
    | (?P<auto>(?={_INSTALLERS}[ \t]+(?:install|uninstall|add)[ \t]+[^\s=]))
    | (?P<target>[A-Za-z_](?:[\w., \t\[\]'"]*[\w.,\[\]'"])?)[ \t]*=[ \t]*(?:(?P<set_bang>!!?)|%(?P<set_name>[A-Za-z_]\w*))
    )""",
    re.VERBOSE,
)
_CELL_MAGIC = compile_late(
    r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r(?!\n)|\n))*[ \t]*%%[ \t]?(?P<name>[A-Za-z_][\w.]*|!)(?P<rest>[^\r\n]*)"
)
_TIMERS = {"time", "timeit", "prun", "memit", "mprun", "lprun"}
_SHELL_MAGICS = {"bash", "sh", "system", "sx", "!"}
_INSTALL_MAGICS = {"pip", "conda", "mamba", "micromamba", "uv"}
# Bodies that are another language, or text; any other magic keeps its body if that is Python.
_FOREIGN_MAGIC = compile_late(
    r"writefile|file|script|html|javascript|js|latex|markdown|svg|sql|r|ruby|perl|cmd|cython|cu|julia|bigquery|scala|node"
    r"|typescript|powershell",
    re.IGNORECASE,
)
_PYTHON_MAGICS = {"capture", "time", "timeit", "prun", "memit", "mprun", "lprun", "python", "python3", "debug"}
_SHELL_PROGRAM = compile_late(r"(?:^|\s)(?:\S*/)?(?:ba|z|da|k)?sh(?:\s|$)")
_BRACES = compile_late(r"\{[^{},\s]*\}")
_EXPORTED = compile_late(r"get_ipython\(\)\.(?P<how>system|getoutput|run_line_magic|run_cell_magic|magic)\(\s*")
_LITERAL = compile_late(rf"[uUrRbB]{{0,2}}(?:{_STRING})", re.DOTALL)
_SEPARATOR = compile_late(r"\s*,\s*")
_NOTEBOOK_MARK = compile_late(r"(?m)^# (?:%%|COMMAND -{5,}|In\[)|^# Databricks notebook source")
_COMMENTED_MAGIC = compile_late(r"(?m)^# MAGIC[ \t]?")


class Magics(Struct):
    """What the magics of one piece of Python hold. `code` is as long as the source, without them."""

    code: str
    commands: list[Command] = field(default_factory=list)
    assignments: list[tuple[str, Word]] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    cell_magic: str = ""


def read_python(text: str, limits: Limits) -> Reading:
    """Read a Python source: comments, and a script where notebook syntax or its export runs commands."""
    reading = Reading(code=text)
    commands: list[Command] = []
    assignments: list[tuple[str, Word]] = []
    if "# %%" in text or "# COMMAND" in text or "# In[" in text or "# Databricks" in text:
        if _NOTEBOOK_MARK.search(text):
            magics = read_magics(text, whole_cell=False)
            reading.code = magics.code
            commands, assignments = magics.commands, magics.assignments
            reading.comments.extend(magics.comments)
            commands.extend(_read_commented_magics(text))
    reading.comments.extend(find_comments(reading.code))
    if "get_ipython()" in text:
        commands.extend(_read_exported(reading.code))
    if commands or assignments:
        reading.script = Script(tuple(sorted(commands, key=lambda c: c.span.start)), tuple(assignments))
    return reading


def find_comments(text: str, base: int = 0) -> list[Comment]:
    """Return the comments of a Python text; one pass that only tells strings from comments."""
    if "#" not in text:
        return []
    comments = []
    for found in _TOKEN.finditer(text):
        if found.lastgroup == "comment":
            start, end = found.span()
            comments.append(Comment(Span(base + start, base + end), found.group().lstrip("#").strip()))
    return comments


def blank(text: str) -> str:
    """Return as many spaces, with the line ends kept."""
    return re.sub(r"[^\r\n]", " ", text)


def read_magics(source: str, base: int = 0, *, whole_cell: bool = True) -> Magics:
    """Take the magics out of one cell's source, which stands at code point `base` of its document.

    `whole_cell` says that a ``%%`` magic on the first line governs all of the source.
    """
    if not _CANDIDATE.search(source):
        return Magics(source)
    magics = Magics(source)
    start = 0
    if whole_cell and (cell := _CELL_MAGIC.match(source)):
        name = magics.cell_magic = cell["name"]
        head = _LINE.match(source, cell.end())
        assert head is not None
        start = head.end()
        if name in _SHELL_MAGICS or (name == "script" and _SHELL_PROGRAM.search(cell["rest"])):
            _run(magics, source[start:], base + start)
            magics.code = blank(source)
            return magics
        if _FOREIGN_MAGIC.fullmatch(name):
            magics.code = blank(source)
            return magics
    pieces = [blank(source[:start])]
    at = start
    while at < len(source):
        end, code = _take_magic(source, at, base, magics)
        if code is None:
            end = _logical_end(source, at)
            code = source[at:end]
        pieces.append(code)
        at = end
    magics.code = "".join(pieces)
    if magics.cell_magic and magics.cell_magic not in _PYTHON_MAGICS and not _parses(magics.code):
        magics.code = blank(source)
    return magics


def _parses(code: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def _logical_end(source: str, at: int) -> int:
    """Return where the logical line ends: past strings, brackets and backslashes that carry it on."""
    depth = 0
    for found in _LOGICAL.finditer(source, at):
        kind = found.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
        elif kind == "end" and depth == 0:
            return found.end()
    return len(source)


def _take_magic(source: str, at: int, base: int, magics: Magics) -> tuple[int, str | None]:
    """Read the magic that starts at the logical line `at`: its end and its stand-in; (at, None) if none does."""
    found = _MAGIC.match(source, at)
    if found is None:
        return at, None
    end = at
    while True:
        line = _LINE.match(source, end)
        assert line is not None
        content_end, end = line.span(1)[1], line.end()
        if found["help"] or found["tail"] or not line.group(1).endswith("\\") or end >= len(source):
            break
    name = found["name"] or found["set_name"] or ""
    rest = found.end()
    if name in _TIMERS and found["percent"] == "%":
        # A statement after a semicolon may be indented as one likes: the offsets stay and the code still parses.
        options = re.compile(r"(?:[ \t]+-(?:[nrpsltDT][ \t]*[\w.]+|[a-z]+))*[ \t]*").match(source, rest, content_end)
        body = options.end() if options else rest
        if body < content_end and body - at - len(found["indent"]) >= 2:
            filler = found["indent"] + "0;"
            return end, filler + " " * (body - at - len(filler)) + source[body:end]
    if found["bang"] or found["set_bang"] or name in ("sx", "system"):
        _run(magics, source[rest:content_end], base + rest)
    elif name in _INSTALL_MAGICS:
        word = found.start("name") if found["name"] else found.start("set_name")
        _run(magics, source[word:content_end], base + word)
    elif found["auto"] is not None:
        _run(magics, source[rest:content_end], base + rest)
    elif name in ("env", "set_env"):
        _assign(magics, source[rest:content_end], base + rest)
    return end, _stand_in(source[at:end], found["indent"])


def _stand_in(line: str, indent: str) -> str:
    """Return blanks as long as a line; inside a block a statement, so that the block still has a body."""
    blanks = blank(line)
    if not indent:
        return blanks
    room = len(line[len(indent) :].split("\n", 1)[0].rstrip("\r"))
    statement = "pass" if room >= 4 else "0"
    return indent + statement + blanks[len(indent) + len(statement) :]


def _run(magics: Magics, text: str, base: int) -> None:
    known = {name: word.text if word.fixed else None for name, word in magics.assignments}
    reader = ScriptReader(text, place=lambda span: Span(span.start + base, span.end + base), known=known)
    reader.read()
    magics.comments.extend(reader.comments)
    magics.commands.extend(_open_braces(command) for command in reader.script().commands)


def _open_braces(command: Command) -> Command:
    """Mark words with ``{name}`` as not fixed: the notebook fills in Python values there."""
    if not any("{" in word.text for word in command.words):
        return command
    words = tuple(
        Word(word.text, word.span, False) if word.fixed and _BRACES.search(word.text) else word
        for word in command.words
    )
    return Command(words, command.span, command.env)


def _assign(magics: Magics, text: str, base: int) -> None:
    found = re.match(r"[ \t]*([A-Za-z_]\w*)(?:[ \t]*=[ \t]*|[ \t]+)(\S.*)", text, re.DOTALL)
    if found:
        value = found.group(2).removesuffix("\n").rstrip(" \t")
        start = base + found.start(2)
        fixed = "$" not in value and not _BRACES.search(value)
        magics.assignments.append((found.group(1), Word(value, Span(start, start + len(value)), fixed)))


def _read_exported(code: str) -> Iterator[Command]:
    """Yield the commands of ``get_ipython().system('...')`` and its kin, as notebook exports write them."""
    hidden = [found.span() for found in _TOKEN.finditer(code)]
    index = 0
    for call in _EXPORTED.finditer(code):
        while index < len(hidden) and hidden[index][1] <= call.start():
            index += 1
        if index < len(hidden) and hidden[index][0] <= call.start():
            continue
        arguments: list[tuple[str, int, bool]] = []
        at = call.end()
        while literal := _LITERAL.match(code, at):
            arguments.append(_literal_text(literal))
            separator = _SEPARATOR.match(code, literal.end())
            if separator is None:
                break
            at = separator.end()
        yield from _exported_commands(call["how"], arguments)


def evaluate_literal(text: str) -> object:
    """Return the value of a Python literal. Raises ValueError for a text that is none.

    Python's warnings about it (unknown escapes) are muted: they would be printed as if driftlint had written the text.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.literal_eval(text)
        except (SyntaxError, MemoryError, RecursionError) as error:
            raise ValueError(str(error)) from None


def _literal_text(found: re.Match[str]) -> tuple[str, int, bool]:
    """Return a string literal's text, where it starts, and whether it stands there character by character."""
    raw = found.group()
    prefix = len(raw) - len(raw.lstrip("uUrRbB"))
    quote = 3 if raw[prefix : prefix + 3] in ('"""', "'''") else 1
    try:
        value = evaluate_literal(raw)
    except ValueError:
        value = ""
    text = value if isinstance(value, str) else ""
    start = found.start() + prefix + quote
    return text, start, found.string.startswith(text, start)


def _exported_commands(how: str, arguments: list[tuple[str, int, bool]]) -> Iterator[Command]:
    if not arguments:
        return
    text, start, straight = arguments[0]
    prefix: tuple[Word, ...] = ()
    if how == "run_line_magic" and len(arguments) > 1:
        if text in _INSTALL_MAGICS:
            prefix = (Word(text, Span(start, start + len(text))),)
        elif text not in ("sx", "system"):
            return
        text, start, straight = arguments[1]
    elif how == "run_cell_magic" and len(arguments) > 2:
        if text not in _SHELL_MAGICS:
            return
        text, start, straight = arguments[2]
    elif how == "magic":
        if text.split(" ", 1)[0] not in _INSTALL_MAGICS:
            return
    elif how not in ("system", "getoutput"):
        return
    whole = Span(start, start + (len(text) if straight else 0))
    place = (lambda span: Span(span.start + start, span.end + start)) if straight else (lambda span: whole)
    reader = ScriptReader(text, place=place)
    reader.read()
    for command in reader.script().commands:
        command = _open_braces(command)
        first = prefix[0].span.start if prefix else command.span.start
        yield Command(prefix + command.words, Span(first, command.span.end), command.env)


def _read_commented_magics(text: str) -> list[Command]:
    """Return the commands of ``# MAGIC %pip install x`` lines and ``# MAGIC %sh`` cells."""
    commands: list[Command] = []
    in_shell = False
    before = -1
    for mark in _COMMENTED_MAGIC.finditer(text):
        line = _LINE.match(text, mark.end())
        assert line is not None
        content, start = line.group(1), mark.end()
        if mark.start() != before:
            in_shell = False
        before = line.end()
        magics = Magics("")
        if found := re.match(r"%(sh|pip|conda)\b", content):
            in_shell = found.group(1) == "sh"
            skip = found.end() if in_shell else 1
            _run(magics, content[skip:], start + skip)
        elif in_shell:
            _run(magics, content, start)
        commands.extend(magics.commands)
    return commands
