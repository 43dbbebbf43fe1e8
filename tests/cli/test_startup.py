from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program_run import Run, Write

VERSION = """
import sys
sys.argv = ["driftlint", "--version"]
from driftlint.cli import main
main()
print(*sorted(name for name in sys.modules if name.partition(".")[0] in {names!r}))
"""


def run_code(code: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_version_imports_nothing_but_the_package(environment: dict[str, str]) -> None:
    names = ("typer", "click", "rich", "yaml", "tomli", "tree_sitter", "packaging", "driftlint")
    first, second = run_code(VERSION.format(names=names), environment).splitlines()
    assert first.startswith("driftlint 0.")
    assert second == "driftlint driftlint.cli"


def test_the_parser_of_options_imports_no_engine(environment: dict[str, str]) -> None:
    code = "import sys\nimport driftlint.cli.app\nprint(*sorted(n for n in sys.modules if n.startswith('driftlint')))"
    assert run_code(code, environment).split() == [
        "driftlint",
        "driftlint.cli",
        *(
            f"driftlint.cli.{name}"
            for name in ("acting", "app", "application", "common", "options", "review_choices", "streams")
        ),
        "driftlint.disk",
    ]


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version_is_shown(driftlint: Run, option: str) -> None:
    done = driftlint(option)
    assert done.stdout.startswith("driftlint 0.")
    assert done.returncode == 0
    assert driftlint(option, "check").stdout == done.stdout


def test_help_names_every_command(driftlint: Run) -> None:
    done = driftlint("--help")
    assert done.returncode == 0
    for name in ("check", "audit", "explain", "rules", "facts", "why", "review", "server", "config", "test", "new"):
        assert f"\n  {name} " in done.stdout
    assert "the whole project is analysed" in " ".join(driftlint("check", "--help").stdout.split())


def test_the_shell_is_offered_rule_names(environment: dict[str, str]) -> None:
    asked = {"_DRIFTLINT_COMPLETE": "complete_bash", "COMP_WORDS": "driftlint explain dataset-unp", "COMP_CWORD": "2"}
    code = "import sys\nsys.argv = ['driftlint']\nfrom driftlint.cli import main\nmain()"
    assert run_code(code, {**environment, **asked}).split() == ["dataset-unpinned"]


SLOW = """
import sys, time
sys.argv = ["driftlint", "check"]
import driftlint.cli.progress as progress
progress.DELAY = {delay}
import driftlint.session as session
run = session.Session.run
def slow(self):
    time.sleep(1)
    return run(self)
session.Session.run = slow
from driftlint.cli import main
main()
"""


def at_terminal(code: str, cwd: Path, environment: dict[str, str]) -> bytes:
    """Run code with standard error at a terminal, and return what is written there."""
    here, there = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=cwd,
        env={**environment, "TERM": "xterm"},
        stdout=subprocess.DEVNULL,
        stderr=there,
    )
    os.close(there)
    seen = b""
    while True:
        try:
            part = os.read(here, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
    process.wait(60)
    os.close(here)
    return seen


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_long_runs_at_a_terminal_show_progress_and_short_ones_nothing(
    write: Write, environment: dict[str, str]
) -> None:
    root = write({"train.py": "print(1)\n"})
    assert b"Listing" in at_terminal(SLOW.format(delay=0.2), root, environment)
    assert at_terminal(SLOW.format(delay=30), root, environment) == b""


def test_no_progress_is_written_to_a_file(write: Write, environment: dict[str, str]) -> None:
    root = write({"train.py": "print(1)\n"})
    command = [sys.executable, "-c", SLOW.format(delay=0.1)]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False)
    assert done.stderr == b""


def test_a_module_of_the_checked_repo_is_not_imported_in_place_of_the_standard_library(
    driftlint: Run, write: Write
) -> None:
    root = write({"copy.py": "open('ran', 'w')\n", "string.py": "open('ran', 'w')\n"})
    done = driftlint("check", "--output-format", "concise")
    assert done.returncode in (0, 1), done.stderr
    assert not (root / "ran").exists()
