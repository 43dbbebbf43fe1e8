"""Requirements files that a compiler wrote: packages, and the inputs that their comments name.

Promises: exact versions and digests of the file, the inputs of its header, and which packages an input asked for.
Refuses to know: whether a newer compilation would choose otherwise.
Sources: pip-tools 7.6 ``writer.py``, uv 0.13 ``uv pip compile``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

from packaging.utils import canonicalize_name

from driftlint.locks.model import Lock, LockedPackage, Origin
from driftlint.locks.paths import join
from driftlint.locks.tables import count_lines

_COMMAND = re.compile(
    r"^#[ \t]{2,}(?:\S+/)?(?:python\S* -m )?(?:uv pip compile|pip-compile|piptools compile)\b(?P<words>.*)$",
    re.MULTILINE,
)
_START = re.compile(r"^(?=[A-Za-z0-9-])", re.MULTILINE)
_LINE = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:==\s*(?P<version>[^\s;\\]+)|@\s*(?P<url>\S+))")
_BARE = re.compile(r"(?:-e\s+)?(?P<url>(?:git|hg)\+\S+|https?://\S+)")
_VIA = re.compile(
    r"(?:-r|--requirement|-c)?\s*(?P<input>[\w./-]+\.(?:in|txt|toml|py|cfg))\b|\((?P<kind>pyproject\.toml|setup\.py)\)"
)
_COMMENTED = re.compile(r"^# ([A-Za-z0-9][\w.-]*)(?:==\S+)?$", re.MULTILINE)
"""Packages that the compiler holds back unless told otherwise: named in a comment at the end."""
_COMMIT = re.compile(r"@([0-9a-f]{40})(?:[#\s]|$)")
_COMPILER = re.compile(r"^#.*\bpip(?:-| )compile\b", re.MULTILINE)
_LEFT_OUT = ("--no-emit-package", "--unsafe-package")
_INPUTS = (".in", ".toml", ".py", ".cfg", ".txt")
_VALUED = frozenset(
    ("-o", "--output-file", "-c", "--constraint", "--build-constraint", "--override", "--config-setting")
)


def read_lock(path: str, data: bytes) -> Lock:
    """Return a compiled requirements file. Never raises."""
    source = data.decode("utf-8", "replace")
    folder = path.rpartition("/")[0]
    packages: list[LockedPackage] = []
    asked: dict[str, list[str]] = {}
    starts = [match.start() for match in _START.finditer(source)]
    for start, end, line in zip(starts, [*starts[1:], len(source)], count_lines(source, starts), strict=True):
        block = source[start:end]
        match = _LINE.match(block)
        bare = _BARE.match(block)
        if match is None and bare is None:
            continue
        url = (match["url"] if match is not None else None) or (bare["url"] if bare is not None else "")
        name = canonicalize_name(match["name"]) if match is not None else _egg(url)
        origin: Origin = "index" if not url else "vcs" if "+" in url.split(":", 1)[0] else "url"
        commit = _COMMIT.search(url)
        hashed = "--hash=" in block or "#sha256=" in url
        version = (match["version"] or "") if match is not None else ""
        packages.append(
            LockedPackage(name, version, hashed, origin, commit[1] if commit is not None else "", line=line)
        )
        comments = "\n".join(line.partition("#")[2] for line in block.splitlines() if "#" in line)
        if "via" in comments:
            asked[name] = [match["input"] or match["kind"] for match in _VIA.finditer(comments)]
    words, left_out = _read_command(source)
    left_out |= {canonicalize_name(name) for name in _COMMENTED.findall(source)}
    content = {"asked": asked, "left-out": left_out, "inputs": words, "compiled": bool(_COMPILER.search(source[:2000]))}
    return Lock(path, "compiled", tuple(packages), content, tuple(join(folder, word) for word in words))


def find_inputs(lock: Lock, has: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the repo paths of what a file was compiled from, () where nothing says it; `has`: whether the repo has a path.

    The compiler ran beside its output or in a folder above it; an input that is in none of these is given as if beside.
    """
    folder, _, base = lock.path.rpartition("/")
    words = lock.content.get("inputs", ())
    if not words:
        beside = join(folder, f"{base.removesuffix('.txt')}.in")
        return (beside,) if lock.content.get("compiled") and has(beside) else ()
    above = [folder]
    while above[-1]:
        above.append(above[-1].rpartition("/")[0])
    return tuple(next((p for at in above if has(p := join(at, word))), join(folder, word)) for word in words)


def _read_command(source: str) -> tuple[tuple[str, ...], set[str]]:
    """Return the inputs that the header's command names, and the packages that it leaves out of the output."""
    command = _COMMAND.search(source[:4000])
    if command is None:
        return (), set()
    try:
        words = shlex.split(command["words"])
    except ValueError:
        return (), set()
    found: list[str] = []
    left_out: set[str] = set()
    for before, word in zip(["", *words], words, strict=False):
        flag, _, value = word.partition("=")
        if before in _LEFT_OUT or flag in _LEFT_OUT:
            left_out.add(canonicalize_name(value or word))
        elif not word.startswith("-") and before not in _VALUED and word.endswith(_INPUTS):
            found.append(word)
    return tuple(dict.fromkeys(found)), left_out


def _egg(url: str) -> str:
    egg = re.search(r"[#&]egg=([\w.-]+)", url)
    stem = egg[1] if egg is not None else url.split("#")[0].split("@")[0].rstrip("/").rsplit("/", 1)[-1]
    return canonicalize_name(stem.removesuffix(".git"))
