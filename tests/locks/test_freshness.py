"""Verdicts on locks that the real tools made for small manifests, after one change of the manifest at a time; no tool is run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from driftlint.locks import Files, Freshness, LockError, judge_freshness, read_lock, read_locks
from tests.locks.manifests import (
    ASIDE,
    CASES,
    MOVED,
    MOVED_PIPFILE,
    PDM_OWN,
    PIPFILE_OWN,
    POETRY_OWN,
    SHARED,
    UV,
    Change,
    change,
)
from tests.locks.tool_runs import CHECK, LOCKS, MANIFESTS
from tests.locks.verdicts import VERDICTS

SAMPLES = Path(__file__).parent / "samples"
FRESH = {
    "uv": """nothing; a comment; spaces inside a list; a description; spaces inside a requirement; clauses in another order;
        trailing zeros; requirements in another order; name in another spelling; marker in other words;
        marker that is always true changed; marker that is always true taken away; quotes of a marker;
        groups in another order; Python range in another order; Python range with trailing zeros; default groups said aloud""",
    "poetry": """nothing; a comment; spaces inside a list; a description; another own version; groups in another order;
        package mode""",
    "pdm": """nothing; a comment; spaces inside a list; a description; another own version; groups in another order; scripts;
        no distribution""",
    "pipenv": """nothing; a comment; spaces; requirements in another order; name in another spelling; separators in a name;
        table in another order; scripts; settings""",
}
"""The changes after which the tool itself still calls the lock fresh, as the opt-in test beside this one finds."""
UNKNOWN = {"uv": ["marker over another variable"]}
CHANGES: dict[str, tuple[list[Change], dict[str, tuple[str, str]]]] = {
    "uv": (SHARED + UV, MOVED),
    "poetry": (SHARED + POETRY_OWN, MOVED),
    "pdm": (SHARED + PDM_OWN, MOVED),
    "pipenv": (PIPFILE_OWN, MOVED_PIPFILE),
}


def verdict(lock: str, files: dict[str, str]) -> Freshness:
    """Judge a lock in a repo of file names and texts."""
    read = read_lock(lock, files[lock].encode())
    assert read is not None
    return judge_freshness(read, Files(lambda path: files[path].encode() if path in files else None, tuple(files)))


def sample(tool: str) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((SAMPLES / tool).iterdir())}


@pytest.mark.parametrize(("tool", "made"), [(tool, made) for tool in CHANGES for made in CHANGES[tool][0]], ids=str)
def test_after_one_change(tool: str, made: Change) -> None:
    files = sample(tool)
    files[MANIFESTS[tool]] = change(files[MANIFESTS[tool]], made, CHANGES[tool][1])
    fresh = [" ".join(title.split()) for title in FRESH[tool].split(";")]
    expected = "fresh" if made[0] in fresh else "unknown" if made[0] in UNKNOWN.get(tool, []) else "stale"
    found = verdict(LOCKS[tool], files)
    assert found.state == expected, found.reason


WRITTEN = [(case, made) for case in VERDICTS for made in CASES[case][2] if made[0] not in VERDICTS[case]["error"]]


@pytest.mark.parametrize(("case", "made"), WRITTEN, ids=str)
def test_what_compilers_and_exporters_wrote_after_one_change(case: str, made: Change) -> None:
    files = {**ASIDE, **sample(case)}
    files[MANIFESTS[case]] = change(files[MANIFESTS[case]], made, CASES[case][3])
    told = VERDICTS[case]
    expected = "unknown" if made[0] in told["unknown"] else "fresh" if made[0] in told["fresh"] else "stale"
    found = verdict(LOCKS[case], files)
    assert found.state == expected, found.reason


def test_what_differs_is_named() -> None:
    for tool in ("uv", "poetry", "pdm"):
        files = sample(tool)
        files["pyproject.toml"] = files["pyproject.toml"].replace('"idna>=3,<4"', '"idna>=2,<3"')
        assert verdict(LOCKS[tool], files).differs == ("idna",), tool
        assert "idna" in verdict(LOCKS[tool], files).reason


def test_a_new_own_version_changes_nothing_that_is_installed() -> None:
    files = sample("uv")
    files["pyproject.toml"] = files["pyproject.toml"].replace('"0.1.0"', '"0.2.0"')
    found = verdict("uv.lock", files)
    assert (found.state, found.harmless) == ("stale", True)
    files["pyproject.toml"] = files["pyproject.toml"].replace('"idna>=3,<4"', '"idna>=2,<3"')
    found = verdict("uv.lock", files)
    assert (found.state, found.harmless) == ("stale", False)


def test_older_forms_of_the_content_hash_of_poetry() -> None:
    files = sample("poetry")
    before = files["poetry.lock"]
    files["pyproject.toml"] = files["pyproject.toml"].replace(
        "[dependency-groups]\n", "[dependency-groups]\nmore = []\n"
    )
    assert verdict("poetry.lock", files).state == "stale"
    # Up to 2.2 groups did not count: the same lock, were it theirs, would carry a hash without them.
    from driftlint.locks.poetry import content_hash
    from driftlint.locks.tables import parse_toml

    manifest = parse_toml(files["pyproject.toml"].encode(), "pyproject.toml")
    current = before.split('content-hash = "')[1].split('"')[0]
    old = before.replace(current, content_hash(manifest, groups=False))
    assert verdict("poetry.lock", {**files, "poetry.lock": old}).state == "stale"
    assert (
        verdict("poetry.lock", {**files, "poetry.lock": old.replace("Poetry 2.5.1", "Poetry 2.2.0")}).state == "fresh"
    )
    oldest = before.replace(current, content_hash(manifest, groups=False, project=False)).replace("2.5.1", "1.8.3", 1)
    assert verdict("poetry.lock", {**files, "poetry.lock": oldest}).state == "unknown"


def test_a_pipfile_without_a_source_is_fresh_or_cannot_be_told() -> None:
    files = sample("pipenv")
    files["Pipfile"] = files["Pipfile"].split("\n\n", 1)[1]
    assert verdict("Pipfile.lock", files).state == "unknown"


def test_settings_kept_elsewhere_cannot_be_told() -> None:
    files = {**sample("uv"), "uv.toml": 'resolution = "lowest"\n'}
    assert verdict("uv.lock", files).state == "unknown"
    files["pyproject.toml"] = files["pyproject.toml"].replace('  "six>=1.16",\n', "")
    assert verdict("uv.lock", files).state == "stale"


MEMBERS = {
    "pyproject.toml": '[project]\nname="root"\nversion="1"\nrequires-python=">=3.11"\ndependencies=["part"]\n'
    '[tool.uv.sources]\npart = {workspace = true}\n[tool.uv.workspace]\nmembers = ["packages/*"]\n',
    "packages/part/pyproject.toml": '[project]\nname="part"\nversion="1"\nrequires-python=">=3.11"\n'
    '[build-system]\nrequires=["hatchling"]\n',
    "uv.lock": """\
