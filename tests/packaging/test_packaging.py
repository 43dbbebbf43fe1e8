"""The built wheel and the editable install both work without the checkout around them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

TOP = Path(__file__).resolve().parents[2]
SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def run(*command: str | Path, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "NO_COLOR", "FORCE_COLOR")}
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**kept, "DRIFTLINT_CACHE_DIR": str(cwd / "cache"), "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    if check and result.returncode:
        raise AssertionError(f"{command}: exit {result.returncode}\n{result.stdout}\n{result.stderr}")
    return result


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, TOP, cwd=folder)
    (built,) = folder.glob("driftlint-*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a fresh environment, its needs taken from the running one; return the program.

    The needs are linked through a .pth file: what is tested is the wheel, and an index need not be at hand.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "env", with_pip=False, symlinks=os.name != "nt")
    python = folder / "env" / SCRIPTS / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).stdout.strip()
    needs = folder / "needs"
    needs.mkdir()
    import yaml

    for entry in Path(yaml.__file__).resolve().parents[1].iterdir():
        if not entry.name.lower().startswith(
            ("driftlint", "_driftlint", "_editable", "__editable", "pip", "setuptools")
        ):
            (needs / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())
    Path(site, "needs.pth").write_text(f"{needs}\n", encoding="utf-8")
    return folder / "env" / SCRIPTS / "driftlint"


def test_the_wheel_holds_every_rule_and_catalogue_file(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        pages = {name.removeprefix("driftlint/_rules/") for name in names if name.startswith("driftlint/_rules/")}
    assert pages == {
        path.relative_to(TOP / "rules").as_posix() for path in (TOP / "rules").rglob("*") if path.is_file()
    }
    assert "data/dataset-unpinned.md" in pages
    assert "catalogue/services/models.tsv" in pages
    assert "layout.toml" in pages


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        head = archive.read(metadata).decode()
    assert {name.split("/")[0] for name in names} == {"driftlint", metadata.split("/")[0]}
    assert "driftlint/py.typed" in names
    assert "driftlint/packs/schemas/catalogue.schema.json" in names
    assert "driftlint/report/schemas/report.schema.json" in names
    assert "driftlint/review/schemas/review.schema.json" in names
    assert {f"driftlint/review/page/{name}" for name in ("page.html.j2", "style.css", "script.js")} <= set(names)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name]
    assert "License-Expression: Apache-2.0" in head
    assert "Requires-Python: >=3.10" in head


def test_the_installed_program_lists_rules_and_checks(installed: Path, tmp_path: Path) -> None:
    rules = run(installed, "rules", "--output-format", "json", cwd=tmp_path).stdout
    assert "dataset-unpinned" in rules
    where = run(installed.parent / "python", "-c", "import driftlint; print(driftlint.__file__)", cwd=tmp_path).stdout
    assert Path(where.strip()).is_relative_to(installed.parents[1])

    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "requirements.txt").write_text("torch\nnumpy==2.3.1\n", encoding="utf-8")
    result = run(installed, "check", "repo", "--output-format", "json", "--isolated", cwd=tmp_path, check=False)
    assert result.returncode == 1, result.stderr
    found = [(f["rule"], f["path"], f["line"], f["subject"]["name"]) for f in json.loads(result.stdout)["findings"]]
    assert found == [("requirement-unpinned", "requirements.txt", 1, "torch")]


def test_the_installed_program_says_its_version(installed: Path, tmp_path: Path) -> None:
    from driftlint import __version__

    assert run(installed, "--version", cwd=tmp_path).stdout.strip() == f"driftlint {__version__}"


def test_the_editable_install_uses_the_rules_of_the_checkout(tmp_path: Path) -> None:
    """The environment that runs the tests has the editable install of the README."""
    code = "from driftlint.packs.files import builtin_pack; print(builtin_pack())"
    shown = run(sys.executable, "-I", "-c", code, cwd=tmp_path).stdout
    assert Path(shown.strip()) == TOP / "rules"
    assert not (TOP / "src" / "driftlint" / "_rules").exists(), "a copy of the rules would hide the edited ones"
