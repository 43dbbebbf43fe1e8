"""Lists of requirements in Python calls: install lists of setup scripts, environments that a job builds.

Promises: each element is judged like a line of a requirements file, where its literal stands. Refuses to know: lists that
are computed from files (those files are read themselves).
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.facts import Place, Reference, Subject
from driftlint.match.arguments import given
from driftlint.mentions.package_mention import package_mention
from driftlint.mentions.requirement import judge_requirement
from driftlint.packs.catalogue import ArgSpec, ReferenceEntry
from driftlint.python.ir import Expr
from driftlint.python.module import Scope
from driftlint.resolve import Resolver
from driftlint.values import Known, Sequence, Value


def match_requirements(
    resolver: Resolver, entry: ReferenceEntry, call: Expr, scope: Scope, use: Place
) -> Iterator[Reference]:
    """Yield a reference for each requirement of the list that a call gives."""
    got, _ = given(resolver, call, scope, entry.names)
    published = any(given(resolver, call, scope, (ArgSpec(arg=arg),))[0] is not None for arg in entry.published_by)
    groups = (*entry.groups, "library") if published else entry.groups
    for value in got.values if got is not None else ():
        for element in _elements(resolver, value):
            if not isinstance(element.value, str):
                continue
            judged = judge_requirement(element.value)
            if judged is None:
                continue
            mention = package_mention(judged, entry.form, groups)
            written = element.value[mention.name_span.start : mention.name_span.end] or mention.name
            subject = Subject(mention.kind, mention.host, written.lower())
            trail = element.trail
            yield Reference(
                subject, mention.pin, use, element.where, mention.form, trail, mention.groups, entry=entry.id
            )


def _elements(resolver: Resolver, value: Value) -> Iterator[Known]:
    if isinstance(value, Known):
        yield value
    elif isinstance(value, Sequence):
        for item in value.expr[3]:
            for element in resolver.evaluate(item, value.scope):
                if isinstance(element, (Known, Sequence)):
                    yield from _elements(resolver, element)
