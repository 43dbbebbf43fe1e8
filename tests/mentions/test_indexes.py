"""Moving indexes and pre-release switches, and indexes that decide which build is taken."""

from __future__ import annotations

import pytest

from driftlint.facts import Mention
from driftlint.mentions.indexes import is_moving_index, names_build
from tests.mentions.reading import Find

NIGHTLY = "https://download.pytorch.org/whl/nightly/cu121"
RELEASES = "https://download.pytorch.org/whl/cu121"


def names(found: dict[int, list[Mention]], kind: str) -> list[tuple[int, str]]:
    return [(line, m.name) for line, ms in found.items() for m in ms if m.kind == kind]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"pip install torch -f {NIGHTLY}", [NIGHTLY]),
        (f"pip install torch --index-url={NIGHTLY}", [NIGHTLY]),
        (f"pip install --pre torch --extra-index-url {NIGHTLY}", [NIGHTLY]),
        ("pip install --pre torch", ["--pre"]),
        ("pip3 install --pre torch", ["--pre"]),
        ("uv pip install --prerelease=allow torch", ["--prerelease"]),
        ("uv pip install --prerelease if-necessary torch", []),
        ("poetry add --allow-prereleases torch", ["--allow-prereleases"]),
        ("conda install -c pytorch-nightly pytorch", ["pytorch-nightly"]),
        ("mamba create -n x --channel=pytorch-nightly pytorch", ["pytorch-nightly"]),
        ("conda install pytorch-nightly::pytorch", ["pytorch-nightly"]),
        ("conda install -c pytorch pytorch", []),
        (f"pip install torch --index-url {RELEASES}", []),
        ("pip install --prefer-binary torch", []),
        ("pip download nightly", []),
        ("python train.py --pre", []),
        (f"curl {NIGHTLY}", []),
        ("pip install -i https://user:secret@example.org/nightly/simple x", ["https://example.org/nightly/simple"]),
    ],
)
def test_commands(find: Find, line: str, expected: list[str]) -> None:
    assert [name for _, name in names(find("run.sh", line + "\n"), "index")] == expected


def test_requirements_options(find: Find) -> None:
    assert names(find("requirements.txt", f"--pre\n-f {NIGHTLY}\ntorch\n"), "index") == [(2, NIGHTLY)]
    assert names(find("requirements.txt", "torch\n--pre\n"), "index") == [(2, "--pre")]
    assert names(find("requirements.txt", f"--extra-index-url {RELEASES}\ntorch\n"), "index") == []


def test_tables_and_channels(find: Find) -> None:
    uv = f'[[tool.uv.index]]\nname = "n"\nurl = "{NIGHTLY}"\n\n[tool.uv]\nprerelease = "allow"\n'
    assert names(find("pyproject.toml", uv), "index") == [(3, NIGHTLY), (6, "prerelease")]
    assert names(find("pyproject.toml", uv.replace("allow", "disallow").replace("nightly/", "")), "index") == []
    pipfile = f'[[source]]\nurl = "{NIGHTLY}"\n[pipenv]\nallow_prereleases = true\n'
    assert names(find("Pipfile", pipfile), "index") == [(2, NIGHTLY), (4, "allow_prereleases")]
    assert names(find("uv.toml", f'[[index]]\nurl = "{NIGHTLY}"\n'), "index") == [(2, NIGHTLY)]
    conda = "channels:\n  - conda-forge\n  - pytorch-nightly\ndependencies:\n  - pytorch\n"
    assert names(find("environment.yml", conda), "index") == [(3, "pytorch-nightly")]


@pytest.mark.parametrize(
    ("address", "moving", "build"),
    [
        (NIGHTLY, True, True),
        (RELEASES, False, True),
        ("https://download.pytorch.org/whl/cpu", False, True),
        ("https://download.pytorch.org/whl/rocm6.1", False, True),
        ("https://download.pytorch.org/whl/test/cu121", True, True),
        ("https://data.pyg.org/whl/torch-2.3.0+cu121.html", False, True),
        ("https://download.pytorch.org/whl/torch_stable.html", False, False),
        ("https://example.org/fortnightly/simple", False, False),
        ("https://example.org/simple", False, False),
        ("conda-forge", False, False),
    ],
)
def test_addresses(address: str, moving: bool, build: bool) -> None:
    assert (is_moving_index(address), names_build(address)) == (moving, build)


@pytest.mark.parametrize(
    ("path", "text", "indexed"),
    [
        ("requirements.txt", f"--index-url {RELEASES}\ntorch==2.3.0\n", True),
        ("requirements.txt", "--index-url https://example.org/simple\ntorch==2.3.0\n", False),
        ("requirements.txt", f"-f {RELEASES}\n-f https://x.org/whl/cpu\ntorch==2.3.0\n", False),
        ("run.sh", f"pip install torch==2.3.0 -f {RELEASES}\n", True),
        ("run.sh", "pip install torch==2.3.0\n", False),
        ("run.sh", 'pip install --index-url "$INDEX" torch==2.3.0\n', True),
        ("run.sh", "uv pip install --torch-backend=cu121 torch==2.3.0\n", True),
        ("run.sh", "uv pip install --torch-backend=auto torch==2.3.0\n", False),
        (
            "environment.yml",
            f"channels: [x]\ndependencies:\n- pip:\n  - --extra-index-url {RELEASES}\n  - torch==2.3.0\n",
            True,
        ),
        ("environment.yml", "channels: [x]\ndependencies:\n- pip:\n  - torch==2.3.0\n", False),
        (
            "pyproject.toml",
            f'[project]\ndependencies = ["torch==2.3.0"]\n[[tool.uv.index]]\nurl = "{RELEASES}"\n',
            True,
        ),
        ("pyproject.toml", '[project]\ndependencies = ["torch==2.3.0"]\n', False),
    ],
)
def test_lines_beside_one_index_of_builds(find: Find, path: str, text: str, indexed: bool) -> None:
    (torch,) = [m for mentions in find(path, text).values() for m in mentions if m.name == "torch"]
    assert ("indexed" in torch.groups) is indexed
