"""What Python code says about the environment that it builds: packages, images, interpreters, install commands.

Promises: each package word, image or command is judged by the same code as its twin in a manifest or a script, and stands
at its own literal. Refuses to know: which calls these are (the catalogue does), and texts that only a run can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from driftlint.facts import Mention, Place, Reference, Subject
from driftlint.late_regex import compile_late
from driftlint.match.arguments import given
from driftlint.match.install_commands import command_references, item_options
from driftlint.mentions.conda import judge_conda_spec
from driftlint.mentions.groups import merge_groups, path_groups, role_groups
from driftlint.mentions.image_reference import image_mention
from driftlint.mentions.package_mention import package_mention
from driftlint.mentions.python_versions import python_version
from driftlint.mentions.requirement import judge_requirement
from driftlint.packs.catalogue import ArgSpec, Catalogue, ReferenceEntry
from driftlint.python.ir import DICT, OTHER, Expr, argument
from driftlint.python.module import Scope
from driftlint.resolve import Resolver
from driftlint.resolve.attributes import elements, key
from driftlint.resolve.mappings import mapping_items
from driftlint.text import Span
from driftlint.values import Known, Mapping, Outside, Sequence, Text, Unknown, Value

COMMAND, WORDS = "command", "command-words"
_FILE = compile_late(r".*\.(?:txt|in|toml|cfg|ya?ml|lock|py)|.*[/\\].*\.\w+")
"""A path where a list could stand: the file is read itself."""


def match_environment(
    resolver: Resolver, catalogue: Catalogue, entry: ReferenceEntry, call: Expr, scope: Scope, use: Place
) -> tuple[list[Reference], bool]:
    """Return the references of a call whose entry has one of the grammars of `GRAMMARS`, and whether a part was not read.

    Of commands nothing counts as unread: most of them install nothing, whatever stands in them.
    """
    here = path_groups(use.path)
    given_values = list(_arguments(resolver, entry, call, scope))
    if entry.grammar in (COMMAND, WORDS):
        values = tuple(value for value, _ in given_values)
        # A sum of lists is one command; several lists are what one name may be.
        summed = any(_is_sum(argument(call, spec.arg or None, spec.pos)) for spec in entry.names)
        as_words = entry.grammar == WORDS or (summed and all(isinstance(value, Sequence) for value in values))
        commands = command_references(resolver, entry, values, use, as_words=as_words)
        return [replace(r, groups=merge_groups(entry.groups, here, r.groups)) for r in commands], False
    published = any(given(resolver, call, scope, (ArgSpec(arg=arg),))[0] is not None for arg in entry.published_by)
    groups = merge_groups(entry.groups, here, ("library",) if published else ())
    tag = _tag(resolver, entry, call, scope)
    names = catalogue.names.get(entry.names_id)
    judge = _JUDGES[entry.grammar]
    found: list[Reference] = []
    for value, of_key in given_values:
        for text, literal in _texts(resolver, value):
            if names is not None and names.judge(text) in ("local", "neither"):
                continue
            mention = judge(f"{text}:{tag}" if tag else text, entry, merge_groups(groups, of_key))
            if mention is not None:
                written = text[mention.name_span.start : mention.name_span.end]
                name = written.lower() if mention.kind == "package" and written else mention.name
                subject = Subject(mention.kind, mention.host, name)
                at, trail = literal.where, literal.trail
                form, tags = mention.form, mention.groups
                found.append(Reference(subject, mention.pin, use, at, form, trail, tags, entry=entry.id))
    return found, _is_partly_unknown(resolver, [value for value, _ in given_values], resolver.place(scope, call))


def _requirement(text: str, entry: ReferenceEntry, groups: tuple[str, ...]) -> Mention | None:
    is_file = "://" not in text and _FILE.fullmatch(text) is not None
    judged = judge_requirement(text) if not text.startswith("-") and not is_file else None
    return package_mention(judged, entry.form, groups) if judged is not None else None


def _conda_spec(text: str, entry: ReferenceEntry, groups: tuple[str, ...]) -> Mention | None:
    judged = judge_conda_spec(text)
    return package_mention(judged, entry.form, groups) if judged is not None else None


def _image(text: str, entry: ReferenceEntry, groups: tuple[str, ...]) -> Mention | None:
    return image_mention(text, Span(0, len(text)), "image", groups)


def _python(text: str, entry: ReferenceEntry, groups: tuple[str, ...]) -> Mention | None:
    return python_version(text, 0, groups) if text.lstrip("=<>~! ")[:1].isdigit() else None


_JUDGES: dict[str, Callable[[str, ReferenceEntry, tuple[str, ...]], Mention | None]] = {
    "requirement": _requirement,
    "conda-spec": _conda_spec,
    "image": _image,
    "python-version": _python,
}
GRAMMARS = frozenset((*_JUDGES, COMMAND, WORDS))
"""Reserved grammars: code answers for them, not the catalogue's cases."""


