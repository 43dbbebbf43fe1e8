"""Files from which tools build an environment: version files, tox, MLflow, Cog, Apptainer, dev containers."""

from __future__ import annotations

import pytest

from tests.mentions.reading import Find, Judge


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (".python-version", "3.11.4\n", [(1, "version", "3.11.4")]),
        (".python-version", "# pinned\n\n  3.11 # why\n", [(3, "range", "3.11")]),
        (".python-version", "3.11.4\n3.10\n", [(1, "version", "3.11.4"), (2, "range", "3.10")]),
        (".python-version", "cpython-3.12.1-linux-x86_64-gnu\n", [(1, "version", "3.12.1")]),
        (".python-version", "my-env\nminiconda3-latest\npypy3.10\n", []),
        ("sub/.python-version", "3.13\r\n", [(1, "range", "3.13")]),
        ("runtime.txt", "python-3.11.4\n", [(1, "version", "3.11.4")]),
        ("runtime.txt", "r-2024-01-01\n", []),
        ("runtime.txt", "run 3.11 times\n", []),
        (".tool-versions", "nodejs 20.1.0\npython 3.11.4 3.10 # c\n", [(2, "version", "3.11.4"), (2, "range", "3.10")]),
        (".tool-versions", "python system\n", []),
        ("mise.toml", '[tools]\npython = "3.11"\nuv = "0.4"\n', [(2, "range", "3.11")]),
        (".mise.toml", '[tools]\npython = ["3.11.4", "3.10"]\n', [(2, "version", "3.11.4"), (2, "range", "3.10")]),
        ("mise.local.toml", '[tools]\npython = {version = "3.11", virtualenv = ".venv"}\n', [(2, "range", "3.11")]),
        (".config/mise/config.toml", '[tools]\npython = "latest"\n', []),
        ("config.toml", '[tools]\npython = "3.11"\n', []),
        (
            "tox.ini",
            "[tox]\nenvlist = py{38,310}, py311, lint\n",
            [(2, "range", "3.8"), (2, "range", "3.10"), (2, "range", "3.11")],
        ),
        ("tox.ini", "[testenv]\nbasepython = python3.9\n", [(2, "range", "3.9")]),
    ],
)
def test_interpreter_versions(find: Find, path: str, text: str, expected: list[tuple[int, str, str]]) -> None:
    found = [(line, m.pin.state, m.pin.selector) for line, mentions in find(path, text).items() for m in mentions]
    assert found == expected
    assert all(m.kind == "python" for mentions in find(path, text).values() for m in mentions)


def test_tox_dependencies_and_commands(judge: Judge) -> None:
    text = (
        "[testenv]\ndeps =\n    pytest\n    py39: numpy>=1\n    -rreq.txt\n    .\n    torch==2.3.0  # why\n"
        "commands =\n    - pip install coverage {posargs}\n    pytest {posargs}\n"
    )
    assert judge("tox.ini", text) == [
        (3, "pytest", "absent"),
        (4, "numpy", "range"),
        (7, "torch", "version"),
        (9, "coverage", "absent"),
    ]


def test_tox_sections_elsewhere(find: Find) -> None:
    assert find("tox.ini", "[testenv:docs]\ndeps = sphinx\n")[2][0].groups == ("ci", "test", "docs")
    assert [m.name for m in find("setup.cfg", "[testenv]\ndeps = pytest\n")[2]] == ["pytest"]
    assert find("tox.ini", "[flake8]\ndeps = x\n") == {}
    assert [m.name for m in find("tox.toml", '[env_run_base]\ndeps = ["pytest", "-r req.txt"]\n')[2]] == ["pytest"]
    assert [m.name for m in find("tox.toml", '[env.lint]\ndeps = ["ruff"]\n')[2]] == ["ruff"]


