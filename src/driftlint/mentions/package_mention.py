"""From a judged requirement to a mention.

Promises: the form of the file stands for version requirements; VCS, URL and path requirements keep their own form; the
interpreter itself is of kind "python".
Refuses to know: which file the requirement stands in.
"""

from __future__ import annotations

from driftlint.facts import Mention
from driftlint.mentions.groups import merge_groups, package_groups
from driftlint.mentions.requirement import Requirement
from driftlint.text import Span


def package_mention(found: Requirement, form: str, groups: tuple[str, ...] = (), note: str = "") -> Mention:
    """Return the mention of a judged requirement; `form` is used when it is a plain version requirement."""
    return Mention(
        kind="python" if found.name == "python" else "package",
        host=found.host,
        name=found.name,
        pin=found.pin,
        span=found.span,
        name_span=found.name_span,
        form=form if found.form == "version" or form == "constraint" else found.form,
        pin_span=found.pin_span,
        groups=merge_groups(groups, package_groups(found.name)),
        note=" · ".join(part for part in (note, found.note) if part),
    )


def shrink(found: Requirement, within: Span) -> Requirement:
    """Return `found` with spans that leave the scalar `within` replaced by it (escaped quotes shift offsets)."""
    if within.covers(found.span):
        return found
    return Requirement(found.host, found.name, found.form, found.pin, within, within, None, found.note)
