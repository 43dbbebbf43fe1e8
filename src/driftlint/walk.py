"""The walk over a repo: what is listed, and the reason for everything that is not.

Promises: one pass, folders that are left out as a whole are not entered, the same answer for a disk and for a dict.
Refuses to know: how a tree stores its files, and the bytes of any of them but ignore files.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from driftlint.disk import WorkspaceError
from driftlint.gitignore import PatternList, may_match_below
from driftlint.layout import Convention, Layout, load_conventions
from driftlint.workspace import DirectoryEntry, Listing, Scope, Tree, normalize_path

GIT_IGNORED = "git-ignored"
EXCLUDED = "excluded by configuration"
LINK_OUT = "symlink out of the repo"
LINK_NOWHERE = "symlink to nothing"
LINK_INSIDE = "symlink to another place of the repo"
NOT_REGULAR = "not a regular file"
SUBMODULE = "submodule: another repo's files"
TOO_LARGE = "too large"
UNREADABLE = "unreadable folder"
TOO_DEEP = "nested too deep"

_DEEPEST = 100
"""Folders below each other; a repo of people stays under 20."""
_HISTORY = frozenset({".git", ".hg", ".svn", ".jj"})
"""Version control's own folders: no part of any commit, so not worth a line under what was left out."""


class _Ignores(Struct, frozen=True):
    """One ignore file in force: `patterns` see `prefix` + path[cut:]."""

    patterns: PatternList
    cut: int
    prefix: str = ""


class _Visit(Struct, frozen=True):
    """One folder to enter.

    `under` is the reason that holds for all of it, unless an include pattern takes a file back.
    """

    folder: str
    ignores: tuple[_Ignores, ...]
    layout: Layout
    under: str = ""
    doubtful: Convention | None = None
    depth: int = 0


