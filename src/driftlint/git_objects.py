"""Objects of a git repo, asked of the installed ``git``: the one place that starts it.

Promises: only plumbing that reads is started (``rev-parse``, ``merge-base``, ``ls-tree``, ``ls-files``, ``cat-file``), never
with a name that could be an option, never through a shell, never a ``git`` that lies in the checked repo or in the current
folder. No hook, filter, file watcher, credential helper or remote of the repo is run: those that this plumbing could reach
are switched off, the settings of user and machine are not read, and what is missing is not fetched. Refuses to know: what
paths mean, and which of them are in scope.

The repo is named by its git folder, so git looks for none: a bare repo that lies inside the checked one is not picked up,
and the question of who owns the folder (``safe.directory``) does not come up, since nothing in it is obeyed.
"""

from __future__ import annotations

import os
import re
import subprocess
from datetime import datetime, timezone
from pathlib import Path

from msgspec import Struct

from driftlint.disk import WorkspaceError
from driftlint.late_regex import compile_late
from driftlint.workspace import find_git_folder

_TIMEOUT = 120
"""Seconds that one question may take."""
_COMMITTER = compile_late(r"^committer .*> (-?\d{1,15}) [+-]\d{4}$", re.MULTILINE)
_OBJECT = compile_late(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_STAGED = compile_late(
    rb"\d+ (?P<id>[0-9a-f]+) (?P<stage>\d)\t(?P<path>[^\0]+)\0"
    rb"[^\0]*?\bmtime: (?P<seconds>\d+):(?P<fraction>\d+)\n[^\0]*?\bsize: (?P<size>\d+)\t[^\0\n]*\n"
)
"""A row of ``ls-files --stage --debug -z``, which tells of each path what ``stat`` said when it was added."""
_SETTINGS = (
    "core.fsmonitor=",  # empty is "none" for every version; older ones take `false` for the name of a program
    f"core.hooksPath={os.devnull}",
    "core.untrackedCache=false",
    "protocol.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
)
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": ":",  # no protocol has this name: a partial clone cannot fetch, whatever its configuration says
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


class GitError(WorkspaceError):
    """A revision or the index cannot be read. `path` is the revision or folder, `message` says what to do."""


class Commit(Struct, frozen=True):
    """A commit by its full id; `merge_base` says that it is where a branch and HEAD part. An empty id is an empty tree."""

    id: str
    merge_base: bool = False


class Description(Struct, frozen=True):
    """A commit by its full id: when it was committed (UTC), and the first line of its message."""

    id: str
    date: datetime
    subject: str


class TreeEntry(Struct, frozen=True):
    """One file of a tree: its git mode (octal number) and object id."""

    mode: int
    id: str


class StagedFile(Struct, frozen=True):
    """A file of the index, and what it was on disk when it was added: bytes (modulo 2**32) and time of change.

    The id is empty for a file that is not merged.
    """

    id: str
    size: int
    seconds: int
    fraction: int
    """Nanoseconds, 0 where the system does not tell them."""


class GitObjects:
    """One repo's objects. `top` is the top of the work tree (the repo itself when it is bare). Close it after use."""

    def __init__(self, top: Path, git_folder: Path) -> None:
        self.top = top
        self.git_folder = git_folder
        self._program = find_program(top)
        self._environment = _make_environment(top)
        self._reader: subprocess.Popen[bytes] | None = None

    @classmethod
    def find(cls, folder: Path) -> GitObjects:
        """Return the repo that holds a folder. Raises GitError when there is none, or no git is installed.

        A bare repo counts only where no work tree is around it: one that lies inside a checked repo is that repo's content.
        """
        start = Path(os.path.abspath(folder))
        for place in (start, *start.parents):
            if os.path.lexists(place / ".git"):
                return cls(place, place / ".git")
        for place in (start, *start.parents):
            if all(os.path.exists(place / name) for name in ("HEAD", "objects", "refs")):
                return cls(place, place)
        raise GitError(
            str(folder), "is in no git repo, which is read for this: name a folder of one, or `git init` and commit"
        )

    def __enter__(self) -> GitObjects:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process that reads objects."""
        reader, self._reader = self._reader, None
        if reader is not None:
            for stream in (reader.stdin, reader.stdout):
                if stream is not None:
                    stream.close()
            reader.wait(_TIMEOUT)

    # revisions

    def find_commit(self, revision: str, head: str = "HEAD") -> Commit:
        """Return the commit that a change is compared with.

        For a branch it is the merge base with `head`: what others did on the branch meanwhile is not undone by this change.
        HEAD itself in a repo without commits is an empty tree. Raises GitError with the command that helps.
        """
        commit = self._resolve(revision)
        head = self._resolve(head)
        if not commit:
            if not head and revision in ("HEAD", "@"):
                return Commit("")
            raise GitError(revision, self._explain_missing(revision))
        full_name = self._ask("rev-parse", "--verify", "--quiet", "--symbolic-full-name", revision).strip()
        if not full_name.startswith((b"refs/heads/", b"refs/remotes/")) or commit == head:
            return Commit(commit)
        if not head:
            raise GitError(revision, "cannot be compared with HEAD, which has no commit yet: name a commit instead")
        base = self._ask("merge-base", commit, head).decode("ascii", "replace").strip()
        if base:
            return Commit(base, merge_base=base != commit)
        if self.is_shallow:
            raise GitError(
                revision,
                "the commit where it and HEAD part is not in this shallow clone: "
                "`git fetch --unshallow` brings it, `git fetch --deepen=100` may; or name a commit to compare with as it is",
            )
        raise GitError(revision, "has no commit in common with HEAD: name a commit to compare with as it is")

    def resolve(self, revision: str) -> str:
        """Return the full id of the commit that a revision names. Raises GitError."""
        commit = self._resolve(revision)
        if not commit:
            raise GitError(revision, self._explain_missing(revision))
        return commit

    def _resolve(self, revision: str) -> str:
        if revision.startswith("-") or not revision.isprintable() or not revision.strip():
            raise GitError(
                revision, "is no revision: name a commit, a branch or a tag, as `git log --oneline --all` shows them"
            )
        found = (
            self._ask("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode("ascii", "replace").strip()
        )
        return found if _OBJECT.fullmatch(found) else ""

    def describe(self, commit: str) -> Description:
        """Return what a commit says of itself. Raises GitError when it is not in this clone."""
        data = self.read(commit)
        if data is None:
            raise GitError(commit, "is not in this clone: `git fetch` it first")
        head, _, message = data.decode("utf-8", "replace").partition("\n\n")
        written = _COMMITTER.search(head)
        seconds = int(written[1]) if written is not None else 0
        try:
            date = datetime.fromtimestamp(seconds, timezone.utc)
        except (OverflowError, OSError, ValueError):
            date = datetime.fromtimestamp(0, timezone.utc)
        return Description(commit, date, next(iter(message.strip().splitlines()), ""))

    @property
    def is_shallow(self) -> bool:
        """Whether the clone lacks older commits."""
        return self._ask("rev-parse", "--is-shallow-repository").strip() == b"true"

    def _explain_missing(self, revision: str) -> str:
        if not self._resolve("HEAD"):
            return "is no revision here: the repo has no commit yet"
        if _OBJECT.fullmatch(revision):
            fetch = f"git fetch --depth=1 origin {revision}"
            return f"is no commit of this clone: `{fetch}` brings it if the remote has it"
        if self.is_shallow:
            remote, _, branch = revision.removeprefix("refs/remotes/").partition("/")
            if not branch:
                remote, branch = "origin", revision
            fetch = f"git fetch --depth=100 {remote} {branch}:refs/remotes/{remote}/{branch}"
            return f"is no revision of this shallow clone: `{fetch}` brings it"
        return "is no revision of this repo: fetch it, or see `git branch --all` and `git tag`"

    # trees

    def list_tree(self, commit: str) -> dict[str, TreeEntry]:
        """Return the files of a commit by path; submodules are entries of mode 160000. Raises GitError."""
        if not commit:
            return {}
        listed = self._run("ls-tree", "-r", "-z", "--full-tree", commit)
        entries: dict[str, TreeEntry] = {}
        for row in listed.split(b"\0"):
            head, _, path = row.partition(b"\t")
            if path:
                mode, _, name = head.split(b" ")
                entries[_decode(path)] = TreeEntry(int(mode, 8), name.decode("ascii"))
        return entries

    def list_index(self) -> dict[str, TreeEntry]:
        """Return the files of the index, as the next commit will hold them. Raises GitError during an unfinished merge."""
        entries: dict[str, TreeEntry] = {}
        unmerged: dict[str, None] = {}
        for row in self._run("ls-files", "--stage", "-z").split(b"\0"):
            head, _, path = row.partition(b"\t")
            if not path:
                continue
            mode, name, stage = head.split(b" ")
            if stage != b"0":
                unmerged[_decode(path)] = None
            else:
                entries[_decode(path)] = TreeEntry(int(mode, 8), name.decode("ascii"))
        if unmerged:
            shown = ", ".join(list(unmerged)[:3]) + (", ..." if len(unmerged) > 3 else "")
            raise GitError("the index", f"holds files that are not merged ({shown}): resolve them and `git add` them")
        return entries

    def list_staged(self) -> dict[str, StagedFile]:
        """Return the files of the index with what git noted of them on disk. Raises GitError."""
        staged: dict[str, StagedFile] = {}
        for row in _STAGED.finditer(self._run("ls-files", "--stage", "--debug", "-z")):
            name = row["id"].decode("ascii") if row["stage"] == b"0" else ""
            staged[_decode(row["path"])] = StagedFile(name, int(row["size"]), int(row["seconds"]), int(row["fraction"]))
        return staged

    def measure(self, ids: list[str]) -> dict[str, int]:
        """Return the sizes of objects in bytes; those that are not in this clone are left out. Raises GitError."""
        asked = "".join(f"{name}\n" for name in ids).encode("ascii")
        done = self._start(("cat-file", "--batch-check"), asked)
        if done.returncode and b"promisor" in done.stderr:
            # Before 2.45 git tries to fetch what a partial clone lacks, and gives up over it: list what there is.
            done = self._start(("cat-file", "--batch-check", "--batch-all-objects", "--unordered"), b"")
        if done.returncode:
            raise GitError(str(self.top), f"git cat-file failed: {_last_line(done.stderr)}")
        wanted = frozenset(ids)
        sizes: dict[str, int] = {}
        for row in done.stdout.decode("ascii", "replace").splitlines():
            parts = row.split(" ")
            if len(parts) == 3 and parts[0] in wanted:
                sizes[parts[0]] = int(parts[2])
        return sizes

    def read(self, name: str) -> bytes | None:
        """Return the bytes of an object, None when it is not in this clone. Raises GitError."""
        reader = self._reader or self._start_reader()
        assert reader.stdin is not None
        assert reader.stdout is not None
        try:
            reader.stdin.write(f"{name}\n".encode("ascii"))
            reader.stdin.flush()
            head = reader.stdout.readline().split(b" ")
            if len(head) != 3:
                return None
            data = reader.stdout.read(int(head[2]) + 1)
        except (OSError, ValueError) as error:
            raise GitError(
                str(self.top), f"git stopped answering: {error}; `git fsck` says what is wrong with the repo"
            ) from error
        if len(data) != int(head[2]) + 1:
            raise GitError(
                str(self.top), f"git ended before it had written {name}: `git fsck` says what is wrong with the repo"
            )
        return data[:-1]

    @property
    def common_folder(self) -> Path:
        """The git folder that all work trees share."""
        return Path(find_git_folder(str(self.top)))

    # the process

    def _start_reader(self) -> subprocess.Popen[bytes]:
        try:
            self._reader = subprocess.Popen(
                [*self._command(), "cat-file", "--batch"],
                cwd=self.top,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise GitError(
                str(self.top), f"git cannot be started: {error.strerror or error}; see whether `git --version` works"
            ) from error
        return self._reader

    def _command(self) -> list[str]:
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        return [self._program, "--no-pager", "--no-replace-objects", f"--git-dir={self.git_folder}", *settings]

    def _start(self, arguments: tuple[str, ...], stdin: bytes) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                [*self._command(), *arguments],
                cwd=self.top,
                env=self._environment,
                input=stdin,
                capture_output=True,
                timeout=_TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise GitError(
                str(self.top),
                f"git {arguments[0]} gave no answer within {_TIMEOUT} s: see whether it does by hand, and run this again",
            ) from error
        except (OSError, ValueError) as error:
            raise GitError(
                str(self.top), f"git cannot be started: {error}; see whether `git --version` works"
            ) from error

    def _ask(self, *arguments: str) -> bytes:
        """Return what git answers, b"" when it says no."""
        done = self._start(arguments, b"")
        if done.returncode not in (0, 1):
            raise GitError(str(self.top), f"git {arguments[0]} failed: {_last_line(done.stderr)}")
        return done.stdout if done.returncode == 0 else b""

    def _run(self, *arguments: str) -> bytes:
        done = self._start(arguments, b"")
        if done.returncode:
            raise GitError(str(self.top), f"git {arguments[0]} failed: {_last_line(done.stderr)}")
        return done.stdout


def find_program(top: Path, name: str = "git") -> str:
    """Return the full path of git, or of another program. Raises GitError.

    Only absolute folders of PATH count, and none inside of the checked repo: a file called git there is the repo's.
    """
    inside = os.path.join(os.path.realpath(top), "")
    names = [f"{name}.exe", f"{name}.com"] if os.name == "nt" else [name]
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        if not os.path.isabs(folder) or os.path.join(os.path.realpath(folder), "").startswith(inside):
            continue
        for each in names:
            path = os.path.join(folder, each)
            if os.path.isfile(path) and os.access(path, os.X_OK):
                return path
    raise GitError(
        str(top),
        f"{name} is needed for this and was not found in PATH: install it, or add its folder (outside of the repo) to PATH",
    )


def _make_environment(top: Path) -> dict[str, str]:
    """Return the environment of git: nothing of the caller's own git settings, save the index of a running commit.

    ``git commit PATH`` and ``git commit -a`` run their hooks over an index of their own, which GIT_INDEX_FILE names.
    """
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("GIT_")}
    index = os.environ.get("GIT_INDEX_FILE")
    if index:
        own = os.path.join(os.path.realpath(find_git_folder(str(top))), "")
        if os.path.realpath(index).startswith(own):
            kept["GIT_INDEX_FILE"] = os.path.abspath(index)
    return {**kept, **_ENVIRONMENT}


def _decode(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _last_line(text: bytes) -> str:
    lines = text.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "no reason given"
