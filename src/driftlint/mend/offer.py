"""From a finding's target to the fix that is offered.

Promises: a pin is written only with evidence; a fix touches only what the target names, and where two uses disagree
none is offered. Refuses to know: which rule found it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from driftlint.documents.model import Document
from driftlint.facts import (
    ArgumentTarget,
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
from driftlint.judges.world import World
from driftlint.locks.specifiers import fits
from driftlint.mend.call import set_argument
from driftlint.mend.clone import check_out
from driftlint.mend.openness import find_call, find_opening
from driftlint.mend.requirement import pin_commit, pin_requirement
from driftlint.mend.revision import freeze_revision, note_name, seal_image
from driftlint.mend.statement import define_function, insert_statements
from driftlint.mend.takers import find_refusal
from driftlint.mentions.clone_line import read_clone
from driftlint.mentions.releases import name_of
from driftlint.mentions.requirement import HOST
from driftlint.pin_sources.askable import find_image
from driftlint.pins import Pins, Proposal
from driftlint.python.ir import Expr
from driftlint.resolve.attributes import FIELD_DEFAULT, OPTION_DEFAULT
from driftlint.text import Edit, Span

_STRING = re.compile(r"""(?P<prefix>[rRuU]?)(?P<quote>"{3}|'{3}|"|')(?P<inner>[^"'\\\n{}]*)(?P=quote)""")
_PACKAGES = frozenset(("package", "tool"))
_DEFAULTS = (OPTION_DEFAULT, FIELD_DEFAULT)
_WORDS = frozenset(("shell", "makefile", "dockerfile", "notebook"))
_REF_FILE = "Pipfile"
"""The manifest whose git tables call a commit `ref`; all others say `rev`."""
_KEY_LINE = re.compile(r"(?P<lead>[ \t]*(?:-[ \t]+)*)[\w.\"'-]+[ \t]*:[ \t]+")


class FixWriter:
    """Offers fixes for the findings of one run."""

    def __init__(self, world: World, pins: Pins) -> None:
        self._world = world
        self._pins = pins
        self.unwritten: dict[str, str] = {}
        """Why a pin that is known is not written, by the finding's fingerprint."""
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
        return None

    # random numbers, switches, order

    def _literal(self, target: LiteralTarget) -> Fix | None:
        values, edits = dict(target.values), []
        for place in (target.place, *target.more):
            document = self._document(place.path)
            if document is None:
                return None
            old = document.text[place.span.start : place.span.end]
            if old not in values or _is_a_choice(document.text, place.span):
                return None
            edits.append(Edit(place.path, place.span, old, values[old]))
        return Fix(f"write {edits[0].text} for {edits[0].expect}", tuple(edits), "suggest")

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
            if older is not None:
                self.unwritten[fingerprint] = f"{older.evidence} names {older.version}, and it takes {release}"
                return None
        document, module = self._document(target.path), self._world.project.module(target.path)
        if document is None or module is None:
            return None
        edits = insert_statements(document.text, module, target, [cell.start for cell in document.cells])
        if not edits:
            return None
        lines = [line.strip() for edit in edits for line in edit.text.splitlines() if line.strip()]
        return Fix(f"add {'; '.join(f'`{line}`' for line in lines)}", edits, "suggest")

    def _find_older(self, place: Place, release: str) -> Proposal | None:
        """Return what is known to be in use where it is none of the releases of a requirement ("pkg>=2")."""
        name = name_of(release)
        subject = Subject("package", HOST, name)
        known = self._pins.find_here(Reference(subject, Pin("absent"), place, place, form="requirement"))
        if known is None or fits(known.version, release[len(name) :]):
            return None
        return known

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
        edits: list[Edit] | str
        if kind in _PACKAGES:
            edits = self._pin_package(reference, proposal)
        elif kind == "model":
            edits = self._pin_name(reference, proposal)
        elif kind == "image":
            edits = self._pin_image(reference, proposal.version)
        elif kind == "url":
            edits = self._pin_url(reference, proposal.version)
        elif reference.form == "clone":
            edits = self._check_out(reference, proposal.version)
        elif reference.form in ("action", "hook"):
            edits = self._pin_revision(reference, proposal.version)
        elif reference.at_pin:
            edits = self._replace_revision(reference, proposal.version)
        elif reference.form == "call" and reference.pin_name:
            edits = self._pin_calls(reference, proposal.version)
        elif reason := find_refusal(self._world, reference):
            edits = reason
        elif reference.form == "config" and re.fullmatch(r"[\w-]+", reference.pin_name):
            edits = self._pin_key(reference, proposal.version)
        elif reference.form == "command" and reference.pin_name.startswith("--"):
            edits = self._pin_flag(reference, proposal.version)
        else:
            edits = []
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

    def _applicability(self, reference: Reference, proposal: Proposal) -> Literal["safe", "suggest", "show"]:
        """A pin that some run may have no use for is for a person to agree to."""
        if proposal.applicability != "safe" or reference.subject.kind in _PACKAGES:
            return proposal.applicability
        if reference.at_pin:  # a run that gives another name can give another pin, and has to
            opened = any(place.note.startswith(_DEFAULTS) for place in (reference.where, *reference.trail))
            return "suggest" if opened else "safe"
        changeable = reference.confidence != "high" or any("default" in place.note for place in reference.trail)
        return "suggest" if changeable or reference.where.path != reference.place.path else "safe"

    def _pin_package(self, reference: Reference, proposal: Proposal) -> list[Edit] | str:
        """Return the edits that write a version or a commit, or why there are none."""
        document = self._document(reference.where.path)
        if document is None:
            return []
        span = reference.where.span
        old = document.text[span.start : span.end]
        if "library" in reference.groups:
            return "a published library keeps its ranges"
        if "--hash" in _logical_rest(document, span.end):
            return "the hashes on its line are of another file: lock it anew"
        if document.kind in _WORDS and document.text[span.end : span.end + 1] in ("<", ">"):
            return "the shell takes the unquoted range for a redirection: quote it"
        if reference.form == "vcs":
            key = "ref" if document.path.rpartition("/")[2] == _REF_FILE else "rev"
            new = pin_commit(old, proposal.version, key=key)
        else:
            new = pin_requirement(old, proposal.version, conda=reference.subject.host == "conda")
        if new == old:
            return "it stands there: what is missing only a person can choose"
        return [Edit(reference.where.path, span, old, new)] if new is not None else []

    def _pin_name(self, reference: Reference, proposal: Proposal) -> list[Edit]:
        """Write the dated id in the place of the alias at the end of its literal, prefixes kept."""
        document = self._document(reference.where.path)
        if document is None or not reference.pin.selector:
            return []
        span = reference.where.span
        old = document.text[span.start : span.end]
        alias = reference.pin.selector
        bare = old.strip("\"'")
        tail = next((t for t in (alias, alias.rsplit("/", 1)[-1]) if bare.endswith(t)), None)
        if tail is None or "{" in old or old.count(tail) != 1:
            return []
        at = span.start + old.index(tail)
        return [Edit(reference.where.path, Span(at, at + len(tail)), tail, proposal.version)]

    def _pin_image(self, reference: Reference, digest: str) -> list[Edit]:
        document = self._document(reference.where.path)
        place = find_image(reference, document) if document is not None else None
        return seal_image(place.path, place.span, reference.pin.selector, digest) if place is not None else []

    def _pin_revision(self, reference: Reference, commit: str) -> list[Edit]:
        """Write the commit for the tag or branch of an action (``name@ref``) or hook, and keep its name in a comment."""
        document, revision = self._document(reference.where.path), reference.pin.selector
        if document is None or document.kind != "yaml" or not revision:
            return []
        span = Span(reference.where.span.end - len(revision), reference.where.span.end)
        if document.text[span.start : span.end] != revision:
            return []
        comment = f" # {revision}" if reference.form == "action" else f"  # frozen: {revision}"
        return freeze_revision(reference.where.path, document.text, span, commit, comment)

    def _pin_url(self, reference: Reference, commit: str) -> list[Edit]:
        """Write the commit for the branch in an address, where exactly one of its parts is that branch."""
        document, branch = self._document(reference.where.path), reference.pin.selector
        if document is None or not branch:
            return []
        span = reference.where.span
        old = document.text[span.start : span.end]
        found = list(re.finditer(rf"(?<=[/@])(?:refs/heads/)?{re.escape(branch)}(?=/)", old))
        if len(found) != 1:
            return []
        at = Span(span.start + found[0].start(), span.start + found[0].end())
        return [Edit(reference.where.path, at, found[0].group(), commit)]

    def _check_out(self, reference: Reference, commit: str) -> list[Edit]:
        document = self._document(reference.where.path)
        if document is None:
            return []
        clone = read_clone(document.text, reference.where.span)
        return [check_out(document, clone, commit)] if clone is not None else []

    def _replace_revision(self, reference: Reference, commit: str) -> list[Edit]:
        """Write the commit for a revision; in YAML its name stays in a comment, as far as the line has room for one."""
        edits, document = self._replace_text(reference.where, commit), self._document(reference.where.path)
        if document is None or document.kind != "yaml" or not edits or not reference.pin.selector:
            return edits
        span = reference.where.span
        return [*edits, *note_name(reference.where.path, document.text, span.end, f"  # {reference.pin.selector}")]

    def _replace_text(self, place: Place, text: str) -> list[Edit]:
        """Write another text in the place of a literal, quotes kept; None of a call's argument becomes a string."""
        document = self._document(place.path)
        if document is None:
            return []
        old = document.text[place.span.start : place.span.end]
        literal = _STRING.fullmatch(old)
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
            edit = self._argument(spot, reference.pin_name, f'"{version}"')
            if edit is None:
                return []
            edits.append(edit)
        return edits

    def _pin_key(self, reference: Reference, version: str) -> list[Edit]:
        """Write the pin as the next key of a block map in YAML."""
        document = self._document(reference.where.path)
        if document is None or document.kind != "yaml":
            return []
        text, span = document.text, reference.where.span
        start = text.rfind("\n", 0, span.start) + 1
        match = _KEY_LINE.match(text, start)
        end = text.find("\n", span.end)
        end = len(text) if end == -1 else end - (text[end - 1] == "\r")
        if match is None or match.end() != span.start or text[span.end : end].split("#")[0].strip():
            return []
        newline = "\r\n" if text[end : end + 2] == "\r\n" else "\n"
        indent = re.sub(r"[^ \t]", " ", match["lead"])
        return [Edit(reference.where.path, Span(end, end), "", f"{newline}{indent}{reference.pin_name}: {version}")]

    def _pin_flag(self, reference: Reference, version: str) -> list[Edit]:
        document = self._document(reference.where.path)
        if document is None or document.kind not in _WORDS:
            return []
        at = reference.where.span.end
        return [Edit(reference.where.path, Span(at, at), "", f" {reference.pin_name} {version}")]

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


def _logical_rest(document: Document, at: int) -> str:
    """Return what follows on the logical line of a requirements file."""
    if document.kind != "requirements":
        return ""
    end = at
    while True:
        end = document.text.find("\n", end)
        if end == -1:
            return document.text[at:]
        if not document.text[:end].rstrip("\r").endswith("\\"):
            return document.text[at:end]
        end += 1
