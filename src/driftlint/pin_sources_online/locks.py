"""Locks where none is, made by uv.

Promises: what is locked are the lines of the manifest and of the files that it takes in, as they were read; uv gets them as
text, in a folder of its own, without the settings of user, machine or repo, and builds nothing: so no code of a package or of the
repo runs. It is started by its full path, never one that lies in the checked repo. What cannot be locked so costs that lock
only, with the reason. Refuses to know: whether the manifest is right.
Sources: uv 0.13.9, ``uv pip compile --help`` (``--no-build``, ``--no-config``, ``--exclude-newer``, ``--universal``), and its
documentation of environment variables (``UV_CUSTOM_COMPILE_COMMAND``, ``UV_DEFAULT_INDEX``).
"""

from __future__ import annotations

import os
import posixpath
import subprocess
import sysconfig
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct, field

from driftlint.documents.model import Document, RequirementLine
from driftlint.facts import Reference
from driftlint.git_objects import GitError, find_program
from driftlint.late_regex import compile_late
from driftlint.pin_sources_online.ask import AskError
from driftlint.pin_sources_online.troubles import Troubles
from driftlint.pins import MadeLock

_SECONDS = 300
_LONGEST = 64 << 20
_TAKES_IN = frozenset(("-r", "--requirement"))
_LIMITS = frozenset(("-c", "--constraint"))
_INDEXES = frozenset(("-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--no-index", "--trusted-host"))
_ADDRESS = compile_late(r"://|@\s*[./]|^[./]|\.(?:whl|zip|tar\.gz)$")
_PYTHON = compile_late(r"^(?:[<>=~!]=?|\^)?\s*(3\.\d+)")
_DEEPEST = 10


class LockMaker(Struct):
    """Makes locks over the documents of one judgement; `known` keeps what was made for all of a run.

    `until` is the moment up to which uploads count, `index` the address of the index, `chosen` says that the user names it for
    this run. `python` is the minor version to lock for where the repo names none ("3.11").
    """

    top: Path
    troubles: Troubles
    get_document: Callable[[str], Document | None]
    pythons: Iterable[Reference]
    until: datetime
    index: str
    chosen: bool
    python: str
    known: dict[tuple[str, ...], str | AskError] = field(default_factory=dict)

    def make(self, manifest: str, lock: str) -> MadeLock | None:
        """Return the lock of a manifest, to be written at `lock`; None where there is none to be had."""
        moment = self.until.strftime("%Y-%m-%dT%H:%M:%SZ")
        python = self._python_of(manifest)
        try:
            lines, limits = self._read(manifest)
            key = (moment, python, manifest, lock, *lines, "", *limits)
            if key not in self.known:
                try:
                    self.known[key] = self._compile(lines, limits, moment, python, manifest, lock)
                except AskError as error:
                    self.known[key] = error
            text = self.known[key]
            if isinstance(text, AskError):
                raise text
        except AskError as error:
            self.troubles.note_unmade(manifest, str(error))
            return None
        return MadeLock(text, f"uv, for Python {python}, with what the index had on {moment}")

    def _python_of(self, manifest: str) -> str:
        """Return the minor version that the nearest file above a manifest names."""
        found: dict[str, str] = {}
        for reference in self.pythons:
            match = _PYTHON.match((reference.pin.selector or "").strip())
            if match is not None:
                found.setdefault(posixpath.dirname(reference.where.path), match[1])
        folder = posixpath.dirname(manifest)
        while folder and folder not in found:
            folder = posixpath.dirname(folder)
        return found.get(folder, self.python)

    def _read(self, manifest: str) -> tuple[list[str], list[str]]:
        """Return the requirements of a manifest and its constraints. Raises AskError."""
        lines: list[str] = []
        limits: list[str] = []
        for line, limiting in self._walk(manifest, False, 0):
            (limits if limiting else lines).append(line)
        return lines, limits

    def _walk(self, path: str, limiting: bool, depth: int) -> Iterator[tuple[str, bool]]:
        document = self.get_document(path)
        body = document.body if document is not None else None
        if document is None or document.kind != "requirements" or not isinstance(body, tuple) or depth > _DEEPEST:
            raise AskError(f"{path} is no requirements file that was read")
        for line in body:
            if not isinstance(line, RequirementLine):
                continue
            if line.option in _TAKES_IN or line.option in _LIMITS:
                inner = posixpath.normpath(posixpath.join(posixpath.dirname(path), line.value))
                yield from self._walk(inner, limiting or line.option in _LIMITS, depth + 1)
            elif line.option in _INDEXES:
                if not self.chosen:
                    raise AskError(f"{path} names an index of its own, which --index-url asks")
            elif line.option or _ADDRESS.search(line.value):
                raise AskError(f"`{line.option or line.value}` in {path} would have to be built")
            else:
                yield line.value, limiting

    def _compile(self, lines: list[str], limits: list[str], moment: str, python: str, manifest: str, lock: str) -> str:
        words = ["--generate-hashes", "--universal", "--python-version", python, "--exclude-newer", moment]
        shown = ["uv", "pip", "compile", *words, posixpath.basename(manifest), "-o", posixpath.basename(lock)]
        kept = {
            k: v for k, v in os.environ.items() if not k.upper().startswith(("UV_", "PIP_", "VIRTUAL_ENV", "CONDA_"))
        }
        settings = {"UV_CUSTOM_COMPILE_COMMAND": " ".join(shown), "UV_DEFAULT_INDEX": self.index, "NO_COLOR": "1"}
        with tempfile.TemporaryDirectory() as folder:
            command = [_find_uv(self.top), "pip", "compile", "--no-config", "--no-build", "--no-progress", *words]
            (Path(folder) / "requirements.in").write_text("\n".join([*lines, ""]), encoding="utf-8")
            command.append("requirements.in")
            if limits:
                (Path(folder) / "constraints.txt").write_text("\n".join([*limits, ""]), encoding="utf-8")
                command += ["-c", "constraints.txt"]
            try:
                done = subprocess.run(
                    [*command, "--no-annotate"],
                    cwd=folder,
                    env={**kept, **settings},
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    timeout=_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise AskError(f"uv gave no answer within {_SECONDS} s") from None
            except (OSError, ValueError) as error:
                raise AskError(f"uv cannot be started: {error}") from None
        if done.returncode or len(done.stdout) > _LONGEST:
            said = " ".join(done.stderr.decode("utf-8", "replace").split())
            raise AskError(f"uv says {said[:300]}" if said else f"uv ended with {done.returncode}")
        return done.stdout.decode("utf-8", "replace")


def _find_uv(top: Path) -> str:
    """Return the full path of uv: the one that was installed beside this program, else one in PATH. Raises AskError."""
    own = os.path.join(sysconfig.get_path("scripts"), "uv.exe" if os.name == "nt" else "uv")
    inside = os.path.join(os.path.realpath(top), "")
    if os.access(own, os.X_OK) and not os.path.realpath(own).startswith(inside):
        return own
    try:
        return find_program(top, "uv")
    except GitError:
        raise AskError("uv is needed for this and is not installed: the extra `lock` brings it") from None
