from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program_run import Run, Write

LOAD = 'from datasets import load_dataset\n\nload_dataset("squad")\n'
ONLY = ("--select", "dataset-unpinned", "--output-format", "concise")


def found(output: str) -> list[str]:
    """The places and rules of concise output, the tally left out."""
    return [" ".join(line.split()[:2]) for line in output.splitlines() if ": " in line and not line.startswith("Found")]


def test_findings_are_shown_with_place_and_status_one(driftlint: Run, write: Write) -> None:
    write({"train.py": LOAD})
    done = driftlint("check", *ONLY)
    assert found(done.stdout) == ["train.py:3:14: dataset-unpinned"]
    assert done.returncode == 1
    assert done.stderr == ""


def test_a_clean_repo_has_status_zero(driftlint: Run, write: Write) -> None:
    write({"train.py": "print(1)\n"})
    done = driftlint("check", *ONLY)
    assert (done.stdout, done.stderr, done.returncode) == ("Found no findings\n", "", 0)


def test_exit_zero_shows_but_does_not_fail(driftlint: Run, write: Write) -> None:
    write({"train.py": LOAD})
    done = driftlint("check", *ONLY, "--exit-zero")
    assert found(done.stdout) == ["train.py:3:14: dataset-unpinned"]
    assert done.returncode == 0


# the root


def test_the_folder_by_name_and_from_inside_agree(driftlint: Run, write: Write) -> None:
    root = write({"src/train.py": LOAD})
    outside = driftlint("check", "repo", *ONLY, cwd=root.parent)
    inside = driftlint("check", ".", *ONLY)
    assert outside.stdout == inside.stdout
    assert found(inside.stdout) == ["src/train.py:3:14: dataset-unpinned"]


def test_a_folder_without_configuration_is_the_root_even_inside_a_work_tree(driftlint: Run, write: Write) -> None:
    root = write({"trees/one/train.py": LOAD, "top.py": LOAD})
    (root / ".git").mkdir()
    assert found(driftlint("check", "trees/one", *ONLY).stdout) == ["train.py:3:14: dataset-unpinned"]


def test_the_configuration_above_marks_the_root_and_the_named_folder_is_shown(driftlint: Run, write: Write) -> None:
    root = write({"driftlint.toml": "", "a/train.py": LOAD, "b/train.py": LOAD})
    assert found(driftlint("check", "a", *ONLY).stdout) == ["a/train.py:3:14: dataset-unpinned"]
    assert found(driftlint("check", ".", *ONLY, cwd=root / "b").stdout) == ["b/train.py:3:14: dataset-unpinned"]


def test_a_folder_name_is_not_taken_for_the_start_of_another(driftlint: Run, write: Write) -> None:
    write({"driftlint.toml": "", "data/a.py": LOAD, "data2/b.py": LOAD})
    assert found(driftlint("check", "data", *ONLY).stdout) == ["data/a.py:3:14: dataset-unpinned"]


def test_a_finding_in_another_file_is_shown_when_it_relates_to_the_named_one(driftlint: Run, write: Write) -> None:
    write(
        {
            "names.py": 'NAME = "squad"\n',
            "other.py": LOAD,
            "train.py": "from datasets import load_dataset\nfrom names import NAME\n\nload_dataset(NAME)\n",
        }
    )
    assert found(driftlint("check", "train.py", *ONLY).stdout) == ["names.py:1:8: dataset-unpinned"]


def test_files_in_a_work_tree_are_checked_as_part_of_it(driftlint: Run, write: Write) -> None:
    root = write({"src/train.py": LOAD, "driver.py": ""})
    (root / ".git").mkdir()
    done = driftlint("check", "train.py", *ONLY, cwd=root / "src")
    assert found(done.stdout) == ["src/train.py:3:14: dataset-unpinned"]


