"""Run the program under an audit hook and judge what it did.

Promises: what is not known to be harmless is told. Refuses to know: which repo is looked at, and what the answer is.
"""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SRC = Path(__file__).parents[2] / "src"
RECORDER = Path(__file__).parent / "recorder"
_CODE = tuple({os.path.realpath(p) + os.sep for p in (sys.prefix, sys.base_prefix, sys.exec_prefix, SRC, RECORDER)})
_GIT = ("rev-parse", "merge-base", "ls-tree", "ls-files", "cat-file")
_MOVES = frozenset(("os.rename", "os.link", "os.symlink"))
_CHANGES = frozenset(
    (
        "os.remove",
        "os.unlink",
        "os.mkdir",
        "os.rmdir",
        "os.truncate",
        "os.chmod",
        "os.chown",
        "os.utime",
        "shutil.rmtree",
    )
)
_HARMLESS = frozenset(("os.fork", "os.chdir", "os.kill", "os.unsetenv", "os.add_dll_directory", "tempfile.mkdtemp"))
_OWN_SOCKETS = frozenset(("socket.__new__", "socket.bind", "socket.connect", "socket.sendmsg"))


@dataclass(frozen=True)
class Allowed:
    """What a run may do beside reading. `writes` are folders and files, absolute."""

    writes: tuple[Path, ...] = ()
    code: tuple[Path, ...] = ()
    """Files whose code may run, beside Python's, the libraries' and the project's own."""
    git: bool = False
    own_sockets: bool = False
    """Sockets between the threads or processes of one program: they have a path as address, or none."""


@dataclass
class Watched:
    """One run: what it said, and what it did that it should not have."""

    code: int
    out: bytes
    error: str
    events: list[list[Any]] = field(default_factory=list)

    def judge(self, repo: Path, allowed: Allowed) -> list[str]:
        """Return what the run did that it should not have."""
        inside = os.path.realpath(repo) + os.sep
        writes = [os.path.realpath(path) for path in allowed.writes]
        return sorted(
            {f"{event[1]} {event[2:]}" for event in self.events if not _is_fine(event, inside, writes, allowed)}
        )


def _is_fine(event: list[Any], inside: str, writes: Sequence[str], allowed: Allowed) -> bool:
    name, args = event[1], event[2:]
    if name == "exec":
        # Dataclasses and named tuples make code of their own; it has no name, or one like <string>.
        known = not args[0] or str(args[0]).startswith(("<", *_CODE)) or Path(args[0]) in allowed.code
        return known and not str(args[0]).startswith(inside)
    if name == "import":
        # The third is the current folder when modules are looked for there.
        return not str(args[1]).startswith(inside) and not f"{args[2]}{os.sep}".startswith(inside)
    if name == "read" or name in _HARMLESS:
        return True
    if name == "write" or name in _CHANGES:
        return _may_write(args[0], writes, inside)
    if name in _MOVES:
        return all(_may_write(path, writes, inside) for path in args[:2])
    if name == "tempfile.mkstemp":
        return _may_write(args[0], writes, inside)
    if name == "subprocess.Popen":
        program, words = str(args[0]), str(args[1])
        is_git = os.path.basename(program) == "git" and os.path.isabs(program) and not program.startswith(inside)
        return allowed.git and is_git and any(f"'{command}'" in words for command in _GIT)
    if name == "os.posix_spawn":
        return allowed.git and os.path.basename(str(args[0])) == "git" and not str(args[0]).startswith(inside)
    if name in _OWN_SOCKETS and allowed.own_sockets:
        return _is_local(args)
    return str(name).startswith(("fcntl.", "mmap."))


def _is_local(args: Sequence[Any]) -> bool:
    """Return whether a socket is one of the Unix family, and what it is bound to a path."""
    shown = str(args)
    # Until Python 3.11 the text of a socket names its family, later it holds the number.
    texts = (f"family={int(socket.AF_UNIX)},", "family=AddressFamily.AF_UNIX,")
    is_unix = bool(args[1] == socket.AF_UNIX) or any(text in shown for text in texts)
    return is_unix and not any(isinstance(value, str) and value.startswith("(") for value in args)


def _may_write(path: object, writes: Sequence[str], folder_of_run: str) -> bool:
    if path == os.devnull or isinstance(path, int):
        return True
    folder, name = os.path.split(os.path.join(folder_of_run, str(path)))
    real = os.path.join(os.path.realpath(folder), name)
    return any(real == allowed or real.startswith(allowed + os.sep) for allowed in writes)


def make_script(folder: Path, before: str = "") -> Path:
    """Write the program as pip installs it: a script whose own folder stands first on the path."""
    script = folder / "bin" / "driftlint"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(
        f"import sys\n{before}\nfrom driftlint.cli import main\nif __name__ == '__main__':\n    sys.exit(main())\n"
    )
    return script


def make_environment(work: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a watched run: home, cache and temporary files lie in `work`, which is no part of the repo."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")}
    for name in ("home", "cache", "tmp"):
        (work / name).mkdir(parents=True, exist_ok=True)
    return {
        **kept,
        "HOME": str(work / "home"),
        "TMPDIR": str(work / "tmp"),
        "DRIFTLINT_CACHE_DIR": str(work / "cache"),
        "DRIFTLINT_TRUST_LOG": str(work / "events.log"),
        "PYTHONPATH": os.pathsep.join((str(RECORDER), str(SRC))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "COLUMNS": "200",
        **(more or {}),
    }


def watch(
    command: Sequence[str], repo: Path, work: Path, *, more: Mapping[str, str] | None = None, stdin: bytes = b""
) -> Watched:
    """Run a command in a repo under the recorder. `work` is a folder of its own."""
    environment = make_environment(work, more)
    log = work / "events.log"
    log.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, *command],
        cwd=repo,
        env=environment,
        input=stdin,
        capture_output=True,
        timeout=300,
        check=False,
    )
    return Watched(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"), list(read_events(log)))


def read_events(log: Path) -> Iterator[list[Any]]:
    """Yield the events of a log: [process id, event, arguments...]."""
    for line in log.read_bytes().splitlines():
        yield ast.literal_eval(line.decode())


def snapshot(root: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return (mode, time of change in ns, bytes) of every file and folder below a root, git's own included."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            regular = os.path.isfile(path) and not os.path.islink(path)
            data = Path(path).read_bytes() if regular else b""
            found[os.path.relpath(path, root)] = (
                status.st_mode,
                0 if os.path.isdir(path) else status.st_mtime_ns,
                data,
            )
    return found


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> set[str]:
    """Return the paths that came, went or changed between two snapshots."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
