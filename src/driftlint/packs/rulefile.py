"""Reading one rule file: TOML front matter, prose under fixed headings, examples.

Promises: a `Rule` with everything the file says, and every fault of the file with its line. Refuses to know: judges,
catalogues, how examples are run.
"""

from __future__ import annotations

import string
from pathlib import PurePath
from typing import Any

import tomli
from msgspec import Struct

from driftlint.facts import Rule
from driftlint.late_regex import compile_late
from driftlint.packs.check import check_keys, freeze, suggest
from driftlint.packs.faults import PackError
from driftlint.packs.format import RULE, SECTIONS
from driftlint.packs.marks import parse_examples, scan_markdown
from driftlint.packs.spans import TomlLines

_RULE_NAME = compile_late(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FIELD = compile_late(r"[a-z_]+")
_TOML_PLACE = compile_late(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class RuleFile(Struct, frozen=True):
    """A parsed rule file. `rule` is None when the front matter has faults; `replaces` is the key of that name."""

    rule: Rule | None
    errors: tuple[PackError, ...]
    replaces: bool = False


def toml_fault(error: Exception, text: str, offset: int = 0) -> tuple[int, str]:
    """Return (1-based line, message) of a syntax error of a TOML text; `offset` is added to the line."""
    said = str(error)
    place = _TOML_PLACE.search(said)
    line = int(place[1]) if place and place[1] else max(text.rstrip().count("\n") + 1, 1)
    return line + offset, f"is no TOML: {_TOML_PLACE.sub('', said)}"


def parse_rule_file(text: str, path: str, family: str) -> RuleFile:
    """Parse a rule file's text. `path` is for messages and `Rule.path`; `family` is the folder it stands in."""
    errors: list[PackError] = []

    def complain(line: int, message: str) -> None:
        errors.append(PackError(path, line, message))

    lines = text.splitlines()
    if not lines or lines[0].strip() != "+++":
        complain(1, "a rule file starts with a line +++, its metadata as TOML, and another line +++")
        return RuleFile(None, tuple(errors))
    end = next((n for n, line in enumerate(lines[1:], 2) if line.strip() == "+++"), 0)
    if not end:
        complain(1, "the metadata is never closed: write a line +++ after it")
        return RuleFile(None, tuple(errors))
    front = "\n".join(lines[1 : end - 1]) + "\n"
    try:
        data = tomli.loads(front)
    except (ValueError, RecursionError) as error:
        complain(*toml_fault(error, front, 1))
        return RuleFile(None, tuple(errors))
    _check_front(data, front, PurePath(path).stem, family, complain)
    front_ok = not errors
    headings, fences, faults = scan_markdown(lines)
    for fault in faults:
        complain(fault.line, fault.message)
    headings = [h for h in headings if h[1] > end]
    first, last = _examples_range(headings, len(lines))
    examples, faults = parse_examples(
        [h for h in headings if first < h[1] <= last],
        [f for f in fences if first < f.line <= last],
        str(data.get("today", "")),
    )
    for fault in faults:
        complain(fault.line, fault.message)
    summary, sections = _read_prose(lines, end, headings, str(data.get("name", "")), complain)
    if first and not any(name == data.get("name") for e in examples for _, _, name, _ in e.expect):
        complain(
            first, 'no example shows a finding of this rule: mark a line with # error: [rule] "text of the message"'
        )
    if not front_ok:
        return RuleFile(None, tuple(errors))
    rule = Rule(
        name=data["name"],
        family=data["family"],
        judge=data["judge"],
        severity=data["severity"],
        confidence=data["confidence"],
        status=data["status"],
        since=data["since"],
        door=data.get("door", ""),
        message=data["message"],
        remedy=data["remedy"],
        params=freeze(data.get("params", {})),
        sources=tuple(data["sources"]),
        sections=sections,
        examples=examples,
        path=path,
        summary=summary,
    )
    return RuleFile(rule, tuple(errors), bool(data.get("replaces", False)))


def _check_front(data: dict[str, Any], front: str, stem: str, family: str, complain: Any) -> None:
    spots = TomlLines(front)

    def at(key: str, text: str = "") -> int:
        top = spots.tables[0]
        if not key:
            return 1
        if key in top.keys:
            return spots.line_in(top, key, text) + 1
        return spots.line(key) + 1 if any(t.name == key for t in spots.tables) else 1

    check_keys(data, RULE, (), "a rule", lambda key, text, message: complain(at(key, text), message))
    name = data.get("name")
    if isinstance(name, str) and name.strip():
        if name != stem:
            complain(at("name"), f"the rule is named `{name}` but its file {stem}.md: give both one name")
        if not _RULE_NAME.fullmatch(name):
            complain(at("name"), f"`{name}` is no rule name: write lower-case words with - between them")
    folder = data.get("family")
    if isinstance(folder, str) and folder.strip() and folder != family:
        complain(
            at("family"), f"the rule says family `{folder}` but stands in the folder {family}/: give both one name"
        )
    for key in ("message", "remedy"):
        if isinstance(data.get(key), str) and (fault := _check_template(data[key])):
            complain(at(key), f"`{key}` {fault}")


def _check_template(text: str) -> str:
    """Return what is wrong with a message's {fields}, or ""."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        return f"has a brace too few or too many ({error}): write {{{{ and }}}} for braces that are no fields"
    for _, field, spec, conversion in parts:
        if field is not None and (not _FIELD.fullmatch(field) or spec or conversion):
            return f"has a field {{{field}}} that is no plain name: write {{name}}, or {{{{ and }}}} for braces"
    return ""


def _examples_range(headings: list[tuple[int, int, str]], last_line: int) -> tuple[int, int]:
    """Return the first and last line of the section "Examples", (0, 0) when there is none."""
    for at, (level, line, text) in enumerate(headings):
        if level == 2 and text == "Examples":
            end = next((n for lv, n, _ in headings[at + 1 :] if lv <= 2), last_line + 1)
            return line, end - 1
    return 0, 0


def _read_prose(
    lines: list[str], end: int, headings: list[tuple[int, int, str]], name: str, complain: Any
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the summary and the sections, complaining about the page's headings."""
    tops = [h for h in headings if h[0] <= 2]
    titles = [h for h in tops if h[0] == 1]
    if not titles:
        complain(end, f"the page has no title: write a line `# {name}` after the metadata")
    elif titles[0][2] != name:
        complain(titles[0][1], f"the title must be the rule's name: write `# {name}`")
    summary = ""
    sections: list[tuple[str, str]] = []
    for at, (level, line, text) in enumerate(tops):
        stop = tops[at + 1][1] - 1 if at + 1 < len(tops) else len(lines)
        body = "\n".join(lines[line:stop]).strip("\n")
        if level == 1:
            summary = summary or " ".join(body.strip().split("\n\n")[0].split())
            continue
        if text not in SECTIONS:
            complain(line, f"no section is called `{text}`{suggest(text, SECTIONS)}; use ### inside a section")
        elif any(text == known for known, _ in sections):
            complain(line, f"the section `{text}` stands here twice: join them")
        elif not body.strip():
            complain(line, f"the section `{text}` is empty: write at least one sentence")
        sections.append((text, body))
    if titles and not summary:
        complain(titles[0][1], "one sentence under the title must say what the rule finds")
    given = [text for text, _ in sections]
    for heading in SECTIONS:
        if heading not in given:
            complain(tops[-1][1] if tops else end, f"the section `## {heading}` is missing")
    known = [text for text in given if text in SECTIONS]
    if len(set(known)) == len(SECTIONS) and known != list(SECTIONS):
        complain(tops[0][1], f"the sections stand in another order than {', '.join(SECTIONS)}")
    return summary, tuple(sections)
