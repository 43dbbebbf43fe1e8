"""What a lock holds, and what a check of its freshness says.

Promises: plain data, the same for every lock format. Refuses to know: formats, tools, files.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct, field

Origin: TypeAlias = Literal["index", "vcs", "url", "path", "file"]
"""Where a package comes from; "path" is a folder of the repo, "file" an archive that is kept on disk."""
State: TypeAlias = Literal["fresh", "stale", "unknown"]


class LockError(ValueError):
    """A lock or a manifest that is not what its format says. The text is for people."""


class LockedPackage(Struct, frozen=True):
    """One package of a lock. `name` is normalised, "" where it cannot be told, `version` "" where the lock states none.

    `hashed`: every archive that may be installed carries a digest; packages that are no archive need none.
    `commit` is the full commit of a package from version control, "" when the lock has none. `line` is the 1-based line on
    which its entry begins. `conda`: it comes from a channel of conda, not from a Python package index.
    """

    name: str
    version: str
    hashed: bool
    origin: Origin = "index"
    commit: str = ""
    conda: bool = False
    line: int = 1


class Lock(Struct, frozen=True):
    """A lock as read. `content` is the parsed file, for the checks that look further than packages."""

    path: str
    format: str
    packages: tuple[LockedPackage, ...]
    content: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    """Manifests that the lock itself names, as repo paths."""

    def versions(self, name: str) -> tuple[str, ...]:
        """Return the versions that are held for a normalised name; () when the lock does not hold it."""
        return tuple(package.version for package in self.packages if package.name == name)

    @property
    def sealed(self) -> bool:
        """Whether everything that comes from outside is held by a digest or a commit."""
        return all(p.hashed or p.commit or p.origin in ("path", "file") for p in self.packages)


class Files(Struct, frozen=True):
    """The files of a repo, as far as a check needs them. `read` returns None for a file that is not there."""

    read: Callable[[str], bytes | None]
    paths: Collection[str] = ()


class Freshness(Struct, frozen=True):
    """A verdict with its reason in words. `differs` are the normalised names of requirements that the lock does not meet."""

    state: State
    reason: str
    manifests: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    harmless: bool = False
    """The tool asks for a new lock, but what it installs stays the same."""


class Declared(Struct, frozen=True):
    """One requirement of a manifest, for the comparison with a lock.

    `specifier` is PEP 440 text, None when it is written in another grammar that has no such form. `groups` are extras
    and dependency groups; () is what every install takes. `extras` are those asked for of the package, `url` its address.
    """

    name: str
    specifier: str | None = ""
    marker: str = ""
    origin: Origin = "index"
    path: str = ""
    groups: tuple[str, ...] = ()
    conda: bool = False
    extras: tuple[str, ...] = ()
    url: str = ""
