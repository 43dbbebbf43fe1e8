"""A reproducibility section drafted from the repo.

Promises: Markdown, the same for the same repo; every statement is read off the repo, everything else is a marked blank. A draft
whose blanks are filled in passes the rules about the section. Refuses to know: results, machines, intentions.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.facts import Place, Reference
from driftlint.flow.calls import Carry, Control, Draw, Seed
from driftlint.flow.entries import Program
from driftlint.judges.section.agree import concerns
from driftlint.judges.section.items import used_services
from driftlint.judges.world import World
from driftlint.review.section.commands import BLANK, Step, plan_steps, programs_of, setup_of_readme
from driftlint.review.section.environment import describe_environment, fetch_commands, setup_commands
from driftlint.review.section.settings import describe_settings

_MOST = 12
_DATA = ("dataset", "weights", "download", "artifact", "table", "metric")


def blank(what: str) -> str:
    """Return a visible blank with the mark that a check looks for."""
    return f"{BLANK} <!-- driftlint: fill in: {what} -->"


def draft_section(
    world: World, *, revision: str = "", title: str = "Reproducibility and replicability", level: int = 2
) -> str:
    """Return the section as Markdown. `revision` is the full commit that is described, "" where it is not known.

    `level` is that of its heading.
    """
    steps = plan_steps(world)
    programs = programs_of(world, steps)
    sections = (
        ("What is tested", _question()),
        ("Commands", _commands(world, steps, revision)),
        ("Environment", describe_environment(world, blank)),
        ("Hardware and time", _hardware(world, programs)),
        ("Expected result", _result()),
        ("Seeds and switches", _seeds(world, programs)),
        ("Data, models and services", _inputs(world, programs)),
        ("Settings", describe_settings(world, steps, programs)),
        ("How to vary it", _variation()),
    )
    lines = [f"{'#' * level} {title}", ""]
    for head, body in sections:
        rows = list(body)
        if rows:
            lines += [f"{'#' * (level + 1)} {head}", "", *rows, ""]
    return "\n".join(lines).rstrip() + "\n"


def _question() -> Iterator[str]:
    yield f"- Hypothesis: {blank('hypothesis, in words that name no library')}"
    yield f"- Measures: {blank('measures by which it is judged, on which data')}"


def _commands(world: World, steps: list[Step], revision: str) -> Iterator[str]:
    if revision:
        yield f"At commit `{revision}`, from a clean environment, in this order:"
    else:
        yield f"At commit {blank('full commit')}, from a clean environment, in this order:"
    yield ""
    yield "```sh"
    setup = setup_commands(world) or setup_of_readme(world)
    yield from setup or (f"# {BLANK} <!-- driftlint: fill in: environment setup -->",)
    yield from fetch_commands(world)
    for step in steps:
        yield step.text
    yield "```"
    if not steps:
        yield ""
        yield f"- The command that runs the experiment: {blank('commands of the experiment, in order')}"
        return
    yield ""
    for step in steps:
        asked = ", ".join(f"`{name}`" for name in step.missing)
        yield f"- `{step.path}`: {step.source}; fill in {asked}" if asked else f"- `{step.shown}`: {step.source}"


def _hardware(world: World, programs: list[Program]) -> Iterator[str]:
    signs = [(program, sign) for program in programs for sign in program.accelerator]
    asked = ""
    if signs:
        program, sign = signs[0]
        asked = f" (`{program.path}` runs on an accelerator: {_spot(world, sign.place)})"
    yield f"- Accelerator: {blank('GPU model and number, or that none is used')}{asked}"
    yield f"- Memory: {blank('memory, of the accelerator and of the machine')}"
    yield f"- Disk: {blank('disk space for data and checkpoints')}"
    yield f"- Expected runtime: {blank('expected runtime of each long command, on that hardware')}"


def _result() -> Iterator[str]:
    yield f"- Final metric: {blank('expected metric, its value on which split, with its tolerance')}"


def _seeds(world: World, programs: list[Program]) -> Iterator[str]:
    rows: dict[str, None] = {}
    for program in programs:
        for event in program.events:
            what = event.what
            if isinstance(what, Carry) and what.seed is not None and what.seed.text.isdecimal():
                if concerns(world, program, what.seed.where.path):
                    rows.setdefault(f"- Seed {what.seed.text} for `{what.name}` ({_spot(world, what.seed.where)})")
                continue
            if not isinstance(what, Seed) or what.covers != "after":
                continue
            labels = [
                world.catalogue.streams[s].label for s in _drawn(program, what.streams) if s in world.catalogue.streams
            ]
            whom = ", ".join(dict.fromkeys(labels)) or what.name
            value, spot = what.value, _spot(world, what.place)
            if value.state != "set":
                rows.setdefault(f"- Seed for {whom}: {blank(f'seed; the default is {value.text}')} ({spot})")
            elif (
                event.dead
                or event.off
                or not value.text.lstrip("-").isdecimal()
                or not concerns(world, program, value.where.path)
            ):
                rows.setdefault(f"- Seed for {whom}: {blank('seed that was given when it ran')} ({spot})")
            else:
                rows.setdefault(f"- Seed {value.text} for {whom} ({_spot(world, value.where)})")
    if not rows:
        rows[f"- Seed: {blank('seed; no call of the programs above sets one')}"] = None
    yield from list(rows)[:_MOST]
    switches: dict[str, None] = {}
    for program in programs:
        for event in program.events:
            what = event.what
            if isinstance(what, Control) and what.on is not None and not event.dead and not what.switch.remedy:
                state = f"set to {what.text}" if what.text not in ("", "called") else "called"
                switches.setdefault(f"- Switch `{what.name}` is {state} ({_spot(world, what.where)})")
    yield from list(switches)[:_MOST]
    if not any(
        isinstance(e.what, Control) and e.what.switch.effect == "deterministic" and e.what.on
        for p in programs
        for e in p.events
    ):
        yield "- No deterministic mode is turned on."


def _drawn(program: Program, streams: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the streams that a call seeds which the program draws from: all of them only where it shows no draw."""
    drawn = {event.what.stream for event in program.events if isinstance(event.what, Draw)}
    return tuple(stream for stream in streams if stream in drawn) or streams


