"""Who may open files, import what, and know whom: read off the source, not off a run."""

from __future__ import annotations

import ast
import re
import sys

import tomli

from tests.invariants.source import TOP, imports, modules, walk_at_run_time

OPENS_FILES = {
    "disk.py": "the one reader of repo files, for workspace.py",
    "cache.py": "its own folder of blobs",
    "cache_place.py": "files of the cache folder",
    "cli/kept.py": "answers in the cache folder, and the times of driftlint's own modules",
    "config.py": "writes and checks docs/configuration.md; configuration is read through the workspace",
    "layout.py": "rules/layout.toml",
    "packs/compile.py": "the compiled form of packs, in the cache folder",
    "packs/read.py": "reads the files of a pack",
    "packs/load.py": "reads one rule file again, for its prose",
    "packs/index.py": "writes and checks docs/rules.md",
    "tracker_page.py": "writes and checks docs/trackers.md",
    "packs/keys.py": "writes and checks docs/pack-keys.md",
    "packs/schema.py": "writes and checks the schema files",
    "packs/scaffold.py": "writes the skeleton of a rule",
    "mend/write.py": "puts mended files in place of the old ones",
    "review/schema.py": "writes and checks the schema file",
    "cli/review.py": "the forms that --output-file and --also ask for",
    "pin_sources_online/ask.py": "opens connections, which is called the same; no file",
    "audit/run.py": "the pinned set for pip-audit, in a temporary folder",
    "pin_sources_online/locks.py": "the requirements for uv, in a temporary folder",
    "cli/baseline.py": "writes the baseline",
    "cli/check.py": "--output-file",
    "cli/catalogue.py": "the wheels that it is given, and --output",
    "cli/explain.py": "prints a rule file",
    "cli/progress.py": "a second stream to the terminal",
    "cli/streams.py": "os.devnull, for a closed pipe",
    "run_records/files.py": "lists the folder of a run that `record` is given, and opens members of archives in memory",
}

