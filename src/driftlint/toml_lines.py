"""Where the keys of a TOML text stand.

Promises: for a text that tomli accepts, the span of every key by its route. Refuses to know: values (tomli reads
them), and what a key means. For texts that tomli rejects the answer is whatever was seen before the fault. Source:
TOML 1.0.0.
"""

from __future__ import annotations

from contextlib import suppress

import tomli

from driftlint.text import Span

Route = tuple["str | int", ...]
"""Keys from the top, with 0-based indexes for the items of arrays."""

_BARE_END = frozenset(" \t=.]#\r\n")


def find_keys(text: str) -> dict[Route, Span]:
    """Return the span (code points) of each key, table header and array item.

    A table's route has the span of its header, an array item's route that of the item's first character.
    """
    scan = _Scan(text)
    with suppress(IndexError, ValueError, RecursionError):  # The text ends inside a value: tomli has the message.
        scan.read_document()
    return scan.found


class _Scan:
    """One pass over the text. Running past the end raises IndexError."""

    def __init__(self, text: str) -> None:
        # tomli joins CRLF before it reads; positions here are those of the text as given.
        self.text = text + "\n"
        self.end = len(text)
        self.at = 0
        self.found: dict[Route, Span] = {}
        self._counts: dict[Route, int] = {}

    def read_document(self) -> None:
        table: Route = ()
        while True:
            self.skip_blank(lines=True)
            if self.at >= self.end:
                return
            if self.text[self.at] == "[":
                table = self.read_header()
            else:
                self.read_pair(table)

    def read_header(self) -> Route:
        start = self.at
        is_item = self.text.startswith("[[", start)
        self.at += 2 if is_item else 1
        keys = self.read_key()
        route: Route = ()
        for number, (key, _) in enumerate(keys):
            route = (*route, key)
            last = number + 1 == len(keys)
            if is_item and last:
                self._counts[route] = self._counts.get(route, -1) + 1
            self.found.setdefault(route, Span(start, self.at))
            if route in self._counts:
                route = (*route, self._counts[route])
        self.at = self.text.index("]", self.at) + (2 if is_item else 1)
        self.found[route] = Span(start, self.at)
        return route

    def read_pair(self, table: Route) -> None:
        route = table
        for key, span in self.read_key():
            route = (*route, key)
            self.found.setdefault(route, span)
        self.at = self.text.index("=", self.at) + 1
        self.skip_blank()
        self.read_value(route)

    def read_key(self) -> list[tuple[str, Span]]:
        keys = []
        while True:
            self.skip_blank()
            start = self.at
            if self.text[start] in "\"'":
                self.skip_string()
                key = str(tomli.loads("k = " + self.text[start : self.at])["k"])
            else:
                while self.text[self.at] not in _BARE_END:
                    self.at += 1
                key = self.text[start : self.at]
                if not key:
                    raise IndexError("no key")
            keys.append((key, Span(start, self.at)))
            self.skip_blank()
            if self.text[self.at] != ".":
                return keys
            self.at += 1

    def read_value(self, route: Route) -> None:
        char = self.text[self.at]
        if char in "\"'":
            self.skip_string()
        elif char == "[":
            self.at += 1
            index = 0
            while True:
                self.skip_blank(lines=True)
                if self.text[self.at] == "]":
                    break
                item = (*route, index)
                self.found[item] = Span(self.at, self.at + 1)
                self.read_value(item)
                index += 1
                self.skip_blank(lines=True)
                if self.text[self.at] == ",":
                    self.at += 1
            self.at += 1
        elif char == "{":
            self.at += 1
            while True:
                self.skip_blank(lines=True)
                if self.text[self.at] == "}":
                    break
                self.read_pair(route)
                self.skip_blank(lines=True)
                if self.text[self.at] == ",":
                    self.at += 1
            self.at += 1
        else:
            start = self.at
            while self.text[self.at] not in ",]}#\r\n":
                self.at += 1
            if self.at == start:
                raise IndexError("no value")

    def skip_string(self) -> None:
        quote = self.text[self.at]
        fence = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self.at += len(fence)
        while not self.text.startswith(fence, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
            if self.at > self.end:
                raise IndexError("string not closed")
        self.at += len(fence)
        while len(fence) == 3 and self.text[self.at] == quote:
            self.at += 1  # Up to two quotes may stand right before the closing three.

    def skip_blank(self, *, lines: bool = False) -> None:
        """Skip spaces, and with `lines` also comments and line ends."""
        while self.at < self.end:
            char = self.text[self.at]
            if char in " \t" or (lines and char in "\r\n"):
                self.at += 1
            elif lines and char == "#":
                self.at = self.text.index("\n", self.at)
            else:
                return
