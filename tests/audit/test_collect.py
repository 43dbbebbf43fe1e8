"""What is pinned, what is not, and where: one row a release."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftlint.audit.collect import PinnedSet, collect_pins, parse_exact
from driftlint.workspace import MemoryWorkspace
from tests.fixtures.expected import start


def collect(files: dict[str, str]) -> PinnedSet:
    session = start(Path("/nowhere"), workspace=MemoryWorkspace(files))
    return collect_pins(session, session.run())


def pins(found: PinnedSet) -> list[tuple[str, str, list[str]]]:
    return [(pin.name, pin.version, [f"{p.path}:{p.line}" for p in pin.places]) for pin in found.pins]


def gaps(found: PinnedSet) -> list[tuple[str, str, list[str]]]:
    return [(gap.name, gap.reason, [f"{p.path}:{p.line}" for p in gap.places]) for gap in found.gaps]


def test_one_row_for_a_release_with_all_its_places() -> None:
    files = {
        "requirements.txt": "numpy==2.2.6\nPyYAML==6.0\n",
        "Dockerfile": "FROM python:3.11.9\nRUN pip install numpy==2.2.6 pyyaml==6.0.2\n",
    }
    assert pins(collect(files)) == [
        ("numpy", "2.2.6", ["Dockerfile:2", "requirements.txt:1"]),
        ("pyyaml", "6.0", ["requirements.txt:2"]),
        ("pyyaml", "6.0.2", ["Dockerfile:2"]),
    ]


def test_what_is_not_exact_is_named_with_the_reason() -> None:
    text = (
        "torch\n"
        "numpy>=1.26\n"
        "scipy==1.*\n"
        "tools @ git+https://git.example.org/team/tools@0123456789abcdef0123456789abcdef01234567\n"
        "wheel-less @ https://files.example.org/wheel_less-1.0-py3-none-any.whl\n"
        "jax==${JAX_VERSION}\n"
    )
    found = collect({"requirements.txt": text})
    assert found.pins == ()
    assert gaps(found) == [
        ("jax", "no exact version is given: ==${JAX_VERSION}", ["requirements.txt:6"]),
        ("numpy", "no exact version is given: >=1.26", ["requirements.txt:2"]),
        ("scipy", "no exact version is given: ==1.*", ["requirements.txt:3"]),
        ("tools", "it comes from a repository or a folder, not from a release", ["requirements.txt:4"]),
        ("torch", "no version is given", ["requirements.txt:1"]),
        ("wheel-less", "it comes from an address, not from a release of an index", ["requirements.txt:5"]),
    ]


def test_conda_packages_are_no_releases_of_the_index_and_their_pip_section_is() -> None:
    text = "channels: [conda-forge]\ndependencies:\n  - numpy=1.26.4=py311_0\n  - pip:\n    - torch==2.3.0+cu121\n"
    found = collect({"environment.yml": text})
    assert pins(found) == [("torch", "2.3.0+cu121", ["environment.yml:5"])]
    assert found.pins[0].asked == "2.3.0"
    assert gaps(found) == [
        ("numpy", "it is no release of a Python package index (conda)", ["environment.yml:3"]),
    ]


def test_hashed_lines_are_pins() -> None:
    found = collect({"requirements.txt": f"numpy==2.2.6 --hash=sha256:{'0' * 64}\n"})
    assert pins(found) == [("numpy", "2.2.6", ["requirements.txt:1"])]


UV = """\
version = 1

[[package]]
name = "app"
version = "0.1"
source = { virtual = "." }

[[package]]
name = "numpy"
version = "1.26.4"
source = { registry = "https://index.example.org/simple" }

[[package]]
name = "tools"
version = "1.0"
source = { git = "https://git.example.org/team/tools?rev=main#0123456789abcdef0123456789abcdef01234567" }

[[package]]
name = "urllib3"
version = "2.0.0"
source = { registry = "https://index.example.org/simple" }
"""


def test_a_lock_gives_the_version_of_a_range_and_all_that_hangs_on_it() -> None:
    manifest = '[project]\nname = "app"\nversion = "0.1"\ndependencies = [\n  "numpy>=1.26",\n]\n'
    found = collect({"pyproject.toml": manifest, "uv.lock": UV})
    assert pins(found) == [
        ("numpy", "1.26.4", ["pyproject.toml:5", "uv.lock:8"]),
        ("urllib3", "2.0.0", ["uv.lock:18"]),
    ]
    assert gaps(found) == [("tools", "it comes from an address, not from a release of an index", ["uv.lock:13"])]


def test_a_broken_lock_is_a_gap() -> None:
    found = collect({"pixi.lock": "version: 6\n", "poetry.lock": "[[package]\n", "uv.lock": "package = [1]\n"})
    assert gaps(found) == [("", "the lock is broken", ["pixi.lock:1", "poetry.lock:1", "uv.lock:1"])]
    assert found.pins == ()


PIXI = """\
version: 6
environments:
  default:
    packages:
      linux-64:
      - conda: https://conda.example/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda
packages:
- conda: https://conda.example/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda
  sha256: 3f4365e11b28e244c95ba8579942b0802761ba7bb31c026f50d1a9ea9c728149
- pypi: https://files.example/six-1.17.0-py2.py3-none-any.whl
  name: six
  version: 1.17.0
- pypi: ./tools
  name: tools
  version: 0.1.0
- pypi: ./wheels/kernels-1.0-py3-none-any.whl
  name: kernels
  version: '1.0'
"""
CONDA_LOCK = """\
version: 1
metadata:
  content_hash:
    linux-64: 0000
