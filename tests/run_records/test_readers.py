"""What each reader finds in a small run that the real tracker stored."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from driftlint.run_records.find import read_records
from driftlint.run_records.model import PARTS, DataHash, RecordError, RunRecord
from tests.run_records.repos import RECORDED, STORED

COMMIT = RECORDED.decode()
MD5 = "477142de2a084d0ff3cedad8d34fcd76"
PARAMETERS = {"seed": "7", "penalty": "0.5"}


def only(name: str) -> RunRecord:
    (record,) = read_records(STORED / name, name)
    return record


def test_every_reader_has_a_stored_run() -> None:
    names = {path.name for path in STORED.iterdir()}
    assert names == {
        "aim",
        "clearml",
        "clearml-archive.zip",
        "comet",
        "dvc",
        "guild",
        "kubeflow",
        "mlflow-database",
        "mlflow-files",
        "neptune",
        "sacred",
        "wandb",
    }


def test_no_stored_run_names_a_machine() -> None:
    for path in STORED.rglob("*"):
        if path.is_file():
            assert b"/work/" not in path.read_bytes(), path
            assert b"/tmp/" not in path.read_bytes(), path


@pytest.mark.parametrize("name", ["mlflow-database", "mlflow-files"])
def test_mlflow(name: str) -> None:
    record = only(name)
    assert (record.system, record.program, record.commit, record.dirty) == ("MLflow", "train_mlflow.py", COMMIT, None)
    assert dict(record.hyperparameters) == PARAMETERS
    assert dict(record.seeds) == {"seed": "7"}
    covers = "the first 10,000 rows, the row count and the column names"
    assert record.data == (DataHash("data/train.csv", "2ffc74e2", "", covers),)
    assert dict(record.metrics) == {"accuracy": 0.75}
    assert record.artifacts == ("model.txt",)
    assert record.lineage == ("reads data/train.csv",)
    assert not record.packages


def test_the_packages_of_a_logged_model_count(tmp_path: Path) -> None:
    run = tmp_path / "0" / "r1"
    (run / "artifacts" / "model").mkdir(parents=True)
    (run / "params").mkdir()
    (run / "params" / "lr").write_text("0.1")
    (run / "meta.yaml").write_text("run_id: r1\nlifecycle_stage: active\n")
    (run / "artifacts" / "model" / "requirements.txt").write_text("numpy==1.2.3\nmlflow\n")
    (run / "artifacts" / "model" / "python_env.yaml").write_text("python: 3.11.7\n")
    (record,) = read_records(tmp_path, "mlruns")
    assert dict(record.packages) == {"numpy": "1.2.3"}
    assert record.python == "3.11.7"


def test_wandb_from_its_log() -> None:
    record = only("wandb")
    assert (record.system, record.run, record.commit, record.dirty) == ("Weights & Biases", "bv91mmw2", COMMIT, None)
    assert record.program.endswith("/train_wandb.py")
    assert record.python == "3.11.7"
    assert set(record.packages) == {"numpy", "pandas", "wandb"}
    assert dict(record.hyperparameters) == PARAMETERS
    assert record.data == (DataHash("train.csv", MD5, "md5"),)
    assert dict(record.metrics) == {"accuracy": 0.75}
    assert record.artifacts == ()
    assert record.notes == (
        "no diff is stored: changes that were not committed are not in the record, if there were any",
    )


def test_wandb_from_the_plain_files_of_older_clients(tmp_path: Path) -> None:
    files = tmp_path / "wandb" / "run-20240102_030405-abc123" / "files"
    files.mkdir(parents=True)
    (files / "config.yaml").write_text(
        "wandb_version: 1\n_wandb:\n  value: {}\nlr:\n  desc: null\n  value: 0.1\nseed:\n  value: 3\n"
    )
    (files / "wandb-metadata.json").write_text(
        '{"program": "train.py", "python": "3.10.4", "git": {"commit": "%s"}}' % ("a" * 40)
    )
    (files / "wandb-summary.json").write_text('{"loss": 0.5, "_step": 3}')
    (files / "requirements.txt").write_text("torch==2.1.0\n")
    (files / "diff.patch").write_text("diff --git a b\n")
    (record,) = read_records(tmp_path, "here")
    assert (record.run, record.program, record.commit, record.dirty) == ("abc123", "train.py", "a" * 40, True)
    assert dict(record.hyperparameters) == {"lr": "0.1", "seed": "3"}
    assert dict(record.metrics) == {"loss": 0.5}
    assert dict(record.packages) == {"torch": "2.1.0"}
    assert record.notes == ()


def test_sacred() -> None:
    record = only("sacred")
    assert (record.system, record.run, record.program) == ("Sacred", "1", "train_sacred.py")
    assert (record.commit, record.dirty, record.python) == (COMMIT, False, "3.11.7")
    assert dict(record.packages) == {"numpy": "2.4.6", "sacred": "0.8.7"}
    assert dict(record.hyperparameters) == {"penalty": "0.5", "seed": "904712014"}
    assert dict(record.seeds) == {"seed": "904712014"}
    assert record.data == (DataHash("/home/user/project/demo/data/train.csv", MD5, "md5"),)
    assert dict(record.metrics) == {"accuracy": 0.75}
    assert record.artifacts == ("model.txt",)


def test_guild() -> None:
    record = only("guild")
    assert (record.system, record.program, record.commit) == ("Guild AI", "train_guild", COMMIT)
    assert (record.dirty, record.python) == (False, "3.11.7")
    assert dict(record.packages) == {"guildai": "0.9.0", "numpy": "2.4.6", "PyYAML": "6.0.4"}
    assert dict(record.hyperparameters) == PARAMETERS
    assert record.data == (DataHash("data/train.csv", "4ac8e088e8f8378799fe625af3ff8a93af8f3e65", "sha1"),)
    assert dict(record.metrics) == {"accuracy": 0.75}
    assert record.artifacts == ("model.txt",)
    assert "the run's own random_seed (2442320917) seeds nothing in the program" in record.notes


def test_guild_marks_a_dirty_tree(tmp_path: Path) -> None:
    attrs = tmp_path / ".guild" / "attrs"
    attrs.mkdir(parents=True)
    (attrs / "id").write_text("abc\n")
    (attrs / "vcs_commit").write_text(f"git:{COMMIT}*\n")
    (record,) = read_records(tmp_path, "run")
    assert (record.commit, record.dirty) == (COMMIT, True)


@pytest.mark.parametrize("name", ["clearml", "clearml-archive.zip"])
def test_clearml(name: str) -> None:
    record = only(name)
    assert (record.system, record.program, record.commit) == ("ClearML", "train_clearml.py", COMMIT)
    assert (record.dirty, record.python) == (False, "3.11.7")
    assert dict(record.packages) == {"boto3": "1.44.8", "clearml": "2.1.12"}
    assert dict(record.seeds) == {"seed": "7"}
    assert dict(record.metrics) == {"accuracy/train": 0.75}
    assert record.parts()["data"] == record.parts()["artifacts"] == ""


def test_comet() -> None:
    record = only("comet")
    assert (record.system, record.commit, record.dirty, record.python) == ("Comet", COMMIT, False, "3.11.7")
    assert record.program == "/home/user/project/demo/train_comet.py"
    assert set(record.packages) == {"comet_ml", "gitpython", "psutil"}
    assert dict(record.hyperparameters) == PARAMETERS
    assert record.data == (DataHash("data set", "c8677e3b1690", "", "what the data prints as"),)
    assert dict(record.metrics) == {"accuracy": 0.75}


def test_neptune() -> None:
    record = only("neptune")
    assert (record.system, record.program, record.commit, record.python) == (
        "Neptune",
        "train_neptune.py",
        "",
        "3.11.7",
    )
    assert set(record.packages) == {"neptune", "numpy", "pandas"}
    assert dict(record.hyperparameters) == PARAMETERS
    assert dict(record.metrics) == {"train/accuracy": 0.75}
    assert record.data == (DataHash("data/train.csv", ""),)
    assert record.untold == {"data"}
    assert record.notes[0] == "an offline run holds no commit; the client sends it when it is online"


ENDED, CUT_OFF = "a128ab5a92cd42b2848b5ffc", "bfdd7aa42454460b94777dbd"
"""Runs of Aim: one whose keys are in a table, and one whose process ended before, with all in the log."""


@pytest.mark.parametrize("run", [ENDED, CUT_OFF])
def test_aim(run: str) -> None:
    (record,) = [found for found in read_records(STORED / "aim", "aim") if found.run == run]
    assert (record.system, record.path, record.program) == ("Aim", "aim/.aim", "train_aim.py")
    assert (record.commit, record.dirty) == (COMMIT[:7], None)
    assert dict(record.hyperparameters) == {"hparams.penalty": "0.5", "hparams.seed": "7"}
    assert dict(record.seeds) == {"hparams.seed": "7"}
    assert (len(record.packages), record.packages["aim"], record.packages["aimrocks"]) == (51, "3.29.1", "0.5.2")
    assert dict(record.metrics) == {"accuracy (subset=train)": 0.75, "loss": 0.32383276483316237}
    assert record.artifacts == ("model.txt",)
    assert not record.untold


def test_a_store_that_is_not_read_says_what_to_type(tmp_path: Path) -> None:
    shutil.copytree(STORED / "aim", tmp_path / "aim")
    table = tmp_path / "aim" / ".aim" / "meta" / "chunks" / ENDED / "000009.sst"
    table.write_bytes(table.read_bytes().replace(b"\x05\0\0\0\xf7\xcf\xf4\x85", b"\x06\0\0\0\xf7\xcf\xf4\x85"))
    found = {record.run: record for record in read_records(tmp_path / "aim", "aim")}
    assert found[ENDED].untold == set(PARTS)
    assert found[ENDED].notes[0].startswith(f"meta/chunks/{ENDED} cannot be read: 000009.sst is a table of version 6.")
    assert f"aim.Run('{ENDED}', read_only=True)" in found[ENDED].notes[0]
    assert not found[CUT_OFF].untold


@pytest.mark.parametrize("size", [0, 1, 12, 52, 53, 60, 1000, 32_000])
def test_a_table_that_is_cut_off_is_named(tmp_path: Path, size: int) -> None:
    shutil.copytree(STORED / "aim", tmp_path / "aim")
    table = tmp_path / "aim" / ".aim" / "meta" / "chunks" / ENDED / "000009.sst"
    table.write_bytes(table.read_bytes()[:size])
    found = {record.run: record for record in read_records(tmp_path / "aim", "aim")}
    assert found[ENDED].untold == set(PARTS)
    assert found[ENDED].notes[0].startswith(f"meta/chunks/{ENDED} ")


def test_a_log_that_is_cut_off_gives_what_stands_before(tmp_path: Path) -> None:
    shutil.copytree(STORED / "aim", tmp_path / "aim")
    log = tmp_path / "aim" / ".aim" / "meta" / "chunks" / CUT_OFF / "000005.log"
    log.write_bytes(log.read_bytes()[:-600])
    found = {record.run: record for record in read_records(tmp_path / "aim", "aim")}
    assert dict(found[CUT_OFF].seeds) == {"hparams.seed": "7"}
    assert found[CUT_OFF].artifacts == ()


def test_dvc() -> None:
    record = only("dvc")
    assert dict(record.hyperparameters) == PARAMETERS
    assert record.data == (DataHash("data/train.csv", MD5, "md5"),)
    assert record.metrics["accuracy"] == 0.75
    assert record.artifacts == ("model.txt",)
    assert record.lineage == ("stage train: python train.py",)
    assert record.untold == {"code", "environment"}


def test_kubeflow() -> None:
    record = only("kubeflow")
    assert (record.system, record.path, record.run) == ("Kubeflow Pipelines", "kubeflow/pipeline.yaml", "demo")
    assert (record.commit, record.dirty) == ("", None)
    assert dict(record.packages) == {"kfp": "2.17.3", "pandas": "2.2.2", "scikit-learn": "1.5.2"}
    assert record.images == ("ghcr.io/example/eval:1.2", "python@sha256:" + "a" * 64)
    assert dict(record.hyperparameters) == {
        "rows": "3",
        "seed": "7",
        "uri": "gs://bucket/data.csv",
        "fit.penalty": "0.5",
    }
    assert dict(record.seeds) == {"seed": "7"}
    assert record.data == (DataHash("gs://bucket/fixed/data.csv", ""),)
    assert record.parts()["data"] == ""
    assert record.lineage == ("evaluate reads model of fit", "fit reads data of prepare")
    assert record.untold == {"metrics", "artifacts"}
    assert record.notes[0] == "the source of fit, prepare stands in the pipeline, and no commit does"


def test_a_pipeline_is_read_by_its_name(tmp_path: Path) -> None:
    shutil.copy(STORED / "kubeflow" / "pipeline.yaml", tmp_path / "train.yml")
    (record,) = read_records(tmp_path / "train.yml", "train.yml")
    assert (record.path, record.run) == ("train.yml", "demo")
    (tmp_path / "conf.yaml").write_text("lr: 1\n")
    with pytest.raises(RecordError, match="holds no run that can be read"):
        read_records(tmp_path / "conf.yaml", "conf.yaml")


def test_several_records_of_one_folder_are_all_found() -> None:
    found = read_records(STORED, "stored")
    assert sorted(r.system for r in found) == sorted(
        ["MLflow"] * 2
        + [
            "Aim",
            "Aim",
            "Weights & Biases",
            "Sacred",
            "Guild AI",
            "ClearML",
            "ClearML",
            "Comet",
            "Neptune",
            "DVC",
            "Kubeflow Pipelines",
        ]
    )
