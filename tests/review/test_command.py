"""The command over real git repos: which tree is judged, what is written where, and how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.program_run import Run
from tests.git.repos import Git, commit, make_repo
from tests.review.made import LOAD, SEALED

DAY = ("--today", "2026-11-25")
GOOD = {"requirements.txt": "datasets==3.6.0\n", "data.py": SEALED}
BAD = {"requirements.txt": "datasets==3.6.0\n", "data.py": LOAD.format("team/set")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "repo"


def read(path: Path) -> dict:  # type: ignore[type-arg]
    return json.loads(path.read_text())  # type: ignore[no-any-return]


def test_the_commit_is_judged_and_not_the_work_tree(git: Git, driftlint: Run, root: Path) -> None:
    make_repo(git, root, GOOD)
    (root / "data.py").write_text(LOAD.format("team/set"))
    (root / "new.py").write_text(LOAD.format("team/other"))
    done = driftlint("review", *DAY)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"PASS  {git(root, 'rev-parse', 'HEAD')[:12]}  ")
    git(root, "add", "data.py")
    assert driftlint("review", *DAY).returncode == 0
    git(root, "commit", "-qm", "worse")
    done = driftlint("review", *DAY)
    assert done.returncode == 1
    assert "  data.py:3:14: [dataset-unpinned] dataset `team/set`" in done.stdout
    assert "new.py" not in done.stdout
    assert driftlint("review", "HEAD~1", *DAY).returncode == 0


def test_the_configuration_is_that_of_the_commit(git: Git, driftlint: Run, root: Path) -> None:
    make_repo(git, root, {**BAD, "driftlint.toml": '[review]\nallow = ["dataset-unpinned"]\n'})
    (root / "driftlint.toml").write_text("")
    done = driftlint("review", *DAY, "--output-format", "json")
    content = json.loads(done.stdout)
    assert (done.returncode, content["configuration"], content["policy"]["allow"]) == (
        0,
        "driftlint.toml",
        ["dataset-unpinned"],
    )
    commit(git, root, {})
    assert driftlint("review", *DAY).returncode == 1


def test_a_baseline_is_no_acceptance(git: Git, driftlint: Run, root: Path) -> None:
    make_repo(git, root, BAD)
    assert driftlint("baseline").returncode == 0
    commit(git, root, {})
    assert driftlint("check", *DAY).returncode == 0
    assert driftlint("review", *DAY).returncode == 1


def test_two_runs_from_two_clones_give_the_same_bytes(git: Git, driftlint: Run, root: Path, tmp_path: Path) -> None:
    make_repo(git, root, {**BAD, "uv.lock": "broken", "sub/requirements.txt": "numpy\n"})
    git(tmp_path, "clone", "-q", "--no-hardlinks", str(root), "other")
    forms = {
        "html": "r.html",
        "markdown": "r.md",
        "json": "r.json",
        "csv": "r.csv",
        "cyclonedx": "r.cdx.json",
        "text": "r.txt",
    }
    also = [f"--also={form}={name}" for form, name in forms.items()]
    revision = git(root, "rev-parse", "HEAD")
    for folder in (root, tmp_path / "other"):
        assert driftlint("review", revision, *DAY, *also, cwd=folder).returncode == 1
    (tmp_path / "other" / "untracked.py").write_text("x = 1\n")
    for name in forms.values():
        assert (root / name).read_bytes() == (tmp_path / "other" / name).read_bytes(), name
    first = {name: (root / name).read_bytes() for name in forms.values()}
    assert driftlint("review", revision, *DAY, "--no-cache", *also).returncode == 1
    assert {name: (root / name).read_bytes() for name in forms.values()} == first


def test_the_page_goes_to_a_file_and_the_verdict_to_the_terminal(git: Git, driftlint: Run, root: Path) -> None:
    make_repo(git, root, GOOD)
    done = driftlint("review", *DAY, "-o", "review.html", "--also", "csv=inventory.csv")
    assert done.stdout.startswith("PASS  ")
    assert done.stderr.splitlines() == ["html written to review.html", "csv written to inventory.csv"]
    assert (root / "review.html").read_text().startswith("<!DOCTYPE html>")
    quiet = driftlint("review", *DAY, "-q", "-o", "again.cdx.json")
    assert (quiet.stdout, quiet.stderr) == ("", "")
    assert read(root / "again.cdx.json")["bomFormat"] == "CycloneDX"
    assert driftlint("review", *DAY, "--output-format", "markdown").stdout.startswith("### driftlint review: passes\n")


def test_the_day_is_stated_with_where_it_comes_from(git: Git, driftlint: Run, root: Path) -> None:
    make_repo(git, root, GOOD)
    assert json.loads(driftlint("review", *DAY, "--output-format", "json").stdout)["today_from"] == "--today"
    content = json.loads(driftlint("review", "--output-format", "json").stdout)
    assert content["today_from"] == "the current day"
    commit(git, root, {"driftlint.toml": "today = 2026-11-01\n"})
    content = json.loads(driftlint("review", "--output-format", "json").stdout)
    assert (content["today"], content["today_from"]) == ("2026-11-01", "set by driftlint.toml:1")


def test_what_a_branch_changed_is_told_from_where_it_parted(git: Git, driftlint: Run, root: Path) -> None:
    make_repo(git, root, BAD)
    git(root, "checkout", "-qb", "topic")
    commit(git, root, {"data.py": SEALED.replace("a/b", "team/set"), "more.py": LOAD.format("team/new")})
    git(root, "checkout", "-q", "main")
    commit(git, root, {"requirements.txt": "datasets\n"})
    done = driftlint("review", "topic", "--against", "main", *DAY, "--output-format", "json")
    found = json.loads(done.stdout)["comparison"]
    assert found["commit"] == git(root, "rev-parse", "main~1")
    assert found["merge_base"] is True
    assert [(row["name"], row["before_rung"], row["now_rung"]) for row in found["rose"]] == [
        ("team/set", "ABSENT", "SEALED")
    ]
    assert [row["name"] for row in found["added"]] == ["team/new"]
    assert [(row["rule"], row["at"]["path"]) for row in found["new"]] == [("dataset-unpinned", "more.py")]
    text = driftlint("review", "topic", "--against", "main", *DAY).stdout
    assert "1 finding gone, 1 finding new, 1 pin firmer, 1 reference added" in text


def test_the_preset_can_be_named_on_the_command_line(git: Git, driftlint: Run, root: Path) -> None:
    make_repo(git, root, {"requirements.txt": "numpy>=1\n"})
    assert driftlint("review", *DAY).returncode == 1
    assert driftlint("review", "--preset", "exploratory", *DAY).returncode == 0
    content = json.loads(driftlint("review", "--preset", "regulated", *DAY, "--output-format", "json").stdout)
    assert content["policy"]["preset"] == "regulated"
    assert {kind: rung for kind, _, rung in content["policy"]["demands"]}["package"] == "SEALED"


def test_content_that_git_lfs_has_not_brought_blocks(git: Git, driftlint: Run, root: Path) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 12345\n"
    make_repo(git, root, {**GOOD, "notebook.ipynb": pointer})
    done = driftlint("review", *DAY)
    assert done.returncode == 1
    assert "notebook.ipynb:1:1: could not be read: is in Git LFS, and its content is not in this clone" in done.stdout


def test_a_data_file_of_the_commit_is_sealed_by_it_whatever_is_staged(git: Git, driftlint: Run, root: Path) -> None:
    code = 'import pandas as pd\n\npd.read_csv("rows.csv")\npd.read_csv("late.csv")\n'
    make_repo(git, root, {"requirements.txt": "pandas==2.3.0\n", "load.py": code, "rows.csv": "a\n1\n"})
    (root / "late.csv").write_text("a\n")
    git(root, "add", "late.csv")
    content = json.loads(driftlint("review", *DAY, "--output-format", "json").stdout)
    rungs = {row["name"]: row["rung"] for row in content["inventory"] if row["kind"] == "local-data"}
    assert rungs == {"rows.csv": "SEALED", "late.csv": "FLOATING"}


def test_what_the_configuration_turns_off_is_listed(git: Git, driftlint: Run, root: Path) -> None:
    settings = (
        'ignore = ["dataset-unpinned"]\n[[per-path]]\npaths = ["nb/"]\n'
        'ignore = ["determinism"]\ndemand = { package = "RANGE" }\n'
    )
    make_repo(git, root, {**BAD, "driftlint.toml": settings})
    done = driftlint("review", *DAY, "--output-format", "json")
    assert json.loads(done.stdout)["rules_off"] == [
        ["dataset-unpinned", "ignored by the configuration"],
        ["determinism in nb/", "ignored by the configuration"],
        ["package in nb/", "RANGE is enough by the configuration, where VERSION is asked elsewhere"],
    ]
    done = driftlint("review", "--preset", "regulated", *DAY, "--output-format", "json")
    kinds = [row["kind"] for row in json.loads(done.stdout)["blockers"]]
    assert kinds.count("ignores") == 3


def test_a_folder_of_the_repo_can_be_the_project(git: Git, driftlint: Run, root: Path) -> None:
    make_repo(git, root, {"one/requirements.txt": "numpy\n", "two/requirements.txt": "numpy==2.3.1\n"})
    assert driftlint("review", *DAY).returncode == 1
    assert driftlint("review", *DAY, cwd=root / "two").returncode == 1, (
        "the whole repo, wherever the command is started"
    )
    done = driftlint("review", "--project", "two", *DAY, "--output-format", "json")
    assert (done.returncode, json.loads(done.stdout)["revision"]["project"]) == (0, "two")
    commit(git, root, {"two/driftlint.toml": ""})
    assert driftlint("review", *DAY, cwd=root / "two").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("no-such",), "no-such: is no revision of this repo: fetch it, or see `git branch --all` and `git tag`"),
        (
            ("--also", "pdf=x"),
            "--also `pdf=x`: write FORMAT=PATH with a format of text, html, markdown, json, csv, cyclonedx",
        ),
        (("--project", "nowhere"), "nowhere: does not exist; paths are taken from the current folder"),
        (
            ("-o", "nowhere/x.json"),
            "nowhere/x.json: cannot be written: the folder nowhere does not exist; make it first",
        ),
        (("--today", "soon"), 'command line: `today`: must be a date such as 2026-12-31, not "soon"'),
    ],
)
def test_what_cannot_be_done_ends_in_one_message(
    git: Git, driftlint: Run, root: Path, arguments: tuple[str, ...], message: str
) -> None:
    make_repo(git, root, GOOD)
    done = driftlint("review", *arguments)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == f"error: {message}"


def test_names_that_mean_nothing_in_the_review_table_end_in_messages(git: Git, driftlint: Run, root: Path) -> None:
    make_repo(git, root, {**GOOD, "driftlint.toml": '[review]\nblock = ["datas"]\nunknown = ["weight"]\n'})
    done = driftlint("review")
    assert (done.returncode, done.stderr) == (
        2,
        "error: driftlint.toml:2: `review.block`: no rule or family `datas`; did you mean `data`?\n"
        "error: driftlint.toml:3: `review.unknown`: no kind `weight`; did you mean `weights`?\n",
    )


def test_outside_of_a_repo_it_says_so(driftlint: Run, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    done = driftlint("review", cwd=tmp_path / "plain")
    assert done.returncode == 2
    assert "is in no git repo, which is read for this: name a folder of one, or `git init` and commit" in done.stderr


def test_a_pack_that_is_not_that_of_the_revision_is_refused(git: Git, driftlint: Run, root: Path) -> None:
    kinds = 'version = 1\n\n[[kind]]\nid = "blob"\nlabel = "blob"\ndemand = "SEALED"\nstrict = "SEALED"\nsource = "x"\n'
    make_repo(git, root, {**GOOD, "driftlint.toml": 'packs = ["pack"]\n', "pack/kinds.toml": kinds})
    assert driftlint("review", *DAY).returncode == 0
    (root / "pack" / "kinds.toml").write_text(kinds + "# changed\n")
    done = driftlint("review", *DAY)
    assert done.returncode == 2
    assert re.search(
        r"kinds\.toml: the pack differs from the one of the revision: check that revision out", done.stderr
    )


@pytest.mark.parametrize(("form", "library"), [("html", "jinja2"), ("cyclonedx", "cyclonedx")])
def test_a_form_without_its_library_names_the_extra_before_anything_is_read(
    git: Git, driftlint: Run, root: Path, tmp_path: Path, environment: dict[str, str], form: str, library: str
) -> None:
    make_repo(git, root, GOOD)
    stub = tmp_path / "without" / f"{library}.py"
    stub.parent.mkdir()
    stub.write_text(f"raise ModuleNotFoundError('No module named {library}', name='{library}')\n")
    path = {"PYTHONPATH": f"{stub.parent}:{environment['PYTHONPATH']}"}
    done = driftlint("review", "--also", f"{form}=out", *DAY, **path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"error: the form {form} needs its extra: pip install 'driftlint[review]' "
        "(text, markdown, json and csv work without it)\n"
    )
    assert not (root / "out").exists()
    rest = [f"--also={name}=out.{name}" for name in ("text", "markdown", "json", "csv")]
    assert driftlint("review", *rest, *DAY, **path).returncode == 0


def test_the_help_names_formats_presets_and_exit_statuses(driftlint: Run) -> None:
    text = driftlint("review", "--help").stdout
    for word in ("--against", "--preset", "exploratory", "regulated", "cyclonedx", "Exit status: 0 it passes"):
        assert word in text
    assert "review" in driftlint("--help").stdout


def test_the_commit_is_told_with_its_own_date_in_utc(
    git: Git, driftlint: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-01-02T01:04:05+0200")
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2025-01-01T00:00:00+0000")
    root.mkdir()
    git(root, "init", "-q")
    commit(git, root, GOOD, "The first line\n\ncommitter x <y> 1 +0000")
    git(root, "tag", "v1")
    found = json.loads(driftlint("review", "v1", *DAY, "--output-format", "json").stdout)["revision"]
    assert found == {
        "name": "v1",
        "commit": git(root, "rev-parse", "HEAD"),
        "date": "2026-01-01T23:04:05Z",
        "subject": "The first line",
        "project": ".",
    }
    assert (
        json.loads(driftlint("review", found["commit"], *DAY, "--output-format", "json").stdout)["revision"]["name"]
        == ""
    )


def test_files_that_a_partial_clone_lacks_block(git: Git, driftlint: Run, root: Path, tmp_path: Path) -> None:
    make_repo(git, root, {**GOOD, "train.py": "x = 1\n"})
    git(root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{root}", "partial")
    done = driftlint("review", *DAY, cwd=tmp_path / "partial")
    assert done.returncode == 1
    assert "train.py:1:1: could not be read: is not in this partial clone" in done.stdout
