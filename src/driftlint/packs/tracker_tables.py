"""The tables of a catalogue file that tell of experiment trackers.

Promises: as `tables`, of which they are a part. Refuses to know: what a program calls.
"""

from __future__ import annotations

from driftlint.packs import catalogue as c
from driftlint.packs.format import ID, OPTIONAL_ID, SOURCED, Key, Table
from driftlint.packs.trackers import PARTS

_TRACKER = Key("text", "the tracker", required=True, refers="tracker")
_CALLS = Key("calls", "qualified names of functions and classes")
_ONLY = Key("one or more", "all of these must be so of the call", of="condition")
_UNLESS = Key("one or more", "none of these may be so of the call", of="condition")
_OFF = Key("texts", "variables, as NAME=value, under which it is not so")

TRACKER_TABLES: dict[str, Table] = {
    "tracker": Table(
        c.Tracker,
        {
            **ID,
            "label": Key("text", "as messages say it", required=True),
            "partial": Key("flag", "true: it keeps one part, and no run that could be found again"),
            **SOURCED,
        },
        "trackers",
    ),
    "run_start": Table(
        c.RunStart,
        {
            **OPTIONAL_ID,
            "tracker": _TRACKER,
            "calls": _CALLS,
            "only": _ONLY,
            "unless": _UNLESS,
            "off_env": _OFF,
            "script": Key("one or more", "where a job names the program that it runs", of="argument"),
            "files": Key("texts", "globs on the path in the repo: such a file starts programs"),
            "marks": Key("texts", "keys that must all stand at the top level of the file"),
            "program_keys": Key("texts", "keys of the file under which a text names a program"),
            "through": Key("text", "the library that starts the run for the program, as people call it"),
            "release": Key("requirement", "only such releases do so"),
            "installed": Key("text", "the distribution without which nothing is started"),
            "absent": Key("flag", "true: where nothing of the repo names that distribution, it is not installed"),
            "condition": Key("text", "what decides where the repo does not fix the release or what is installed"),
            "launchers": Key("texts", "leading words of a command line that starts a program as a run"),
            **SOURCED,
        },
        "run_starts",
        one_of=("calls", "files", "launchers"),
    ),
    "record": Table(
        c.RecordEntry,
        {
            **OPTIONAL_ID,
            "tracker": _TRACKER,
            "parts": Key("texts", f"what is recorded, of {', '.join(PARTS)}", required=True),
            "recording": Key(
                "text",
                "how; left out: `explicit`",
                choices=("automatic", "conditional", "explicit", "never"),
            ),
            "condition": Key("text", "under which condition, as a reader can check it"),
            "calls": Key("calls", "calls that record it; left out: a started run does"),
            "arg": Key(
                "one or more", "where it is handed over, of the call or of the start", of="argument", attr="args"
            ),
            "only": _ONLY,
            "unless": _UNLESS,
            "off_env": _OFF,
            "starts": Key("texts", "only for runs that these start", refers="run_start"),
            "signals": Key("texts", "only for programs that show one of these", refers="signal"),
            "declares": Key("regex", "only where the program has a command-line option of such a name"),
            "beside": Key(
                "texts", "only where one of these keys stands beside the text of a file that starts the program"
            ),
            "names": Key("regex", "such a key must list a name like this"),
            "every": Key("texts", "values of such a key that list all there is"),
            "above": Key("texts", "only where one of these keys stands at the top of such a file"),
            "parameters": Key("flag", "true: the parameters of the function that the call decorates are handed over"),
            "remedy": Key("text", "what to add where it is not recorded"),
            **SOURCED,
        },
        "records",
    ),
    "trap": Table(
        c.Trap,
        {
            **ID,
            "tracker": _TRACKER,
            "says": Key("text", "what is not as it seems, as messages say it", required=True),
            "calls": _CALLS,
            "starts": Key("texts", "runs that these start", refers="run_start"),
            "only": _ONLY,
            "unless": _UNLESS,
            "without": Key("calls", "none where the program makes one of these calls"),
            "voids": Key("texts", "parts that the tracker then does not record by itself"),
            "remedy": Key("text", "what to do"),
            **SOURCED,
        },
        "traps",
        one_of=("calls", "starts"),
    ),
}
