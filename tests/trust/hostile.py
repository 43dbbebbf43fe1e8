"""A repo in which everything that could be run leaves a mark when it is.

Promises: each trap is named by the file that it leaves in the folder of marks. Refuses to know: what the program does.
"""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.git.repos import Git, write
from tests.packs.pack_texts import CATALOGUE, RULE

TRAIN = """\
import torch
from datasets import load_dataset
from transformers import AutoModel

rows = load_dataset("stanfordnlp/imdb")
model = AutoModel.from_pretrained("bert-base-uncased")
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for row in rows:
    model(**row).loss.backward()
    optimizer.step()
"""
COMMIT = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"
_LIBRARIES = (
    "yaml tomli packaging rich typer click tree_sitter tree_sitter_python tree_sitter_bash pygls lsprotocol attr attrs "
    "cattrs pip_audit pip pydantic shellingham pygments markdown_it mdurl typing_extensions hypothesis pytest numpy torch"
)


def shadows(mark: Path) -> dict[str, str]:
    """Return modules named like every one of the standard library and of the libraries in use."""
    names = {name for name in sys.stdlib_module_names if not name.startswith("_")} | set(_LIBRARIES.split())
    return {f"{name}.py": f"open({str(mark / f'shadow-{name}')!r}, 'w').close()\n" for name in sorted(names)}


def hostile_files(mark: Path) -> dict[str, str | bytes]:
    """Return the files of the repo, without those that git or the checked command want."""

    def leave(name: str) -> str:
        return f"open({str(mark / name)!r}, 'w').close()\n"

    def touch(name: str) -> str:
        return f"#!/bin/sh\ntouch '{mark / name}'\nexit 0\n"

    pickled = f"cposix\nsystem\n(S'touch {mark / 'pickle'}'\ntR.".encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("archive/data.pkl", pickled)
    site = ".venv/lib/python3.11/site-packages"
    call = f"!!python/object/apply:os.system ['touch {mark / 'yaml'}']"
    files: dict[str, str | bytes] = {
        "train.py": leave("train") + TRAIN,
        "setup.py": leave("setup") + "from setuptools import setup\nsetup(name='x', install_requires=['torch'])\n",
        "sitecustomize.py": leave("sitecustomize"),
        "usercustomize.py": leave("usercustomize"),
        "conftest.py": leave("conftest"),
        "noxfile.py": leave("noxfile"),
        "driftlint.py": leave("shadow-driftlint"),
        "evil.pth": f"import os; {leave('pth')}",
        f"{site}/evil.pth": f"import os; {leave('pth-in-environment')}",
        f"{site}/sitecustomize.py": leave("sitecustomize-in-environment"),
        f"{site}/torch-2.6.0.dist-info/METADATA": "Name: torch\nVersion: 2.6.0\n",
        f"{site}/torch/__init__.py": leave("installed-torch"),
        ".venv/pyvenv.cfg": "home = /usr/bin\n",
        ".venv/bin/python": touch("python-in-environment"),
        "git": touch("git-in-repo"),
        "bin/git": touch("git-in-bin"),
        "pip-audit": touch("pip-audit-in-repo"),
        ".envrc": touch("envrc"),
        ".env": "API_KEY=whatever\n",
        "model.pt": archive.getvalue(),
        "weights.bin": pickled,
        "data.pkl": pickled,
        "conf/model.yaml": f"seed: {call}\nmodel: {call}\nlr: 0.1\n",
        "dvc.yaml": f"stages:\n  train:\n    cmd: {call}\n",
        "environment.yml": f"name: x\ndependencies:\n  - python\n  - pip:\n    - torch\nextra: {call}\n",
        "Makefile": f"X := $(shell touch {mark / 'make'})\nall:\n\tpython train.py\n",
        "run.sh": f"touch {mark / 'shell'}\npython train.py $(touch {mark / 'substitution'})\n",
        "Dockerfile": "FROM python:3\nRUN pip install torch\n",
        "requirements.txt": "torch\ntransformers\n--extra-index-url http://127.0.0.1:9/simple\n-e git+ext::sh%20-c%20x#egg=x\n",
        "pyproject.toml": '[build-system]\nrequires=["evil"]\nbuild-backend="backend"\nbackend-path=["."]\n'
        '[project]\nname="x"\nversion="0"\ndependencies=["torch"]\n',
        "backend.py": leave("backend"),
        "driftlint.toml": 'packs = ["lint/pack"]\n',
        "lint/pack/data/thing-unpinned.md": RULE,
        "lint/pack/catalogue/lib.toml": CATALOGUE,
        "lint/pack/conftest.py": leave("pack-conftest"),
        "lint/pack/__init__.py": leave("pack-init"),
        "lint/pack/rules.py": leave("pack-rules"),
        ".pre-commit-config.yaml": "repos:\n  - repo: local\n    hooks:\n      - id: x\n        name: x\n"
        f"        language: system\n        entry: touch {mark / 'pre-commit'}\n",
        "notebook.ipynb": '{"cells": [{"cell_type": "code", "source": ["!touch %s\\n", "import torch\\n"], "outputs": [],'
        ' "metadata": {}, "execution_count": null}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
        % (mark / "cell"),
    }
    for run, loss in (("1", 0.5), ("2", 0.25)):
        files[f"runs/{run}/run.json"] = json.dumps(
            {"experiment": {"mainfile": "train.py", "dependencies": ["torch==2.6.0"]}}
        )
        files[f"runs/{run}/config.json"] = json.dumps({"seed": 7, "lr": loss})
        files[f"runs/{run}/metrics.json"] = json.dumps({"loss": {"values": [loss]}})
        files[f"runs/{run}/config.pickle"] = pickled
    lines = [f"x{at} = '{'text ' * 60}'\n" for at in range(500)]
    for name in ("a", "b", "c", "d", "e"):  # more text than one process reads alone
        files[f"big/{name}.py"] = "".join(
            ("# from datasets import load_dataset: words for which a file is read\n", *lines)
        )
    return files


