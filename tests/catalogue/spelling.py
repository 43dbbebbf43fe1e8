"""Does a release have what an entry of the catalogue says of it?

Promises: the packages and versions are those that the entry's source names; each function is looked for by its dotted
name, by its last word where the receiver is an object; each argument by name and position. Refuses to know: how the
wheels came here.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from packaging.utils import canonicalize_name

from driftlint.packs.catalogue import ArgSpec, Client, CommandEntry, Condition, ConfigKeyEntry, ReferenceEntry
from tests.catalogue.wheels import Signature, Wheel

_RELEASE = re.compile(r"([A-Za-z][\w.-]*) (\d+(?:\.\d+)+(?:\.?(?:post|rc)\d+)?|20\d{6})(?![\w-])")
_WORDS = frozenset(("from", "library", "release", "version", "and", "Spark"))


def releases_of(source: str) -> list[tuple[str, str]]:
    """Return the (distribution, version) pairs that a source names, in order."""
    return [(canonicalize_name(n), v) for n, v in _RELEASE.findall(source) if n not in _WORDS]


def faults_of(entry: ReferenceEntry, wheels: Sequence[Wheel]) -> list[str]:
    """Return what the wheels do not bear out; calls of packages that none of the wheels holds are left out.

    A method that a class inherits from another package is looked for in all of the wheels.
    """
    faults: list[str] = []
    for call in entry.calls:
        plain = call.replace("()", "")
        root = plain.split(".")[0]
        mine = [w for w in wheels if root == "?" or _holds(w, root)]
        if not mine:
            continue
        problem = _problem(entry, call, plain, [*mine, *(w for w in wheels if w not in mine)])
        if problem:
            faults.append(f"{call}: {problem}")
    return faults


def unheld(entry: ReferenceEntry, wheels: Sequence[Wheel]) -> list[str]:
    """Return the calls whose package is in none of the wheels."""
    return [c for c in entry.calls if not c.startswith("?") and not any(_holds(w, c.split(".")[0]) for w in wheels)]


def words_of(entry: CommandEntry | ConfigKeyEntry | Client) -> list[str]:
    """Return the identifiers behind an entry's flags, keys and arguments; one-letter flags have none."""
    if isinstance(entry, Client):
        asked = [call.rsplit(".", 1)[-1] for call in entry.calls] + [spec.arg for spec in entry.base_url]
    elif isinstance(entry, CommandEntry):
        asked = [spec.flag for spec in (*entry.names, *entry.pins)]
    else:
        asked = [key for spec in entry.pins for key in spec.route.split(".")] + entry.route.split(".")
    plain = (word.lstrip("-").removesuffix("[]").replace("-", "_") for word in asked)
    return sorted({word for word in plain if len(word) > 1})


def _holds(wheel: Wheel, root: str) -> bool:
    return any(path.startswith((f"{root}/", f"{root}.py")) for path in wheel.texts)


def _problem(entry: ReferenceEntry, call: str, plain: str, wheels: Iterable[Wheel]) -> str:
    seen: list[str] = []
    for wheel in wheels:
        found: Iterable[tuple[str, Any, Any]] = ()
        if "*" not in plain and not plain.startswith("?"):
            found = wheel.find(plain)
        last = plain.rsplit(".", 1)[-1]
        wider = wheel.definitions(last) if "*" not in last else ()
        for candidates in (found, wider):
            for hit in itertools.islice(candidates, 60):
                signature = wheel.signature(*hit)
                wrong = _wrong(entry, signature, wheel)
                if not wrong:
                    return ""
                seen.append(f"{signature.where} takes no {', '.join(wrong)}")
    if "*" in plain.rsplit(".", 1)[-1]:
        return "" if any(wheel.modules(plain.rsplit(".", 1)[0]) for wheel in wheels) else "no such module"
    return "; ".join(dict.fromkeys(seen[:2])) or "no such definition"


def _wrong(entry: ReferenceEntry, signature: Signature, wheel: Wheel) -> list[str]:
    wrong = []
    for what, specs in (("name", entry.names), ("pin", entry.pins)):
        fitting = [s for s in specs if s.arg or s.pos is not None]
        if fitting and not any(_takes(signature, s, wheel, entry.verified) for s in fitting):
            wrong.append(f"{what} {' or '.join(map(_show, fitting))}")
    conditions: Mapping[str, tuple[Condition, ...]] = {"unless": entry.unless, "only": entry.only}
    for what, tests in conditions.items():
        if tests and not any(_takes(signature, c, wheel, entry.verified) for c in tests):
            wrong.append(f"{what} {' or '.join(map(_show, tests))}")
    if entry.checksum and not any(_takes(signature, ArgSpec(arg=a), wheel) for a in entry.checksum):
        wrong.append(f"checksum {' or '.join(entry.checksum)}")
    return wrong


def _takes(signature: Signature, spec: Any, wheel: Wheel, verified: bool = True) -> bool:
    arg = spec.arg
    if arg and arg not in signature.keywords and signature.any_keyword and spec.pos is None:
        return not verified or wheel.mentions(arg)
    return signature.takes(arg, spec.pos)


def _show(spec: Any) -> str:
    return spec.arg if spec.pos is None else f"{spec.arg}@{spec.pos}"
