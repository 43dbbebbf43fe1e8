"""Asking a vulnerability service through pip-audit, in a process of its own.

Promises: the only module that starts a process. It gets names and versions alone, runs outside the repo with an environment
of a few variables, resolves and installs nothing, changes nothing, and ends in time. An answer counts only when the JSON
names the very release that was asked about: whatever else comes back, the release was not audited. Refuses to know: where
pins stand, and what pip-audit's exit status means (1 is "vulnerable" and also a traceback).
Source: pip-audit 2.10.1, ``_cli.py``, ``_format/json.py``, ``_service/osv.py``, ``_service/pypi.py``.
"""

from __future__ import annotations

import json
import math
import os
import re
import site
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from threading import Thread
from typing import IO, Literal, TypeAlias
from urllib.parse import urlsplit

from msgspec import Struct
from packaging.version import Version

from driftlint.distributions import canonicalize_name
from driftlint.late_regex import compile_late

Release: TypeAlias = "tuple[str, str]"
"""A normalised name and a version in PEP 440's normal form, without a local label."""

EXTRA = "driftlint[audit]"
_CHUNK = 100
"""Releases for one process: what a process dies of costs the answers of its chunk only."""
_MOST_RUNS = 60
_GIVE_UP = 3
"""Single releases that may fail while nothing else succeeds: then it is the service that fails."""
_OUTPUT = 32 * 1024 * 1024
_ERRORS = 256 * 1024
_SOCKET_SECONDS = 15
_PATIENCE = 5
"""Seconds for the ends of the streams once the process has ended."""
_KEPT = (
    *("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "LANG", "LC_ALL", "PYTHONNOUSERSITE"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
)
_UNREACHABLE = compile_late(
    r"Max retries exceeded|Failed to establish a new connection|NameResolutionError|Could not connect to"
    r"|ProxyError|SSLError|ConnectTimeout"
)
_UNREAD_ENTRY = compile_late(r"(?:Unsupported OSV schema version|OSV vuln entry '[^']*' is missing)")


class Service(Struct, frozen=True):
    """Whom to ask: "osv" or "pypi", and the address of an OSV server when it is not the public one."""

    name: Literal["osv", "pypi"]
    url: str | None = None


class Vulnerability(Struct, frozen=True):
    """One known vulnerability. `fix_versions` are the releases above the pin that fix it, lowest first."""

    id: str
    aliases: tuple[str, ...] = ()
    fix_versions: tuple[str, ...] = ()
    description: str = ""

    @property
    def names(self) -> frozenset[str]:
        """Every id it goes by, in upper case."""
        return frozenset(name.upper() for name in (self.id, *self.aliases))


class Answer(Struct, frozen=True):
    """What is known about one release; `skipped` says why it was not audited, "" when it was."""

    vulnerabilities: tuple[Vulnerability, ...] = ()
    skipped: str = ""


class AuditUnavailable(Exception):
    """pip-audit cannot be started; the text is for people."""


class _Failure(Struct, frozen=True):
    """A process that gave no answers. `final`: another try would fail the same way."""

    message: str
    final: bool = False


def check_url(url: str) -> str | None:
    """Return what is wrong with the address of an OSV server, None when it can be used."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "it is no address"
    if parts.scheme not in ("http", "https") or not host:
        return "it must begin with http:// or https:// and name a host"
    if parts.username is not None or parts.password is not None:
        return "it holds credentials, which any process of this machine could read; use a server without"
    return None


def ask_service(releases: Iterable[Release], service: Service, timeout: float) -> dict[Release, Answer]:
    """Return an answer for each release; `timeout` is in seconds, for all of them. Raises AuditUnavailable.

    A process that fails is tried again with half of its releases, so that one that the service chokes on does not hide
    the others.
    """
    wanted = list(dict.fromkeys(releases))
    pending = deque(_split_chunks(wanted))
    answers: dict[Release, Answer] = {}
    deadline = time.monotonic() + timeout
    runs = failed_alone = 0
    succeeded = False
    stopped = ""
    with tempfile.TemporaryDirectory(prefix="driftlint-audit-") as folder:
        while pending:
            chunk = pending.popleft()
            left = deadline - time.monotonic()
            if not stopped and left <= 0:
                stopped = f"the time was up: {timeout:g} s"
            if not stopped and runs >= _MOST_RUNS:
                stopped = "too many attempts failed"
            if stopped:
                answers.update((release, Answer(skipped=stopped)) for release in chunk)
                continue
            runs += 1
            result = _run_once(chunk, service, Path(folder), left, timeout)
            if not isinstance(result, _Failure):
                succeeded = True
                answers.update(result)
            elif result.final:
                stopped = result.message
                pending.appendleft(chunk)
            elif len(chunk) > 1:
                middle = len(chunk) // 2
                pending.extendleft((chunk[middle:], chunk[:middle]))
            else:
                answers[chunk[0]] = Answer(skipped=result.message)
                failed_alone += 1
                if failed_alone >= _GIVE_UP and not succeeded:
                    stopped = result.message
    return answers


def _split_chunks(releases: Sequence[Release]) -> list[list[Release]]:
    """Return chunks in which each name stands once: pip-audit refuses a second version of a name."""
    rounds: list[list[Release]] = []
    seen: dict[str, int] = {}
    for release in releases:
        number = seen[release[0]] = seen.get(release[0], -1) + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(release)
    return [part[at : at + _CHUNK] for part in rounds for at in range(0, len(part), _CHUNK)]


# one process


def build_command(requirements: Path, cache: Path, service: Service, socket_seconds: int) -> list[str]:
    """Return the command line: nothing is resolved, installed or fixed, and no cache of the user is touched."""
    if not sys.executable:
        raise AuditUnavailable("the Python that runs driftlint does not know its own path, so pip-audit cannot start")
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements)]
    command += ["--no-deps", "--disable-pip", "--format", "json", "--desc", "on", "--aliases", "on"]
    command += ["--progress-spinner", "off", "--cache-dir", str(cache), "--timeout", str(socket_seconds)]
    command += ["--vulnerability-service", service.name]
    if service.url is not None:
        command += ["--osv-url", service.url]
    return command


def reduce_environment(environment: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return what pip-audit needs to start and to reach a network. The home folder is an empty one: no .netrc, no settings."""
    kept = {name: environment[name] for name in _KEPT if name in environment}
    empty = str(home)
    kept |= {"HOME": empty, "USERPROFILE": empty, "TMPDIR": empty, "TEMP": empty, "TMP": empty}
    kept |= {"PIP_CONFIG_FILE": os.devnull, "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
    if site.ENABLE_USER_SITE:
        kept["PYTHONUSERBASE"] = site.getuserbase()
    return kept


def _run_once(
    chunk: Sequence[Release], service: Service, folder: Path, left: float, whole: float
) -> dict[Release, Answer] | _Failure:
    requirements = folder / "requirements.txt"
    requirements.write_text("".join(f"{name}=={version}\n" for name, version in chunk), encoding="utf-8")
    command = build_command(requirements, folder / "http-cache", service, min(_SOCKET_SECONDS, math.ceil(left)))
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=reduce_environment(os.environ, folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise AuditUnavailable(f"pip-audit cannot be started: {error.strerror or error}") from error
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        out, err = _Reader(process.stdout, _OUTPUT, process), _Reader(process.stderr, _ERRORS, process)
        try:
            process.wait(left)
        except subprocess.TimeoutExpired:
            return _Failure(f"the time was up: {whole:g} s", final=True)
        finally:
            process.kill()
            out.join(_PATIENCE)
            err.join(_PATIENCE)
    if out.overflown or err.overflown:
        return _Failure("pip-audit wrote more than can be read")
    return _judge_output(chunk, bytes(out.data), err.data.decode("utf-8", "replace"))


class _Reader(Thread):
    """Reads a stream to its end; past the limit (bytes) the process is ended."""

    def __init__(self, stream: IO[bytes], limit: int, process: subprocess.Popen[bytes]) -> None:
        super().__init__(daemon=True)
        self.stream, self.limit, self.process = stream, limit, process
        self.data = bytearray()
        self.overflown = False
        self.start()

    def run(self) -> None:
        while part := self.stream.read(65536):
            if len(self.data) + len(part) > self.limit:
                self.overflown = True
                self.process.kill()
                return
            self.data += part


def _judge_output(chunk: Sequence[Release], out: bytes, errors: str) -> dict[Release, Answer] | _Failure:
    if not out.strip():
        if re.search(r"No module named '?pip_audit\b", errors):
            raise AuditUnavailable(f"pip-audit is not installed beside driftlint: pip install '{EXTRA}'")
        return _Failure(_last_words(errors), _UNREACHABLE.search(errors) is not None)
    try:
        answers = parse_answers(chunk, json.loads(out))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return _Failure("pip-audit wrote no JSON of the form that is known")
    if _UNREAD_ENTRY.search(errors):
        # An entry was dropped with a word on standard error only, so "no vulnerabilities" proves nothing in this chunk.
        if len(chunk) > 1:
            return _Failure("pip-audit could not read an entry")
        unread = Answer(skipped="the service gave an entry that pip-audit cannot read")
        return {release: answer if answer.vulnerabilities else unread for release, answer in answers.items()}
    return answers


def _last_words(errors: str) -> str:
    """Return what a traceback or a refusal says, on one line."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    if not lines:
        return "pip-audit gave no answer"
    causes = [line for line in lines if line.startswith("requests.exceptions.")]
    said = re.sub(r"^(?:[A-Za-z_]\w*\.)+(?=[A-Z]\w*)", "", (causes or lines)[-1])
    return f"pip-audit failed: {said[:300]}"


def parse_answers(chunk: Sequence[Release], content: object) -> dict[Release, Answer]:
    """Return the answer for each release of a chunk from pip-audit's JSON.

    A release that the JSON does not name was not audited. Raises KeyError, TypeError, ValueError or AttributeError when
    the JSON has another form.
    """
    if not isinstance(content, dict):
        raise TypeError("no object")
    audited: dict[Release, Answer] = {}
    skipped: dict[str, str] = {}
    for row in content["dependencies"]:
        name = canonicalize_name(row["name"])
        if "skip_reason" in row:
            skipped[name] = " ".join(str(row["skip_reason"]).split()) or "pip-audit skipped it"
        else:
            version = Version(row["version"])
            audited[name, str(version)] = Answer(tuple(_read_vulnerability(v, version) for v in row["vulns"]))
    missing = Answer(skipped="pip-audit gave no answer for it")
    return {
        release: Answer(skipped=skipped[release[0]]) if release[0] in skipped else audited.get(release, missing)
        for release in chunk
    }


def _read_vulnerability(row: Mapping[str, object], pinned: Version) -> Vulnerability:
    fixes, aliases = row["fix_versions"], row.get("aliases") or ()
    if not isinstance(row["id"], str) or not isinstance(fixes, list) or not isinstance(aliases, (list, tuple)):
        raise TypeError("no vulnerability")
    above = set()
    for text in fixes:
        try:
            version = Version(str(text))
        except (ValueError, RecursionError):
            continue
        if version > pinned:
            above.add(version)
    others = tuple(sorted({str(alias) for alias in aliases} - {row["id"]}))
    return Vulnerability(row["id"], others, tuple(map(str, sorted(above))), str(row.get("description") or ""))
