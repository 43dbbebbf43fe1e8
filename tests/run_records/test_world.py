"""The real trackers, run offline: what their records hold is what is said of the program beforehand."""

from __future__ import annotations

import json
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
    files: tuple[tuple[str, str], ...] = ()
    """What stands in the repo beside the program and its data."""
    settings: tuple[tuple[str, str], ...] = ()
    """Files of the tracker's own settings, in the home folder."""
    first: tuple[str, ...] = ()
    """A command, of what is installed, that readies the repo before the run."""
    command: tuple[str, ...] = ("python", "train.py")
    where: str = "repo"
    """Where the record then is, in the folder above the repo."""


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
        # the process that reports beside the program may keep a lock that the program waits for without an end
        settings=(("clearml.conf", "sdk { development { report_use_subprocess: false } }\n"),),
        where=".clearml",
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
    "aim": Case(
        ("aim==3.29.1", "setuptools<81"),
        HEAD
        + "from aim import Run\n"
        + TRAIN
        + """
if __name__ == "__main__":
    run = Run(experiment="demo", log_system_params=True)
    run["hparams"] = {"seed": 3, "lr": 0.1}
    run.track(train(3), name="loss", step=0)
    Path("model.txt").write_text("w")
    run.set_artifacts_uri(Path("kept").absolute().as_uri())
    run.log_artifact("model.txt", name="model.txt", block=True)
    run.close()
""",
    ),
    "guild": Case(
        ("guildai==0.9.0", "setuptools<81"),
        HEAD
        + "import argparse\n"
        + TRAIN
        + """
if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=3)
    loss = train(parser.parse_args().seed)
    Path("model.txt").write_text("w")
    print("loss:", loss)
""",
        files=(("guild.yml", "train:\n  main: train\n  flags-import: all\n  requires:\n    - file: data/train.csv\n"),),
        command=("guild", "run", "-y", "train"),
        where=".guild",
    ),
    "guild-without-flags": Case(
        ("guildai==0.9.0", "setuptools<81"),
        HEAD
        + "import argparse\n"
        + TRAIN
        + """
if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=3)
    print("loss:", train(parser.parse_args().seed))
    Path("model.txt").write_text("w")
""",
        files=(("guild.yml", "train:\n  main: train\n"),),
        command=("guild", "run", "-y", "train"),
        where=".guild",
    ),
    "dvc": Case(
        ("dvc==3.67.1",),
        HEAD
        + "import json\n"
        + TRAIN
        + """
if __name__ == "__main__":
    seed = int(Path("params.yaml").read_text().split("seed:")[1].split()[0])
    Path("model.txt").write_text("w")
    Path("metrics.json").write_text(json.dumps({"loss": train(seed)}))
""",
        (("DVC_NO_ANALYTICS", "1"),),
        files=(
            ("params.yaml", "seed: 3\n"),
            (
                "dvc.yaml",
                "stages:\n  train:\n    cmd: python train.py\n    deps: [train.py, data/train.csv]\n    params: [seed]\n"
                "    outs: [model.txt]\n    metrics: [metrics.json]\n",
            ),
        ),
        first=("dvc", "init", "-q"),
        command=("dvc", "repro"),
    ),
    "kubeflow": Case(
        ("kfp==2.17.3",),
        """from kfp import compiler, dsl
from kfp.dsl import Dataset, Input, Metrics, Model, Output


@dsl.component(base_image="python:3.11.9-slim")
def prepare(data: Output[Dataset]):
    open(data.path, "w").write("x,y")


@dsl.component(base_image="python:3.11.9-slim", packages_to_install=["scikit-learn==1.5.2"])
def fit(data: Input[Dataset], seed: int, penalty: float, metrics: Output[Metrics], model: Output[Model]):
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(C=penalty, random_state=seed).fit([[0], [1]], [0, 1])
    metrics.log_metric("accuracy", found.score([[0], [1]], [0, 1]))


@dsl.pipeline(name="demo")
def train(penalty: float = 1.0, seed: int = 3):
    fit(data=prepare().outputs["data"], penalty=penalty, seed=seed)


if __name__ == "__main__":
    compiler.Compiler().compile(train, "pipeline.yaml")
""",
        where="repo/pipeline.yaml",
    ),
}
KEPT = "DRIFTLINT_TRACKER_ENVIRONMENTS"
"""The variable that names a folder in which environments are kept for the next run."""
NO_COMMIT = frozenset(("neptune", "dvc", "kubeflow"))
"""Records that name no commit: that of an offline run, and those that a commit holds as files."""


def install(case: Case, folder: Path) -> Path:
    """Return the folder of the programs of an environment with what a case needs: a kept one where there is one."""
    kept = Path(os.environ.get(KEPT, folder))
    venv = kept / "-".join((*case.install[0].split("=="), f"py{sys.version_info[0]}{sys.version_info[1]}"))
    programs = venv / ("Scripts" if sys.platform == "win32" else "bin")
    if not (venv / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        pip = (str(programs / "python"), "-m", "pip", "install", "-q", *case.install)
        subprocess.run(pip, check=True, timeout=900)
        (venv / "complete").touch()
    return programs


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_record_holds_what_was_said(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    programs = install(case, tmp_path)
    repo = tmp_path / "repo"
    repo.mkdir()
    files = {"train.py": case.program, "data/train.csv": "x,y\n0,0\n", **dict(case.files)}
    commit = make_repo(repo, files)

    for path, text in case.settings:
        (tmp_path / path).write_text(text)
    home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), **dict(case.environment)}
    home["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"
    for words in filter(None, (case.first, case.command)):
        called = (str(programs / words[0]), *words[1:])
        subprocess.run(called, cwd=repo, env={**os.environ, **home}, check=True, timeout=300)

    session = start(files, rules=())
    (said,) = record_programs(session.run().world)
    where = tmp_path / case.where
    (found,) = [record for record in read_records(where, "repo") if not record.path.endswith(".zip") or name == "comet"]
    stored = found.parts()
    if name == "aim":
        assert len(found.commit) >= 7
        assert commit.startswith(found.commit)
    else:
        assert found.commit == ("" if name in NO_COMMIT else commit)
    for part in said.parts:
        if part.part in case.untold or part.part in found.untold:
            continue
        if part.recording in ("automatic", "explicit"):
            assert stored[part.part], f"{part.part} is said to be {part.recording}, and is not in the record"
        elif part.recording == "missing":
            assert not stored[part.part], f"{part.part} is said to be missing, and the record has {stored[part.part]}"

    command = ("record", str(where), "--repo", str(repo), "--output-format", "json")
    done = subprocess.run([sys.executable, "-m", "driftlint", *command], capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    for run in json.loads(done.stdout)["runs"]:
        assert [check for check in run["checks"] if check["state"] == "differs"] == []