class _Walk(Struct):
    tree: Tree
    scope: Scope
    limit: int
    files: set[str] = field(default_factory=set)
    left_out: dict[str, set[str]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    disabled: frozenset[str] = frozenset()
    layouts: dict[frozenset[str], Layout] = field(default_factory=dict)
    exclude: PatternList = field(default_factory=lambda: PatternList(()))
    include: PatternList = field(default_factory=lambda: PatternList(()))

    def __post_init__(self) -> None:
        self.exclude = PatternList(self.scope.exclude + self.scope.extra_exclude)
        self.include = PatternList(self.scope.include)
        names = (
            ("tests", self.scope.include_tests),
            ("vendored", self.scope.include_vendored),
        )
        self.disabled = frozenset(name for name, wanted in names if wanted)

    def leave_out(self, reason: str, path: str) -> None:
        self.left_out.setdefault(reason, set()).add(path)

    def run(self, visit: _Visit) -> None:
        stack = [visit]
        while stack:
            stack.extend(self.enter(stack.pop()))

    def enter(self, visit: _Visit) -> Iterator[_Visit]:
        """List one folder; yield the folders below it that are worth entering."""
        folder, under = visit.folder, visit.under
        if visit.depth > _DEEPEST:
            self.leave_out(TOO_DEEP, folder + "/")
            return
        try:
            entries = self.tree.scan(folder)
        except OSError as error:
            if not folder:
                raise WorkspaceError(".", f"cannot be listed: {error.strerror or error}") from error
            self.leave_out(UNREADABLE, folder + "/")
            return
        names = {entry.name for entry in entries}
        if folder and not under:
            if visit.doubtful and not visit.doubtful.unless_holds & names:
                under = visit.doubtful.reason
            else:
                under = visit.layout.judge_content(names)
            if under and self.includes_folder(folder):
                yield _Visit(folder, visit.ignores, self.layout_without(visit.layout, under), depth=visit.depth)
                return
            if under and not self.may_include_below(folder):
                self.leave_out(under, folder + "/")
                return
        ignores = self.add_ignore_file(visit.ignores, folder, names)
        prefix = folder + "/" if folder else ""
        judge_file, exclude = visit.layout.judge_file, self.exclude
        for entry in entries:
            name, kind = entry.name, entry.kind
            path = prefix + name
            if kind == "folder":
                if name not in _HISTORY:
                    below = _Visit(path, ignores, visit.layout, under, None, visit.depth + 1)
                    yield from self.judge_folder(below, name, names)
                continue
            if exclude.has_patterns and exclude.decide(path, name, False):
                self.leave_out(EXCLUDED, path)
                continue
            if kind == "link":
                self.note_link(path, entry.target, entry.dangling)
                continue
            if kind == "submodule":
                self.leave_out(SUBMODULE, path + "/")
                continue
            if kind != "file":
                self.leave_out(NOT_REGULAR, path)
                continue
            if name == ".git":
                continue
            reason = under or (GIT_IGNORED if _is_ignored(ignores, path, name, False) else "")
            reason = reason or judge_file(path, name, entry.size)
            if reason and not (self.include.has_patterns and self.include.covers(path)):
                self.leave_out(reason, path)
            elif entry.size > self.limit:
                self.leave_out(TOO_LARGE, path)
            else:
                self.files.add(path)

    def judge_folder(self, below: _Visit, name: str, beside: set[str]) -> Iterator[_Visit]:
        """Yield the folder when it is to be entered, else note why not."""
        path = below.folder
        if self.exclude.decide(path, name, True):
            self.leave_out(EXCLUDED, path + "/")
            return
        reason, doubtful = below.under, None
        if not reason and _is_ignored(below.ignores, path, name, True):
            reason = GIT_IGNORED
        if not reason:
            convention = below.layout.judge_folder(path, name, beside)
            if convention is not None and convention.unless_holds:
                doubtful = convention
            elif convention is not None:
                reason = convention.reason
        if reason and self.includes_folder(path):
            ignores = () if reason == GIT_IGNORED else below.ignores
            yield _Visit(path, ignores, self.layout_without(below.layout, reason), depth=below.depth)
        elif reason and not self.may_include_below(path):
            self.leave_out(reason, path + "/")
        else:
            yield _Visit(path, below.ignores, below.layout, reason, doubtful, below.depth)

    def includes_folder(self, folder: str) -> bool:
        """Whether an include pattern names this folder itself: then it is walked as if its reason did not exist."""
        return bool(self.include.has_patterns and self.include.decide(folder, folder.rpartition("/")[2], True))

    def layout_without(self, layout: Layout, reason: str) -> Layout:
        disabled = layout.disabled | {reason}
        if disabled not in self.layouts:
            self.layouts[disabled] = Layout(load_conventions(), disabled)
        return self.layouts[disabled]

    def may_include_below(self, folder: str) -> bool:
        return any(may_match_below(pattern, folder) for pattern in self.scope.include)

    def note_link(self, path: str, target: str, dangling: bool) -> None:
        if target:
            self.links[path] = "" if target == "." else target
            self.leave_out(LINK_INSIDE, path)
        else:
            self.leave_out(LINK_NOWHERE if dangling else LINK_OUT, path)

    def add_ignore_file(self, ignores: tuple[_Ignores, ...], folder: str, names: set[str]) -> tuple[_Ignores, ...]:
        if not self.scope.respect_gitignore or ".gitignore" not in names:
            return ignores
        prefix = folder + "/" if folder else ""
        patterns = PatternList.from_bytes(self.tree.read_ignore_file(prefix + ".gitignore"))
        return (*ignores, _Ignores(patterns, len(prefix))) if patterns.has_patterns else ignores

    def start(self) -> _Visit:
        outer: tuple[_Ignores, ...] = ()
        if self.scope.respect_gitignore:
            outer = tuple(_Ignores(patterns, 0, prefix) for patterns, prefix in self.tree.outer_ignores())
        return _Visit("", outer, Layout(load_conventions(), self.disabled))

    def add_named(self, named: str) -> None:
        """List a file or folder that the user spelled out."""
        path = normalize_path(named)
        if not path:
            return
        steps = path.split("/")
        visit = self.start()
        lifted: set[str] = set()
        ignored = False
        for at, step in enumerate(steps):
            try:
                entries = {entry.name: entry for entry in self.tree.scan(visit.folder)}
            except OSError as error:
                raise WorkspaceError(named, f"cannot be listed: {error.strerror or error}") from error
            if step not in entries:
                raise WorkspaceError(named, "is not there")
            entry, here = entries[step], "/".join(steps[: at + 1])
            if entry.kind == "link":
                if not entry.target:
                    raise WorkspaceError(
                        named,
                        f"{here} is a {LINK_NOWHERE if entry.dangling else LINK_OUT}",
                    )
                self.links[here] = "" if entry.target == "." else entry.target
                if entry.target != "." and not (here + "/").startswith(entry.target + "/"):
                    self.add_named("/".join([entry.target, *steps[at + 1 :]]))
                return
            if entry.kind in ("other", "submodule"):
                raise WorkspaceError(
                    named, f"{here} is a {SUBMODULE}" if entry.kind == "submodule" else "is not a regular file"
                )
            if entry.kind == "file":
                if at + 1 < len(steps):
                    raise WorkspaceError(named, f"{here} is no folder")
                if entry.size > self.limit:
                    raise WorkspaceError(
                        named,
                        f"is too large: {entry.size} bytes, the limit is {self.limit}",
                    )
                self.settle(here, {here})
                return
            names = set(entries)
            ignores = self.add_ignore_file(visit.ignores, visit.folder, names)
            ignored = ignored or _is_ignored(ignores, here, step, True)
            convention = visit.layout.judge_folder(here, step, names)
            if convention is not None:
                lifted.add(convention.reason)
            visit = _Visit(here, ignores, visit.layout, depth=at)
        lifted.add(visit.layout.judge_content({entry.name for entry in self._scan_named(named, path)}))
        layout = Layout(load_conventions(), self.disabled | lifted)
        # What the user named is entered even where git or the configuration would not go.
        inner = _Walk(
            self.tree,
            Scope(
                self.scope.include,
                respect_gitignore=self.scope.respect_gitignore and not ignored,
            ),
            self.limit,
        )
        inner.run(_Visit(path, () if ignored else visit.ignores, layout))
        self.settle(path, inner.files)
        for reason, paths in inner.left_out.items():
            self.left_out.setdefault(reason, set()).update(paths - self.files)
        self.links.update(inner.links)

    def _scan_named(self, named: str, path: str) -> list[DirectoryEntry]:
        try:
            return self.tree.scan(path)
        except OSError as error:
            raise WorkspaceError(named, f"cannot be listed: {error.strerror or error}") from error

    def settle(self, path: str, files: set[str]) -> None:
        """Take in the files of a named path, and drop what the walk noted about it."""
        self.files |= files
        for paths in self.left_out.values():
            paths -= {known for known in paths if known == path or known.startswith(path + "/")}


def _is_ignored(ignores: tuple[_Ignores, ...], path: str, name: str, is_folder: bool) -> bool:
    """The ignore file nearest to the path that has an answer decides."""
    for ignore in reversed(ignores):
        answer = ignore.patterns.decide(ignore.prefix + path[ignore.cut :], name, is_folder)
        if answer is not None:
            return answer
    return False


def walk_tree(tree: Tree, scope: Scope, limit: int) -> Listing:
    """Return the listing of a tree. `limit` is the largest file size in bytes. Raises WorkspaceError."""
    walk = _Walk(tree, scope, limit)
    walk.run(walk.start())
    for named in scope.named:
        walk.add_named(named)
    left_out = {reason: sorted(paths) for reason, paths in sorted(walk.left_out.items()) if paths}
    return Listing(tuple(sorted(walk.files)), left_out, dict(sorted(walk.links.items())))
