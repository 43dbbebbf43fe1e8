"""Releases from a package index, by the JSON form of its simple API.

Promises: the newest release that fits what is asked for, was there on a day and is not yanked; a pre-release only where the
specifier names one. Refuses to know: which interpreter and which platform will install it, and whether releases fit each
other.
Sources: PEP 691 and PEP 700 (the form, `upload-time`), PEP 592 (yanked files), PEP 440 (which release is newer).
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Iterator
from datetime import date
from urllib.parse import quote, unquote, urlsplit

from packaging.specifiers import SpecifierSet
from packaging.utils import parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

from driftlint.distributions import canonicalize_name
from driftlint.documents.model import Document, Node, RequirementLine
from driftlint.facts import Reference
from driftlint.late_regex import compile_late
from driftlint.locks.specifiers import read_poetry_specifier, satisfies
from driftlint.pin_sources.askable import service_for
from driftlint.pin_sources_online.ask import Asker, AskError
from driftlint.pin_sources_online.troubles import Troubles
from driftlint.pins import RELEASES, Proposal

_JSON = "application/vnd.pypi.simple.v1+json"
_USUAL = "https://pypi.org/simple"
_OPTIONS = frozenset(("-i", "--index-url"))
_OPTION = compile_late(r"(?<![\w-])(?:-i|--index-url|--default-index)(?=[\s=])")
_VARIABLES = ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL")


def find_index() -> str:
    """Return the address of the index that the environment's variables name for installers, else the public one."""
    for name in _VARIABLES:
        value = os.environ.get(name, "").strip()
        if value:
            head, equals, url = value.partition("=")
            return url if equals and "/" not in head else value  # NAME=URL is allowed too
    return _USUAL


class IndexReleases:
    """Answers for packages out of one index.

    `until` is the last day whose uploads count; with `dated` False, releases whose day the index does not tell count too.
    `chosen` says that the user names the index for this run: else a package for which the repo names one is not looked up.
    """

    answers = (RELEASES,)

    def __init__(
        self,
        asker: Asker,
        troubles: Troubles,
        get_document: Callable[[str], Document | None],
        url: str,
        until: date,
        dated: bool,
        chosen: bool = False,
    ) -> None:
        self._asker = asker
        self._troubles = troubles
        self._get_document = get_document
        self._url, self._secret = _split_credentials(url)
        self._until = until
        self._dated = dated
        self._chosen = chosen

    def find(self, reference: Reference) -> Proposal | None:
        """Return the newest release that fits the reference's specifier."""
        document = self._get_document(reference.where.path)
        if document is None or service_for(reference, document) != "index":
            return None
        name = canonicalize_name(reference.subject.name.split("[")[0])
        service = f"the package index {self._url}"
        try:
            if not self._chosen and _has_own_index(reference, document):
                raise AskError("the repo names an index of its own for it, which --index-url asks")
            page = self._fetch(name)
            version = self._choose(page, reference.pin.selector)
        except AskError as error:
            self._troubles.note(service, name, str(error))
            return None
        evidence = f"{service}: the newest {name} that fits, on or before {self._until.isoformat()}"
        return Proposal(version, evidence, "suggest")

    def _fetch(self, name: str) -> object:
        answer = self._asker.ask(f"{self._url}/{quote(name)}/", accept=_JSON, secret=self._secret, plain=True)
        if answer.status != 200:
            raise AskError(f"it answered {answer.status}")
        try:
            content: object = json.loads(answer.body)
        except (ValueError, RecursionError):
            raise AskError("it does not offer the JSON form of the simple API") from None
        return content

    def _choose(self, page: object, selector: str | None) -> str:
        undated = False
        fitting: list[Version] = []
        allowed = _names_prerelease(selector)
        for version, day in _read_files(page):
            if day is None and self._dated:
                undated = True
            elif (day is None or day <= self._until.isoformat()) and (allowed or not version.is_prerelease):
                if version.local is None and _fits(str(version), selector):
                    fitting.append(version)
        if fitting:
            return str(max(fitting))
        if undated:
            raise AskError("it does not say on which day its files were uploaded")
        raise AskError(f"no release on or before {self._until.isoformat()} fits {selector or 'any version'}")


def _has_own_index(reference: Reference, document: Document) -> bool:
    """Return whether the text around a requirement sends installers to an index in the place of the usual one.

    That is an option of a requirements file or of the command, a default index of the manifest, or a source of the package.
    """
    body = document.body
    if isinstance(body, tuple) and any(isinstance(line, RequirementLine) for line in body):
        return any(isinstance(line, RequirementLine) and line.option in _OPTIONS for line in body)
    if document.kind == "toml" and isinstance(body, Node):
        sources = body.walk(("tool", "uv", "sources"))
        names = {canonicalize_name(entry.key) for entry in sources.entries} if sources is not None else set()
        if canonicalize_name(reference.subject.name.split("[")[0]) in names:
            return True
        table = body.walk(("tool", "uv", "index"))
        items = table.items if table is not None and table.kind == "list" else ()
        return any((default := item.get("default")) is not None and default.value is True for item in items)
    return _OPTION.search(_logical_line(document.text, reference.where.span.start)) is not None


def _logical_line(text: str, at: int) -> str:
    start = text.rfind("\n", 0, at) + 1
    while start > 1 and text[: start - 1].rstrip("\r").endswith("\\"):
        start = text.rfind("\n", 0, start - 1) + 1
    end = text.find("\n", at)
    while end != -1 and text[:end].rstrip("\r").endswith("\\"):
        end = text.find("\n", end + 1)
    return text[start:] if end == -1 else text[start:end]


def _read_files(page: object) -> Iterator[tuple[Version, str | None]]:
    """Yield version and ISO day (None where the index tells none) of each file that is not yanked. Raises AskError."""
    files = page.get("files") if isinstance(page, dict) else None
    if not isinstance(files, list):
        raise AskError("it gave a page of another form")
    for item in files:
        name = item.get("filename") if isinstance(item, dict) else None
        if not isinstance(name, str) or item.get("yanked") not in (None, False):
            continue
        uploaded = item.get("upload-time")
        version = _version_of(name)
        if version is not None:
            yield version, uploaded[:10] if isinstance(uploaded, str) else None


def _version_of(filename: str) -> Version | None:
    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)[1]
        return parse_sdist_filename(filename)[1]
    except (ValueError, RecursionError):
        return None


def _fits(version: str, selector: str | None) -> bool:
    """Return whether a release lies inside a specifier of PEP 440 or of Poetry. Raises AskError for other forms."""
    for read in (str, read_poetry_specifier):
        answer = satisfies(version, read(selector or ""))
        if answer is not None:
            return answer
    raise AskError(f"`{selector}` is no specifier that can be asked for")


def _names_prerelease(selector: str | None) -> bool:
    try:
        return any(Version(spec.version).is_prerelease for spec in SpecifierSet(selector or ""))
    except (ValueError, RecursionError):
        return False


def _split_credentials(url: str) -> tuple[str, str]:
    """Return an index's address without user and password, and the header's value that holds them."""
    try:
        parts = urlsplit(url.strip().rstrip("/"))
    except ValueError:
        return url, ""
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        return parts.geturl(), ""
    proof = base64.b64encode(unquote(user).encode()).decode("ascii")
    return parts._replace(netloc=host).geturl(), f"Basic {proof}"
