"""What a text says without being parsed: its words, what it may define, import and start.

Promises: a quick look at bytes, which may find too much and is told so by who parses. Refuses to know: files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from driftlint.late_regex import compile_late

_WORDS: dict[bytes, bytes] = {}
"""The words met so far: files share most of theirs, and then share the objects."""
_MOST_WORDS = 1_000_000
_BETWEEN = bytes(byte if byte < 128 and (chr(byte).isalnum() or byte == 95) else 32 for byte in range(256))
"""Bytes that are in no identifier become blanks; cutting at blanks takes two thirds of the time of an expression."""
_WORKS = compile_late(rb"^(?:for|while|with|async)\b|^[A-Za-z_][\w.]*\(", re.MULTILINE)
"""A statement at the top level that does more than define: the file may be a script."""
_DEFINITION = compile_late(rb"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)
_LARGE = 200_000
"""Bytes of a YAML file beyond which it is data, and starts nothing."""
_RELATIVE = compile_late(rb"^from[ \t]+\.", re.MULTILINE)
_IMPORT = compile_late(
    rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+\(?([\w, \t\r\n]*)|import[ \t]+([\w., \t]+))", re.MULTILINE
)
_CHANGES_PATH = compile_late(rb"\bsys\.path\.(?:insert|append|extend)\(")
_TOP_LEVEL = compile_late(rb"^(?!def\b|class\b|async\b|from\b|import\b|@)[^\s#'\"].*$", re.MULTILINE)
_IDENTIFIER = compile_late(rb"[A-Za-z_]\w*")


def is_text(data: bytes) -> bool:
    """Return whether bytes are UTF-8 without NUL."""
    if b"\0" in data:
        return False
    try:
        data.isascii() or data.decode()
    except UnicodeDecodeError:
        return False
    return True


def may_start(kind: str, data: bytes) -> bool:
    """Return whether a file of a kind may hold a command that starts a Python file."""
    if kind == "yaml" and len(data) > _LARGE:
        return False
    if kind not in ("shell", "makefile", "notebook", "dockerfile", "yaml"):
        return False
    return b".py" in data or b" -m" in data or b'"-m' in data


def find_definitions(data: bytes) -> tuple[bytes, ...]:
    """Return the names of the functions and classes of a Python text."""
    return tuple(set(_DEFINITION.findall(data)))


def find_imports(data: bytes) -> tuple[tuple[str, int, str], ...]:
    """Return (module, level, imported name) of the import lines of a Python text."""
    return tuple(target for match in _IMPORT.finditer(data) for target in _import_targets(match))


def find_words(data: bytes) -> frozenset[bytes]:
    """Return the identifiers of a text, comments and strings included."""
    if len(_WORDS) > _MOST_WORDS:
        _WORDS.clear()
    words = set(data.translate(_BETWEEN).split())
    return frozenset(map(_WORDS.setdefault, words, words))


def _import_targets(match: re.Match[bytes]) -> Iterator[tuple[str, int, str]]:
    """Yield (module, level, imported name) of one import line."""
    if match[3] is not None:
        for part in match[3].decode("utf-8", "replace").split(","):
            module = part.split(" as ")[0].strip()
            if module:
                yield module, 0, ""
        return
    source = match[1].decode("utf-8", "replace")
    module = source.lstrip(".")
    for name in match[2].decode("utf-8", "replace").split(","):
        yield module, len(source) - len(module), (name.split() or [""])[0]


def may_be_script(data: bytes) -> bool:
    """Return whether a Python text works at its top level and can be started by itself: relative imports need a package."""
    return _WORKS.search(data) is not None and _RELATIVE.search(data) is None


def changes_path(text: bytes) -> bool:
    """Return whether a Python text says where Python looks for modules."""
    return b"sys.path." in text and _CHANGES_PATH.search(text) is not None


def may_call(text: bytes, name: str) -> bool:
    """Return whether a text may call a name: an opening parenthesis follows it, or another name that an import gives it."""
    word = name.encode()
    at = text.find(word)
    while at != -1:
        end = at + len(word)
        before = text[max(at - 5, 0) : at]
        after = text[end : end + 8].lstrip()
        if after.startswith((b"(", b"as ")) and not before.endswith((b"def ", b"lass ")):
            return True
        at = text.find(word, end)
    return False


def find_top_words(text: bytes) -> list[bytes]:
    """Return the identifiers of a Python text's top level, outside definitions and imports."""
    return _IDENTIFIER.findall(b"\n".join(_TOP_LEVEL.findall(text)))
