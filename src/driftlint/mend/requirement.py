"""A requirement with another version: PEP 508 text, a conda match spec, a key of a TOML table.

Promises: extras, markers, quotes and the key stay; what is not understood gives None. Refuses to know: where the text
stands.
"""

from __future__ import annotations

import re

from driftlint.late_regex import compile_late

_PEP_508 = compile_late(
    r"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?P<extras>\s*\[[^\]]*\])?"
    r"(?P<spec>(?:\s|\\\r?\n)*(?:\([^)]*\)|(?:===|[<>=!~]=|[<>])[^;#@]*?)?|\s*@\s*file://\S*)(?P<rest>\s*(?:;.*)?)",
    re.DOTALL,
)
_LONGEST = 2_000
"""Characters; what is longer is no requirement that anyone wrote."""
_CONDA = compile_late(r"(?P<name>(?:[\w./-]+::)?[A-Za-z0-9_][\w.-]*?)(?P<spec>\s*[<>=!~].*|\s+[\d*].*)?")
_KEY = compile_late(
    r"""(?P<key>(?:"[^"]*"|'[^']*'|[\w.-]+)\s*=\s*(?:\{[^}]*?\bversion\s*=\s*)?)(?P<quote>["'])(?P<spec>[^"']*)(?P=quote)(?P<rest>.*)""",
    re.DOTALL,
)
_COMMIT_URL = compile_late(
    r"(?P<url>(?:[\w.-]+\s*(?:\[[^\]]*\])?\s*@\s*)?git\+[a-z+]+://[^\s#@]+(?:@[^\s#/@]+(?=/))?[^\s#@]*)(?:@(?P<ref>[^\s#]+))?(?P<rest>#\S*)?"
)
_TABLE = compile_late(r"""(?P<lead>(?:"[^"]*"|'[^']*'|[\w.-]+)\s*=\s*\{)(?P<body>[^{}#\n]*)\}""")
_GIT = compile_late(r"""(?<![\w-])git\s*=\s*(?P<quote>["'])[^"']*(?P=quote)""")
_REVISION = compile_late(r"""(?<![\w-])(?P<key>branch|tag|rev|ref)\s*=\s*(?P<quote>["'])[^"']*(?P=quote)""")
_LITERAL = compile_late(r"""(?P<open>"|')(?P<inner>[^"'\\\n{}]*)(?P=open)""")


def pin_requirement(text: str, version: str, *, conda: bool = False) -> str | None:
    """Return `text` with exactly `version`, None where its form is not understood.

    `text` may be a quoted string, or a ``key = "..."`` pair of a manifest's table.
    """
    if len(text) > _LONGEST:
        return None
    key = _KEY.fullmatch(text)
    if key is not None and not _LITERAL.fullmatch(text):
        return f"{key['key']}{key['quote']}=={version}{key['quote']}{key['rest']}"
    literal = _LITERAL.fullmatch(text)
    if literal is not None:
        inner = pin_requirement(literal["inner"], version, conda=conda)
        return None if inner is None else f"{literal['open']}{inner}{literal['open']}"
    match = (_CONDA if conda else _PEP_508).fullmatch(text)
    if match is None:
        return None
    if conda:
        return f"{match['name']}=={version}"
    blank = match["spec"] if not match["spec"].strip() else ""  # before a marker
    return f"{match['name']}{match['extras'] or ''}=={version}{blank}{match['rest']}"


def pin_commit(text: str, commit: str, *, key: str = "rev") -> str | None:
    """Return a requirement from version control with a commit in the place of its branch or tag, None for another form.

    `text` may be a ``name = { git = "..." }`` pair of a manifest's table; `key` is what its tool calls a commit there.
    """
    literal = _LITERAL.fullmatch(text)
    if literal is not None:
        inner = pin_commit(literal["inner"], commit)
        return None if inner is None else f"{literal['open']}{inner}{literal['open']}"
    table = _TABLE.fullmatch(text)
    if table is not None:
        return _pin_table(table["lead"], table["body"], commit, key)
    match = _COMMIT_URL.fullmatch(text)
    return None if match is None else f"{match['url']}@{commit}{match['rest'] or ''}"


def _pin_table(lead: str, body: str, commit: str, key: str) -> str | None:
    address, revisions = _GIT.search(body), list(_REVISION.finditer(body))
    if address is None or len(revisions) > 1:
        return None
    pair = f"{key} = {address['quote']}{commit}{address['quote']}"
    if revisions:
        start, end = revisions[0].span()
        return f"{lead}{body[:start]}{pair}{body[end:]}}}"
    return f"{lead}{body[: address.end()]}, {pair}{body[address.end() :]}}}"
