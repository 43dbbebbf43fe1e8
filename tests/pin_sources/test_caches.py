"""What the clients of data and model hosts have left on a machine, and the whole mend that it leads to."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from driftlint.facts import Pin, Place, Reference, Subject
from driftlint.mending import Around, gather_pins, mend
from driftlint.pin_sources.hub_folders import HubFolders
from driftlint.pin_sources.installed import InstalledVersions
from driftlint.pin_sources.kaggle_cache import KaggleCache
from driftlint.pin_sources.openml_cache import OpenmlCaches
from driftlint.pin_sources.prepared_data import PreparedData
from driftlint.pins import PinSource
from driftlint.text import Span
from driftlint.workspace import MemoryWorkspace
from tests.fixtures.expected import start

COMMIT = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"
OTHER = "0" * 40


def lay(root: Path, *files: str, text: str = "") -> None:
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def about(name: str, kind: str, host: str, asked: str | None = None) -> Reference:
    place = Place("a.py", Span(0, 1))
    return Reference(Subject(kind, host, name), Pin("absent" if asked is None else "moving", asked), place, place)


def found(source: PinSource, reference: Reference) -> tuple[str, str] | None:
    proposal = source.find(reference)
    return None if proposal is None else (proposal.version, proposal.applicability)


def mended(
    files: Mapping[str, str], sources: tuple[PinSource, ...] = (), environments: tuple[InstalledVersions, ...] = ()
) -> tuple[dict[str, str], list[str]]:
    """Return the changed files and the evidence that was named."""
    around = Around(Path("/nowhere"), (*environments, *sources), environments)
    plan = mend(
        lambda workspace: start(Path("repo"), workspace=workspace),
        MemoryWorkspace(files),
        lambda run: gather_pins(run, around),
        lambda finding, _: finding.family == "data",
        frozenset(("safe", "suggest")),
    )
    return {path: data.decode() for path, data in plan.files.items()}, [fix.evidence for _, fix in plan.made]


@pytest.mark.parametrize(
    ("files", "name", "kind", "version"),
    [
        (["datasets/a/b/versions/4/x.csv", "datasets/a/b/4.complete"], "a/b", "dataset", "4"),
        (["datasets/a/b/versions/4/x.csv", "datasets/a/b/.complete/4/x.csv.complete"], "a/b", "dataset", "4"),
        (["datasets/a/b/versions/4/x.csv"], "a/b", "dataset", None),
        (
            [
                "datasets/a/b/versions/4/x",
                "datasets/a/b/4.complete",
                "datasets/a/b/versions/5/x",
                "datasets/a/b/5.complete",
            ],
            "a/b",
            "dataset",
            None,
        ),
        (
            ["datasets/a/b/versions/4/x", "datasets/a/b/4.complete", "datasets/a/b/versions/5/x"],
            "a/b",
            "dataset",
            "4",
        ),
        (["notebooks/a/b/output/versions/7/x"], "a/b", "remote-code", "7"),
        (
            ["notebooks/a/b/output/versions/7/x", "datasets/a/b/versions/4/x", "datasets/a/b/4.complete"],
            "a/b",
            "dataset",
            None,
        ),
        (["models/a/b/keras/c/3/x", "models/a/b/keras/c/3.complete"], "a/b/keras/c", "weights", "3"),
        (["models/a/b/keras/c/3/x", "models/a/b/keras/c/3.complete"], "kaggle://a/b/keras/c", "weights", "3"),
        (["datasets/a/b/versions/4/x", "datasets/a/b/4.complete"], "../datasets", "dataset", None),
    ],
)
def test_kagglehub_keeps_versions_in_folders(
    tmp_path: Path, files: list[str], name: str, kind: str, version: str | None
) -> None:
    lay(tmp_path, *files)
    assert found(KaggleCache(tmp_path), about(name, kind, "kaggle")) == ((version, "safe") if version else None)


@pytest.mark.parametrize(
    ("name", "asked", "version"),
    [
        ("mnist:3.*.*", "3.*.*", "3.0.1"),
        ("Mnist:3.*.*", "3.*.*", "3.0.1"),
        ("mnist:*.*.*", "*.*.*", None),
        ("mnist", "experimental_latest", None),
        ("mnist", None, None),
        ("glue/cola:*.*.*", "*.*.*", "2.0.0"),
        ("imdb_reviews:1.*.*", "1.*.*", None),
        ("../mnist:3.*.*", "3.*.*", None),
    ],
)
def test_prepared_data_lies_in_folders_of_versions(
    tmp_path: Path, name: str, asked: str | None, version: str | None
) -> None:
    whole = ["mnist/3.0.1", "mnist/2.0.0", "glue/cola/2.0.0"]
    lay(tmp_path, *(f"{place}/dataset_info.json" for place in whole), "imdb_reviews/1.0.0/x.tfrecord")
    answer = found(PreparedData(tmp_path), about(name, "dataset", "tfds", asked))
    assert answer == ((version, "safe") if version else None)


def test_what_two_clients_of_openml_keep_must_agree(tmp_path: Path) -> None:
    answer = "openml/openml.org/api/v1/json/data/list/data_name/{}/limit/2/status/active/.gz"
    for name, version in (("adult", 2), ("iris", 1)):
        lay(tmp_path / "sk", answer.format(name))
        data = {"data": {"dataset": [{"did": 5, "name": name, "version": version, "status": "active"}]}}
        (tmp_path / "sk" / answer.format(name)).write_bytes(gzip.compress(json.dumps(data).encode()))
    described = (
        "<oml:data_set_description><oml:name>{}</oml:name><oml:version>{}</oml:version></oml:data_set_description>"
    )
    for number, (name, version) in enumerate((("iris", 3), ("wine", 1), ("wine", 2), ("car", 4)), 40):
        lay(tmp_path / "own", f"org/openml/www/datasets/{number}/description.xml", text=described.format(name, version))
    source = OpenmlCaches(tmp_path / "sk", tmp_path / "own")
    told = {name: found(source, about(name, "dataset", "openml")) for name in ("Adult", "iris", "wine", "car", "none")}
    assert told == {"Adult": ("2", "safe"), "iris": None, "wine": None, "car": ("4", "safe"), "none": None}
    assert found(source, about("adult", "dataset", "openml", "active")) == ("2", "safe")


@pytest.mark.parametrize("packed", [b"", b"\x1f\x8b", gzip.compress(b"[]", mtime=0), gzip.compress(b" " * (2 << 20))])
def test_a_broken_answer_is_none(tmp_path: Path, packed: bytes) -> None:
    place = tmp_path / "openml/openml.org/api/v1/json/data/list/data_name/adult/limit/2/status/active"
    place.mkdir(parents=True)
    (place / ".gz").write_bytes(packed)
    assert found(OpenmlCaches(tmp_path, tmp_path), about("adult", "dataset", "openml")) is None


@pytest.mark.parametrize(
    ("folders", "name", "commit"),
    [
        ([f"a_b_{COMMIT}"], "a/b", COMMIT),
        ([f"a_b_{COMMIT}", "a_b_v1.0"], "a/b:dev", COMMIT),
        ([f"a_b_{COMMIT}", "a_b_main"], "a/b", None),
        ([f"a_b_{COMMIT}", "a_b_fix_x"], "a/b:fix/x", None),
        ([f"a_b_{COMMIT}", f"a_b_{OTHER}"], "a/b", None),
        (["a_b_main"], "a/b", None),
        ([f"a_b_c_{COMMIT}"], "a/b", None),
    ],
)
def test_a_folder_of_torch_hub_tells_a_commit_only_by_its_name(
    tmp_path: Path, folders: list[str], name: str, commit: str | None
) -> None:
    lay(tmp_path, *(f"{folder}/hubconf.py" for folder in folders))
    answer = found(HubFolders(tmp_path), about(name, "remote-code", "github", "dev" if ":" in name else None))
    assert answer == ((commit, "suggest") if commit else None)


KAGGLE = (
    'import kagglehub\n\nNAME = "a/b"  # why\nkagglehub.dataset_download("a/b")\nkagglehub.dataset_download(NAME)\n'
)


def test_a_version_of_kaggle_goes_into_the_name(tmp_path: Path) -> None:
    lay(tmp_path, "datasets/a/b/versions/4/x.csv", "datasets/a/b/4.complete")
    files, evidence = mended({"train.py": KAGGLE}, (KaggleCache(tmp_path),))
    assert files["train.py"] == KAGGLE.replace('"a/b"', '"a/b/versions/4"')
    assert set(evidence) == {"local kagglehub cache, datasets/a/b/versions/4"}
    assert mended(files, (KaggleCache(tmp_path),)) == ({}, [])


def test_a_version_of_openml_is_a_number(tmp_path: Path) -> None:
    lay(
        tmp_path,
        "org/openml/www/datasets/2/description.xml",
        text="<oml:name>adult</oml:name>\n<oml:version>2</oml:version>",
    )
    text = (
        "import openml\nfrom sklearn.datasets import fetch_openml\n\n"
        'fetch_openml("adult")\nfetch_openml("adult", version="active")\nopenml.datasets.get_dataset("adult")\n'
    )
    files, _ = mended({"train.py": text}, (OpenmlCaches(tmp_path, tmp_path),))
    assert files["train.py"] == text.replace(', version="active"', "").replace('"adult")', '"adult", version=2)')


HUB = """\
import torch

