"""What texts other than Python name from outside the repo: packages, images, clones, actions, hooks.

Promises: one mention a word, line or key, its pin judged by the grammar of its file form, its place in the file.
Refuses to know: rules and severities, other files (see `settle` for what two files say together), and Python calls.
"""

from __future__ import annotations

from msgspec.structs import replace

from driftlint.documents.model import Document, Instruction, Node, Script
from driftlint.facts import Mention
from driftlint.late_regex import compile_late
from driftlint.locks.recognise import recognise_lock
from driftlint.mentions.apptainer import extract_definition_file, is_definition_file
from driftlint.mentions.build_files import extract_cog, extract_python_env, is_cog, is_python_env
from driftlint.mentions.commands import extract_commands
from driftlint.mentions.conda import extract_conda_environment, is_conda_environment
from driftlint.mentions.containers import embedded_environments
from driftlint.mentions.dockerfile import extract_dockerfile
from driftlint.mentions.groups import is_run_record, path_groups
from driftlint.mentions.images import extract_devcontainer, extract_key_images
from driftlint.mentions.indexes import channel_indexes, table_build, table_indexes
from driftlint.mentions.pipelines import extract_jenkinsfile, extract_pipeline, is_jenkinsfile, is_pipeline
from driftlint.mentions.pyproject import extract_pyproject
from driftlint.mentions.python_versions import extract_mise, extract_python_versions, is_python_version_file
from driftlint.mentions.requirements_file import extract_requirements
from driftlint.mentions.script_block import extract_script_block
from driftlint.mentions.settle import settle_mentions
from driftlint.mentions.setup_cfg import extract_setup_cfg
from driftlint.mentions.tool_tables import extract_pipfile, extract_pixi
from driftlint.mentions.tox import extract_tox, extract_tox_toml
from driftlint.mentions.workflows import (
    extract_gitlab,
    extract_job_scripts,
    extract_pre_commit,
    extract_workflow,
    is_gitlab,
    is_pre_commit,
    is_workflow,
)

__all__ = ["extract_mentions", "settle_mentions"]

_MISE = compile_late(r"(?:.*/)?(?:\.?mise(?:\.[\w-]+)?|(?:\.?mise|\.config/mise)/config)\.toml")
_DEVCONTAINER = compile_late(r"(?:.*/)?(?:\.devcontainer/(?:.*/)?devcontainer|\.devcontainer)\.json")


def extract_mentions(document: Document) -> list[Mention]:
    """Return the mentions of one document, in source order. Never raises for what a file may hold."""
    path = document.path
    if recognise_lock(path) is not None or is_run_record(path):
        return []
    return sorted(_extract(document), key=lambda mention: (mention.span, mention.form))


def _extract(document: Document) -> list[Mention]:
    path, body = document.path, document.body
    base = path.rsplit("/", 1)[-1]
    if document.kind == "python":
        return extract_script_block(document)
    if document.kind == "notebook":
        return extract_commands(document.text, [document.script], path_groups(path)) if document.script else []
    if document.kind in ("shell", "makefile"):
        return extract_commands(document.text, [body], path_groups(path)) if isinstance(body, Script) else []
    if document.kind == "requirements":
        return extract_requirements(document)
    if document.kind == "dockerfile":
        return extract_dockerfile(document)
    if isinstance(body, tuple) and body and isinstance(body[0], Instruction):
        return extract_dockerfile(document)
    if document.kind in ("toml", "ini"):
        return _extract_table(document, base)
    if document.kind == "json" and isinstance(body, Node) and _DEVCONTAINER.fullmatch(path):
        return extract_devcontainer(document) + extract_job_scripts(document, body)
    if document.kind == "yaml" and isinstance(body, Node):
        return _extract_yaml(document, body)
    if document.kind == "text":
        return _extract_text(document, base)
    return []


def _extract_text(document: Document, base: str) -> list[Mention]:
    if is_python_version_file(base):
        return extract_python_versions(document)
    if is_definition_file(document.path):
        return extract_definition_file(document)
    return extract_jenkinsfile(document) if is_jenkinsfile(document.path) else []


def _extract_table(document: Document, base: str) -> list[Mention]:
    groups = path_groups(document.path)
    if base == "pyproject.toml":
        return _with_build(extract_pyproject(document), table_build(document)) + table_indexes(document, groups)
    if base == "Pipfile":
        return _with_build(extract_pipfile(document), table_build(document)) + table_indexes(document, groups)
    if base == "uv.toml":
        return table_indexes(document, groups)
    if base == "pixi.toml":
        return extract_pixi(document)
    if base in ("setup.cfg", "tox.ini") and isinstance(document.body, Node):
        found = extract_setup_cfg(document) if base == "setup.cfg" else []
        return found + extract_tox(document, document.body)
    if base == "tox.toml":
        return extract_tox_toml(document)
    return extract_mise(document) if _MISE.fullmatch(document.path) else []


def _with_build(found: list[Mention], build: tuple[str, ...]) -> list[Mention]:
    return [replace(mention, groups=(*mention.groups, *build)) for mention in found] if build else found


def _extract_yaml(document: Document, body: Node) -> list[Mention]:
    roots = body.items if body.kind == "list" and body.tag == "!documents" else (body,)
    found: list[Mention] = []
    for root in roots:
        if root.kind != "map":
            continue
        if is_workflow(document.path):
            found += extract_workflow(document, root)
        elif is_gitlab(document.path):
            found += extract_gitlab(document, root)
        elif is_pre_commit(document.path):
            found += extract_pre_commit(document, root)
        elif is_pipeline(document.path):
            found += extract_pipeline(document, root)
        else:
            found += extract_job_scripts(document, root) + embedded_environments(document, root)
    if len(roots) == 1:
        found += _extract_environment(document, roots[0])
    return found + extract_key_images(document, tuple(roots))


def _extract_environment(document: Document, root: Node) -> list[Mention]:
    """Return what a YAML file declares that describes one environment: conda's, MLflow's or Cog's form."""
    if is_cog(document.path):
        return extract_cog(document, root)
    if is_python_env(document.path, root):
        return extract_python_env(document, root)
    found = extract_conda_environment(document)
    if is_conda_environment(document):
        found += channel_indexes(document, root.get("channels"), path_groups(document.path))
    return found