package:
- name: numpy
  version: 1.26.4
  manager: conda
  platform: linux-64
  dependencies:
    python: ''
  url: https://conda.example/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda
  hash:
    sha256: 3f4365e11b28e244c95ba8579942b0802761ba7bb31c026f50d1a9ea9c728149
- name: six
  version: 1.17.0
  manager: pip
  platform: linux-64
  dependencies: {}
  url: https://files.example/six-1.17.0-py2.py3-none-any.whl
  hash:
    sha256: 4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274
- name: tools
  version: 0.1.0
  manager: pip
  url: git+https://git.example/tools@0123456789abcdef0123456789abcdef01234567
"""
EXPLICIT = """\
# platform: linux-64
@EXPLICIT
https://conda.example/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda#3f4365e11b28e244c95ba8579942b080
# pip six @ https://files.example/six-1.17.0-py2.py3-none-any.whl --hash=sha256:4721f391ed90541fddacab5acf947aa0
https://conda.example/odd
"""
CONDA_GAP = "it is no release of a Python package index (conda)"


@pytest.mark.parametrize(
    ("path", "text", "pinned", "open_ones"),
    [
        (
            "pixi.lock",
            PIXI,
            [("six", "1.17.0", ["pixi.lock:10"])],
            [
                ("kernels", "it comes from a file, not from a release of an index", ["pixi.lock:16"]),
                ("numpy", CONDA_GAP, ["pixi.lock:8"]),
            ],
        ),
        (
            "conda-lock.yml",
            CONDA_LOCK,
            [("six", "1.17.0", ["conda-lock.yml:15"])],
            [
                ("numpy", CONDA_GAP, ["conda-lock.yml:6"]),
                ("tools", "it comes from an address, not from a release of an index", ["conda-lock.yml:23"]),
            ],
        ),
        *(
            (
                path,
                EXPLICIT,
                [("six", "1.17.0", [f"{path}:4"])],
                [
                    ("", "this line names no package in a form that is known", [f"{path}:5"]),
                    ("numpy", CONDA_GAP, [f"{path}:3"]),
                ],
            )
            for path in ("spec-file.txt", "conda-linux-64.lock")
        ),
    ],
)
def test_locks_of_conda_environments(path: str, text: str, pinned: list[object], open_ones: list[object]) -> None:
    found = collect({path: text})
    assert (pins(found), gaps(found)) == (pinned, open_ones)


def test_the_inputs_of_a_compiled_file_are_not_asked_about_twice() -> None:
    compiled = "#\n# This file is autogenerated by pip-compile with Python 3.11\n#\nnumpy==1.26.4\n    # via -r requirements.in\n"
    found = collect({"requirements.in": "numpy\n", "requirements.txt": compiled})
    assert gaps(found) == []
    assert [pin[:2] for pin in pins(found)] == [("numpy", "1.26.4")]


POETRY = """\
[[package]]
name = "A.b"
version = "1.0"

[[package]]
name = "here"
version = "0.0.0"

[package.source]
type = "directory"
url = "../here"

[[package]]
name = "there"
version = "0.0.0"

[package.source]
type = "git"
url = "https://git.example.org/x"
"""
PIPENV = """\
{
    "_meta": {"hash": {}, "sources": [{"name": "x"}]},
    "default": {
        "numpy": {
            "version": "==1.26.4"
        },
        "tools": {"git": "https://git.example.org/x", "ref": "0123"}
    },
    "develop": {
        "pytest": {"version": "==8.0"}
    }
}
"""


ADDRESS = "it comes from an address, not from a release of an index"


def test_where_the_entries_of_a_lock_stand() -> None:
    found = collect({"poetry.lock": POETRY})
    assert pins(found) == [("a-b", "1.0", ["poetry.lock:1"])]
    assert gaps(found) == [("there", ADDRESS, ["poetry.lock:13"])]
    found = collect({"Pipfile.lock": PIPENV})
    assert pins(found) == [("numpy", "1.26.4", ["Pipfile.lock:4"]), ("pytest", "8.0", ["Pipfile.lock:10"])]
    assert gaps(found) == [("tools", ADDRESS, ["Pipfile.lock:7"])]
    crlf = 'lock-version = "1.0"\r\n[[packages]]\r\nname = "x"\r\nversion = "1"\r\n'
    assert pins(collect({"pylock.toml": crlf})) == [("x", "1", ["pylock.toml:2"])]
    assert pins(collect({"pdm.lock": 'package = [{name = "x", version = "1"}]\n'})) == [("x", "1", ["pdm.lock:1"])]


@pytest.mark.parametrize("text", ["[[package]]\nversion = '1'\n", "package = 3\n", "package = [1]\n"])
def test_broken_locks_say_so(text: str) -> None:
    assert gaps(collect({"uv.lock": text})) == [("", "the lock is broken", ["uv.lock:1"])]


@pytest.mark.parametrize(
    ("selector", "version"),
    [
        ("==1.2", "1.2"),
        ("=== 1.2.post1", "1.2.post1"),
        ("(==1.2)", "1.2"),
        (">=1,==1.2", "1.2"),
        ("==1!2.0,<3", "1!2.0"),
        ("1.2.3", "1.2.3"),
        ("=1.2.3", "1.2.3"),
        ("==1.*", None),
        (">=1.2", None),
        ("~=1.2", None),
        ("!=1.2", None),
        ("held by a lock", None),
        ("==weird", None),
        ("", None),
    ],
)
def test_exact_versions(selector: str, version: str | None) -> None:
    found = parse_exact(selector)
    assert (str(found) if found else None) == version