torch.hub.load(
    "a/b",  # why
    "net",
)
torch.hub.load("a/b:dev", "net", skip_validation=False)
"""


def test_a_commit_for_torch_hub_comes_with_what_it_needs(tmp_path: Path) -> None:
    """The loader looks a commit up among the heads of branches and the tags, unless it is told not to."""
    lay(tmp_path, f"a_b_{COMMIT}/hubconf.py")
    source = HubFolders(tmp_path)
    files, _ = mended({"train.py": HUB}, (source,))
    assert files["train.py"] == HUB.replace('"a/b"', f'"a/b:{COMMIT}"').replace("a/b:dev", f"a/b:{COMMIT}").replace(
        '    "net",\n', '    "net",\n    skip_validation=True,\n'
    ).replace("=False", "=True")
    assert mended({"train.py": HUB, "requirements.txt": "torch==1.9.0\n"}, (source,))[0] == {}


IMPORT = """\
deps:
- path: get-started/data.xml
  repo:
    url: https://github.com/lab/registry.git
    rev_lock: {}
outs:
- path: data.xml
"""


def test_data_that_is_imported_locks_what_is_read_from_the_same_repository() -> None:
    text = 'import dvc.api\n\ndvc.api.read("a.csv", repo="https://github.com/lab/registry")\n'
    files, evidence = mended({"train.py": text, "data/data.xml.dvc": IMPORT.format(COMMIT)})
    assert files == {"train.py": text.replace('registry")', f'registry", rev="{COMMIT}")')}
    assert evidence == ["data/data.xml.dvc, rev_lock of https://github.com/lab/registry"]
    both = {"train.py": text, "a.dvc": IMPORT.format(COMMIT), "b.dvc": IMPORT.format(OTHER)}
    assert mended(both)[0] == {}
    locked = f"schema: '2.0'\ndatasets:\n- name: rows\n  url: https://github.com/lab/registry\n  rev_lock: {COMMIT}\n"
    assert mended({"train.py": text, "dvc.lock": locked})[0] == files
    asked = text.replace('registry")', 'registry", rev="dev")')
    assert mended({"train.py": asked, "dvc.lock": locked})[0] == {}


LIBRARY = """\
class ResNet50_Weights(WeightsEnum):
    IMAGENET1K_V1 = Weights(
        url="https://download.pytorch.org/models/resnet50-0676ba61.pth",
    )
    IMAGENET1K_V2 = Weights()
    DEFAULT = IMAGENET1K_V2


