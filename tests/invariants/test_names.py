"""No rule, library or provider is known to the code by name: such strings are data in the packs.

The names are read off the built-in pack, so a library that it learns of is looked for from that day on.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Iterator
from typing import Any

from tests.invariants.source import docstrings, entries, modules, rule_names

_CALL_KEYS = frozenset(("calls", "draws", "quiet", "assigns"))
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*")

INSTALLERS = frozenset(("apt", "conda", "docker", "pip"))
"""Programs whose command lines and file formats are parsed: their names are the names of those formats."""

PLAIN_WORDS = frozenset(
    [
        "adapters",
        "agents",
        "alignment",
        "any",
        "attr",
        "box",
        "comet",
        "composer",
        "dash",
        "delta",
        "dotenv",
        "environ",
        "evaluate",
        "fire",
        "git",
        "ignite",
        "implicit",
        "instructor",
        "kernels",
        "lance",
        "modal",
        "object-store",
        "open",
        "panel",
        "partial",
        "plac",
        "prophet",
        "python",
        "quilt",
        "replicate",
        "requests",
        "six",
        "streaming",
        "surprise",
        "tap",
        "together",
        "toml",
        "tomli",
        "typer",
        "typing_extensions",
        "url",
        "web",
        "yaml",
    ]
)
"""Names of libraries and hosts that are English words, syntaxes, or what this project itself is built on: they say
nothing alone."""

EXCEPTIONS: dict[str, tuple[frozenset[str], str]] = {
    "review/forms/purls.py": (
        frozenset(("huggingface", "github", "gitlab", "bitbucket")),
        "types of the package URL specification, and the hosts that they name",
    ),
    "review/forms/model_cards.py": (frozenset(("datasets",)), "a field of a model card in CycloneDX"),
    "cli/check.py": (frozenset(("github", "gitlab")), "names of output formats"),
    "cli/common.py": (frozenset(("github", "gitlab")), "names of output formats"),
    "report/__init__.py": (frozenset(("github", "gitlab")), "names of output formats"),
    "report/github.py": (frozenset(("github",)), "the writer of that format"),
    "report/gitlab.py": (frozenset(("gitlab",)), "the writer of that format"),
    "pin_sources/hub_cache.py": (
        frozenset(("huggingface", "transformers", "datasets")),
        "the layout of that hub's cache, which is a file format",
    ),
    "pin_sources/kaggle_cache.py": (
        frozenset(("datasets", "kaggle", "kagglehub")),
        "the layout of that client's cache, which is a file format",
    ),
    "pin_sources/prepared_data.py": (
        frozenset(("datasets", "tensorflow", "tensorflow_datasets", "tfds")),
        "the layout of that library's data folder, which is a file format",
    ),
    "pin_sources/openml_cache.py": (
        frozenset(("datasets", "openml")),
        "the layouts of two clients' caches, which are file formats",
    ),
    "pin_sources/hub_folders.py": (
        frozenset(("github", "torch")),
        "the layout of that loader's folder, which is a file format, and the host that it loads from",
    ),
    "pin_sources/imported_data.py": (
        frozenset(("datasets", "dvc")),
        "the form of the files that lock imported data",
    ),
    "pin_sources_online/hub.py": (
        frozenset(("huggingface",)),
        "the variables, the file and the address of that hub's client",
    ),
    "pin_sources/run_records.py": (frozenset(("wandb", "mlflow")), "the folders in which these trackers record a run"),
    "cli/acting.py": (
        frozenset(("mlflow", "wandb")),
        "examples of records, which are named by where a tracker puts them",
    ),
    "run_audit/repo.py": (frozenset(("dvc",)), "names of files that hold hashes: *.dvc, dvc.yaml and dvc.lock"),
    "run_records/aim.py": (
        frozenset(("aim", "attrs", "database")),
        "the reader of that tracker's files, and what it is read with by its own package",
    ),
    "run_records/clearml.py": (frozenset(("clearml",)), "the reader of that tracker's files"),
    "run_records/dvc.py": (frozenset(("dvc", "dvclive")), "the reader of that tracker's files"),
    "run_records/find.py": (
        frozenset(("aim", "clearml", "database", "dvc", "kubeflow", "mlflow", "neptune", "sacred", "wandb")),
        "asks the readers of the trackers' formats, and knows the endings of databases",
    ),
    "run_records/kubeflow.py": (frozenset(("kubeflow",)), "the reader of that tracker's files"),
    "run_records/guild.py": (frozenset(("attrs",)), "a folder of that tracker's format"),
    "run_records/mlflow.py": (frozenset(("database", "datasets", "mlflow")), "the reader of that tracker's stores"),
    "run_records/neptune.py": (frozenset(("neptune",)), "the reader of that tracker's files"),
    "run_records/sacred.py": (frozenset(("sacred",)), "the reader of that tracker's files"),
    "run_records/wandb.py": (frozenset(("wandb",)), "the reader of that tracker's files"),
    "report/redact.py": (frozenset(("github", "xai")), "shapes of secrets, which begin with their issuer's mark"),
    "documents/__init__.py": (frozenset(("dvc",)), "file names that carry a syntax: dvc.lock and *.dvc are YAML"),
    "documents/notebook.py": (frozenset(("pyspark",)), "kernels of the notebook format that run Python"),
    "documents/python_source.py": (
        frozenset(("bigquery", "databricks")),
        "a cell magic whose text is no Python, and the first line of that notebook export format",
    ),
    "match/urls.py": (frozenset(("doi",)), "a URL scheme"),
    "judges/tracked.py": (frozenset(("dvc",)), "names of files that hold hashes: *.dvc, dvc.yaml and dvc.lock"),
    "mentions/fetches.py": (frozenset(("github", "wget")), "command lines: programs that fetch, and gh's short form"),
    "mentions/installs.py": (frozenset(("torch",)), "an option of an installer that ends in it"),
    "mentions/indexes.py": (frozenset(("torch",)), "an option of an installer that begins with it"),
    "mentions/images.py": (frozenset(("azureml", "kfp")), "marks of job and pipeline file formats"),
    "mentions/containers.py": (frozenset(("azureml",)), "the mark of a job file format"),
    "mentions/repository.py": (frozenset(("github",)), "the form of a repo's own address in its files"),
    "mentions/workflows.py": (frozenset(("github", "gitlab")), "the CI file formats that it parses"),
    "mentions/pipelines.py": (frozenset(("azure", "bitbucket")), "the CI file formats that it parses"),
    "mentions/__init__.py": (frozenset(("gitlab",)), "hands a file to the parser of that format"),
    "mentions/groups.py": (
        frozenset(("github", "gitlab", "azure", "bitbucket", "wandb", "setuptools", "nox")),
        "paths of CI files and of run records; names of installers, which are not the experiment's packages",
    ),
}


def library_names() -> frozenset[str]:
    """Return the first segments of all catalogued functions, and the ids of providers and hosts."""
    found: set[str] = set()

    def collect(value: Any, key: str) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                collect(inner, name)
        elif isinstance(value, list):
            for inner in value:
                if isinstance(inner, str) and key in _CALL_KEYS:
                    found.add(re.split(r"[.(\[]", inner)[0].lower())
                else:
                    collect(inner, key)
        elif isinstance(value, str) and key == "host":
            found.add(value.lower())

    for _, kind, table in entries():
        collect(table, "")
        if kind == "provider":
            found.add(table["id"])
    ordinary = {name.lower() for name in dir(builtins)} | set(sys.stdlib_module_names) | PLAIN_WORDS | INSTALLERS
    return frozenset(name for name in found - ordinary if len(name) > 2)


def words(text: str) -> set[str]:
    """Return the words of a text or identifier in lower case, joined ones and their parts."""
    joined = {word.lower() for word in _WORD.findall(text)}
    return joined | {part for word in joined for part in re.split("[_-]", word)}


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of every string and identifier, docstrings excepted."""
    prose = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in prose:
            if isinstance(node.value, str):
                yield node.lineno, node.value
            elif isinstance(node.value, bytes):
                yield node.lineno, node.value.decode("latin-1")
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg


def test_the_names_come_from_the_pack() -> None:
    names = library_names()
    assert {"torch", "numpy", "transformers", "datasets", "openai", "anthropic", "wandb", "huggingface"} <= names
    assert len(names) > 150
    assert {"dataset-unpinned", "rng-unseeded", "model-alias"} <= rule_names()


def test_a_name_is_seen_in_strings_identifiers_and_parts_of_words() -> None:
    code = 'def read_torch(x):\n    """openai"""\n    return {b"numpy.random": wandb, "a": self.is_mlflow}\n'
    seen = {word for _, text in texts(ast.parse(code)) for word in words(text)}
    assert {"torch", "numpy", "wandb", "mlflow"} <= seen
    assert "openai" not in seen


def test_no_rule_is_known_to_the_code() -> None:
    rules = rule_names()
    found = [
        f"{name}:{line} {text[:60]!r}"
        for name, tree in modules().items()
        for line, text in texts(tree)
        if words(text) & rules
    ]
    assert found == []


def test_no_library_or_provider_is_known_to_the_code() -> None:
    names = library_names()
    found = []
    for name, tree in modules().items():
        allowed = EXCEPTIONS.get(name, (frozenset(), ""))[0]
        for line, text in texts(tree):
            if hit := (words(text) & names) - allowed:
                found.append(f"{name}:{line} {sorted(hit)} in {text[:60]!r}")
    assert found == []


def test_no_exception_outlives_its_reason() -> None:
    names = library_names()
    stale = []
    for name, (allowed, _) in EXCEPTIONS.items():
        seen = {word for _, text in texts(modules()[name]) for word in words(text)} if name in modules() else set()
        stale += [f"{name}: {word}" for word in sorted(allowed - (seen & names))]
    assert stale == []
