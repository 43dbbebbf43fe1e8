"""GitHub Actions, GitLab CI and other pipeline files, pre-commit configurations.

Promises: actions, hooks, images, interpreter versions and the packages of scripts, each tagged "ci".
Refuses to know: which job trains; reusable workflows and includes are named, not read.
Sources: the workflow syntax references of GitHub and GitLab, pre-commit's configuration format.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.documents.model import Document, Node, Script
from driftlint.facts import Mention, Pin
from driftlint.late_regex import compile_late
from driftlint.mentions.commands import extract_commands
from driftlint.mentions.containers import container_scripts
from driftlint.mentions.embedded import read_lifecycle, read_scripts
from driftlint.mentions.groups import merge_groups, path_groups
from driftlint.mentions.image_reference import image_mention
from driftlint.mentions.images import image_nodes
from driftlint.mentions.package_mention import package_mention, shrink
from driftlint.mentions.pyproject import python_mention
from driftlint.mentions.quoting import scalar_text, string_items
from driftlint.mentions.requirement import judge_requirement
from driftlint.mentions.revision import judge_revision, parse_repository
from driftlint.text import Span

_WORKFLOW = compile_late(r"(?:.*/)?\.(?:github|gitea|forgejo)/workflows/[^/]+\.ya?ml|(?:.*/)?action\.ya?ml")
_GITLAB = compile_late(r"(?:.*/)?(?:[\w-]*\.)?\.?gitlab-ci[\w.-]*\.ya?ml|(?:.*/)?\.gitlab/.*\.ya?ml")
_PRE_COMMIT = compile_late(r"(?:.*/)?\.pre-commit-config\.ya?ml|(?:.*/)?prek\.ya?ml")
_ACTION = compile_late(r"(?P<owner>[\w.-]+)/(?P<repo>[\w.-]+)(?P<path>/[^@\s]*)?(?:@(?P<ref>\S+))?")
_RELEASE = compile_late(r"v?\d+(?:[-.]\w+)*")
_LIFECYCLE_KEYS = (
    "initializeCommand",
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
    "postAttachCommand",
)
_SCRIPT_KEYS = ("before_script", "script", "after_script")


def is_workflow(path: str) -> bool:
    """Return whether a path is that of a GitHub workflow or of an action's definition."""
    return _WORKFLOW.fullmatch(path) is not None


def is_gitlab(path: str) -> bool:
    """Return whether a path is that of a GitLab pipeline."""
    return _GITLAB.fullmatch(path) is not None


def is_pipeline(path: str) -> bool:
    """Return whether a path is that of a CI pipeline whose scripts are read."""
    return is_workflow(path) or is_gitlab(path)


def is_pre_commit(path: str) -> bool:
    """Return whether a path is that of a pre-commit configuration."""
    return _PRE_COMMIT.fullmatch(path) is not None


def extract_workflow(document: Document, root: Node) -> list[Mention]:
    """Return what a GitHub workflow or composite action names."""
    groups = merge_groups(("ci",), path_groups(document.path))
    found: list[Mention] = []
    jobs = root.get("jobs")
    for job in jobs.entries if jobs is not None else ():
        found += _action(document, job.value.get("uses"), groups)
        found += image_nodes(document, job.value.get("container"), groups, "image")
        services = job.value.get("services")
        for service in services.entries if services is not None else ():
            found += image_nodes(document, service.value, groups, "image")
        found += _versions(document, job.value.walk(("strategy", "matrix", "python-version")), groups)
        found += _steps(document, job.value.get("steps"), groups)
    runs = root.get("runs")
    if runs is not None:
        found += image_nodes(document, runs.get("image"), groups) if _is_docker(runs.get("image")) else []
        found += _steps(document, runs.get("steps"), groups)
    return found


def _is_docker(node: Node | None) -> bool:
    return node is not None and node.raw.startswith("docker://")


def _steps(document: Document, steps: Node | None, groups: tuple[str, ...]) -> list[Mention]:
    found: list[Mention] = []
    scripts: list[Script] = []
    for step in steps.items if steps is not None else ():
        found += _action(document, step.get("uses"), groups)
        found += _versions(document, step.walk(("with", "python-version")), groups)
        shell = step.get("shell")
        if shell is None or shell.raw.split(" ")[0] in ("bash", "sh", "zsh"):
            scripts.extend(read_scripts(document, step.get("run")))
    return found + extract_commands(document.text, scripts, groups)


def _versions(document: Document, node: Node | None, groups: tuple[str, ...]) -> list[Mention]:
    return [
        python_mention(document, item, "requirement", groups)
        for item in string_items(node)
        if "$" not in item.raw and "\n" not in item.raw
    ]


