"""``driftlint baseline``: write, show and shrink the file of findings that were there when driftlint came in.

Promises: what is written is what `check` would show, the file is replaced whole or not at all, and the same findings give
the same bytes. Refuses to know: typer, how findings are compared.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from driftlint.baseline import Baseline, Entry, enter, is_gone, match, write
from driftlint.cli.common import CLEAN, Level, PlainFormat, Settings, Target, dump_json, open_target
from driftlint.cli.outputs import refuse_output
from driftlint.cli.streams import CommandError, note, write_out
from driftlint.facts import Finding
from driftlint.report.redact import clean, show_path


class BaselineOptions(Struct, frozen=True):
    """What the command line says beside the settings. `show` and `update` exclude each other."""

    path: Path
    settings: Settings
    show: bool = False
    update: bool = False
    output_format: PlainFormat = PlainFormat.text


def run_baseline(options: BaselineOptions) -> int:
    """Write, show or shrink the baseline of a project."""
    if options.show and options.update:
        raise CommandError("--show and --update exclude each other")
    target = open_target([options.path], options.settings)
    path, _ = target.find_baseline()
    shown = show_path(os.path.relpath(path).replace(os.sep, "/"))
    known = target.read_baseline() if path.is_file() else None
    if known is None and (options.show or options.update):
        raise CommandError(f"{shown}: there is no such baseline; `driftlint baseline` writes one")
    session = target.open_session(baseline=False)
    report = session.run().report
    entries = enter(report.findings, session.get_document)
    before = known.entries if known is not None else ()
    matches = match(entries, before, session.files.workspace.exists)
    gone = frozenset(entry for entry in matches.gone if is_gone(entry, report.rules, target.rules))
    if options.show:
        _show(Baseline(shown, before), gone, options.output_format)
        return CLEAN
    if options.update:
        # What was found stays under its path of now; what no rule looked for stays as it is.
        kept = [entries[index] for index in sorted(matches.old)]
        kept += [entry for entry in matches.gone if entry not in gone]
        _replace(path, write(kept))
        note(f"{shown}: dropped {_count(len(before) - len(kept))}, kept {len(kept)}")
        return CLEAN
    entries = enter(_to_keep(report.findings, target), session.get_document)
    _replace(path, write(entries))
    matches = match(entries, before, session.files.workspace.exists)
    added = len(entries) - len(matches.old)
    change = f": {added} added, {len(matches.gone)} dropped" if known is not None else ""
    note(f"{shown}: wrote {_count(len(entries))}{change}")
    return CLEAN


def _to_keep(findings: Sequence[Finding], target: Target) -> list[Finding]:
    """Return the findings that `check` shows under the same settings."""
    levels = [level.value for level in Level]
    mildest = levels.index(target.config.severity)
    return [finding for finding in findings if levels.index(finding.severity) <= mildest]


def _show(baseline: Baseline, gone: frozenset[Entry], output_format: PlainFormat) -> None:
    if output_format is PlainFormat.json:
        rows = [
            {
                "rule": entry.rule,
                "path": entry.path,
                "subject": {"kind": entry.kind, "host": entry.host, "name": entry.name},
                "ordinal": entry.ordinal,
                "found": entry not in gone,
            }
            for entry in baseline.entries
        ]
        write_out(dump_json({"version": 1, "path": baseline.path, "entries": rows}), exact=True)
        return
    lines = []
    for entry in baseline.entries:
        state = " (no longer found)" if entry in gone else ""
        host = f" at {clean(entry.host)}" if entry.host else ""
        again = f", the {entry.ordinal}. of its kind" if entry.ordinal > 1 else ""
        what = f"{clean(entry.kind)} `{clean(entry.name)}`{host}"
        lines.append(f"{show_path(entry.path)}: {clean(entry.rule)} {what}{again}{state}\n")
    tail = f", {len(gone)} of them no longer found" if gone else ""
    lines.append(f"{baseline.path} holds {_count(len(baseline.entries))}{tail}\n")
    write_out("".join(lines))


def _count(number: int) -> str:
    return "1 finding" if number == 1 else f"{number} findings"


def _replace(path: Path, text: str) -> None:
    """Write a file aside and put it in place, so that nobody sees half of it. An equal file is left alone."""
    data = text.encode("ascii")
    try:
        if path.is_file() and path.read_bytes() == data:
            return
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        handle, aside = tempfile.mkstemp(prefix=path.name, dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            os.chmod(aside, mode)
            os.replace(aside, path)
        except OSError:
            os.unlink(aside)
            raise
    except OSError as error:
        raise refuse_output(path, error) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
