"""``driftlint audit`` as people run it, the real pip-audit behind it, a service on loopback in front."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.audit.vulnerability_server import Served, entry
from tests.cli.program_run import Run, Write

PINS = "requests==2.19.0\nflask==3.1.1\n"
CVE = entry("requests", "PYSEC-2018-28", fixed=("2.20.0",), aliases=("CVE-2018-18074",))


def test_vulnerable_pins_are_shown_with_their_place_and_mend(driftlint: Run, write: Write, service: Served) -> None:
    write({"requirements.txt": PINS, "Dockerfile": "FROM python:3.11.9\nRUN pip install requests==2.19.0\n"})
    service.vulnerable["requests", "2.19.0"] = [CVE]
    done = driftlint("audit", "--online", "--osv-url", service.osv_url)
    assert done.stdout == (
        "Dockerfile:2:17: vulnerable requests 2.19.0 (also requirements.txt:1:1)\n"
        "  PYSEC-2018-28 (CVE-2018-18074): fixed in 2.20.0\n"
        "    requests leaks\n"
        "\n"
        "2 pinned releases (osv): 1 vulnerable, 1 without a known vulnerability; "
        "yanks not looked up (--index-url); no gaps\n"
        "a vulnerability is no drift: such a pin repeats, but it cannot be kept\n"
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert driftlint("audit", "--online", "--osv-url", service.osv_url, "--exit-zero").returncode == 0


def test_all_is_well(driftlint: Run, write: Write, service: Served) -> None:
    write({"requirements.txt": PINS})
    done = driftlint("audit", "--online", "--osv-url", service.osv_url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2 pinned releases (osv): 0 vulnerable, 2 without a known vulnerability;")


@pytest.mark.parametrize("status", [404, 500])
def test_a_skipped_package_is_never_clean(driftlint: Run, write: Write, service: Served, status: int) -> None:
    write({"requirements.txt": PINS})
    service.status["flask"] = status
    done = driftlint("audit", "--online", "--osv-url", service.osv_url)
    assert "Not audited (1):\n  requirements.txt:2:1: flask 3.1.1: pip-audit failed: HTTPError: " in done.stdout
    assert "1 without a known vulnerability, 1 not audited" in done.stdout
    assert done.returncode == 2
    assert done.stderr == "error: not everything was audited; --allow-unaudited accepts that\n"
    assert driftlint("audit", "--online", "--osv-url", service.osv_url, "--allow-unaudited").returncode == 0


def test_lines_that_are_not_exact_are_listed(driftlint: Run, write: Write, service: Served) -> None:
    write({"requirements.txt": "flask==3.1.1\nnumpy>=1.26\ntorch\n"})
    done = driftlint("audit", "--online", "--osv-url", service.osv_url, "--output-format", "json")
    assert done.returncode == 2
    told = json.loads(done.stdout)
    assert told["version"] == 1
    assert [(p["name"], p["version"], p["status"], p["yanked"]) for p in told["packages"]] == [
        ("flask", "3.1.1", "clear", None)
    ]
    assert [(g["name"], g["status"], g["reason"], g["places"][0]["line"]) for g in told["gaps"]] == [
        ("numpy", "not audited", "no exact version is given: >=1.26", 2),
        ("torch", "not audited", "no version is given", 3),
    ]
    assert service.asked == [("flask", "3.1.1")]


def test_local_labels_are_asked_about_by_their_release(driftlint: Run, write: Write, service: Served) -> None:
    write({"requirements.txt": "torch==2.3.0+cu121\n"})
    service.vulnerable["torch", "2.3.0"] = [entry("torch", "X-1")]
    done = driftlint("audit", "--online", "--osv-url", service.osv_url)
    assert "vulnerable torch 2.3.0+cu121\n  asked about as 2.3.0: the local label" in done.stdout
    assert "  X-1: no release that fixes it is known\n" in done.stdout


def test_ignored_ones_stay_visible_and_useless_ids_are_named(driftlint: Run, write: Write, service: Served) -> None:
    write({"requirements.txt": PINS})
    service.vulnerable["requests", "2.19.0"] = [CVE]
    more = ("--ignore-vuln", "cve-2018-18074", "--ignore-vuln", "CVE-1")
    done = driftlint("audit", "--online", "--osv-url", service.osv_url, *more)
    assert "Ignored (1):\n  requirements.txt:1:1: requests 2.19.0: PYSEC-2018-28 (CVE-2018-18074)\n" in done.stdout
    assert done.stderr == "warning: --ignore-vuln CVE-1: no vulnerability that was found bears this id\n"
    assert done.returncode == 0


def test_yanked_pins_cannot_be_kept(driftlint: Run, write: Write, service: Served) -> None:
    write({"requirements.txt": "a==1\nb==1.0\nc==1\n"})
    half = [{"filename": "b-1.0.tar.gz", "yanked": "bad"}, {"filename": "b-1.0-py3-none-any.whl", "yanked": False}]
    service.projects["a"] = {"files": [{"filename": "a-1.tar.gz", "yanked": "broken metadata"}]}
    service.projects["b"] = {"files": half}
    done = driftlint("audit", "--online", "--osv-url", service.osv_url, "--index-url", service.index_url)
    assert done.stdout.startswith("requirements.txt:1:1: yanked a 1\n  taken back from the index: broken metadata\n")
    assert "requirements.txt:3:1: c 1: whether it was yanked is not known: the index answered 404\n" in done.stdout
    assert "; 1 yanked; " in done.stdout
    assert "b 1.0" not in done.stdout
    assert done.returncode == 1


def test_markdown(driftlint: Run, write: Write, service: Served) -> None:
    write({"requirements.txt": PINS + "torch\n"})
    service.vulnerable["requests", "2.19.0"] = [CVE]
    done = driftlint("audit", "--online", "--osv-url", service.osv_url, "--output-format", "markdown")
    assert "| where | pin | why | fixed in |\n| --- | --- | --- | --- |\n| <code>requirements.txt&#58;1" in done.stdout
    assert "#### Not audited\n\n| where | package | why |\n" in done.stdout
    assert "| <code>torch</code> | no version is given |" in done.stdout


def test_formats_of_ci_services(driftlint: Run, write: Write, service: Served) -> None:
    write(
        {"requirements.txt": PINS + "torch\n", "Dockerfile": "FROM python:3.11.9\nRUN pip install requests==2.19.0\n"}
    )
    service.vulnerable["requests", "2.19.0"] = [CVE]
    service.projects["flask"] = {"files": [{"filename": "flask-3.1.1.tar.gz", "yanked": "bad"}]}
    service.projects["requests"] = {"files": [{"filename": "requests-2.19.0.tar.gz", "yanked": False}]}
    asked = ("audit", "--online", "--osv-url", service.osv_url, "--index-url", service.index_url, "--output-format")
    done = driftlint(*asked, "sarif")
    assert done.returncode == 1
    (run,) = json.loads(done.stdout)["runs"]
    rows = [
        (
            result["ruleId"],
            result["level"],
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            result["locations"][0]["physicalLocation"]["region"]["startLine"],
            result["message"]["text"].splitlines()[0],
        )
        for result in run["results"]
    ]
    vulnerable = "requests 2.19.0 is vulnerable: PYSEC-2018-28 (CVE-2018-18074), fixed in 2.20.0"
    assert rows == [
        ("pin-vulnerable", "error", "Dockerfile", 2, vulnerable),
        ("pin-yanked", "warning", "requirements.txt", 2, "flask 3.1.1 was taken back from the index: bad"),
        ("pin-not-audited", "note", "requirements.txt", 3, "torch was not audited: no version is given"),
    ]
    assert [location["id"] for location in run["results"][0]["relatedLocations"]] == [1]
    github = driftlint(*asked, "github").stdout.splitlines()
    assert github[0] == (
        "::error file=Dockerfile,line=2,col=17,endLine=2,endColumn=33,title=driftlint (pin-vulnerable)"
        f"::{vulnerable}%0Ahelp: pin requests 2.20.0 or later"
    )
    assert github[2].startswith("::notice file=requirements.txt,line=3,")
    gitlab = json.loads(driftlint(*asked, "gitlab").stdout)
    assert [(row["check_name"], row["severity"], row["location"]["lines"]["begin"]) for row in gitlab] == [
        ("pin-vulnerable", "major", 2),
        ("pin-yanked", "minor", 2),
        ("pin-not-audited", "info", 3),
    ]
    junit = driftlint(*asked, "junit").stdout
    assert '<testsuites name="driftlint" tests="3" failures="2" errors="0">' in junit


def test_sarif_is_valid_and_offline_is_not_clean(driftlint: Run, write: Write) -> None:
    write({"requirements.txt": PINS})
    log = json.loads(driftlint("audit", "--output-format", "sarif").stdout)
    schema = json.loads((Path(__file__).parents[1] / "report" / "sarif-schema-2.1.0-rtm.5.json").read_text())
    jsonschema.Draft4Validator(schema).validate(log)
    assert [result["message"]["text"] for result in log["runs"][0]["results"]] == [
        "requests 2.19.0 was not audited: offline",
        "flask 3.1.1 was not audited: offline",
    ]


def test_what_many_packages_share_is_one_line(driftlint: Run, write: Write) -> None:
    lines = "".join(f"https://conda.example/linux-64/lib{n:02}-1.0-h0_0.conda#00\n" for n in range(12))
    write({"conda-linux-64.lock": "@EXPLICIT\n" + lines})
    done = driftlint("audit")
    reason = "it is no release of a Python package index (conda)"
    assert f"Not audited (12):\n  conda-linux-64.lock:2:1: lib00, lib01, lib02 and 9 more: {reason}\n" in done.stdout


def test_only_the_named_paths_are_asked_about(driftlint: Run, write: Write, service: Served) -> None:
    write({"driftlint.toml": "", "a/requirements.txt": "flask==3.1.1\n", "b/requirements.txt": "torch==2.7.1\n"})
    driftlint("audit", "a", "--online", "--osv-url", service.osv_url)
    assert service.asked == [("flask", "3.1.1")]


OFFLINE = """
import os, sys
def watch(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "urllib.")):
        os.write(2, f"WAY OUT: {event}\\n".encode())
