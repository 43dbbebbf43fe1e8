"""Mended files in the hands of the tools that they are for: pip, uv, BuildKit's parser, conda's match specs, workflow schema.

What the development environment lacks is installed from the index, and asked for with --run-world.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import os
import shlex
import subprocess
import sys
import threading
import venv
import zipfile
from collections.abc import Iterator, Mapping
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.mend.repo import mend_files

COMMIT = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"
DIGEST = f"sha256:{'0123456789abcdef' * 4}"
RELEASES = {"alpha": ("1.0", "1.1", "1.2"), "beta": ("2.0", "2.1")}
BIN = "Scripts" if os.name == "nt" else "bin"


def make_wheel(folder: Path, name: str, version: str) -> Path:
    """Write a wheel of one empty module."""
    info = f"{name}-{version}.dist-info"
    texts = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: more\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}"
        for path, text in texts.items()
    ]
    texts[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""])
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in texts.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return wheel


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a package index on the loopback interface that has RELEASES."""
    top = tmp_path_factory.mktemp("index")
    for name, versions in RELEASES.items():
        folder = top / "simple" / name
        folder.mkdir(parents=True)
        wheels = [make_wheel(folder, name, version) for version in versions]
        links = [f'<a href="{w.name}#sha256={hashlib.sha256(w.read_bytes()).hexdigest()}">{w.name}</a>' for w in wheels]
        (folder / "index.html").write_text(f"<!DOCTYPE html><html><body>{' '.join(links)}</body></html>")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=str(top)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/simple/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an environment in which alpha 1.1 and beta 2.0 are installed, which are not the newest."""
    root = tmp_path / "repo"
    for name in ("alpha-1.1", "beta-2.0"):
        (root / ".venv" / "lib" / "python3.11" / "site-packages" / f"{name}.dist-info").mkdir(parents=True)
    (root / ".venv" / "pyvenv.cfg").touch()
    (root / "train.py").write_text("import alpha\nimport beta\n")
    monkeypatch.setenv("DRIFTLINT_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    return root


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs' folder of an environment with the tools that the development environment lacks."""
    place = tmp_path_factory.mktemp("tools") / "env"
    venv.create(place, with_pip=True)
    install = [str(place / BIN / "python"), "-m", "pip", "install", "-q", "uv", "dockerfile", "py-rattler"]
    subprocess.run(install, check=True, timeout=600)
    return place / BIN


