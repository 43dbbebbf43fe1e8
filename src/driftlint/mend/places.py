"""The text at which a reference stands, written again with its pin: requirements, images, addresses, commands, keys.

Promises: what stands around the pin stays; a text of a form that is not understood is left. Refuses to know: other places
that share the decision, and where the pin comes from.
"""

from __future__ import annotations

import re

from driftlint.documents.model import Document
from driftlint.facts import Reference
from driftlint.mend.clone import check_out
from driftlint.mend.key import set_key
from driftlint.mend.requirement import pin_commit, pin_requirement
from driftlint.mend.revision import freeze_revision, seal_image
from driftlint.mentions.clone_line import read_clone
from driftlint.pin_sources.askable import find_image
from driftlint.text import Edit, Span

PACKAGES = frozenset(("package", "tool"))
WORDS = frozenset(("shell", "makefile", "dockerfile", "notebook"))
"""Syntaxes that hold words of command lines."""
_REF_FILE = "Pipfile"
"""The manifest whose git tables call a commit `ref`; all others say `rev`."""


def adds_option(reference: Reference) -> bool:
    """Return whether the pin is an option or a key of its own beside the name, which the program has to know."""
    own = reference.subject.kind in (*PACKAGES, "model", "image", "url")
    return reference.form in ("command", "config") and not reference.at_pin and not own


def pin_in_place(document: Document, reference: Reference, pin: str) -> list[Edit] | str | None:
    """Return the edits that write a pin at `reference.where` of a document, [] or why where the text there cannot take it.

    None for a reference whose pin does not belong to that text alone: in calls, and where a value of its own holds it.
    """
    kind, form = reference.subject.kind, reference.form
    if kind in PACKAGES:
        return _pin_package(document, reference, pin)
    if kind == "model":
        return _pin_name(document, reference, pin)
    if kind == "image":
        return _pin_image(document, reference, pin)
    if kind == "url":
        return _pin_url(document, reference, pin)
    if form == "clone":
        return _check_out(document, reference, pin)
    if form in ("action", "hook"):
        return _pin_revision(document, reference, pin)
    if reference.at_pin or form == "call":
        return None
    if form == "config" and reference.pin_name:
        return set_key(document, reference.where.span, reference.pin_name, pin)
    if form == "command" and reference.pin_name.startswith("--"):
        return _pin_flag(document, reference, pin)
    return []


def _pin_package(document: Document, reference: Reference, pin: str) -> list[Edit] | str:
    span = reference.where.span
    old = document.text[span.start : span.end]
    if "library" in reference.groups:
        return "a published library keeps its ranges"
    if "--hash" in _logical_rest(document, span.end):
        return "the hashes on its line are of another file: lock it anew"
    if document.kind in WORDS and document.text[span.end : span.end + 1] in ("<", ">"):
        return "the shell takes the unquoted range for a redirection: quote it"
    if reference.form == "vcs":
        key = "ref" if document.path.rpartition("/")[2] == _REF_FILE else "rev"
        new = pin_commit(old, pin, key=key)
    else:
        new = pin_requirement(old, pin, conda=reference.subject.host == "conda")
    if new == old:
        return "it stands there: what is missing only a person can choose"
    return [Edit(reference.where.path, span, old, new)] if new is not None else []


def _pin_name(document: Document, reference: Reference, pin: str) -> list[Edit]:
    """Write the dated id in the place of the alias at the end of its literal, prefixes kept."""
    if not reference.pin.selector:
        return []
    span = reference.where.span
    old = document.text[span.start : span.end]
    alias = reference.pin.selector
    bare = old.strip("\"'")
    tail = next((t for t in (alias, alias.rsplit("/", 1)[-1]) if bare.endswith(t)), None)
    if tail is None or "{" in old or old.count(tail) != 1:
        return []
    at = span.start + old.index(tail)
    return [Edit(reference.where.path, Span(at, at + len(tail)), tail, pin)]


def _pin_image(document: Document, reference: Reference, pin: str) -> list[Edit]:
    place = find_image(reference, document)
    return seal_image(place.path, place.span, reference.pin.selector, pin) if place is not None else []


def _pin_revision(document: Document, reference: Reference, pin: str) -> list[Edit]:
    """Write the commit for the tag or branch of an action (``name@ref``) or hook, and keep its name in a comment."""
    revision = reference.pin.selector
    if document.kind != "yaml" or not revision:
        return []
    span = Span(reference.where.span.end - len(revision), reference.where.span.end)
    if document.text[span.start : span.end] != revision:
        return []
    comment = f" # {revision}" if reference.form == "action" else f"  # frozen: {revision}"
    return freeze_revision(reference.where.path, document.text, span, pin, comment)


def _pin_url(document: Document, reference: Reference, pin: str) -> list[Edit]:
    """Write the commit for the branch in an address, where exactly one of its parts is that branch."""
    branch = reference.pin.selector
    if not branch:
        return []
    span = reference.where.span
    old = document.text[span.start : span.end]
    found = list(
        re.finditer(rf"(?<=[/@])(?:refs/(?:heads|tags)/)?{re.escape(branch)}(?=[/?#\s\"']|\.(?:zip|tar)|\Z)", old)
    )
    if len(found) != 1:
        return []
    at = Span(span.start + found[0].start(), span.start + found[0].end())
    return [Edit(reference.where.path, at, found[0].group(), pin)]


def _check_out(document: Document, reference: Reference, pin: str) -> list[Edit]:
    clone = read_clone(document.text, reference.where.span)
    return [check_out(document, clone, pin)] if clone is not None else []


def _pin_flag(document: Document, reference: Reference, pin: str) -> list[Edit]:
    if document.kind not in WORDS:
        return []
    at = reference.where.span.end
    return [Edit(reference.where.path, Span(at, at), "", f" {reference.pin_name} {pin}")]


def _logical_rest(document: Document, at: int) -> str:
    """Return what follows on the logical line of a requirements file."""
    if document.kind != "requirements":
        return ""
    end = at
    while True:
        end = document.text.find("\n", end)
        if end == -1:
            return document.text[at:]
        if not document.text[:end].rstrip("\r").endswith("\\"):
            return document.text[at:end]
        end += 1
