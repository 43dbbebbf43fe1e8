"""What is fuzzed of texts that stand beside code: reports, locks, configuration, baselines, evidence, positions of editors.

Promises: each target ends for any input, or fails. Refuses to know: where inputs come from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from driftlint import baseline
from driftlint.config import load_config
from driftlint.config_source import ConfigError
from driftlint.disk import WorkspaceError
from driftlint.documents.prose import read_prose
from driftlint.judges.section.shell_text import clean, read_commands
from driftlint.locks import LockError, judge_freshness, read_lock
from driftlint.locks.digests import read_digests
from driftlint.locks.model import Files
from driftlint.server.buffers import Change, TextBuffer, encode_text
from driftlint.server.convert import path_of
from driftlint.text import Encoding, LineIndex, Span, count_units

LOCKS = (
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "pylock.toml",
    "pixi.lock",
    "conda-lock.yml",
    "conda-linux-64.lock",
    "requirements.txt",
    "train.py.lock",
)
_MANIFESTS = {
    "pyproject.toml": b'[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["torch>=2", "six"]\n'
    b'[project.optional-dependencies]\na = ["numpy; python_version < \'3.12\'"]\n[tool.poetry.dependencies]\npython = "^3.10"\n',
    "Pipfile": b'[packages]\ntorch = "*"\n[dev-packages]\nsix = {version = ">=1", extras = ["a"]}\n',
    "pixi.toml": b'[project]\nname = "x"\nchannels = ["conda-forge"]\nplatforms = ["linux-64"]\n[dependencies]\ntorch = ">=2"\n',
    "environment.yml": b"dependencies:\n  - python=3.11\n  - pip:\n    - torch\n",
    "requirements.in": b"torch>=2\nsix[a] ; python_version > '3'\n-r more.in\n",
    "train.py": b'# /// script\n# requires-python = ">=3.10"\n# dependencies = ["torch"]\n# ///\n',
}


def read_any_lock(data: bytes) -> None:
    """A lock of any format, and its verdict: LockError is the only exception. The first byte says which format."""
    path = LOCKS[(data[0] if data else 0) % len(LOCKS)]
    content = data[1:]
    files = {**_MANIFESTS, path: content}
    try:
        lock = read_lock(path, content)
    except LockError:
        return
    if lock is not None:
        judge_freshness(lock, Files(files.get, files))
        read_digests(lock, content.decode("utf-8", "replace"))


def read_report(data: bytes) -> None:
    """Prose and the commands of its code blocks: every span lies in the text, a cleaned block keeps its length."""
    text = data.decode("utf-8", "replace")
    for path in ("README.md", "docs/report.rst"):
        prose = read_prose(path, text)
        spans = [*_spans(prose.headings), *_spans(prose.passages), *_spans(prose.codes), *_spans(prose.comments)]
        for code in prose.codes:
            assert len(clean(code.source.text)) == len(code.source.text)
            commands, _ = read_commands(code, {})
            spans += [word.span for command in commands for word in command.words]
        assert all(0 <= span.start <= span.end <= len(text) for span in spans)


class _Part(Protocol):
    @property
    def span(self) -> Span: ...


def _spans(parts: Iterable[_Part]) -> Iterator[Span]:
    return (part.span for part in parts)


class _OneFile:
    """A configuration file that is on no disk."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def is_file(self, path: Path) -> bool:
        return path.name == "driftlint.toml"

    def read(self, path: Path, limit: int) -> bytes:
        if len(self._data) > limit:
            raise WorkspaceError(path.name, "is too large")
        return self._data


def read_configuration(data: bytes) -> None:
    """A configuration, or ConfigError with every problem."""
    try:
        load_config(Path("/repo"), files=_OneFile(data))
    except ConfigError as error:
        str(error).encode("utf-8", "surrogateescape")


def read_baseline(data: bytes) -> None:
    """A baseline that is read is written as it was understood; else BaselineError."""
    try:
        found = baseline.read(data, "b.json")
    except baseline.BaselineError:
        return
    again = baseline.read(baseline.write(found.entries).encode(), "b.json")
    assert [replace(entry, ordinal=1) for entry in again.entries] == [
        replace(entry, ordinal=1) for entry in found.entries
    ]


_ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")


def move_positions(data: bytes) -> None:
    """Positions there and back in each encoding, an edit, and what a client's address means."""
    if len(data) < 5:
        return
    numbers, text = data[:5], data[5:].decode("utf-8", "surrogateescape" if data[0] & 1 else "replace")
    lines = LineIndex(text)
    for encoding in _ENCODINGS:
        buffer = TextBuffer("file:///a.py", text)
        for offset in {0, len(text), *(number % (len(text) + 1) for number in numbers)}:
            at = lines.position(offset)
            before = text[offset - at.column + 1 : offset]
            back = buffer.offset(at.line - 1, count_units(before, encoding), encoding)
            # Between a carriage return and its newline there is no position.
            assert back == offset or text[offset - 1 : offset + 1] == "\r\n"
        start, end = (numbers[1] % 8, numbers[2]), (numbers[3] % 8, numbers[4])
        first, last = buffer.offset(*start, encoding), buffer.offset(*end, encoding)
        buffer.apply(Change("é\n", start, end), encoding)
        assert buffer.text == text[:first] + "é\n" + text[max(first, last) :]
    encode_text(text)
    path_of(text)


TEXTS: dict[str, Callable[[bytes], None]] = {
    "locks": read_any_lock,
    "prose": read_report,
    "configuration": read_configuration,
    "baseline": read_baseline,
    "positions": move_positions,
}
