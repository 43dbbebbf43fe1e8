"""Each form over the same review: valid, complete, and the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from driftlint.review import schema
from driftlint.review.build import add_comparison
from driftlint.review.forms import FORMATS, write_review
from driftlint.review.forms.markdown_form import LIMIT
from driftlint.review.forms.purls import Purl, find_purl
from driftlint.review.lay_out import lay_out
from driftlint.review.model import PARTS, PartRecord, ProgramRecord, Section, SectionItem
from driftlint.review.policy import PRESETS
from driftlint.review.recording import record_programs
from driftlint.review.sheet import Sheet
from driftlint.text import Span
from tests.review.made import LOAD, Place, review, run_over
from tests.review.test_inventory import PYPROJECT, UV, A

FILES = {
    "pyproject.toml": PYPROJECT,
    "uv.lock": UV,
    "data.py": LOAD.format("team/set"),
    "serve.py": (
        "from openai import OpenAI\n\nOpenAI().chat.completions.create(model='gpt-4o-2024-08-06')\n"
        "OpenAI().chat.completions.create(model='gpt-4o')\n"
    ),
    "Dockerfile": f"FROM python@sha256:{A}\n",
    "README.md": "# Reproduce\n",
    "late.py": "from datasets import load_dataset\n\n"
    "load_dataset('x/y')  # driftlint: ignore[dataset-unpinned] moves by design until=2027-01-01\n",
    "broken.ipynb": '{"cells": [',
}


def make_sheet() -> Sheet:
    place = Place("data.py", Span(0, 4))
    states = ("automatic", "explicit", "conditional", "missing") * 2
    parts = tuple(
        PartRecord(part, state, "tracker", "when the run is started in a checkout", (place,), "add it")  # type: ignore[arg-type]
        for part, state in zip(PARTS, states, strict=True)
    )
    records = (ProgramRecord("data.py", "training", place, (("tracker", place),), parts),)
    section = Section(
        Place("README.md", Span(0, 11)), "Reproduce", (SectionItem("commands", "run.sh"), SectionItem("tolerance"))
    )
    made = review(
        FILES,
        records=records,
        section=section,
        rules_off={"rng-unseeded": "ignored by the configuration"},
        title="Ranker 2",
    )
    session, run = run_over({**FILES, "data.py": LOAD.format("team/old")}, PRESETS["standard"])
    found = add_comparison(made.review, made.session, run, session, "main", "e" * 40, False)
    return lay_out(found, made.session.get_document, session.get_document, title="Ranker 2")


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return make_sheet()


@pytest.fixture(scope="module")
def bom(sheet: Sheet) -> dict[str, Any]:
    return json.loads(write_review(sheet, "cyclonedx"))  # type: ignore[no-any-return]


@pytest.mark.parametrize("form", FORMATS)
def test_a_review_of_the_same_files_has_the_same_bytes(form: str, sheet: Sheet) -> None:
    assert write_review(make_sheet(), form) == write_review(sheet, form)


def test_an_unknown_form_is_refused(sheet: Sheet) -> None:
    with pytest.raises(ValueError, match="unknown form 'pdf'"):
        write_review(sheet, "pdf")


def test_the_json_form_is_valid_and_the_schema_can_refuse(sheet: Sheet) -> None:
    validator = Draft202012Validator(schema.make_schema())
    content = json.loads(write_review(sheet, "json"))
    assert [error.message for error in validator.iter_errors(content)] == []
    assert (content["version"], content["verdict"], content["revision"]["date"]) == (1, "fail", "2026-11-20T09:30:00Z")
    assert [row["kind"] for row in content["blockers"][:2]] == ["unread", "record"]
    for spoiled in ({"version": 2}, {"verdict": "maybe"}, {"more": 1}, {"inventory": [{"id": "x"}]}):
        assert list(validator.iter_errors({**content, **spoiled})), spoiled


def test_the_schema_file_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert schema.main(["--check"]) == 0, capsys.readouterr().err
    assert schema.main([]) == 2


def test_the_table_has_every_reference_and_every_locked_package(sheet: Sheet) -> None:
    text = write_review(sheet, "csv")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert text.count("\r\n") == len(rows) + 1
    found = {(row["kind"], row["name"]): row for row in rows}
    assert found["package", "numpy"]["version"] == "2.3.1"
    assert found["package", "numpy"]["held_by"] == "uv.lock:13"
    assert found["package", "numpy"]["pin"] == "'==2.3.1"
    assert found["dataset", "team/set"]["standing"] == "blocks"
    assert found["dataset", "team/set"]["written"] == "data.py:3:14"
    assert len(rows) == len(sheet.inventory)  # the one package of the lock that is no folder is that of the manifest


def test_markdown_stays_under_the_length_that_hosts_accept() -> None:
    many = "".join(f"package-number-{number}>=1\n" for number in range(3000))
    text = write_review(review({"requirements.txt": many}).sheet, "markdown")
    assert 30_000 < len(text) <= LIMIT
    assert re.search(r"\d{4} more are left out for length\.", text)
    assert text.count("<details") == text.count("</details>")


def test_markdown_leads_with_the_verdict_and_what_changed(sheet: Sheet) -> None:
    lines = write_review(sheet, "markdown").splitlines()
    assert lines[0] == "### Ranker 2: driftlint review: does not pass"
    assert any("finding gone" in line and "reference added" in line for line in lines[:8])
    assert sum("What to do: pin what you read" in line for line in lines) == 1


def test_the_terminal_has_the_verdict_the_places_and_what_was_not_read(sheet: Sheet) -> None:
    text = write_review(sheet, "text")
    assert text.startswith("FAIL  0123456789ab (v1)  2026-11-20  step\n")
    assert "  data.py:3:14: [dataset-unpinned] dataset `team/set` is read" in text
    assert "1 file not read in full, 0 not resolved" in text
    assert "judged as of 2026-11-25 (the current day)" in text
    assert "\x1b" not in text
    assert "\x1b[1;31mFAIL" in write_review(sheet, "text", color=True)


def test_a_repo_that_passes_says_so_in_every_form() -> None:
    made = review({"requirements.txt": "numpy==2.3.1\n"})
    assert write_review(made.sheet, "text").startswith("PASS  ")
    assert "review: passes" in write_review(made.sheet, "markdown")
    assert "<h1>Passes</h1>" in write_review(made.sheet, "html")
    assert json.loads(write_review(made.sheet, "json"))["blockers"] == []


def test_the_bill_of_materials_is_valid_by_the_schema_of_its_format(sheet: Sheet) -> None:
    text = write_review(sheet, "cyclonedx")
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(text) is None
    assert validator.validate_str(text.replace('"type": "container"', '"type": "box"')) is not None


def test_the_bill_of_materials_has_no_clock_and_no_random_number(bom: dict[str, Any], sheet: Sheet) -> None:
    assert bom["metadata"]["timestamp"] == "2026-11-20T09:30:00+00:00"
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f-]+", bom["serialNumber"])
    other = replace(sheet, revision=replace(sheet.revision, commit="f" * 40))
    assert json.loads(write_review(other, "cyclonedx"))["serialNumber"] != bom["serialNumber"]


def test_the_bill_of_materials_says_what_each_thing_is(bom: dict[str, Any]) -> None:
    found = {component["name"]: component for component in bom["components"]}
    (image,) = (component for component in bom["components"] if component["type"] == "container")
    numpy = found["numpy"]
    assert (numpy["type"], numpy["purl"], numpy["version"]) == ("library", "pkg:pypi/numpy@2.3.1", "2.3.1")
    assert "hashes" not in numpy  # two archives, two digests
    properties = [(p["name"], p["value"]) for p in numpy["properties"]]
    assert ("driftlint:digest", f"sha256:{A}") in properties
    assert found["team/set"]["type"] == "data"
    assert found["team/set"]["evidence"]["occurrences"] == [{"location": "data.py", "line": 3}]
    assert found["gpt-4o"]["type"] == "machine-learning-model"
    assert (image["name"], image["purl"]) == ("python", f"pkg:docker/library/python@sha256:{A}")
    assert image["hashes"] == [{"alg": "SHA-256", "content": A}]
    (service,) = bom["services"]
    assert service["name"] == "OpenAI"
    assert {p["value"] for p in service["properties"]} == {"gpt-4o gpt-4o", "gpt-4o-2024-08-06 gpt-4o-2024-08-06"}


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (("package", "python", "Ruamel_Yaml[jinja2]", "1"), Purl("pypi", "", "ruamel-yaml", "1")),
        (("package", "conda", "numpy", ""), Purl("conda", "", "numpy", "")),
        (("system-package", "apt", "git", "1"), Purl("deb", "debian", "git", "1")),
        (("weights", "huggingface", "a/b", "c"), Purl("huggingface", "a", "b", "c")),
        (("weights", "huggingface", "bert", "c"), Purl("huggingface", "", "bert", "c")),
        (("dataset", "huggingface", "a/b", "c"), None),
        (("action", "github.com", "actions/checkout", "v4"), Purl("github", "actions", "checkout", "v4")),
        (("repository", "github.com", "alone", "v4"), None),
        (("image", "docker.io", "python", "3"), Purl("docker", "library", "python", "3")),
        (("image", "ghcr.io", "a/b", "3"), Purl("docker", "a", "b", "3", {"repository_url": "ghcr.io"})),
        (("package", "python", "name of a variable", ""), None),
        (("model", "openai", "gpt-4o", ""), None),
    ],
)
def test_package_urls_are_spelled_by_their_type(reference: tuple[str, str, str, str], expected: Purl | None) -> None:
    assert find_purl(*reference) == expected


def test_the_page_needs_nothing_but_itself(sheet: Sheet) -> None:
    page = write_review(sheet, "html")
    assert page.startswith("<!DOCTYPE html>")
    assert re.findall(r"<(?:link|img|iframe|object|embed|base|form)\b", page) == []
    assert re.findall(r"\b(?:src|action|formaction|poster|srcset)\s*=", page) == []
    assert re.findall(r"\bstyle\s*=", page) == []
    assert set(re.findall(r'href="([^"]*)"', page)) <= {f"#{name}" for name in re.findall(r'id="([^"]*)"', page)}
    assert "url(" not in page
    assert "@import" not in page


def test_every_id_of_the_page_is_there_once(sheet: Sheet) -> None:
    ids = re.findall(r'\bid="([^"]*)"', write_review(sheet, "html"))
    assert len(ids) == len(set(ids))
    assert {row.id for row in sheet.inventory} <= set(ids)
    assert {row.id for row in sheet.blockers} <= set(ids)


def test_the_page_names_its_style_and_script_by_their_digests(sheet: Sheet) -> None:
    import base64
    import hashlib

    page = write_review(sheet, "html")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    for tag, key in (("style", "style-src"), ("script", "script-src")):
        (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{key} 'sha256-{digest}'" in policy[1].replace("&#39;", "'")
    assert "default-src 'none'" in policy[1].replace("&#39;", "'")
    assert "unsafe" not in policy[1]


def test_the_schema_file_ships_beside_the_code() -> None:
    assert (Path(schema.__file__).parent / "schemas" / "review.schema.json").is_file()


def test_the_page_says_what_was_not_looked_at() -> None:
    def page(**given: Any) -> str:
        return write_review(review({"requirements.txt": "numpy==2.3.1\n"}, **given).sheet, "html")

    assert "what the policy asks of records was not judged" in page(records=None)
    assert "No program that trains or evaluates was found" in page()
    assert "None was looked for." in page(section=None)
    assert "No file of the repo says how to run the experiment again" in page()


DVC_LOCK = """schema: '2.0'
stages:
  train:
    cmd: python src/train.py
    deps:
    - path: data/train.csv
      hash: md5
      md5: 4deff6b860302e5ac4b7dc7fe900e583
      size: 8
    outs:
    - path: model.pkl
      hash: md5
      md5: f1290186a5d0b1ceab27f4e77c0c5d68
      size: 1
    - path: features
      hash: md5
      md5: 153aad06d376b6595932470e459ef42a.dir
      size: 8437363
      nfiles: 2
