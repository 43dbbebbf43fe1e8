"""Commands that fetch something: package installs, clones, scripts piped into a shell, container runs.

Promises: one mention a word, at that word; the same verdicts for shell files, Makefiles, RUN lines, notebooks and CI.
Refuses to know: words that expansions make up, files that ``-r`` names, and whether the command is ever run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from driftlint.distributions import canonicalize_name
from driftlint.documents.model import Command, Script
from driftlint.facts import Mention, Pin
from driftlint.late_regex import compile_late
from driftlint.mentions.command_line import Line, strip_wrappers
from driftlint.mentions.fetches import clone_mentions, pipe_mentions, run_image, submodule_mentions
from driftlint.mentions.image_reference import image_mention
from driftlint.mentions.indexes import command_build, command_indexes
from driftlint.mentions.installs import conda_words, pip_words, poetry_words, tool_words, uv_words
from driftlint.mentions.system_packages import apk_words, apt_words, cargo_words, go_words, npm_words, rpm_words
from driftlint.text import Span

_PIP = compile_late(r"pip[\d.]*")
_FRONT_NAME = compile_late(r"[\"']?(?:[\w/.-]+::)?([A-Za-z0-9_](?:[\w.-]*[A-Za-z0-9_])?)")
_PARSERS: dict[str, Callable[[Line, tuple[str, ...]], list[Mention]]] = {
    "uv": uv_words,
    "uvx": tool_words,
    "pipx": tool_words,
    "poetry": poetry_words,
    "pdm": poetry_words,
    "pixi": conda_words,
    "conda": conda_words,
    "mamba": conda_words,
    "micromamba": conda_words,
    "apt": apt_words,
    "apt-get": apt_words,
    "aptitude": apt_words,
    "apk": apk_words,
    "yum": rpm_words,
    "dnf": rpm_words,
    "microdnf": rpm_words,
    "npm": npm_words,
    "pnpm": npm_words,
    "yarn": npm_words,
    "go": go_words,
    "cargo": cargo_words,
    "docker": run_image,
    "podman": run_image,
    "apptainer": run_image,
    "singularity": run_image,
}


_CONSTRAINTS = ("PIP_CONSTRAINT", "UV_CONSTRAINT")
"""Variables that name constraint files: pip's documentation, "Configuration"; uv's, "Environment variables"."""


def extract_commands(text: str, scripts: Iterable[Script], groups: tuple[str, ...] = ()) -> list[Mention]:
    """Return what the commands of these scripts fetch, in source order.

    `text` is the document's text, needed to see pipes between commands. The scripts are read as one run, so that a
    checkout in a later step counts for the clone before it.
    """
    commands: list[Command] = []
    exported: dict[str, str] = {}
    for script in scripts:
        commands.extend(script.commands)
        exported.update((name, word.text) for name, word in script.assignments if name in _CONSTRAINTS)
    lines = [strip_wrappers(command) for command in commands]
    found: list[Mention] = []
    for line in lines:
        own = groups
        given = {name: word.text for name, word in line.command.env if name in _CONSTRAINTS}
        if any({**exported, **given}.values()):  # an empty value takes a base image's constraints away
            own = (*groups, "constrained")
        if build := command_build(line):
            own = (*own, *build)
        if _PIP.fullmatch(line.program):
            found.extend(pip_words(line, own))
        elif (parser := _PARSERS.get(line.program)) is not None:
            found.extend(parser(line, own))
        found.extend(command_indexes(line, groups))
    found.extend(submodule_mentions(lines, groups))
    found.extend(clone_mentions(lines, groups))
    found.extend(pipe_mentions(text, lines, groups))
    built = {name for line in lines for name in _built_images(line)}
    kept = [mention for mention in found if mention.kind != "image" or mention.name not in built]
    return sorted((_check_spans(text, mention) for mention in kept), key=lambda mention: mention.span)


def _built_images(line: Line) -> list[str]:
    """Return the names that ``docker build -t`` gives: running them names nothing from outside."""
    if line.program not in ("docker", "podman") or not any(word.text in ("build", "buildx") for word in line.words[:2]):
        return []
    tags = [after.text for flag, after in zip(line.words, line.words[1:], strict=False) if flag.text in ("-t", "--tag")]
    found = [image_mention(tag, Span(0, 0), "image") for tag in tags]
    return [mention.name for mention in found if mention is not None]


def _find_name(text: str, mention: Mention) -> Span:
    """Return where the name stands at the front of its word, or the word where it does not."""
    match = _FRONT_NAME.match(text, mention.span.start, mention.span.end)
    if match is None or canonicalize_name(match[1]) != canonicalize_name(mention.name):
        return mention.span
    return Span(*match.span(1))


def _check_spans(text: str, mention: Mention) -> Mention:
    """Drop the spans of parts where expansions or quotes moved them: an edit must never hit another text."""
    pin_span, name_span = mention.pin_span, mention.name_span
    if mention.pin.state == "unknown" and pin_span is not None:
        written_pin = text[pin_span.start : pin_span.end]  # expressions of a workflow were masked for the shell
        if len(written_pin) == len(mention.pin.selector or ""):
            mention = replace(mention, pin=Pin("unknown", written_pin))
    if pin_span is not None and mention.pin.selector != text[pin_span.start : pin_span.end].strip().strip("()").strip():
        pin_span = None
    if mention.kind == "package" and mention.form == "install":
        written = text[name_span.start : name_span.end]
        if canonicalize_name(written) != mention.name and written.lower() != mention.name:
            name_span = _find_name(text, mention)
    if pin_span == mention.pin_span and name_span == mention.name_span:
        return mention
    return replace(mention, pin_span=pin_span, name_span=name_span)
