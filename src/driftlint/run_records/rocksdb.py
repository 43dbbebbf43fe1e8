"""The files of a RocksDB folder as one mapping: sorted tables, and the log of what is not yet in one.

Promises: of each key the newest value, keys that were deleted, alone or as a range, left out; a length that the file does not
hold is a `StoreError`, and so is a form of the format that is not read (other compression than Snappy, other versions of tables
than 4 and 5, partitioned indexes, merges). A torn end of a log gives what stands before it. Sums are not checked. Source:
RocksDB, table/format.h, table/block_based/block.cc, db/log_format.h, db/write_batch.cc, db/dbformat.h; Snappy,
format_description.txt. Refuses to know: what the keys mean.
"""

from __future__ import annotations

import heapq
import posixpath
import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from driftlint.run_records.files import LARGEST, Files
from driftlint.run_records.wandb_log import LogError, read_chunks

_FOOTER = 53
_MAGIC = 0x88E241B785F4CFF7
_VERSIONS = (4, 5)
_PLAIN, _SNAPPY = 0, 1
_DELETION, _VALUE, _SINGLE_DELETION, _RANGE_DELETION = 0x0, 0x1, 0x7, 0xF
_LOGGED = 0x3
"""A note in a batch that is no change."""
_RANGES = b"rocksdb.range_del"
_TRAILER = 5
"""Bytes after each block: how it is compressed, and a sum."""


_MOST = 8 * LARGEST
"""Bytes of all entries of one folder: blocks may be listed more than once, and grow when they are unpacked."""


class StoreError(ValueError):
    """Files that cannot be read as this format."""


class _Change(NamedTuple):
    """One write: the newer has the larger number. `kind` is a value type of the format; of a range `value` is its end."""

    number: int
    kind: int
    key: bytes
    value: bytes


def read_store(files: Files, folder: str) -> dict[bytes, bytes]:
    """Return the keys and values below a folder. Raises StoreError, and RecordError where a file cannot be read."""
    newest: dict[bytes, _Change] = {}
    ranges: list[_Change] = []
    left = _MOST
    for name in files.names():
        if posixpath.dirname(name) != folder:
            continue
        if name.endswith(".sst"):
            changes = _read_table(files.read(name))
        elif name.endswith(".log"):
            changes = _read_log(files.read(name))
        else:
            continue
        try:
            left = _apply(changes, newest, ranges, left)
        except (struct.error, IndexError) as error:
            raise StoreError(f"{posixpath.basename(name)} is damaged") from error
        except StoreError as error:
            raise StoreError(f"{posixpath.basename(name)} {error}") from error
    return dict(_left(newest, ranges))


def _left(newest: dict[bytes, _Change], ranges: list[_Change]) -> Iterator[tuple[bytes, bytes]]:
    """Yield what no deletion takes out, by key. Of the ranges that began, the newest stands at the top of a heap."""
    ahead = sorted(ranges, key=lambda gone: gone.key, reverse=True)
    begun: list[tuple[int, bytes]] = []
    for key, change in sorted(newest.items()):
        while ahead and ahead[-1].key <= key:
            gone = ahead.pop()
            heapq.heappush(begun, (-gone.number, gone.value))
        while begun and begun[0][1] <= key:
            heapq.heappop(begun)
        if change.kind == _VALUE and not (begun and -begun[0][0] > change.number):
            yield key, change.value


def _apply(changes: Iterable[_Change], newest: dict[bytes, _Change], ranges: list[_Change], left: int) -> int:
    """Take changes in, of `left` bytes at most; return how many bytes are left."""
    for change in changes:
        left -= len(change.key) + len(change.value) + 8
        if left < 0:
            raise StoreError(f"holds more than {_MOST} bytes")
        if change.kind == _RANGE_DELETION:
            ranges.append(change)
        elif change.kind in (_VALUE, _DELETION, _SINGLE_DELETION):
            if change.key not in newest or newest[change.key].number < change.number:
                newest[change.key] = change
        else:
            raise StoreError(f"holds a change of an unknown kind ({change.kind})")
    return left


def _read_table(data: bytes) -> Iterator[_Change]:
    if not data:
        return  # one that was begun when the writer ended
    if len(data) < _FOOTER or struct.unpack_from("<Q", data, len(data) - 8)[0] != _MAGIC:
        raise StoreError("is no table of this format")
    version = struct.unpack_from("<I", data, len(data) - 12)[0]
    if version not in _VERSIONS:
        raise StoreError(f"is a table of version {version}")
    at = len(data) - _FOOTER + 1
    *meta, at = _handle(data, at)
    *index, at = _handle(data, at)
    for key, value in _entries(_block(data, meta[0], meta[1])):
        if key == _RANGES:
            start, size, _ = _handle(value, 0)
            yield from (_changed(k, v) for k, v in _entries(_block(data, start, size)))
    for start, size in _index(_block(data, index[0], index[1])):
        yield from (_changed(k, v) for k, v in _entries(_block(data, start, size)))