sys.addaudithook(watch)
sys.argv = ["driftlint", "audit", *%r]
from driftlint.cli import main
main()
"""


def run_watched(root: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", OFFLINE % (arguments,)]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def test_without_online_nothing_leaves_and_nothing_looks_clean(write: Write, environment: dict[str, str]) -> None:
    root = write({"requirements.txt": PINS})
    done = run_watched(root, environment)
    assert done.stderr == "offline: nothing was audited; add --online\n"
    assert "requirements.txt:1:1: requests 2.19.0: offline\n" in done.stdout
    said = "2 pinned releases: not audited, and whether any was yanked is not known (offline); no gaps\n"
    assert done.stdout.endswith(said)
    assert done.returncode == 0


def test_the_watch_sees_a_way_out(write: Write, environment: dict[str, str], service: Served) -> None:
    root = write({"requirements.txt": PINS})
    done = run_watched(root, environment, "--online", "--osv-url", service.osv_url)
    assert "WAY OUT: subprocess.Popen" in done.stderr
    assert "WAY OUT: socket." not in done.stderr


def test_no_pins_no_process(write: Write, environment: dict[str, str]) -> None:
    root = write({"train.py": "print(1)\n"})
    done = run_watched(root, environment, "--online")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("0 pinned releases (osv): 0 vulnerable")


def test_the_extra_is_missing(write: Write, environment: dict[str, str], tmp_path: Path) -> None:
    # The parent finds its libraries through PYTHONPATH, which the child is not given: there, nothing is installed.
    root = write({"requirements.txt": PINS})
    site = next(path for path in sys.path if path.endswith("site-packages"))
    bare = os.path.join(sys.base_prefix, "bin", f"python3.{sys.version_info[1]}")
    if not os.path.exists(bare):
        pytest.skip("the base interpreter is not where venv keeps it")
    found = subprocess.run([bare, "-c", "import pip_audit"], capture_output=True, check=False, cwd=tmp_path)
    if found.returncode == 0:
        pytest.skip("pip-audit is installed for the base interpreter")
    env = {**environment, "PYTHONPATH": os.pathsep.join([environment["PYTHONPATH"], site])}
    command = [bare, "-m", "driftlint", "audit", "--online"]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    assert done.stderr == "error: pip-audit is not installed beside driftlint: pip install 'driftlint[audit]'\n"
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--osv-url", "http://127.0.0.1:1"), "--osv-url goes with --online"),
        (("--online", "--service", "pypi", "--osv-url", "http://127.0.0.1:1"), "--osv-url goes with --service osv"),
        (("--online", "--osv-url", "http://me:secret@127.0.0.1:1"), "--osv-url: it holds credentials"),
        (("--online", "--index-url", "file:///etc"), "--index-url: it must begin with http"),
        (("--timeout", "0"), "--timeout must be above 0 seconds"),
    ],
)
def test_wrong_usage(driftlint: Run, write: Write, arguments: tuple[str, ...], said: str) -> None:
    write({"requirements.txt": PINS})
    done = driftlint("audit", *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {said}")
    assert "secret" not in done.stderr
