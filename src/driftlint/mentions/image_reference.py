"""Judging one container image reference.

Promises: host, name and pin of ``[registry/]name[:tag][@digest]``.
Refuses to know: what a registry holds. Which tags stay is each publisher's habit; the shape of the tag decides.
Source: the reference grammar of the OCI distribution specification; tag shapes as seen on public images.
"""

from __future__ import annotations

import re

from driftlint.facts import Mention, Pin
from driftlint.late_regex import compile_late
from driftlint.text import Span

DEFAULT_REGISTRY = "docker.io"
"""The registry of names that begin with none."""

_DIGEST = compile_late(r"(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})")
_LONGEST = 600  # code points; registries take 255 for the name and 128 for the tag
_IMAGE = compile_late(r"[\w./:@${}-]+")
_NAME = compile_late(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*")
_MOVING = frozenset(
    [
        "latest",
        "nightly",
        "edge",
        "main",
        "master",
        "dev",
        "devel",
        "develop",
        "stable",
        "canary",
        "head",
        "trunk",
        "beta",
        "alpha",
        "preview",
        "snapshot",
        "current",
        "rolling",
        "unstable",
        "testing",
        "production",
        "prod",
        "staging",
        "lts",
    ]
)
# Names that Debian and Ubuntu give to releases: a series under another name.
_CODENAMES = frozenset(
    ["buster", "bullseye", "bookworm", "trixie", "forky", "bionic", "focal", "jammy", "noble", "resolute"]
)
_FULL = compile_late(r"v?\d+\.\d+\.\d+(?:[^\d].*)?(?<![.])|v?\d+\.\d+\.\d+\.\d+.*")
_CALENDAR = compile_late(
    r"(?:.*[-_.]|v)?(?:20\d{2}[-._]?(?:0[1-9]|1[0-2])[-._]?(?:0[1-9]|[12]\d|3[01])).*|\d{2}\.\d{2}-py\d.*"
)
_FULL_INSIDE = compile_late(r"(?<![\d.])v?\d+\.\d+\.\d+(?![\d*])")
_COMMIT = compile_late(
    r"(?:sha-|git-|commit-)?(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}|(?:sha|git|commit)-[0-9a-f]{7,40}"
)


def judge_tag(tag: str) -> Pin:
    """Return a tag's pin: "tag" for a full version, "series" for a prefix or a release name, else "moving"."""
    if "$" in tag or "{" in tag:
        return Pin("unknown", tag)
    lowered = tag.lower()
    words = re.split(r"[-_.+]", lowered)
    if words[0] in _MOVING or words[-1] in _MOVING - {"devel", "dev"} or "nightly" in words or "latest" in words:
        return Pin("moving", tag)
    if _CALENDAR.fullmatch(lowered) or _COMMIT.fullmatch(lowered):
        return Pin("tag", tag)
    if re.fullmatch(r"v\d{1,3}[a-z]{0,3}", lowered):
        return Pin("tag", tag)  # a build number: v8 is not a prefix of v8.1
    if re.match(r"v?\d", lowered):
        return Pin("tag" if _FULL.fullmatch(lowered) else "series", tag)
    if _FULL_INSIDE.search(lowered):
        return Pin("tag", tag)
    if re.search(r"\d", lowered) or _CODENAMES & set(words):
        return Pin("series", tag)
    return Pin("moving", tag)


def image_mention(
    text: str,
    span: Span,
    form: str,
    groups: tuple[str, ...] = (),
    *,
    pin_span: Span | None = None,
    note: str = "",
) -> Mention | None:
    """Return the mention of an image reference, or None when the text is none (``scratch``, a path, a picture file).

    `span` is where the reference stands in the file; spans of its parts are given only when it stands there as it is.
    """
    text = text.strip().removeprefix("docker://").removeprefix("docker:")
    if not text or len(text) > _LONGEST or not _IMAGE.fullmatch(text) or text == "scratch" or text[0] in "./":
        return None
    bare, _, digest = text.partition("@")
    head, slash, last = bare.rpartition("/")
    name, colon, tag = (
        (last, "", "") if "${" in last and "}" in last and ":" in last and _colon(last) < 0 else _split_tag(last)
    )
    full = f"{head}{slash}{name}"
    if "$" in full or "{" in full:
        return Mention("image", "unknown", full, Pin("unknown", tag or full), span, span, form, pin_span, groups, note)
    host, path = _split_host(full)
    if not _NAME.fullmatch(path.lower()) or re.search(r"\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?|ya?ml|json|py)$", path):
        return None
    if digest:
        pin = Pin("sealed", digest) if _DIGEST.fullmatch(digest) else Pin("unknown", digest)
    elif colon:
        pin = judge_tag(tag)
    else:
        pin = Pin("absent")
    written = span.end - span.start == len(text)
    if pin_span is None and written and pin.selector:
        pin_span = Span(span.end - len(pin.selector), span.end)
    name_span = Span(span.start, span.start + len(full)) if written else span
    return Mention("image", host, path.lower(), pin, span, name_span, form, pin_span, groups, note)


def image_address(host: str, name: str) -> str:
    """Return how an image is written without its tag: with the registry, but for the one that is meant where none is named."""
    return (
        f"{host}/{name}" if host != DEFAULT_REGISTRY and ("." in host or ":" in host or host == "localhost") else name
    )


def _colon(text: str) -> int:
    """Return the place of the last colon outside ``${...}``, or -1."""
    depth, found = 0, -1
    for at, char in enumerate(text):
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
        elif char == ":" and depth == 0:
            found = at
    return found


def _split_tag(last: str) -> tuple[str, str, str]:
    at = _colon(last)
    return (last, "", "") if at < 0 else (last[:at], ":", last[at + 1 :])


def _split_host(name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return first.lower(), rest.removeprefix("library/") if first.lower() == DEFAULT_REGISTRY else rest
    return DEFAULT_REGISTRY, name.removeprefix("library/")
