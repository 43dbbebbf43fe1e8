"""The binary log of a W&B run: LevelDB's log format around protocol-buffer messages.

Promises: a torn or damaged end gives what stands before it, and says so; nothing is allocated by a length that the file does
not hold. Source: wandb 0.31.0 proto/wandb_internal_pb2.py for field numbers; the LevelDB log format, doc/log_format.md;
Protocol Buffers, "Encoding". Refuses to know: what the messages mean.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_HEADER = b":W&B"
_HEADER_SIZE = 7
_BLOCK = 32_768
_RECORD_HEADER = 7
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class LogError(ValueError):
    """A log that is damaged from some place on."""


def read_log(data: bytes) -> Iterator[bytes]:
    """Yield the messages of a log. Raises LogError where it is damaged; what came before has been given."""
    if not data.startswith(_HEADER):
        raise LogError("does not begin as a log of this format does")
    yield from read_chunks(data, _HEADER_SIZE)


def read_chunks(data: bytes, at: int) -> Iterator[bytes]:
    """Yield the messages that stand in blocks from a byte on. Raises LogError where that ends or is damaged."""
    parts: list[bytes] = []
    while at + _RECORD_HEADER <= len(data):
        left = _BLOCK - at % _BLOCK
        if left < _RECORD_HEADER:
            at += left
            continue
        _, length, kind = struct.unpack_from("<IHB", data, at)
        if kind == 0 and length == 0:
            return  # the file was made larger than what is written so far
        at += _RECORD_HEADER
        if kind not in (_FULL, _FIRST, _MIDDLE, _LAST) or length > left - _RECORD_HEADER:
            raise LogError(f"is damaged at byte {at - _RECORD_HEADER}")
        if at + length > len(data):
            raise LogError(f"ends in the middle of a message, at byte {at}")
        part = data[at : at + length]
        at += length
        if kind in (_FULL, _FIRST):
            parts = [part]
        else:
            parts.append(part)
        if kind in (_FULL, _LAST):
            yield b"".join(parts)
            parts = []
    if parts or data[at:].strip(b"\0"):
        raise LogError(f"ends in the middle of a message, at byte {at}")


def read_fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield (field number, value) of a message: bytes for texts and messages, the raw number else. Raises LogError."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == _BYTES:
            length, at = _varint(message, at)
        elif wire in (_FIXED64, _FIXED32):
            length = 8 if wire == _FIXED64 else 4
        else:
            raise LogError(f"has a field of an unknown form ({wire})")
        if at + length > len(message):
            raise LogError("has a field that is longer than its message")
        yield number, message[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
        shift += 7
    raise LogError("has a number without an end")


def find_all(message: bytes, *route: int) -> Iterator[bytes]:
    """Yield every message or text that stands under a route of field numbers. Raises LogError."""
    if not route:
        yield message
        return
    for number, value in read_fields(message):
        if number == route[0] and isinstance(value, bytes):
            yield from find_all(value, *route[1:])


def find_text(message: bytes, *route: int) -> str:
    """Return the last text under a route, "" for none. Raises LogError."""
    found = ""
    for value in find_all(message, *route):
        found = value.decode("utf-8", "replace")
    return found
