"""References in command lines: shell scripts, Makefiles, Dockerfiles, notebooks.

Promises: leading words are compared after ``sudo``, ``env`` and ``python -m`` are taken off; a checksum that the same text
verifies counts. Refuses to know: what a variable holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from driftlint.documents.model import Command, Document, Instruction, Script, Word
from driftlint.facts import Pin, Place, Reference, Subject
from driftlint.late_regex import compile_late
from driftlint.match.models import GRAMMAR, judge_model
from driftlint.match.urls import is_url, judge_url
from driftlint.packs.catalogue import ArgSpec, Catalogue, CommandEntry, Condition

_PREFIXES = frozenset(("sudo", "env", "time", "nohup", "exec", "command", "nice", "stdbuf", "xvfb-run"))
_CHECKSUM = compile_late(r"^(?:sha\d+sum|shasum|md5sum|b2sum|cksum|openssl|gpg)$")


class CommandMatcher:
    """Matches the commands of documents against the catalogue's command entries."""

    def __init__(self, catalogue: Catalogue, today: date) -> None:
        self.catalogue = catalogue
        self.today = today
        self._by_program: dict[str, list[tuple[tuple[str, ...], CommandEntry]]] = {}
        for entry in catalogue.commands:
            for program in entry.programs:
                words = tuple(program.split())
                self._by_program.setdefault(words[0], []).append((words, entry))

    def match_document(self, document: Document) -> Iterator[Reference]:
        """Yield the references of a document's commands."""
        for script in _scripts(document):
            checked = any(_CHECKSUM.match(command.program) for command in script.commands)
            for command in script.commands:
                yield from self._match(document, command, checked)

    def _match(self, document: Document, command: Command, checked: bool) -> Iterator[Reference]:
        words = _stripped(command.words)
        if not words:
            return
        program = words[0].text.rsplit("/", 1)[-1]
        seen: set[str] = set()
        for lead, entry in self._by_program.get(program, ()):
            texts = (program, *(w.text for w in words[1 : len(lead)]))
            if texts != lead or entry.id in seen:
                continue
            seen.add(entry.id)
            yield from self._refer(document, command, words[len(lead) :], entry, checked)

    def _refer(
        self, document: Document, command: Command, words: tuple[Word, ...], entry: CommandEntry, checked: bool
    ) -> Iterator[Reference]:
        positional, flags = _parse(words, entry.value_flags)
        if any(_holds(c, flags) for c in (*entry.unless, *entry.local_when)):
            return
        if not all(_holds(c, flags) for c in entry.only):
            return
        use = Place(document.path, command.span)
        names = [w for spec in entry.names for w in _given(spec, positional, flags)]
        if not names and entry.default_name:
            names = [Word(entry.default_name, command.span)]
        if entry.fixed_name:
            names = [Word(entry.fixed_name, command.span)]
        for word in names:
            if not word.text or word.text in entry.local:
                continue
            where = Place(document.path, word.span)
            names_entry = self.catalogue.names.get(entry.names_id)
            if names_entry is not None and names_entry.judge(word.text) in ("local", "neither"):
                continue
            if entry.url and is_url(word.text):
                judged = judge_url(self.catalogue, word.text)
                own = self._pin(entry, word.text, positional, flags)
                subject, pin = judged or (Subject(entry.kind, entry.host, word.text), own)
                if pin.state != "sealed" and (checked or own.state == "sealed"):
                    pin = Pin("sealed", "a checksum is verified beside it")
                if word.fixed or judged is not None:
                    yield Reference(subject, pin, use, where, "command", entry=entry.id)
                continue
            if entry.url or not word.fixed:
                continue
            host, pin, given = entry.host, Pin("unknown"), None
            if entry.grammar == GRAMMAR:
                host, pin = judge_model(self.catalogue, host, word.text, self.today)
                if pin.state == "unknown":
                    continue
            else:
                pin = self._pin(entry, word.text, positional, flags)
                given = self._pin_word(entry, word.text, positional, flags)
            yield Reference(
                Subject(entry.kind, host, word.text),
                pin,
                use,
                Place(document.path, given.span) if given is not None else where,
                "command",
                entry=entry.id,
                at_pin=given is not None,
                pin_name=entry.writes or next((spec.flag for spec in entry.pins if spec.flag), ""),
                name_grammar=entry.names_id,
            )

    def _pin(self, entry: CommandEntry, name: str, positional: list[Word], flags: dict[str, list[Word]]) -> Pin:
        if any(flag in flags for flag in entry.checksum):
            return Pin("sealed", advice=entry.advice)
        if entry.embedded_pattern is not None:
            found = entry.embedded_pattern.search(name)
            grammar_id = next((spec.grammar for spec in entry.pins if spec.grammar), entry.grammar)
            if found is not None and grammar_id in self.catalogue.grammars:
                return Pin(self.catalogue.grammars[grammar_id].judge(found["pin"]), found["pin"], advice=entry.advice)
        for spec in entry.pins:
            for word in _given(spec, positional, flags):
                grammar = self.catalogue.grammars.get(spec.grammar or entry.grammar)
                if not word.fixed:
                    return Pin("unknown", word.text)
                return Pin(grammar.judge(word.text) if grammar else "version", word.text, advice=entry.advice)
        if not entry.pins and not entry.embedded and entry.grammar in self.catalogue.grammars:
            return Pin(self.catalogue.grammars[entry.grammar].judge(name), name, advice=entry.advice)
        if not entry.pins and not entry.embedded and entry.absent == "absent":
            return Pin("unpinnable", advice=entry.advice)
        return Pin(entry.absent, advice=entry.advice)

    def _pin_word(
        self, entry: CommandEntry, name: str, positional: list[Word], flags: dict[str, list[Word]]
    ) -> Word | None:
        """Return the option's value that is the pin, and that a mend changes; None where no option gives one."""
        if entry.embedded_pattern is not None and entry.embedded_pattern.search(name) is not None:
            return None
        words = (word for spec in entry.pins for word in _given(spec, positional, flags))
        word = next(words, None)
        return word if word is not None and word.fixed else None


