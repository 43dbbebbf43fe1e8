"""Commands that containers and entry points of job files run, and the environments that such files carry as text.

Promises: the scripts of containers in compose files and cluster manifests (``command`` and ``args``, read as a shell reads them
only where a shell is what is started), of workflow steps with a ``source``, of MLflow entry points and Azure ML jobs; the
packages of a Ray job's ``runtimeEnvYAML``. Refuses to know: what an image starts by itself, and templates.
Sources: the Kubernetes, Compose, Argo Workflows and KubeRay references; MLflow's MLproject format; Azure ML's job schemas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from driftlint.documents import read_document
from driftlint.documents.model import Command, Document, Node, Script, Word
from driftlint.facts import Mention
from driftlint.late_regex import compile_late
from driftlint.mentions.build_files import requirement_items
from driftlint.mentions.embedded import read_scripts
from driftlint.mentions.groups import path_groups
from driftlint.mentions.images import is_compiled
from driftlint.mentions.quoting import scalar_text, string_items
from driftlint.text import Span

_SHELL = compile_late(r"(?:/\S*/)?(?:ba|da|z|k)?sh")
_TAKES_TEXT = compile_late(r"-[a-z]*c[a-z]*")
_BLOCK = compile_late(r"[|>][-+\d]*[ \t]*(?:#[^\r\n]*)?\r?\n")
_DEEPEST = 40


def container_scripts(document: Document, root: Node) -> Iterator[Script]:
    """Yield what the containers, steps and entry points of one YAML document run."""
    services = root.get("services")
    schema = root.get("$schema")
    if services is not None and services.kind == "map":
        for service in services.entries:
            if service.value.kind == "map":
                yield from _started(document, service.value.get("entrypoint"), service.value.get("command"))
    elif root.get("apiVersion") is not None and root.get("kind") is not None:
        if not is_compiled(root):
            yield from _below(document, root, 0)
    elif schema is not None and "azureml" in schema.raw:
        yield from read_scripts(document, root.get("command"))
        jobs = root.get("jobs")
        for job in jobs.entries if jobs is not None else ():
            yield from read_scripts(document, job.value.get("command") if job.value.kind == "map" else None)
    elif document.path.rpartition("/")[2] == "MLproject":
        entry_points = root.get("entry_points")
        for entry in entry_points.entries if entry_points is not None else ():
            yield from read_scripts(document, entry.value.get("command") if entry.value.kind == "map" else None)


def _below(document: Document, node: Node, depth: int) -> Iterator[Script]:
    if depth > _DEEPEST:
        return
    if node.kind == "map":
        command, source = node.get("command"), node.get("source")
        if node.get("image") is not None:
            if source is not None and any(_SHELL.fullmatch(item.raw) for item in string_items(command)[:1]):
                yield from read_scripts(document, source)
            else:
                yield from _started(document, command, node.get("args"))
        for entry in node.entries:
            yield from _below(document, entry.value, depth + 1)
    for item in node.items:
        yield from _below(document, item, depth + 1)


def _started(document: Document, command: Node | None, arguments: Node | None) -> Iterator[Script]:
    """Yield the script of a command and its arguments; both may be texts, which a shell's rules split, or lists of words."""
    if command is not None and command.kind == "scalar" and not isinstance(arguments, Node):
        yield from read_scripts(document, command)
        return
    if command is None and arguments is not None and arguments.kind == "scalar":
        yield from read_scripts(document, arguments)
        return
    words = [item for node in (command, arguments) for item in string_items(node)]
    if not words:
        return
    if _SHELL.fullmatch(words[0].raw):
        for at, word in enumerate(words[1:-1], 1):
            if _TAKES_TEXT.fullmatch(word.raw):
                yield from read_scripts(document, words[at + 1])
                return
        return
    if command is not None:  # arguments alone belong to a program that the image names
        yield Script(
            (Command(tuple(_word(document, item) for item in words), Span(words[0].span.start, words[-1].span.end)),)
        )


def _word(document: Document, node: Node) -> Word:
    text, at = scalar_text(document, node)
    return Word(text, Span(at, at + len(text)), "$" not in text)


def embedded_environments(document: Document, root: Node) -> list[Mention]:
    """Return the packages that a Ray job or service asks for in its ``runtimeEnvYAML``."""
    spec = root.get("spec")
    found: list[Mention] = []
    for holder in (spec, spec.get("rayClusterConfig") if spec is not None else None):
        node = holder.get("runtimeEnvYAML") if holder is not None and holder.kind == "map" else None
        if node is None or node.kind != "scalar":
            continue
        header = _BLOCK.match(document.text, node.span.start)
        if header is None:
            continue
        # Everything before the block becomes blank lines, so that places in it are places in the file.
        before = re.sub(r"[^\r\n]", " ", document.text[: header.end()])
        inner = read_document("runtime-env.yaml", (before + document.text[header.end() : node.span.end]).encode()).body
        pip = inner.get("pip") if isinstance(inner, Node) and inner.kind == "map" else None
        listed = pip.get("packages") if pip is not None and pip.kind == "map" else pip
        found += requirement_items(document, listed, "install", path_groups(document.path))
    return found
