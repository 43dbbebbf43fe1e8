"""Commands: which words are packages, clones or scripts, and which only look so."""

from __future__ import annotations

import json

import pytest

from tests.mentions.reading import Find, Judge

COMMIT = "4f5c1d2e3b6a798081726354d5e6f7a8b9c0d1e2"


@pytest.mark.parametrize(
    "line",
    [
        "pip install -r requirements.txt",
        "pip install -qr requirements.txt",
        "pip install --requirement=requirements.txt",
        "pip install -e .",
        "pip install -e detectron2_repo",
        "pip install -e .[dev] --no-deps",
        "pip install .",
        'pip install ".[all]"',
        "pip install ./vendored ../x /opt/x",
        "pip install dist/*.whl tool.whl",
        "pip install $PACKAGES",
        'pip install "${PACKAGES[@]}"',
        "pip install {package}",
        "pip install $(cat requirements.txt)",
        "pip install --no-index --find-links /wheels tool",
        "pip uninstall -y torch",
        "pip list",
        "pip config set global.index-url https://x.org",
        "python train.py install torch",
        "echo pip install torch",
        "conda env create -f environment.yml",
        "conda install --file requirements.txt",
        "conda activate install",
        "conda create -n run --clone base",
        "npm install",
        "npm install json5",
        "git clone . /tmp/copy",
        "git clone /srv/repo",
        'git clone "$URL"',
        "git clone https://github.com/$OWNER/x",
        "curl -O https://x.org/a.sh",
        "curl https://x.org/a.tar.gz | tar xz",
        "curl https://x.org/status || sh fallback.sh",
        "curl https://x.org/a.json | python3 parse.py",
        "apt-get update",
        "apt-get install -y ./local.deb",
        "docker run --rm -it experiment:latest",
        "docker build -t o/r:latest . && docker run o/r:latest",
        "poetry install",
        "uv sync --locked",
        "uv run train.py",
    ],
)
def test_nothing_is_named(judge: Judge, line: str) -> None:
    assert judge("run.sh", line + "\n") == []


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("pip install torch numpy==1.26.4", [("torch", "absent"), ("numpy", "version")]),
        ("pip3 install torch", [("torch", "absent")]),
        ("pip3.11 install torch", [("torch", "absent")]),
        ("python -m pip install torch", [("torch", "absent")]),
        ("python3 -m pip --no-cache-dir install torch", [("torch", "absent")]),
        ("$PYTHON -m pip install torch", [("torch", "absent")]),
        ("/opt/venv/bin/pip install torch", [("torch", "absent")]),
        ("sudo -H pip install torch", [("torch", "absent")]),
        ("CUDA_HOME=/x MAX_JOBS=4 pip install torch", [("torch", "absent")]),
        ("env A=1 pip install torch", [("torch", "absent")]),
        ("conda run -n e pip install torch", [("torch", "absent")]),
        ("poetry run pip install torch", [("torch", "absent")]),
        ("pip install \"torch>=2\" 'scipy<2'", [("torch", "range"), ("scipy", "range")]),
        ("pip install -i https://x.org/simple torch", [("torch", "absent")]),
        ("pip install --index-url https://x.org/simple torch", [("torch", "absent")]),
        ("pip install --index-url=https://x.org/simple torch", [("torch", "absent")]),
        ("pip install -t /opt/lib torch", [("torch", "absent")]),
        ("pip install --target lib --upgrade-strategy eager torch", [("torch", "absent")]),
        ("pip install torch -f https://x.org/whl", [("torch", "absent")]),
        ("pip install -U --pre torch", [("--pre", "moving"), ("torch", "absent")]),
        ("pip install --no-binary :all: torch", [("torch", "absent")]),
        ("pip install torch==${VERSION}", [("torch", "unknown")]),
        ("VERSION=2.3.1\npip install torch==$VERSION", [("torch", "version")]),
        ("pip install git+https://github.com/o/r", [("r", "moving")]),
        (f"pip install -e git+https://github.com/o/r@{COMMIT}#egg=tool", [("tool", "sealed")]),
        ("uv pip install --system torch", [("torch", "absent")]),
        ("uv add torch", [("torch", "absent")]),
        ("uv run --with rich train.py", [("rich", "absent")]),
        ("uvx ruff@0.5.0 check", [("ruff", "version")]),
        ("poetry add torch@^2.3", [("torch", "range")]),
        ("conda install -y -c conda-forge -n e faiss=1.8.0 numpy", [("faiss", "version"), ("numpy", "absent")]),
        ("micromamba install -n base --channel conda-forge faiss", [("faiss", "absent")]),
        ("bash -c 'pip install torch'", [("torch", "absent")]),
        ("npm install -g json5 vega@5.1.2", [("json5", "absent"), ("vega", "version")]),
        ("apt-get install -y -t stable git=1:2.30 curl", [("git", "version"), ("curl", "absent")]),
        ("apk add --no-cache -t build gcc=13.2.1-r0", [("gcc", "version")]),
        ("docker pull vllm/vllm-openai:latest", [("vllm/vllm-openai", "moving")]),
        ("docker run --gpus all -v $PWD:/w -it nvcr.io/nvidia/pytorch:24.05-py3 bash", [("nvidia/pytorch", "tag")]),
    ],
)
def test_names_and_states(find: Find, line: str, names: list[tuple[str, str]]) -> None:
    found = [m for mentions in find("run.sh", line + "\n").values() for m in mentions]
    assert [(m.name, m.pin.state) for m in found] == names


