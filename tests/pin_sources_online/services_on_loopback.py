"""A package index, a hub and an image registry on the loopback interface, each speaking its protocol, driven by tables."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"


def file(name: str, uploaded: str | None = None, yanked: bool | str = False) -> dict[str, Any]:
    """Return one file of an index's page, by PEP 691 and PEP 700."""
    more = {"upload-time": uploaded} if uploaded else {}
    return {"filename": name, "url": f"/files/{name}", "hashes": {}, "yanked": yanked, **more}


@dataclass
class Served:
    """What is answered, and what was asked: (method, path, value of Authorization)."""

    projects: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    revisions: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """Commits by kind of repo, name and revision."""
    moved: dict[str, str] = field(default_factory=dict)
    """Paths that redirect, and where to."""
    gated: set[str] = field(default_factory=set)
    token: str = ""
    """The hub's token for gated repos."""
    manifests: dict[tuple[str, str], bytes] = field(default_factory=dict)
    """Image manifests by repository and tag."""
    bare: bool = False
    """The registry leaves the digest's header out, as it may."""
    broken: int = 0
    """How many of the next questions are answered with 503."""
    login: bool = False
    """Whether every question is answered with 401, as git servers hide what is not public."""
    busy: bool = False
    """Whether every question is answered with 429."""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    address: str = ""

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")


class Handler(BaseHTTPRequestHandler):
    served: Served
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        served, path = self.served, unquote(urlsplit(self.path).path)
        served.asked.append((self.command, self.path, self.headers.get("Authorization", "")))
        parts = path.strip("/").split("/")
        if served.login:
            return self.answer(401, headers={"WWW-Authenticate": 'Basic realm="git"'})
        if served.busy:
            return self.answer(429)
        if served.broken > 0:
            served.broken -= 1
            return self.answer(503)
        if path in served.moved:
            return self.answer(307, headers={"Location": served.moved[path]})
        if parts[0] == "simple":
            return self.answer_project(parts[1])
        if parts[0] == "api":
            return self.answer_revision(path)
        if parts[0] == "token":
            scope = parse_qs(urlsplit(self.path).query)["scope"][0]
            return self.answer(200, json.dumps({"token": f"for-{scope}", "expires_in": 300}).encode())
        if parts[0] == "v2":
            return self.answer_manifest("/".join(parts[1:-2]), parts[-1])
        return self.answer(404)

    do_HEAD = do_GET

    def answer_project(self, name: str) -> None:
        if name not in self.served.projects:
            return self.answer(404)
        if SIMPLE_JSON not in self.headers.get("Accept", ""):
            return self.answer(200, b"<!DOCTYPE html>", {"Content-Type": "text/html"})
        page = {"meta": {"api-version": "1.1"}, "name": name, "files": self.served.projects[name]}
        return self.answer(200, json.dumps(page).encode(), {"Content-Type": SIMPLE_JSON})

    def answer_revision(self, path: str) -> None:
        kind, _, rest = path.removeprefix("/api/").partition("/")
        name, _, revision = rest.partition("/revision/")
        if name in self.served.gated and self.headers.get("Authorization") != f"Bearer {self.served.token}":
            return self.answer(401, b'{"error":"Access is restricted"}', {"X-Error-Code": "GatedRepo"})
        commit = self.served.revisions.get((kind, name, revision or "main"))
        if commit is None:
            return self.answer(404, b'{"error":"Not found"}', {"X-Error-Code": "RevisionNotFound"})
        answer = {"_id": "1", "id": name, "sha": commit, "siblings": [], "tags": [], "private": False}
        return self.answer(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def answer_manifest(self, name: str, tag: str) -> None:
        scope = f"repository:{name}:pull"
        if self.headers.get("Authorization") != f"Bearer for-{scope}":
            realm = f'Bearer realm="{self.served.address}/token",service="registry",scope="{scope}"'
            return self.answer(401, b'{"errors":[{"code":"UNAUTHORIZED"}]}', {"WWW-Authenticate": realm})
        manifest = self.served.manifests.get((name, tag))
        if manifest is None or INDEX_TYPE not in self.headers.get("Accept", ""):
            return self.answer(404, b'{"errors":[{"code":"MANIFEST_UNKNOWN"}]}')
        digest = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
        headers = {"Content-Type": INDEX_TYPE}
        return self.answer(200, manifest, headers if self.served.bare else {**headers, "Docker-Content-Digest": digest})

    def answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serve() -> Iterator[Served]:
    """Serve until the block ends."""
    served = Served()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"served": served}))
    served.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