def test_python_env(find: Find) -> None:
    text = "python: 3.10.4\nbuild_dependencies:\n- pip==23.0\ndependencies:\n- -r requirements.txt\n- torch\n"
    found = find("env/python_env.yaml", text)
    assert [(m.kind, m.pin.state) for m in found[1]] == [("python", "version")]
    assert [(m.name, m.form) for m in found[3]] == [("pip", "build")]
    assert 5 not in found
    assert [(m.name, m.form, m.pin.state) for m in found[6]] == [("torch", "requirement", "absent")]


def test_cog(judge: Judge) -> None:
    text = (
        'build:\n  gpu: true\n  cuda: "12.1"\n  python_version: "3.11"\n  python_packages:\n    - torch==2.3.0\n'
        "    - numpy\n  system_packages:\n    - ffmpeg\n    - ./local.deb\n  run:\n    - pip install foo\n"
        '    - command: pip install bar\npredict: "predict.py:Predictor"\n'
    )
    assert judge("cog.yaml", text) == [
        (3, "cuda", "version"),
        (4, "python", "range"),
        (6, "torch", "version"),
        (7, "numpy", "absent"),
        (9, "ffmpeg", "absent"),
        (12, "foo", "absent"),
        (13, "bar", "absent"),
    ]
    assert judge("cog.yaml", "build:\n  gpu: true\n") == [(2, "cuda", "absent")]
    assert judge("cog.yaml", "build:\n  gpu: false\n") == []
    assert judge("other.yaml", "build:\n  gpu: true\n  python_packages: [numpy]\n") == []


def test_definition_files(find: Find) -> None:
    text = (
        "Bootstrap: docker\nFrom: nvidia/cuda:12.1-devel  # base\nStage: build\n\n%post\n    pip install torch\n"
        "    From: nowhere\nBootstrap: localimage\nFrom: base.sif\n%environment\n    pip install no\n"
        "%post -c /bin/bash\n    git clone https://github.com/o/r\n"
    )
    found = find("envs/train.def", text)
    assert [(m.name, m.pin.state) for m in found[2]] == [("nvidia/cuda", "series")]
    assert [(m.name, m.form) for m in found[6]] == [("torch", "install")]
    assert [(m.name, m.form) for m in found[13]] == [("o/r", "clone")]
    assert sorted(found) == [2, 6, 13]


@pytest.mark.parametrize("path", ["Singularity", "Singularity.gpu", "sub/singularity.cpu", "a.def"])
def test_names_of_definition_files(find: Find, path: str) -> None:
    (mention,) = find(path, "BootStrap: library\nfrom: ubuntu:latest\n")[2]
    assert (mention.kind, mention.host, mention.name, mention.pin.state) == ("image", "library", "ubuntu", "moving")


@pytest.mark.parametrize(
    "text", ["LIBRARY x\nEXPORTS\n  pip install torch\n", "From: ubuntu\n", "Bootstrap: yum\nFrom: x\n"]
)
def test_other_files_of_that_ending(judge: Judge, text: str) -> None:
    assert judge("a.def", text) == []


def test_devcontainer_features_and_commands(find: Find) -> None:
    text = (
        '{\n"features": {\n"ghcr.io/devcontainers/features/node:1": {},\n"./local": {}\n},\n'
        '"postCreateCommand": ["pip", "install", "torch"],\n'
        '"onCreateCommand": {"a": "pip install numpy",\n"b": ["pip", "install", "x==1.0"]},\n'
        '"postStartCommand": "pip install y"\n}\n'
    )
    found = find(".devcontainer/devcontainer.json", text)
    rows = {line: [(m.name, m.pin.state) for m in mentions] for line, mentions in found.items()}
    assert rows == {
        3: [("devcontainers/features/node", "series")],
        6: [("torch", "absent")],
        7: [("numpy", "absent")],
        8: [("x", "version")],
        9: [("y", "absent")],
    }
    assert all("dev" in m.groups for mentions in found.values() for m in mentions)