def test_spans_stand_at_the_word(find: Find) -> None:
    text = 'pip install -q "torch[x]>=2" numpy==1.26.4\n'
    torch, numpy = find("run.sh", text)[1]
    assert torch.pin_span is not None
    assert numpy.pin_span is not None
    assert text[torch.span.start : torch.span.end] == '"torch[x]>=2"'
    assert text[torch.name_span.start : torch.name_span.end] == "torch"
    assert text[torch.pin_span.start : torch.pin_span.end] == ">=2"
    assert text[numpy.pin_span.start : numpy.pin_span.end] == "==1.26.4"


def test_a_pin_that_a_variable_makes_has_no_span(find: Find) -> None:
    found = find("run.sh", "V=2.3.1\npip install torch==$V\n")[2][0]
    assert (found.pin.selector, found.pin_span) == ("==2.3.1", None)


def test_tags_of_installs(find: Find) -> None:
    assert find("run.sh", "pip install -U pip\n")[1][0].groups == ("installer",)
    assert find("run.sh", "pipx install black\n")[1][0].groups == ("tool",)
    assert find("docs/build.sh", "pip install sphinx\n")[1][0].groups == ("docs",)
    limited = find("run.sh", "pip install torch -c limits.txt\n")[1][0]
    assert (limited.groups, limited.note) == (("constrained",), "constraint file limits.txt")
    assert find("run.sh", "PIP_CONSTRAINT=limits.txt pip install torch\n")[1][0].groups == ("constrained",)
    assert find("run.sh", "PIP_CONSTRAINT= pip install torch\n")[1][0].groups == ()
    for text, groups in (
        ("ENV PIP_CONSTRAINT=/limits.txt", ("constrained",)),
        ("ENV A=b PIP_CONSTRAINT=/limits.txt", ("constrained",)),
        ("ENV PIP_CONSTRAINT /limits.txt", ("constrained",)),
        ('ENV PIP_CONSTRAINT=""', ()),
        ("ENV PIP_CONSTRAINTS=/limits.txt", ()),
    ):
        found = find("Dockerfile", f"FROM x\n{text}\nRUN pip install torch\n")
        assert found[3][0].groups == groups, text


@pytest.mark.parametrize(
    ("text", "state", "selector"),
    [
        ("git clone https://github.com/NVIDIA/apex\n", "absent", None),
        ("git clone --depth 1 git@github.com:NVIDIA/apex.git\n", "absent", None),
        ("git clone -b main https://github.com/NVIDIA/apex\n", "moving", "main"),
        ("git clone --branch v1.2.0 https://github.com/NVIDIA/apex x\n", "tag", "v1.2.0"),
        (f"git clone https://github.com/NVIDIA/apex && cd apex && git checkout {COMMIT}\n", "sealed", COMMIT),
        (f"git clone https://github.com/NVIDIA/apex\ngit -C apex reset --hard {COMMIT}\n", "sealed", COMMIT),
        (f"git clone https://github.com/NVIDIA/apex x\ncd x\ngit checkout -b mine {COMMIT}\n", "sealed", COMMIT),
        ("git clone https://github.com/NVIDIA/apex\ncd apex\ngit checkout -- setup.py\n", "absent", None),
        ("gh repo clone NVIDIA/apex\n", "absent", None),
    ],
)
def test_clones(find: Find, text: str, state: str, selector: str | None) -> None:
    found = find("run.sh", text)[1][0]
    assert (found.kind, found.host, found.name) == ("repository", "github.com", "nvidia/apex")
    assert (found.pin.state, found.pin.selector) == (state, selector)


