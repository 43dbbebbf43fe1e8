"""Are the switches that decide whether kernels repeat set, and is what they need set with them?

Promises: one finding an entry point, or one a deciding literal. Refuses to know: names of switches.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from driftlint.documents.model import Node
from driftlint.facts import Finding, LiteralTarget, Place, Rule, Subject
from driftlint.flow.calls import Control
from driftlint.flow.entries import Program
from driftlint.judges.draws import lacks, starts_one_of
from driftlint.judges.late import is_set_outside, judge_late
from driftlint.judges.switch_files import find_switched_on
from driftlint.judges.targets import ask_for_switch, ask_for_variable, spell_switch
from driftlint.judges.world import World, make_finding, texts
from driftlint.packs.catalogue import Switch

_OFF = (("True", "False"), ("true", "false"))
"""What a mend writes where a switch is on."""


def judge_switches(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield findings about switches.

    Parameter `effect`: "deterministic" (none of them is on), "nondeterministic" or "imprecise" (one of them is). `relation`
    "needed": one is on, and a variable that it needs is not set; "uncovered": one of `switches` is on, and a mode that is
    asked for does not repair it; "late": one is set when the framework has read it, or has trained.
    """
    if rule.params.get("relation") == "needed":
        yield from _lacking(rule, world)
    elif rule.params.get("relation") == "late":
        yield from judge_late(rule, world)
    elif rule.params.get("relation") == "uncovered":
        yield from _uncovered(rule, world)
    elif rule.params.get("effect") == "deterministic":
        yield from _missing(rule, world)
    else:
        yield from _harmful(rule, world)


def _harmful(rule: Rule, world: World) -> Iterator[Finding]:
    wanted = texts(rule, "switches")
    effect = rule.params.get("effect")
    seen: set[tuple[str, object]] = set()
    found: dict[object, list[tuple[Program, Control]]] = {}
    for program in world.programs:
        for event in program.events:
            what = event.what
            if not isinstance(what, Control) or what.switch.effect != effect or what.on is not True:
                continue
            if (wanted and what.switch.id not in wanted) or event.dead or (what.where.path, what.where.span) in seen:
                continue
            seen.add((what.where.path, what.where.span))
            found.setdefault(_decision(world, what), []).append((program, what))
    for (program, what), *others in found.values():
        yield make_finding(
            world,
            rule,
            Subject("switch", program.path, what.name),
            what.where,
            {"name": what.name, "selector": what.text, "entry": program.path},
            related=(
                *what.trail,
                what.place,
                *(Place(c.place.path, c.place.span, f"{c.name} is {c.text}, too") for _, c in others),
            ),
            severity=None if program.says == "training" else "info",
            reasoning=(f"{what.name} is set to {what.text} ({what.switch.id})", *program.reasons),
            target=LiteralTarget(what.where, _OFF) if effect == "nondeterministic" else None,
        )
    for switch in (s for s in world.catalogue.switches if s.effect == effect and (not wanted or s.id in wanted)):
        for place, route, text in find_switched_on(world, switch):
            if (place.path, place.span) not in seen:
                seen.add((place.path, place.span))
                yield make_finding(
                    world,
                    rule,
                    Subject("switch", place.path, route),
                    place,
                    {"name": route, "selector": text, "entry": place.path},
                    reasoning=(f"{route} of a file of {switch.id}: {switch.source}",),
                    target=LiteralTarget(place, _OFF) if effect == "nondeterministic" else None,
                )


def _decision(world: World, what: Control) -> object:
    """Return what settings share that are one decision: all of one function that give up bits; else each is one."""
    module = world.project.module(what.where.path)
    if what.switch.effect != "imprecise" or module is None:
        return what.where.path, what.where.span
    return what.where.path, module.scope_at(what.where.span.start).start


