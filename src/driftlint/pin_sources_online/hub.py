"""Commits from the Hugging Face Hub's API.

Promises: the commit that a revision names there today. A token goes to the address that it is for, and nowhere else.
Refuses to know: what the repo holds.
Source: huggingface_hub 2.4.0 (hf_api.py: ``/api/{kind}/{name}/revision/{revision}`` answers with ``sha``; constants.py: the
variables and the file of the token).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import quote

from driftlint.disk import WorkspaceError, read_regular_file
from driftlint.documents.model import Document
from driftlint.facts import Reference
from driftlint.late_regex import compile_late
from driftlint.pin_sources.askable import service_for
from driftlint.pin_sources.hub_cache import HUB, find_hub_place
from driftlint.pin_sources_online.ask import Asker, AskError
from driftlint.pin_sources_online.troubles import Troubles
from driftlint.pins import Proposal

_USUAL = "https://huggingface.co"
_COMMIT = compile_late(r"[0-9a-f]{40}")
_TRUE = frozenset(("1", "ON", "YES", "TRUE"))
_REASONS = {
    401: "there is none of this name, or it is private or gated: HF_TOKEN lets it be asked for",
    403: "it is gated, and the token has no access",
    404: "there is none of this name, or not this revision",
}


def find_endpoint() -> str:
    """Return the address of the Hub that its client would ask."""
    return (os.environ.get("HF_ENDPOINT") or _USUAL).rstrip("/")


def find_token() -> str:
    """Return the token that the Hub's client would send, "" for none."""
    if os.environ.get("HF_HUB_DISABLE_IMPLICIT_TOKEN", "").upper() in _TRUE:
        return ""
    named = os.environ.get("HF_TOKEN") or os.environ.get("HUGGING_FACE_HUB_TOKEN")
    if named:
        return _clean(named)
    home = os.environ.get("HF_HOME") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "huggingface"
    )
    path = Path(os.path.expanduser(os.environ.get("HF_TOKEN_PATH") or os.path.join(home, "token")))
    try:
        return _clean(read_regular_file(path, 4096).decode("ascii", "replace"))
    except WorkspaceError:
        return ""


def _clean(token: str) -> str:
    token = token.strip()
    return token if token.isascii() and token.isprintable() and " " not in token else ""


class HubCommits:
    """Answers for repos of one Hub. `today` is the day that the evidence names."""

    answers = (HUB,)

    def __init__(
        self,
        asker: Asker,
        troubles: Troubles,
        get_document: Callable[[str], Document | None],
        endpoint: str,
        token: str,
        today: date,
    ) -> None:
        self._asker = asker
        self._troubles = troubles
        self._get_document = get_document
        self._endpoint = endpoint
        self._secret = f"Bearer {token}" if token else ""
        self._today = today

    def find(self, reference: Reference) -> Proposal | None:
        """Return the commit that the reference's revision names today."""
        place = find_hub_place(reference)
        if place is None or service_for(reference, self._get_document(reference.where.path)) != "hub":
            return None
        kind, name, revision = place
        try:
            commit = self._ask(kind, name, revision)
        except AskError as error:
            self._troubles.note(self._endpoint, f"{kind} {name} at {revision}", str(error))
            return None
        evidence = f"{self._endpoint}, {kind} {name} at {revision} on {self._today.isoformat()}"
        return Proposal(commit, evidence, "suggest")

    def _ask(self, kind: str, name: str, revision: str) -> str:
        url = f"{self._endpoint}/api/{kind}/{name}/revision/{quote(revision, safe='')}"
        answer = self._asker.ask(url, accept="application/json", secret=self._secret)
        if answer.status != 200:
            raise AskError(_REASONS.get(answer.status) or f"it answered {answer.status}")
        try:
            content: object = json.loads(answer.body)
        except (ValueError, RecursionError):
            content = None
        commit = content.get("sha") if isinstance(content, dict) else None
        if not isinstance(commit, str) or not _COMMIT.fullmatch(commit):
            raise AskError("it gave an answer of another form")
        return commit
