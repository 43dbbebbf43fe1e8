"""A new rule file, ready to be filled in.

Promises: the file parses as a rule with one example, and nothing that exists is overwritten. Refuses to know: what the
rule will find.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from driftlint.late_regex import compile_late

_NAME = compile_late(r"(?P<family>[a-z][a-z0-9-]*)/(?P<rule>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)")
_RULE = """+++
name = "{rule}"
family = "{family}"
judge = "pinned"               # pinned locked agreed declared seeded settled carried recorded reported
severity = "warning"           # error warning info
confidence = "medium"          # high medium low
status = "preview"             # stable preview deprecated
since = "{since}"
message = "`{{name}}` is read from {{host}} without a pin"
remedy = "say in one sentence what to write instead"
sources = ["where the fact can be read: a documentation page, or a package with version and file"]
[params]
kinds = ["dataset"]            # ids of [[kind]] entries
states = ["absent", "moving"]
+++

# {rule}

One sentence: what this rule finds.

## What it finds

Which calls, lines or keys, and which of their values.

## Why it drifts

What changes without a commit in this repo, and what it does to a result.

## What to do

The text to write, and where its value comes from.

## When to ignore it

The cases in which a careful reader would leave it as it is.

## How safe the fix is

What changes when the pin is written, and what cannot be known.

## Examples

Replace these by lines that your catalogue entries know. The mark names the finding that must be there, and every
other line must stay silent.

```python
from your_library import load

load("name")  # warning: [{rule}] "name"
load("name", revision="0123456789abcdef0123456789abcdef01234567")
```
"""


def new_rule(pack: Path, name: str, since: str = "") -> Path:
    """Write the skeleton of a rule and return its path.

    `name` is "family/rule", lower-case words with - between them. `since` defaults to today's date, as a team's pack
    has no version. Raises ValueError for a name that is none, FileExistsError when the file is there, OSError when it
    cannot be written.
    """
    match = _NAME.fullmatch(name)
    if match is None or match["family"] == "catalogue":
        raise ValueError(f"`{name}` is no rule name: write family/rule, as in data/table-unpinned")
    path = pack / match["family"] / f"{match['rule']}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = _RULE.format(rule=match["rule"], family=match["family"], since=since or date.today().isoformat())
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
    return path
