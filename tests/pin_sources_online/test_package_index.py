"""The newest release that fits and was there on a day, from an index that speaks the JSON form of the simple API."""

from __future__ import annotations

import base64
from datetime import date

import pytest

from driftlint.pin_sources_online.ask import Asker
from driftlint.pin_sources_online.package_index import IndexReleases, find_index
from driftlint.pin_sources_online.troubles import Troubles
from driftlint.pins import Proposal
from tests.pin_sources_online.conftest import Judge
from tests.pin_sources_online.services_on_loopback import Served, file

DAY = date(2026, 3, 1)
NUMPY = [
    file("numpy-1.26.4.tar.gz", "2024-02-05T23:00:00.000000Z"),
    file("numpy-1.26.4-cp312-cp312-win_amd64.whl", "2024-02-06T00:10:00.000000Z"),
    file("numpy-2.0.0-py3-none-any.whl", "2026-03-01T23:59:00.000000Z"),
    file("numpy-2.1.0-py3-none-any.whl", "2026-03-02T00:00:00.000000Z"),
    file("numpy-1.27.0-py3-none-any.whl", "2024-03-01T00:00:00.000000Z", yanked="broken"),
    file("numpy-2.0.0rc1-py3-none-any.whl", "2026-02-01T00:00:00.000000Z"),
    file("numpy-2.0.0+local-py3-none-any.whl", "2026-02-01T00:00:00.000000Z"),
    file("no version here", "2026-02-01T00:00:00.000000Z"),
]


def ask(judge: Judge, served: Served, line: str, *, dated: bool = True) -> tuple[Proposal | None, list[str]]:
    served.projects.setdefault("numpy", NUMPY)
    troubles = Troubles()
    run = judge({"requirements.txt": f"{line}\n"})
    source = IndexReleases(Asker(5), troubles, run.world.get_document, f"{served.address}/simple/", DAY, dated)
    (found,) = [source.find(r) for r in run.world.references]
    return found, troubles.tell()


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("numpy", "2.0.0"),
        ("NumPy[extra]>=1.20 ; python_version > '3'", "2.0.0"),
        ("numpy>=1.20,<2", "1.26.4"),  # 1.27.0 is yanked
        ("numpy~=1.26.0", "1.26.4"),
        ("numpy>=2.0.0rc0,!=2.0.0", "2.0.0rc1"),
        ("numpy==1.*", "1.26.4"),
    ],
)
def test_the_newest_release_that_fits_is_proposed(judge: Judge, served: Served, line: str, version: str) -> None:
    found, troubles = ask(judge, served, line)
    evidence = f"the package index {served.address}/simple: the newest numpy that fits, on or before 2026-03-01"
    assert found == Proposal(version, evidence, "suggest")
    assert troubles == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("numpy>=3", "no release on or before 2026-03-01 fits >=3"),
        ("nobody-made-this", "it answered 404"),
    ],
)
def test_what_is_not_there_is_told(judge: Judge, served: Served, line: str, reason: str) -> None:
    found, troubles = ask(judge, served, line)
    name = line.split(">")[0]
    assert found is None
    assert troubles == [f"the package index {served.address}/simple names no pin for {name}: {reason}"]


def test_an_index_without_days_answers_only_when_no_day_is_asked_for(judge: Judge, served: Served) -> None:
    served.projects["numpy"] = [file("numpy-1.0.tar.gz")]
    found, troubles = ask(judge, served, "numpy")
    assert found is None
    assert troubles[0].endswith("it does not say on which day its files were uploaded")
    found, troubles = ask(judge, served, "numpy", dated=False)
    assert found is not None
    assert (found.version, troubles) == ("1.0", [])


