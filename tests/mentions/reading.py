"""Reads a text of a test by its path, and the types of the fixtures that give its mentions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from driftlint.documents import read_document
from driftlint.documents.model import Document
from driftlint.facts import Mention

Found: TypeAlias = "dict[int, list[Mention]]"
Find: TypeAlias = Callable[[str, str], Found]
Judge: TypeAlias = Callable[[str, str], "list[tuple[int, str, str]]"]


def read(path: str, text: str) -> Document:
    """Read a text as the file of that path."""
    return read_document(path, text.encode())
