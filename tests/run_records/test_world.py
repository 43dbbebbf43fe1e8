"""The real trackers, run offline: what their records hold is what is said of the program beforehand."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from driftlint.review.recording import record_programs
from driftlint.run_records.find import read_records
from tests.run_records.repos import make_repo
from tests.session.small_repos import start

pytestmark = pytest.mark.world

HEAD = """import random
from pathlib import Path

"""
TRAIN = """

def train(seed):
    random.seed(seed)
    return random.random()

"""


@dataclass(frozen=True)
class Case:
    """A program, what to install for it, and parts of which the record may hold more than a call can show."""

    install: tuple[str, ...]
    program: str
    environment: tuple[tuple[str, str], ...] = ()
    untold: frozenset[str] = frozenset()


CASES = {
    "mlflow": Case(
        ("mlflow-skinny==3.17.2", "sqlalchemy", "alembic", "gitpython"),
        HEAD
        + "import mlflow\n"
        + TRAIN
        + """
if __name__ == "__main__":
    with mlflow.start_run():
        mlflow.log_params({"seed": 3, "lr": 0.1})
        mlflow.log_metric("loss", train(3))
        Path("model.txt").write_text("w")
        mlflow.log_artifact("model.txt")
""",
    ),
    "wandb": Case(
        ("wandb==0.31.0",),
        HEAD
        + "import wandb\n"
        + TRAIN
        + """
if __name__ == "__main__":
    run = wandb.init(project="demo", config={"lr": 0.1})
    run.log({"loss": train(3)})
    rows = wandb.Artifact("rows", type="dataset")
    rows.add_file("data/train.csv")
    run.log_artifact(rows)
    run.finish()
""",
        (("WANDB_MODE", "offline"),),
        frozenset(("artifacts",)),  # a data set is an artifact too
    ),
    "sacred": Case(
        ("sacred==0.8.7", "gitpython", "setuptools<81"),
        HEAD
        + "from sacred import Experiment\nfrom sacred.observers import FileStorageObserver\n"
        + TRAIN
        + """
ex = Experiment("demo")
ex.observers.append(FileStorageObserver("runs"))


@ex.config
def configure():
    lr = 0.1


@ex.automain
def main(lr, _run):
    ex.open_resource("data/train.csv").close()
    _run.log_scalar("loss", train(3))
""",
    ),
    "clearml": Case(
        ("clearml==2.1.12",),
        HEAD
        + "import argparse\nfrom clearml import Task\n"
        + TRAIN
        + """
if __name__ == "__main__":
    Task.set_offline(True)
    task = Task.init(project_name="demo", task_name="train", auto_resource_monitoring=False)
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=3)
    task.get_logger().report_scalar("loss", "train", train(parser.parse_args().seed), 0)
    task.close()
""",
    ),
    "neptune": Case(
        ("neptune==1.14.0.post2", "setuptools<81"),
        HEAD
        + "import neptune\n"
        + TRAIN
        + """
if __name__ == "__main__":
    run = neptune.init_run(project="a/b", mode="offline", dependencies="infer", capture_hardware_metrics=False)
    run["parameters"] = {"seed": 3}
    run["loss"].append(train(3))
    run.stop()
""",
        (("NEPTUNE_API_TOKEN", ""),),
    ),
    "comet": Case(
        ("comet_ml==3.58.8", "setuptools<81"),
        HEAD
        + "import comet_ml\n"
        + TRAIN
        + """
if __name__ == "__main__":
    experiment = comet_ml.OfflineExperiment(project_name="demo", offline_directory="comet")
    experiment.log_parameters({"lr": 0.1})
    experiment.log_metric("loss", train(3))
    experiment.end()
""",
    ),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_record_holds_what_was_said(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    python = venv / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    subprocess.run([str(python), "-m", "pip", "install", "-q", *case.install], check=True, timeout=900)
    repo = tmp_path / "repo"
    repo.mkdir()
    files = {"train.py": case.program, "data/train.csv": "x,y\n0,0\n"}
    commit = make_repo(repo, files)

    home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), **dict(case.environment)}
    subprocess.run([str(python), "train.py"], cwd=repo, env={**os.environ, **home}, check=True, timeout=300)

    session = start(files, rules=())
    (said,) = record_programs(session.run().world)
    where = tmp_path / ".clearml" if name == "clearml" else repo
    (found,) = [record for record in read_records(where, "repo") if not record.path.endswith(".zip") or name == "comet"]
    stored = found.parts()
    if name != "neptune":  # an offline run of which holds no commit
        assert found.commit == commit
    for part in said.parts:
        if part.part in case.untold or part.part in found.untold:
            continue
        if part.recording in ("automatic", "explicit"):
            assert stored[part.part], f"{part.part} is said to be {part.recording}, and is not in the record"
        elif part.recording == "missing":
            assert not stored[part.part], f"{part.part} is said to be missing, and the record has {stored[part.part]}"
