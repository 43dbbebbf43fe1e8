"""Small programs made of the catalogue's own names of calls, and what a check says of them.

Promises: each program trains, so that what it draws counts. Refuses to know: whether the library does what the entry says.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

from driftlint.config import Config
from driftlint.facts import Finding, Rule
from driftlint.packs.catalogue import Carrier, Catalogue
from driftlint.session import Run, Session
from driftlint.workspace import MemoryWorkspace

HEAD = "from sklearn.linear_model import LinearRegression"
TAIL = """    LinearRegression().fit([[0]], made)


if __name__ == "__main__":
    main(open("rows.txt").read())
"""


def spell(call: str, arguments: Mapping[str, str]) -> tuple[str, str]:
    """Return (import line, expression) of a call as the catalogue names it: `?` is a parameter, `*` some name."""
    given = ", ".join(f"{name}={value}" for name, value in arguments.items())
    if call.startswith("?."):
        return "", f"thing.{call[2:]}({given})"
    name = call.replace("*", "Some")
    modules: list[str] = []
    for part in name.split(".")[:-1]:
        if part.endswith("()") or part[0].isupper():
            break
        modules.append(part)
    return f"import {'.'.join(modules)}", f"{name}({given})"


def write(lines: list[str], imports: list[str]) -> str:
    """Return a program with these lines in its main function; the last one may give `made` its value."""
    body = "".join(f"    {line}\n" for line in lines)
    return "\n".join([HEAD, *dict.fromkeys(i for i in imports if i), "", "", f"def main(thing):\n{body}{TAIL}"])


def arguments_of(carrier: Carrier, *, draws: bool) -> dict[str, str]:
    """Return arguments under which a carrier's conditions hold, or under which none of them does."""
    found: dict[str, str] = {}
    routes: dict[str, dict[str, str]] = {}
    for condition in carrier.when:
        if condition.above is not None:
            text = repr(condition.above + 1 if draws else condition.above)
        elif condition.besides:
            text = "[thing()]" if draws else f"[{condition.besides[0]}()]"
        elif condition.values:
            text = repr(condition.values[0]) if draws else '"neither"'
        elif (condition.given is not False) is draws:
            text = "3"
        else:
            continue
        if condition.route:
            routes.setdefault(condition.arg, {})[condition.route] = text
        else:
            found[condition.arg] = text
    for arg, keys in routes.items():
        found[arg] = "{" + ", ".join(f'"{key}": {text}' for key, text in keys.items()) + "}"
    return found


def run(files: Mapping[str, str], catalogue: Catalogue, rules: Mapping[str, Rule]) -> Run:
    """Run rules over files, every preview and advice included."""
    config = Config(
        root=Path(),
        include=("*",),
        include_tests=True,
        include_vendored=True,
        respect_gitignore=False,
        preview=True,
        severity="info",
        today=datetime.date(2026, 11, 25),
    )
    return Session(MemoryWorkspace(dict(files)), config, catalogue, dict(rules), named=tuple(files)).run()


def check(files: Mapping[str, str], catalogue: Catalogue, rules: Mapping[str, Rule]) -> dict[str, list[Finding]]:
    """Return the findings of rules in each of many programs, by path."""
    found: dict[str, list[Finding]] = {path: [] for path in files}
    for finding in run(files, catalogue, rules).report.findings:
        found[finding.place.path].append(finding)
    return found
