"""Commits from git remotes.

Promises: the commit that a tag (an annotated one is followed), a branch or HEAD names at a remote today; where a tag and a
branch of one name differ, none. git is started only here in this package, as in ``git_objects``: by its full path, never one
that lies in the checked repo, without the settings of user, machine or repo, without prompts, helpers and hooks, and with
the one protocol of the address. Refuses to know: what the commit holds.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from driftlint.documents.model import Document
from driftlint.facts import Reference
from driftlint.git_objects import GitError, find_program
from driftlint.late_regex import compile_late
from driftlint.pin_sources.askable import find_remote, service_for
from driftlint.pin_sources_online.ask import AskError, is_loopback
from driftlint.pin_sources_online.troubles import Troubles
from driftlint.pins import PACKAGES, Proposal, Scope

_SECONDS = 60
_URL = compile_late(r"(?:https?|git)://[\w.-]+(?::\d+)?/[\w./~+%-]+")
_FILE = compile_late(r"file:///[\w./~+%-]+")
_COMMIT = compile_late(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SILENCES = 2
_LOGIN = "could not read Username"
"""What git says where a server wants to know who asks."""
_UNREACHED = compile_late(r"resolve host|unable to connect|Failed to connect|timed out|too slow", re.IGNORECASE)
_TRUST = ("GIT_SSL_CAINFO", "GIT_SSL_CAPATH")
"""Which servers this machine trusts: no setting of git's behaviour."""
_SETTINGS = (
    "credential.helper=",
    "core.askPass=",
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=15",
)
_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


class MissingError(AskError):
    """The remote was asked, and has no such revision."""


class GitRemotes:
    """Remotes of one run, each revision asked for once. `files` lets ``file://`` through."""

    def __init__(self, top: Path, *, files: bool = False) -> None:
        self._top = top
        self._files = files
        self._known: dict[tuple[str, str], str | AskError] = {}
        self._silent: dict[str, int] = {}

    def resolve(self, url: str, revision: str) -> str:
        """Return the commit of a revision ("HEAD", a tag, a branch, a full name of either). Raises AskError."""
        if (url, revision) not in self._known:
            try:
                self._known[url, revision] = self._resolve(url, revision)
            except AskError as error:
                self._known[url, revision] = error
        answer = self._known[url, revision]
        if isinstance(answer, AskError):
            raise answer
        return answer

    def resolve_first(self, url: str, revisions: Sequence[str]) -> tuple[str, str]:
        """Return the first of some revisions that a remote has, and its commit. Raises AskError."""
        for revision in revisions[:-1]:
            try:
                return revision, self.resolve(url, revision)
            except MissingError:
                continue
        return revisions[-1], self.resolve(url, revisions[-1])

    def _resolve(self, url: str, revision: str) -> str:
        if revision == "HEAD" or revision.startswith("refs/"):
            names = [revision]
        else:
            names = [f"refs/tags/{revision}", f"refs/heads/{revision}"]
        listed = self._list(url, [spelled for name in names for spelled in (name, f"{name}^{{}}")])
        commits = {listed.get(f"{name}^{{}}") or listed[name] for name in names if name in listed}
        if not commits:
            raise MissingError(f"it has no {revision}")
        if len(commits) > 1:
            raise AskError(f"{revision} is a tag and a branch there, and they differ")
        return commits.pop()

    def _list(self, url: str, names: list[str]) -> dict[str, str]:
        """Return object ids by the full names of references."""
        scheme = urlsplit(url).scheme
        plain = scheme == "http" and not is_loopback(urlsplit(url).hostname or "")
        if not (_URL.fullmatch(url) or (self._files and _FILE.fullmatch(url))) or plain:
            raise AskError("only https remotes without credentials are asked")
        host = urlsplit(url).netloc
        if self._silent.get(host, 0) >= _SILENCES:
            raise AskError(f"{host} did not answer before and was not asked again")
        kept = {k: v for k, v in os.environ.items() if not k.upper().startswith(("GIT_", "SSH_ASKPASS")) or k in _TRUST}
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        try:
            command = [find_program(self._top), "--no-pager", f"--git-dir={os.devnull}", *settings, "ls-remote", "--"]
            done = subprocess.run(
                [*command, url, *names],
                cwd=os.path.abspath(os.sep),
                env={**kept, **_ENVIRONMENT, "GIT_ALLOW_PROTOCOL": scheme},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            self._silent[host] = self._silent.get(host, 0) + 1
            raise AskError(f"it gave no answer within {_SECONDS} s") from None
        except GitError as error:
            raise AskError(error.message) from None
        except (OSError, ValueError) as error:
            raise AskError(f"git cannot be started: {error}") from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            if any(_LOGIN in line for line in said):
                raise AskError("there is none of this name, or it is private")
            if any(_UNREACHED.search(line) for line in said):
                self._silent[host] = self._silent.get(host, 0) + 1
            raise AskError(f"git ls-remote failed: {said[-1].strip() if said else done.returncode}")
        rows = (row.split("\t") for row in done.stdout.decode("utf-8", "replace").splitlines())
        return {row[1]: row[0] for row in rows if len(row) == 2 and _COMMIT.fullmatch(row[0])}


class RemoteCommits:
    """Answers for packages from version control, clones, actions, hooks, code that is loaded, and addresses of files.

    `today` is the day that the evidence names.
    """

    answers = (
        Scope(PACKAGES, forms=frozenset(("vcs",))),
        Scope(frozenset(("repository",)), forms=frozenset(("clone",))),
        Scope(frozenset(("action",)), forms=frozenset(("action",))),
        Scope(frozenset(("hook",)), forms=frozenset(("hook",))),
        Scope(frozenset(("remote-code",)), forms=frozenset(("call",))),
        Scope(frozenset(("url", "dataset"))),
    )

    def __init__(
        self,
        remotes: GitRemotes,
        troubles: Troubles,
        get_document: Callable[[str], Document | None],
        today: date,
    ) -> None:
        self._remotes = remotes
        self._troubles = troubles
        self._get_document = get_document
        self._today = today

    def find(self, reference: Reference) -> Proposal | None:
        """Return the commit that the reference's tag or branch names today."""
        document = self._get_document(reference.where.path)
        if document is None or service_for(reference, document) != "git":
            return None
        remote = find_remote(reference, document)
        if remote is None:
            return None
        url, revisions = remote
        try:
            revision, commit = self._remotes.resolve_first(url, revisions)
        except AskError as error:
            asked = " or ".join(name.removeprefix("refs/heads/") for name in revisions)
            self._troubles.note(f"git at {urlsplit(url).hostname}", f"{reference.subject.name} {asked}", str(error))
            return None
        return Proposal(commit, f"git ls-remote {url}, {revision} on {self._today.isoformat()}", "suggest")
