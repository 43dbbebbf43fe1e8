"""Which service could name a pin for a reference, were it asked.

Promises: the answer follows from the repo's own text, and a service is named only where its answer could be written.
Refuses to know: services, their addresses, networks.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from driftlint.documents.model import Document
from driftlint.facts import Place, Reference
from driftlint.late_regex import compile_late
from driftlint.mentions.clone_line import read_clone
from driftlint.mentions.image_reference import image_mention
from driftlint.mentions.requirement import HOST
from driftlint.mentions.revision import parse_repository
from driftlint.pin_sources.hub_cache import find_hub_place
from driftlint.text import Span

Service: TypeAlias = Literal["index", "git", "hub", "registry"]

_ADDRESSED = frozenset(("vcs", "url", "path", "conda"))
"""Forms of packages that no index answers for."""
_VCS = compile_late(r"git\+(?P<url>[a-z]+://[^\s#@\"']+)")
_TABLE_URL = compile_late(r"""(?<![\w-])git\s*=\s*["'](?P<url>[a-z]+://[^"']+)["']""")
_REPO = compile_late(r"^[ \t]*(?:-[ \t]+)?repo[ \t]*:[ \t]*[\"']?(?P<url>[^\s\"'#]+)", re.MULTILINE)
_REVISION = compile_late(r"(?!-)[\w./+-]+")
"""Of a git revision only what no shell, pattern or option could be made of."""
_LEAD = compile_late(r"[\"']?(?:docker://)?")


def service_for(reference: Reference, document: Document | None) -> Service | None:
    """Return the service that could name a pin; `document` is the one of `reference.where`."""
    if document is None:
        return None
    kind = reference.subject.kind
    if kind in ("package", "tool") and "library" in reference.groups:
        return None  # a library states what it works with: nothing is pinned there
    if find_remote(reference, document) is not None:
        return "git"
    if kind in ("package", "tool"):
        return "index" if reference.subject.host == HOST and reference.form not in _ADDRESSED else None
    if kind == "image":
        return "registry" if find_image(reference, document) is not None else None
    return "hub" if find_hub_place(reference) is not None else None


def find_remote(reference: Reference, document: Document) -> tuple[str, tuple[str, ...]] | None:
    """Return the address of a git remote and what is asked for there, else None.

    That is one revision, "HEAD" where none is named; of several the first that the remote has counts.
    """
    revision = reference.pin.selector or "HEAD"
    if reference.pin.state in ("sealed", "short", "unknown") or not _REVISION.fullmatch(revision) or ".." in revision:
        return None
    if reference.pin.remote:
        url, _, branches = reference.pin.remote.partition("#")
        usual = tuple(name if name == "HEAD" else f"refs/heads/{name}" for name in branches.split(",") if name)
        asked = (revision,) if reference.pin.selector else usual
        return (url, asked) if asked and not reference.late else None
    found = _find_written_remote(reference, document)
    return (found, (revision,)) if found is not None else None


def _find_written_remote(reference: Reference, document: Document) -> str | None:
    """Return the address of a git remote that the text names."""
    if reference.form == "vcs":
        span = reference.where.span
        match = _VCS.search(document.text, span.start, span.end) or (
            _TABLE_URL.search(document.text, span.start, span.end) if document.kind == "toml" else None
        )
        return match["url"].rstrip("/") if match is not None else None
    if reference.form == "clone":
        clone = read_clone(document.text, reference.where.span)
        return clone.url if clone is not None and "://" in clone.url else None
    if document.kind != "yaml" or reference.pin.selector is None:
        return None
    if reference.form == "action":
        name = "/".join(reference.subject.name.split("/")[:2])
        return f"https://{reference.subject.host}/{name}"
    if reference.form == "hook":
        return _find_hook_remote(reference, document)
    return None


def _find_hook_remote(reference: Reference, document: Document) -> str | None:
    """Return the `repo` that stands nearest before the `rev`: names of references are in lower case, without a port."""
    found = None
    for match in _REPO.finditer(document.text):
        repository = parse_repository(match["url"])
        same = repository is not None and (repository.host, repository.name) == (
            reference.subject.host,
            reference.subject.name,
        )
        if same and (found is None or match.start() < reference.where.span.start):
            found = match["url"]
    return found


def find_image(reference: Reference, document: Document) -> Place | None:
    """Return where an image reference stands as the registry reads it, None where a part of it is put in elsewhere."""
    span = reference.where.span
    text = document.text[span.start : span.end]
    lead = _LEAD.match(text)
    start = span.start + (lead.end() if lead is not None else 0)
    end = span.end - 1 if text[:1] in ("'", '"') and len(text) > 1 and text[-1] == text[0] else span.end
    bare = document.text[start:end]
    if "$" in bare or "{" in bare or "@" in bare or "\\" in bare:
        return None
    inner = Span(start, end)
    mention = image_mention(bare, inner, "image")
    if mention is None or bare != bare.strip():
        return None
    same = (mention.host, mention.name, mention.pin.selector) == (
        reference.subject.host,
        reference.subject.name,
        reference.pin.selector,
    )
    return Place(reference.where.path, inner) if same else None
