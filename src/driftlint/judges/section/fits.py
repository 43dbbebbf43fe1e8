"""Whether the section's commands can start, and fit the programs that they start.

Promises: an option is refused only where every option of the program is known; what cannot be told is counted. Refuses to
know: what happens when the command runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from driftlint.documents.model import Word
from driftlint.facts import Place
from driftlint.interfaces.find import InterfaceFinder
from driftlint.interfaces.keys import compose_with
from driftlint.interfaces.model import Misuse
from driftlint.interfaces.usage import find_misuse, nearest
from driftlint.judges.section.report import Fault, shown
from driftlint.judges.section.starts import Start
from driftlint.judges.section.words import Words
from driftlint.judges.world import World

_MOST_SHOWN = 6
_ETC = ("...", "…", "\\")


class Fitter:
    """Judges starts, in one section."""

    def __init__(self, world: World, words: Words, finder: InterfaceFinder, path: str) -> None:
        self.world = world
        self.placeholders = words.placeholders
        self.finder = finder
        self.path = path

    def judge(self, start: Start) -> Iterator[Fault]:
        """Yield what is wrong with one command."""
        at = Place(self.path, start.command.span)
        if start.missing is not None:
            missing = start.missing
            name = missing.word.text
            yield Fault(
                "program",
                name,
                Place(self.path, missing.word.span),
                {"name": name, "noun": missing.noun, "near": shown(missing.near)},
            )
            return
        if start.unsure:
            self._count(at, f"whether `{start.text}` can start is not known: {start.unsure}")
        if start.what != "program" or not start.path.endswith(".py"):
            return
        words = tuple(_cut(start.words))
        loose = len(words) < len(start.words)
        found = self.finder.of(start.path, start.function)
        if found.composition is not None:
            composed = compose_with(self.world.project, found.composition, words)
            for misuse in composed.misuse:
                if misuse.kind == "value" and self.placeholders.search(misuse.name):
                    continue
                yield self._key(start, words, misuse, found.composition.place)
            if composed.why:
                self._count(at, f"the keys of `{start.text}` were not compared: {composed.why}")
            return
        if found.interface is None:
            if words:
                self._count(at, f"the options of `{start.text}` were not compared: {found.why}")
            return
        if found.interface.open and words:
            self._count(at, f"options of `{start.text}` that it does not declare are not known: {found.interface.open}")
        every = find_misuse(found.interface, words, loose=loose)
        meant = {name for misuse in every if misuse.kind == "unknown" for name in misuse.allowed}
        for misuse in every:
            if misuse.kind == "missing" and misuse.option is not None and meant.intersection(misuse.option.flags):
                continue  # it was given under a wrong name
            if misuse.kind in ("value", "extra", "command") and self._stands_for_others(misuse):
                continue
            yield self._option(start, words, misuse, found.interface.place)

    def _stands_for_others(self, misuse: Misuse) -> bool:
        """Return whether a word is a placeholder, or lists what may stand there (``train/eval``)."""
        choices = misuse.option.choices if misuse.option is not None and misuse.option.choices else misuse.allowed
        parts = [part for part in re.split(r"[/|,]", misuse.name) if part]
        if len(parts) > 1 and any(part in choices for part in parts):
            return True
        return self.placeholders.search(misuse.name) is not None

    def _count(self, place: Place, why: str) -> None:
        if (place, why, "") not in self.world.coverage.unknown:
            self.world.coverage.unknown.append((place, why, ""))

    def _key(self, start: Start, words: tuple[Word, ...], misuse: Misuse, declared: Place) -> Fault:
        word = words[misuse.at]
        place = Place(self.path, word.span)
        fields = {"name": misuse.name, "entry": start.path, "near": shown(misuse.allowed), "option": word.text}
        if misuse.kind == "value":
            group = word.text.lstrip("+~").partition("=")[0]
            fields |= {"option": group, "allowed": "there is no such file in the group"}
            return Fault("value", misuse.name, place, fields, (declared,))
        return Fault("key", misuse.name, place, fields, (declared,))

    def _option(self, start: Start, words: tuple[Word, ...], misuse: Misuse, declared: Place) -> Fault:
        place = Place(self.path, words[misuse.at].span if misuse.at >= 0 else start.command.span)
        option = misuse.option
        related = (option.place if option is not None else declared,)
        fields = {"name": misuse.name, "entry": start.path, "near": shown(misuse.allowed)}
        if misuse.kind in ("value", "no value"):
            assert option is not None
            shape = f"one of {_choices(option.choices)}" if option.choices else _SHAPES.get(option.kind, "a value")
            if option.most == 0:
                shape = "no value"
            fields |= {"option": option.flags[0] if option.flags else option.name, "allowed": shape}
            fields["near"] = shown(nearest(misuse.name, option.choices)) if option.choices else ""
            if misuse.kind == "no value":
                fields["name"] = "nothing"
            return Fault("value", misuse.name, place, fields, related)
        if misuse.kind == "missing" or (misuse.kind == "command" and not misuse.name):
            fields["name"] = misuse.name or f"one of {_choices(misuse.allowed)}"
            return Fault("required", misuse.name, place, fields, related)
        nouns = {"extra": "argument", "command": "subcommand", "ambiguous": "single option that begins with"}
        fields["noun"] = nouns.get(misuse.kind, "option")
        return Fault("option", misuse.name, place, fields, related)


_SHAPES = {"int": "a whole number", "float": "a number", "bool": "true or false"}


def _choices(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST_SHOWN
    return ", ".join(f"`{name}`" for name in names[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _cut(words: tuple[Word, ...]) -> Iterator[Word]:
    """Yield the words up to one that stands for "and so on"."""
    for word in words:
        if word.text in _ETC or word.text.startswith("["):
            return
        yield word
