"""Yanked releases, from an index on loopback."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from driftlint.audit import index as audit_index
from driftlint.audit.index import Standing, ask_index
from tests.audit.vulnerability_server import Served


def page(*files: tuple[str, object]) -> dict[str, object]:
    return {"files": [{"filename": name, "yanked": mark} for name, mark in files]}


def stand(served: Served, name: str, version: str) -> Standing:
    return ask_index([(name, version)], served.index_url + "/", 30)[name, version]


def test_a_release_is_yanked_when_all_its_files_are(service: Served) -> None:
    service.projects["a"] = page(
        ("a-1.0.tar.gz", True),
        ("a-1.0-py3-none-any.whl", "broken"),
        ("a-1.1.tar.gz", True),
        ("a-1.1-py3-none-any.whl", False),
        ("a-1.2.tar.gz", False),
        ("a-1.3.exe", True),
        ("a-2.0+cpu-py3-none-any.whl", ""),
    )
    assert stand(service, "a", "1.0") == Standing(True, "broken")
    assert stand(service, "a", "1.1") == Standing()
    assert stand(service, "a", "1.2") == Standing()
    assert stand(service, "a", "1.3") == Standing(unknown="the index does not hold this release")
    assert stand(service, "a", "2.0") == Standing(True)


def test_files_without_the_mark_are_not_yanked(service: Served) -> None:
    service.projects["a"] = {"files": [{"filename": "a-1.0.tar.gz"}]}
    assert stand(service, "a", "1.0") == Standing()


@pytest.mark.parametrize("content", [[], {"files": 3}, {"files": [1]}, {"no": "files"}])
def test_pages_of_another_form(service: Served, content: object) -> None:
    service.projects["a"] = content
    assert stand(service, "a", "1").unknown == "the index gave a page of another form"


def test_a_page_that_is_too_large(service: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    service.projects["a"] = page(("a-1.0.tar.gz", True))
    monkeypatch.setattr(audit_index, "_SIZE", 10)
    assert stand(service, "a", "1.0").unknown == "the index wrote more than can be read"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (b"HTTP/1.0 200 OK\r\n\r\n<html>", "the index does not offer the JSON form of the simple API"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}", "the index gave a page of another form"),
        (b"nonsense\r\n", "the index cannot be read: nonsense"),
        (b"", "the index cannot be read: Remote end closed connection without response"),
    ],
)
def test_servers_that_speak_badly(reply: bytes, said: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(reply)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        found = ask_index([("a", "1")], url, 30)["a", "1"]
        thread.join()
    assert found.unknown.startswith(said)


def test_a_server_that_drips_does_not_hold_the_run() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
                try:
                    while True:
                        connection.sendall(b" ")
                        time.sleep(0.05)
                except OSError:
                    return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        found = ask_index([("a", "1"), ("b", "1")], url, 0.5)  # one of them waits in the backlog
        thread.join(10)
    said = {found[name, "1"].unknown for name in ("a", "b")}
    assert said == {"the time was up", "the index cannot be read: timed out"}
