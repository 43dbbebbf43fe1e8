from __future__ import annotations

import json

from tests.cli.program_run import Run, Write

LOAD = 'from datasets import load_dataset\n\nload_dataset("squad")\n'
TRAIN = """\
import numpy as np
import torch
from conf import NAME

def main():
    torch.manual_seed(7)
    np.random.rand(3)

if __name__ == "__main__":
    main()
"""


# explain


def test_explain_shows_the_page_as_markdown(driftlint: Run) -> None:
    done = driftlint("explain", "dataset-unpinned")
    assert done.stdout.startswith("# dataset-unpinned\n\nFamily data, severity error,")
    assert "\n## When to ignore it\n" in done.stdout
    assert "\n## Sources\n\n- " in done.stdout
    assert "+++" not in done.stdout
    assert done.returncode == 0


def test_explain_draws_the_page_for_a_terminal(driftlint: Run) -> None:
    done = driftlint("explain", "dataset-unpinned", "--color", "always")
    assert "\x1b[" in done.stdout
    assert "## When" not in done.stdout
    assert "When to ignore it" in done.stdout


def test_explain_offers_the_nearest_names(driftlint: Run) -> None:
    done = driftlint("explain", "dataset-unpined")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: no rule `dataset-unpined`; did you mean `dataset-unpinned`")
    part = driftlint("explain", "retir")
    assert "`model-retired`" in part.stderr
    assert "`model-retiring`" in part.stderr


# rules


def test_rules_say_which_are_on_and_why_not(driftlint: Run, write: Write) -> None:
    write({"driftlint.toml": 'ignore = ["dataset-unpinned"]\n'})
    rows = {row["name"]: row for row in json.loads(driftlint("rules", "--output-format", "json").stdout)}
    assert rows["dataset-unpinned"]["on"] is False
    assert rows["dataset-unpinned"]["why_off"] == "ignored by the configuration"
    assert rows["dataset-unpinned"]["family"] == "data"
    assert rows["weights-unpinned"]["on"] is True
    text = driftlint("rules").stdout
    assert "\noff  dataset-unpinned " in text
    assert "\non   weights-unpinned " in text
    assert "\ndataset-unpinned is off: ignored by the configuration\n" in text


def test_rules_of_a_family(driftlint: Run) -> None:
    rows = json.loads(driftlint("rules", "--family", "services", "--output-format", "json").stdout)
    assert {row["family"] for row in rows} == {"services"}
    done = driftlint("rules", "--family", "servces")
    assert done.returncode == 2
    assert "error: no family `servces`; there are data, determinism, packages, " in done.stderr


# config


def test_config_says_where_each_value_comes_from(driftlint: Run, write: Write) -> None:
    write({"pyproject.toml": '[tool.driftlint]\nseverity = "info"\ndemand = { dataset = "VERSION" }\n'})
    data = json.loads(driftlint("config", "--output-format", "json").stdout)
    assert data["options"]["severity"] == {"value": "info", "origin": "pyproject.toml:2"}
    assert data["options"]["preview"] == {"value": False, "origin": "default"}
    assert data["options"]["limits.file-size"] == {"value": 16 * 1024 * 1024, "origin": "default"}
    lines = [" ".join(line.split()) for line in driftlint("config").stdout.splitlines()]
    assert 'severity = "info" # pyproject.toml:2' in lines
    assert 'demand.dataset = "VERSION" # pyproject.toml:3' in lines
    assert "include-tests = false # default" in lines


def test_config_names_the_root_that_check_would_use(driftlint: Run, write: Write) -> None:
    root = write({"sub/train.py": LOAD, "ml/driftlint.toml": "", "ml/a/train.py": LOAD})
    (root / ".git").mkdir()

    def root_of(path: str) -> object:
        return json.loads(driftlint("config", path, "--output-format", "json").stdout)["root"]

    assert root_of("sub") == str(root / "sub")
    assert root_of("sub/train.py") == str(root)
    assert root_of("ml/a") == str(root / "ml")


def test_config_of_a_path_that_is_not_there(driftlint: Run) -> None:
    done = driftlint("config", "nowhere")
    assert (done.returncode, done.stderr) == (
        2,
        "error: nowhere: does not exist; paths are taken from the current folder\n",
    )


# facts


