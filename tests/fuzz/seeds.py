"""Inputs to start from, beside the kept ones: files of the fixtures, stored runs, the small repo of the whole targets.

Promises: the same inputs each time, in a folder of their own, none longer than asked for. Refuses to know: the fuzzer.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from driftlint.documents import kind_of
from tests.fuzz.record_targets import STORED, stored_files
from tests.fuzz.targets import PATHS
from tests.fuzz.text_targets import LOCKS
from tests.fuzz.whole_targets import FILES, NAMES

_FIXTURES = Path(__file__).parents[2] / "fixtures"
_SAMPLES = Path(__file__).parents[1] / "locks" / "samples"
_PYTHON = ("python", "fix", "comments", "secrets", "reports")
_MOST = 300


def write_seeds(target: str, folder: Path, longest: int) -> int:
    """Write the inputs of a target and return how many there are. A file that is too long gives its beginning and its middle."""
    count = 0
    for first, data in _find(target):
        room = longest - len(first)
        pieces = [data] if len(data) <= room else [data[:room], data[len(data) // 2 :][:room]]
        for piece in pieces:
            (folder / f"seed-{count:04}").write_bytes(first + piece)
            count += 1
        if count >= _MOST:
            break
    return count


def _find(target: str) -> Iterator[tuple[bytes, bytes]]:
    """Yield (the bytes that say which file it is, the file)."""
    if target in ("check", "review"):
        yield from ((bytes([at]), FILES[name]) for at, name in enumerate(NAMES))
        for path, data in _files(_FIXTURES):
            name = next((n for n in NAMES if path.endswith(n) or Path(path).suffix == Path(n).suffix), None)
            if name is not None:
                yield bytes([NAMES.index(name)]), data
    elif target == "locks":
        for path, data in (*_files(_FIXTURES), *_files(_SAMPLES)):
            base = path.rpartition("/")[2]
            for at, lock in enumerate(LOCKS):
                if base == lock or base.endswith(f"-{lock}") or (lock.endswith(".txt") and base.endswith(".txt")):
                    yield bytes([at]), data
    elif target.startswith("record-"):
        yield from _of_records(target.removeprefix("record-"))
    elif target == "prose":
        yield from ((b"", data) for path, data in _files(_FIXTURES) if path.endswith(".md"))
    elif target == "configuration":
        yield from ((b"", data) for path, data in _files(_FIXTURES) if path.endswith("driftlint.toml"))
    elif target in PATHS or target in _PYTHON:
        kind = kind_of(PATHS.get(target, "a.py"))
        yield from ((b"", data) for path, data in _files(_FIXTURES) if kind_of(path) == kind)


def _of_records(tracker: str) -> Iterator[tuple[bytes, bytes]]:
    if tracker == "archive":
        yield from ((b"", path.read_bytes()) for path in sorted(STORED.rglob("*.zip")))
    elif tracker.endswith("-database"):
        yield b"", b""
        yield from ((b"cells", bytes((column, kind, 4)) + b"1a.\xff") for column in range(60) for kind in range(5))
    elif tracker == "wandb-log":
        yield from ((b"", path.read_bytes()[7:]) for path in sorted(STORED.rglob("*.wandb")))
    else:
        stored = stored_files(tracker)
        yield from ((bytes([at]), stored[name]) for at, name in enumerate(sorted(stored)))


def _files(root: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(root.rglob("*")):
        if path.is_file() and ".venv" not in path.parts and path.name != "expected.json":
            yield path.relative_to(root).as_posix(), path.read_bytes()
