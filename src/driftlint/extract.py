"""Facts of many Python files, in worker processes where it pays.

Promises: the result does not depend on the number of processes, and a worker imports nothing from the folder that a run
was started in. Refuses to know: caches, packs.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from driftlint.documents import DEFAULT, Limits, read_document
from driftlint.python.module import FACTS_VERSION, extract_facts

PARALLEL_BYTES = 600_000
"""Below this much text one process is faster than starting workers (measured in tests/benchmarks)."""
_CHUNKS_PER_WORKER = 6


def facts_key(limits: Limits = DEFAULT) -> str:
    """Return what cached facts depend on beside the file's bytes: the reader's version, and its bounds."""
    from driftlint import __version__

    bounds = "" if limits == DEFAULT else f"-{limits}"
    return f"facts-{FACTS_VERSION}-{__version__}{bounds}"


def extract_one(path: str, data: bytes, limits: Limits = DEFAULT) -> bytes:
    """Return the encoded facts of one Python file or notebook."""
    return extract_facts(read_document(path, data, limits=limits).code)


def extract_all(files: Mapping[str, bytes], *, parallel: bool = True, limits: Limits = DEFAULT) -> dict[str, bytes]:
    """Return the encoded facts of files by path. `parallel` False starts no process, as a program with threads needs it."""
    total = sum(map(len, files.values()))
    workers = min(_available(), 8)
    if not parallel or total < PARALLEL_BYTES or workers < 2 or len(files) < 4:
        return {path: extract_one(path, data, limits) for path, data in files.items()}
    from concurrent.futures import ProcessPoolExecutor  # 10 ms that most runs have no use for
    from concurrent.futures.process import BrokenProcessPool

    try:
        with _away_from_the_repo(), ProcessPoolExecutor(workers) as pool:
            made: dict[str, bytes] = {}
            for part in pool.map(
                partial(_extract_chunk, limits), _chunks(files, total // (workers * _CHUNKS_PER_WORKER) + 1)
            ):
                made.update(part)
            return made
    except (BrokenProcessPool, OSError, PermissionError):
        return {path: extract_one(path, data, limits) for path, data in files.items()}


@contextmanager
def _away_from_the_repo() -> Iterator[None]:
    """Stand in the standard library's folder while workers start. Raises OSError when the way back is not known.

    Where processes are not forked (macOS, Windows, Linux from Python 3.14), a worker is a new ``python -c ...``, which looks
    for modules in its current folder first: a ``signal.py`` in the checked repo would be run.
    """
    before = os.getcwd()
    os.chdir(os.path.dirname(os.path.abspath(os.__file__)))
    try:
        yield
    finally:
        os.chdir(before)


def _available() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _extract_chunk(limits: Limits, chunk: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    gc.disable()  # facts are trees without cycles: collections only cost time, 40 % of it (tests/benchmarks)
    return [(path, extract_one(path, data, limits)) for path, data in chunk]


def _chunks(files: Mapping[str, bytes], size: int) -> list[list[tuple[str, bytes]]]:
    """Cut files into chunks of about `size` bytes, largest files first so that the last chunk is short."""
    out: list[list[tuple[str, bytes]]] = []
    filled = size
    for path, data in sorted(files.items(), key=lambda item: (-len(item[1]), item[0])):
        if filled >= size:
            out.append([])
            filled = 0
        out[-1].append((path, data))
        filled += len(data)
    return out