"""
TRACKED = {
    "src/train.py": (
        "import argparse\nimport pandas as pd\nfrom datasets import load_dataset\n"
        "from transformers import AutoModel, Trainer, TrainingArguments\n\n"
        "parser = argparse.ArgumentParser()\nparser.add_argument('--lr', type=float, default=0.1)\n"
        "parser.add_argument('--name', required=True)\nargs = parser.parse_args()\n"
        "rows = load_dataset('team/set')\nmore = pd.read_csv('data/train.csv')\n"
        "Trainer(model=AutoModel.from_pretrained('team/base'), args=TrainingArguments('o', report_to='wandb')).train()\n"
    ),
    "dvc.lock": DVC_LOCK,
    "data/train.csv.dvc": "outs:\n- md5: 4deff6b860302e5ac4b7dc7fe900e583\n  size: 8\n  path: train.csv\n",
}


@pytest.fixture(scope="module")
def tracked() -> Sheet:
    session, run = run_over(TRACKED, PRESETS["standard"])
    del session
    return review(TRACKED, records=record_programs(run.world)).sheet


def test_what_data_versioning_holds_is_listed(tracked: Sheet) -> None:
    assert [(k.path, k.algorithm, k.digest, k.size, k.stage, k.folder, k.at.label) for k in tracked.kept] == [
        ("data/train.csv", "md5", "4deff6b860302e5ac4b7dc7fe900e583", 8, "", False, "data/train.csv.dvc:4:9"),
        ("features", "md5", "153aad06d376b6595932470e459ef42a.dir", 8437363, "train", True, "dvc.lock:15:13"),
        ("model.pkl", "md5", "f1290186a5d0b1ceab27f4e77c0c5d68", 1, "train", False, "dvc.lock:11:13"),
    ]
    page = write_review(tracked, "html")
    assert 'href="#kept"' in page
    assert "md5:153aad06d376b6595932470e459ef42a.dir" in page
    table = list(csv.DictReader(io.StringIO(write_review(tracked, "csv"))))
    assert [(row["name"], row["digests"]) for row in table if row["kind"] == "kept output"][1:] == [
        ("features", "md5:153aad06d376b6595932470e459ef42a.dir"),
        ("model.pkl", "md5:f1290186a5d0b1ceab27f4e77c0c5d68"),
    ]


def test_the_bill_of_materials_has_cards_of_models_and_kept_data(tracked: Sheet) -> None:
    text = write_review(tracked, "cyclonedx")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bom = json.loads(text)
    found = {component["name"]: component for component in bom["components"]}
    assert found["model.pkl"]["hashes"] == [{"alg": "MD5", "content": "f1290186a5d0b1ceab27f4e77c0c5d68"}]
    assert found["model.pkl"]["data"] == [{"type": "other", "name": "model.pkl"}]
    assert found["team/set"]["data"] == [{"type": "dataset", "name": "team/set"}]
    assert "hashes" not in found["features"]  # of a listing
    assert ("driftlint:kept-digest", "md5:153aad06d376b6595932470e459ef42a.dir") in [
        (p["name"], p["value"]) for p in found["features"]["properties"]
    ]
    file = found["data/train.csv"]
    assert file["hashes"] == [{"alg": "MD5", "content": "4deff6b860302e5ac4b7dc7fe900e583"}]
    assert len([c for c in bom["components"] if c["name"] == "data/train.csv"]) == 1

    made = found["model of src/train.py"]
    card = made["modelCard"]
    assert card["modelParameters"]["datasets"] == [
        {"ref": ref} for ref in sorted((found["team/set"]["bom-ref"], file["bom-ref"]))
    ]
    said = [(p["name"], p["value"]) for p in card["properties"]]
    assert ("driftlint:default:lr", "0.1") in said
    assert "driftlint:default:name" not in dict(said)
    assert ("driftlint:records:metrics", "automatic (Weights & Biases)") in said
    depends = {entry["ref"]: entry.get("dependsOn", []) for entry in bom["dependencies"]}
    assert found["team/base"]["bom-ref"] in depends[made["bom-ref"]]
    assert found["team/base"]["modelCard"] == {"properties": [{"name": "driftlint:read-by", "value": "src/train.py"}]}
