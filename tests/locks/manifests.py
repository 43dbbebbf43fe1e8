"""One manifest a tool, and the changes that are made to it after locking: (title, text that goes, text that comes)."""

from __future__ import annotations

PROJECT = """\
[project]
name = "experiment"
version = "0.1.0"
requires-python = ">=3.10,<3.14"
dependencies = [
  "idna>=3,<4",
  "packaging>=24; python_version >= '3.9'",
  "colorama; sys_platform == 'win32'",
  "six>=1.16",
]

[project.optional-dependencies]
plot = ["tomli>=2"]

[dependency-groups]
dev = ["iniconfig>=2"]
lint = ["pluggy"]
"""
POETRY = (
    PROJECT
    + """
[tool.poetry]
package-mode = false

[[tool.poetry.source]]
name = "index"
url = "{index}"
priority = "primary"
"""
)
LEGACY = """\
[tool.poetry]
name = "experiment"
version = "0.1.0"
description = "old form"
authors = []
package-mode = false

[tool.poetry.dependencies]
python = "^3.10"
idna = "^3.4"
packaging = { version = ">=24", python = ">=3.10" }
tomli = { version = "^2.0", optional = true }

[tool.poetry.extras]
plot = ["tomli"]

[tool.poetry.group.dev.dependencies]
iniconfig = "^2.0"

[[tool.poetry.source]]
name = "index"
url = "{index}"
priority = "primary"
"""
PIPFILE = """\
[[source]]
name = "index"
url = "${INDEX_URL}"
verify_ssl = true

[packages]
idna = ">=3,<4"
packaging = {version = ">=24", markers = "python_version >= '3.9'"}
six = "*"

[dev-packages]
iniconfig = ">=2"

[requires]
python_version = "3"
"""
Change = tuple[str, str, str]


def before_groups(text: str) -> tuple[str, str]:
    """Put a table before the dependency groups."""
    return "[dependency-groups]", f"{text}\n\n[dependency-groups]"