def test_a_checkout_counts_for_the_clone_of_its_folder(judge: Judge) -> None:
    text = f"git clone https://github.com/o/a\ngit clone https://github.com/o/b\ncd a && git checkout {COMMIT}\n"
    assert judge("run.sh", text) == [(1, "o/a", "sealed"), (2, "o/b", "absent")]


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("curl -LsSf https://x.org/install.sh | sh", "absent"),
        ("wget -qO- https://x.org/install.sh | sudo -E bash -s -- -y", "absent"),
        ("bash <(curl -s https://x.org/install.sh)", "absent"),
        ('sh -c "$(curl -fsSL https://x.org/install.sh)"', "absent"),
        ("curl -LsSf https://x.org/0.5.9/install.sh | sh", "version"),
        (f"curl https://raw.githubusercontent.com/o/r/{COMMIT}/install.sh | bash", "sealed"),
        ("curl -L $URL/https://x.org/$V/install.sh | sh", "unknown"),
    ],
)
def test_pipes_into_a_shell(find: Find, line: str, state: str) -> None:
    found = find("run.sh", line + "\n")[1]
    assert [(m.form, m.pin.state) for m in found] == [("pipe", state)]


def test_makefile_recipes(judge: Judge) -> None:
    assert judge("Makefile", "setup:\n\tpip install torch\n\t@echo pip install numpy\n") == [(2, "torch", "absent")]


def test_notebook_magics_point_at_the_raw_line(find: Find) -> None:
    cell: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    source = ["%pip install -q torch\n", "!{sys.executable} -m pip install numpy==1.26.4\n", "import torch\n"]
    text = json.dumps(
        {"cells": [{**cell, "source": source}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1
    )
    lines = text.splitlines()
    found = find("train.ipynb", text)
    rows = [(lines[line - 1].strip()[:8], m.name, m.pin.state) for line, ms in found.items() for m in ms]
    assert rows == [('"%pip in', "torch", "absent"), ('"!{sys.e', "numpy", "version")]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("git submodule update --remote", [("submodules", "moving")]),
        ("git submodule update --init --recursive --remote third_party/x", [("third_party/x", "moving")]),
        ("git -C sub submodule update --remote --depth 1", [("submodules", "moving")]),
        ("git submodule update --init --recursive", []),
        ("git submodule add https://github.com/o/r", []),
        ("git remote update", []),
    ],
)
def test_submodules_at_the_end_of_a_branch(find: Find, line: str, names: list[tuple[str, str]]) -> None:
    found = [m for mentions in find("run.sh", line + "\n").values() for m in mentions]
    assert [(m.name, m.pin.state) for m in found] == names
    assert all((m.kind, m.form) == ("repository", "submodule") for m in found)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("go install github.com/o/tool/cmd/x@latest", [("github.com/o/tool/cmd/x", "range")]),
        ("go install github.com/o/tool@v1.2.3", [("github.com/o/tool", "version")]),
        ("go install ./...", []),
        ("go build github.com/o/tool@latest", []),
        ("cargo install ripgrep fd-find@10.1.0", [("ripgrep", "absent"), ("fd-find", "version")]),
        ("cargo install ripgrep --version 14.1.0", [("ripgrep", "version")]),
        ("cargo +nightly install ripgrep --version ^14", [("ripgrep", "range")]),
        ("cargo install --path .", []),
        ("cargo build", []),
    ],
)
def test_programs_of_go_and_rust(find: Find, line: str, names: list[tuple[str, str]]) -> None:
    found = [m for mentions in find("run.sh", line + "\n").values() for m in mentions]
    assert [(m.name, m.pin.state) for m in found] == names
    assert all((m.kind, m.form) == ("system-package", "program") for m in found)


RAW = "https://raw.githubusercontent.com/o/r/main/setup.sh"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"curl -fsSLO {RAW}\nbash setup.sh\n", [1]),
        (f"curl -fsSL {RAW} -o /tmp/x.sh\nchmod +x /tmp/x.sh\n/tmp/x.sh --yes\n", [1]),
        (f"wget -q {RAW} && sh ./setup.sh\n", [1]),
        (f"wget -O x.bash {RAW}\nbash x.bash\n", [1]),
        ("wget https://x.org/get.py\npython get.py\n", []),
        (f"wget {RAW}\nls setup.sh\n", []),
        (f"curl {RAW}\nbash setup.sh\n", []),
        (f"bash setup.sh\nwget {RAW}\n", []),
        ("wget https://x.org/rows.csv\npython rows.csv\n", []),
    ],
)
def test_scripts_that_are_saved_and_run(find: Find, text: str, lines: list[int]) -> None:
    found = find("run.sh", text)
    assert [line for line, mentions in found.items() for m in mentions if m.form == "pipe"] == lines


def test_a_versioned_installer_is_accepted(find: Find) -> None:
    text = "wget https://x.org/Mini-py310_23.11.0-2-Linux-x86_64.sh\nbash Mini-py310_23.11.0-2-Linux-x86_64.sh -b\n"
    assert [(m.form, m.pin.state, m.pin.selector) for m in find("run.sh", text)[1]] == [("pipe", "version", "23.11.0")]
    latest = "wget https://x.org/Mini-latest-Linux-x86_64.sh && bash Mini-latest-Linux-x86_64.sh -b\n"
    assert [(m.form, m.pin.state) for m in find("run.sh", latest)[1]] == [("pipe", "absent")]