def run(command: list[str], root: Path, index: str = "") -> str:
    """Run a tool that must succeed, and return all that it says."""
    aside = ("PIP_", "UV_", "VIRTUAL_ENV", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(aside)}
    more = {
        "UV_DEFAULT_INDEX": index,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_CACHE_DIR": str(root.parent / "uv"),
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    done = subprocess.run(command, cwd=root, env=kept | more, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def fix(root: Path, *options: str) -> str:
    command = [sys.executable, "-m", "driftlint", "fix", "--isolated", "--exit-zero", *options]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stderr


def would_install(root: Path, index: str, *options: str) -> list[str]:
    """Return what pip would install."""
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--isolated",
        "--disable-pip-version-check",
        "install",
        "--dry-run",
        "--no-cache-dir",
    ]
    said = run([*pip, "--index-url", index, "--target", str(root.parent / "target"), *options], root)
    (line,) = (line for line in said.splitlines() if line.startswith("Would install"))
    return line.split()[2:]


REQUIREMENTS = 'alpha>=1  # the first\n\nbeta [more] ; python_version >= "3.8"\n'
PINNED = 'alpha==1.1  # the first\n\nbeta [more]==2.0 ; python_version >= "3.8"\n'


@pytest.mark.slow
def test_pip_installs_what_the_environment_had(repo: Path, index: str) -> None:
    (repo / "requirements.txt").write_text(REQUIREMENTS)
    assert would_install(repo, index, "-r", "requirements.txt") == ["alpha-1.2", "beta-2.1"]
    fix(repo)
    assert (repo / "requirements.txt").read_text() == PINNED
    assert would_install(repo, index, "-r", "requirements.txt") == ["alpha-1.1", "beta-2.0"]


@pytest.mark.slow
def test_pip_takes_a_file_with_hashes_after_a_mend_beside_it(repo: Path, index: str) -> None:
    wheel = make_wheel(repo.parent, "alpha", "1.1")
    hashed = f"alpha==1.1 \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
    (repo / "requirements.txt").write_text("alpha\n")
    (repo / "requirements.lock.txt").write_text(hashed)
    fix(repo)
    assert (repo / "requirements.txt").read_text() == "alpha==1.1\n"
    assert (repo / "requirements.lock.txt").read_text() == hashed
    assert would_install(repo, index, "--require-hashes", "-r", "requirements.lock.txt") == ["alpha-1.1"]


WORKFLOW = """\
name: train
on: push
jobs:
  train:
    runs-on: ubuntu-24.04
    container: registry.example/lab/base:3
    steps:
      - uses: actions/checkout@v4
      - uses: "actions/setup-python@v5"  # for pip
        with:
          python-version: "3.11"
      - run: pip install alpha 'beta>=1'
"""


@pytest.mark.slow
def test_a_workflow_is_still_one(tmp_path: Path) -> None:
    path = ".github/workflows/train.yml"
    files = {path: WORKFLOW, "train.py": "import alpha\n"}
    mended = mend_files(files, {"package": "1.1", "tool": "1.1", "action": COMMIT, "image": DIGEST}, info=True)[path]
    assert mended == (
        WORKFLOW.replace("checkout@v4", f"checkout@{COMMIT} # v4")
        .replace('setup-python@v5"  # for pip', f'setup-python@{COMMIT}"  # for pip')
        .replace("base:3", f"base:3@{DIGEST}")
        .replace("alpha 'beta>=1'", "alpha==1.1 'beta==1.1'")
    )
    (tmp_path / "train.yml").write_text(mended)
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", "train.yml"]
    assert "ok" in run(check, tmp_path)


@pytest.mark.world
@pytest.mark.slow
def test_the_command_that_is_named_makes_a_lock_that_pip_and_driftlint_take(
    repo: Path, index: str, tools: Path
) -> None:
    (repo / "requirements.txt").write_text(REQUIREMENTS)
    said = fix(repo, "--info", "--verbose")
    (named,) = (
        line.split("`")[1] for line in said.splitlines() if "left: requirements.txt" in line and "uv pip" in line
    )
    run([str(tools / "uv"), *shlex.split(named)[1:]], repo, index)
    assert would_install(repo, index, "--require-hashes", "-r", "requirements.lock.txt") == ["alpha-1.1", "beta-2.0"]
    assert "uv pip compile" not in fix(repo, "--info", "--verbose")


PROJECT = """\
[project]
name = "experiment"
version = "0"
requires-python = ">=3.10"
dependencies = [
  "alpha >= 1",  # the first
  'beta[more]',
]

[tool.uv]
package = false
"""


@pytest.mark.world
@pytest.mark.slow
def test_uv_locks_and_syncs_a_mended_project(repo: Path, index: str, tools: Path) -> None:
    (repo / "pyproject.toml").write_text(PROJECT)
    (repo / "setup.sh").write_text("uv sync\n")
    fix(repo)
    pinned = PROJECT.replace("alpha >= 1", "alpha==1.1").replace("beta[more]", "beta[more]==2.0")
    assert (repo / "pyproject.toml").read_text() == pinned
    uv = str(tools / "uv")
    run([uv, "lock", "--python", sys.executable], repo, index)
    lock = (repo / "uv.lock").read_bytes()
    fix(repo, "--suggested")
    assert (repo / "setup.sh").read_text() == "uv sync --locked\n"
    assert (repo / "pyproject.toml").read_text() == pinned
    said = run([uv, "sync", "--locked", "--dry-run", "--python", sys.executable, "--no-python-downloads"], repo, index)
    assert "alpha==1.1" in said
    assert (repo / "uv.lock").read_bytes() == lock


DOCKERFILE = """\
# syntax=docker/dockerfile:1
FROM python:3.11-slim AS base
RUN pip install alpha \\
    # why
    'beta>=1' && \\
    git clone https://git.example/lab/kit.git
FROM --platform=linux/amd64 registry.example:5000/lab/base:3
COPY --from=base /usr /usr
CMD ["python", "train.py"]
"""


@pytest.mark.world
@pytest.mark.slow
def test_a_dockerfile_is_read_by_the_parser_of_buildkit(tools: Path, tmp_path: Path) -> None:
    files = {"Dockerfile": DOCKERFILE, "train.py": "import alpha\n"}
    kinds = {"package": "1.1", "tool": "1.1", "image": DIGEST, "repository": COMMIT}
    mended = mend_files(files, kinds, info=True)["Dockerfile"]
    for name, text in (("old", DOCKERFILE), ("new", mended)):
        (tmp_path / name).write_text(text)
    code = "import dockerfile as d, json, sys; print(json.dumps([[c.cmd, c.flags, c.value] for c in d.parse_file(sys.argv[1])]))"
    old, new = (json.loads(run([str(tools / "python"), "-c", code, name], tmp_path)) for name in ("old", "new"))
    said = " ".join(old[1][2][0].split())
    old[0][2][0] = f"python:3.11-slim@{DIGEST}"
    old[1][2][0] = (
        said.replace("alpha", "alpha==1.1").replace("beta>=1", "beta==1.1") + f" && git -C kit checkout {COMMIT}"
    )
    old[2][2][0] = f"registry.example:5000/lab/base:3@{DIGEST}"
    new[1][2][0] = " ".join(new[1][2][0].split())
    assert new == old


CONDA = """\
name: lab
channels: [conda-forge]
dependencies:
  - python=3.11
  - alpha
  - beta>=1,<3
  - conda-forge::gamma=1.*
  - "delta  >=0.3"  # quoted
  - pip:
      - epsilon~=1.0
"""


@pytest.mark.world
@pytest.mark.slow
def test_conda_specs_are_read_by_a_library_of_conda(tools: Path, tmp_path: Path) -> None:
    mended = mend_files({"environment.yml": CONDA, "train.py": "import alpha\n"}, {"package": "1.1"})["environment.yml"]
    specs = [line.strip().removeprefix("- ").split("  #")[0].strip('"') for line in mended.splitlines()[4:8]]
    code = "import rattler,json,sys; print(json.dumps([[str(s.name.normalized if hasattr(s.name, 'normalized') else s.name), "
    code += "str(s.version)] for s in map(rattler.MatchSpec, sys.argv[1:])]))"
    read: Mapping[str, str] = dict(json.loads(run([str(tools / "python"), "-c", code, *specs], tmp_path)))
    assert read == dict.fromkeys(("alpha", "beta", "gamma", "delta"), "==1.1")
