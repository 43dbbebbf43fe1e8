"""A commit checked out after a clone, over the lines on which clones stand."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from driftlint.documents import read_document
from driftlint.facts import Pin, Place, Reference, Subject
from driftlint.pin_sources.clones import ClonedCommits
from driftlint.text import Span
from tests.mend.repo import mend_files

COMMIT = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"
URL = "https://github.com/lab/tools"


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        (f"git clone {URL}", f"git clone {URL}\ngit -C tools checkout {COMMIT}"),
        (f"  git clone {URL}.git  # why", f"  git clone {URL}.git  # why\n  git -C tools checkout {COMMIT}"),
        (f"cd x && \\\n  git clone {URL}", f"cd x && \\\n  git clone {URL} && git -C tools checkout {COMMIT}"),
        (f"cd x &&\ngit clone {URL}", f"cd x &&\ngit clone {URL} && git -C tools checkout {COMMIT}"),
        (
            f"git clone --recursive {URL} t",
            f"git clone --recursive {URL} t\ngit -C t checkout {COMMIT}\ngit -C t submodule update --init --recursive",
        ),
        (f'git clone "{URL}" && make', f'git clone "{URL}" && git -C tools checkout {COMMIT} && make'),
        (f'git clone {URL} "$DIR/t"; x', f'git clone {URL} "$DIR/t" && git -C "$DIR/t" checkout {COMMIT}; x'),
        (f"(cd x; git clone -b main {URL})", f"(cd x; git clone -b main {URL} && git -C tools checkout {COMMIT})"),
        (
            f"git clone --recursive {URL} t || exit 1",
            f"git clone --recursive {URL} t && git -C t checkout {COMMIT} && "
            "git -C t submodule update --init --recursive || exit 1",
        ),
        (f"git clone {URL}\r", f"git clone {URL}\r\ngit -C tools checkout {COMMIT}\r"),
    ],
)
def test_the_commit_is_checked_out_after_the_clone(line: str, mended: str) -> None:
    assert (
        mend_files({"a.sh": f"set -e\n{line}\nmake\n"}, {"repository": COMMIT})["a.sh"] == f"set -e\n{mended}\nmake\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        f"git clone --depth 1 {URL}",  # the commit would not be there tomorrow
        f"git clone --depth=1 -b main {URL}",
        f"git clone {URL} > log",
        f"git clone {URL} | tee log",
        f"if ! git clone {URL}; then exit; fi",
        f"git clone {URL} \\\n  t",
        f"gh repo clone {URL}",
    ],
)
def test_a_clone_that_cannot_take_a_checkout_is_left(line: str) -> None:
    text = f"{line}\n"
    assert mend_files({"a.sh": text}, {"repository": COMMIT})["a.sh"] == text


@pytest.mark.skipif(os.name == "nt", reason="needs a shell of POSIX")
def test_a_script_that_a_failing_clone_ends_is_still_ended_by_it(tmp_path: Path) -> None:
    text = f"set -e\ngit clone {URL}\necho after\n"
    mended = mend_files({"a.sh": text}, {"repository": COMMIT})["a.sh"]
    assert COMMIT in mended
    for script in (text, mended):
        command = ["sh", "-c", f"git() {{ return 1; }}\n{script}"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (1, "")


def test_clones_of_image_builds_workflows_and_notebooks() -> None:
    files = {
        "Dockerfile": f"FROM scratch\nRUN git clone {URL} /opt/t && \\\n    make\n",
        "a.ipynb": json.dumps(
            {
                "cells": [{"cell_type": "code", "source": [f"!git clone {URL}\n", "%cd tools"]}],
                "metadata": {},
                "nbformat": 4,
                "nbformat_minor": 5,
            }
        ),
        "run.py": f'import os\nos.system("git clone {URL}")\n',
    }
    mended = mend_files(files, {"repository": COMMIT})
    assert mended["Dockerfile"] == files["Dockerfile"].replace("/t &&", f"/t && git -C /opt/t checkout {COMMIT} &&")
    assert mended["a.ipynb"] == files["a.ipynb"].replace("tools\\n", f"tools && git -C tools checkout {COMMIT}\\n")
    assert mended["run.py"] == files["run.py"].replace('tools")', f'tools && git -C tools checkout {COMMIT}")')


@pytest.mark.parametrize("packed", [False, True])
def test_the_commit_of_a_clone_that_lies_there(tmp_path: Path, packed: bool) -> None:
    text = f"git clone {URL}.git third/tools\n"
    document = read_document("scripts/a.sh", text.encode())
    git = tmp_path / "third" / "tools" / ".git"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "config").write_text('[remote "origin"]\n\turl = git@github.com:Lab/tools.git\n')
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    if packed:
        (git / "packed-refs").write_text(f"# pack-refs\n{COMMIT} refs/heads/main\n")
    else:
        (git / "refs" / "heads" / "main").write_text(f"{COMMIT}\n")
    place = Place("scripts/a.sh", Span(10, 10 + len(URL) + 4))
    reference = Reference(Subject("repository", "github.com", "lab/tools"), Pin("absent"), place, place, form="clone")
    found = ClonedCommits(tmp_path, {"scripts/a.sh": document}.get).find(reference)
    assert found is not None
    assert (found.version, found.evidence, found.applicability) == (COMMIT, "the clone in third/tools", "safe")
    (git / "config").write_text('[remote "origin"]\n\turl = https://github.com/other/tools\n')
    assert ClonedCommits(tmp_path, {"scripts/a.sh": document}.get).find(reference) is None


def test_the_commit_of_a_submodule_of_the_same_address(tmp_path: Path) -> None:
    text = f"git clone {URL}\n"
    document = read_document("a.sh", text.encode())
    git = tmp_path / ".git" / "modules" / "vendored"
    git.mkdir(parents=True)
    (git / "config").write_text(f'[remote "origin"]\n\turl = {URL}\n')
    (git / "HEAD").write_text(f"{COMMIT}\n")
    place = Place("a.sh", Span(10, 10 + len(URL)))
    reference = Reference(Subject("repository", "github.com", "lab/tools"), Pin("absent"), place, place, form="clone")
    found = ClonedCommits(tmp_path, {"a.sh": document}.get).find(reference)
    assert found is not None
    assert (found.version, found.evidence) == (COMMIT, "the submodule vendored")


def test_the_branch_in_an_address_becomes_a_commit() -> None:
    text = 'import requests\n\nrequests.get("https://raw.githubusercontent.com/lab/data/main/main.csv")\n'
    assert mend_files({"a.py": text}, {"url": COMMIT})["a.py"] == text.replace("data/main/", f"data/{COMMIT}/")
    text = text.replace("lab/data/main/main.csv", "lab/data/refs/heads/main/x.csv")
    assert mend_files({"a.py": text}, {"url": COMMIT})["a.py"] == text.replace("refs/heads/main", COMMIT)
