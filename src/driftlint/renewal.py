"""What reads otherwise after an edit.

Promises: what is not named here reads as before: an input is left out only when it reads the same in the old and in the new
text. Refuses to know: who asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from driftlint.grounds import Grounds, Input
from driftlint.scanning import changes_path, find_definitions, find_imports, may_call
from driftlint.versions import CODE, Version


def find_changed(
    grounds: Grounds, replaced: Mapping[str, tuple[Version, Version]], kinds: Mapping[str, str], *, starts: bool
) -> set[Input]:
    """Return what reads otherwise since files were replaced: path -> as they were and as they are.

    `starts` says whether one of them may start programs or make commands of them.
    """
    changed: set[Input] = {("launches", ""), ("console scripts", "")} if starts else set()
    for path, (old, new) in replaced.items():
        changed.update(_changed(grounds, path, old, new, kinds[path]))
    return changed


def _changed(grounds: Grounds, path: str, old: Version, new: Version, kind: str) -> Iterator[Input]:
    for question in ("facts", "document", "text"):
        yield question, path
    before, after = old.words, new.words
    for word in before ^ after:
        yield "word", word.decode()
    if kind not in CODE:
        return
    either = before | after
    for name in grounds.names("called"):
        if name.encode() in either and _calls(old, name) != _calls(new, name):
            yield "called", name
    defined = [set(version.derive("definitions", find_definitions)) for version in (old, new)]
    for definition in defined[0] ^ defined[1]:
        yield "defined", definition.decode("utf-8", "replace")
    imports = [(v.derive("imports", find_imports), v.derive("path", changes_path)) for v in (old, new)]
    if imports[0] != imports[1]:
        yield "imports", ""


def _calls(version: Version, name: str) -> bool:
    answers: dict[str, bool] = version.derive("called", lambda _: {})  # what is new now is old after the next edit
    if name not in answers:
        answers[name] = may_call(version.data, name)
    return answers[name]
