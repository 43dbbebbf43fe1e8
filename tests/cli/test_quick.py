"""What is read without typer is read as typer reads it, and the rest is left to typer."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
from hypothesis import given, settings
from hypothesis import strategies as st

import driftlint.cli.check
from driftlint.cli.app import app
from driftlint.cli.quick import FLAGS, LISTS, VALUES, read_check

_SAMPLES = {
    "--severity": ("error", "info"),
    "--output-format": ("json", "sarif"),
    "--color": ("never", "always"),
    "--since": ("HEAD", "origin/main"),
    "--today": ("2026-01-31",),
    "--select": ("data", "data,seeds"),
    "--also": ("json=a.json",),
}
_TEXTS = ("a.toml", "some folder", "x=y")
_WITH_VALUE = (*VALUES, *LISTS)


def _option(name: str) -> st.SearchStrategy[list[str]]:
    value = st.sampled_from(_SAMPLES.get(name, _TEXTS))
    apart = value.map(lambda text: [name, text])
    return st.one_of(apart, value.map(lambda text: [f"{name}={text}"])) if name.startswith("--") else apart


_words = st.lists(
    st.one_of(
        st.sampled_from(sorted(FLAGS)).map(lambda name: [name]),
        st.sampled_from(_WITH_VALUE).flatmap(_option),
        st.sampled_from([".", "src", "a/b.py", "with space"]).map(lambda path: [path]),
    ),
    max_size=6,
).map(lambda parts: ["check", *(word for part in parts for word in part)])


def _read_by_typer(words: list[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    seen: dict[str, object] = {}

    def keep(**given: object) -> int:
        seen.update(given)
        return 0

    with monkeypatch.context() as patched:
        patched.setattr(driftlint.cli.check, "check_given", keep)
        typer.main.get_command(app).main(words, standalone_mode=False)
    return seen


@settings(deadline=None, max_examples=150)
@given(_words)
def test_each_line_is_read_as_typer_reads_it(words: list[str]) -> None:
    given = read_check(words)
    assert given is not None
    defaults = {name: p.default for name, p in inspect.signature(driftlint.cli.check.check_given).parameters.items()}
    with pytest.MonkeyPatch.context() as monkeypatch:
        by_typer = _read_by_typer(words, monkeypatch)
    # typer gives an empty list where None stands for "not given"
    assert {k: v or None for k, v in {**defaults, **given}.items()} == {k: v or None for k, v in by_typer.items()}


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--help"],
        ["check", "--help"],
        ["check", "-h"],
        ["check", "--unknown"],
        ["check", "-qv"],
        ["check", "--"],
        ["check", ""],
        ["check", "--since"],
        ["check", "--since", "--staged"],
        ["check", "--since="],
        ["check", "--severity", "loud"],
        ["check", "--quiet=yes"],
        ["fix", "."],
        ["--version", "check"],
    ],
)
def test_what_is_not_plain_is_left_to_typer(words: list[str]) -> None:
    assert read_check(words) is None


@pytest.mark.parametrize("name", ["DRIFTLINT_OUTPUT_FORMAT", "_DRIFTLINT_COMPLETE"])
def test_variables_that_typer_reads_leave_the_line_to_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "json")
    assert read_check(["check"]) is None


def test_every_option_of_the_command_is_known() -> None:
    command = typer.main.get_command(app).commands["check"]  # type: ignore[attr-defined]
    names = {name for p in command.params for name in (*p.opts, *p.secondary_opts) if name.startswith("-")}
    assert names - {"--help", "-h"} == {*FLAGS, *_WITH_VALUE}


def test_a_plain_check_loads_no_typer(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import os\n", encoding="utf-8")
    code = (
        "import os, sys; sys.argv = ['driftlint', 'check', '-q', sys.argv[1]]\n"
        "from driftlint.cli import main\n"
        "leave = os._exit\n"
        "os._exit = lambda code: (print(code, 'typer' in sys.modules, file=sys.stderr), leave(code))\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stderr == "0 False\n"
