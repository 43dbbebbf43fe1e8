"""Small blobs kept between runs, by content digest.

Promises: what is read back is what was stored under the same digest and key, or nothing; a damaged, foreign or
half-written file is the same as none; concurrent runs neither wait for each other nor break each other; the folder
stays within its bound. No method raises OSError: a cache that cannot be used is an empty one. Refuses to know: what
the bytes mean. Callers must not store anything that runs code when it is read (no pickles): other programs of the
same user can write the folder.

A run that has something new writes one new segment file (written aside, then renamed into place); when there are
many, they are joined. Nothing is ever changed in place, so a reader needs no lock; this also holds on network file
systems, where locks do not.
"""

from __future__ import annotations

import hashlib
import os
import struct
import time
import zlib
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import BinaryIO

from driftlint.cache_place import trim_folder, write_whole
from driftlint.config_options import OPTIONS

_MAGIC = b"drftlnt\x01"
"""The last byte is the format's version."""
_HEAD = struct.Struct("<8s16sII")
"""Magic, digest of the key, number of entries, CRC-32 of the index."""
_ENTRY = struct.Struct("<16sQII")
"""Digest, offset from the start of the file, length, CRC-32 of the blob."""
_MOST_SEGMENTS = 8
_LIMIT = next(child.default for option in OPTIONS for child in option.children if child.key == "cache-size")
DEFAULT_LIMIT: int = _LIMIT if isinstance(_LIMIT, int) else 0


class FactsCache:
    """Blobs of one kind in one folder.

    `folder` may be shared by repos and by keys. `key` says what made the blobs (reader version, trigger digest):
    blobs of another key are not seen. `limit` bounds the whole folder in bytes; the segments that were used longest
    ago go first.
    """

    def __init__(self, folder: Path, key: str, *, limit: int = DEFAULT_LIMIT) -> None:
        self._folder = folder
        self._key = _digest(key)
        self._prefix = f"facts-{self._key.hex()[:12]}-"
        self._limit = limit
        self._known: list[_Segment] | None = None

    def get_many(self, digests: Iterable[str]) -> dict[str, bytes]:
        """Return the blobs that are known for the given content digests; unknown digests are left out.

        The index of each segment is read once; what other runs store later is not seen.
        """
        wanted = {_digest(digest): digest for digest in digests}
        found: dict[str, bytes] = {}
        for segment in self._segments():
            if not wanted:
                break
            for short, blob in segment.read(wanted.keys()):
                found[wanted.pop(short)] = blob
        return found

    def _segments(self) -> list[_Segment]:
        if self._known is None:
            self._known = [s for s in (_Segment.find(path, self._key) for path in self._list()) if s is not None]
        return self._known

    def put_many(self, blobs: Mapping[str, bytes]) -> None:
        """Store blobs by content digest. A digest that is stored already gets the new blob."""
        if not blobs:
            return
        self._known = None
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write({_digest(digest): blob for digest, blob in blobs.items()})
            paths = self._list()
            if len(paths) > _MOST_SEGMENTS:
                self._join(paths)
            trim_folder(self._folder, room=self._limit, prefix="facts-")
        except OSError:
            # A full disk or a read-only home must not stop a run.
            return

    def _list(self) -> list[Path]:
        """The key's files, newest first (the name holds the time of writing)."""
        try:
            names = [
                name for name in os.listdir(self._folder) if name.startswith(self._prefix) and name.endswith(".bin")
            ]
        except OSError:
            return []
        return [self._folder / name for name in sorted(names, reverse=True)]

    def _join(self, paths: list[Path]) -> None:
        """Write one segment with the entries of all, newest first, up to half of the bound; then drop the old ones.

        Another run may do the same at the same time: then entries are there twice until the next join.
        """
        entries: dict[bytes, bytes] = {}
        room = self._limit // 2
        for path in paths:
            segment = _Segment.find(path, self._key)
            for short, blob in segment.read() if segment is not None else ():
                room -= len(blob) + _ENTRY.size
                if room < 0:
                    break
                entries.setdefault(short, blob)
        if entries:
            self._write(entries)
        for path in paths:
            _remove(path)

    def _write(self, entries: Mapping[bytes, bytes]) -> None:
        index = bytearray()
        at = _HEAD.size + _ENTRY.size * len(entries)
        for short, blob in entries.items():
            index += _ENTRY.pack(short, at, len(blob), zlib.crc32(blob))
            at += len(blob)
        if at > self._limit:
            return
        head = _HEAD.pack(_MAGIC, self._key, len(entries), zlib.crc32(index))
        name = f"{self._prefix}{time.time_ns():020d}-{os.getpid():x}.bin"
        write_whole(self._folder / name, (head, bytes(index), *entries.values()))


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).digest()


class _Segment:
    """One file of the cache, its index read. Blobs that are not sound are as if they were not there.

    The file is not mapped: one that another host removes would then end the process with a signal.
    """

    def __init__(self, path: Path, places: dict[bytes, tuple[int, int, int]]) -> None:
        self._path = path
        self._places = places
        self._used = False

    @classmethod
    def find(cls, path: Path, key: bytes) -> _Segment | None:
        """Return the segment in a file, None for a file of another key or one that is not sound."""
        try:
            with path.open("rb") as file:
                places = _read_index(file, key)
        except OSError:
            return None
        return cls(path, places) if places is not None else None

    def read(self, wanted: Set[bytes] | None = None) -> list[tuple[bytes, bytes]]:
        """Return (digest, blob) of the entries in `wanted`, of all for None. The first use makes the file young again."""
        places = self._places if wanted is None else {s: self._places[s] for s in wanted if s in self._places}
        if not places:
            return []
        pairs = []
        try:
            with self._path.open("rb") as file:
                for short, (at, length, check) in places.items():
                    file.seek(at)
                    blob = file.read(length)
                    if len(blob) == length and zlib.crc32(blob) == check:
                        pairs.append((short, blob))
        except OSError:
            return pairs
        if not self._used:
            self._used = True
            _touch(self._path)
        return pairs


def _read_index(file: BinaryIO, key: bytes) -> dict[bytes, tuple[int, int, int]] | None:
    """Return (offset, length, CRC-32) by digest, None for a file of another key or one that is not sound."""
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    magic, its_key, count, check = _HEAD.unpack(head)
    if magic != _MAGIC or its_key != key or _ENTRY.size * count > os.fstat(file.fileno()).st_size:
        return None
    index = file.read(_ENTRY.size * count)
    if len(index) != _ENTRY.size * count or zlib.crc32(index) != check:
        return None
    return {short: (at, length, blob_check) for short, at, length, blob_check in _ENTRY.iter_unpack(index)}


def _touch(path: Path) -> None:
    try:
        os.utime(path)
    except OSError:
        return


def _remove(path: Path) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
