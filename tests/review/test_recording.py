"""What small programs record under each tracker: all eight parts, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftlint.packs.trackers import PARTS as CATALOGUE_PARTS
from driftlint.review.model import PARTS, ProgramRecord
from driftlint.review.recording import record_programs
from tests.session.small_repos import spot, start

PROGRAMS = Path(__file__).parent / "programs"

EXPECTED: dict[str, tuple[str, dict[str, str]]] = {
    "mlflow": (
        "MLflow train.py:14",
        {
            "code": "automatic MLflow",
            "data": "explicit MLflow train.py:16",
            "environment": "explicit MLflow train.py:20",
            "hyperparameters": "explicit MLflow train.py:15",
            "seeds": "explicit MLflow train.py:15",
            "metrics": "explicit MLflow train.py:19",
            "artifacts": "explicit MLflow train.py:20",
            "lineage": "explicit MLflow train.py:16",
        },
    ),
    "wandb": (
        "Weights & Biases train.py:16",
        {
            "code": "automatic Weights & Biases",
            "data": "explicit Weights & Biases train.py:6",
            "environment": "automatic Weights & Biases",
            "hyperparameters": "explicit Weights & Biases train.py:16",
            "seeds": "missing",
            "metrics": "explicit Weights & Biases train.py:10",
            "artifacts": "explicit Weights & Biases train.py:12",
            "lineage": "explicit Weights & Biases train.py:6",
        },
    ),
    "neptune": (
        "Neptune train.py:8",
        {
            "code": "automatic Neptune",
            "data": "explicit Neptune train.py:10",
            "environment": "explicit Neptune train.py:8",
            "hyperparameters": "explicit Neptune train.py:9",
            "seeds": "explicit Neptune train.py:9",
            "metrics": "explicit Neptune train.py:13",
            "artifacts": "explicit Neptune train.py:14",
            "lineage": "missing",
        },
    ),
    "aim": (
        "Aim train.py:6",
        {
            "code": "missing",
            "data": "missing",
            "environment": "missing",
            "hyperparameters": "explicit Aim train.py:7",
            "seeds": "missing",
            "metrics": "explicit Aim train.py:11",
            "artifacts": "missing",
            "lineage": "missing",
        },
    ),
    "comet": (
        "Comet train.py:7",
        {
            "code": "automatic Comet",
            "data": "explicit Comet train.py:9",
            "environment": "automatic Comet",
            "hyperparameters": "explicit Comet train.py:10",
            "seeds": "missing",
            "metrics": "explicit Comet train.py:13",
            "artifacts": "missing",
            "lineage": "missing",
        },
    ),
    "clearml": (
        "ClearML train.py:8",
        {
            "code": "automatic ClearML",
            "data": "explicit ClearML train.py:13",
            "environment": "automatic ClearML",
            "hyperparameters": "automatic ClearML",
            "seeds": "automatic ClearML",
            "metrics": "explicit ClearML train.py:17",
            "artifacts": "conditional ClearML train.py:8",
            "lineage": "explicit ClearML train.py:13",
        },
    ),
    "sacred": (
        "Sacred train.py:6",
        {
            "code": "automatic Sacred train.py:7",
            "data": "missing",
            "environment": "automatic Sacred train.py:7",
            "hyperparameters": "automatic Sacred train.py:7",
            "seeds": "automatic Sacred train.py:7",
            "metrics": "explicit Sacred train.py:20",
            "artifacts": "explicit Sacred train.py:21",
            "lineage": "missing",
        },
    ),
    "guild": (
        "Guild AI guild.yml:3",
        {
            "code": "automatic Guild AI",
            "data": "conditional Guild AI guild.yml:3",
            "environment": "automatic Guild AI",
            "hyperparameters": "automatic Guild AI",
            "seeds": "missing",
            "metrics": "automatic Guild AI",
            "artifacts": "automatic Guild AI",
            "lineage": "conditional Guild AI guild.yml:3",
        },
    ),
    "vertex": (
        "Vertex AI train.py:7",
        {
            "code": "missing",
            "data": "missing",
            "environment": "missing",
            "hyperparameters": "explicit Vertex AI train.py:8",
            "seeds": "explicit Vertex AI train.py:8",
            "metrics": "explicit Vertex AI train.py:11",
            "artifacts": "explicit Vertex AI train.py:12",
            "lineage": "missing",
        },
    ),
    "sagemaker": (
        "SageMaker train.py:6",
        {
            "code": "missing",
            "data": "conditional SageMaker train.py:6",
            "environment": "conditional SageMaker train.py:6",
            "hyperparameters": "explicit SageMaker train.py:7",
            "seeds": "missing",
            "metrics": "explicit SageMaker train.py:10",
            "artifacts": "explicit SageMaker train.py:11",
            "lineage": "conditional SageMaker train.py:6",
        },
    ),
    "azureml": (
        "MLflow train.py:7, Azure ML job.yml:2",
        {
            "code": "automatic Azure ML",
            "data": "conditional Azure ML job.yml:2",
            "environment": "automatic Azure ML",
            "hyperparameters": "conditional Azure ML job.yml:2",
            "seeds": "missing",
            "metrics": "explicit MLflow train.py:7",
            "artifacts": "conditional Azure ML job.yml:2",
            "lineage": "automatic Azure ML",
        },
    ),
    "databricks": (
        "Databricks train.py:6, MLflow train.py:7",
        {
            "code": "automatic MLflow",
            "data": "explicit Databricks train.py:8",
            "environment": "conditional Databricks train.py:6",
            "hyperparameters": "conditional Databricks train.py:6",
            "seeds": "missing",
            "metrics": "explicit MLflow train.py:12",
            "artifacts": "conditional Databricks train.py:6",
            "lineage": "explicit MLflow train.py:9",
        },
    ),
    "kubeflow": (
        "Kubeflow Pipelines pipeline.py:14",
        {
            "code": "conditional Kubeflow Pipelines pipeline.py:14",
            "data": "missing",
            "environment": "automatic Kubeflow Pipelines pipeline.py:5",
            "hyperparameters": "automatic Kubeflow Pipelines",
            "seeds": "missing",
            "metrics": "explicit Kubeflow Pipelines pipeline.py:11",
            "artifacts": "conditional Kubeflow Pipelines pipeline.py:14",
            "lineage": "automatic Kubeflow Pipelines",
        },
    ),
}


def records(files: dict[str, str]) -> tuple[list[ProgramRecord], list[tuple[str, dict[str, str]]]]:
    """Return the records of a small repo, and each as ("tracker path:line, ...", part -> "recording tracker path:line")."""
    session = start(files, rules=())
    found = list(record_programs(session.run().world))
    told = []
    for record in found:
        trackers = ", ".join(f"{name} {spot(session, place)}" for name, place in record.trackers)
        parts = {
            part.part: " ".join(
                filter(None, [part.recording, part.tracker, *(spot(session, place) for place in part.places)])
            )
            for part in record.parts
        }
        told.append((trackers, parts))
    return found, told


def program(name: str) -> dict[str, str]:
    return {
        path.name: path.read_text(encoding="utf-8") for path in sorted((PROGRAMS / name).iterdir()) if path.is_file()
    }


def test_the_catalogue_and_the_page_name_the_same_parts() -> None:
    assert CATALOGUE_PARTS == PARTS


def test_every_tracker_has_a_program() -> None:
    assert sorted(path.name for path in PROGRAMS.iterdir() if path.is_dir()) == sorted(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_eight_parts_of_a_program_under(name: str) -> None:
    _, told = records(program(name))
    assert told == [EXPECTED[name]]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_is_missing_or_hangs_on_a_condition_says_what_to_do(name: str) -> None:
    (record,), _ = records(program(name))
    assert [part.part for part in record.parts] == list(PARTS)
    for part in record.parts:
        assert bool(part.remedy) == (part.recording in ("missing", "conditional")), part.part
        assert part.recording != "conditional" or part.condition


FIT = "from sklearn.linear_model import LogisticRegression\n"


def one(text: str) -> tuple[str, dict[str, str]]:
    _, told = records({"train.py": FIT + text})
    assert len(told) == 1
    return told[0]


def test_two_trackers_each_give_what_they_keep() -> None:
    trackers, parts = one(
        "import mlflow, wandb\n"
        "run = wandb.init(config={'seed': 3})\n"
        "mlflow.start_run()\n"
        "LogisticRegression().fit([[0]], [0])\n"
        "mlflow.log_metric('loss', 1.0)\n"
    )
    assert trackers == "Weights & Biases train.py:3, MLflow train.py:4"
    assert parts["seeds"] == "explicit Weights & Biases train.py:3"
    assert parts["metrics"] == "explicit MLflow train.py:6"
    assert parts["environment"] == "automatic Weights & Biases"


def test_a_run_that_the_defaults_switch_off_is_a_condition() -> None:
    trackers, parts = one(
        "import argparse, wandb\n"
        "parser = argparse.ArgumentParser()\n"
        "parser.add_argument('--track', default='no', choices=['no', 'yes'])\n"
        "args = parser.parse_args()\n"
        "if args.track == 'yes':\n"
        "    wandb.init(config=vars(args))\n"
        "LogisticRegression().fit([[0]], [0])\n"
    )
    assert trackers == "Weights & Biases train.py:7"
    assert parts["code"] == "conditional Weights & Biases train.py:7"


def test_a_disabled_run_is_none() -> None:
    assert one("import wandb\nwandb.init(mode='disabled')\nLogisticRegression().fit([[0]], [0])\n")[0] == ""


def test_a_variable_of_a_script_switches_the_tracker_off() -> None:
    files = {
        "train.py": FIT + "import wandb\nwandb.init()\nLogisticRegression().fit([[0]], [0])\n",
        "run.sh": "export WANDB_MODE=disabled\npython train.py\n",
    }
    assert records(files)[1][0][0] == ""
    files["run.sh"] = "export WANDB_MODE=online\npython train.py\n"
    assert records(files)[1][0][0] == "Weights & Biases train.py:3"


def test_git_switched_off_leaves_the_code_out() -> None:
    _, parts = one(
        "import wandb\nwandb.init(settings=wandb.Settings(disable_git=True))\nLogisticRegression().fit([[0]], [0])\n"
    )
    assert parts["code"] == "missing"


def test_a_framework_logs_through_its_logger() -> None:
    _, told = records(
        {
            "train.py": "import lightning as L\n"
            "from lightning.pytorch.loggers import WandbLogger\n"
            "class Model(L.LightningModule):\n"
            "    def __init__(self):\n"
            "        super().__init__()\n"
            "        self.save_hyperparameters()\n"
            "    def training_step(self, batch, index):\n"
            "        loss = batch.sum()\n"
            "        self.log('loss', loss)\n"
            "        return loss\n"
            "if __name__ == '__main__':\n"
            "    trainer = L.Trainer(logger=WandbLogger(project='demo', log_model='all'))\n"
            "    trainer.fit(Model())\n"
        }
    )
    trackers, parts = told[0]
    assert trackers == "Weights & Biases train.py:12"
    assert parts["metrics"] == "explicit Weights & Biases train.py:9"
    assert parts["hyperparameters"] == "explicit Weights & Biases train.py:6"
    assert parts["artifacts"] == "automatic Weights & Biases"


def test_the_trainer_reports_what_its_arguments_say() -> None:
    def parts_with(report_to: str) -> tuple[str, dict[str, str]]:
        _, told = records(
            {
                "train.py": "from transformers import AutoModel, Trainer, TrainingArguments\n"
                f"args = TrainingArguments('out', report_to={report_to})\n"
                "trainer = Trainer(model=AutoModel.from_pretrained('gpt2'), args=args)\n"
                "trainer.train()\n"
            }
        )
        return told[0]

    trackers, parts = parts_with('["tensorboard", "mlflow"]')
    assert trackers == "MLflow train.py:2"
    assert parts["seeds"] == "automatic MLflow"
    assert parts["environment"] == "missing"
    assert parts_with('"none"')[0] == ""


def test_a_job_of_another_file_starts_the_program() -> None:
    _, told = records(
        {
            "src/train.py": FIT + "if __name__ == '__main__':\n    LogisticRegression().fit([[0]], [0])\n",
            "submit.py": "from azure.ai.ml import MLClient, command\n"
            "if __name__ == '__main__':\n"
            "    job = command(code='src', command='python train.py', environment='azureml:e:1')\n"
            "    MLClient.from_config().jobs.create_or_update(job)\n",
        }
    )
    assert told[0][0] == "Azure ML submit.py:3"
    assert told[0][1]["code"] == "automatic Azure ML"


@pytest.mark.parametrize(
    ("handed", "seeds"),
    [
        ("{'seed': 3}", "explicit Weights & Biases train.py:3"),
        ("{'lr': 3}", "missing"),
        ("dict(train=dict(random_state=1))", "explicit Weights & Biases train.py:3"),
        ("load()", "conditional Weights & Biases train.py:3"),
    ],
)
def test_a_seed_is_known_by_its_name_in_what_is_handed_over(handed: str, seeds: str) -> None:
    _, parts = one(f"import wandb\nwandb.init(config={handed})\nLogisticRegression().fit([[0]], [0])\n")
    assert parts["seeds"] == seeds


def test_a_run_behind_a_flag_is_a_condition() -> None:
    trackers, parts = one(
        "import argparse, wandb\n"
        "parser = argparse.ArgumentParser()\n"
        "parser.add_argument('--track', action='store_true')\n"
        "args = parser.parse_args()\n"
        "if args.track:\n"
        "    wandb.init(config=vars(args))\n"
        "LogisticRegression().fit([[0]], [0])\n"
    )
    assert trackers == "Weights & Biases train.py:7"
    assert parts["environment"] == "conditional Weights & Biases train.py:7"
    assert parts["seeds"] == "missing"


def test_nothing_is_claimed_of_several_trackers_that_an_unknown_value_chooses() -> None:
    text = (
        "import sys\n"
        "from transformers import AutoModel, Trainer, TrainingArguments\n"
        "args = TrainingArguments('out', report_to=sys.argv[1])\n"
        "Trainer(model=AutoModel.from_pretrained('gpt2'), args=args).train()\n"
    )
    session = start({"train.py": text}, rules=())
    world = session.run().world
    (record,) = record_programs(world)
    assert record.trackers == ()
    assert ("train.py:3", "which trackers it reports to is not known") in [
        (spot(session, place), why) for place, why, _ in world.coverage.unknown
    ]


def test_a_parameter_of_the_pipeline_records_the_seed() -> None:
    text = program("kubeflow")["pipeline.py"]
    assert records({"pipeline.py": text})[1][0][1]["seeds"] == "missing"
    seeded = text.replace("def train(penalty: float = 1.0)", "def train(penalty: float = 1.0, seed: int = 7)")
    assert records({"pipeline.py": seeded})[1][0][1]["seeds"] == "automatic Kubeflow Pipelines pipeline.py:14"
    bare = seeded.replace('@dsl.pipeline(name="demo")', "@dsl.pipeline")
    assert records({"pipeline.py": bare})[1][0][1]["seeds"] == "automatic Kubeflow Pipelines pipeline.py:14"


OPTIONS = (
    "import argparse\n" + FIT + "parser = argparse.ArgumentParser()\n"
    "parser.add_argument('--seed', type=int, default=3)\n"
    "parser.add_argument('--penalty', type=float, default=1.0)\n"
    "LogisticRegression(C=parser.parse_args().penalty).fit([[0]], [0])\n"
)


@pytest.mark.parametrize(
    ("operation", "hyperparameters", "seeds"),
    [
        ("", "missing", "missing"),
        ("flags-import: no", "missing", "missing"),
        ("flags-import: []", "missing", "missing"),
        ("flags-import: all", "automatic Guild AI", "automatic Guild AI"),
        ("flags-import: [seed]", "automatic Guild AI", "automatic Guild AI"),
        ("flags-import: [penalty]", "automatic Guild AI", "missing"),
        ("flags: {penalty: 2}", "automatic Guild AI", "missing"),
        ("flags: {seed: 2}", "automatic Guild AI", "automatic Guild AI"),
    ],
)
def test_an_operation_has_the_flags_that_it_lists(operation: str, hyperparameters: str, seeds: str) -> None:
    files = {"train.py": OPTIONS, "guild.yml": f"train:\n  main: train\n  {operation}\n"}
    parts = records(files)[1][0][1]
    assert (parts["hyperparameters"], parts["seeds"]) == (hyperparameters, seeds)


def test_a_script_that_is_run_by_its_name_has_all_flags() -> None:
    parts = records({"train.py": OPTIONS, "run.sh": "guild run train.py penalty=2\n"})[1][0][1]
    assert (parts["hyperparameters"], parts["seeds"]) == ("automatic Guild AI", "automatic Guild AI")


STAGE = "stages:\n  train:\n    cmd: python train.py\n"


@pytest.mark.parametrize(
    ("stage", "recorded"),
    [
        ("", {}),
        ("deps: [train.py]", {"code": "conditional"}),
        ("deps: [train.py, data/train.csv]", {"code": "conditional", "data": "automatic", "lineage": "automatic"}),
        ("params: [penalty]", {"hyperparameters": "automatic"}),
        ("params: [penalty, train.seed]", {"hyperparameters": "automatic", "seeds": "automatic"}),
        ("params: [{conf.yaml: [seed]}]", {"hyperparameters": "automatic", "seeds": "automatic"}),
        ("params: [{conf.yaml: }]", {"hyperparameters": "automatic", "seeds": "conditional"}),
        ("metrics: [metrics.json]", {"metrics": "automatic"}),
        ("metrics: [{metrics.json: {cache: false}}]", {"metrics": "automatic"}),
        ("outs: [model.pkl]", {"artifacts": "automatic"}),
    ],
)
def test_a_stage_records_what_it_lists(stage: str, recorded: dict[str, str]) -> None:
    files = {"train.py": OPTIONS, "dvc.yaml": f"{STAGE}    {stage}\n"}
    parts = records(files)[1][0][1]
    assert {part: said.split()[0] for part, said in parts.items() if said != "missing"} == recorded


def test_metrics_at_the_top_of_the_file_are_a_condition() -> None:
    files = {"train.py": OPTIONS, "dvc.yaml": f"{STAGE}metrics:\n- metrics.json\n"}
    assert records(files)[1][0][1]["metrics"] == "conditional DVC dvc.yaml:3"


REPORTS = (
    "from transformers import AutoModel, Trainer, TrainingArguments\n"
    "args = TrainingArguments('out'{})\n"
    "trainer = Trainer(model=AutoModel.from_pretrained('gpt2'), args=args)\n"
    "trainer.train()\n"
)
ALL = ", report_to='all'"
UV_LOCK = "version = 1\n" + "".join(
    f'\n[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {{ registry = "https://pypi.org/simple" }}\n'
    for name, version in (("transformers", "4.57.6"), ("wandb", "0.19.11"))
)


@pytest.mark.parametrize(
    ("given", "files", "trackers", "metrics"),
    [
        # "all": what is installed
        (ALL, {"uv.lock": UV_LOCK}, "Weights & Biases train.py:2", "automatic"),
        (ALL, {"requirements.txt": "wandb==0.19.11\n"}, "Weights & Biases train.py:2", "automatic"),
        (ALL, {"requirements.txt": "transformers==4.57.6\n"}, "", "missing"),
        # nothing given: "all" before release 5, none from then on
        ("", {"uv.lock": UV_LOCK}, "Weights & Biases train.py:2", "automatic"),
        ("", {"requirements.txt": "transformers==4.57.6\nwandb\n"}, "Weights & Biases train.py:2", "automatic"),
        ("", {"requirements.txt": "transformers>=4.30\nwandb\n"}, "Weights & Biases train.py:2", "conditional"),
        ("", {"requirements.txt": "transformers\nwandb\n"}, "Weights & Biases train.py:2", "conditional"),
        ("", {"requirements.txt": "transformers==5.24.0\nwandb\n"}, "", "missing"),
        ("", {"requirements.txt": "transformers==4.57.6\n"}, "", "missing"),
        (", report_to='none'", {"uv.lock": UV_LOCK}, "", "missing"),
        (
            ", report_to='wandb'",
            {"requirements.txt": "transformers==5.24.0\n"},
            "Weights & Biases train.py:2",
            "automatic",
        ),
    ],
)
def test_what_is_installed_decides_where_a_trainer_reports_to(
    given: str, files: dict[str, str], trackers: str, metrics: str
) -> None:
    (record,), told = records({"train.py": REPORTS.format(given), **files})
    assert told[0][0] == trackers
    part = next(part for part in record.parts if part.part == "metrics")
    assert part.recording == metrics
    if metrics == "conditional":
        assert "releases before 5 report to every tracker that is installed" in part.condition
    assert record.open is (given == ALL and "uv.lock" not in files)


HYDRA = {
    "train.py": "import hydra\nimport lightning as L\n\n\n"
    "class Model(L.LightningModule):\n"
    "    def training_step(self, batch, index):\n"
    "        self.log('loss', batch.sum())\n\n\n"
    "def make(given):\n    return [hydra.utils.instantiate(one) for one in given.values()]\n\n\n"
    "@hydra.main(version_base=None, config_path='conf', config_name='train')\n"
    "def main(cfg):\n"
    "    L.Trainer(logger=make(cfg.logger)).fit(Model())\n\n\n"
    "if __name__ == '__main__':\n    main()\n",
    "conf/train.yaml": "defaults:\n  - _self_\n  - logger: {}\n",
    "conf/logger/wandb.yaml": "wandb:\n  _target_: lightning.pytorch.loggers.WandbLogger\n  project: demo\n",
    "conf/logger/csv.yaml": "csv:\n  _target_: lightning.pytorch.loggers.CSVLogger\n  save_dir: out\n",
}


@pytest.mark.parametrize(
    ("chosen", "metrics"),
    [
        ("wandb", "explicit"),
        ("csv", "conditional"),
        ("null", "conditional"),
    ],
)
def test_a_logger_that_a_configuration_names_is_a_tracker(chosen: str, metrics: str) -> None:
    files = {**HYDRA, "conf/train.yaml": HYDRA["conf/train.yaml"].format(chosen)}
    (record,), told = records(files)
    assert told[0][0] == "Weights & Biases conf/logger/wandb.yaml:2"
    part = next(part for part in record.parts if part.part == "metrics")
    assert part.recording == metrics
    assert (part.condition != "") is (chosen != "wandb")


def test_a_configuration_without_a_tracker_starts_none() -> None:
    files = {path: text.replace("{}", "csv") for path, text in HYDRA.items() if "wandb" not in path}
    assert records(files)[1][0][0] == ""


SIMULATED = (
    "import argparse\nimport gymnasium as gym\nimport torch\nimport wandb\n\n\n"
    "def make(env_id):\n    return gym.make(env_id)\n\n\n"
    "def main():\n    parser = argparse.ArgumentParser()\n    parser.add_argument('--env-id', default='CartPole-v1')\n"
    "    parser.add_argument('--seed', type=int, default=1)\n    args = parser.parse_args()\n"
    "    run = wandb.init(config={config})\n    env = make({env})\n    env.reset(seed=args.seed)\n"
    "    loss = torch.nn.Linear(4, 2)(torch.ones(1, 4)).sum()\n    loss.backward()\n{more}\n\n"
    "if __name__ == '__main__':\n    main()\n"
)


def simulated(config: str, env: str, more: str = "") -> tuple[str, str, str]:
    (record,), _ = records({"train.py": SIMULATED.format(config=config, env=env, more=more)})
    part = next(part for part in record.parts if part.part == "data")
    return part.recording, part.condition, part.remedy


def test_an_environment_whose_name_is_recorded_stands_for_data() -> None:
    recording, condition, _ = simulated("vars(args)", "args.env_id")
    assert recording == "explicit"
    assert condition == "the environment CartPole-v1 stands for data, with the release of its package"


def test_an_environment_that_the_code_fixes_stands_for_data() -> None:
    recording, condition, _ = simulated("{'lr': 0.1}", "'CartPole-v1'")
    assert recording == "automatic"  # the commit and the list of packages
    assert condition.startswith("the environment CartPole-v1 stands for data")


def test_an_environment_that_an_option_chooses_must_be_recorded() -> None:
    recording, _, remedy = simulated("{'lr': 0.1}", "args.env_id")
    assert recording == "missing"
    assert remedy.startswith("hand over which environment it is")


def test_an_environment_beside_a_data_set_does_not_stand_for_it() -> None:
    more = "    from datasets import load_dataset\n    load_dataset('team/rows')\n"
    assert simulated("vars(args)", "args.env_id", more)[0] == "missing"


def test_an_environment_without_the_release_of_its_package_stands_for_nothing() -> None:
    text = (
        "from stable_baselines3 import PPO\nimport mlflow\n\nif __name__ == '__main__':\n    mlflow.start_run()\n"
        "    mlflow.log_params({'env_id': 'CartPole-v1'})\n    PPO('MlpPolicy', 'CartPole-v1').learn(total_timesteps=100)\n"
    )
    parts = records({"train.py": text})[1][0][1]
    assert (parts["environment"], parts["data"]) == ("missing", "missing")
    logged = text + "    mlflow.pyfunc.log_model('m', python_model=None)\n"
    parts = records({"train.py": logged})[1][0][1]
    assert parts["data"].startswith("explicit MLflow")