version = 1
revision = 3
requires-python = ">=3.11"
[manifest]
members = ["part", "root"]
[[package]]
name = "part"
version = "1"
source = { editable = "packages/part" }
[[package]]
name = "root"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "part" }]
[package.metadata]
requires-dist = [{ name = "part", editable = "packages/part" }]
""",
}


def test_members_of_a_workspace() -> None:
    found = verdict("uv.lock", MEMBERS)
    assert (found.state, found.manifests) == ("fresh", ("pyproject.toml", "packages/part/pyproject.toml")), found.reason
    more = {
        **MEMBERS,
        "packages/other/pyproject.toml": '[project]\nname="other"\nversion="1"\nrequires-python=">=3.11"\n',
    }
    assert verdict("uv.lock", more).reason == "the workspace has the members other, part, root, the lock part, root"
    changed = MEMBERS["packages/part/pyproject.toml"] + '[dependency-groups]\ndev=["pytest"]\n'
    assert verdict("uv.lock", {**MEMBERS, "packages/part/pyproject.toml": changed}).state == "stale"


def test_the_lock_of_a_script() -> None:
    script = '# /// script\n# requires-python = ">=3.11"\n# dependencies = ["six>=1.16"]\n# ///\nimport six\n'
    lock = (
        'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n'
        '[manifest]\nrequirements = [{ name = "six", specifier = ">=1.16" }]\n'
    )
    assert verdict("train.py.lock", {"train.py": script, "train.py.lock": lock}).state == "fresh"
    assert verdict("train.py.lock", {"train.py": script.replace("1.16", "1.17"), "train.py.lock": lock}).differs == (
        "six",
    )
    assert verdict("train.py.lock", {"train.py.lock": lock}).state == "unknown"


PIXI = """\
version: 6
environments:
  default:
    packages:
      linux-64:
      - conda: https://conda.example/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda
packages:
- conda: https://conda.example/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda
  sha256: 3f4365e11b28e244c95ba8579942b0802761ba7bb31c026f50d1a9ea9c728149
- pypi: https://files.example/six-1.17.0-py2.py3-none-any.whl
  name: six
  version: 1.17.0
  sha256: 4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274
"""


@pytest.mark.parametrize(
    ("asked", "state", "differs"),
    [
        ('[dependencies]\nnumpy = "1.26.*"\n[pypi-dependencies]\nsix = ">=1.16"\n', "unknown", ()),
        ('[dependencies]\nnumpy = ">=2"\n', "stale", ("numpy",)),
        ('[dependencies]\nscipy = "*"\n', "stale", ("scipy",)),
        # The tool takes a package of a channel for one of the index by that name (its own test "pypi-deps-not-in-lock").
        ('[pypi-dependencies]\nnumpy = "*"\n', "unknown", ()),
        ('[pypi-dependencies]\nscipy = "*"\n', "stale", ("scipy",)),
        ('[dependencies]\nnumpy = ">=1.26,<2"\n[target.win-64.dependencies]\npywin32 = "*"\n', "unknown", ()),
    ],
)
def test_pixi(asked: str, state: str, differs: tuple[str, ...]) -> None:
    found = verdict("pixi.lock", {"pixi.toml": asked, "pixi.lock": PIXI})
    assert (found.state, found.differs) == (state, differs)


WORKSPACE = """\
[workspace]
name = "experiment"
channels = ["conda-forge"]
platforms = ["linux-64"]

[dependencies]
python = "3.11.*"
numpy = ">=1.26,<2"

[pypi-dependencies]
six = ">=1.16"
"""
PIXI_WHOLE = """\
version: 6
environments:
  default:
    channels:
    - url: https://conda.example/conda-forge/
    indexes:
    - https://index.example/simple
    packages:
      linux-64:
      - conda: https://conda.example/conda-forge/linux-64/libzlib-1.3.1-hb9d3cd8_2.conda
      - conda: https://conda.example/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda
      - conda: https://conda.example/conda-forge/linux-64/python-3.11.14-hd63d673_2_cpython.conda
      - pypi: https://files.example/six-1.17.0-py2.py3-none-any.whl
packages:
- conda: https://conda.example/conda-forge/linux-64/libzlib-1.3.1-hb9d3cd8_2.conda
  sha256: d4bfe88d7cb447768e31650f06257995601f89076080e76df55e3112d4e47dc4
  depends:
  - __glibc >=2.17,<3.0.a0
- conda: https://conda.example/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda
  sha256: 3f4365e11b28e244c95ba8579942b0802761ba7bb31c026f50d1a9ea9c728149
  depends:
  - python >=3.11,<3.12.0a0
- conda: https://conda.example/conda-forge/linux-64/python-3.11.14-hd63d673_2_cpython.conda
  sha256: 5b872f7747891e50e990a96d2b235236a5c66cc9f8c9dcb7149aee674ea8145a
  depends:
  - libzlib >=1.3.1,<2.0a0
- pypi: https://files.example/six-1.17.0-py2.py3-none-any.whl
  name: six
  version: 1.17.0
  sha256: 4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274
  requires_python: '>=2.7,!=3.0.*,!=3.1.*,!=3.2.*'
