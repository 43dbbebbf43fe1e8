"""Qualified-name patterns of the catalogue against the names that the resolver found.

Promises: a pattern means what docs/packs.md says; looking up a call costs its last word first. Refuses to know: entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Generic, TypeVar

from driftlint.packs.catalogue import last_segment

T = TypeVar("T")


def fits(pattern: str, name: str) -> bool:
    """Return whether a qualified name matches a pattern.

    >>> fits("transformers.*.from_pretrained", "transformers.AutoModel.from_pretrained")
    True
    >>> fits("?.chat.completions.create", "?.client.chat.completions.create")
    True
    """
    if pattern.startswith("?."):
        return name.endswith(pattern[1:])
    if name.startswith("?"):
        return False
    if "*" not in pattern:
        return pattern == name
    wanted, given = pattern.split("."), name.split(".")
    return len(wanted) == len(given) and all(fnmatchcase(g, w) for w, g in zip(wanted, given, strict=True))


def _find_class(given: list[str]) -> int:
    """Return which segment of a name is the first that is written like a class, 0 where none is."""
    return next((i for i, segment in enumerate(given) if segment[:1].isupper()), 0)


def _fits_below(pattern: str, given: list[str], at: int) -> bool:
    """Return whether a name is that of a pattern's class where it is defined: in a module below the one that offers it.

    `given` are the name's segments, the class being the one at `at`: ``sklearn.svm._classes.LinearSVC().fit`` fits the pattern
    ``sklearn.svm.LinearSVC().fit``, ``torch.ao.nn.quantized.Linear`` does not fit ``torch.nn.Linear``.
    """
    if not pattern.startswith((given[0], "*")):
        return False
    wanted = pattern.split(".")
    mine = len(wanted) - (len(given) - at)  # where the pattern's class stands, counted from the end
    if not 0 < mine < at or not (wanted[mine][:1].isupper() or wanted[mine].startswith("*")):
        return False
    if any(segment.endswith(")") or segment != segment.lower() for segment in given[mine:at]):
        return False
    return all(fnmatchcase(g, w) for w, g in zip(wanted, given[:mine] + given[at:], strict=True))


class PatternIndex(Generic[T]):
    """Patterns by their last fixed word, each with what it stands for."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._by_word: dict[str, list[tuple[str, T]]] = {}
        self._open: list[tuple[str, T]] = []
        for pattern, entry in entries:
            last = pattern.rsplit(".", 1)[-1].removesuffix("()")
            if "*" in last:
                self._open.append((pattern, entry))
            else:
                self._by_word.setdefault(last, []).append((pattern, entry))
        self.words = frozenset(self._by_word)
        """Last words of all patterns that end in a fixed word."""
        self.open_words = frozenset(last_segment(pattern) for pattern, _ in self._open)
        """Words that stand before a wildcard end (``torch.nn.init.*`` gives ``init``)."""

    def find(self, name: str) -> Iterator[tuple[str, T]]:
        """Yield the patterns that a qualified name matches, with their entries, exact receivers before unknown ones.

        A class that no pattern knows under this name is looked for in the modules above it.
        """
        last = name.rsplit(".", 1)[-1].removesuffix("()")
        loose: list[tuple[str, T]] = []
        exact = False
        for pattern, entry in self._by_word.get(last, ()):
            if fits(pattern, name):
                if pattern.startswith("?."):
                    loose.append((pattern, entry))
                else:
                    exact = True
                    yield pattern, entry
        for pattern, entry in self._open:
            if fits(pattern, name):
                exact = True
                yield pattern, entry
        if not exact and not name.startswith("?"):
            given = name.split(".")
            at = _find_class(given)
            for pattern, entry in (*self._by_word.get(last, ()), *self._open) if at > 1 else ():
                if not pattern.startswith("?.") and _fits_below(pattern, given, at):
                    yield pattern, entry
        yield from loose


class WordGate:
    """Tells from a text's identifiers alone that no pattern can match in it.

    A file that calls ``pkg.sub.function`` names ``pkg``, ``sub`` and ``function`` somewhere, whatever it imports under which
    alias; where a module of the repo hands the name on, only names with a word of their own are found.
    """

    def __init__(self, patterns: Iterable[str], beside: Iterable[tuple[str, tuple[str, ...]]] = ()) -> None:
        """`beside` are patterns that count only where one of their words stands in the text as well."""
        self._needs: dict[bytes, list[frozenset[bytes]]] = {}
        self._add(patterns, ())
        for pattern, words in beside:
            for word in words:
                self._add((pattern,), (word,))
        self._words = frozenset(self._needs)

    def _add(self, patterns: Iterable[str], more: tuple[str, ...]) -> None:
        for pattern in patterns:
            fixed = [
                segment for segment in pattern.split("()", 1)[0].split(".") if "*" not in segment and segment != "?"
            ]
            last = last_segment(pattern).encode()
            needs = frozenset(word.encode() for word in fixed if word)
            if pattern.startswith("?."):
                needs = frozenset(segment.removesuffix("()").encode() for segment in pattern.split(".")[1:])
            needs |= {word.encode() for word in more}
            known = self._needs.setdefault(last, [])
            if needs not in known:
                known.append(needs)

    def admits(self, words: frozenset[bytes]) -> bool:
        """Return whether a text with these identifiers may hold a match."""
        return any(needs <= words for last in self._words & words for needs in self._needs[last])


def gated_words(entries: Iterable[tuple[tuple[str, ...], tuple[str, ...]]]) -> dict[str, frozenset[str]]:
    """Return, by the last word of a pattern, the words of which a text must hold one for any entry of that word.

    `entries` are (patterns, words); a word that an entry without `words` ends in as well is not in the answer.
    """
    needed: dict[str, set[str]] = {}
    free: set[str] = set()
    for patterns, words in entries:
        for pattern in patterns:
            last = pattern.rsplit(".", 1)[-1].removesuffix("()")
            if words:
                needed.setdefault(last, set()).update(words)
            else:
                free.add(last)
    return {last: frozenset(words) for last, words in needed.items() if last not in free}
