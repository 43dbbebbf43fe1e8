"""URLs: what their text fixes.

Promises: the packs' URL forms are tried in their order. Refuses to know: what a server answers.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from driftlint.facts import Pin, Subject
from driftlint.late_regex import compile_late
from driftlint.packs.catalogue import Catalogue

_URL = compile_late(r"(?:[a-zA-Z][\w+.-]*://|doi:)\S+|pipe:\s*\S.*")
"""An address, or the command behind ``pipe:`` whose output is read."""
_FIELD = compile_late(r"\{(\w+)\}")


def is_url(text: str) -> bool:
    """Return whether a text is an address that something is fetched from."""
    return _URL.fullmatch(text.strip()) is not None


def judge_url(catalogue: Catalogue, url: str) -> tuple[Subject, Pin] | None:
    """Return what a URL refers to and how firmly, or None when no form of the packs knows it."""
    for entry in catalogue.urls:
        found = entry.pattern.fullmatch(url.strip())
        if found is None:
            continue
        groups = found.groupdict()
        name = groups.get("name") or url
        selector = groups.get("pin")
        if entry.state is not None:
            pin = Pin(entry.state, selector, advice=entry.advice)
        elif selector is None:
            pin = Pin("absent", None, advice=entry.advice)
        else:
            pin = Pin(catalogue.grammars[entry.grammar].judge(selector), selector, advice=entry.advice)
        if entry.remote and selector is not None:
            pin = replace(pin, remote=_fill(entry.remote, groups))
        return Subject(entry.kind, entry.host, name), pin
    return None


def _fill(template: str, groups: Mapping[str, str | None]) -> str:
    return _FIELD.sub(lambda field: groups.get(field[1]) or "", template)