"""


@pytest.mark.parametrize(
    ("old", "new", "state"),
    [
        ("", "", "fresh"),
        ('name = "experiment"', 'name = "trial"', "fresh"),
        ("[dependencies]", '[tasks]\ntrain = "python train.py"\n\n[dependencies]', "fresh"),
        ('"3.11.*"', '"3.11.*"  # kept', "fresh"),
        ('">=1.26,<2"', '"<2,>=1.26"', "fresh"),
        ('">=1.26,<2"', '">=1.20"', "fresh"),
        ('">=1.26,<2"', '">=1.26.3,<2"', "fresh"),
        ('">=1.26,<2"', '"*"', "fresh"),
        ('">=1.26,<2"', '"==1.26.4"', "fresh"),
        ('">=1.26,<2"', '">=2"', "stale"),
        ('">=1.26,<2"', '"1.25.*"', "stale"),
        ('"3.11.*"', '"3.12.*"', "stale"),
        ("numpy = ", 'scipy = "*"\nnumpy = ', "stale"),
        ('numpy = ">=1.26,<2"\n', "", "stale"),
        ('six = ">=1.16"\n', "", "stale"),
        ('six = ">=1.16"', 'six = ">=1.18"', "stale"),
        ('six = ">=1.16"', 'Six = ">=1.16"', "fresh"),
        ('six = ">=1.16"', 'six = ">=1.16"\nidna = "*"', "stale"),
        ('["linux-64"]', '["linux-64", "osx-arm64"]', "stale"),
        ('["linux-64"]', '["osx-arm64"]', "stale"),
        ('["conda-forge"]', '["conda-forge", "nvidia"]', "stale"),
        ('["conda-forge"]', '["https://conda.example/conda-forge"]', "fresh"),
        ("[dependencies]", '[target.linux-64.dependencies]\nscipy = "*"\n\n[dependencies]', "unknown"),
        ("[dependencies]", '[system-requirements]\ncuda = "12"\n\n[dependencies]', "unknown"),
        ('six = ">=1.16"', 'six = { version = ">=1.16", extras = ["all"] }', "unknown"),
    ],
)
def test_pixi_after_one_change(old: str, new: str, state: str) -> None:
    assert old in WORKSPACE
    found = verdict("pixi.lock", {"pixi.toml": WORKSPACE.replace(old, new, 1), "pixi.lock": PIXI_WHOLE})
    assert found.state == state, found.reason


@pytest.mark.parametrize(
    ("old", "new", "state"),
    [
        # What another package needs is gone, or nobody needs what is there.
        ("      - conda: https://conda.example/conda-forge/linux-64/libzlib-1.3.1-hb9d3cd8_2.conda\n", "", "stale"),
        ("  - libzlib >=1.3.1,<2.0a0\n", "  - __unix\n", "stale"),
        ("packages:\n- conda", "  old:\n    packages:\n      linux-64: []\npackages:\n- conda", "stale"),
        ("  version: 1.17.0\n", "", "unknown"),
        ("  version: 1.17.0\n", "  version: 1.17.0\n  index: https://other.example/simple\n", "unknown"),
    ],
)
def test_pixi_locks_that_do_not_hold_together(old: str, new: str, state: str) -> None:
    assert old in PIXI_WHOLE
    found = verdict("pixi.lock", {"pixi.toml": WORKSPACE, "pixi.lock": PIXI_WHOLE.replace(old, new, 1)})
    assert found.state == state, found.reason


def test_a_pixi_lock_that_a_formatter_has_indented() -> None:
    head, listing = PIXI_WHOLE.split("packages:\n- conda")
    moved = "".join(f"  {line}\n" for line in f"- conda{listing}".splitlines())
    text = re.sub(r"^( +)- ", r"\1  - ", head, flags=re.MULTILINE) + "packages:\n" + moved
    lock = read_lock("pixi.lock", text.encode())
    assert lock is not None
    assert lock.versions("numpy") == ("1.26.4",)
    assert verdict("pixi.lock", {"pixi.toml": WORKSPACE, "pixi.lock": text}).state == "fresh"


CONDA_LOCK = """\
version: 1
metadata:
  content_hash:
    linux-64: 8d9b0f1c
  channels:
  - url: conda-forge
    used_env_vars: []
  platforms:
  - linux-64
  sources:
  - environment.yml
package:
- name: libzlib
  version: 1.3.1
  manager: conda
  platform: linux-64
  dependencies:
    __glibc: '>=2.17'
  url: https://conda.example/conda-forge/linux-64/libzlib-1.3.1-hb9d3cd8_2.conda
  hash:
    md5: edb0dca6bc32e4f4789199455a1dbeb8
  category: main
