"""How a server is asked: again when it failed, never without end, and with secrets for nobody else."""

from __future__ import annotations

import socket

import pytest

from driftlint.pin_sources_online.ask import Asker, AskError, may_ask
from tests.pin_sources_online.services_on_loopback import Served, serve


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://host.example/x", True),
        ("http://host.example/x", False),
        ("http://127.0.0.1:80/x", True),
        ("http://[::1]/x", True),
        ("http://localhost/x", True),
        ("http://localhost.example/x", False),
        ("file:///etc/passwd", False),
        ("ftp://127.0.0.1/x", False),
        ("https://", False),
        ("http://127.0.0.1:port/x", False),
    ],
)
def test_only_https_and_this_machine_may_be_asked(url: str, may: bool) -> None:
    assert may_ask(url) is may


def test_a_server_that_failed_is_asked_once_again(served: Served) -> None:
    served.projects["a"] = []
    served.broken = 1
    assert Asker(5).ask(f"{served.address}/simple/a/").status == 200
    assert len(served.asked) == 2


def test_the_same_question_is_asked_once(served: Served) -> None:
    asker = Asker(5)
    assert [asker.ask(f"{served.address}/simple/a/").status for _ in range(3)] == [404, 404, 404]
    assert len(served.asked) == 1


def test_a_silent_server_is_asked_no_more() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        asker = Asker(0.2)
        for name in "ab":
            with pytest.raises(AskError, match=f"{host} cannot be read: .*timed out"):
                asker.ask(f"http://{host}/{name}")
        with pytest.raises(AskError, match="was not asked again"):
            asker.ask(f"http://{host}/c")


def test_a_server_that_wants_less_is_asked_no_more(served: Served) -> None:
    served.busy = True
    asker = Asker(5)
    with pytest.raises(AskError, match="wants to be asked less: it answered 429"):
        asker.ask(f"{served.address}/simple/a/")
    with pytest.raises(AskError, match="was not asked again"):
        asker.ask(f"{served.address}/simple/b/")
    assert [path for _, path, _ in served.asked] == ["/simple/a/"]


def test_a_redirect_keeps_method_and_secret_on_the_same_server_only(served: Served) -> None:
    with serve() as other:
        served.moved = {"/old": "/new", "/away": f"{other.address}/taken"}
        asker = Asker(5)
        asker.ask(f"{served.address}/old", secret="Bearer s", method="HEAD")
        asker.ask(f"{served.address}/away", secret="Bearer s", method="HEAD")
        assert served.asked == [
            ("HEAD", "/old", "Bearer s"),
            ("HEAD", "/new", "Bearer s"),
            ("HEAD", "/away", "Bearer s"),
        ]
        assert other.asked == [("HEAD", "/taken", "")]


def test_a_redirect_to_another_protocol_is_not_followed(served: Served) -> None:
    served.moved = {"/file": "file:///etc/hostname", "/ftp": "ftp://127.0.0.1/x"}
    answer = Asker(5).ask(f"{served.address}/file")
    assert (answer.status, answer.body) == (307, b"")
    with pytest.raises(AskError, match="it redirects to an address that is not https"):
        Asker(5).ask(f"{served.address}/ftp")


def test_the_proxy_of_the_environment_is_asked(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", served.address)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert Asker(5).ask("http://index.invalid/simple/a/", plain=True).status == 404
    assert served.asked == [("GET", "http://index.invalid/simple/a/", "")]
