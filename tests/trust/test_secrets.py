"""What the program reads of secrets it says to nobody: planted ones are looked for in all that comes out of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.git.repos import commit, make_git, write
from tests.server.editor import editing
from tests.trust.hostile import COMMIT, make_hub
from tests.trust.watching import make_environment, make_script, watch

# None of these is a key of anybody: they are made of words, in the shapes that keys have.
HUB = "hf_" + "PlantedHubTokenNumber" + "Seven77"
CLOUD = "AKIA" + "PLANTEDKEYABC234"
PASSWORD = "planted-password-9c1"
DOTENV = "planted dotenv value 41"
DOTENV_PLAIN = "planted-plain-words"
INDEX = "planted-index-word-17"
REMOTE = "ghp_" + "PlantedRemoteTokenAbc" + "123456"
QUERY = "planted-signature-55e8"
COOKIE = "sk-" + "planted0key1of2a3provider4"
OUTPUT = "hf_" + "PlantedNotebookOutput" + "Abc99"
SECRETS = (HUB, CLOUD, PASSWORD, DOTENV, DOTENV_PLAIN, INDEX, REMOTE, QUERY, COOKIE, OUTPUT)

FILES: dict[str, str | bytes] = {
    ".env": f"API_KEY={DOTENV}\nMODEL={DOTENV_PLAIN}\nexport HF_TOKEN='{HUB}'\nIMAGE=pytorch/pytorch:latest\n",
    "train.py": f"""\
import os
import random

import torch
from datasets import load_dataset
from huggingface_hub import snapshot_download
from openai import OpenAI
from transformers import AutoModel

PASSWORD = "{PASSWORD}"
AWS_ACCESS_KEY_ID = "{CLOUD}"
rows = load_dataset("stanfordnlp/imdb", token="{HUB}")
table = load_dataset("csv", data_files="https://bucket.example.org/rows.csv?sig={QUERY}&x=1")
more = load_dataset("https://user:{PASSWORD}@data.example.org/rows")
model = AutoModel.from_pretrained("bert-base-uncased", use_auth_token="{HUB}")
snapshot_download("org/{HUB}")
client = OpenAI(api_key="{COOKIE}")
client.chat.completions.create(model="gpt-4o", messages=[{{"role": "user", "content": "api_key = {COOKIE}"}}])
optimizer = torch.optim.SGD(model.parameters(), lr=random.random())
for row in rows:
    model(**row).loss.backward()
    optimizer.step()
""",
    "requirements.txt": (
        f"--extra-index-url https://user:{INDEX}@index.example.org/simple\n"
        "torch\n"
        f"--extra-index-url https://{REMOTE}@index.example.org/simple\n"
        f"pkg @ git+https://{REMOTE}@git.example.org/org/pkg.git@main\n"
        f"-e git+https://user:{PASSWORD}@git.example.org/org/other.git#egg=other\n"
        "transformers\n"
    ),
    "Dockerfile": f"FROM python:3\nENV API_TOKEN={PASSWORD}\nRUN pip install --index-url https://u:{INDEX}@i.example.org torch\n"
    f"RUN git clone https://{REMOTE}@git.example.org/org/tool.git\n",
    "conf/model.yaml": f"model_name: gpt-4o\napi_key: {COOKIE}\npassword: {PASSWORD}\ndataset: stanfordnlp/imdb\n",
    "setup.sh": f"export HF_TOKEN={HUB}\npip install torch --extra-index-url https://x:{INDEX}@i.example.org/simple\n"
    f"curl -H 'Authorization: Bearer {COOKIE}' -O https://data.example.org/main/rows.csv?token={QUERY}\n"
    f"wget https://user:{PASSWORD}@data.example.org/rows.tar\n",
    "run.ipynb": json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code",
                    "source": [
                        "!pip install torch --index-url https://u:" + INDEX + "@i.example.org\n",
                        f"login(token='{HUB}')\n",
                        f"from datasets import load_dataset\nload_dataset('squad', token='{HUB}')\n",
                    ],
                    "outputs": [{"output_type": "stream", "name": "stdout", "text": [f"token {OUTPUT}\n"]}],
                    "metadata": {},
                    "execution_count": 1,
                }
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    ),
    "environment.yml": f"channels:\n  - https://conda.example.org/t/{REMOTE}/ours\ndependencies:\n  - python\n  - pip:\n"
    f"    - --index-url https://u:{INDEX}@i.example.org\n    - torch\n",
    "pyproject.toml": f'[project]\nname = "x"\nversion = "0"\ndependencies = ["torch", "pkg @ git+https://u:{PASSWORD}@g.example.org/p"]\n'
    f'[[tool.uv.index]]\nurl = "https://u:{INDEX}@i.example.org/simple"\n',
}
OUT_FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown")
COMMANDS = (
    " ".join(
        (
            "check --verbose --severity info --output-format text",
            *(f"--also {name}=OUT/{name}" for name in OUT_FORMATS[1:]),
        )
    ),
    "check --staged --severity info --show-files",
    "fix --suggested --diff --info",
    "fix --suggested --verbose --info --allow-dirty",
    "baseline --info",
    "review secrets --preset regulated --output-format text "
    "--also html=OUT/html --also markdown=OUT/md --also json=OUT/js --also csv=OUT/csv --also cyclonedx=OUT/cdx",
    "audit",
    "audit --output-format json",
    "audit --output-format sarif",
    *(
        f"facts {name} --output-format json"
        for name in (".env", "train.py", "run.ipynb", "conf/model.yaml", "setup.sh")
    ),
    *(f"why {place}" for place in ("train.py:12", "train.py:14", "requirements.txt:4", "Dockerfile:4", ".env:4")),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the repo and a folder beside it."""
    folder = tmp_path_factory.mktemp("secrets")
    git = make_git(folder)
    repo, work = folder / "repo", folder / "work"
    repo.mkdir()
    git(repo, "init", "--quiet")
    commit(git, repo, {"README.md": "x\n"})
    write(repo, FILES)
    git(repo, "add", "--all")
    tree = git(repo, "commit-tree", git(repo, "write-tree"), "-m", "all")
    git(repo, "update-ref", "refs/heads/secrets", tree)
    git(repo, "config", "remote.origin.url", f"https://{REMOTE}@git.example.org/org/repo.git")
    make_hub(folder / "hub")
    make_script(work)
    return repo, work