def _missing(rule: Rule, world: World) -> Iterator[Finding]:
    says = texts(rule, "says")
    told: set[Place | str] = set()
    open_: list[tuple[Program, Finding]] = []
    for program in world.programs:
        if (says and program.says not in says) or (rule.params.get("accelerator") and not program.accelerator):
            continue
        controls = [
            (e.what, e.dead)
            for e in program.events
            if isinstance(e.what, Control) and e.what.switch.effect == "deterministic" and e.what.switch.alone
        ]
        if any(what.on is not False and not dead for what, dead in controls):
            continue
        if any(_is_asked_for_outside(world, program, switch) for switch in world.catalogue.switches if switch.alone):
            continue
        off = next((what for what, _ in controls if what.on is False), None)
        decides: Place | str = off.where if off is not None else program.path
        if decides in told:
            continue  # another command of the same file, or another program with the same setting
        told.add(decides)
        order = {signal.id: number for number, signal in enumerate(world.catalogue.signals)}
        sign = min(program.accelerator, key=lambda s: order[s.signal.id], default=None)
        stream = program.framework or (sign.signal.stream if sign is not None else "")
        if sign is None and rule.params.get("accelerator"):
            continue
        cure = next(
            (
                s
                for s in world.catalogue.switches
                if s.stream == stream and s.effect == "deterministic" and s.alone and not lacks(world, s.release)
            ),
            None,
        )
        related = list(program.main)
        if sign is not None:
            related.append(Place(sign.place.path, sign.place.span, f"{sign.name} runs on an accelerator"))
        if off is not None:
            related.append(program.place)
            related.append(Place(off.place.path, off.place.span, "used here"))
        finding = make_finding(
            world,
            rule,
            Subject("switch", stream or "framework", off.name if off is not None else program.path),
            off.where if off is not None else program.place,
            {"entry": program.path, "selector": spell_switch(cure), "name": program.path},
            related=tuple(related),
            reasoning=(
                *program.reasons,
                f"{off.name} is {off.text}" if off is not None else "nothing on its way turns a deterministic mode on",
            ),
            target=LiteralTarget(off.where, (("False", "True"), ("false", "true")))
            if off is not None
            else ask_for_switch(world, program, cure),
        )
        open_.append((program, finding))
    for program, finding in open_:
        signs = {sign.place for sign in program.accelerator}
        inner = [
            p.path for p, _ in open_ if p.path != program.path and signs.intersection(s.place for s in p.accelerator)
        ]
        if finding.place.path != program.path or not inner or not starts_one_of(world, program, inner):
            yield finding  # else this is said of the program that it starts


def _is_asked_for_outside(world: World, program: Program, switch: Switch) -> bool:
    """Return whether a script, an image or a config file that a script names turns a deterministic mode on for a program.

    A variable that a script sets counts for the programs that it starts; one that it only exports, and that of an image, for all.
    """
    if switch.effect != "deterministic" or (switch.stream and program.framework and switch.stream != program.framework):
        return False
    if switch.env:
        if is_set_outside(world, program, switch):
            return True
    for launch in world.project.launches_of(program.path) if switch.config else ():
        for word in launch.options.values():
            for base in ("", posixpath.dirname(launch.path), posixpath.dirname(program.path)):
                document = world.get_document(posixpath.normpath(posixpath.join(base, word.text)))
                body = document.body if document is not None else None
                for route in switch.config if isinstance(body, Node) else ():
                    node = body.walk(tuple(route.split("."))) if isinstance(body, Node) else None
                    if node is not None and any(node.value == v and type(node.value) is type(v) for v in switch.value):
                        return True
    return False