- name: numpy
  version: 1.26.4
  manager: conda
  platform: linux-64
  dependencies:
    python: '>=3.11,<3.12.0a0'
  url: https://conda.example/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda
  category: main
- name: pip
  version: '25.3'
  manager: conda
  platform: linux-64
  dependencies:
    python: '>=3.10'
  url: https://conda.example/conda-forge/noarch/pip-25.3-pyh8b19718_0.conda
- name: python
  version: 3.11.14
  manager: conda
  platform: linux-64
  dependencies:
    libzlib: '>=1.3.1,<2.0a0'
  url: https://conda.example/conda-forge/linux-64/python-3.11.14-hd63d673_2_cpython.conda
- name: six
  version: 1.17.0
  manager: pip
  platform: linux-64
  dependencies: {}
  url: https://files.example/six-1.17.0-py2.py3-none-any.whl
"""
ENVIRONMENT = """\
channels: [conda-forge]
dependencies:
  - python=3.11
  - numpy>=1.26,<2
  - pip:
    - six>=1.16
"""


@pytest.mark.parametrize(
    ("old", "new", "state"),
    [
        ("", "", "unknown"),
        ("numpy>=1.26,<2", "numpy>=2", "stale"),
        ("numpy>=1.26,<2", "numpy=1.26", "unknown"),
        ("numpy>=1.26,<2", "numpy=1.25", "stale"),
        ("numpy>=1.26,<2", "numpy==1.26.4", "unknown"),
        ("numpy>=1.26,<2", "numpy==1.26", "stale"),
        ("numpy>=1.26,<2", "numpy=1.26.4=py311h64a7726_0", "unknown"),
        ("numpy>=1.26,<2", "conda-forge::numpy", "unknown"),
        ("  - numpy>=1.26,<2\n", "", "stale"),
        ("  - numpy>=1.26,<2\n", "  - scipy\n  - numpy>=1.26,<2\n", "stale"),
        ("  - numpy>=1.26,<2\n", "  - pywin32  # [win]\n  - numpy>=1.26,<2\n", "unknown"),
        ("python=3.11", "python=3.12", "stale"),
        ("python=3.11", "python>=3.10", "unknown"),
        ("six>=1.16", "six>=1.18", "stale"),
        ("six>=1.16", "Six", "unknown"),
        ("    - six>=1.16\n", "    - six>=1.16\n    - idna\n", "stale"),
        ("    - six>=1.16\n", "    - idna\n", "stale"),
        ("  - pip:\n    - six>=1.16\n", "", "stale"),
        ("    - six>=1.16\n", "    - six>=1.16\n    - colorama; sys_platform == 'win32'\n", "unknown"),
    ],
)
def test_conda_lock_after_one_change(old: str, new: str, state: str) -> None:
    assert old in ENVIRONMENT
    found = verdict(
        "conda-lock.yml", {"environment.yml": ENVIRONMENT.replace(old, new, 1), "conda-lock.yml": CONDA_LOCK}
    )
    assert found.state == state, found.reason


def test_what_only_a_file_out_of_scope_asks_for_is_not_too_much() -> None:
    lock = CONDA_LOCK.replace("  - environment.yml\n", "  - environment.yml\n  - ../more.yml\n")
    smaller = ENVIRONMENT.replace("  - numpy>=1.26,<2\n", "")
    assert verdict("conda-lock.yml", {"environment.yml": smaller, "conda-lock.yml": lock}).state == "unknown"


COMPILED = """\
# This file was autogenerated by uv via the following command:
#    uv pip compile env/main.in -o env/main.txt
-e .
numpy==1.26.4
    # via
    #   -r env/main.in
    #   scipy
scipy==1.13.1
    # via -r env/main.in