def test_facts_of_a_python_file(driftlint: Run, write: Write) -> None:
    write({"train.py": TRAIN, "conf.py": 'NAME = "squad"\n'})
    data = json.loads(driftlint("facts", "train.py", "--output-format", "json").stdout)
    assert data["kind"] == "python"
    assert [(i["line"], i["text"]) for i in data["imports"]] == [
        (1, "numpy as np"),
        (2, "torch"),
        (3, "conf (conf.py): NAME"),
    ]
    assert [(i["line"], i["end_line"], i["text"]) for i in data["definitions"]] == [(5, 7, "function main")]
    calls = [(i["line"], i["text"]) for i in data["calls"]]
    assert (6, "torch.manual_seed seeds torch with `7` (set)") in calls
    assert (7, "numpy.random.rand draws from numpy") in calls


def test_facts_of_other_texts(driftlint: Run, write: Write) -> None:
    write({"requirements.txt": "torch>=2\n", "get.sh": "echo hi\npip install numpy\n"})
    lines = [line.strip() for line in driftlint("facts", "requirements.txt").stdout.splitlines()]
    assert lines[0] == "requirements.txt: requirements"
    assert any(line.startswith("1  requirement: package torch") and "pin range (>=2)" in line for line in lines)
    shell = json.loads(driftlint("facts", "get.sh", "--output-format", "json").stdout)
    assert [(c["line"], c["text"]) for c in shell["commands"]] == [(1, "echo hi"), (2, "pip install numpy")]


def test_facts_name_what_does_not_parse(driftlint: Run, write: Write) -> None:
    write({"train.py": LOAD + "def broken(:\n    pass\n"})
    data = json.loads(driftlint("facts", "train.py", "--output-format", "json").stdout)
    assert [(p["line"], p["text"]) for p in data["problems"]] == [
        (4, "this part does not parse as Python and was left out")
    ]
    assert "train.py:3:14" in driftlint("check", "--output-format", "concise").stdout


def test_facts_hide_secrets(driftlint: Run, write: Write) -> None:
    write({"run.sh": "login --token hf_abcdefghijklmnopqrstuvwxyz012345\n"})
    done = driftlint("facts", "run.sh")
    assert "hf_abcdef" not in done.stdout
    assert "login --token ***" in done.stdout


def test_facts_say_why_a_file_is_not_checked(driftlint: Run, write: Write) -> None:
    write({".gitignore": "scratch/\n", "scratch/try.py": LOAD, "README.md": "text\n"})
    data = json.loads(driftlint("facts", "scratch/try.py", "--output-format", "json").stdout)
    assert data["in_scope"] is False
    assert data["left_out"] == "git-ignored (scratch/)"
    assert data["imports"][0]["text"] == "datasets: load_dataset"
    assert "not checked: driftlint reads no files of this kind" in driftlint("facts", "README.md").stdout


def test_facts_of_a_folder(driftlint: Run, write: Write) -> None:
    write({"driftlint.toml": "", "sub/train.py": LOAD})
    done = driftlint("facts", "sub")
    assert (done.returncode, done.stderr) == (2, "error: sub: is a folder; name a file\n")


# why


def test_why_shows_steps_and_trail(driftlint: Run, write: Write) -> None:
    write(
        {
            "conf.py": 'NAME = "squad"\n',
            "train.py": "from datasets import load_dataset\nfrom conf import NAME\n\nload_dataset(NAME)\n",
        }
    )
    done = driftlint("why", "conf.py:1")
    assert done.returncode == 0
    assert done.stdout.startswith("conf.py:1:8: error[dataset-unpinned] ")
    assert "\n    1. recognised as " in done.stdout
    assert "state absent, rung ABSENT" in done.stdout
    assert "    train.py:4:1: used here\n      | load_dataset(NAME)\n" in done.stdout
    elsewhere = driftlint("why", "train.py:4").stdout
    assert elsewhere.startswith("Nothing is found at train.py:4.\n")
    assert "\nFindings elsewhere whose trail comes by here:\n\nconf.py:1:8: error[dataset-unpinned] " in elsewhere


def test_why_takes_places_as_findings_write_them(driftlint: Run, write: Write) -> None:
    write({"train.py": LOAD})
    assert driftlint("why", "train.py:3:14").stdout == driftlint("why", "train.py:3").stdout


