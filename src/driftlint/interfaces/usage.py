"""Do the words of a command fit a program's interface?

Promises: options are read as the program's own parser would read them, abbreviations, clusters and ``--`` included; a word
that a run makes up fits anything. Refuses to know: what the values mean.
Source: the argparse documentation (prefix matching, negative numbers, ``--``), click's and absl's on their options.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from driftlint.documents.model import Word
from driftlint.interfaces.model import UNLIMITED, Interface, Misuse, Option
from driftlint.late_regex import compile_late

_NUMBER = compile_late(r"[+-]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_INTEGER = compile_late(r"[+-]?\d[\d_]*")
_TRUTHS = frozenset(("true", "false", "1", "0", "yes", "no", "y", "n", "t", "f", "on", "off"))
_FILE = compile_late(r".+\.(?:json|ya?ml|toml)")
_HELP = frozenset(("-h", "--help"))


def find_misuse(interface: Interface, words: tuple[Word, ...], *, loose: bool = False) -> list[Misuse]:
    """Return what in the words after a program does not fit. `loose`: more words may stand there when it runs."""
    return list(_Reading(interface, words, 0, loose or any(_may_be_several(word) for word in words)).run())


def _may_be_several(word: Word) -> bool:
    """Return whether a word is an expansion alone, which may become any number of words."""
    return (
        not word.fixed
        and re.fullmatch(r"[\"']?\$(?:\{[^}]*\}|\w+|@|\*|\(.*\))[\"']?", word.text, re.DOTALL) is not None
    )


def nearest(name: str, names: Iterable[str], count: int = 1, alike: float = 0.6) -> tuple[str, ...]:
    """Return the names that were most likely meant, dashes and underscores being one; `alike` is from 0 to 1."""
    import difflib

    known = {_loose(other): other for other in names}
    return tuple(known[found] for found in difflib.get_close_matches(_loose(name), known, count, alike))


def _loose(name: str) -> str:
    return name.replace("_", "-").lower()


class _Reading:
    def __init__(self, interface: Interface, words: tuple[Word, ...], start: int, loose: bool) -> None:
        self.interface = interface
        self.words = words
        self.at = start
        self.loose = loose
        self.given: set[str] = set()
        self.plain: list[int] = []
        self.by_flag: dict[str, Option] = {}
        self.off: dict[str, Option] = {}
        for option in interface.options:
            for flag in option.flags:
                self.by_flag.setdefault(self._key(flag), option)
            for flag in option.switch_off:
                self.off.setdefault(self._key(flag), option)

    def _key(self, flag: str) -> str:
        if self.interface.style == "flags":
            return flag.lstrip("-")
        return _loose(flag) if self.interface.style == "loose names" else flag

    def run(self) -> Iterator[Misuse]:
        """Yield the misuses in the order of the words, then what is missing."""
        words, interface = self.words, self.interface
        while self.at < len(words):
            word = words[self.at]
            if word.text == "--":
                self.plain.extend(range(self.at + 1, len(words)))
                self.at = len(words)
            elif word.text in _HELP and not self._known(word.text):
                return
            elif self._is_flag(word):
                yield from self._flag(word)
            elif interface.commands and not self._awaits_argument() and word.fixed:
                command = interface.commands.get(word.text)
                if command is None:
                    if not interface.open:
                        near = tuple(interface.commands)
                        yield Misuse("command", word.text, self.at, None, near)
                    return
                yield from self._missing()
                yield from _Reading(command, words, self.at + 1, self.loose).run()
                return
            else:
                self.plain.append(self.at)
                self.at += 1
        yield from self._arguments()
        yield from self._missing()
        if interface.command_needed and interface.commands and not self.loose:
            yield Misuse("command", "", -1, None, tuple(interface.commands))

    def _known(self, flag: str) -> bool:
        return self._key(flag) in self.by_flag

    def _is_flag(self, word: Word) -> bool:
        text = word.text
        if not text.startswith("-") or text == "-" or " " in text.partition("=")[0]:
            return False
        return not (_NUMBER.fullmatch(text) and not self._known(text))

    def _awaits_argument(self) -> bool:
        takes = sum(o.most if o.most != UNLIMITED else 10_000 for o in self.interface.options if not o.flags)
        return len(self.plain) < takes

    # options

    def _flag(self, word: Word) -> Iterator[Misuse]:
        start = self.at
        name, equals, value = word.text.partition("=")
        self.at += 1
        option, problem = self._find(name)
        if problem is not None:
            yield Misuse(problem.kind, problem.name, start, None, problem.allowed)
            self._skip_values()
            return
        if option is None:
            attached = self._cluster(word, start)
            if attached is not None:
                yield from attached
                return
            if (
                not self.interface.open
                and not name.startswith(self.interface.prefixes or ("\0",))
                and _is_written(word, name)
            ):
                every = [flag for o in self.interface.options for flag in (*o.flags, *o.switch_off)]
                yield Misuse("unknown", name, start, None, nearest(name, every))
            self._skip_values()
            return
        self.given.add(option.name)
        if self._key(name) in self.off and self._key(name) not in self.by_flag:
            return
        if equals:
            if option.most == 0 and self.interface.style == "argparse":
                yield Misuse("value", value, start, option)
            else:
                yield from self._judge(option, Word(value, word.span, word.fixed), start)
            return
        if self.interface.style == "flags" and option.kind == "bool":
            return
        yield from self._take(option, start)

    def _find(self, name: str) -> tuple[Option | None, Misuse | None]:
        key = self._key(name)
        option = self.by_flag.get(key) or self.off.get(key)
        if option is None and self.interface.style == "flags" and key.startswith("no"):
            negated = self.by_flag.get(key[2:])
            option = negated if negated is not None and negated.kind == "bool" else None
        if (
            option is None
            and self.interface.style == "argparse"
            and self.interface.abbreviates
            and name.startswith("--")
        ):
            fits = {id(o): o for flag, o in (*self.by_flag.items(), *self.off.items()) if flag.startswith(name)}
            if len(fits) == 1:
                return next(iter(fits.values())), None
            if len(fits) > 1:
                names = tuple(flag for flag in (*self.by_flag, *self.off) if flag.startswith(name))
                return None, None if self.interface.open else Misuse("ambiguous", name, -1, None, names)
        return option, None

    def _cluster(self, word: Word, start: int) -> list[Misuse] | None:
        """Read ``-xvf`` and ``-j4``; None when the first letter is no short option."""
        text = word.text
        if text.startswith("--") or len(text) < 3 or self.interface.style not in ("argparse", "exact"):
            return None
        found: list[Misuse] = []
        for index, letter in enumerate(text[1:], 1):
            option = self.by_flag.get(f"-{letter}")
            if option is None:
                return None
            self.given.add(option.name)
            if option.most == 0:
                continue
            rest = text[index + 1 :].removeprefix("=")
            if rest:
                found.extend(self._judge(option, Word(rest, word.span, word.fixed), start))
            else:
                found.extend(self._take(option, start))
            return found
        return found

    def _take(self, option: Option, start: int) -> Iterator[Misuse]:
        """Take the words of an option's value."""
        taken = 0
        while self.at < len(self.words) and (option.most == UNLIMITED or taken < option.most):
            word = self.words[self.at]
            if self._is_flag(word) or word.text == "--":
                break
            if taken >= option.least and self._key(word.text) in self.by_flag:
                break
            yield from self._judge(option, word, self.at)
            self.at += 1
            taken += 1
            if not word.fixed and _may_be_several(word):
                return
        if taken < option.least and not (self.loose and self.at >= len(self.words)):
            yield Misuse("no value", option.flags[0] if option.flags else option.name, start, option)

    def _skip_values(self) -> None:
        """Pass over what may be the value of an option that is not known."""
        while self.at < len(self.words) and not self._is_flag(self.words[self.at]) and self.words[self.at].text != "--":
            self.at += 1

    # values

    def _judge(self, option: Option, word: Word, at: int) -> Iterator[Misuse]:
        if not word.fixed or "$" in word.text:
            return
        if option.choices is not None:
            if word.text not in option.choices:
                yield Misuse("value", word.text, at, option, option.choices)
        elif not _is_of_kind(option, word.text):
            yield Misuse("value", word.text, at, option)

    def _arguments(self) -> Iterator[Misuse]:
        """Hand the plain words to the arguments in their order; what is left over is extra."""
        left = list(self.plain)
        arguments = [option for option in self.interface.options if not option.flags]
        for number, option in enumerate(arguments):
            needed = sum(later.least for later in arguments[number + 1 :])
            most = len(left) if option.most == UNLIMITED else option.most
            taken = left[: max(min(most, len(left) - needed), 0)]
            del left[: len(taken)]
            for at in taken:
                yield from self._judge(option, self.words[at], at)
            if len(taken) >= option.least or taken:
                self.given.add(option.name)
        closed = not self.interface.open and not self.loose
        if left and closed and self.interface.style in ("argparse", "exact") and self.words[left[0]].fixed:
            yield Misuse("extra", self.words[left[0]].text, left[0])

    def _missing(self) -> Iterator[Misuse]:
        if self.loose or not self.interface.settled:
            return
        if self.interface.style == "loose names" and any(_FILE.fullmatch(self.words[at].text) for at in self.plain):
            return  # a file gives them
        for option in self.interface.options:
            if option.required and option.name not in self.given:
                yield Misuse("missing", option.flags[0] if option.flags else option.name, -1, option)


def _is_written(word: Word, name: str) -> bool:
    """Return whether an option's name is written out, and no expansion."""
    return word.fixed or not any(mark in name for mark in "$`{[<")


def _is_special(text: str) -> bool:
    return text.lower().lstrip("+-") in ("inf", "infinity", "nan")


def _is_of_kind(option: Option, text: str) -> bool:
    if option.kind == "int":
        return _INTEGER.fullmatch(text) is not None
    if option.kind == "float":
        return _NUMBER.fullmatch(text) is not None or _is_special(text)
    return option.kind != "bool" or option.most == 0 or text.lower() in _TRUTHS