SHARED: list[Change] = [
    ("nothing", "", ""),
    ("a comment", '  "six>=1.16",', '  "six>=1.16",  # kept'),
    ("spaces inside a list", '  "six>=1.16",', '      "six>=1.16"   ,'),
    ("a description", 'version = "0.1.0"', 'version = "0.1.0"\ndescription = "more"'),
    ("another own version", 'version = "0.1.0"', 'version = "0.2.0"'),
    ("spaces inside a requirement", '"idna>=3,<4"', '"idna >=3, <4"'),
    ("clauses in another order", '"idna>=3,<4"', '"idna<4,>=3"'),
    ("trailing zeros", '"idna>=3,<4"', '"idna>=3.0,<4.0"'),
    ("range widened", '"idna>=3,<4"', '"idna>=3"'),
    ("range narrowed, the locked version fits", '"idna>=3,<4"', '"idna>=3.1,<4"'),
    ("range narrowed, the locked version does not fit", '"idna>=3,<4"', '"idna>=3,<3.5"'),
    ("exact version", '"six>=1.16"', '"six==1.16.0"'),
    ("range taken away", '"six>=1.16"', '"six"'),
    ("compatible release", '"packaging>=24;', '"packaging~=24.0;'),
    ("requirement added", '  "six>=1.16",', '  "six>=1.16",\n  "click",'),
    ("requirement removed", '  "six>=1.16",\n', ""),
    ("requirements in another order", '  "idna>=3,<4",\n', ""),
    ("name in another spelling", '"six>=1.16"', '"Six>=1.16"'),
    ("extra asked for", '"idna>=3,<4"', '"idna[all]>=3,<4"'),
    ("marker added", '"six>=1.16"', "\"six>=1.16; sys_platform == 'linux'\""),
    ("marker taken away", "\"colorama; sys_platform == 'win32'\"", '"colorama"'),
    ("marker changed", "sys_platform == 'win32'", "sys_platform == 'darwin'"),
    ("marker in other words", "python_version >= '3.9'", "'3.9' <= python_version"),
    ("marker that is always true changed", "python_version >= '3.9'", "python_version >= '3.8'"),
    ("marker that is always true taken away", "; python_version >= '3.9'", ""),
    ("marker that is never true added", '  "six>=1.16",', '  "six>=1.16",\n  "click; python_version < \'3.8\'",'),
    ("quotes of a marker", "python_version >= '3.9'", 'python_version >= \\"3.9\\"'),
    ("marker over another variable", "sys_platform == 'win32'", "os_name == 'nt'"),
    ("extra renamed", "plot = [", "draw = ["),
    ("extra taken away", '[project.optional-dependencies]\nplot = ["tomli>=2"]\n', ""),
    ("empty extra added", 'plot = ["tomli>=2"]', 'plot = ["tomli>=2"]\nnone = []'),
    ("requirement moved into an extra", '"six>=1.16",\n]', "]"),
    ("extra's range widened", '"tomli>=2"', '"tomli>=1"'),
    ("group renamed", "lint = [", "style = ["),
    ("group taken away", 'lint = ["pluggy"]\n', ""),
    ("empty group added", 'lint = ["pluggy"]', 'lint = ["pluggy"]\nnone = []'),
    ("group included", 'dev = ["iniconfig>=2"]', 'dev = ["iniconfig>=2", {include-group = "lint"}]'),
    ("group's range narrowed", '"iniconfig>=2"', '"iniconfig>=2.0.1"'),
    (
        "groups in another order",
        'dev = ["iniconfig>=2"]\nlint = ["pluggy"]',
        'lint = ["pluggy"]\ndev = ["iniconfig>=2"]',
    ),
    ("Python range narrowed", ">=3.10,<3.14", ">=3.11,<3.14"),
    ("Python range widened", ">=3.10,<3.14", ">=3.10"),
    ("Python range in another order", ">=3.10,<3.14", "<3.14,>=3.10"),
    ("Python range with trailing zeros", ">=3.10,<3.14", ">=3.10.0,<3.14.0"),
    ("direct URL", '"six>=1.16"', '"six @ https://example.invalid/six-1.16.0-py2.py3-none-any.whl"'),
]
UV: list[Change] = [
    ("git source", *before_groups('[tool.uv.sources]\nsix = { git = "https://example.invalid/six" }')),
    ("constraint", *before_groups('[tool.uv]\nconstraint-dependencies = ["six<2"]')),
    ("override", *before_groups('[tool.uv]\noverride-dependencies = ["six<2"]')),
    ("resolution", *before_groups('[tool.uv]\nresolution = "lowest"')),
    ("prerelease", *before_groups('[tool.uv]\nprerelease = "allow"')),
    ("environments", *before_groups("[tool.uv]\nenvironments = [\"sys_platform == 'linux'\"]")),
    ("old dev table", *before_groups('[tool.uv]\ndev-dependencies = ["click"]')),
    ("build backend", *before_groups('[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"')),
    ("project renamed", 'name = "experiment"', 'name = "trial"'),
    ("default groups said aloud", *before_groups('[tool.uv]\ndefault-groups = ["dev"]')),
    ("default groups", *before_groups('[tool.uv]\ndefault-groups = ["lint"]')),
]
POETRY_OWN: list[Change] = [
    ("Poetry group added", "[tool.poetry]", '[tool.poetry.group.more.dependencies]\nclick = "*"\n\n[tool.poetry]'),
    ("source renamed", 'name = "index"', 'name = "other"'),
    ("source's priority", 'priority = "primary"', 'priority = "supplemental"'),
    ("package mode", "package-mode = false", "package-mode = true"),
]
LEGACY_OWN: list[Change] = [
    ("nothing", "", ""),
    ("a comment", 'idna = "^3.4"', 'idna = "^3.4"  # kept'),
    ("other text", 'description = "old form"', 'description = "new"'),
    ("range widened", 'idna = "^3.4"', 'idna = "^3.0"'),
    ("range in another grammar", 'idna = "^3.4"', 'idna = ">=3.4,<4"'),
    ("spaces", 'idna = "^3.4"', 'idna    =   "^3.4"'),
    ("requirement added", 'idna = "^3.4"', 'idna = "^3.4"\nclick = "*"'),
    ("requirement removed", 'idna = "^3.4"\n', ""),
    ("optional", "optional = true", "optional = false"),
    ("extra renamed", "plot = ", "draw = "),
    ("group's range", 'iniconfig = "^2.0"', 'iniconfig = ">=2.0"'),
    ("group renamed", "[tool.poetry.group.dev.", "[tool.poetry.group.test."),
    ("Python range", '"^3.10"', '"^3.11"'),
    ("condition", 'python = ">=3.10"', 'python = ">=3.11"'),
    ("project table added", "[tool.poetry]\n", '[project]\nname = "experiment"\n\n[tool.poetry]\n'),
    ("project table with a range", "[tool.poetry]\n", '[project]\nrequires-python = ">=3.10"\n\n[tool.poetry]\n'),
    ("PEP 735 group added", "[tool.poetry]\n", '[dependency-groups]\ndev = ["pluggy"]\n\n[tool.poetry]\n'),
]
PDM_OWN: list[Change] = [
    ("old dev table", *before_groups('[tool.pdm.dev-dependencies]\nmore = ["click"]')),
    ("overrides", *before_groups('[tool.pdm.resolution.overrides]\nsix = "1.16.0"')),
    ("source", *before_groups('[[tool.pdm.source]]\nname = "other"\nurl = "https://example.invalid/simple"')),
    ("scripts", *before_groups('[tool.pdm.scripts]\nstart = "python train.py"')),
    ("no distribution", *before_groups("[tool.pdm]\ndistribution = false")),
]
PIPFILE_OWN: list[Change] = [
    ("nothing", "", ""),
    ("a comment", 'six = "*"', 'six = "*"  # kept'),
    ("spaces", 'six = "*"', 'six    =   "*"'),
    ("range widened", 'idna = ">=3,<4"', 'idna = ">=3"'),
    ("clauses in another order", 'idna = ">=3,<4"', 'idna = "<4,>=3"'),
    ("range narrowed", 'idna = ">=3,<4"', 'idna = ">=3,<3.5"'),
    ("exact version", 'six = "*"', 'six = "==1.16.0"'),
    ("requirement added", 'six = "*"', 'six = "*"\nclick = "*"'),
    ("requirement removed", 'six = "*"\n', ""),
    ("requirements in another order", 'idna = ">=3,<4"\n', ""),
    ("name in another spelling", 'six = "*"', 'Six = "*"'),
    ("separators in a name", "packaging = ", "Packaging = "),
    ("marker changed", "python_version >= '3.9'", "python_version >= '3.8'"),
    ("marker taken away", ", markers = \"python_version >= '3.9'\"", ""),
    (
        "table in another order",
        '{version = ">=24", markers = "python_version >= \'3.9\'"}',
        '{markers = "python_version >= \'3.9\'", version = ">=24"}',
    ),
    ("extra", 'idna = ">=3,<4"', 'idna = {version = ">=3,<4", extras = ["all"]}'),
    ("index named", 'six = "*"', 'six = {version = "*", index = "index"}'),
    ("editable path", 'six = "*"', 'six = {path = ".", editable = true}'),
    ("git", 'six = "*"', 'six = {git = "https://example.invalid/six", ref = "main"}'),
    ("moved to dev", 'six = "*"\n\n[dev-packages]\n', '\n[dev-packages]\nsix = "*"\n'),
    ("group added", "[requires]", '[docs]\nclick = "*"\n\n[requires]'),
    ("group's range", 'iniconfig = ">=2"', 'iniconfig = ">=2.0.1"'),
    ("Python version", 'python_version = "3"', 'python_version = "3.11"'),
    ("source renamed", 'name = "index"', 'name = "other"'),
    ("source unverified", "verify_ssl = true", "verify_ssl = false"),
    ("scripts", "[requires]", '[scripts]\ntrain = "python train.py"\n\n[requires]'),
    ("settings", "[requires]", "[pipenv]\nallow_prereleases = true\n\n[requires]"),
]
MOVED = {
    "requirements in another order": ('  "six>=1.16",\n', '  "six>=1.16",\n  "idna>=3,<4",\n'),
    "requirement moved into an extra": ('plot = ["tomli>=2"]', 'plot = ["tomli>=2", "six>=1.16"]'),
}
"""Second half of a change that takes from one place and puts in another."""
MOVED_PIPFILE = {"requirements in another order": ('six = "*"\n', 'six = "*"\nidna = ">=3,<4"\n')}
REQUIREMENTS = """\
idna>=3,<4
packaging>=24; python_version >= '3.9'
colorama; sys_platform == 'win32'
distro; sys_platform == 'linux'
six>=1.16
python-dateutil
"""
LEAVES = REQUIREMENTS.replace("python-dateutil\n", "")
"""Packages that ask for no others: a lock without comments can show that it holds nothing else."""
LISTED: list[Change] = [
    ("nothing", "", ""),
    ("a comment", "six>=1.16", "six>=1.16  # kept"),
    ("a comment line", "six>=1.16", "# the core\nsix>=1.16"),
    ("an empty line", "six>=1.16", "\nsix>=1.16"),
    ("spaces inside a requirement", "idna>=3,<4", "idna >=3, <4"),
    ("clauses in another order", "idna>=3,<4", "idna<4,>=3"),
    ("trailing zeros", "idna>=3,<4", "idna>=3.0,<4.0"),
    ("range widened", "idna>=3,<4", "idna>=3"),
    ("range narrowed, the locked version fits", "idna>=3,<4", "idna>=3.1,<4"),
    ("range narrowed, the locked version does not fit", "idna>=3,<4", "idna>=3,<3.5"),
    ("exact version, the locked one", "six>=1.16", "six==1.17.0"),
    ("exact version, another one", "six>=1.16", "six==1.16.0"),
    ("a version left out, the locked one", "six>=1.16", "six>=1.16,!=1.17.0"),
    ("range taken away", "six>=1.16", "six"),
    ("compatible release", "packaging>=24;", "packaging~=24.0;"),
    ("requirement added", "six>=1.16", "six>=1.16\npluggy"),
    ("requirement removed", "six>=1.16\n", ""),
    ("two requirements removed", "six>=1.16\n", ""),
    ("requirements in another order", "idna>=3,<4\n", ""),
    ("requirement twice", "six>=1.16", "six>=1.16\nsix<2"),
    ("name in another spelling", "six>=1.16", "Six>=1.16"),
    ("extra asked for", "idna>=3,<4", "idna[all]>=3,<4"),
    ("marker added", "idna>=3,<4", "idna>=3,<4; sys_platform == 'linux'"),
    ("marker added that is false", "idna>=3,<4", "idna>=3,<4; sys_platform == 'win32'"),
    ("marker taken away", "colorama; sys_platform == 'win32'", "colorama"),
    ("marker changed", "sys_platform == 'win32'", "sys_platform == 'darwin'"),
    ("marker changed to the platform at hand", "sys_platform == 'win32'", "sys_platform == 'linux'"),
    ("marker in other words", "python_version >= '3.9'", "'3.9' <= python_version"),
    ("marker that is always true changed", "python_version >= '3.9'", "python_version >= '3.8'"),
    ("marker that is always true taken away", "; python_version >= '3.9'", ""),
    ("marker that is never true added", "six>=1.16", "six>=1.16\nclick; python_version < '3.8'"),
    ("quotes of a marker", "python_version >= '3.9'", 'python_version >= "3.9"'),
    ("marker over another variable", "sys_platform == 'linux'", "platform_system == 'Linux'"),
    ("included file", "six>=1.16", "-r more.in"),
    ("included file that adds", "six>=1.16", "six>=1.16\n-r added.in"),
    ("constraint that holds", "six>=1.16", "-c held.txt\nsix>=1.16"),
    ("constraint that does not hold", "six>=1.16", "-c broken.txt\nsix>=1.16"),
]
LISTED_MORE: list[Change] = [
    ("what another one asks for", "python-dateutil", "python-dateutil\ntzdata"),
    ("marker added to what another one asks for, too", "six>=1.16", "six>=1.16; sys_platform == 'linux'"),
    ("what brings another one removed", "python-dateutil\n", ""),
]
MOVED_LISTED = {
    "requirements in another order": ("six>=1.16\n", "six>=1.16\nidna>=3,<4\n"),
    "two requirements removed": ("idna>=3,<4\n", ""),
}
ASIDE = {"more.in": "six>=1.16\n", "added.in": "pluggy\n", "held.txt": "six<2\n", "broken.txt": "six<1.17\n"}
"""Files that stand beside every input."""
BINARY = PROJECT.replace('  "idna>=3,<4",\n', '  "idna>=3,<4",\n  "markupsafe",\n')
"""With a package whose wheels show the platform."""
CASES: dict[str, tuple[str, str, list[Change], dict[str, tuple[str, str]]]] = {
    "uv": ("uv", PROJECT, SHARED + UV, MOVED),
    "poetry": ("poetry", POETRY, SHARED + POETRY_OWN, MOVED),
    "poetry, old form": ("poetry", LEGACY, LEGACY_OWN, {}),
    "pdm": ("pdm", PROJECT, SHARED + PDM_OWN, MOVED),
    "pipenv": ("pipenv", PIPFILE, PIPFILE_OWN, MOVED_PIPFILE),
    "pip-compile": ("pip-compile", REQUIREMENTS, LISTED + LISTED_MORE, MOVED_LISTED),
    "uv-compile": ("uv-compile", REQUIREMENTS, LISTED + LISTED_MORE, MOVED_LISTED),
    "uv-universal": ("uv-universal", REQUIREMENTS, LISTED + LISTED_MORE, MOVED_LISTED),
    "uv-project": ("uv-project", PROJECT, SHARED, MOVED),
    "uv-pylock": ("uv-pylock", LEAVES, LISTED, MOVED_LISTED),
    "uv-export": ("uv-export", PROJECT, SHARED, MOVED),
    "pip-lock": ("pip-lock", BINARY, SHARED, MOVED),
}
"""By title: the tool, its manifest, the changes, and second halves of changes."""


def change(manifest: str, made: Change, moved: dict[str, tuple[str, str]]) -> str:
    """Return a manifest after one change; raise where its text is not there."""
    title, old, new = made
    for before, after in ((old, new), *([moved[title]] if title in moved else [])):
        if before:
            assert before in manifest, (title, before)
            manifest = manifest.replace(before, after, 1)
    return manifest
