"""Asking a server over HTTP.

Promises: the only module of this package that opens connections itself; a question has an end in time and size, is asked
once again when nobody answered, and the same question is asked once a run. A server that stays silent twice, or wants to
be asked less, is asked no more. Credentials go to the server they are for and to no other, redirects included. Refuses to
know: what is asked for.
"""

from __future__ import annotations

import ipaddress
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct, field

if TYPE_CHECKING:
    from http.client import HTTPMessage

_SIZE = 64 * 1024 * 1024
_SILENCES = 2
_TOO_MANY = 429
_PATIENCE = 8
"""How many times its longest silence a whole answer may take."""
_SECRET = "Authorization"


class AskError(Exception):
    """A question that got no answer. The text is for people."""


class Answer(Struct, frozen=True):
    """What a server said. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine by its name or address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def may_ask(url: str, *, plain: bool = False) -> bool:
    """Return whether an address is https, or http on this machine; `plain` lets http to other hosts pass too."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and (plain or is_loopback(host))))


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Redirects that keep the method, never lead to a weaker protocol, and carry credentials only to the same server."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        if not may_ask(newurl, plain=req.type == "http"):
            raise urllib.error.URLError("it redirects to an address that is not https")
        made = super().redirect_request(req, fp, code, msg, headers, newurl)
        if made is not None:
            made.method = req.get_method()
            secret = req.unredirected_hdrs.get(_SECRET)
            if secret is not None and _origin(newurl) == _origin(req.full_url):
                made.add_unredirected_header(_SECRET, secret)
        return made


class Asker(Struct):
    """The connections of one run. `seconds` is how long a server may be silent. Proxies are those of the environment."""

    seconds: float = 15.0
    _known: dict[tuple[str, ...], Answer | AskError] = field(default_factory=dict)
    _silent: dict[str, int] = field(default_factory=dict)
    _opener: urllib.request.OpenerDirector = field(default_factory=lambda: urllib.request.build_opener(_Redirects))

    def ask(
        self, url: str, *, accept: str = "*/*", secret: str = "", method: str = "GET", plain: bool = False
    ) -> Answer:
        """Return what a server answers, whatever its status. Raises AskError.

        `secret` is the value of the header that proves who asks. `plain` lets http through, for servers that the user
        names.
        """
        key = (method, url, accept, secret)
        if key not in self._known:
            try:
                self._known[key] = self._ask(url, accept, secret, method, plain)
            except AskError as error:
                self._known[key] = error
        answer = self._known[key]
        if isinstance(answer, AskError):
            raise answer
        return answer

    def _ask(self, url: str, accept: str, secret: str, method: str, plain: bool) -> Answer:
        if not may_ask(url, plain=plain):
            raise AskError("its address is not https")
        host = urlsplit(url).netloc
        if self._silent.get(host, 0) >= _SILENCES:
            raise AskError(f"{host} did not answer before and was not asked again")
        said = ""
        for _ in range(2):
            request = urllib.request.Request(url, headers={"Accept": accept, "User-Agent": "driftlint"}, method=method)
            if secret:
                request.add_unredirected_header(_SECRET, secret)
            try:
                answer = self._send(request)
            except AskError:
                raise
            except Exception as error:  # what a server can do wrong has no common class: cut bodies are no OSError
                said = str(getattr(error, "reason", None) or error) or type(error).__name__
                continue
            if answer.status == _TOO_MANY:
                self._silent[host] = _SILENCES
                raise AskError(f"{host} wants to be asked less: it answered {answer.status}")
            if answer.status < 500:
                self._silent.pop(host, None)
                return answer
            said = f"it answered {answer.status}"
        self._silent[host] = self._silent.get(host, 0) + 1
        raise AskError(f"{host} cannot be read: {said}")

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            response = self._opener.open(request, timeout=self.seconds)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, _lower(error.headers), b"")
        with response:
            body = bytearray()
            deadline = time.monotonic() + _PATIENCE * self.seconds
            while part := response.read1(65536):
                body += part
                if len(body) > _SIZE:
                    raise AskError("it wrote more than can be read")
                if time.monotonic() > deadline:
                    raise AskError("it wrote too slowly")
            return Answer(response.status, _lower(response.headers), bytes(body))


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
