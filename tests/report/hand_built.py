"""Hand-built reports for the tests of the formats."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from driftlint.documents.model import Cell, Document, Kind
from driftlint.facts import Coverage, Finding, Fix, Place, Report, Rule, Subject, Suppressed
from driftlint.text import Edit, Span

TRAIN = 'import argparse\n\n\tds = load_dataset("allenai/c4", split="train")\nprint(ds)\n'
CONFIG = "model:\n  name: org/模型-7b  # 大\n"
CELLS = ("!pip install x\n", "import os\nm = load('org/base')\n", "print(m)")
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def make_document(path: str, text: str, kind: Kind = "python") -> Document:
    return Document(path, kind, text, "digest")


def make_notebook(path: str = "nb.ipynb") -> Document:
    starts = [sum(len(cell) for cell in CELLS[:n]) for n in range(len(CELLS))]
    cells = (
        Cell(0, "code", starts[0], (8, 9)),
        Cell(2, "code", starts[1], (20, 21, 22)),
        Cell(3, "code", starts[2], (31,)),
    )
    return Document(path, "notebook", "".join(CELLS), "digest", cells=cells)


def span_of(text: str, part: str) -> Span:
    start = text.index(part)
    return Span(start, start + len(part))


def make_lookup(*documents: Document) -> Callable[[str], Document | None]:
    return {document.path: document for document in documents}.get


def make_finding(place: Place, rule: str = "dataset-unpinned", **changes: object) -> Finding:
    finding = Finding(
        rule=rule,
        family="data",
        severity="error",
        confidence="high",
        subject=Subject("dataset", "hub", "allenai/c4"),
        message="dataset `allenai/c4` is read without a commit",
        remedy='pass revision="<40-hex commit>"',
        place=place,
        fingerprint=f"{rule}:{place.path}:0",
    )
    return replace(finding, **changes)


def make_rule(name: str = "dataset-unpinned") -> Rule:
    return Rule(
        name=name,
        family="data",
        judge="pinned",
        severity="error",
        confidence="high",
        status="stable",
        since="0.1.0",
        message="dataset `{name}` is read without a commit",
        remedy="pass a commit",
        params={},
        sections=(("What it finds", "A read without a commit."), ("Why it drifts", "Rows change.")),
        summary="A dataset is read without a commit.",
    )


def make_report() -> tuple[Report, Callable[[str], Document | None]]:
    """Return a report with a finding of each severity, a trail, a notebook, fixes, a suppression and gaps."""
    train, config, notebook = (
        make_document("train.py", TRAIN),
        make_document("conf/m.yaml", CONFIG, "yaml"),
        make_notebook(),
    )
    call = span_of(TRAIN, 'load_dataset("allenai/c4", split="train")')
    name = span_of(CONFIG, "org/模型-7b")
    fix = Fix(
        "pin the commit",
        (Edit("train.py", Span(call.end - 1, call.end - 1), "", f', revision="{COMMIT}"'),),
        "safe",
        "local cache, refs/main",
    )
    first = make_finding(Place("train.py", call), fixes=(fix,), related=(Place("conf/m.yaml", name, "named here"),))
    second = make_finding(
        Place("nb.ipynb", span_of("".join(CELLS), "load('org/base')")),
        "weights-unpinned",
        severity="warning",
        family="data",
        message="weights `org/base` are read from a branch",
        remedy="",
        fixes=(
            Fix("pin it", (Edit("nb.ipynb", span_of("".join(CELLS), "'org/base'"), "'org/base'", "'x'"),), "suggest"),
        ),
    )
    hidden = make_finding(Place("train.py", span_of(TRAIN, "print(ds)")), "advice", severity="info", message="advice")
    accepted = make_finding(Place("conf/m.yaml", name), message="model is unpinned")
    report = Report(
        "/repo",
        findings=[hidden, first, second],
        suppressed=[Suppressed(accepted, "frozen | by ops", Place("conf/m.yaml", span_of(CONFIG, "# 大")))],
        coverage=Coverage(
            files=5,
            read={"yaml": 1, "python": 1, "notebook": 1},
            left_out={"vendored": ["third/"], "too large": ["b.json", "a.json"]},
            unread=[("bad.py", 3, "unexpected indent"), ("bad.py", 1, "again")],
            unknown=[(Place("train.py", call, "dataset name"), "comes from the command line", "dataset")],
            entries=["train.py:1 script"],
        ),
        rules={"dataset-unpinned": make_rule()},
    )
    return report, make_lookup(train, config, notebook)
