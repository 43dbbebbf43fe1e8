"""Our verdict on locks against the tools' own, on locks that the tools make (opt-in: they come from the index)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.locks.manifests import ASIDE, CASES, change
from tests.locks.tool_runs import LOCKS, MANIFESTS, install, judge

pytestmark = [pytest.mark.world, pytest.mark.slow]


MOST_UNKNOWN = {"uv-pylock": 0.2, "pip-lock": 0.2}
"""A pylock.toml without another lock beside it does not show who asked for a package: what was removed cannot be told."""


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tools' environments; DRIFTLINT_WORLD_TOOLS names one that is kept."""
    kept = os.environ.get("DRIFTLINT_WORLD_TOOLS")
    return Path(kept) if kept else tmp_path_factory.mktemp("tools")


@pytest.mark.parametrize("case", CASES)
def test_verdicts_are_those_of_the_tool(case: str, tools: Path, tmp_path: Path) -> None:
    name, manifest, changes, moved = CASES[case]
    tool = install(name, tools)
    manifest = manifest.replace("{index}", tool.index)
    (tmp_path / MANIFESTS[name]).write_text(manifest)
    for beside, text in ASIDE.items() if MANIFESTS[name].endswith(".in") else ():
        (tmp_path / beside).write_text(text)
    tool.lock(tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.glob("*") if path.name in (LOCKS[name], "uv.lock")}
    table, wrong, unknown, judged = [], [], 0, 0
    for made in changes:
        (tmp_path / MANIFESTS[name]).write_text(change(manifest, made, moved))
        for path, data in written.items():
            (tmp_path / path).write_bytes(data)
        ours, theirs = judge(tmp_path, name), tool.check(tmp_path)
        table.append(f"{case:16} {made[0]:48} {theirs[:5]:6} {ours.state:8} {ours.reason[:90]}")
        if theirs.startswith("error"):
            table.append(theirs)
            continue
        judged += 1
        unknown += ours.state == "unknown"
        if ours.state not in (theirs, "unknown"):
            wrong.append(table[-1])
    print("\n".join(table))
    print(f"{case}: {judged} verdicts of the tool, {len(wrong)} wrong, {unknown} that cannot be told")
    assert wrong == []
    assert judged >= 15
    assert unknown < judged * MOST_UNKNOWN.get(case, 0.1)
