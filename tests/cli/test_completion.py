"""Completion in real shells, and the examples that --help shows."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program_run import Run

COMMANDS = ("audit", "baseline", "check", "config", "explain", "facts", "fix", "new", "rules", "test", "why")


@pytest.fixture
def shell(tmp_path: Path, environment: dict[str, str]) -> dict[str, str]:
    """An environment in which `driftlint` is a command."""
    program = tmp_path / "bin" / "driftlint"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m driftlint "$@"\n')
    program.chmod(0o755)
    return {**environment, "PATH": f"{program.parent}{os.pathsep}{environment['PATH']}", "HOME": str(tmp_path)}


def run_shell(shell: dict[str, str], command: list[str]) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, env=shell, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def complete_in_bash(shell: dict[str, str], *words: str) -> list[str]:
    script = (
        'eval "$(_DRIFTLINT_COMPLETE=source_bash driftlint)"\n'
        f"COMP_WORDS=({' '.join(map(shlex.quote, words))}); COMP_CWORD={len(words) - 1}\n"
        'complete -p driftlint >/dev/null && _driftlint_completion driftlint && printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    return run_shell(shell, ["bash", "--norc", "-ec", script]).split()


def test_bash_completes_commands_options_and_rules(shell: dict[str, str]) -> None:
    assert sorted(complete_in_bash(shell, "driftlint", "c")) == ["catalogue", "check", "config"]
    assert complete_in_bash(shell, "driftlint", "check", "--sta") == ["--staged", "--statistics"]
    assert complete_in_bash(shell, "driftlint", "explain", "dataset-unp") == ["dataset-unpinned"]
    assert complete_in_bash(shell, "driftlint", "check", "--output-format", "sa") == ["sarif"]


def test_zsh_completes_commands_and_rules(shell: dict[str, str]) -> None:
    script = (
        "autoload -Uz compinit; compinit -u -D\n"
        'eval "$(_DRIFTLINT_COMPLETE=source_zsh driftlint)"\n'
        "[[ $_comps[driftlint] == _driftlint_completion ]] || exit 3\n"
        '_arguments() { print -rl -- "$@" }; _describe() { print -rl -- "$@" ${(P)2} }\n'
        "words=(driftlint {}); CURRENT={}\n_driftlint_completion\n"
    )
    assert "check" in run_shell(shell, ["zsh", "-fc", script.replace("{}", "ch", 1).replace("{}", "2")])
    assert "dataset-unpinned" in run_shell(
        shell, ["zsh", "-fc", script.replace("{}", "explain data", 1).replace("{}", "3")]
    )


def test_fish_completes_commands_and_rules(shell: dict[str, str]) -> None:
    script = '_DRIFTLINT_COMPLETE=source_fish driftlint | source; complete --do-complete "driftlint {}"'
    lines = run_shell(shell, ["fish", "--no-config", "-c", script.replace("{}", "c")]).splitlines()
    assert [line.split("\t")[0] for line in lines] == ["catalogue", "check", "config"]
    assert "dataset-unpinned" in run_shell(shell, ["fish", "--no-config", "-c", script.replace("{}", "explain data")])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_shows_examples_that_the_program_takes(driftlint: Run, command: str) -> None:
    shown = driftlint(command, "--help").stdout
    examples = [line.strip() for line in shown.partition("Examples:")[2].splitlines() if line.strip()]
    assert examples
    for example in examples:
        program, *arguments = shlex.split(example)
        assert (program, arguments[0]) == ("driftlint", command)
        done = driftlint(*arguments, "--help")
        assert done.returncode == 0, done.stderr


def test_an_option_that_is_not_there_would_be_noticed(driftlint: Run) -> None:
    assert driftlint("check", "--sinc", "main", "--help").returncode == 2
