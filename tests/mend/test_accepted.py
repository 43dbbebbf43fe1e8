"""Mended manifests, read by the tools that they are for."""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

REQUIREMENTS = """\
# what the tests themselves run with
pytest>=7 ; python_version >= "3.8"  # the runner
hypothesis [cli] >= 6, < 100
PyYAML
tree_sitter~=0.20; sys_platform != "plan9"
packaging \\
    >= 20
"""


@pytest.fixture
def mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repo whose requirements were pinned to what the running interpreter has."""
    monkeypatch.setenv("DRIFTLINT_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "repo"
    root.mkdir()
    (root / "requirements.txt").write_text(REQUIREMENTS)
    (root / "train.py").write_text("import yaml\n")
    environment = sysconfig.get_path("data")
    command = [sys.executable, "-m", "driftlint", "fix", "--isolated", "--exit-zero", "--environment", environment]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    return root


def test_pip_takes_what_was_written(mended: Path) -> None:
    text = (mended / "requirements.txt").read_text()
    version = importlib.metadata.version
    assert text == (
        "# what the tests themselves run with\n"
        f'pytest=={version("pytest")} ; python_version >= "3.8"  # the runner\n'
        f"hypothesis [cli]=={version('hypothesis')}\n"
        f"PyYAML=={version('PyYAML')}\n"
        f'tree_sitter=={version("tree-sitter")}; sys_platform != "plan9"\n'
        f"packaging=={version('packaging')}\n"
    )
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps", "--no-index", "-r", "requirements.txt"]
    done = subprocess.run(command, cwd=mended, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Requirement already satisfied") == 5


@pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not installed")
def test_uv_takes_what_was_written(mended: Path) -> None:
    command = ["uv", "pip", "install", "--dry-run", "--no-deps", "--offline", "--python", sys.executable]
    done = subprocess.run([*command, "-r", "requirements.txt"], cwd=mended, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "would make no changes" in done.stderr.lower()
