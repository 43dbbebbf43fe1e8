"""The options of ``[tool.driftlint]``: one table, and the documentation rendered from it.

Promises: every key, its type, default and meaning stand here once. Refuses to know: files, how values are checked
and how they are merged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from driftlint.documents.decode import DEFAULT
from driftlint.facts import Rung

OptionKind: TypeAlias = Literal[
    "flag",
    "text",
    "list",
    "globs",
    "paths",
    "path",
    "choice",
    "rule-set",
    "date",
    "size",
    "count",
    "demand",
    "table",
    "tables",
]


class Option(Struct, frozen=True):
    """One key. `default` is the value as Config holds it; `shown` is the default as the documentation writes it."""

    key: str
    kind: OptionKind
    default: object
    doc: str
    shown: str = ""
    choices: tuple[str, ...] = ()
    children: tuple[Option, ...] = ()
    required: bool = False
    most: int = 0
    """Largest value of a number; 0 is any."""


RUNGS = tuple(rung.name for rung in Rung)
PARTS = ("code", "data", "environment", "hyperparameters", "seeds", "metrics", "artifacts", "lineage")
"""What a tracked experiment records, in the order in which it is shown."""

OPTIONS: tuple[Option, ...] = (
    Option(
        "select",
        "list",
        (),
        "Rules to run: rule names, families, or `all`. Empty means every stable rule.",
        "[]",
    ),
    Option("extend-select", "list", (), "Rules to run in addition to `select`.", "[]"),
    Option(
        "ignore",
        "list",
        (),
        "Rules not to run. The more specific name wins: a rule over its family, a family over `all`.",
        "[]",
    ),
    Option("preview", "flag", False, "Run preview rules too.", "false"),
    Option(
        "ruleset",
        "rule-set",
        "",
        'Run only rules that existed in this release, for example `"0.1.0"`. Empty means all.',
        '""',
    ),
    Option(
        "preset",
        "choice",
        "default",
        "The built-in demands: `strict` asks for sealed references everywhere.",
        '"default"',
        ("default", "strict"),
    ),
    Option(
        "demand",
        "demand",
        {},
        "The weakest pin that satisfies, by kind of subject: " + ", ".join(f"`{r}`" for r in RUNGS) + ".",
        "{}",
    ),
    Option(
        "packs",
        "paths",
        (),
        "Folders of further rules and catalogues, relative to this file.",
        "[]",
    ),
    Option(
        "include",
        "globs",
        (),
        "Paths to check although git or a layout convention leaves them out. "
        "To reach into a folder that is left out as a whole, spell the path from the top: `third_party/ours/`.",
        "[]",
    ),
    Option("exclude", "globs", (), "Paths not to check; wins over `include`.", "[]"),
    Option("extend-exclude", "globs", (), "Paths not to check, in addition to `exclude`.", "[]"),
    Option("include-tests", "flag", False, "Check test code too.", "false"),
    Option("include-vendored", "flag", False, "Check vendored code too.", "false"),
    Option(
        "respect-gitignore",
        "flag",
        True,
        "Leave out what `.gitignore` files and `.git/info/exclude` ignore.",
        "true",
    ),
    Option(
        "severity",
        "choice",
        "warning",
        "The mildest findings that are shown.",
        '"warning"',
        ("error", "warning", "info"),
    ),
    Option(
        "role",
        "choice",
        "auto",
        "Whether the repo is an application or a published library, whose version ranges are right; `auto` finds out.",
        '"auto"',
        ("auto", "application", "library"),
    ),
    Option(
        "baseline",
        "path",
        None,
        "File with the findings that were there when driftlint came in, relative to this file; `driftlint baseline` writes it.",
        "`driftlint-baseline.json` at the root, where it is there",
    ),
    Option(
        "today",
        "date",
        None,
        "The date that expiry dates are compared with; set it in tests only.",
        "the current date",
    ),
    Option(
        "cache",
        "flag",
        True,
        "Keep what was read from unchanged files, and what a whole check said, between runs.",
        "true",
    ),
    Option(
        "cache-dir",
        "path",
        None,
        "Folder of the cache, relative to this file.",
        "the user's cache folder",
    ),
    Option(
        "limits",
        "table",
        None,
        'Bounds on what a run takes in. Sizes are bytes or a text such as `"16 MiB"`. What a bound keeps out is told in the '
        "coverage of the report, with file and line.",
        "",
        children=(
            Option(
                "file-size",
                "size",
                16 * 1024 * 1024,
                "Largest file that is read, of whatever kind.",
                '"16 MiB"',
            ),
            Option("python-size", "size", DEFAULT.python_bytes, "Largest Python file.", '"8 MiB"'),
            Option("notebook-size", "size", DEFAULT.notebook_bytes, "Largest notebook.", '"32 MiB"'),
            Option(
                "text-size",
                "size",
                DEFAULT.config_bytes,
                "Largest file of any other kind; locks may be as large as `file-size`.",
                '"4 MiB"',
            ),
            Option(
                "line-length",
                "count",
                DEFAULT.max_line,
                "Longest line, in characters; a file with a longer one is not read. JSON and notebooks may have any.",
                "1000000",
            ),
            Option(
                "nesting-depth",
                "count",
                DEFAULT.max_depth,
                "Deepest nesting of maps and lists; what is deeper is not read. At most 300.",
                "200",
                most=300,
            ),
            Option(
                "values",
                "count",
                DEFAULT.max_nodes,
                "Values of one JSON, TOML or YAML file; the rest is not read.",
                "400000",
            ),
            Option(
                "aliases",
                "count",
                DEFAULT.max_aliases,
                "Values that the aliases of one YAML file stand for; the rest stays unexpanded.",
                "10000",
            ),
            Option(
                "cache-size",
                "size",
                256 * 1024 * 1024,
                "Size at which the oldest part of the cache is dropped.",
                '"256 MiB"',
            ),
        ),
    ),
    Option(
        "per-path",
        "tables",
        (),
        "Other settings for some paths. Later tables win.",
        "[]",
        children=(
            Option("paths", "globs", (), "Where the table holds.", "", required=True),
            Option(
                "ignore",
                "list",
                (),
                "Rules not to run there: rule names, families, or `all`.",
                "[]",
            ),
            Option("demand", "demand", {}, "Demands that hold there.", "{}"),
        ),
    ),
    Option(
        "accept",
        "tables",
        (),
        "Findings that are accepted, for files that cannot carry a comment.",
        "[]",
        children=(
            Option("rule", "text", "", "Name of the rule.", "", required=True),
            Option("path", "globs", (), "Glob of the files.", "", required=True),
            Option(
                "subject",
                "text",
                "",
                "Name of the dataset, model, package, ... (`*` matches any text). Empty means any.",
                '""',
            ),
            Option("reason", "text", "", "Why the drift is accepted.", "", required=True),
            Option(
                "until",
                "date",
                None,
                "Last day on which the entry counts, as an ISO date.",
                "no end",
            ),
            Option("by", "text", "", "Who accepted it.", '""'),
        ),
    ),
    Option(
        "review",
        "table",
        None,
        "What `driftlint review` asks of a repo; [review.md](review.md) says what each preset sets.",
        "",
        children=(
            Option(
                "preset",
                "choice",
                "standard",
                "What holds where nothing else is said.",
                '"standard"',
                ("exploratory", "standard", "regulated"),
            ),
            Option(
                "demand",
                "demand",
                {},
                "Demands of the review, by kind of subject, over `demand` and those of the preset.",
                "{}",
            ),
            Option(
                "severity",
                "choice",
                None,
                "The mildest findings that block.",
                "by preset",
                ("error", "warning", "info"),
            ),
            Option("block", "list", (), "Rules and families that block at any severity.", "[]"),
            Option(
                "allow",
                "list",
                (),
                "Rules and families that never block. The more specific name wins; between equals `block` does.",
                "[]",
            ),
            Option(
                "record",
                "list",
                None,
                "What each program that trains must record.",
                "by preset",
                PARTS,
            ),
            Option(
                "conditional",
                "flag",
                None,
                "Whether a part counts that is recorded under a condition which the repo does not settle.",
                "by preset",
            ),
            Option(
                "unread",
                "choice",
                None,
                "What files that could not be read, or only in part, do to the verdict.",
                '"block"',
                ("block", "show"),
            ),
            Option(
                "unknown",
                "list",
                None,
                "Kinds of subject of which no name and no pin may be unknown; `all` for every kind, `!kind` takes one out.",
                "by preset",
            ),
            Option(
                "ignores",
                "choice",
                None,
                "What rules that the repo's own configuration turns off do to the verdict.",
                "by preset",
                ("block", "show"),
            ),
            Option("section", "flag", None, "Whether a reproducibility section is required.", "by preset"),
            Option(
                "report",
                "text",
                "",
                'Where that section is, as `"docs/report.md#reproducibility"`; it is looked for by its heading otherwise.',
                '""',
            ),
            Option(
                "accept-until",
                "flag",
                None,
                "Whether drift can be accepted only until a day.",
                "by preset",
            ),
            Option("accept-by", "flag", None, "Whether accepted drift must say who accepted it.", "by preset"),
        ),
    ),
)

_TYPE_LABELS: dict[str, str] = {
    "flag": "true or false",
    "text": "text",
    "list": "list of names",
    "globs": "list of globs",
    "paths": "list of paths",
    "path": "path",
    "rule-set": "release",
    "date": "date",
    "size": "size",
    "count": "number",
    "demand": "table of kind = rung",
    "table": "table",
    "tables": "list of tables",
}


def render_configuration_docs() -> str:
    """Return the text of docs/configuration.md."""
    lines = [
        "# Configuration",
        "",
        "<!-- Rendered from src/driftlint/config_options.py; `python -m driftlint.config --write` renders it anew. -->",
        "",
        "driftlint reads the first of these files, from the checked folder upwards to the top of the git work tree:",
        "",
        "1. `driftlint.toml`",
        "2. `.driftlint.toml`",
        "3. `pyproject.toml`, if it holds a `[tool.driftlint]` table",
        "",
        "In `pyproject.toml` the keys stand under `[tool.driftlint]`, in the other two at the top level.",
        "Nothing is merged from a second file. Options of the command line win over the file.",
        "A key that driftlint does not know is an error.",
        "",
        "Globs are gitignore patterns relative to the file's folder: `data/` matches that folder anywhere,",
        "`/data/` only at the top, `conf/**/*.yaml` every YAML file below `conf`, `!` at the start takes back.",
        "",
        "```toml",
        "[tool.driftlint]",
        'ignore = ["determinism"]',
        'demand = { dataset = "SEALED", image = "VERSION" }',
        "",
        "[[tool.driftlint.per-path]]",
        'paths = ["notebooks/"]',
        'demand = { dataset = "VERSION" }',
        "",
        "[[tool.driftlint.accept]]",
        'rule = "<rule name>"',
        'path = "conf/model.json"',
        'reason = "the provider publishes no finer id"',
        "until = 2027-06-30",
        "```",
        "",
        "## Options",
        "",
        *_render_table(o for o in OPTIONS if not o.children),
    ]
    for option in OPTIONS:
        if option.children:
            header = f"[[tool.driftlint.{option.key}]]" if option.kind == "tables" else f"[tool.driftlint.{option.key}]"
            lines += ["", f"## `{header}`", "", option.doc, ""]
            lines += _render_table(iter(option.children))
    return "\n".join(lines) + "\n"


def _render_table(options: Iterator[Option]) -> Iterator[str]:
    yield "| key | type | default | meaning |"
    yield "| --- | --- | --- | --- |"
    for option in options:
        label = " \\| ".join(f'`"{choice}"`' for choice in option.choices) or _TYPE_LABELS[option.kind]
        if option.kind == "list" and option.choices:
            label = "list of " + ", ".join(f'`"{choice}"`' for choice in option.choices)
        if option.key == "path" and option.kind == "globs":
            label = "glob"
        literal = (
            option.shown.startswith(("[", "{", '"')) or option.shown in ("true", "false") or option.shown.isdigit()
        )
        default = "mandatory" if option.required else f"`{option.shown}`" if literal else option.shown
        yield f"| `{option.key}` | {label} | {default} | {option.doc} |"