"""


@pytest.mark.parametrize(
    ("asked", "state", "harmless"),
    [
        ("scipy\nnumpy>=1.26\n", "fresh", False),
        # Another file asks for the same: only the comments would change.
        ("-r more.in\nnumpy\n", "stale", True),
        ("numpy>=2\nscipy\n", "stale", False),
        ("numpy\n", "stale", False),
        ("numpy\nscipy\npandas\n", "stale", False),
    ],
)
def test_compiled_requirements(asked: str, state: str, harmless: bool) -> None:
    files = {"env/main.in": asked, "env/more.in": "scipy\n", "env/main.txt": COMPILED}
    found = verdict("env/main.txt", files)
    assert (found.state, found.harmless) == (state, harmless), found.reason


@pytest.mark.parametrize(
    ("flags", "state"),
    [
        ("", "unknown"),
        ("--python-platform linux", "fresh"),
        ("--python-platform windows", "stale"),
        ("--universal", "stale"),
    ],
)
def test_the_platform_of_the_compilation_decides_what_must_be_there(flags: str, state: str) -> None:
    asked = "scipy\nnumpy>=1.26\npywin32; sys_platform == 'win32'\n"
    files = {"env/main.in": asked, "env/main.txt": COMPILED.replace("env/main.in -o", f"env/main.in {flags} -o")}
    assert verdict("env/main.txt", files).state == state


def test_a_compiled_file_without_its_input_cannot_be_told() -> None:
    assert verdict("env/main.txt", {"env/main.txt": COMPILED}).state == "unknown"


def test_what_locks_hold() -> None:
    lock = read_lock("pixi.lock", PIXI.encode())
    assert lock is not None
    assert [(p.name, p.version, p.hashed, p.conda) for p in lock.packages] == [
        ("numpy", "1.26.4", True, True),
        ("six", "1.17.0", True, False),
    ]
    compiled = read_lock("requirements.txt", COMPILED.encode())
    assert compiled is not None
    assert (compiled.versions("scipy"), compiled.sealed) == (("1.13.1",), False)
    for tool in CHECK:
        read = read_lock(LOCKS[tool], sample(tool)[LOCKS[tool]].encode())
        assert read is not None
        assert read.versions("six") == ("1.17.0",), tool
        assert all(package.hashed for package in read.packages if package.origin == "index"), tool


def test_a_package_from_git_is_sealed_by_its_commit() -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    text = f'[[package]]\nname="x"\nversion="1"\nsource = {{ git = "https://git.example/x?rev=main#{commit}" }}\n'
    lock = read_lock("uv.lock", text.encode())
    assert lock is not None
    assert (lock.packages[0].commit, lock.sealed) == (commit, True)


@pytest.mark.parametrize("path", [*(LOCKS[tool] for tool in CHECK), "pylock.toml", "pixi.lock", "conda-lock.yml"])
@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"[[", b"[]", b"{", b"package = 3", b"[package]\nx = 1", b"metadata = []"]
)
def test_broken_locks_never_raise_anything_else(path: str, data: bytes) -> None:
    try:
        lock = read_lock(path, data)
    except LockError:
        assert read_locks({path: data}) == {path: None}
        return
    assert lock is not None
    files = Files(lambda name: b"[project]\nname = 3\ndependencies = 4\n" if name == "pyproject.toml" else None)
    assert judge_freshness(lock, files).state in ("unknown", "stale")


def test_what_a_compiler_leaves_out_is_not_missing() -> None:
    header = "# This file is autogenerated by pip-compile\n#    pip-compile --unsafe-package=pandas requirements.in\n"
    held = "numpy==1.26.4\n    # via -r requirements.in\n\n# The following packages are considered to be unsafe:\n# setuptools\n"
    files = {"requirements.in": "numpy\nsetuptools\npandas\n", "requirements.txt": header + held}
    assert verdict("requirements.txt", files).state == "fresh"


def test_an_export_is_not_compared_with_an_input_of_the_same_stem() -> None:
    header = "# This file was autogenerated by uv via the following command:\n#    uv export --locked\n"
    files = {"requirements.in": "pandas\n", "requirements.txt": f"{header}numpy==1.26.4\n    # via root\n"}
    assert verdict("requirements.txt", files).state == "unknown"


def test_a_compiler_that_ran_at_the_root_of_the_repo() -> None:
    header = "#    uv pip compile pyproject.toml -o env/all.txt\n"
    files = {
        "pyproject.toml": '[project]\nname = "x"\nversion = "1"\ndependencies = ["numpy>=2"]\n',
        "env/all.txt": f"{header}numpy==1.26.4\n    # via x (pyproject.toml)\n",
    }
    assert verdict("env/all.txt", files).differs == ("numpy",)