def _inputs(world: World, programs: list[Program]) -> Iterator[str]:
    modules = frozenset(world.project.reachable([program.path for program in programs]))
    rows: dict[tuple[str, str], str] = {}
    for reference in world.references:
        kind = reference.subject.kind
        if kind not in _DATA or reference.late or reference.pin.state == "unknown":
            continue
        if programs and reference.place.path not in modules:
            continue
        rows.setdefault((kind, reference.subject.name), _input(world, reference))
    yield from list(rows.values())[: _MOST * 2]
    for name, reference in used_services(world, [program.path for program in programs]).items():
        row = f"- External service: {world.host_label(reference.subject.host)}, model `{name}` ({_spot(world, reference.where)})"
        fixed = reference.pin.state in ("version", "sealed", "tag", "retiring")
        yield row if fixed else f"{row}, which stood for {blank('dated id that answered')}"


def _input(world: World, reference: Reference) -> str:
    entry = world.catalogue.kinds.get(reference.subject.kind)
    label = entry.label if entry is not None else reference.subject.kind
    name = " ".join(reference.subject.name.split())
    selector = reference.pin.selector or ""
    where = _spot(world, reference.where)
    if reference.pin.state == "sealed" and selector and " " not in selector:
        return f"- {label.capitalize()} `{name}` at `{selector}` ({where})"
    if reference.pin.state == "sealed":
        return f"- {label.capitalize()} `{name}`: {selector or 'fixed by its address'} ({where})"
    said = f", asked for as `{selector}`" if selector else ""
    return f"- {label.capitalize()} `{name}`{said} at {blank('commit or checksum that was used')} ({where})"


def _variation() -> Iterator[str]:
    yield f"- A replicator may change: {blank('what may be varied, such as data, size, seed')}"
    yield f"- What must stay for the conclusion to be the same: {blank('what must be kept fixed')}"


def _spot(world: World, place: Place) -> str:
    return world.spot(place)