def _changed(key: bytes, value: bytes) -> _Change:
    """Return what an entry of a table says: the last eight bytes of a key are a number and a kind."""
    if len(key) < 8:
        raise StoreError("holds a key without a number")
    tail = struct.unpack_from("<Q", key, len(key) - 8)[0]
    return _Change(tail >> 8, tail & 0xFF, key[:-8], value)


def _block(data: bytes, start: int, size: int) -> bytes:
    if start + size + _TRAILER > len(data):
        raise StoreError("points behind its end")
    held = data[start : start + size]
    form = data[start + size]
    if form == _PLAIN:
        return held
    if form == _SNAPPY:
        return decompress(held)
    raise StoreError(f"is compressed in a way that is not read ({form})")


def _bounds(block: bytes) -> tuple[int, list[int]]:
    """Return where the entries of a block end, and where full keys stand."""
    count = struct.unpack_from("<I", block, len(block) - 4)[0]
    end = len(block) - 4 - 4 * count
    if count >> 31 or end < 0:
        raise StoreError("holds a block of an unknown form")
    return end, list(struct.unpack_from(f"<{count}I", block, end))


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the keys and values of a block; a key says how much it has in common with the one before."""
    end, _ = _bounds(block)
    at = 0
    key = b""
    while at < end:
        shared, at = _varint(block, at)
        own, at = _varint(block, at)
        length, at = _varint(block, at)
        if shared > len(key) or at + own + length > end:
            raise StoreError("holds an entry that is longer than its block")
        key = key[:shared] + block[at : at + own]
        yield key, block[at + own : at + own + length]
        at += own + length


def _index(block: bytes) -> Iterator[tuple[int, int]]:
    """Yield start and size of the blocks that an index lists: where a key is whole, in full, else by the size alone."""
    end, whole = _bounds(block)
    restarts = set(whole)
    at = start = size = 0
    while at < end:
        first = at in restarts
        shared, at = _varint(block, at)
        own, at = _varint(block, at)
        if first and shared:
            raise StoreError("holds an index of an unknown form")
        at += own
        if first:
            start, size, at = _handle(block, at)
        else:
            change, at = _varint(block, at)
            start += size + _TRAILER
            size += (change >> 1) ^ -(change & 1)
        if size < 0:
            raise StoreError("holds an index of an unknown form")
        yield start, size


def _read_log(data: bytes) -> Iterator[_Change]:
    try:
        for batch in read_chunks(data, 0):
            yield from _read_batch(batch)
    except LogError:
        return  # the writer ended in the middle of a write, which then never was


def _read_batch(batch: bytes) -> Iterator[_Change]:
    if len(batch) < 12:
        return
    number = struct.unpack_from("<Q", batch, 0)[0]
    at = 12
    while at < len(batch):
        kind = batch[at]
        key, at = _text(batch, at + 1)
        if kind == _LOGGED:
            continue
        value = b""
        if kind in (_VALUE, _RANGE_DELETION):
            value, at = _text(batch, at)
        elif kind not in (_DELETION, _SINGLE_DELETION):
            raise StoreError(f"holds a change of an unknown kind ({kind})")
        yield _Change(number, kind, key, value)
        number += 1


def _text(data: bytes, at: int) -> tuple[bytes, int]:
    length, at = _varint(data, at)
    if at + length > len(data):
        raise StoreError("holds a text that is longer than its write")
    return data[at : at + length], at + length


def _handle(data: bytes, at: int) -> tuple[int, int, int]:
    start, at = _varint(data, at)
    size, at = _varint(data, at)
    return start, size, at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
        shift += 7
    raise StoreError("holds a number without an end")


def decompress(data: bytes) -> bytes:
    """Return what Snappy compressed. Raises StoreError, and IndexError where it ends early."""
    size, at = _varint(data, 0)
    if size > LARGEST:
        raise StoreError(f"holds a block of more than {LARGEST} bytes")
    made = bytearray()
    while at < len(data):
        tag = data[at]
        at += 1
        if tag & 3 == 0:
            length = tag >> 2
            if length >= 60:
                width = length - 59
                length = int.from_bytes(data[at : at + width], "little")
                at += width
            length += 1
            made += data[at : at + length]
            at += length
        else:
            if tag & 3 == 1:
                length, offset, at = 4 + (tag >> 2 & 7), (tag >> 5) << 8 | data[at], at + 1
            else:
                width = 2 if tag & 3 == 2 else 4
                length, offset = 1 + (tag >> 2), int.from_bytes(data[at : at + width], "little")
                at += width
            if not 0 < offset <= len(made):
                raise StoreError("holds a block that points before its start")
            piece = bytes(made[-offset:])[:length]
            made += (piece * (length // len(piece) + 1))[:length]
        if len(made) > size:
            break
    if len(made) != size:
        raise StoreError("holds a block of another size than it says")
    return bytes(made)