_OS = frozenset(("open", "fdopen", "scandir", "listdir", "walk", "fwalk", "popen", "system"))
_METHODS = frozenset(("open", "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "rglob"))


def opens(tree: ast.AST) -> list[str]:
    found = []
    for node in walk_at_run_time(tree):
        if not isinstance(node, ast.Call):
            continue
        callee = node.func
        if isinstance(callee, ast.Name) and callee.id == "open":
            found.append(f"{node.lineno}: open")
        elif isinstance(callee, ast.Attribute):
            receiver = callee.value.id if isinstance(callee.value, ast.Name) else ""
            if (receiver == "os" and callee.attr in _OS) or (receiver != "os" and callee.attr in _METHODS):
                found.append(f"{node.lineno}: {ast.unparse(callee)}")
    return found


def test_the_search_for_opened_files_finds_each_way() -> None:
    code = "open('a'); os.open('a', 0); p.read_text(); Path('a').open(); os.scandir('.')"
    assert opens(ast.parse(code)) == ["1: open", "1: os.open", "1: p.read_text", "1: Path('a').open", "1: os.scandir"]
    assert opens(ast.parse("node.walk(); webbrowser_open(1)")) == []


def test_only_the_workspace_opens_files_of_the_repo() -> None:
    assert {name: found for name, tree in modules().items() if (found := opens(tree)) and name not in OPENS_FILES} == {}


def test_no_border_is_kept_open_for_nothing() -> None:
    assert [name for name in OPENS_FILES if name not in modules() or not opens(modules()[name])] == []


ASKS_BESIDE = {
    "cache.py": "its own folder; what lies there changes no answer",
    "cache_place.py": "the same",
    "cli/kept.py": "the answers themselves, and what driftlint is made of, which the key holds",
    "packs/compile.py": "compiled packs, which change no answer",
    "packs/files.py": "where driftlint itself lies, which the key holds",
    "layout.py": "the same",
    "workspace.py": "the server's watch for changed folders",
    "config.py": "writes and checks docs/configuration.md",
    "cli/outputs.py": "why --output-file could not be written: an answer with outputs is not kept",
    **dict.fromkeys(
        (
            "cli/baseline.py", "cli/config.py", "cli/facts.py", "cli/fix.py", "cli/packs.py", "cli/record.py", "cli/review.py",
            "cli/revisions.py", "git_changes.py", "git_objects.py", "git_tree.py", "mend/write.py", "packs/index.py",
            "packs/keys.py", "packs/schema.py", "pin_sources_online/locks.py",
            "review/schema.py", "run_records/files.py", "run_records/find.py",
            "run_records/mlflow.py", "run_records/sqlite_files.py", "server/checked.py", "server/desk.py", "tracker_page.py",
        ),
        "commands whose answers are not kept",
    ),
}  # fmt: skip
"""Who may ask whether a path is there, or what it is, without a note of it (`disk.py`), and why no kept answer rests on that."""

_PATH_QUESTIONS = frozenset(
    ("exists", "isfile", "isdir", "islink", "ismount", "lexists", "realpath", "getsize", "getmtime", "samefile")
)
_OS_QUESTIONS = frozenset(["stat", "lstat", "access", "readlink", "statvfs", "scandir", "listdir", "walk"])
_METHOD_QUESTIONS = frozenset(["exists", "is_dir", "is_symlink", "stat", "lstat", "readlink", "iterdir"])
_PATHLIB = re.compile(r"(path|folder|start|page|environment|pack|entry|root|place|Path\(.*\))$")


def asks(tree: ast.AST) -> list[str]:
    found = []
    for node in walk_at_run_time(tree):
        if not isinstance(node, ast.Attribute):
            continue
        receiver = ast.unparse(node.value)
        if (
            (receiver == "os.path" and node.attr in _PATH_QUESTIONS)
            or (receiver == "os" and node.attr in _OS_QUESTIONS)
            or (_PATHLIB.search(receiver) and node.attr in (*_METHOD_QUESTIONS, "is_file", "resolve"))
        ):
            found.append(f"{node.lineno}: {receiver}.{node.attr}")
    return found


def test_the_search_for_questions_finds_each_way() -> None:
    code = (
        "os.path.isfile(a); check = os.path.exists; os.stat(b); path.is_file(); Path(c).resolve(); self.world.exists(d)"
    )
    assert asks(ast.parse(code)) == [
        "1: os.path.isfile", "1: os.path.exists", "1: os.stat", "1: path.is_file", "1: Path(c).resolve",
    ]  # fmt: skip


def test_what_an_answer_rests_on_is_asked_where_it_is_noted() -> None:
    found = {name: asks(tree) for name, tree in modules().items() if name not in (*ASKS_BESIDE, "disk.py")}
    assert {name: questions for name, questions in found.items() if questions} == {}
    assert [name for name in ASKS_BESIDE if not asks(modules()[name])] == []


FORBIDDEN = {
    "network": (
        "socket ssl socketserver http urllib.request ftplib smtplib poplib imaplib xmlrpc asyncio selectors webbrowser "
        "wsgiref requests httpx urllib3 aiohttp"
    ),
    "running what was found": "importlib runpy subprocess code imp pkgutil ctypes",
    "objects that run code when they are read": "pickle shelve dill cloudpickle joblib",
}

ALLOWED = {
    ("audit/run.py", "subprocess"): "starts pip-audit, and nothing of the repo, when `audit --online` is asked for",
    ("git_objects.py", "subprocess"): "asks git for a commit or the index, when --since or --staged wants one",
    ("refresh/download.py", "subprocess"): "starts pip download, when `catalogue refresh --online` is asked for",
    ("audit/index.py", "urllib.request"): "reads the index that `audit --online --index-url` names",
    ("pin_sources_online/ask.py", "urllib.request"): "asks index, hub and registries, when `fix --online` is asked for",
    ("pin_sources_online/git_remotes.py", "subprocess"): "starts git ls-remote, when `fix --online` is asked for",
    ("pin_sources_online/locks.py", "subprocess"): "starts uv, which builds nothing, when `fix --online` is asked for",
    ("server/desk.py", "asyncio"): "the event loop that the language server's library runs on",
    ("server/service.py", "asyncio"): "the same; only `server --tcp` listens, at an address that the user names",
}
"""The only ways out, each for a command that asks for it."""


def test_nothing_that_reaches_out_or_runs_code_is_imported() -> None:
    bad = {module: why for why, names in FORBIDDEN.items() for module in names.split()}
    found = [
        f"{name}:{line} imports {what}: {bad[key]}"
        for name, tree in modules().items()
        for line, what in imports(tree)
        for key in bad
        if (what == key or what.startswith(key + ".")) and (name, key) not in ALLOWED
    ]
    assert found == []


def test_no_way_out_is_kept_open_for_nothing() -> None:
    assert [key for key in ALLOWED if key[1] not in {what for _, what in imports(modules()[key[0]])}] == []


def test_only_the_audit_command_leads_to_the_ways_out() -> None:
    users = {
        name
        for name, tree in modules().items()
        for _, what in imports(tree)
        if what == "driftlint.audit" or what.startswith("driftlint.audit.")
    }
    assert {name for name in users if not name.startswith("audit/")} == {"cli/audit.py"}


def test_only_the_review_command_leads_to_the_forms_of_a_review() -> None:
    users = {
        name
        for name, tree in modules().items()
        for _, what in imports(tree)
        if what == "driftlint.review" or what.startswith("driftlint.review.")
    }
    assert {name for name in users if not name.startswith("review/")} == {"cli/review.py"}


def test_only_the_server_command_leads_to_the_language_server() -> None:
    users = {
        name
        for name, tree in modules().items()
        for _, what in imports(tree)
        if what == "driftlint.server" or what.startswith("driftlint.server.")
    }
    assert {name for name in users if not name.startswith("server/")} == {"cli/server.py"}


def test_only_the_git_workspace_and_the_questions_of_fix_lead_to_git() -> None:
    users = {name for name, tree in modules().items() for _, what in imports(tree) if what == "driftlint.git_objects"}
    assert users == {
        "git_tree.py",
        "git_changes.py",
        "cli/revisions.py",
        "pin_sources_online/git_remotes.py",
        "pin_sources_online/locks.py",
        "pin_sources_online/services.py",
    }


def test_only_the_fix_command_leads_to_the_services_that_name_pins() -> None:
    users = {
        name
        for name, tree in modules().items()
        for _, what in imports(tree)
        if what == "driftlint.pin_sources_online" or what.startswith("driftlint.pin_sources_online.")
    }
    assert {name for name in users if not name.startswith("pin_sources_online/")} == {"cli/fix.py"}


def test_only_the_refresh_command_leads_to_its_way_out() -> None:
    users = {
        name
        for name, tree in modules().items()
        for _, what in imports(tree)
        if what == "driftlint.refresh" or what.startswith("driftlint.refresh.")
    }
    assert {name for name in users if not name.startswith("refresh/")} == {"cli/catalogue.py"}


def test_nothing_is_executed() -> None:
    found = [
        f"{name}:{node.lineno} {node.func.id}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("eval", "exec", "compile", "__import__")
    ]
    assert found == []


DOORS = {
    "typer": ("cli/",),
    "pygls": ("server/",),
    "lsprotocol": ("server/",),
    "jinja2": ("review/page/",),
    "cyclonedx": ("review/forms/cyclonedx_form.py",),
    "packageurl": ("review/forms/cyclonedx_form.py",),
    "rich": ("cli/",),
    "tree_sitter": ("grammar.py", "documents/shell.py", "python/lower.py", "python/expressions.py"),
    "tree_sitter_bash": ("documents/shell.py",),
    "tree_sitter_python": ("python/lower.py",),
    "yaml": ("documents/yaml_reader.py",),
    "markdown_it": ("documents/prose.py",),
    "tomli": (
        "toml_lines.py",
        "config_source.py",
        "documents/toml_reader.py",
        "layout.py",
        "locks/",
        "mentions/",
        "packs/",
        "audit/",
    ),
    "msgspec": ("",),
    "packaging": (
        "run_audit/",
        "config_values.py",
        "selection.py",
        "documents/requirements.py",
        "locks/",
        "mentions/",
        "match/",
        "judges/agreed.py",
        "judges/section/agree.py",
        "judges/imports.py",
        "session.py",
        "pin_sources/",
        "pin_sources_online/",
        "audit/",
    ),
}
"""Where each library may be imported."""

EXTRAS = {
    "pygls": "server",
    "lsprotocol": "server",
    "jinja2": "review",
    "cyclonedx": "review",
    "packageurl": "review",
}
"""Libraries that an extra installs; lsprotocol comes with pygls, packageurl with cyclonedx, in versions that work with it."""

DISTRIBUTIONS = {
    "markdown_it": "markdown-it-py",
    "yaml": "PyYAML",
    "jinja2": "Jinja2",
    "cyclonedx": "cyclonedx-python-lib",
    "packageurl": "packageurl-python",
    "tree_sitter": "tree-sitter",
    "tree_sitter_bash": "tree-sitter-bash",
    "tree_sitter_python": "tree-sitter-python",
}


def third_party() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, tree in modules().items():
        for _, what in imports(tree):
            top = what.split(".")[0]
            if top != "driftlint" and top not in sys.stdlib_module_names:
                found.setdefault(top, set()).add(name)
    return found


def test_each_library_stays_behind_its_door() -> None:
    found = third_party()
    assert set(found) == set(DOORS)
    outside = {lib: sorted(n for n in names if not n.startswith(DOORS[lib])) for lib, names in found.items()}
    assert {lib: names for lib, names in outside.items() if names} == {}


def test_what_is_imported_is_declared_and_documented() -> None:
    imported = {DISTRIBUTIONS.get(lib, lib) for lib in DOORS if lib not in EXTRAS}
    project = tomli.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {re.split(r"[<>=!~ ;\[]", line)[0] for line in project["dependencies"]} == imported
    table = (TOP / "docs" / "dependencies.md").read_text(encoding="utf-8").split("## Looked at")[0]
    assert {line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")} - {
        "library",
        "---",
    } == imported


def test_what_extras_install_is_declared_and_documented() -> None:
    declared = tomli.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    page = (TOP / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for extra in set(EXTRAS.values()):
        names = {re.split(r"[<>=!~ ;\[]", line)[0] for line in declared[extra]}
        known = {DISTRIBUTIONS.get(lib, lib) for lib, which in EXTRAS.items() if which == extra}
        assert names <= known
        section = page.split(f"## With the extra `{extra}` only")[1].split("\n## ")[0]
        assert known <= set(re.findall(r"[\w-]+", section))


FLOW = [
    ("disk", "cache_place"),
    ("late_regex",),
    ("text", "digits", "distributions"),
    ("gitignore",),
    ("path_names",),
    ("toml_lines",),
    ("layout",),
    ("workspace", "walk"),
    ("git_objects",),
    ("git_tree",),
    ("git_changes",),
    ("grammar",),
    ("documents",),
    ("run_records",),
    ("facts",),
    ("config_options", "config_values", "config_source", "config"),
    ("selection",),
    ("cache",),
    ("python",),
    ("extract",),
    ("locks",),
    ("roles",),
    ("mentions",),
    ("packs",),
    ("launches",),
    ("grounds",),
    ("scanning",),
    ("values",),
    ("configs",),
    ("project",),
    ("resolve",),
    ("match",),
    ("flow",),
    ("interfaces",),
    ("judges",),
    ("pins",),
    ("pin_sources",),
    ("pin_sources_online",),
    ("mend",),
    ("suppress",),
    ("report",),
    ("baseline",),
    ("versions",),
    ("reading",),
    ("renewal",),
    ("linking",),
    ("session",),
    ("mending",),
    ("review",),
    ("run_audit",),
    ("audit",),
    ("refresh",),
    ("rule_test", "tracker_page"),
    ("cli", "server"),
    ("__main__",),
]
"""The stages in the order of the flow; a stage imports from stages before it. Modules of one row may import each other."""


def test_every_module_has_a_stage() -> None:
    known = {stage for row in FLOW for stage in row}
    assert {name.split("/")[0].removesuffix(".py") for name in modules()} == known | {"__init__"}


def test_imports_go_left_to_right_only() -> None:
    rank = {stage: number for number, row in enumerate(FLOW) for stage in row}
    wrong = []
    for name, tree in modules().items():
        here = name.split("/")[0].removesuffix(".py")
        for line, what in imports(tree):
            parts = what.split(".")
            if parts[0] == "driftlint" and len(parts) > 1 and parts[1] in rank and rank[parts[1]] > rank.get(here, -1):
                wrong.append(f"{name}:{line} imports {what}")
    assert wrong == []
