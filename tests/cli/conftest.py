"""The real program in a process of its own, over small repos."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pytest

from tests.cli.program_run import SRC, Run, Write


@lru_cache(maxsize=1)
def compile_pack() -> Path:
    """Return the folder of the compiled built-in pack. Compiling it takes longer than most tests of the program do else."""
    folder = Path(tempfile.mkdtemp(prefix="driftlint-compiled-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    environment = {**os.environ, "PYTHONPATH": str(SRC), "DRIFTLINT_CACHE_DIR": str(folder)}
    subprocess.run([sys.executable, "-m", "driftlint", "rules"], env=environment, stdout=subprocess.DEVNULL, check=True)
    return folder / "packs"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    shutil.copytree(compile_pack(), tmp_path / "cache" / "packs")
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "DRIFTLINT_OUTPUT_FORMAT")}
    return {
        **kept,
        "PYTHONPATH": str(SRC),
        "DRIFTLINT_CACHE_DIR": str(tmp_path / "cache"),
        "PYTHONIOENCODING": "utf-8",
        "COLUMNS": "100",
    }


@pytest.fixture
def driftlint(tmp_path: Path, environment: dict[str, str]) -> Run:
    """Run ``driftlint`` with arguments in a folder (the repo of `write` when none is given)."""

    def run(*arguments: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        folder = cwd or (tmp_path / "repo" if (tmp_path / "repo").is_dir() else tmp_path)
        return subprocess.run(
            [sys.executable, "-m", "driftlint", *arguments],
            cwd=folder,
            env={**environment, **more},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files below ``repo`` and return that folder."""

    def write_files(files: Mapping[str, str]) -> Path:
        root = tmp_path / "repo"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root

    return write_files