def test_why_shows_what_check_holds_back(driftlint: Run, write: Write) -> None:
    write(
        {
            "driftlint.toml": 'ignore = ["url-branch"]\n[[per-path]]\npaths = ["lab/"]\nignore = ["data"]\n',
            "a.py": LOAD.rstrip("\n") + "  # driftlint: ignore[dataset-unpinned] a frozen mirror\n",
            "b.py": 'import evaluate\nevaluate.load("rouge")\n',
            "c.py": 'import pandas as pd\n\npd.read_csv("https://raw.githubusercontent.com/a/b/main/c.csv")\n',
            "lab/d.py": LOAD,
        }
    )
    assert "\n  accepted at a.py:3: a frozen mirror\n" in driftlint("why", "a.py:3").stdout
    assert "\n  not shown: milder than severity warning\n" in driftlint("why", "b.py:2").stdout
    off = driftlint("why", "c.py:3").stdout
    assert "[url-branch]" in off
    assert "\n  not shown: the rule does not run: ignored by the configuration\n" in off
    assert "\n  not shown: turned off for lab/d.py by a `per-path` table" in driftlint("why", "lab/d.py:3").stdout


def test_why_there_is_nothing(driftlint: Run, write: Write) -> None:
    sha = "0123456789abcdef0123456789abcdef01234567"
    write(
        {
            "train.py": f'from datasets import load_dataset\n\nload_dataset("squad", revision="{sha}")\n',
            "plain.py": "def double(x):\n    return 2 * x\n",
        }
    )
    pinned = driftlint("why", "train.py:3")
    assert pinned.returncode == 0
    assert pinned.stdout.startswith("Nothing is found at train.py:3.\nThe file is an entry point (script): ")
    assert f"train.py:3:1: dataset `squad` at huggingface: pin `{sha}` is sealed (SEALED, " in pinned.stdout
    plain = driftlint("why", "plain.py:1").stdout
    assert "The file holds no word of the catalogue" in plain
    assert "The catalogue knows nothing within 3 lines of it" in plain


def test_why_a_file_is_out_of_scope(driftlint: Run, write: Write) -> None:
    write({".gitignore": "scratch/\n", "scratch/try.py": LOAD})
    done = driftlint("why", "scratch/try.py:3")
    assert done.stdout.startswith("`driftlint check` does not look at scratch/try.py: git-ignored (scratch/).\n")
    assert "scratch/try.py:3:14: error[dataset-unpinned]" in done.stdout


def test_why_in_a_notebook_by_cell_and_by_raw_line(driftlint: Run, write: Write) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# title\n"]},
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": ["from datasets import load_dataset\n", 'load_dataset("squad")'],
        },
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    write({"run.ipynb": text})
    raw = next(n for n, line in enumerate(text.splitlines(), 1) if "load_dataset(" in line)
    by_cell = driftlint("why", "run.ipynb:cell 2:2").stdout
    assert by_cell.startswith(f"run.ipynb:cell 2:2:14 (line {raw}): error[dataset-unpinned] ")
    assert driftlint("why", f"run.ipynb:{raw}").stdout == by_cell
    assert driftlint("why", "run.ipynb:cell 2:1").stdout.startswith("Nothing is found at run.ipynb:cell 2:1.\n")


def test_why_needs_a_line_that_is_there(driftlint: Run, write: Write) -> None:
    write({"train.py": LOAD})
    assert (
        driftlint("why", "train.py").stderr == "error: `train.py` names no line: write PATH:LINE, as in train.py:12\n"
    )
    assert driftlint("why", "train.py:0").returncode == 2
    past = driftlint("why", "train.py:99")
    assert (past.returncode, past.stderr) == (2, "error: train.py:99: the file has 3 lines: name one of them\n")
    assert (
        driftlint("why", "nowhere.py:1").stderr
        == "error: nowhere.py: does not exist; paths are taken from the current folder\n"
    )


def test_why_for_findings_about_the_whole_project(driftlint: Run, write: Write) -> None:
    write({"train.py": TRAIN + "import torch.optim\ntorch.optim.SGD([]).step()\ntorch.ones(1).sum().backward()\n"})
    place = next(
        line for line in driftlint("check", "--output-format", "concise").stdout.splitlines() if line[0] == "."
    )
    assert place.startswith(".:1:1: manifest-missing")
    assert driftlint("why", ".:1:1").stdout.startswith(".:1:1: error[manifest-missing] ")