def make_hostile(git: Git, root: Path, mark: Path, more: Mapping[str, str] | None = None) -> Path:
    """Make the repo: one commit, a change in the index, settings and hooks that start programs."""
    mark.mkdir(parents=True)
    root.mkdir(parents=True)
    git(root, "init", "--quiet")
    write(root, {**hostile_files(mark), **(more or {}), ".gitignore": "/.venv/\n"})
    write(root, {".gitattributes": "* filter=evil diff=evil merge=evil text=auto ident\n"})
    for name in ("git", "bin/git", "pip-audit", ".venv/bin/python", "run.sh"):
        (root / name).chmod(0o755)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "first")
    write(root, {"train.py": TRAIN + 'more = load_dataset("stanfordnlp/sst2")\n'})
    git(root, "add", "train.py")

    def touch(name: str) -> str:
        return f"touch '{mark / name}'; cat"

    hooks = root / "hooks"
    hooks.mkdir()
    for name in ("pre-commit", "post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
        for folder in (hooks, root / ".git" / "hooks"):
            hook = folder / name
            hook.write_text(f"#!/bin/sh\ntouch '{mark / f'hook-{name}'}'\n")
            hook.chmod(0o755)
    settings = {
        "core.fsmonitor": touch("fsmonitor"),
        "core.hooksPath": str(hooks),
        "core.pager": touch("pager"),
        "core.editor": touch("editor"),
        "core.sshCommand": touch("ssh"),
        "core.askPass": touch("askpass"),
        "core.gitProxy": touch("proxy"),
        "core.alternateRefsCommand": touch("alternate-refs"),
        "pager.ls-tree": touch("pager-ls-tree"),
        "diff.external": touch("external-diff"),
        "diff.evil.textconv": touch("textconv"),
        "diff.evil.command": touch("diff-command"),
        "filter.evil.clean": touch("clean"),
        "filter.evil.smudge": touch("smudge"),
        "filter.evil.process": touch("process"),
        "merge.evil.driver": touch("merge"),
        "credential.helper": "!" + touch("credential"),
        "gpg.program": touch("gpg"),
        "alias.rev-parse": "!" + touch("alias"),
        "alias.ls-files": "!" + touch("alias"),
        "uploadpack.packObjectsHook": touch("pack-objects"),
        "remote.origin.url": "ext::sh -c touch%20" + str(mark / "remote"),
        "remote.origin.promisor": "true",
        "remote.origin.partialclonefilter": "blob:none",
        "extensions.partialClone": "origin",
    }
    # Written, not asked of git: from here on git itself would fall into the traps.
    lines = []
    for key, value in settings.items():
        section, _, rest = key.partition(".")
        middle, _, last = rest.rpartition(".")
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'[{section}{f" {chr(34)}{middle}{chr(34)}" if middle else ""}]\n\t{last} = "{quoted}"\n')
    with (root / ".git" / "config").open("a", encoding="utf-8") as file:
        file.writelines(lines)
    return root


def make_hub(folder: Path) -> Path:
    """Make a local hub cache that names a commit for the repo's dataset, so that a fix has something to write."""
    entry = folder / "datasets--stanfordnlp--imdb"
    (entry / "refs").mkdir(parents=True)
    (entry / "refs" / "main").write_text(COMMIT)
    (entry / "snapshots" / COMMIT).mkdir(parents=True)
    return folder


def marks(mark: Path) -> list[str]:
    """Return the traps that something fell into."""
    return sorted(os.listdir(mark))
