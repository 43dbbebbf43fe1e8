"""`driftlint fix --online` as a user runs it, against servers of this machine."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest

from tests.cli.program_run import Run, Write
from tests.pin_sources_online.services_on_loopback import Served, file, serve

COMMIT = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"
MANIFEST = b'{"schemaVersion":2}'
DIGEST = f"sha256:{hashlib.sha256(MANIFEST).hexdigest()}"
TRAIN = 'from datasets import load_dataset\n\nrows = load_dataset("acme/rows")\nmore = load_dataset("acme/gone")\n'


def address(served: Served, folder: Path) -> dict[str, str]:
    """Return the variables that lead every question to the server."""
    nobody = dict.fromkeys(("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "VIRTUAL_ENV", "HF_TOKEN"), "")
    return {
        **nobody,
        "PIP_INDEX_URL": f"{served.address}/simple",
        "HF_ENDPOINT": served.address,
        "HF_HOME": str(folder / "hf"),
        "HF_HUB_CACHE": str(folder / "hf" / "hub"),
    }


def fill(served: Served, write: Write) -> Path:
    served.projects["numpy"] = [
        file("numpy-1.26.4.tar.gz", "2024-02-05T00:00:00Z"),
        file("numpy-2.0.tar.gz", "2025-06-01"),
    ]
    served.revisions[("datasets", "acme/rows", "main")] = COMMIT
    served.manifests[("base", "1")] = MANIFEST
    return write({"requirements.txt": "numpy>=1.20\n", "train.py": TRAIN, "Dockerfile": f"FROM {served.host}/base:1\n"})


def test_services_name_pins_and_what_they_do_not_know_is_told(driftlint: Run, write: Write, tmp_path: Path) -> None:
    with serve() as served:
        root = fill(served, write)
        options = ("fix", "--online", "--suggested", "--exclude-newer", "2025-01-31")
        done = driftlint(*options, **address(served, tmp_path))
    today = datetime.now(timezone.utc).date().isoformat()
    assert (root / "requirements.txt").read_text() == "numpy==1.26.4\n"
    assert (root / "train.py").read_text() == TRAIN.replace('acme/rows")', f'acme/rows", revision="{COMMIT}")')
    assert (root / "Dockerfile").read_text() == f"FROM {served.host}/base:1@{DIGEST}\n"
    lines = done.stderr.splitlines()
    assert (
        f"requirements.txt: [requirement-range] pin numpy to 1.26.4; from the package index {served.address}/simple: the "
        "newest numpy that fits, on or before 2025-01-31"
    ) in lines
    assert [line for line in lines if "acme/gone" in line] == [
        f"warning: {served.address} names no pin for datasets acme/gone at main: there is none of this name, or not this revision"
    ]
    assert [line for line in lines if COMMIT in line] == [
        f"train.py: [dataset-unpinned] pin acme/rows to {COMMIT}; from {served.address}, datasets acme/rows at main on {today}"
    ]
    assert "left: 1 (no evidence names a pin)" in lines
    assert done.returncode == 1
    asked = [path for method, path, _ in served.asked if "acme" in path or "simple" in path]
    assert len(asked) == len(set(asked)) == 3  # every round of the mend knows what an earlier one was told


def test_without_suggested_nothing_is_written_from_the_network(driftlint: Run, write: Write, tmp_path: Path) -> None:
    with serve() as served:
        root = fill(served, write)
        done = driftlint("fix", "--online", **address(served, tmp_path))
    assert (root / "requirements.txt").read_text() == "numpy>=1.20\n"
    assert "left: 3 (a suggestion: --suggested makes it)" in done.stderr.splitlines()


def test_only_the_paths_that_are_mended_are_asked_about(driftlint: Run, write: Write, tmp_path: Path) -> None:
    with serve() as served:
        fill(served, write)
        driftlint("fix", "--online", "--suggested", "requirements.txt", **address(served, tmp_path))
    assert [path for _, path, _ in served.asked] == ["/simple/numpy/"]


def test_nobody_is_asked_without_the_option(driftlint: Run, write: Write, tmp_path: Path) -> None:
    with serve() as served:
        root = fill(served, write)
        done = driftlint("fix", "--suggested", **address(served, tmp_path))
    assert served.asked == []
    assert (root / "train.py").read_text() == TRAIN
    assert (
        "left: 4 (no evidence names a pin; `driftlint fix --online --suggested` asks for one)"
        in done.stderr.splitlines()
    )


def test_no_module_that_asks_is_loaded_without_the_option(tmp_path: Path, write: Write) -> None:
    root = write({"requirements.txt": "numpy>=1.20\n"})
    code = (
        "import sys\nfrom driftlint.cli.app import app\n"
        "try:\n    app(['fix', '--exit-zero', *sys.argv[1:]])\nexcept SystemExit as stop:\n    assert not stop.code\n"
        "print([m for m in sys.modules if 'pin_sources_online' in m or m == 'urllib.request'][:1])\n"
    )
    environment = {**os.environ, "DRIFTLINT_CACHE_DIR": str(tmp_path / "cache")}

    def loaded(*options: str) -> str:
        command = [sys.executable, "-c", code, *options]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert loaded() == "[]"
    assert loaded("--online", "--index-url", "http://127.0.0.1:9/simple") != "[]"


def test_a_service_that_is_down_costs_its_own_pins_only(driftlint: Run, write: Write, tmp_path: Path) -> None:
    with serve() as served:
        root = fill(served, write)
        variables = address(served, tmp_path)
        options = ("fix", "--online", "--suggested", "--index-url", "http://127.0.0.1:9/simple")
        done = driftlint(*options, **variables)
    assert (root / "requirements.txt").read_text() == "numpy>=1.20\n"
    assert COMMIT in (root / "train.py").read_text()
    told = [line for line in done.stderr.splitlines() if "http://127.0.0.1:9/simple" in line]
    assert len(told) == 1
    assert told[0].startswith(
        "warning: the package index http://127.0.0.1:9/simple names no pin for numpy: 127.0.0.1:9 cannot"
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--exclude-newer", "2025-01-31"), "--exclude-newer goes with --online"),
        (("--index-url", "https://a.example/simple"), "--index-url goes with --online"),
        (("--online", "--exclude-newer", "yesterday"), "--exclude-newer yesterday: write the day as 2026-01-31"),
        (("--online", "--index-url", "a.example/simple"), "--index-url: it must begin with http:// or https://"),
    ],
)
def test_nonsense_is_refused(driftlint: Run, write: Write, options: tuple[str, ...], said: str) -> None:
    write({"requirements.txt": "numpy\n"})
    done = driftlint("fix", *options)
    assert said in " ".join(done.stderr.split())
    assert done.returncode == 2