def _arguments(
    resolver: Resolver, entry: ReferenceEntry, call: Expr, scope: Scope
) -> Iterator[tuple[Value, tuple[str, ...]]]:
    """Yield (value, tags that its key says) of what the call gives; the first of the entry's places with something counts."""
    if entry.variadic:
        first = entry.names[0].pos or 0
        positional = [expr for keyword, expr in call[4] if keyword in ("", "*")]
        for expr in positional[first:]:
            yield from ((value, ()) for value in resolver.evaluate(expr, scope))
        return
    for spec in entry.names:
        got, _ = given(resolver, call, scope, (spec,))
        values: list[tuple[Value, tuple[str, ...]]] = []
        if got is not None:
            values += ((value, ()) for value in (got.values if got.expr is None else _sum(resolver, got.expr, scope)))
        place = resolver.place(scope, call)
        for name in spec.route.split(".") if spec.route else ():
            values = [
                (inner, merge_groups(tags, more))
                for value, tags in values
                for inner, more in _below(resolver, value, name, place)
            ]
        if values:
            yield from values
            return


def _is_partly_unknown(resolver: Resolver, values: list[Value], place: Place) -> bool:
    """Return whether a part of what a call gives, lists taken apart, cannot be read."""
    for value in values:
        if isinstance(value, Unknown):
            return True
        inner = elements(resolver, value, place) if isinstance(value, Sequence) else ()
        if any(isinstance(part, (Unknown, Outside)) for part in inner):
            return True
    return False


def _sum(resolver: Resolver, expr: Expr, scope: Scope) -> Iterator[Value]:
    """Yield what an expression may be; of ``[...] + NAMES`` both sides."""
    if _is_sum(expr):
        for side in expr[4]:
            yield from _sum(resolver, side, scope)
    else:
        yield from resolver.evaluate(expr, scope)


def _is_sum(expr: Expr | None) -> bool:
    return expr is not None and bool(expr[0] == OTHER and expr[3] == "binary +" and len(expr[4]) == 2)


def _tag(resolver: Resolver, entry: ReferenceEntry, call: Expr, scope: Scope) -> str:
    """Return the tag of an image where the call has an argument of its own for it, "" where it gives none."""
    got, _ = given(resolver, call, scope, entry.pins) if entry.pins else (None, True)
    for value in got.values if got is not None else ():
        if isinstance(value, Known) and isinstance(value.value, str):
            return value.value
    return ""


def _below(resolver: Resolver, value: Value, name: str, place: Place) -> Iterator[tuple[Value, tuple[str, ...]]]:
    """Yield the value of a key, of every key for ``*`` with the tags that the key says; of ``name[]`` the elements."""
    if name == "[]":
        if isinstance(value, Sequence):
            yield from ((inner, ()) for inner in elements(resolver, value, place))
        return
    if not isinstance(value, Mapping):
        return
    if name == "*":
        yield from ((inner, role_groups(label)) for label, inner in mapping_items(resolver, value))
        return
    for inner in key(resolver, value, name.removesuffix("[]"), place):
        if not name.endswith("[]"):
            if isinstance(inner, (Known, Sequence, Mapping, Text)):
                yield inner, ()
        elif isinstance(inner, Sequence):
            yield from ((element, ()) for element in elements(resolver, inner, place))


def _texts(resolver: Resolver, value: Value) -> Iterator[tuple[str, Known]]:
    """Yield each string of a value, nested lists taken apart; ``{name: version}`` gives ``name==version``."""
    if isinstance(value, Known):
        if isinstance(value.value, str):
            yield value.value, value
        elif isinstance(value.value, float):
            yield str(value.value), value
    elif isinstance(value, Sequence):
        for options in item_options(resolver, value):
            for element in options:
                if isinstance(element, (Known, Sequence)):
                    yield from _texts(resolver, element)
    elif isinstance(value, Mapping) and value.expr[0] == DICT:
        for name, version in value.expr[3]:
            for known in resolver.evaluate(name, value.scope) if name is not None else ():
                for pinned in resolver.evaluate(version, value.scope):
                    if isinstance(known, Known) and isinstance(known.value, str) and isinstance(pinned, Known):
                        if isinstance(pinned.value, str):
                            yield _joined(known.value, pinned.value), known


def _joined(name: str, version: str) -> str:
    """Return the requirement that an entry of a table of versions means."""
    if not version or version == "*":
        return name
    return (
        f"{name}=={version}"
        if version[0].isdigit()
        else f"{name} @ {version}"
        if "+" in version[:4]
        else name + version
    )