def leaks(text: str) -> list[str]:
    """Return the secrets, whole or the greater part of one, that a text holds."""
    return [secret for secret in SECRETS if secret in text or secret[6:] in text or secret[:-6] in text]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_says_a_secret(command: str, place: tuple[Path, Path]) -> None:
    repo, work = place
    out = work / "out"
    out.mkdir(exist_ok=True)
    before = {name: (repo / name).read_bytes() for name in FILES}
    words = [str(work / "bin" / "driftlint"), *command.replace("OUT", str(out)).split()]
    done = watch(words, repo, work, more={"HF_HUB_CACHE": str(work.parent / "hub")})
    for name, data in before.items():
        (repo / name).write_bytes(data)
    texts = {"output": done.out.decode(), "errors": done.error}
    baseline = repo / "driftlint-baseline.json"
    for path in (*out.iterdir(), *([baseline] if baseline.exists() else ())):
        texts[path.name] = path.read_text(encoding="utf-8")
        path.unlink()
    if command.startswith("check --verbose"):
        assert set(OUT_FORMATS[1:]) < set(texts)
        assert all("train.py" in texts[name] for name in ("output", *OUT_FORMATS[1:]))
    assert "fault of driftlint" not in done.error
    assert done.code in (0, 1) or command.startswith("audit")
    assert {name: found for name, text in texts.items() if (found := leaks(text))} == {}


def test_a_diff_that_hides_something_says_so(place: tuple[Path, Path]) -> None:
    repo, work = place
    done = watch(
        [str(work / "bin" / "driftlint"), "fix", "--diff"], repo, work, more={"HF_HUB_CACHE": str(work.parent / "hub")}
    )
    lines = done.out.decode().splitlines()
    assert '-rows = load_dataset("stanfordnlp/imdb", token="***")' in lines
    assert f'+rows = load_dataset("stanfordnlp/imdb", token="***", revision="{COMMIT}")' in lines
    assert ' PASSWORD = "***"' in lines
    assert "lines of the diff hold a secret, shown as ***: git apply will not take that file's part" in done.error


def test_the_editor_is_told_no_secret(place: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Diagnostics, hovers over every line, titles of actions; the text itself is the editor's own."""
    repo, work = place
    for name, value in make_environment(work).items():
        monkeypatch.setenv(name, value)
    said: list[str] = []
    with editing(cwd=repo, program=[sys.executable, str(work / "bin" / "driftlint"), "server"]) as editor:
        editor.initialize([repo], options={"severity": "info"})
        for name in FILES:
            if name.endswith(".ipynb"):
                continue
            editor.open(repo / name, str(FILES[name]))
            found = editor.pull(repo / name)
            said += [str(diagnostic) for diagnostic in found]
            for diagnostic in found:
                at = diagnostic.range.start
                said.append(editor.hover(repo / name, at.line, at.character))
                said += [action.title for action in editor.actions(repo / name, diagnostic.range)]
        said += editor.messages
    assert any("stanfordnlp/imdb" in text for text in said)
    assert leaks("\n".join(said)) == []


def test_no_value_of_a_dotenv_file_is_in_the_cache(place: tuple[Path, Path]) -> None:
    """The cache holds what was read of Python files, for their own user alone."""
    repo, work = place
    cache = work / "own-cache"
    watch([str(work / "bin" / "driftlint"), "check"], repo, work, more={"DRIFTLINT_CACHE_DIR": str(cache)})
    kept = b"".join(path.read_bytes() for path in cache.rglob("*") if path.is_file())
    assert b"stanfordnlp/imdb" in kept
    assert DOTENV.encode() not in kept
    assert DOTENV_PLAIN.encode() not in kept
    assert cache.stat().st_mode & 0o077 == 0