def _lacking(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding a switch that is on, on an accelerator, and a variable that it needs and nothing sets."""
    says = texts(rule, "says")
    seen: set[tuple[Place, str]] = set()
    for program in world.programs:
        if (says and program.says not in says) or not program.accelerator:
            continue
        controls = [(event.what, event.dead) for event in program.events if isinstance(event.what, Control)]
        for what, dead in controls:
            if what.on is not True or dead or what.switch.effect != "deterministic":
                continue
            for needed in (s for s in world.catalogue.switches if s.id in what.switch.needs and s.env):
                given = [(c, is_dead) for c, is_dead in controls if c.switch.env == needed.env]
                wrong = next((c for c, is_dead in given if c.on is False and not is_dead), None)
                if any(c.on is not False for c, _ in given) or is_set_outside(world, program, needed):
                    continue
                if wrong is None and any(world.project.contains_word(path, needed.env) for path in program.modules):
                    continue  # set in a way that is not followed
                place = wrong.where if wrong is not None else what.where
                if (place, needed.env) in seen:
                    continue
                seen.add((place, needed.env))
                sign = program.accelerator[0]
                yield make_finding(
                    world,
                    rule,
                    Subject("switch", program.path, needed.env),
                    place,
                    {
                        "name": what.name,
                        "needed": needed.env,
                        "selector": str(rule.params.get("milder" if what.mild else "strict", "")),
                        "value": needed.env_values[0],
                        "entry": program.path,
                    },
                    related=(
                        *what.trail,
                        Place(what.place.path, what.place.span, "turned on here"),
                        Place(sign.place.path, sign.place.span, f"{sign.name} runs on an accelerator"),
                        program.place,
                    ),
                    reasoning=(
                        *program.reasons,
                        f"{what.name} is on ({what.switch.id}) and needs {needed.env}",
                        f"{needed.env} is {wrong.text!r}, which is none of {', '.join(needed.env_values)}"
                        if wrong is not None
                        else "no code, script, image or CI file of the repo sets it",
                    ),
                    target=LiteralTarget(wrong.where, ((wrong.text, needed.env_values[0]),))
                    if wrong is not None
                    else ask_for_variable(program, needed),
                )


def _uncovered(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding a call whose kernels do not repeat, in a program that asks for a mode which does not reach them."""
    wanted = texts(rule, "switches")
    says = texts(rule, "says")
    seen: set[Place] = set()
    for program in world.programs:
        if (says and program.says not in says) or not program.accelerator:
            continue
        controls = [e.what for e in program.events if isinstance(e.what, Control) and not e.dead]
        asked = [c for c in controls if c.switch.effect == "deterministic" and c.switch.alone and c.on is True]
        for what in controls:
            mode = next((c for c in asked if c.switch.stream == what.switch.stream), None)
            if what.switch.id not in wanted or what.on is not True or mode is None or what.where in seen:
                continue
            if _is_repaired(world, program, what.switch, controls):
                continue
            seen.add(what.where)
            sign = program.accelerator[0]
            yield make_finding(
                world,
                rule,
                Subject("switch", program.path, what.name),
                what.where,
                {
                    "name": what.name,
                    "selector": mode.name,
                    "where": world.spot(mode.place),
                    "remedy": what.switch.remedy,
                    "entry": program.path,
                },
                related=(
                    *what.trail,
                    Place(what.place.path, what.place.span, "used here"),
                    Place(mode.place.path, mode.place.span, "the mode is asked for here"),
                    Place(sign.place.path, sign.place.span, f"{sign.name} runs on an accelerator"),
                    program.place,
                ),
                reasoning=(
                    *program.reasons,
                    f"{mode.name} is {mode.text}" + (", and only warns" if mode.mild else ""),
                    f"{what.name} ({what.switch.id}): {what.switch.source}",
                ),
            )


def _is_repaired(world: World, program: Program, switch: Switch, controls: list[Control]) -> bool:
    """Return whether a setting of the program makes what a switch computes repeat; one whose value is not known may."""
    for other in (s for s in world.catalogue.switches if s.id in switch.repaired_by):
        if any(c.switch.id == other.id and c.on is not False and not c.mild for c in controls):
            return True
        if other.env and is_set_outside(world, program, other):
            return True
        if other.env and any(world.project.contains_word(path, other.env) for path in program.modules):
            return True  # set in a way that is not followed
    return False
