"""The paths of one listing, asked by their names.

Promises: a question is answered once as long as the same files are listed, so an edit does not pay for the size of the repo.
Refuses to know: what stands in a file.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from fnmatch import translate
from functools import cached_property


class PathNames:
    """Paths relative to the root, posix. `all` is sorted."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.all = tuple(sorted(paths))
        self._where: dict[Callable[[str], object], tuple[str, ...]] = {}
        self._bearing: dict[tuple[str, ...], frozenset[str]] = {}

    def where(self, test: Callable[[str], object]) -> tuple[str, ...]:
        """Return the paths of which a test holds, sorted. The test is a function that lives on: its answers are kept."""
        if test not in self._where:
            self._where[test] = tuple(path for path in self.all if test(path))
        return self._where[test]

    def called(self, name: str) -> tuple[str, ...]:
        """Return the paths whose last part is a name, sorted."""
        return self._by_last.get(name, ())

    def bearing(self, globs: tuple[str, ...]) -> frozenset[str]:
        """Return the paths that fit one of the globs; what stands after ``**/`` may be the last name alone.

        As in `fnmatch`, a star takes slashes, too.
        """
        if globs not in self._bearing:
            whole, last = _any_of(globs), _any_of(glob[3:] for glob in globs if glob.startswith("**/"))
            self._bearing[globs] = frozenset(
                path for path in self.all if whole.match(path) or last.match(posixpath.basename(path))
            )
        return self._bearing[globs]

    def has_file(self, path: str) -> bool:
        """Return whether a file of that name is listed; the name may have steps such as ``..``."""
        return posixpath.normpath(path) in self.files

    def has(self, path: str) -> bool:
        """Return whether a file of that name is listed, or one in a folder of that name."""
        path = posixpath.normpath(path)
        return path in self.files or path in self._folders

    @cached_property
    def files(self) -> frozenset[str]:
        """The paths as a set."""
        return frozenset(self.all)

    @cached_property
    def _by_last(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for path in self.all:
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    @cached_property
    def import_words(self) -> frozenset[str]:
        """The names of Python files without their ending."""
        return frozenset(p.rpartition("/")[2].rsplit(".", 1)[0] for p in self.all if p.endswith((".py", ".pyx")))

    @cached_property
    def _folders(self) -> frozenset[str]:
        found: set[str] = set()
        for path in self.all:
            while (path := posixpath.dirname(path)) not in found and path:
                found.add(path)
        return frozenset(found)


def _any_of(globs: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, globs)) or r"(?!)")


def import_stem(path: str) -> str:
    """Return the last word of the dotted name under which a Python file is imported."""
    return path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]


def with_folders_above(folder: str) -> tuple[str, ...]:
    """Return a folder and all those above it, up to the root ("")."""
    found = [folder]
    while folder:
        folder = posixpath.dirname(folder)
        found.append(folder)
    return tuple(found)


def nearest(paths: Sequence[str], folder: str) -> str | None:
    """Return the one path that shares the most folders with a folder: None when two share as many, or the nearest shares none."""
    if len(paths) < 2:
        return paths[0] if paths else None

    def shared(path: str) -> int:
        ours, theirs = folder.split("/"), path.split("/")
        return next(
            (i for i, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other),
            min(len(ours), len(theirs)),
        )

    first, second = sorted(paths, key=shared, reverse=True)[:2]
    return first if shared(first) > shared(second) else None