class ViT_B_16_Weights(WeightsEnum):
    IMAGENET1K_V1 = Weights()
    DEFAULT = IMAGENET1K_V1


def resnet50(*, weights: Optional[ResNet50_Weights] = None, progress: bool = True, **kwargs: Any) -> ResNet:
    pass


def vit_b_16(*, weights: Optional[ViT_B_16_Weights] = None, **kwargs: Any) -> VisionTransformer:
    pass
"""
NETS = """\
from torchvision import models
from torchvision.models import ResNet50_Weights as W, resnet50, vit_b_16

resnet50(weights="DEFAULT")
resnet50(weights=W.DEFAULT)
models.vit_b_16(weights=models.ViT_B_16_Weights.DEFAULT)
models.get_weight('ResNet50_Weights.DEFAULT')
models.get_model("resnet50", weights="DEFAULT")
BEST = "DEFAULT"
resnet50(weights=BEST)
vit_b_16(weights=BEST)
"""


def test_an_alias_of_weights_is_told_by_the_installed_release(tmp_path: Path) -> None:
    """One literal that means two members stays, and so does the alias where the called function does not name a class."""
    packages = tmp_path / "lib/python3.12/site-packages"
    lay(packages, "torchvision/models/resnet.py", text=LIBRARY)
    lay(packages, "torchvision-0.29.1.dist-info/METADATA")
    environment = InstalledVersions(tmp_path, "the environment x")
    files, evidence = mended({"train.py": NETS}, (), (environment,))
    assert files["train.py"] == NETS.replace(
        'resnet50(weights="DEFAULT")', 'resnet50(weights="IMAGENET1K_V2")'
    ).replace("W.DEFAULT", "W.IMAGENET1K_V2").replace("16_Weights.DEFAULT", "16_Weights.IMAGENET1K_V1").replace(
        "50_Weights.DEFAULT", "50_Weights.IMAGENET1K_V2"
    )
    assert set(evidence) == {"the environment x (torchvision 0.29.1), where DEFAULT stands for it"}
    lock = 'version = 1\n\n[[package]]\nname = "torchvision"\nversion = "0.20.0"\nsource = { registry = "x" }\n'
    assert mended({"train.py": NETS, "uv.lock": lock}, (), (environment,))[0] == {}
