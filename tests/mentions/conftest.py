"""Fixtures for the tests of mentions: a path and a text in, mentions by line out."""

from __future__ import annotations

import pytest

from driftlint.mentions import extract_mentions
from tests.mentions.reading import Find, Found, Judge, read


@pytest.fixture
def find() -> Find:
    """Give the mentions of a text by their 1-based line."""

    def by_line(path: str, text: str) -> Found:
        document = read(path, text)
        found: Found = {}
        for mention in extract_mentions(document):
            found.setdefault(document.locate(mention.span.start).line, []).append(mention)
        return found

    return by_line


@pytest.fixture
def judge() -> Judge:
    """Give (line, name, state) of every mention of a text."""

    def rows(path: str, text: str) -> list[tuple[int, str, str]]:
        document = read(path, text)
        return [(document.locate(m.span.start).line, m.name, m.pin.state) for m in extract_mentions(document)]

    return rows
