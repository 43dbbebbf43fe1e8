"""What answers rest on, so that an edit drops those that it may change and no others.

Promises: an answer that is kept has noted every input that was read while it was made, those of the answers that it was made
from included. Without `lasting` nothing is noted and nothing outlives the run. Refuses to know: what is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")
Input = tuple[str, str]
"""What was read: the kind of question that was put to the files, and about what."""
_MOST = 50_000
"""Inputs beyond which all is dropped: names that were typed once would stay for ever."""


class Grounds:
    """The inputs of one session, and the answers that it keeps.

    A set of inputs is an int with a bit for each. `read` is that of what is being answered just now.
    """

    def __init__(self, *, lasting: bool = False) -> None:
        self.lasting = lasting
        self.read = 0
        self._bits: dict[Input, int] = {}
        self._names: dict[str, set[str]] = {}
        self._stores: dict[str, dict[Any, tuple[Any, int]]] = {}
        self._same: dict[int, int] = {}

    def note(self, kind: str, name: str = "") -> None:
        """Note that an input was read."""
        if self.lasting:
            bit = self._bits.get((kind, name))
            if bit is None:
                bit = self._bits[kind, name] = 1 << len(self._bits)
                self._names.setdefault(kind, set()).add(name)
            self.read |= bit

    def names(self, kind: str) -> Collection[str]:
        """Return about what a kind of question was put."""
        return self._names.get(kind, ())

    def read_of(self, kind: str) -> list[str]:
        """Return about what a kind of question was put for what was answered since the last `drop`, kept answers included."""
        return [name for name in self.names(kind) if self._bits[kind, name] & self.read]

    def store(self, name: str) -> dict[Any, tuple[Any, int]]:
        """Return the answers of one kind, each with its inputs; it is the same object as long as the session lasts."""
        return self._stores.setdefault(name, {})

    def keep(self, store: dict[K, tuple[V, int]], key: K, make: Callable[[], V]) -> V:
        """Return the answer under `key`, made if it is not kept."""
        known = store.get(key)
        if known is not None:
            self.read |= known[1]
            return known[0]
        store[key] = answer = self.gather(make)
        return answer[0]

    def gather(self, make: Callable[[], V]) -> tuple[V, int]:
        """Return what `make` gives, and the inputs that it rests on."""
        outer, self.read = self.read, 0
        try:
            made = make()
        finally:
            mine, self.read = self.read, self.read | outer
        return made, self.one(mine)

    def one(self, inputs: int) -> int:
        """Return the one object for equal sets: many answers rest on the same."""
        return self._same.setdefault(inputs, inputs) if inputs else 0

    def drop(self, changed: Iterable[Input]) -> None:
        """Drop the answers that rest on one of these inputs."""
        hit = 0
        for changed_input in changed:
            hit |= self._bits.get(changed_input, 0)
        if len(self._bits) > _MOST:
            self.clear()
        elif hit:
            for store in self._stores.values():
                for key in [key for key, (_, inputs) in store.items() if inputs & hit]:
                    del store[key]
            self._same = {inputs: inputs for inputs in self._same if not inputs & hit}
        self.read = 0

    def clear(self) -> None:
        """Drop all answers."""
        for store in self._stores.values():
            store.clear()
        self._bits.clear()
        self._names.clear()
        self._same.clear()
        self.read = 0
