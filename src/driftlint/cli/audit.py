"""``driftlint audit``: which pins cannot be kept.

Promises: nobody is asked without ``--online``; what was not audited ends in a status of its own. Refuses to know: typer,
how a service is asked.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from driftlint.audit.collect import collect_pins
from driftlint.audit.findings import write_findings
from driftlint.audit.index import ask_index
from driftlint.audit.report import OFFLINE, WRITERS, judge_answers, write_text
from driftlint.audit.run import AuditUnavailable, Service, ask_service, check_url
from driftlint.cli.check import find_prefix
from driftlint.cli.common import (
    CLEAN,
    FAILED,
    FOUND,
    AuditFormat,
    AuditService,
    Color,
    Settings,
    open_target,
    wants_color,
)
from driftlint.cli.progress import watch
from driftlint.cli.streams import CommandError, complain, note, write_out


class AuditOptions(Struct, frozen=True):
    """What the command line says beside the settings. `timeout` is in seconds, for each of the two questions."""

    paths: Sequence[Path]
    settings: Settings
    online: bool = False
    service: AuditService = AuditService.osv
    osv_url: str | None = None
    index_url: str | None = None
    ignore: Sequence[str] = ()
    allow_unaudited: bool = False
    exit_zero: bool = False
    timeout: float = 300.0
    output_format: AuditFormat = AuditFormat.text
    color: Color = Color.auto


def run_audit(options: AuditOptions) -> int:
    """Audit the pins of a project and return the exit status."""
    _refuse_nonsense(options)
    target = open_target(options.paths, options.settings)
    with watch(target.open_workspace(), sys.stderr.isatty()) as workspace:
        session = target.open_session(workspace)
        run = session.run()
    pinned = collect_pins(session, run, target.shows)
    releases = [(pin.name, pin.asked) for pin in pinned.pins]
    answers = standings = None
    if options.online:
        service = Service(options.service.value, options.osv_url)
        try:
            answers = ask_service(releases, service, options.timeout) if releases else {}
        except AuditUnavailable as error:
            raise CommandError(str(error)) from error
        if options.index_url is not None:
            standings = ask_index(releases, options.index_url, options.timeout)
    audit = judge_answers(pinned, answers, standings, ignore=options.ignore, service=options.service.value)
    name = options.output_format.value
    if name == "text":
        write_out(write_text(audit, color=wants_color(options.color, sys.stdout)))
    elif name in WRITERS:
        write_out(WRITERS[name](audit), exact=True)
    else:
        write_out(write_findings(audit, name, prefix=find_prefix(target.root)), exact=True)
    if not options.online:
        note(OFFLINE)
        return CLEAN
    for name in audit.unused:
        complain(f"--ignore-vuln {name}: no vulnerability that was found bears this id", label="warning")
    if audit.lost and not options.exit_zero:
        return FOUND
    if audit.unaudited and not options.allow_unaudited:
        complain("not everything was audited; --allow-unaudited accepts that")
        return FAILED
    return CLEAN


def _refuse_nonsense(options: AuditOptions) -> None:
    if options.timeout <= 0:
        raise CommandError("--timeout must be above 0 seconds")
    if options.osv_url is not None and options.service is not AuditService.osv:
        raise CommandError("--osv-url goes with --service osv: the other service has one address only")
    for name, url in (("--osv-url", options.osv_url), ("--index-url", options.index_url)):
        if url is None:
            continue
        if not options.online:
            raise CommandError(f"{name} goes with --online: add it, or leave {name} out")
        if fault := check_url(url):
            raise CommandError(f"{name}: {fault}")
