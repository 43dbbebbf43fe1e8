"""Digests of container images from their registries.

Promises: the digest that a tag names today, of the index of all platforms where there is one. Only what anybody may read is
asked for: no credentials of this machine are used. Refuses to know: what an image holds.
Sources: the OCI distribution specification 1.1 (``HEAD /v2/<name>/manifests/<tag>``, `Docker-Content-Digest`), the token
authentication of the distribution project (``WWW-Authenticate: Bearer realm=,service=,scope=``), RFC 6750.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode

from driftlint.documents.model import Document
from driftlint.facts import Reference
from driftlint.late_regex import compile_late
from driftlint.pin_sources.askable import service_for
from driftlint.pin_sources_online.ask import Answer, Asker, AskError, is_loopback
from driftlint.pin_sources_online.troubles import Troubles
from driftlint.pins import Proposal, Scope

_MANIFESTS = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
_USUAL = "docker.io"
_USUAL_SERVER = "registry-1.docker.io"
_DIGEST = compile_late(r"sha256:[0-9a-f]{64}")
_PART = compile_late(r'(\w+)="([^"]*)"')


class RegistryDigests:
    """Answers for images out of the registries that they name. `today` is the day that the evidence names."""

    answers = (Scope(frozenset(("image",))),)

    def __init__(
        self, asker: Asker, troubles: Troubles, get_document: Callable[[str], Document | None], today: date
    ) -> None:
        self._asker = asker
        self._troubles = troubles
        self._get_document = get_document
        self._today = today
        self._tokens: dict[tuple[str, str], str] = {}

    def find(self, reference: Reference) -> Proposal | None:
        """Return the digest that the reference's tag names today; no tag is `latest`, as clients take it."""
        if service_for(reference, self._get_document(reference.where.path)) != "registry":
            return None
        host, name, tag = reference.subject.host, reference.subject.name, reference.pin.selector or "latest"
        try:
            digest = self._ask(host, name, tag)
        except AskError as error:
            self._troubles.note(f"the registry {host}", f"{name}:{tag}", str(error))
            return None
        return Proposal(digest, f"the registry {host}, {name}:{tag} on {self._today.isoformat()}", "suggest")

    def _ask(self, host: str, name: str, tag: str) -> str:
        path = f"library/{name}" if host == _USUAL and "/" not in name else name
        server = _USUAL_SERVER if host == _USUAL else host
        scheme = "http" if is_loopback(re.sub(r":\d+$", "", server)) else "https"
        url = f"{scheme}://{server}/v2/{path}/manifests/{tag}"
        answer = self._read(url, server, path, "HEAD")
        digest = answer.headers.get("docker-content-digest", "")
        if _DIGEST.fullmatch(digest):
            return digest
        body = self._read(url, server, path, "GET").body  # the header is no must: the digest is that of the bytes
        if not body:
            raise AskError("it names no digest")
        return f"sha256:{hashlib.sha256(body).hexdigest()}"

    def _read(self, url: str, server: str, path: str, method: str) -> Answer:
        secret = self._tokens.get((server, path), "")
        answer = self._asker.ask(url, accept=_MANIFESTS, secret=secret, method=method)
        if answer.status == 401 and not secret:
            secret = self._tokens[server, path] = self._fetch_token(answer.headers.get("www-authenticate", ""), path)
            answer = self._asker.ask(url, accept=_MANIFESTS, secret=secret, method=method)
        if answer.status in (401, 403):
            raise AskError("there is none of this name, or it is private")
        if answer.status == 404:
            raise AskError("there is none of this name and tag")
        if answer.status != 200:
            raise AskError(f"it answered {answer.status}")
        return answer

    def _fetch_token(self, challenge: str, path: str) -> str:
        """Return the header's value that lets anybody read a repository."""
        scheme, _, rest = challenge.partition(" ")
        parts = dict(_PART.findall(rest))
        if scheme.lower() != "bearer" or "realm" not in parts:
            raise AskError("it answers only to those who log in")
        query = {"scope": parts.get("scope") or f"repository:{path}:pull"}
        if "service" in parts:
            query["service"] = parts["service"]
        joint = "&" if "?" in parts["realm"] else "?"
        answer = self._asker.ask(f"{parts['realm']}{joint}{urlencode(query)}", accept="application/json")
        if answer.status != 200:
            raise AskError(f"nobody in particular gets no token: it answered {answer.status}")
        try:
            content: object = json.loads(answer.body)
        except (ValueError, RecursionError):
            content = None
        found = content.get("token") or content.get("access_token") if isinstance(content, dict) else None
        if not isinstance(found, str) or not found.isascii() or not found.isprintable():
            raise AskError("it gave a token of another form")
        return f"Bearer {found}"
