"""Where a thing that a repo mentions can be looked at.

Promises: an address comes from the packs alone, with the name and the pin quoted as parts of a path; things whose name is
known only at run time have none. Refuses to know: whether the page is there.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from driftlint.facts import Reference
from driftlint.packs.catalogue import Catalogue

_PINNED = ("sealed", "version", "tag", "short", "moving", "series", "retiring")
"""States in which the selector is one name of one version or line of versions."""


def find_page(catalogue: Catalogue, reference: Reference) -> str | None:
    """Return the address of the page of a reference, of its pinned version where there is such a page; else None."""
    subject, pin = reference.subject, reference.pin
    if reference.late or not subject.name.isprintable():
        return None
    for page in catalogue.pages:
        if (
            page.kind != subject.kind
            or subject.host not in page.hosts
            or not _pattern(page.match).fullmatch(subject.name)
        ):
            continue
        name = quote(subject.name, safe="/")
        if page.pinned and pin.selector and pin.state in _PINNED and pin.selector.isprintable():
            return page.pinned.replace("{name}", name).replace("{pin}", quote(pin.selector, safe="/"))
        return page.url.replace("{name}", name)
    return None


@lru_cache(maxsize=256)
def _pattern(match: str) -> re.Pattern[str]:
    return re.compile(match)