def test_what_an_index_does_not_hold_is_not_asked(judge: Judge, served: Served) -> None:
    run = judge(
        {
            "requirements.txt": "a @ git+https://host.example/a/a@main\nb @ https://host.example/b-1.zip\n",
            "environment.yml": "dependencies:\n  - scipy\n",
        }
    )
    source = IndexReleases(Asker(5), Troubles(), run.world.get_document, f"{served.address}/simple", DAY, True)
    assert {r.subject.name for r in run.world.references} == {"a", "b", "scipy"}
    assert [source.find(r) for r in run.world.references] == [None, None, None]
    assert served.asked == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "--index-url https://own.example/simple\nnumpy\n"),
        ("Dockerfile", "FROM scratch\nRUN pip install \\\n  numpy \\\n  --index-url=https://own.example/simple\n"),
        (
            "pyproject.toml",
            '[project]\nname = "x"\nversion = "1"\ndependencies = ["numpy"]\n'
            '[[tool.uv.index]]\nname = "own"\nurl = "https://own.example/simple"\nexplicit = true\n'
            '[tool.uv.sources]\nNumPy = { index = "own" }\n',
        ),
        (
            "pyproject.toml",
            '[project]\nname = "x"\nversion = "1"\ndependencies = ["numpy"]\n'
            '[[tool.uv.index]]\nurl = "https://own.example/simple"\ndefault = true\n',
        ),
    ],
)
def test_a_package_of_another_index_is_asked_only_where_the_user_names_one(
    judge: Judge, served: Served, name: str, text: str
) -> None:
    served.projects["numpy"] = NUMPY
    run = judge({name: text})
    (reference,) = [r for r in run.world.references if r.subject.name == "numpy"]
    url, troubles = f"{served.address}/simple", Troubles()
    assert IndexReleases(Asker(5), troubles, run.world.get_document, url, DAY, True).find(reference) is None
    assert served.asked == []
    assert troubles.tell() == [
        f"the package index {url} names no pin for numpy: the repo names an index of its own for it, which --index-url asks"
    ]
    found = IndexReleases(Asker(5), troubles, run.world.get_document, url, DAY, True, chosen=True).find(reference)
    assert found is not None
    assert found.version == "2.0.0"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "--extra-index-url https://own.example/simple\nnumpy\n"),
        ("Dockerfile", "FROM scratch\nRUN pip install -i https://own.example/simple b\nRUN pip install numpy\n"),
        (
            "pyproject.toml",
            '[project]\nname = "x"\nversion = "1"\ndependencies = ["numpy"]\n'
            '[[tool.uv.index]]\nname = "own"\nurl = "https://own.example/simple"\nexplicit = true\n'
            '[tool.uv.sources]\nb = { index = "own" }\n',
        ),
    ],
)
def test_an_index_of_other_packages_does_not_count(judge: Judge, served: Served, name: str, text: str) -> None:
    served.projects["numpy"] = NUMPY
    run = judge({name: text})
    (reference,) = [r for r in run.world.references if r.subject.name == "numpy"]
    url = f"{served.address}/simple"
    found = IndexReleases(Asker(5), Troubles(), run.world.get_document, url, DAY, True).find(reference)
    assert found is not None
    assert found.version == "2.0.0"


def test_credentials_of_the_index_are_sent_and_not_shown(judge: Judge, served: Served) -> None:
    served.projects["numpy"] = NUMPY
    run = judge({"requirements.txt": "numpy\n"})
    url = f"http://me:p%40ss@{served.host}/simple"
    found = IndexReleases(Asker(5), Troubles(), run.world.get_document, url, DAY, True).find(run.world.references[0])
    assert served.asked == [("GET", "/simple/numpy/", "Basic " + base64.b64encode(b"me:p@ss").decode())]
    assert found is not None
    assert "p@ss" not in found.evidence
    assert "p%40ss" not in found.evidence


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ({}, "https://pypi.org/simple"),
        ({"UV_INDEX_URL": "https://c.example/s"}, "https://c.example/s"),
        ({"UV_INDEX_URL": "https://c.example/s", "UV_DEFAULT_INDEX": "own=https://b.example/s"}, "https://b.example/s"),
        (
            {"PIP_INDEX_URL": "https://a.example/s?x=1", "UV_INDEX_URL": "https://c.example/s"},
            "https://a.example/s?x=1",
        ),
    ],
)
def test_the_index_is_the_one_that_installers_are_told(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], url: str
) -> None:
    for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert find_index() == url