def test_a_named_file_is_checked_although_git_ignores_it(driftlint: Run, write: Write) -> None:
    write({".gitignore": "scratch/\n", "scratch/try.py": LOAD, "train.py": "print(1)\n"})
    assert found(driftlint("check", *ONLY).stdout) == []
    assert found(driftlint("check", "scratch/try.py", *ONLY).stdout) == ["scratch/try.py:3:14: dataset-unpinned"]
    assert found(driftlint("check", "--no-gitignore", *ONLY).stdout) == ["scratch/try.py:3:14: dataset-unpinned"]


def test_a_shared_configuration_file_does_not_move_the_root(driftlint: Run, write: Write) -> None:
    root = write({"train.py": LOAD})
    (root.parent / "shared.toml").write_text('severity = "error"\n')
    done = driftlint("check", ".", "--config", "../shared.toml", *ONLY)
    assert found(done.stdout) == ["train.py:3:14: dataset-unpinned"]


def test_a_nearer_configuration_that_is_not_read_is_named(driftlint: Run, write: Write) -> None:
    root = write({"driftlint.toml": "", "sub/driftlint.toml": "", "sub/train.py": LOAD, "train.py": LOAD})
    done = driftlint("check", "train.py", "sub", *ONLY)
    assert (
        f"warning: {root / 'sub' / 'driftlint.toml'} is not read: the paths are checked as one project" in done.stderr
    )
    assert found(done.stdout) == ["sub/train.py:3:14: dataset-unpinned", "train.py:3:14: dataset-unpinned"]


