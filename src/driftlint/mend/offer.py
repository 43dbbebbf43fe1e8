"""From a finding's target to the fix that is offered.

Promises: a pin is written only with evidence; a fix touches only what the target names, and where two uses disagree
none is offered. Refuses to know: which rule found it.
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec.structs import replace

from driftlint.documents.model import Document
from driftlint.facts import (
    ArgumentTarget,
    CommandTarget,
    CutTarget,
    Finding,
    Fix,
    KeywordsTarget,
    LiteralTarget,
    Pin,
    PinTarget,
    Place,
    Reference,
    StatementTarget,
    Subject,
    WrapTarget,
)
from driftlint.judges.draws import lacks
from driftlint.judges.world import World
from driftlint.late_regex import compile_late
from driftlint.locks.specifiers import fits
from driftlint.mend.call import set_argument
from driftlint.mend.embed import embed_pin
from driftlint.mend.key import KINDS as _DATA
from driftlint.mend.key import replace_value
from driftlint.mend.number import write_number
from driftlint.mend.openness import find_call, find_opening
from driftlint.mend.places import PACKAGES as _PACKAGES
from driftlint.mend.places import adds_option, pin_in_place
from driftlint.mend.revision import note_name
from driftlint.mend.statement import define_function, insert_statements
from driftlint.mend.takers import find_refusal
from driftlint.mentions.releases import name_of
from driftlint.mentions.requirement import HOST
from driftlint.pins import Pins, Proposal
from driftlint.python.ir import CONST, Expr, argument
from driftlint.resolve.attributes import FIELD_DEFAULT, OPTION_DEFAULT
from driftlint.text import Edit, Span

_STRING = compile_late(r"""(?P<prefix>[rRuU]?)(?P<quote>"{3}|'{3}|"|')(?P<inner>[^"'\\\n{}]*)(?P=quote)""")
_DEFAULTS = (OPTION_DEFAULT, FIELD_DEFAULT)


class FixWriter:
    """Offers fixes for the findings of one run."""

    def __init__(self, world: World, pins: Pins) -> None:
        self._world = world
        self._pins = pins
        self.unwritten: dict[str, str] = {}
        """Why a pin that is known is not written, by the finding's fingerprint."""
        self._entries = {entry.id: entry for entry in world.catalogue.references}
        self._names_at: dict[Place, set[str]] = {}
        for reference in world.references:
            for use in (reference.place, *reference.uses):
                spot = Place(use.path, use.span)
                self._names_at.setdefault(spot, set()).add(reference.subject.name)

    def offer(self, finding: Finding) -> Finding:
        """Return a finding with the fix that its target allows, or as it is."""
        fix = self._fix(finding)
        return replace(finding, fixes=(fix,)) if fix is not None else finding

    def _fix(self, finding: Finding) -> Fix | None:
        target = finding.target
        if isinstance(target, PinTarget):
            return self._pin(target.reference, finding.fingerprint)
        if isinstance(target, ArgumentTarget):
            edit = self._argument(target.call, target.name, target.value)
            return Fix(f"pass {target.name}={target.value}", (edit,), "suggest") if edit is not None else None
        if isinstance(target, KeywordsTarget):
            return self._keywords(target)
        if isinstance(target, LiteralTarget):
            return self._literal(target)
        if isinstance(target, WrapTarget):
            return self._wrap(target)
        if isinstance(target, CutTarget):
            return self._cut(target)
        if isinstance(target, StatementTarget):
            return self._statements(target, finding.fingerprint)
        if isinstance(target, CommandTarget):
            return self._lock(target)
        return None

    def _lock(self, target: CommandTarget) -> Fix | None:
        if self._pins.locks is None or not target.makes or self._world.exists(target.makes):
            return None
        made = self._pins.locks.make(target.reads, target.makes)
        if made is None:
            return None
        edit = Edit(target.makes, Span(0, 0), "", made.text)
        return Fix(f"write {target.makes}", (edit,), "suggest", made.evidence)

    # random numbers, switches, order

    def _literal(self, target: LiteralTarget) -> Fix | None:
        values, edits = dict(target.values), []
        for place in (target.place, *target.more):
            document = self._document(place.path)
            if document is None:
                return None
            old = document.text[place.span.start : place.span.end]
            if old not in values and target.taker is not None:
                return self._number(target, document, target.taker)
            if old not in values or _is_a_choice(document.text, place.span):
                return None
            edits.append(Edit(place.path, place.span, old, values[old]))
        return Fix(f"write {edits[0].text} for {edits[0].expect}", tuple(edits), "suggest")

    def _number(self, target: LiteralTarget, document: Document, taker: Place) -> Fix | None:
        module = self._world.project.module(target.place.path)
        if module is None or _is_a_choice(document.text, target.place.span):
            return None
        edit = write_number(document.text, module, target.place, taker, target.number)
        if edit is None:
            return None
        old = f" for {edit.expect}" if edit.expect else ""
        return Fix(f"write {edit.text.strip(' ,')}{old}", (edit,), "suggest")

    def _keywords(self, target: KeywordsTarget) -> Fix | None:
        document, module = self._document(target.call.path), self._world.project.module(target.call.path)
        defined = (
            define_function(document.text, module, target) if document is not None and module is not None else None
        )
        if defined is None:
            return None
        name, _, value = defined[0].partition("=")
        edit = self._argument(target.call, name, value)
        return Fix(f"pass {defined[0]}", (*defined[1], edit), "suggest") if edit is not None else None

    def _cut(self, target: CutTarget) -> Fix | None:
        document = self._document(target.place.path)
        if document is None:
            return None
        span = target.place.span
        return Fix("remove it", (Edit(target.place.path, span, document.text[span.start : span.end], ""),), "suggest")

    def _wrap(self, target: WrapTarget) -> Fix | None:
        path, span = target.place.path, target.place.span
        call = self._call(target.place)
        if call is None or target.call in self._bound(path):
            return None
        before = Edit(path, Span(span.start, span.start), "", f"{target.call}(")
        return Fix(f"put {target.call}() around it", (before, Edit(path, Span(span.end, span.end), "", ")")), "suggest")

    def _bound(self, path: str) -> frozenset[str]:
        module = self._world.project.module(path)
        return frozenset(module.scope.bindings) if module is not None else frozenset()

    def _statements(self, target: StatementTarget, fingerprint: str) -> Fix | None:
        for release in target.releases:
            older = self._find_older(target.start, release)
            if older:
                self.unwritten[fingerprint] = older
                return None
        document, module = self._document(target.path), self._world.project.module(target.path)
        if document is None or module is None:
            return None
        edits = insert_statements(document.text, module, target, [cell.start for cell in document.cells])
        if not edits:
            return None
        lines = [line.strip() for edit in edits for line in edit.text.splitlines() if line.strip()]
        return Fix(f"add {'; '.join(f'`{line}`' for line in lines)}", edits, "suggest")

    def _find_older(self, place: Place, release: str) -> str:
        """Return what names another release than those of a requirement ("pkg>=2", "" for any), "" where nothing does."""
        if not release:
            return ""
        if lacks(self._world, release):
            return f"the repo asks for another release, and it takes {release}"
        name = name_of(release)
        subject = Subject("package", HOST, name)
        known = self._pins.find_here(Reference(subject, Pin("absent"), place, place, form="requirement"))
        if known is None or fits(known.version, release[len(name) :]):
            return ""
        return f"{known.evidence} names {known.version}, and it takes {release}"

    # pins

    def _pin(self, reference: Reference, fingerprint: str) -> Fix | None:
        proposal = self._pins.find(reference)
        if proposal is None:
            return None
        kind = reference.subject.kind
        conda = reference.subject.host == "conda"
        if (
            kind in _PACKAGES
            and reference.form != "vcs"
            and not fits(proposal.version, reference.pin.selector, conda=conda)
        ):
            asked = f"{reference.pin.selector} stands there"
            self.unwritten[fingerprint] = (
                f"{proposal.evidence} names {proposal.version}, but {asked}: one of them is wrong"
            )
            return None
        edits = self._write_pin(reference, proposal.version)
        if not edits or isinstance(edits, str):
            why = edits if isinstance(edits, str) else "this place cannot take it alone: write it by hand"
            self.unwritten[fingerprint] = f"a pin is known, but {why}"
            return None
        title = f"pin {reference.subject.name} to {proposal.version}"
        edits = list(dict.fromkeys(edits))
        # A pin at a call is foreign to any other name that comes there: whether one does is not in this repo's text.
        decides = reference.where
        beside = any(edit.path != decides.path or not decides.span.covers(edit.span) for edit in edits)
        opening = find_opening(self._world, reference) if beside and reference.form == "call" else ""
        if opening:
            return Fix(f"{title}, which is wrong where {opening}", tuple(edits), "show", proposal.evidence)
        return Fix(title, tuple(edits), self._applicability(reference, proposal), proposal.evidence)

    def _write_pin(self, reference: Reference, version: str) -> list[Edit] | str:
        """Return the edits that write a pin, or why there are none."""
        if adds_option(reference) and (reason := find_refusal(self._world, reference)):
            return reason
        document = self._document(reference.where.path)
        placed = pin_in_place(document, reference, version) if document is not None else []
        return placed if placed is not None else self._find_older_for(reference) or self._pin_value(reference, version)

    def _applicability(self, reference: Reference, proposal: Proposal) -> Literal["safe", "suggest", "show"]:
        """A pin that some run may have no use for is for a person to agree to."""
        if proposal.applicability != "safe" or reference.subject.kind in _PACKAGES:
            return proposal.applicability
        if self._keeps_copies_elsewhere(reference):
            return "suggest"
        if reference.at_pin:  # a run that gives another name can give another pin, and has to
            opened = any(place.note.startswith(_DEFAULTS) for place in (reference.where, *reference.trail))
            return "suggest" if opened else "safe"
        if reference.place.path == reference.where.path and not reference.place.span.covers(reference.where.span):
            if self._is_embedded(reference):
                return "suggest"  # what else reads the name reads the pin, too
        changeable = reference.confidence != "high" or any("default" in place.note for place in reference.trail)
        return "suggest" if changeable or reference.where.path != reference.place.path else "safe"

    def _keeps_copies_elsewhere(self, reference: Reference) -> bool:
        """Return whether a call says where its copies lie: what lies in the usual place may then be another state."""
        entry = self._entries.get(reference.entry)
        for use in (reference.place, *reference.uses) if entry is not None and entry.copies else ():
            call = self._call(Place(use.path, use.span))
            given = (
                [argument(call, name, None) for name in entry.copies] if call is not None and entry is not None else []
            )
            if any(expr is not None and not (expr[0] == CONST and expr[3] is None) for expr in given):
                return True
        return False

    def _find_older_for(self, reference: Reference) -> str:
        """Return what names a release whose calls do not take what a pin in the name needs beside it."""
        entry = self._entries.get(reference.entry)
        embeds = reference.form == "call" and not reference.at_pin and self._is_embedded(reference)
        return self._find_older(reference.place, entry.also_since) if entry is not None and embeds else ""

    def _pin_value(self, reference: Reference, version: str) -> list[Edit] | str:
        """Write the pin into the value that holds it, into the name, or into the calls."""
        if reference.at_pin:
            return self._replace_revision(reference, version)
        if self._is_embedded(reference):
            return self._embed_pin(reference, version)
        return self._pin_calls(reference, version) if reference.pin_name else []

    def _is_number(self, reference: Reference) -> bool:
        """Return whether the call takes the pin as a number only."""
        entry = self._entries.get(reference.entry)
        return entry is not None and any(spec.number and spec.arg == reference.pin_name for spec in entry.pins)

    def _is_embedded(self, reference: Reference) -> bool:
        """Return whether the pin goes into the name: one stands there, or the call has no other place for one."""
        entry = self._entries.get(reference.entry)
        if entry is None:
            return False
        held = entry.embedded_pattern is not None and entry.embedded_pattern.search(reference.subject.name) is not None
        return held or bool(entry.embed and not entry.pins)

    def _embed_pin(self, reference: Reference, version: str) -> list[Edit]:
        """Write the pin into the name, and what the calls then need into each of them."""
        document, entry = self._document(reference.where.path), self._entries[reference.entry]
        edit = (
            embed_pin(document, reference.where.span, reference.subject.name, entry, version)
            if document is not None
            else None
        )
        if edit is None:
            return []
        edits = [edit]
        for use in (reference.place, *reference.uses):
            for name, _, value in (text.partition("=") for text in entry.also):
                needed = self._argument(Place(use.path, use.span), name, value)
                if needed is None:
                    return []
                edits.append(needed)
        return edits

    def _replace_revision(self, reference: Reference, version: str) -> list[Edit]:
        """Write the pin for a revision; in YAML its name stays in a comment, as far as the line has room for one."""
        edits = self._replace_text(reference.where, version, self._is_number(reference))
        document, name = self._document(reference.where.path), reference.pin.selector
        if document is None or document.kind != "yaml" or not edits or not name:
            return edits
        return [*edits, *note_name(reference.where.path, document.text, reference.where.span.end, f"  # {name}")]

    def _replace_text(self, place: Place, text: str, number: bool = False) -> list[Edit]:
        """Write another text in the place of a literal, quotes kept; None of a call's argument becomes a string.

        A `number` loses the quotes of what is no number.
        """
        document = self._document(place.path)
        if document is None:
            return []
        if document.kind in _DATA:
            edit = replace_value(document, place.span, text)
            return [edit] if edit is not None else []
        old = document.text[place.span.start : place.span.end]
        literal = _STRING.fullmatch(old)
        if number:
            return [Edit(place.path, place.span, old, text)] if literal is not None or old == "None" else []
        if literal is not None:
            return [Edit(place.path, place.span, old, f"{literal['quote']}{text}{literal['quote']}")]
        if document.kind in ("python", "notebook"):
            return [Edit(place.path, place.span, old, f'"{text}"')] if old == "None" else []
        return [Edit(place.path, place.span, old, text)] if re.fullmatch(r"[\w./-]+", old) else []

    def _pin_calls(self, reference: Reference, version: str) -> list[Edit] | str:
        """Write the pin as a keyword into every call that shares the decision; else say why one of them cannot take it."""
        edits: list[Edit] = []
        for use in (reference.place, *reference.uses):
            spot = Place(use.path, use.span)
            if len(self._names_at.get(spot, ())) > 1:
                return "several names come to the call, and each has its own: pass it beside the name"
            edit = self._argument(spot, reference.pin_name, version if self._is_number(reference) else f'"{version}"')
            if edit is None:
                return []
            edits.append(edit)
        return edits

    # places

    def _document(self, path: str) -> Document | None:
        return self._world.get_document(path)

    def _call(self, place: Place) -> Expr | None:
        return find_call(self._world, place)

    def _argument(self, place: Place, name: str, value: str) -> Edit | None:
        document, call = self._document(place.path), self._call(place)
        if document is None or call is None:
            return None
        return set_argument(place.path, document.text, call, name, value)


def _is_a_choice(text: str, span: Span) -> bool:
    """Return whether a value stands in ``a if c else b``: then what it means is the author's to say."""
    return bool(re.match(r"[ \t]+if\b", text[span.end : span.end + 10])) or text[: span.start].rstrip().endswith("else")
