"""The page in a real Chromium: accessible in light and dark, filters and deep links work, prints on A4, nothing foreign runs.

Opt-in (--run-world): needs node, npm with an index at hand, and a Chromium, which DRIFTLINT_CHROMIUM may name.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from driftlint.review.forms import write_review
from tests.review.good_repo import FILES
from tests.review.made import review
from tests.review.test_forms import make_sheet
from tests.review.test_good_repo import judge
from tests.review.test_hostile import ATTACKS
from tests.review.test_hostile import make_sheet as make_hostile

pytestmark = pytest.mark.world

SCRIPT = Path(__file__).with_name("browser.mjs")
TOOLS = ("playwright-core@1.65", "axe-core@4.11")
CHROMIUM = os.environ.get("DRIFTLINT_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not CHROMIUM or not shutil.which("npm"):
        pytest.skip("no Chromium, or no npm")
    folder = tmp_path_factory.mktemp("node")
    (folder / "package.json").write_text('{"private": true}')
    subprocess.run(["npm", "install", "--silent", "--no-audit", *TOOLS], cwd=folder, check=True, timeout=180)
    shutil.copy(SCRIPT, folder / "browser.mjs")
    return folder


def look(tools: Path, page: str, folder: Path) -> dict[str, Any]:
    """Return what the browser saw of a page."""
    (folder / "review.html").write_text(page, encoding="utf-8")
    command = ["node", str(tools / "browser.mjs"), str(folder / "review.html"), CHROMIUM, str(folder)]
    done = subprocess.run(command, cwd=tools, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "seen.json").read_text())  # type: ignore[no-any-return]


def check(seen: dict[str, Any]) -> None:
    assert seen["problems"] == []
    assert seen["axe"] == {"light": [], "dark": []}
    assert seen["light"] != seen["dark"]
    assert seen["first"] == "Skip to the content"
    assert seen["sideways"] <= 0
    assert seen["title"] != "ran"
    assert seen["refused"] == 1


def test_a_page_with_everything_on_it(tools: Path, tmp_path: Path) -> None:
    sheet = make_sheet()
    seen = look(tools, write_review(sheet, "html"), tmp_path)
    check(seen)
    blocking = sum(row.standing == "blocks" for row in sheet.inventory)
    assert 0 < blocking < len(sheet.inventory)
    assert (seen["rows"], seen["blocking"]) == (len(sheet.inventory), blocking)
    assert seen["status"] == f"{blocking} of {len(sheet.inventory)} shown"
    assert seen["none"] == f"0 of {len(sheet.inventory)} shown"
    assert seen["deep"] is True
    pdf = (tmp_path / "page.pdf").read_bytes()
    boxes = {tuple(round(float(n)) for n in box.split()) for box in re.findall(rb"/MediaBox \[([^\]]*)\]", pdf)}
    assert boxes == {(0, 0, 595, 842)}, "A4 in points"


def test_a_long_page_opens_the_fold_that_a_link_leads_into(tools: Path, tmp_path: Path) -> None:
    many = "".join(f"package-number-{number}>=1\n" for number in range(60))
    seen = look(tools, write_review(review({"requirements.txt": many}).sheet, "html"), tmp_path)
    check(seen)
    assert (seen["rows"], seen["fold"]) == (60, True)


def test_a_long_inventory_is_shown_in_part_until_somebody_asks(tools: Path, tmp_path: Path) -> None:
    sheet = review({"requirements.txt": "".join(f"package-number-{number}==1.0\n" for number in range(130))}).sheet
    seen = look(tools, write_review(sheet, "html"), tmp_path)
    check(seen)
    assert (seen["some"], seen["rows"], seen["deep"]) == (100, 130, True)
    assert seen["asked"] == sheet.inventory[100].id


def test_the_page_of_a_repo_that_passes(tools: Path, tmp_path: Path) -> None:
    seen = look(tools, write_review(judge(FILES, "regulated").sheet, "html"), tmp_path)
    check(seen)
    assert seen["passed"] == "pass"


def test_a_hostile_repo_runs_nothing(tools: Path, tmp_path: Path) -> None:
    check(look(tools, write_review(make_hostile(" ".join(ATTACKS[:14])), "html"), tmp_path))
