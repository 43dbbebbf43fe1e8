"""docs/ci.md and docs/pre-commit.md, compared with what they speak of."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.ci.runner import ACTION, TOP
from tests.cli.conftest import driftlint, environment, write
from tests.cli.program_run import Run, Write

__all__ = ["driftlint", "environment", "write"]
CI = (TOP / "docs" / "ci.md").read_text(encoding="utf-8")
HOOK = (TOP / "docs" / "pre-commit.md").read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", page, re.MULTILINE | re.DOTALL)


def test_the_table_of_inputs_is_that_of_the_action() -> None:
    rows = dict(re.findall(r"^\| `([\w-]+)` \|([^|]*)\| .* \|$", CI, re.MULTILINE))
    shown = {name: cell.strip().strip("`") for name, cell in rows.items()}
    computed = {"version": "the action's own commit", "base": "from the event"}
    assert shown == {name: computed.get(name, str(given["default"])) for name, given in ACTION["inputs"].items()}


def test_the_container_is_one_that_driftlint_accepts(driftlint: Run, write: Write) -> None:
    (recipe,) = blocks(CI, "dockerfile")
    filled = recipe.replace("<64-hex digest>", "0123456789abcdef" * 4)
    lock = f"driftlint==0.1.0 --hash=sha256:{'0123456789abcdef' * 4}\n"
    write({"Dockerfile": filled, "requirements.txt": lock})
    assert driftlint("check", "--info", "--output-format", "concise").stdout.splitlines()[0] == "Found no findings"
    write({"Dockerfile": recipe.partition("@")[0] + "\n"})
    assert "image-tag" in driftlint("check", "--info", "--output-format", "concise").stdout


def test_the_hooks_of_the_page_are_there_and_their_options_are_taken(driftlint: Run) -> None:
    known = {hook["id"]: hook for hook in yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    used: list[dict[str, Any]] = []
    for block in blocks(HOOK, "yaml"):
        found = yaml.safe_load(block)
        used += found if isinstance(found, list) else found["repos"][0]["hooks"]
    assert {hook["id"] for hook in used} == set(known)
    written = [yaml.safe_load(text) for text in re.findall(r"`(\[--[^`]*\])`", HOOK)]
    assert ["--severity", "error"] in written
    for args in [*(hook["args"] for hook in used if "args" in hook), *written]:
        done = driftlint(*known["driftlint"]["entry"].split()[1:], *args, "--help")
        assert done.returncode == 0, done.stderr
