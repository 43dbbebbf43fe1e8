"""The environment that checks run in is fixed by hash, and a wheel built twice is the same file."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import tomli
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOP = Path(__file__).resolve().parents[2]
LOCK = TOP / "requirements" / "dev.txt"
_PIN = re.compile(
    r"([A-Za-z0-9][\w.-]*(?:\[[\w,]+\])?==[^\s;\\]+(?:\s*;[^\\\n]+)?)((?:\s*\\\n\s+--hash=sha256:[0-9a-f]{64})+)\n"
)
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")


def pins() -> list[Requirement]:
    """Return the pins of the lock; a line that is no pin with hashes is a fault."""
    text = "".join(
        line for line in LOCK.read_text(encoding="utf-8").splitlines(keepends=True) if not line.startswith("#")
    )
    found = list(_PIN.finditer(text))
    assert "".join(match.group() for match in found) == text
    return [Requirement(match[1]) for match in found]


def test_every_line_of_the_lock_is_a_release_with_its_hashes() -> None:
    locked = pins()
    assert {"mypy", "pytest", "ruff", "hatchling", "typer", "tree-sitter"} <= {pin.name for pin in locked}
    assert all(len(pin.specifier) == 1 and "*" not in str(pin.specifier) for pin in locked)


def test_the_lock_names_no_index() -> None:
    assert re.findall(r"://|--(?:extra-)?index|--find-links|--trusted", LOCK.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("python", PYTHONS)
def test_what_the_project_asks_for_is_locked_for_every_python(python: str) -> None:
    """For each declared need there is one pin that holds on Linux with this Python, and it satisfies what is asked."""
    project = tomli.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    needs = [Requirement(line) for line in (*project["project"]["dependencies"], *project["dependency-groups"]["dev"])]
    machine = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "os_name": "posix",
    }
    machine |= {"platform_machine": "x86_64", "platform_system": "Linux", "extra": ""}
    locked: dict[str, list[Requirement]] = {}
    for pin in pins():
        if pin.marker is None or pin.marker.evaluate(machine):
            locked.setdefault(canonicalize_name(pin.name), []).append(pin)
    assert [name for name, found in locked.items() if len(found) > 1] == []
    for need in needs:
        if need.marker is not None and not need.marker.evaluate(machine):
            continue
        (pin,) = locked[canonicalize_name(need.name)]
        version = next(iter(pin.specifier)).version
        assert need.specifier.contains(version, prereleases=True), f"{need}: the lock has {version}; compile it anew"


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "ending"), [("--wheel", ".whl"), ("--sdist", ".tar.gz")])
def test_what_is_built_twice_is_the_same_file(kind: str, ending: str, tmp_path: Path) -> None:
    digests = []
    for name, mask, zone in (("a", 0o022, "UTC"), ("b", 0o077, "Asia/Kathmandu")):
        folder = tmp_path / name
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "TZ": zone, "HOME": str(tmp_path)}
        before = os.umask(mask)
        try:
            command = [sys.executable, "-m", "build", kind, "--no-isolation", "--outdir", str(folder), str(TOP)]
            subprocess.run(command, env=environment, check=True, capture_output=True)
        finally:
            os.umask(before)
        (built,) = folder.glob(f"*{ending}")
        digests.append(hashlib.sha256(built.read_bytes()).hexdigest())
        if ending == ".whl":
            with zipfile.ZipFile(built) as wheel:
                assert "driftlint/py.typed" in wheel.namelist()
    assert digests[0] == digests[1]
