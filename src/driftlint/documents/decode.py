"""Bytes to text, the limits of reading, and what a reader hands back.

Promises: decoding never raises, keeps line ends, and says in words what was odd about the encoding.
Refuses to know: any syntax, except the one comment by which a Python source names its encoding (PEP 263).
"""

from __future__ import annotations

import re
from hashlib import blake2b

from msgspec import Struct, field

from driftlint.documents.model import Body, Cell, Comment, Kind, Problem, Script
from driftlint.late_regex import compile_late
from driftlint.text import Span

_MIB = 1 << 20


class Limits(Struct, frozen=True):
    """How much of one file is read before a reader gives up. Sizes are bytes, lines are code points."""

    python_bytes: int = 8 * _MIB
    notebook_bytes: int = 32 * _MIB
    config_bytes: int = 4 * _MIB
    lock_bytes: int = 16 * _MIB
    """Lock files are written by tools and grow with the dependency tree."""
    max_line: int = 1_000_000
    """Longest line; JSON and notebooks are exempt, they are often written on one line or carry images."""
    max_depth: int = 200
    """Deepest nesting of maps and lists."""
    max_aliases: int = 10_000
    """Nodes that the aliases of one YAML file may stand for, all together."""
    max_nodes: int = 400_000
    """Values of one JSON, TOML or YAML file."""

    def bytes_for(self, kind: Kind, path: str = "") -> int:
        """Return the largest size in bytes that a file of this kind may have."""
        if kind == "python":
            return self.python_bytes
        if kind == "notebook":
            return self.notebook_bytes
        name = path.rsplit("/", 1)[-1]
        if name.endswith(".lock") or name.startswith(("conda-lock.", "pylock.")):
            return self.lock_bytes
        return self.config_bytes


DEFAULT = Limits()


class Reading(Struct):
    """What a reader makes of one text; the parts of a `Document` that depend on the syntax.

    `text` is only set where the document's text is not the file's (notebooks).
    """

    body: Body = None
    comments: list[Comment] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    script: Script | None = None
    code: str = ""
    cells: list[Cell] = field(default_factory=list)
    text: str | None = None


class Decoded(Struct, frozen=True):
    """A decoded file. `encoding` is the codec that turns `text` (after `bom`) into the same bytes again."""

    text: str
    encoding: str
    bom: bytes = b""
    problems: tuple[Problem, ...] = ()
    binary: bool = False


_COOKIE = compile_late(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_BLANK = compile_late(rb"^[ \t\f]*(?:#.*)?$")
# Codecs that Python would not take for source text, or whose decoding is not one pass over the bytes.
_NO_SOURCE_CODEC = compile_late(r"idna|punycode|.*unicode.?escape|undefined|utf.?7|mbcs|oem", re.IGNORECASE)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CONTROLS = bytes(set(range(32)) - {9, 10, 11, 12, 13, 26, 27})


def digest(data: bytes) -> str:
    """Return the content digest (BLAKE2b, 16 bytes, hex) by which a file is recognised."""
    return blake2b(data, digest_size=16).hexdigest()


def decode(data: bytes, *, python: bool = False) -> Decoded:
    """Decode a file: BOM, PEP 263 cookie (only if `python`), UTF-8, UTF-16 without BOM, then Windows-1252.

    Never raises; data that is no text gives ``binary=True`` and an empty text.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return Decoded(data[len(bom) :].decode(encoding), encoding, bom)
            except UnicodeDecodeError:
                if encoding == "utf-8":
                    return _decode_single_bytes(data[len(bom) :], bom)
                return _decode_damaged_utf16(data, bom, encoding)
    if b"\0" in data:
        return _decode_bare_utf16(data)
    if python and (cookie := _find_cookie(data)):
        decoded = _decode_by_cookie(data, cookie)
        if decoded is not None:
            return decoded
        text = decode(data)
        problem = Problem(
            Span(0, 0), f"the encoding {cookie!r} named in the file cannot decode it; fix the coding comment"
        )
        return Decoded(text.text, text.encoding, text.bom, (problem, *text.problems), text.binary)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _decode_single_bytes(data, b"")


def _find_cookie(data: bytes) -> str:
    for line in data[:1000].split(b"\n", 2)[:2]:
        if found := _COOKIE.match(line):
            return found.group(1).decode("ascii")
        if not _BLANK.match(line.rstrip(b"\r")):
            return ""
    return ""


def _decode_by_cookie(data: bytes, cookie: str) -> Decoded | None:
    if _NO_SOURCE_CODEC.fullmatch(cookie):
        return None
    try:
        return Decoded(data.decode(cookie), cookie)
    except (LookupError, ValueError):
        return None


def _decode_single_bytes(data: bytes, bom: bytes) -> Decoded:
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls * 20 > len(data):
        return Decoded("", "", binary=True)
    try:
        data.decode("utf-8")
        at = 0
    except UnicodeDecodeError as error:
        at = error.start
    try:
        text, encoding, label = data.decode("cp1252"), "cp1252", "Windows-1252"
    except UnicodeDecodeError:
        text, encoding, label = data.decode("latin-1"), "latin-1", "Latin-1"
    message = f"byte 0x{data[at]:02X} is not UTF-8; the file was read as {label}: save it as UTF-8"
    return Decoded(text, encoding, bom, (Problem(Span(at, at + 1), message),))


def _decode_bare_utf16(data: bytes) -> Decoded:
    # In UTF-16 text of mostly ASCII every second byte is zero, always on the same side.
    head = data[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(len(head) // 2, 1)
    for zeros, others, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros * 10 >= half * 4 and others == 0 and len(data) >= 4:
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                return _decode_damaged_utf16(data, b"", encoding)
            return Decoded(
                text, encoding, b"", (Problem(Span(0, 0), "UTF-16 without a byte order mark: save it as UTF-8"),)
            )
    return Decoded("", "", binary=True)


def _decode_damaged_utf16(data: bytes, bom: bytes, encoding: str) -> Decoded:
    text = data[len(bom) :].decode(encoding, errors="replace")
    if text.count("\ufffd") * 20 > len(text) + 20 or "\0" in text:
        return Decoded("", "", binary=True)
    at = max(text.find("\ufffd"), 0)
    return Decoded(text, encoding, bom, (Problem(Span(at, at + 1), "damaged UTF-16 text: save it as UTF-8"),))
