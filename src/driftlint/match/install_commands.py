"""Commands that Python code starts: ``subprocess.run([...])``, ``os.system("...")``, a session's ``install``.

Promises: what such a command installs, clones or pulls, judged like the same line of a script, at the word's own literal.
Refuses to know: words that only a run can tell (they count as expansions), and whether the command is reached.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct, field

from driftlint.documents.model import Command, Script, Word
from driftlint.documents.shell import parse_commands
from driftlint.facts import Mention, Place, Reference, Subject
from driftlint.mentions.commands import extract_commands
from driftlint.packs.catalogue import ReferenceEntry
from driftlint.python.ir import OTHER, Expr
from driftlint.resolve import Resolver
from driftlint.text import Span
from driftlint.values import Known, Outside, Sequence, Text, Value

_UNKNOWN = "${argument}"
"""Stands for a word that only a run can tell; the readers of commands take it for an expansion."""
_LONGEST = 20_000  # code points of one command text
_SHELLS = frozenset(("sh", "bash", "zsh", "/bin/sh", "/bin/bash", "/usr/bin/bash"))


class _Line(Struct):
    """One command as text, with the place of each word's literal by its start in that text."""

    text: str = ""
    starts: list[int] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)

    def add(self, text: str, place: Place, fixed: bool = True) -> None:
        start = len(self.text)
        self.text += text + " "
        self.starts.append(start)
        self.places.append(place)
        self.words.append(Word(text, Span(start, start + len(text)), fixed))

    def place(self, span: Span) -> Place:
        """Return where the word that a span begins in stands; a shell text's own offset where its literal is plain."""
        at = max(bisect_right(self.starts, span.start) - 1, 0)
        place, word = self.places[at], self.words[at]
        spare = place.span.end - place.span.start - len(word.text)
        if " " in word.text.strip() and spare in (2, 6):
            begin = place.span.start + spare // 2 - self.starts[at]
            return Place(place.path, Span(begin + span.start, begin + span.end), place.note)
        return place


def command_references(
    resolver: Resolver, entry: ReferenceEntry, values: tuple[Value, ...], use: Place, *, as_words: bool
) -> Iterator[Reference]:
    """Yield what commands fetch. `as_words`: the values are the words of one command, else each value is a command."""
    if as_words:
        line = _Line()
        _lead(entry, line, use)
        for value in values:
            _add_words(resolver, value, line)
        yield from _refer(entry, line, use)
        return
    for value in values:
        if isinstance(value, Sequence) and not entry.variadic:
            line = _Line()
            _lead(entry, line, use)
            _add_words(resolver, value, line)
            yield from _refer(entry, line, use)
        elif isinstance(value, Sequence):
            yield from command_references(resolver, entry, _items(resolver, value), use, as_words=False)
        elif (text := _text_of(value)) is not None:
            line = _Line()
            _lead(entry, line, use)
            line.add(text, value.where)
            yield from _refer(entry, line, use, shell=True)


def _lead(entry: ReferenceEntry, line: _Line, use: Place) -> None:
    for word in entry.lead.split():
        line.add(word, use)


def item_options(resolver: Resolver, value: Sequence) -> Iterator[tuple[Value, ...]]:
    """Yield what each item of a list may be; ``*names`` gives the items of its own list, where that is known."""
    for item in value.expr[3]:
        options = resolver.evaluate(item[4][0] if _is_splat(item) else item, value.scope)
        if _is_splat(item) and len(options) == 1 and isinstance(options[0], Sequence):
            yield from (resolver.evaluate(inner, options[0].scope) for inner in options[0].expr[3])
        else:
            yield options


def _is_splat(expr: Expr) -> bool:
    return bool(expr[0] == OTHER and expr[3] == "list_splat" and expr[4])


def _items(resolver: Resolver, value: Sequence) -> tuple[Value, ...]:
    return tuple(options[0] for options in item_options(resolver, value))


def _add_words(resolver: Resolver, value: Value, line: _Line) -> None:
    if isinstance(value, Sequence):
        for options in item_options(resolver, value):
            if len(options) == 1:
                _add_words(resolver, options[0], line)
            else:
                line.add(_UNKNOWN, value.where, False)
    elif isinstance(value, Known) and isinstance(value.value, str):
        line.add(value.value, value.where)
    elif isinstance(value, Outside) and value.name == "sys.executable":
        line.add("python", value.where)
    elif isinstance(value, Text):
        text = _text_of(value)
        line.add(text if text is not None else _UNKNOWN, value.where, False)
    else:
        line.add(_UNKNOWN, value.where, False)


def _text_of(value: Value) -> str | None:
    """Return a command text; unknown parts of it as an expansion, ``sys.executable`` among them."""
    if isinstance(value, Known) and isinstance(value.value, str):
        return value.value
    if isinstance(value, Text):
        return "".join(_UNKNOWN if part is None else part for part in value.parts)
    return None


def _refer(entry: ReferenceEntry, line: _Line, use: Place, shell: bool = False) -> Iterator[Reference]:
    if len(line.text) > _LONGEST or not line.words:
        return
    inner = _inner_shell(line.words)
    if inner is not None:
        script = parse_commands(inner.text, inner.span.start)
    elif shell:
        script = parse_commands(line.text.replace(_UNKNOWN + " -m ", "python" + " " * (len(_UNKNOWN) - 6) + " -m "))
    else:
        script = Script((Command(tuple(line.words), Span(0, len(line.text.rstrip()))),))
    for mention in extract_commands(line.text, [script]):
        yield _reference(entry, line, mention, use)


def _inner_shell(words: list[Word]) -> Word | None:
    """Return the script of ``bash -c SCRIPT``."""
    if len(words) >= 3 and words[0].text in _SHELLS and words[1].text in ("-c", "-lc", "-ic", "-ec"):
        return words[2] if words[2].fixed else None
    return None


def _reference(entry: ReferenceEntry, line: _Line, mention: Mention, use: Place) -> Reference:
    written = line.text[mention.name_span.start : mention.name_span.end].lower()
    name = written if mention.kind == "package" and written.replace("_", "-") == mention.name else mention.name
    where = line.place(mention.span)
    return Reference(
        Subject(mention.kind, mention.host, name),
        mention.pin,
        use,
        where,
        mention.form,
        (),
        mention.groups,
        entry=entry.id,
    )
