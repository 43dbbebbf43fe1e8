"""Container images in Dockerfiles and in YAML and JSON that names images.

Promises: every FROM, ``COPY --from`` and ``RUN --mount from`` that is no stage; ``image:`` keys of compose files,
Kubernetes-like manifests, dev containers and job files. ARG defaults are filled in, and there the pin stands.
Refuses to know: build arguments given on a command line, and what Helm or Jinja templates render to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from driftlint.documents.model import Document, Entry, Instruction, Node, Word
from driftlint.facts import Mention
from driftlint.late_regex import compile_late
from driftlint.mentions.groups import merge_groups, path_groups
from driftlint.mentions.image_reference import image_mention
from driftlint.mentions.quoting import scalar_text
from driftlint.text import Span

_VARIABLE = compile_late(r"\$(?:(?P<plain>\w+)|\{(?P<name>\w+)(?:(?P<op>:?[-+?])(?P<default>[^}]{0,1000}))?\})")
_MOUNT_FROM = compile_late(r"(?:^|,)from=(?P<from>[^,]+)")


def extract_dockerfile_images(document: Document) -> list[Mention]:
    """Return the images that a Dockerfile builds on or copies from."""
    if not isinstance(document.body, tuple):
        return []
    groups = path_groups(document.path)
    defaults: dict[str, tuple[str, Span]] = {}
    stages: set[str] = set()
    seen_from = 0
    found: list[Mention] = []
    for instruction in document.body:
        if not isinstance(instruction, Instruction):
            continue
        keyword = instruction.name.upper()
        if keyword == "ARG" and seen_from == 0:  # only these reach FROM lines
            for word in instruction.words:
                name, equals, _ = word.text.partition("=")
                if equals:
                    defaults[name] = _read_default(document.text, word)
        elif keyword == "FROM" and instruction.words:
            mention = _from_mention(document, instruction.words[0], defaults, stages, "image", groups)
            if mention is not None:
                found.append(mention)
            seen_from += 1
            if len(instruction.words) > 2 and instruction.words[1].text.upper() == "AS":
                stages.add(instruction.words[2].text.lower())
        elif keyword in ("COPY", "ADD", "RUN"):
            for source in _sources(instruction):
                if source.text.isdigit():
                    continue
                mention = _from_mention(document, source, defaults, stages, "stage", groups)
                if mention is not None:
                    found.append(mention)
    return found


def _read_default(text: str, word: Word) -> tuple[str, Span]:
    """Return the default of an ``ARG NAME=default`` word and where it stands."""
    default = word.text.partition("=")[2]
    at = text.find("=", word.span.start, word.span.end) + 1
    source = text[at : word.span.end]
    inner = source.find(default) if default else -1
    return default, Span(at + inner, at + inner + len(default)) if inner >= 0 else Span(at, word.span.end)


def _sources(instruction: Instruction) -> Iterator[Word]:
    for name, value in instruction.flags:
        flag = name.lstrip("-")
        if flag == "from":
            yield value
        elif flag == "mount" and (match := _MOUNT_FROM.search(value.text)) is not None:
            start = value.span.start + match.start("from")
            if value.span.end - value.span.start == len(value.text):
                yield Word(match["from"], Span(start, start + len(match["from"])), value.fixed)
            else:
                yield Word(match["from"], value.span, value.fixed)


def _from_mention(
    document: Document,
    word: Word,
    defaults: dict[str, tuple[str, Span]],
    stages: set[str],
    form: str,
    groups: tuple[str, ...],
) -> Mention | None:
    # The reader fills in what it can; the source text says which ARG decided.
    source = document.text[word.span.start : word.span.end]
    _, decider, used = _fill(source, defaults)
    text = _fill(word.text, defaults)[0]
    if text.lower() in stages:
        return None
    if not used:
        span = word.span
        if span.end - span.start == len(word.text) + 2:  # quoted
            span = Span(span.start + 1, span.end - 1)
        return image_mention(text, span, form, groups)
    note = "default of ARG " + ", ".join(used)
    mention = image_mention(text, word.span, form, groups, pin_span=decider, note=note)
    if mention is None or decider is None or mention.pin.selector is None:
        return mention
    default = document.text[decider.start : decider.end]
    if default != mention.pin.selector and default.endswith(f":{mention.pin.selector}"):
        return replace(mention, pin_span=Span(decider.end - len(mention.pin.selector), decider.end))
    return mention


def _fill(text: str, defaults: dict[str, tuple[str, Span]]) -> tuple[str, Span | None, list[str]]:
    """Fill in ARG defaults; return the text, the span of the last default used, and the names used."""
    decider: Span | None = None
    used: list[str] = []

    def replace(match: re.Match[str]) -> str:
        nonlocal decider
        name = match["plain"] or match["name"]
        given = defaults.get(name)
        if match["op"] in ("-", ":-") and (given is None or (match["op"] == ":-" and not given[0])):
            used.append(name)
            return str(match["default"])
        if given is None or not given[0]:
            return match.group()
        used.append(name)
        decider = given[1]
        return given[0]

    return _VARIABLE.sub(replace, text), decider, used


def extract_key_images(document: Document, roots: tuple[Node, ...]) -> list[Mention]:
    """Return the images named by ``image:`` keys of compose files, cluster manifests, dev containers and job files."""
    groups = path_groups(document.path)
    found: list[Mention] = []
    for root in roots:
        if root.kind != "map":
            continue
        services = root.get("services")
        if services is not None and services.kind == "map":
            for service in services.entries:
                if service.value.get("build") is None:
                    found += image_nodes(document, service.value.get("image"), groups)
        elif root.get("apiVersion") is not None and root.get("kind") is not None:
            if is_compiled(root):
                continue
            for entry in _image_entries(root, 0):
                found += image_nodes(document, entry.value, groups)
        elif _is_job_file(root):
            for route in (("image",), ("environment", "image"), ("docker_env", "image"), ("docker", "image")):
                found += image_nodes(document, root.walk(route), groups)
            image_id = root.walk(("resources", "image_id"))
            if image_id is not None and image_id.raw.startswith("docker:"):
                found += image_nodes(document, image_id, groups)
    return found


def is_compiled(root: Node) -> bool:
    """Return whether a pipeline compiler wrote the manifest: the mend goes into its source, which is read itself."""
    notes = root.walk(("metadata", "annotations"))
    return notes is not None and any(
        entry.key.rpartition("/")[2] in ("pipeline_compilation_time", "kfp_sdk_version") for entry in notes.entries
    )


def _is_job_file(root: Node) -> bool:
    """Return whether the root has the shape of a job or environment file whose ``image`` is a container."""
    schema = root.get("$schema")
    if schema is not None and "azureml" in schema.raw:
        return True
    if root.get("docker_env") is not None or (
        root.get("cluster_name") is not None and root.get("provider") is not None
    ):
        return True
    return root.get("resources") is not None and (root.get("run") is not None or root.get("setup") is not None)


def _image_entries(node: Node, depth: int) -> Iterator[Entry]:
    if depth > 40:
        return
    if node.kind == "map":
        container = any(entry.key in ("name", "command", "args") for entry in node.entries)
        for entry in node.entries:
            if entry.key == "image" and entry.value.kind == "scalar" and container:
                yield entry
            else:
                yield from _image_entries(entry.value, depth + 1)
    elif node.kind == "list":
        for item in node.items:
            yield from _image_entries(item, depth + 1)


def image_nodes(document: Document, node: Node | None, groups: tuple[str, ...], key: str = "name") -> list[Mention]:
    """Return the mention of an image scalar, or of the `key` of a map that describes one."""
    if node is None:
        return []
    if node.kind == "map":
        return image_nodes(document, node.get(key), groups)
    if node.kind != "scalar" or not isinstance(node.value, str):
        return []
    text, at = scalar_text(document, node)
    filled, _, used = _fill(text, {})
    span = Span(at, at + len(text)) if not used else node.span
    mention = image_mention(filled, span, "image", groups, note="default of " + ", ".join(used) if used else "")
    return [mention] if mention is not None else []


def extract_devcontainer(document: Document) -> list[Mention]:
    """Return the image and the features of a dev container file; "dev" is among their groups: no result is made there."""
    if not isinstance(document.body, Node):
        return []
    groups = merge_groups(path_groups(document.path), ("dev",))
    found = image_nodes(document, document.body.get("image"), groups)
    features = document.body.get("features")
    for entry in features.entries if features is not None else ():
        if entry.key.startswith((".", "http")) or "/" not in entry.key:
            continue
        start = entry.key_span.start + (1 if document.text[entry.key_span.start] in "\"'" else 0)
        mention = image_mention(entry.key, Span(start, start + len(entry.key)), "image", groups, note="feature")
        if mention is not None:
            found.append(mention)
    return found
