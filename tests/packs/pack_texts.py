"""Texts of small packs for the tests of the pack stage."""

from __future__ import annotations

from pathlib import Path

RULE = """+++
name = "thing-unpinned"
family = "data"
judge = "pinned"
severity = "error"
confidence = "high"
status = "stable"
since = "1.0"
message = "`{name}` is read from {host} without a commit"
remedy = "pass revision"
sources = ["https://example.org/thing"]
[params]
kinds = ["thing"]
+++

# thing-unpinned

Finds things
without a pin.

## What it finds

Calls.

## Why it drifts

It moves.

## What to do

Pin it.

## When to ignore it

Never.

## How safe the fix is

Safe.

## Examples

```python
from lib import load

load("a")  # error: [thing-unpinned] "`a`"
load("b", revision="0123")
```
"""

CATALOGUE = """version = 1

[[kind]]
id = "thing"
label = "thing"
demand = "SEALED"
strict = "SEALED"
source = "made up"

[[grammar]]
id = "revision"
cases = [
  { match = '[0-9a-f]{40}', state = "sealed" },
  { match = '.*', state = "moving" },
]
source = "made up"

[[reference]]
id = "lib.load"
kind = "thing"
host = "lib"
calls = ["lib.load", "lib.Client().load_all"]
name = { arg = "name", pos = 0 }
pin = [{ arg = "revision", grammar = "revision" }, { env = "LIB_REVISION", grammar = "revision" }]
unless = [{ arg = "offline", value = true, default = false }, { arg = "folder" }]
source = "made up"
note = "a trap"
"""


def write_pack(folder: Path, files: dict[str, str]) -> Path:
    """Write files into a folder and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return folder


def line_of(text: str, part: str) -> int:
    """Return the 1-based line on which a part first stands."""
    return text[: text.index(part)].count("\n") + 1