def _action(document: Document, node: Node | None, groups: tuple[str, ...]) -> list[Mention]:
    if node is None or node.kind != "scalar" or not isinstance(node.value, str):
        return []
    text, at = scalar_text(document, node)
    if text.startswith("docker://"):
        mention = image_mention(text, node.span, "image", groups)
        return [mention] if mention is not None else []
    match = _ACTION.fullmatch(text)
    if match is None or text.startswith("."):
        return []
    reference = match["ref"]
    pin = judge_revision(reference) if reference else Pin("absent")
    if pin.state == "moving" and reference and _RELEASE.fullmatch(reference):
        pin = Pin("tag", reference)  # a major tag such as v4: moved at each release, yet a tag
    name = f"{match['owner']}/{match['repo']}".lower()
    span = Span(at, at + len(text))
    name_span = Span(at, at + len(name))
    pin_span = Span(at + match.start("ref"), at + match.end("ref")) if reference else None
    return [Mention("action", "github.com", name, pin, span, name_span, "action", pin_span, groups)]


def extract_gitlab(document: Document, root: Node) -> list[Mention]:
    """Return the images and the packages of a GitLab pipeline."""
    groups = merge_groups(("ci",), path_groups(document.path))
    found = image_nodes(document, root.get("image"), groups)
    found += _services(document, root, groups)
    scripts = [script for key in _SCRIPT_KEYS for script in read_scripts(document, root.get(key))]
    found += extract_commands(document.text, scripts, groups)
    for entry in root.entries:
        job = entry.value
        if job.kind != "map" or entry.key in ("variables", "include", "workflow", "stages", "image", "cache"):
            continue
        found += image_nodes(document, job.get("image"), groups)
        found += _services(document, job, groups)
        scripts = [script for key in _SCRIPT_KEYS for script in read_scripts(document, job.get(key))]
        found += extract_commands(document.text, scripts, groups)
    return found


def _services(document: Document, job: Node, groups: tuple[str, ...]) -> list[Mention]:
    services = job.get("services")
    if services is None or services.kind != "list":
        return []
    return [mention for item in services.items for mention in image_nodes(document, item, groups)]


def extract_pre_commit(document: Document, root: Node) -> list[Mention]:
    """Return the hook repositories of a pre-commit configuration, and the packages that hooks ask for besides."""
    repos = root.get("repos")
    if repos is None or repos.kind != "list":
        return []
    groups = ("ci", "tool")
    found: list[Mention] = []
    for item in repos.items:
        repo, rev = item.get("repo"), item.get("rev")
        if repo is not None and repo.raw not in ("local", "meta", "builtin", ""):
            found += _hook(document, repo, rev, groups)
        hooks = item.get("hooks")
        for hook in hooks.items if hooks is not None else ():
            language = hook.get("language")
            if language is not None and language.raw not in ("python", "system", "script"):
                continue  # dependencies of other languages are no Python requirements
            for node in string_items(hook.get("additional_dependencies")):
                text, at = scalar_text(document, node)
                judged = judge_requirement(text, at)
                if judged is not None and not text.startswith("@"):
                    found.append(package_mention(shrink(judged, node.span), "requirement", groups))
    return found


def _hook(document: Document, repo: Node, rev: Node | None, groups: tuple[str, ...]) -> list[Mention]:
    url, at = scalar_text(document, repo)
    repository = parse_repository(url)
    if repository is None:
        return []
    pin, pin_span = Pin("absent"), None
    if rev is not None and rev.kind == "scalar":
        text, rev_at = scalar_text(document, rev)
        pin, pin_span = judge_revision(text), Span(rev_at, rev_at + len(text))
        if pin.state == "moving" and _RELEASE.fullmatch(text):
            pin = Pin("tag", text)
    span = Span(at, at + len(url))
    return [Mention("hook", repository.host, repository.name, pin, pin_span or span, span, "hook", pin_span, groups)]


def extract_job_scripts(document: Document, root: Node) -> list[Mention]:
    """Return what the scripts of job files, cluster files, containers, Cog builds and dev containers fetch."""
    groups = path_groups(document.path)
    scripts = [*_job_scripts(document, root), *container_scripts(document, root)]
    return extract_commands(document.text, scripts, groups) if scripts else []


def _job_scripts(document: Document, root: Node) -> Iterator[Script]:
    if root.get("resources") is not None or root.get("cluster_name") is not None:
        for key in ("setup", "run", "setup_commands", "head_setup_commands", "worker_setup_commands"):
            yield from read_scripts(document, root.get(key))
    build = root.get("build")
    if build is not None and build.kind == "map" and root.get("predict") is not None:
        run = build.get("run")
        yield from read_scripts(document, run)
        for item in run.items if run is not None else ():
            yield from read_scripts(document, item.get("command"))
    for key in _LIFECYCLE_KEYS:
        yield from read_lifecycle(document, root.get(key))