def _scripts(document: Document) -> Iterator[Script]:
    if isinstance(document.body, Script):
        yield document.body
    if document.script is not None:
        yield document.script
    if document.kind == "dockerfile" and isinstance(document.body, tuple):
        for instruction in document.body:
            if isinstance(instruction, Instruction) and instruction.script is not None:
                yield instruction.script


def _stripped(words: tuple[Word, ...]) -> tuple[Word, ...]:
    while words and words[0].text in _PREFIXES:
        words = words[1:]
        while words and (words[0].text.startswith("-") or "=" in words[0].text):
            words = words[1:]
    if len(words) > 2 and re.fullmatch(r"python[\d.]*", words[0].text.rsplit("/", 1)[-1]) and words[1].text == "-m":
        words = words[2:]
    return words


def _parse(words: tuple[Word, ...], value_flags: tuple[str, ...]) -> tuple[list[Word], dict[str, list[Word]]]:
    positional: list[Word] = []
    flags: dict[str, list[Word]] = {}
    at = 0
    while at < len(words):
        word = words[at]
        if word.text.startswith("-") and len(word.text) > 1:
            name, equals, value = word.text.partition("=")
            if not equals and not name.startswith("--") and len(name) > 2 and f"-{name[-1]}" in value_flags:
                name = f"-{name[-1]}"  # a cluster of short flags: only the last can take a value
            if equals:
                flags.setdefault(name, []).append(Word(value, word.span, word.fixed))
            elif at + 1 < len(words) and (name in value_flags or not words[at + 1].text.startswith("-")):
                if name in value_flags:
                    flags.setdefault(name, []).append(words[at + 1])
                    at += 1
                else:
                    flags.setdefault(name, []).append(words[at + 1])
            else:
                flags.setdefault(name, [])
        else:
            positional.append(word)
        at += 1
    return positional, flags


def _given(spec: ArgSpec, positional: list[Word], flags: dict[str, list[Word]]) -> list[Word]:
    if spec.flag:
        return flags.get(spec.flag, [])
    if spec.pos is not None and spec.pos < len(positional):
        return [positional[spec.pos]]
    return []


def _holds(condition: Condition, flags: dict[str, list[Word]]) -> bool:
    name = condition.flag or condition.arg
    if condition.given is not None or not condition.values:
        return (name in flags) is (condition.given is not False)
    values = {w.text for w in flags.get(name, ())}
    if not values:
        return name in flags and True in condition.values
    return any(str(v) in values for v in condition.values)
