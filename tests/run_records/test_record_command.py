"""``driftlint record``: stored runs against the repo at their commit."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from driftlint.run_records.model import PARTS
from tests.cli.conftest import driftlint, environment
from tests.cli.program_run import Run
from tests.run_records.repos import FILES, RECORDED, git, make_repo, store

__all__ = ["driftlint", "environment"]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    make_repo(folder, FILES)
    return folder


def head(repo: Path) -> str:
    return git(repo, "rev-parse", "HEAD")


def audit(driftlint: Run, repo: Path, path: Path, *more: str) -> tuple[int, dict[str, str], list[str], list[str]]:
    """Return the status, the state of each part, the checks as "state question: text", and the notes of the only run."""
    done = driftlint("record", str(path), "--repo", str(repo), "--output-format", "json", *more)
    assert done.stderr == ""
    told = json.loads(done.stdout)
    assert told["version"] == 1
    (run,) = told["runs"]
    parts = {part["part"]: part["state"] for part in run["parts"]}
    return done.returncode, parts, [f"{c['state']} {c['question']}: {c['text']}" for c in run["checks"]], run["notes"]


def test_a_run_that_agrees_with_its_commit(driftlint: Run, repo: Path, tmp_path: Path) -> None:
    commit = head(repo)
    status, parts, checks, _ = audit(driftlint, repo, store("guild", tmp_path, commit))
    assert checks == [
        f"agrees commit: {commit} is a commit of this repo",
        "agrees changes: the run was started from a clean tree",
        "agrees packages: all 1 that requirements.txt names have its version",
        "agrees seeds: seed=7, as train_guild.py:12 says",
        "agrees data: data/train.csv has the sha1 4ac8e088e8f8378799fe625af3ff8a93af8f3e65 (data/train.csv)",
    ]
    assert parts == dict.fromkeys(
        ("code", "data", "environment", "hyperparameters", "seeds", "metrics", "artifacts"), "recorded"
    ) | {"lineage": "missing"}
    assert status == 0
    assert audit(driftlint, repo, tmp_path / "guild", "--require", "lineage,code")[0] == 1


def test_a_run_of_a_commit_that_is_not_there(driftlint: Run, repo: Path, tmp_path: Path) -> None:
    status, _, checks, _ = audit(driftlint, repo, store("guild", tmp_path, RECORDED.decode()))
    assert checks == [f"differs commit: {RECORDED.decode()} is no commit of this repo, or not in this clone"]
    assert status == 1


def test_packages_and_data_that_differ(driftlint: Run, tmp_path: Path) -> None:
    folder = tmp_path / "repo"
    folder.mkdir()
    commit = make_repo(folder, FILES | {"requirements.txt": "numpy==1.26.4\n", "data/train.csv": "x,y\n"})
    status, _, checks, _ = audit(driftlint, folder, store("sacred", tmp_path, commit))
    assert checks == [
        f"agrees commit: {commit} is a commit of this repo",
        "agrees changes: the run was started from a clean tree",
        "differs packages: 1 of 1 differ from requirements.txt: numpy 2.4.6 (1.26.4 there)",
        "unknown seeds: seed=904712014, the repo's own is 7 (train_sacred.py:12): start it with the recorded one",
        "differs data: data/train.csv had 477142de2a084d0ff3cedad8d34fcd76, at that commit it has "
        f"{hashlib.md5((folder / 'data' / 'train.csv').read_bytes()).hexdigest()} (data/train.csv)",
    ]
    assert status == 1


def test_the_tree_of_the_commit_counts_not_the_work_tree(driftlint: Run, repo: Path, tmp_path: Path) -> None:
    commit = head(repo)
    (repo / "requirements.txt").write_text("numpy==1.0.0\n")
    (repo / "data" / "train.csv").write_text("other\n")
    _, _, checks, _ = audit(driftlint, repo, store("wandb", tmp_path, commit))
    assert "agrees packages: all 1 that requirements.txt names have its version" in checks
    assert "agrees data: data/train.csv has the md5 477142de2a084d0ff3cedad8d34fcd76 (data/train.csv)" in checks


def test_a_lock_and_hashes_of_data_versioning(driftlint: Run, tmp_path: Path) -> None:
    folder = tmp_path / "repo"
    folder.mkdir()
    lock = (
        'version = 1\nrequires-python = ">=3.11"\n\n[[package]]\nname = "numpy"\nversion = "1.26.4"\n'
        'source = { registry = "https://example.org/simple" }\n'
    )
    files = {
        "pyproject.toml": '[project]\nname = "demo"\nversion = "0"\ndependencies = ["numpy"]\n',
        "uv.lock": lock,
        "data/train.csv.dvc": "outs:\n- md5: 477142de2a084d0ff3cedad8d34fcd76\n  path: train.csv\n",
    }
    commit = make_repo(folder, files)
    _, _, checks, _ = audit(driftlint, folder, store("wandb", tmp_path, commit))
    assert "differs packages: 1 of 1 differ from uv.lock: numpy 2.4.6 (1.26.4 there)" in checks
    assert "agrees data: data/train.csv has the md5 477142de2a084d0ff3cedad8d34fcd76 (data/train.csv.dvc)" in checks


def test_what_cannot_be_told_is_not_called_missing(driftlint: Run, repo: Path, tmp_path: Path) -> None:
    status, parts, checks, notes = audit(driftlint, repo, store("kubeflow", tmp_path, head(repo)))
    assert {part for part, state in parts.items() if state == "untold"} == {"metrics", "artifacts"}
    assert {part for part, state in parts.items() if state == "missing"} == {"code", "data"}
    assert checks[0] == "unknown commit: the record names no commit"
    assert "metadata store" in notes[1]
    assert status == 1


def test_a_store_of_keys_is_read(driftlint: Run, repo: Path, tmp_path: Path) -> None:
    path = store("aim", tmp_path, head(repo))
    done = driftlint("record", f"{path}@bfdd", "--repo", str(repo), "--output-format", "json")
    (run,) = json.loads(done.stdout)["runs"]
    assert {part["part"]: part["state"] for part in run["parts"]} == {
        **dict.fromkeys(PARTS, "recorded"),
        **dict.fromkeys(("data", "lineage"), "missing"),
    }
    assert [(c["state"], c["question"]) for c in run["checks"]] == [
        ("differs", "commit"),  # the shortened id in the stored run is that of another repo
    ]


def test_the_digest_of_a_tracker_is_not_compared(driftlint: Run, repo: Path, tmp_path: Path) -> None:
    _, _, checks, _ = audit(driftlint, repo, store("mlflow-files", tmp_path, head(repo)))
    assert (
        "unknown data: data/train.csv: the digest 2ffc74e2 is the tracker's own, and covers only "
        "the first 10,000 rows, the row count and the column names"
    ) in checks
    assert "unknown changes: the record does not say whether there were changes that were not committed" in checks


def test_text(driftlint: Run, repo: Path, tmp_path: Path) -> None:
    commit = head(repo)
    path = store("clearml-archive.zip", tmp_path, commit)
    done = driftlint("record", path.name, "--repo", "repo", cwd=tmp_path)
    assert done.stdout == (
        "ClearML run offline-54a6ff2db4f144bb9fd0d4a37bdc1f10 (clearml-archive.zip)\n"
        f"  code             {commit}\n"
        "  data             not in the record\n"
        "  environment      2 packages\n"
        "  hyperparameters  penalty, seed\n"
        "  seeds            seed=7\n"
        "  metrics          accuracy/train\n"
        "  artifacts        not in the record\n"
        "  lineage          not in the record\n"
        f"  agrees   commit: {commit} is a commit of this repo\n"
        "  agrees   changes: the run was started from a clean tree\n"
        "  unknown  packages: requirements.txt and the record have no package in common\n"
        "  agrees   seeds: seed=7, as train_clearml.py:12 says\n"
        "  note     packages are those that the code imports, not those that they need\n"
    )
    assert done.returncode == 1


def test_a_commit_that_is_no_commit_is_not_handed_to_git(driftlint: Run, repo: Path, tmp_path: Path) -> None:
    attrs = tmp_path / "run" / ".guild" / "attrs"
    attrs.mkdir(parents=True)
    (attrs / "id").write_text("abc\n")
    (tmp_path / "run" / "task.json").write_text(json.dumps({"script": {"version_num": "HEAD"}}))
    done = driftlint("record", str(tmp_path / "run"), "--repo", str(repo), "--output-format", "json")
    texts = [check["text"] for run in json.loads(done.stdout)["runs"] for check in run["checks"]]
    assert "HEAD is no commit of this repo, or not in this clone" in texts


def test_outside_of_a_repo_nothing_is_compared(driftlint: Run, tmp_path: Path) -> None:
    path = store("sacred", tmp_path, RECORDED.decode())
    done = driftlint("record", str(path), cwd=tmp_path)
    assert "  unknown  commit: " in done.stdout
    assert "is in no git repo: nothing is compared; --repo names the repo of the run\n" in done.stdout
    assert done.returncode == 0


def test_a_secret_among_the_parameters_is_not_shown(driftlint: Run, repo: Path, tmp_path: Path) -> None:
    run = tmp_path / "mlruns" / "0" / "r1"
    (run / "params").mkdir(parents=True)
    (run / "tags").mkdir()
    (run / "params" / "seed").write_text("sk-proj-" + "a1B2" * 12)
    (run / "meta.yaml").write_text("run_id: r1\n")
    done = driftlint("record", str(tmp_path / "mlruns"), "--repo", str(repo))
    assert "a1B2a1B2" not in done.stdout


def test_what_changed_between_two_runs(driftlint: Run, tmp_path: Path) -> None:
    first = store("mlflow-files", tmp_path, "a" * 40)
    second = store("mlflow-database", tmp_path, "b" * 40)
    done = driftlint("record", "diff", first.name, f"{second.name}/mlflow.db@1ee8", cwd=tmp_path)
    assert done.stdout == (
        "MLflow f569b3d2389c4b8e84bc21f6dde47b23 -> MLflow 1ee8611f8e7e4c9c9e276188d3c25114\n"
        f"  code             commit: {'a' * 40} -> {'b' * 40}\n"
    )
    assert done.returncode == 1
    same = driftlint("record", "diff", first.name, first.name, "--output-format", "json", cwd=tmp_path)
    assert same.returncode == 0
    assert json.loads(same.stdout)["changes"] == []


def test_parameters_packages_and_data_of_two_runs(driftlint: Run, tmp_path: Path) -> None:
    first, second = store("sacred", tmp_path, "a" * 40), store("guild", tmp_path, "a" * 40)
    done = driftlint("record", "diff", str(first), str(second), "--output-format", "json")
    changes = {(c["part"], c["name"]): (c["before"], c["after"]) for c in json.loads(done.stdout)["changes"]}
    assert changes["hyperparameters", "seed"] == ("904712014", "7")
    assert changes["environment", "sacred"] == ("0.8.7", "")
    assert changes["environment", "pyyaml"] == ("", "6.0.4")
    assert ("metrics", "accuracy") not in changes


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nothing",), "error: nothing: does not exist; paths are taken from the current folder\n"),
        (
            ("record.txt",),
            "error: record.txt: is neither a folder nor an archive nor a database of runs, nor a compiled ",
        ),
        (("diff", "a"), "error: diff takes two records: driftlint record diff A B\n"),
        (("sacred", "--require", "colour"), "error: --require: no part is called colour; there are code, data,"),
        (("sacred@7",), "error: sacred: holds no run 7; there are 1\n"),
        (("sacred", "--repo", "nowhere"), "error: nowhere: does not exist; paths are taken from the current folder\n"),
    ],
)
def test_wrong_usage_is_one_message(driftlint: Run, tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    store("sacred", tmp_path, "a" * 40)
    (tmp_path / "record.txt").write_text("x")
    done = driftlint("record", *words, cwd=tmp_path)
    assert message in done.stderr
    assert done.stdout == ""
    assert done.returncode == 2


def test_what_only_looks_like_a_run_is_passed_over_aloud(driftlint: Run, repo: Path, tmp_path: Path) -> None:
    store("sacred", tmp_path, head(repo))
    (tmp_path / "sacred" / "task.json").write_text("// a task\n{}")
    (tmp_path / "sacred" / "photos.zip").write_bytes(b"no archive")
    done = driftlint("record", "sacred", "--repo", "repo", "--output-format", "json", cwd=tmp_path)
    assert [run["system"] for run in json.loads(done.stdout)["runs"]] == ["Sacred"]
    assert done.stderr == (
        "warning: sacred/task.json: is not JSON: Expecting value: line 1 column 1 (char 0): passed over\n"
    )