# errors


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere", "train.py"), "error: nowhere: does not exist; paths are taken from the current folder\n"),
        (("--select", "dataset-unpined"), "did you mean `dataset-unpinned`?"),
        (
            ("--config", "nowhere.toml"),
            "error: nowhere.toml: there is no such configuration file; ",
        ),
        (("--today", "tomorrow"), 'error: command line: `today`: must be a date such as 2026-12-31, not "tomorrow"\n'),
        (("--statistics", "--output-format", "sarif"), "error: --statistics has no sarif format: use text or json\n"),
        (
            ("-o", "no/such/folder.txt"),
            "error: no/such/folder.txt: cannot be written: the folder no/such does not exist",
        ),
        (("--output-format", "xml"), "'xml' is not one of"),
        (("--isolated", "--config", "driftlint.toml"), "cannot be named in an isolated run"),
    ],
)
def test_wrong_usage_has_status_two(driftlint: Run, write: Write, arguments: tuple[str, ...], said: str) -> None:
    write({"train.py": LOAD, "driftlint.toml": ""})
    done = driftlint("check", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_all_faults_of_a_configuration_are_told_with_their_lines(driftlint: Run, write: Write) -> None:
    write({"driftlint.toml": 'selekt = []\nseverity = "bad"\n', "train.py": LOAD})
    done = driftlint("check")
    first, second = done.stderr.splitlines()
    assert first.startswith("error: driftlint.toml:1: unknown key `selekt`")
    assert second.startswith("error: driftlint.toml:2: `severity`: must be")
    assert done.returncode == 2


def test_a_broken_pack_is_told_with_its_line(driftlint: Run, write: Write) -> None:
    write({"driftlint.toml": 'packs = ["pack"]\n', "pack/data/mine.md": "no front matter\n", "train.py": LOAD})
    done = driftlint("check")
    assert done.returncode == 2
    assert os.path.join("pack", "data", "mine.md") + ":1: a rule file starts with" in done.stderr


CRASH = """
import sys
sys.argv = ["driftlint", *{arguments!r}]
import driftlint.session
def fail(self): raise {error}
driftlint.session.Session.run = fail
from driftlint.cli import main
main()
"""


def crash(arguments: list[str], error: str, cwd: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    code = CRASH.format(arguments=arguments, error=error)
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_a_crash_is_one_short_message_and_status_two(write: Write, environment: dict[str, str]) -> None:
    root = write({"train.py": LOAD})
    done = crash(["check"], "KeyError('seed')", root, environment)
    first, second = done.stderr.splitlines()
    assert first.endswith("failed (KeyError: 'seed')")
    assert second == (
        "error: This is a fault of driftlint, not of your repo. "
        "Please report it with these lines; --verbose shows where it happened."
    )
    assert done.returncode == 2


def test_verbose_shows_the_traceback_of_a_crash(write: Write, environment: dict[str, str]) -> None:
    root = write({"train.py": LOAD})
    done = crash(["check", "--verbose"], "KeyError('seed')", root, environment)
    assert "Traceback (most recent call last)" in done.stderr
    assert "in fail" in done.stderr
    assert done.returncode == 2


def test_an_interrupt_is_quiet_and_is_not_mistaken_for_findings(write: Write, environment: dict[str, str]) -> None:
    root = write({"train.py": LOAD})
    done = crash(["check"], "KeyboardInterrupt()", root, environment)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


# selection


def test_comma_lists_and_repeated_options_add_up(driftlint: Run, write: Write) -> None:
    write({"train.py": LOAD, "requirements.txt": "datasets\n"})
    one = driftlint("check", "--select", "dataset-unpinned, requirement-unpinned", "--output-format", "concise")
    two = driftlint(
        "check", "--select", "dataset-unpinned", "--select", "requirement-unpinned", "--output-format", "concise"
    )
    assert found(one.stdout) == ["requirements.txt:1:1: requirement-unpinned", "train.py:3:14: dataset-unpinned"]
    assert two.stdout == one.stdout


def test_extend_select_adds_to_that_of_the_file(driftlint: Run, write: Write) -> None:
    write(
        {
            "driftlint.toml": 'select = ["metric-unpinned"]\nextend-select = ["requirement-unpinned"]\n',
            "train.py": LOAD,
            "requirements.txt": "datasets\n",
        }
    )
    done = driftlint("check", "--extend-select", "dataset-unpinned", "--output-format", "concise")
    assert found(done.stdout) == ["requirements.txt:1:1: requirement-unpinned", "train.py:3:14: dataset-unpinned"]


def test_a_selected_rule_that_stays_off_is_named(driftlint: Run, write: Write) -> None:
    write({"driftlint.toml": 'ignore = ["dataset-unpinned"]\n', "train.py": LOAD})
    done = driftlint("check", *ONLY)
    assert done.returncode == 0
    assert "warning: `dataset-unpinned` was selected but does not run: ignored by the configuration\n" in done.stderr


def test_isolated_reads_no_configuration(driftlint: Run, write: Write) -> None:
    write({"driftlint.toml": 'ignore = ["dataset-unpinned"]\n', "train.py": LOAD})
    assert found(driftlint("check", "--isolated", *ONLY).stdout) == ["train.py:3:14: dataset-unpinned"]


def test_severity_decides_what_is_shown_and_what_fails(driftlint: Run, write: Write) -> None:
    write({"train.py": LOAD + 'import evaluate\nevaluate.load("rouge")\n'})
    pick = ("check", "--select", "dataset-unpinned,metric-unpinned", "--output-format", "concise")
    plain, info = driftlint(*pick), driftlint(*pick, "--info")
    assert found(plain.stdout) == ["train.py:3:14: dataset-unpinned"]
    assert "1 info hidden" in plain.stdout
    assert found(info.stdout) == ["train.py:3:14: dataset-unpinned", "train.py:5:15: metric-unpinned"]
    only = driftlint("check", "--select", "metric-unpinned", "--info", "--output-format", "concise")
    assert found(only.stdout) == ["train.py:5:15: metric-unpinned"]
    assert only.returncode == 0


def test_severity_error_leaves_warnings_out(driftlint: Run, write: Write) -> None:
    url = "https://archive.ics.uci.edu/ml/machine-learning-databases/wine/wine.data"
    write({"get.py": f'import pandas as pd\n\npd.read_csv("{url}")\n'})
    pick = ("check", "--select", "download-unverified", "--output-format", "concise")
    warned, errors = driftlint(*pick), driftlint(*pick, "--severity", "error")
    assert found(warned.stdout) == ["get.py:3:13: download-unverified"]
    assert warned.returncode == 1
    assert (found(errors.stdout), errors.returncode) == ([], 0)


def test_suppressed_findings_are_shown_on_request_and_do_not_fail(driftlint: Run, write: Write) -> None:
    text = LOAD.rstrip("\n") + "  # driftlint: ignore[dataset-unpinned] a frozen mirror\n"
    write({"train.py": text})
    hidden, shown = driftlint("check", *ONLY), driftlint("check", *ONLY, "--show-suppressed")
    assert "train.py:3" not in hidden.stdout
    assert "train.py:3:14: dataset-unpinned" in shown.stdout
    assert "(suppressed: a frozen mirror)" in shown.stdout
    assert shown.returncode == 0


def test_today_decides_whether_an_ignore_comment_has_expired(driftlint: Run, write: Write) -> None:
    text = LOAD.rstrip("\n") + "  # driftlint: ignore[dataset-unpinned] soon until=2030-01-31\n"
    write({"train.py": text})
    assert driftlint("check", *ONLY, "--today", "2030-01-31").returncode == 0
    assert found(driftlint("check", *ONLY, "--today", "2030-02-01").stdout) == ["train.py:3:14: dataset-unpinned"]


# output


@pytest.mark.parametrize("name", ["text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown"])
def test_every_format_names_the_finding(driftlint: Run, write: Write, name: str) -> None:
    write({"train.py": LOAD})
    done = driftlint("check", "--select", "dataset-unpinned", "--output-format", name)
    assert "train.py" in done.stdout
    assert "squad" in done.stdout
    assert done.returncode == 1


def test_the_formats_of_the_command_line_are_those_of_the_reports() -> None:
    from driftlint.cli.common import Format
    from driftlint.report import FORMATS

    assert tuple(item.value for item in Format) == FORMATS


def test_the_environment_chooses_the_format_and_the_option_wins(driftlint: Run, write: Write) -> None:
    write({"train.py": LOAD})
    pick = ("check", "--select", "dataset-unpinned")
    chosen = driftlint(*pick, DRIFTLINT_OUTPUT_FORMAT="json")
    assert json.loads(chosen.stdout)["findings"][0]["line"] == 3
    won = driftlint(*pick, "--output-format", "concise", DRIFTLINT_OUTPUT_FORMAT="json")
    assert found(won.stdout) == ["train.py:3:14: dataset-unpinned"]


def test_hosted_formats_spell_paths_from_the_top_of_the_work_tree(driftlint: Run, write: Write) -> None:
    root = write({"ml/driftlint.toml": "", "ml/train.py": LOAD})
    (root / ".git").mkdir()
    done = driftlint("check", "ml", "--select", "dataset-unpinned", "--output-format", "github")
    assert "file=ml/train.py,line=3" in done.stdout


def test_an_output_file_gets_the_report_and_the_terminal_nothing(driftlint: Run, write: Write) -> None:
    root = write({"train.py": LOAD})
    done = driftlint("check", "--select", "dataset-unpinned", "--output-format", "json", "-o", "out.json")
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 1)
    assert json.loads((root / "out.json").read_text())["findings"][0]["path"] == "train.py"


def test_statistics_count_by_rule(driftlint: Run, write: Write) -> None:
    write({"train.py": LOAD + 'load_dataset("glue")\n'})
    done = driftlint("check", "--select", "dataset-unpinned", "--statistics")
    assert done.stdout.split() == ["2", "[", "]", "dataset-unpinned", "error", "data"]
    assert done.returncode == 1
    data = driftlint("check", "--select", "dataset-unpinned", "--statistics", "--output-format", "json")
    assert json.loads(data.stdout)[0]["count"] == 2


def test_quiet_shows_findings_without_the_tally(driftlint: Run, write: Write) -> None:
    write({"train.py": LOAD})
    done = driftlint("check", *ONLY, "--quiet")
    (line,) = done.stdout.splitlines()
    assert line.startswith("train.py:3:14: dataset-unpinned ")
    assert driftlint("check", *ONLY, "--quiet", "--ignore", "dataset-unpinned").stdout == ""


def test_verbose_says_what_was_read_and_left_out(driftlint: Run, write: Write) -> None:
    write({".gitignore": "scratch/\n", "scratch/try.py": LOAD, "train.py": LOAD})
    done = driftlint("check", *ONLY, "--verbose")
    assert "left out: scratch/: git-ignored\n" in done.stderr
    assert "files: 1 (1 python)" in done.stderr
    assert "rules: 1 on" in done.stderr


def test_show_files_lists_what_is_in_scope(driftlint: Run, write: Write) -> None:
    write({".gitignore": "scratch/\n", "scratch/try.py": LOAD, "a/train.py": LOAD, "b.py": "", "README.md": ""})
    assert driftlint("check", "--show-files").stdout == "a/train.py\nb.py\n"
    named = driftlint("check", "--show-files", "a")
    assert (named.stdout, named.returncode) == ("train.py\n", 0)


def test_tests_are_checked_on_request(driftlint: Run, write: Write) -> None:
    write({"tests/test_load.py": LOAD, "train.py": "print(1)\n"})
    assert found(driftlint("check", *ONLY).stdout) == []
    asked = driftlint("check", *ONLY, "--include-tests", "--info")
    assert found(asked.stdout) == ["tests/test_load.py:3:14: dataset-unpinned"]
    assert asked.returncode == 0, "tests make no results: what they read is advice"


def test_colour_is_for_terminals_unless_asked_for(driftlint: Run, write: Write) -> None:
    write({"train.py": LOAD})
    plain = driftlint("check", *ONLY)
    asked = driftlint("check", *ONLY, "--color", "always")
    assert "\x1b[" not in plain.stdout
    assert "\x1b[1;31mdataset-unpinned\x1b[0m" in asked.stdout
    assert driftlint("check", *ONLY, FORCE_COLOR="1").stdout == asked.stdout
    assert driftlint("check", *ONLY, FORCE_COLOR="1", NO_COLOR="1").stdout == plain.stdout
    assert driftlint("check", *ONLY, "--color", "never", FORCE_COLOR="1").stdout == plain.stdout


def test_a_terminal_that_cannot_spell_a_letter_gets_an_escape(driftlint: Run, write: Write) -> None:
    write({"caf\u00e9.py": LOAD})
    done = driftlint("check", *ONLY, PYTHONIOENCODING="ascii")
    assert found(done.stdout) == ["caf\\xe9.py:3:14: dataset-unpinned"]
    assert done.returncode == 1


def test_a_reader_that_goes_away_ends_the_output_quietly(write: Write, environment: dict[str, str]) -> None:
    root = write({"train.py": LOAD + "".join(f'load_dataset("set_{n}")\n' for n in range(3000))})
    command = [sys.executable, "-m", "driftlint", "check", "--select", "dataset-unpinned"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=root, env=environment, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


# cache


def test_the_cache_is_written_where_it_is_asked_for_and_not_at_all_without(driftlint: Run, write: Write) -> None:
    root = write({"train.py": LOAD})
    cache = root.parent / "cache"
    shutil.rmtree(cache)
    bare = driftlint("check", *ONLY, "--no-cache")
    assert not cache.exists()
    cold = driftlint("check", *ONLY, "--cache-dir", "../own")
    assert not cache.exists()
    assert any((root.parent / "own").glob("facts-*.bin"))
    warm = driftlint("check", *ONLY, "--cache-dir", "../own")
    assert bare.stdout == cold.stdout == warm.stdout
