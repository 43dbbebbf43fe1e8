"""A made-up pack: one entry for each thing that a catalogue can say, and what a small repo refers to by it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from driftlint.facts import Reference
from driftlint.packs import Catalogue, load_packs
from driftlint.session import Run, Session
from tests.session.small_repos import spot, start, texts

COMMIT = "0123456789abcdef0123456789abcdef01234567"
PACK = r"""
version = 1

[[binding]]
form = "environment"
calls = ["os.getenv"]
items = ["os.environ"]
source = "made up"

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
  { match = '[0-9a-f]{7,39}', state = "short" },
  { match = 'v?\d+(\.\d+)+', state = "tag" },
  { match = '.*', state = "moving" },
]
source = "made up"

[[names]]
id = "hub-id"
local = ['[./~].*', '.*\.(json|csv)']
remote = ['[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?']
doubtful = ['(data|runs)/.*']
local_variables = ['.*(path|dir)']
source = "made up"

[[reference]]
id = "lib.load"
kind = "thing"
host = "hub"
calls = ["lib.load", "lib.io.load", "lib.Client().load", "lib.*.from_hub"]
name = { arg = "name", pos = 0 }
pin = { arg = "revision", pos = 1, grammar = "revision" }
names = "hub-id"
local = ["csv"]
unless = [{ arg = "offline", value = true }]
source = "made up"

[[reference]]
id = "lib.hub"
kind = "thing"
host = "hub"
calls = ["lib.hub"]
name = { arg = "name", pos = 0 }
embedded = '@(?P<pin>[^@]+)$'
grammar = "revision"
source = "made up"

[[reference]]
id = "lib.bare"
kind = "thing"
host = "hub"
calls = ["lib.bare"]
name = { arg = "name", pos = 0 }
advice = "download it first"
source = "made up"

[[reference]]
id = "lib.packaged"
kind = "thing"
host = "hub"
calls = ["lib.packaged"]
name = { arg = "name", pos = 0 }
absent = "sealed"
source = "made up"

[[reference]]
id = "lib.moves"
kind = "thing"
host = "hub"
calls = ["lib.moves"]
name = { arg = "name", pos = 0 }
pin = { arg = "version", grammar = "revision" }
absent = "moving"
source = "made up"

[[reference]]
id = "lib.fetch"
kind = "thing"
host = "web"
calls = ["lib.fetch"]
name = { arg = "url", pos = 0 }
url = true
checksum = ["sha"]
source = "made up"

[[reference]]
id = "lib.late"
kind = "thing"
host = "hub"
calls = ["lib.late"]
name = { arg = "name", pos = 0 }
pin = { arg = "revision", grammar = "revision" }
names = "hub-id"
requires_name = false
source = "made up"

[[reference]]
id = "lib.code"
kind = "thing"
host = "hub"
calls = ["lib.run"]
name = { arg = "name", pos = 0 }
pin = { arg = "code_revision", grammar = "revision" }
only = [{ arg = "trust", value = true }]
source = "made up"

[[reference]]
id = "lib.prefixed"
kind = "thing"
host = "hub"
calls = ["lib.prefixed"]
name = { arg = "name", pos = 0 }
pin = { arg = "revision", grammar = "revision" }
name_prefixes = ["hub:"]
source = "made up"

[[reference]]
id = "lib.default"
kind = "thing"
host = "hub"
calls = ["lib.default"]
name = { arg = "name", pos = 0 }
pin = { arg = "revision", grammar = "revision" }
default_name = "base"
source = "made up"

[[reference]]
id = "lib.fixed"
kind = "thing"
host = "hub"
calls = ["lib.fixed"]
fixed_name = "the list"
pin = { arg = "revision", grammar = "revision" }
source = "made up"

[[reference]]
id = "lib.loose"
kind = "thing"
host = "hub"
calls = ["?.pull_thing"]
name = { arg = "name", pos = 0 }
pin = { arg = "revision", grammar = "revision" }
source = "made up"

[[reference]]
id = "lib.env"
kind = "thing"
host = "hub"
calls = ["lib.by_env"]
name = { arg = "name", pos = 0 }
pin = [{ arg = "revision", grammar = "revision" }, { env = "LIB_REVISION", grammar = "revision" }]
source = "made up"

[[command]]
id = "tool.get"
kind = "thing"
host = "hub"
programs = ["tool get", "tool-cli get"]
name = { pos = 0 }
pin = { flag = "--revision", grammar = "revision" }
names = "hub-id"
value_flags = ["--revision", "--to", "-o"]
unless = [{ flag = "--offline" }]
source = "made up"

[[command]]
id = "tool.serve"
kind = "thing"
host = "hub"
programs = ["tool serve"]
name = { flag = "--model" }
pin = { flag = "--revision", grammar = "revision" }
value_flags = ["--model", "--revision"]
source = "made up"

[[command]]
id = "tool.at"
kind = "thing"
host = "hub"
programs = ["tool at"]
name = { pos = 0 }
embedded = '@(?P<pin>[^@]+)$'
grammar = "revision"
source = "made up"

[[command]]
id = "grab"
kind = "thing"
host = "web"
programs = ["grab"]
name = { pos = 0 }
url = true
value_flags = ["-o", "--sum"]
checksum = ["--sum"]
source = "made up"

[[url]]
id = "files"
host = "files"
kind = "thing"
match = 'https://files\.example\.org/(?P<name>[^/]+)/at/(?P<pin>[^/]+)/.*'
grammar = "revision"
source = "made up"

[[url]]
id = "any"
host = "web"
kind = "thing"
match = 'https?://.*'
state = "moving"
source = "made up"

[[config_key]]
id = "tool.config"
kind = "thing"
host = "hub"
files = ["**/*.yaml", "**/*.yml"]
marks = ["base", "things"]
route = "base"
pin = { route = "base_revision", grammar = "revision" }
names = "hub-id"
source = "made up"

[[config_key]]
id = "tool.config.items"
kind = "thing"
host = "hub"
files = ["**/*.yaml", "**/*.yml"]
marks = ["base", "things"]
route = "things[].path"
pin = { route = "revision", grammar = "revision" }
names = "hub-id"
local = ["csv"]
source = "made up"
"""


@lru_cache(maxsize=1)
def made_catalogue() -> Catalogue:
    """Return the made-up pack, read once a process."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "catalogue", "made.toml")
        path.parent.mkdir()
        path.write_text(PACK, encoding="utf-8")
        return load_packs([Path(folder)], builtin=False, cache=False)[0]


def run(files: str | Mapping[str, str], name: str = "train.py") -> tuple[Session, Run]:
    """Return what a run over a small repo found by the made-up pack."""
    session = start(texts(files, name), rules=(), catalogue=made_catalogue())
    return session, session.run()


def references(files: str | Mapping[str, str], name: str = "train.py") -> list[Reference]:
    """Return the references of a small repo."""
    return run(files, name)[1].world.references


def told(files: str | Mapping[str, str], name: str = "train.py") -> list[str]:
    """Return references as "path:line name state selector", by the place that decides."""
    session, result = run(files, name)
    return [
        f"{spot(session, r.where)} {r.subject.name} {r.pin.state} {r.pin.selector or ''}".rstrip()
        for r in result.world.references
    ]


def unknown(files: str) -> list[str]:
    """Return what could not be told, as "path:line why"."""
    session, result = run(files)
    return [f"{spot(session, place)} {why}" for place, why, _ in result.report.coverage.unknown]
