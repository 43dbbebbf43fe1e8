"""Apptainer and Singularity definition files.

Promises: the image of each stage's header, and what the ``%post`` and ``%setup`` scripts fetch.
Refuses to know: files whose header has no ``Bootstrap`` (the ending is used for other things too), and values of
template variables.
Source: the definition file reference of Apptainer 1.4.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from msgspec.structs import replace

from driftlint.documents.model import Document
from driftlint.documents.shell import parse_commands
from driftlint.facts import Mention
from driftlint.late_regex import compile_late
from driftlint.mentions.commands import extract_commands
from driftlint.mentions.groups import path_groups
from driftlint.mentions.image_reference import image_mention
from driftlint.text import Span

_BOOTSTRAP = compile_late(r"^[ \t]*bootstrap[ \t]*:[ \t]*(?P<agent>[\w-]+)", re.IGNORECASE | re.MULTILINE)
_FROM = compile_late(r"^[ \t]*from[ \t]*:[ \t]*(?P<image>[^\s#]+)", re.IGNORECASE | re.MULTILINE)
_SECTION = compile_late(r"^%(?P<name>\w+)[^\r\n]*(?:\r?\n|\Z)", re.MULTILINE)
_REGISTRIES = {"docker": "docker.io", "library": "library", "oras": "oras", "shub": "shub"}
_SCRIPTS = ("post", "setup")


def is_definition_file(path: str) -> bool:
    """Return whether a file of this path may be a container definition."""
    base = path.rsplit("/", 1)[-1]
    return base.endswith(".def") or re.fullmatch(r"[Ss]ingularity(?:file)?(?:\.[\w.-]+)?", base) is not None


def extract_definition_file(document: Document) -> list[Mention]:
    """Return the images and the commands of a definition file; none without a ``Bootstrap`` line."""
    text = document.text
    agents = list(_BOOTSTRAP.finditer(text))
    if not agents:
        return []
    groups = path_groups(document.path)
    sections = list(_SECTION.finditer(text))
    borders = sorted([*(section.start() for section in sections), *(agent.start() for agent in agents), len(text)])
    bounds = [(m["name"], m.end(), borders[bisect_left(borders, m.end())]) for m in sections]
    found: list[Mention] = []
    for agent, end in zip(agents, [*(a.start() for a in agents[1:]), len(text)], strict=True):
        host = _REGISTRIES.get(agent["agent"].lower())
        image = _FROM.search(text, agent.end(), end)
        if host is None or image is None or any(start <= image.start() < stop for _, start, stop in bounds):
            continue  # a file of this machine, or a word of a script
        mention = image_mention(image["image"], Span(*image.span("image")), "image", groups)
        if mention is not None:
            elsewhere = host != "docker.io" and mention.host == "docker.io"
            found.append(replace(mention, host=host) if elsewhere else mention)
    scripts = [parse_commands(text[start:stop], start) for name, start, stop in bounds if name in _SCRIPTS]
    return found + (extract_commands(text, scripts, groups) if scripts else [])
