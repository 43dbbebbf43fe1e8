"""Asking a package index whether releases were yanked.

Promises: the only module that opens a connection itself; it asks the index that the user names, for names alone, without
credentials, within a time and a size. A release counts as yanked when all its files are. Refuses to know: vulnerabilities.
Sources: PEP 592 (yanked files), PEP 691 and PEP 700 (the JSON form of the simple API).
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct
from packaging.utils import parse_sdist_filename, parse_wheel_filename

from driftlint.audit.run import Release

_JSON = "application/vnd.pypi.simple.v1+json"
_SIZE = 64 * 1024 * 1024
_SECONDS = 15
_AT_ONCE = 8


class Standing(Struct, frozen=True):
    """How an index stands to a release. `unknown` says why that is not known, "" when it is."""

    yanked: bool = False
    reason: str = ""
    unknown: str = ""


def ask_index(releases: Iterable[Release], index_url: str, timeout: float) -> dict[Release, Standing]:
    """Return the standing of each release; `timeout` is in seconds, for all of them."""
    wanted = list(dict.fromkeys(releases))
    deadline = time.monotonic() + timeout
    names = sorted({name for name, _ in wanted})
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        pages = dict(zip(names, pool.map(lambda name: _fetch(index_url, name, deadline), names), strict=True))
    return {release: _judge(pages[release[0]], release[1]) for release in wanted}


def _fetch(index_url: str, name: str, deadline: float) -> object:
    """Return a project's page as JSON, or a Standing that says why there is none."""
    left = deadline - time.monotonic()
    if left <= 0:
        return Standing(unknown="the time was up")
    request = urllib.request.Request(f"{index_url.rstrip('/')}/{name}/", headers={"Accept": _JSON})
    try:
        with urllib.request.urlopen(request, timeout=min(_SECONDS, left)) as response:
            data = bytearray()
            while part := response.read1(65536):
                data += part
                if len(data) > _SIZE:
                    return Standing(unknown="the index wrote more than can be read")
                if time.monotonic() > deadline:
                    return Standing(unknown="the time was up")
    except urllib.error.HTTPError as error:
        return Standing(unknown=f"the index answered {error.code}")
    except Exception as error:  # what a server can do wrong has no common class: cut bodies are no OSError
        return Standing(unknown=f"the index cannot be read: {getattr(error, 'reason', None) or error}")
    try:
        content: object = json.loads(data)
    except (ValueError, RecursionError):
        return Standing(unknown="the index does not offer the JSON form of the simple API")
    return content


def _judge(page: object, version: str) -> Standing:
    if isinstance(page, Standing):
        return page
    try:
        files = [f for f in page["files"] if _version_of(f["filename"]) == version]  # type: ignore[index]
        marks = [f.get("yanked", False) for f in files]
    except (KeyError, TypeError, AttributeError):
        return Standing(unknown="the index gave a page of another form")
    if not marks:
        return Standing(unknown="the index does not hold this release")
    reasons = sorted({mark for mark in marks if isinstance(mark, str) and mark})
    return Standing(yanked=all(mark not in (False, None) for mark in marks), reason="; ".join(reasons))


def _version_of(filename: str) -> str:
    """Return the version, without a local label, that a file of an index is for; "" for names of other forms."""
    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)[1].public
        return parse_sdist_filename(filename)[1].public
    except (ValueError, RecursionError):
        return ""
