"""Each source of pins over the files that it reads."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from driftlint.facts import Pin, Place, Reference, Subject
from driftlint.locks import read_locks
from driftlint.packs import load_packs
from driftlint.pin_sources.aliases import StatedIds
from driftlint.pin_sources.clones import ClonedCommits
from driftlint.pin_sources.hub_cache import HubCache, find_hub_caches
from driftlint.pin_sources.hub_folders import HubFolders
from driftlint.pin_sources.imported_data import ImportedData
from driftlint.pin_sources.installed import InstalledVersions, find_environments
from driftlint.pin_sources.kaggle_cache import KaggleCache
from driftlint.pin_sources.locked import LockedVersions
from driftlint.pin_sources.members import AliasedMembers
from driftlint.pin_sources.openml_cache import OpenmlCaches
from driftlint.pin_sources.prepared_data import PreparedData
from driftlint.pin_sources.run_records import RecordedVersions
from driftlint.pins import RELEASES, Pins, PinSource, Proposal
from driftlint.text import Span

COMMIT = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"


def reference(
    name: str, *, kind: str = "package", host: str = "python", path: str = "a.txt", form: str = "requirement"
) -> Reference:
    place = Place(path, Span(0, 1))
    return Reference(Subject(kind, host, name), Pin("absent"), place, place, form)


def test_a_source_is_asked_only_about_what_its_evidence_is_of() -> None:
    """Each source claims to know everything here; what is asked of it depends on its own scope alone."""

    class Eager:
        def __init__(self, source: PinSource) -> None:
            self.answers = source.answers

        def find(self, reference: Reference) -> Proposal | None:
            return Proposal("1", "claimed")

    here = Path("/nowhere")
    catalogue, _ = load_packs([])
    sources: dict[str, PinSource] = {
        "lock": LockedVersions({}),
        "installed": InstalledVersions(here, "x"),
        "recorded": RecordedVersions(here),
        "hub": HubCache([]),
        "kaggle": KaggleCache(here),
        "prepared": PreparedData(here),
        "openml": OpenmlCaches(here, here),
        "folders": HubFolders(here),
        "imports": ImportedData((), lambda _: None),
        "members": AliasedMembers(InstalledVersions(here, "x"), {}, lambda _: None, lambda _: None),
        "clones": ClonedCommits(here, lambda _: None),
        "ids": StatedIds(catalogue, date(2025, 1, 1)),
    }
    asked = {
        "a release": (reference("a"), {"lock", "installed", "recorded"}),
        "a tool": (reference("a", kind="tool", form="install"), {"lock", "installed", "recorded"}),
        "a branch of a package": (reference("a", host="github.com", form="vcs"), {"installed"}),
        "an archive of a package": (reference("a", host="github.com", form="url"), set()),
        "weights": (reference("a/b", kind="weights", host="huggingface", form="call"), {"hub", "members"}),
        "weights of another hub": (reference("a/b", kind="weights", host="modelscope", form="call"), {"members"}),
        "weights in a config": (reference("a/b", kind="weights", host="modelscope", form="config"), set()),
        "data of Kaggle": (reference("a/b", kind="dataset", host="kaggle", form="call"), {"kaggle"}),
        "data of Kaggle in a command": (reference("a/b", kind="dataset", host="kaggle", form="command"), set()),
        "data of TFDS": (reference("a", kind="dataset", host="tfds", form="call"), {"prepared"}),
        "data of OpenML": (reference("a", kind="dataset", host="openml", form="call"), {"openml"}),
        "data of a DVC repo": (reference("a/b", kind="dataset", host="dvc", form="command"), {"imports"}),
        "a file at an address": (reference("a/b", kind="url", host="huggingface", form="call"), set()),
        "a download": (reference("a/b", kind="download", host="huggingface", form="call"), set()),
        "an artifact": (reference("a/b", kind="artifact", host="wandb", form="call"), set()),
        "code": (reference("a/b", kind="remote-code", host="huggingface", form="call"), {"hub"}),
        "code at another host": (reference("a/b", kind="remote-code", host="github", form="call"), {"folders"}),
        "a clone": (reference("a/b", kind="repository", host="github.com", form="clone"), {"clones"}),
        "a repository that is no clone": (reference("a/b", kind="repository", host="github.com", form="call"), set()),
        "an action": (reference("a/b", kind="action", host="github.com", form="action"), set()),
        "an image": (reference("a", kind="image", host="docker.io", form="image"), set()),
        "a hosted model": (reference("a", kind="model", host="openai", form="call"), {"ids"}),
        "a stream": (reference("a", kind="stream", host="train.py", form="call"), set()),
    }
    told = {
        label: {name for name, source in sources.items() if Pins((Eager(source),)).find(about) is not None}
        for label, (about, _) in asked.items()
    }
    assert told == {label: names for label, (_, names) in asked.items()}


def test_code_on_the_hub_is_looked_for_in_the_kind_of_repo_that_is_loaded(tmp_path: Path) -> None:
    """A dataset and a model may have the same name; code that neither is known to hold is not looked for."""
    for folder, commit in (("models--a--b", COMMIT), ("datasets--a--b", "0" * 40)):
        (tmp_path / folder / "refs").mkdir(parents=True)
        (tmp_path / folder / "refs" / "main").write_text(commit)
        (tmp_path / folder / "snapshots" / commit).mkdir(parents=True)
    code = reference("a/b", kind="remote-code", host="huggingface", form="call")
    found = {
        names: HubCache([tmp_path]).find(replace(code, name_grammar=names))
        for names in ("hub-model-id", "hub-dataset-id", "hub-repo-id", "")
    }
    assert {names: answer and answer.version for names, answer in found.items()} == {
        "hub-model-id": COMMIT,
        "hub-dataset-id": "0" * 40,
        "hub-repo-id": None,
        "": None,
    }
    config = tmp_path / "models--a--b" / "snapshots" / COMMIT / "config.json"
    config.write_text('{"auto_map": {"AutoModel": "c/d--modeling.Net"}}')  # the code lies in another repo
    assert HubCache([tmp_path]).find(replace(code, name_grammar="hub-model-id")) is None
    config.write_text('{"auto_map": {"AutoModel": "modeling.Net"}}')
    assert HubCache([tmp_path]).find(replace(code, name_grammar="hub-model-id")) is not None


def lock(*packages: tuple[str, str]) -> bytes:
    rows = "".join(
        f'\n[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {{ registry = "https://pypi.org/simple" }}\n'
        for name, version in packages
    )
    return f'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n{rows}'.encode()


def test_the_nearest_lock_with_one_version_answers() -> None:
    files = {
        "uv.lock": lock(("torch", "2.5.0"), ("numpy", "1.26.4"), ("numpy", "2.1.0"), ("pandas", "2.2.3")),
        "exp/uv.lock": lock(("torch", "2.6.0")),
    }
    source = LockedVersions({path: found for path, found in read_locks(files).items() if found is not None})
    assert source.find(reference("torch", path="exp/deep/run.sh")) == Proposal("2.6.0", "exp/uv.lock")
    assert source.find(reference("torch", path="run.sh")) == Proposal("2.5.0", "uv.lock")
    assert source.find(reference("Pandas[excel]", path="exp/run.sh")) == Proposal("2.2.3", "uv.lock")
    assert source.find(reference("numpy", path="run.sh")) is None
    assert Pins((source,)).find(reference("torch", path="run.sh", form="vcs")) is None
    assert Pins((source,)).find(reference("torch", kind="dataset")) is None


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    site = tmp_path / ".venv" / "lib" / "python3.12" / "site-packages"
    for name in ("torch-2.6.0+cu124", "scikit_learn-1.6.1", "odd-not.a.version!", "wordpiece_lite-0.1"):
        (site / f"{name}.dist-info").mkdir(parents=True)
    (site / "wordpiece_lite-0.1.dist-info" / "direct_url.json").write_text(
        json.dumps({"url": "https://github.com/a/b", "vcs_info": {"vcs": "git", "commit_id": COMMIT}})
    )
    (tmp_path / ".venv" / "pyvenv.cfg").touch()
    meta = tmp_path / ".venv" / "conda-meta"
    meta.mkdir()
    (meta / "scikit-learn-1.5.0-py312h8fb_1.json").touch()
    return tmp_path / ".venv"


def test_an_environment_is_read_off_its_folders(environment: Path) -> None:
    source = InstalledVersions(environment, "the environment .venv")
    assert source.find(reference("scikit-learn")) == Proposal("1.6.1", "the environment .venv (scikit-learn 1.6.1)")
    assert source.find(reference("scikit-learn", form="conda", host="conda")) == Proposal(
        "1.5.0", "the environment .venv (scikit-learn 1.5.0)"
    )
    assert source.find(reference("torch")) == Proposal("2.6.0", "the environment .venv (torch 2.6.0+cu124)", "suggest")
    assert source.find(reference("odd")) is None
    assert source.find(reference("absent")) is None


def test_the_commit_of_a_package_from_version_control_is_known(environment: Path) -> None:
    source = InstalledVersions(environment, "the environment .venv")
    found = source.find(reference("wordpiece-lite", form="vcs", host="github.com"))
    assert found == Proposal(COMMIT, "the environment .venv, direct_url.json of wordpiece-lite")
    assert source.find(reference("torch", form="vcs")) is None
    broken = environment / "lib" / "python3.12" / "site-packages" / "wordpiece_lite-0.1.dist-info" / "direct_url.json"
    broken.write_text("{")
    assert InstalledVersions(environment, "x").find(reference("wordpiece-lite", form="vcs")) is None


def test_the_environment_in_the_root_wins_over_the_active_one(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    active = tmp_path / "active"
    active.mkdir()
    monkeypatch.setenv("VIRTUAL_ENV", str(active))
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.delenv("PRE_COMMIT", raising=False)
    assert find_environments(tmp_path) == [environment]
    assert find_environments(tmp_path / "elsewhere") == [active]
    assert find_environments(tmp_path, Path("named")) == [Path("named")]


def test_the_environment_of_a_hook_is_nobodys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.setenv("PRE_COMMIT", "1")
    assert find_environments(tmp_path) == []
    monkeypatch.delenv("PRE_COMMIT")
    assert find_environments(tmp_path) == [Path(sys.prefix)]


def test_the_cache_of_the_hub_answers_for_the_revision_that_is_asked_for(tmp_path: Path) -> None:
    place = tmp_path / "models--org--name"
    (place / "refs" / "refs" / "pr").mkdir(parents=True)
    (place / "refs" / "main").write_text(COMMIT)
    (place / "refs" / "v1").write_text("0" * 40)
    (place / "snapshots" / COMMIT).mkdir(parents=True)
    source = HubCache([tmp_path / "nothing", tmp_path])
    weights = reference("org/name", kind="weights", host="huggingface", form="call")
    assert source.find(weights) == Proposal(COMMIT, "local Hub cache, models org/name, refs/main")
    assert source.find(replace(weights, pin=Pin("moving", "main"))) == source.find(weights)
    assert source.find(replace(weights, pin=Pin("tag", "v1"))) is None  # its snapshot is gone
    assert source.find(replace(weights, pin=Pin("moving", "../../x"))) is None
    (tmp_path / "outside").write_text(COMMIT)
    assert source.find(replace(weights, pin=Pin("moving", str(tmp_path / "outside")))) is None
    assert source.find(replace(weights, pin=Pin("moving", "a\0b"))) is None
    assert source.find(replace(weights, late=True)) is None
    assert source.find(replace(weights, subject=Subject("dataset", "huggingface", "org/name"))) is None
    assert source.find(replace(weights, subject=Subject("weights", "modelscope", "org/name"))) is None


def test_the_variables_of_the_hub_are_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "TRANSFORMERS_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert find_hub_caches() == [Path("~/.cache/huggingface/hub").expanduser()]
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    assert find_hub_caches() == [Path("/x/huggingface/hub")]
    monkeypatch.setenv("HF_HOME", "/h")
    monkeypatch.setenv("HF_HUB_CACHE", "/c")
    assert find_hub_caches() == [Path("/c"), Path("/h/hub")]


def test_the_newest_recorded_run_answers_with_a_suggestion(tmp_path: Path) -> None:
    for run, text in (
        ("run-20260101_000000-aaaa", "numpy==1.0\n"),
        ("offline-run-20260301_000000-bbbb", "numpy==1.26.4\ntorch==2.6.0+cu124\n-e .\n"),
        ("run-20260401_000000-cccc", None),
    ):
        folder = tmp_path / "wandb" / run / "files"
        folder.mkdir(parents=True)
        if text is not None:
            (folder / "requirements.txt").write_text(text)
    source = RecordedVersions(tmp_path)
    evidence = "the packages of a recorded run, wandb/offline-run-20260301_000000-bbbb/files/requirements.txt"
    assert source.find(reference("numpy")) == Proposal("1.26.4", evidence, "suggest")
    assert source.find(reference("torch")) is None
    assert RecordedVersions(tmp_path / "none").find(reference("numpy")) is None


def test_an_alias_gets_the_dated_id_while_that_one_lives() -> None:
    catalogue, _ = load_packs([])
    alias = replace(reference("gpt-4o", kind="model", host="openai", form="call"), pin=Pin("moving", "gpt-4o"))
    found = StatedIds(catalogue, date(2025, 1, 1)).find(alias)
    assert found is not None
    assert (found.version, found.applicability) == ("gpt-4o-2024-08-06", "suggest")
    assert StatedIds(catalogue, date(2099, 1, 1)).find(alias) is None
    assert StatedIds(catalogue, date(2025, 1, 1)).find(replace(alias, pin=Pin("sealed", "gpt-4o-2024-08-06"))) is None


def test_the_first_source_that_knows_wins() -> None:
    class Fixed:
        answers = (RELEASES,)

        def __init__(self, answer: Proposal | None) -> None:
            self.answer = answer
            self.asked = 0

        def find(self, reference: Reference) -> Proposal | None:
            self.asked += 1
            return self.answer

    silent, first, second = Fixed(None), Fixed(Proposal("1", "a")), Fixed(Proposal("2", "b"))
    pins = Pins((silent, first, second))
    assert pins.find(reference("x")) == Proposal("1", "a") == pins.find(reference("x"))
    assert (silent.asked, first.asked, second.asked) == (1, 1, 0)


def test_the_newest_record_counts_whoever_made_it(tmp_path: Path) -> None:
    wandb = tmp_path / "wandb" / "run-20250102_030405-abc" / "files"
    wandb.mkdir(parents=True)
    (wandb / "requirements.txt").write_text("numpy==2.1.0\n")
    run = tmp_path / "mlruns" / "1" / "f00d"
    (run / "artifacts" / "model").mkdir(parents=True)
    (run / "meta.yaml").write_text("run_id: f00d\nstart_time: 1735000000000\n")  # 24 December 2024
    (run / "artifacts" / "model" / "requirements.txt").write_text("mlflow==3.6.0\nnumpy==2.0.0\n")
    found = RecordedVersions(tmp_path).find(reference("numpy"))
    assert found is not None
    assert (found.version, found.applicability) == ("2.1.0", "suggest")
    model = tmp_path / "mlruns" / "1" / "models" / "m-1"
    (model / "artifacts").mkdir(parents=True)
    (model / "meta.yaml").write_text("creation_timestamp: 1736000000000\n")  # 4 January 2025
    (model / "artifacts" / "requirements.txt").write_text("numpy==2.2.0\n")
    found = RecordedVersions(tmp_path).find(reference("numpy"))
    assert found is not None
    assert (found.version, found.evidence) == (
        "2.2.0",
        "the packages of a recorded run, mlruns/1/models/m-1/artifacts/requirements.txt",
    )


def test_a_record_of_another_repository_is_passed_over(tmp_path: Path) -> None:
    """What names no remote counts as this repo's, and so does every record where the clone has no remote."""
    runs = {"20260101_000000-old": "", "20260102_000000-own": "git@github.com:Lab/rank.git", "20260103_000000-far": "x"}
    for number, (name, remote) in enumerate(runs.items()):
        files = tmp_path / "wandb" / f"run-{name}" / "files"
        files.mkdir(parents=True)
        (files / "requirements.txt").write_text(f"numpy==1.{number}.0\n")
        if remote:
            far = "https://github.com/lab/other" if remote == "x" else remote
            (files / "wandb-metadata.json").write_text(json.dumps({"git": {"remote": far, "commit": COMMIT}}))
    run = tmp_path / "mlruns" / "0" / "f00d"
    (run / "tags").mkdir(parents=True)
    (run / "artifacts" / "model").mkdir(parents=True)
    (run / "meta.yaml").write_text("start_time: 1990000000000\n")
    (run / "tags" / "mlflow.source.git.repoURL").write_text("https://github.com/lab/third.git")
    (run / "artifacts" / "model" / "requirements.txt").write_text("numpy==2.0.0\n")

    def newest() -> str:
        found = RecordedVersions(tmp_path).find(reference("numpy"))
        return found.version if found is not None else ""

    assert newest() == "2.0.0"
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text('[remote "origin"]\n\turl = https://github.com/lab/rank\n')
    assert newest() == "1.1.0"
    (run / "tags" / "mlflow.source.git.repoURL").write_text("https://github.com/lab/rank")
    assert newest() == "2.0.0"
    near = tmp_path / "exp" / "wandb" / "run-20200101_000000-near" / "files"
    near.mkdir(parents=True)
    (near / "requirements.txt").write_text("numpy==1.9.0\n")
    found = RecordedVersions(tmp_path).find(reference("numpy", path="exp/net/requirements.txt"))
    assert found is not None
    assert found.evidence.endswith("exp/wandb/run-20200101_000000-near/files/requirements.txt")
