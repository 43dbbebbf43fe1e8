"""What a comparison with a lock of uv has found, and the settings that the lock records.

Promises: one contradiction is enough, doubts count only without one. Refuses to know: requirements.
Source: uv 0.13 ``crates/uv/src/commands/project/lock.rs``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct, field

from driftlint.locks.model import Lock
from driftlint.locks.tables import table
from driftlint.locks.uv_requirements import Compared

_OPTIONS = {"resolution": "resolution-mode", "prerelease": "prerelease-mode", "fork-strategy": "fork-strategy"}
_DEFAULTS = {"resolution": "highest", "prerelease": "if-necessary-or-explicit", "fork-strategy": "requires-python"}


class Verdict(Struct):
    """What was found so far: the first contradiction wins, doubts are kept."""

    stale: str = ""
    renumbered: str = ""
    """The project's own version is another: uv asks for a new lock, and nothing that is installed changes."""
    doubts: list[str] = field(default_factory=list)
    differs: set[str] = field(default_factory=set)

    def refute(self, reason: str, names: Iterable[str] = ()) -> None:
        """Note a contradiction and the names that it is about."""
        self.stale = self.stale or reason
        self.differs.update(names)

    def renumber(self, reason: str) -> None:
        """Note that only the project's own version is another."""
        self.renumbered = reason

    def doubt(self, reason: str) -> None:
        """Note something that cannot be compared."""
        self.doubts.append(reason)

    def take(self, compared: Compared, what: str) -> None:
        """Note what a comparison of requirements found."""
        if compared.differs:
            self.refute(
                f"{what} ask for {', '.join(sorted(compared.differs))} otherwise than the lock does", compared.differs
            )
        if compared.doubtful:
            self.doubt(f"{what} name {', '.join(sorted(compared.doubtful))} in a way that cannot be compared")


def check_options(lock: Lock, settings: dict[str, Any], elsewhere: bool, verdict: Verdict) -> None:
    """Compare the options of the resolution; `elsewhere`: another file holds the settings."""
    options = table(lock.content, "options")
    if elsewhere:
        verdict.doubt("uv.toml stands beside the manifest and holds the settings instead")
        return
    for key, held in _OPTIONS.items():
        asked = settings.get(key, _DEFAULTS[key])
        if isinstance(asked, str) and asked != options.get(held, _DEFAULTS[key]):
            verdict.refute(f"`{key}` is {asked}, the lock was made with {options.get(held, _DEFAULTS[key])}")
    asked, locked = settings.get("exclude-newer"), options.get("exclude-newer")
    span = options.get("exclude-newer-span")
    if (asked is None) is not (locked is None and span is None):
        verdict.refute(f"`exclude-newer` is set in {'the lock' if asked is None else 'the manifest'} only")
    elif asked is not None and str(asked)[:19].replace(" ", "T") != str(locked)[:19].replace(" ", "T"):
        verdict.doubt("`exclude-newer` is written in two ways that cannot be compared")
    if settings.get("exclude-newer-package") or options.get("exclude-newer-package"):
        verdict.doubt("`exclude-newer-package` cannot be compared")


def words(names: Iterable[str]) -> str:
    """Return names for a sentence."""
    return ", ".join(sorted(names)) or "none"
