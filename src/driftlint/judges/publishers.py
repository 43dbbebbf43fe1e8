"""Which CI files publish a project by a command.

Promises: a command counts by its leading words, whatever starts it; one that goes to a place for trials does not. Which
commands these are stands in the catalogue. Refuses to know: whether the job ever ran.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from driftlint.documents.model import Command, Document
from driftlint.judges.enforced import find_runs
from driftlint.mentions.command_line import strip_wrappers
from driftlint.mentions.groups import path_groups


def find_publishers(
    files: Mapping[str, bytes], get_document: Callable[[str], Document | None], publishing: Mapping[str, object]
) -> Iterator[str]:
    """Yield the CI files among `files` that run one of the ``commands`` of the catalogue's table, in order.

    A command with one of the table's ``trials`` in a word publishes nothing.
    """
    wanted = [tuple(text.split()) for text in _texts(publishing.get("commands"))]
    trials = _texts(publishing.get("trials"))
    for path in sorted(files):
        if "ci" not in path_groups(path) or not any(words[-1].encode() in files[path] for words in wanted):
            continue
        document = get_document(path)
        commands = (c for run in find_runs(document) for c in run.script.commands) if document is not None else ()
        if any(_publishes(command, wanted, trials) for command in commands):
            yield path


def _publishes(command: Command, wanted: list[tuple[str, ...]], trials: tuple[str, ...]) -> bool:
    line = strip_wrappers(command)
    words = [line.program, *(word.text for word in line.words)]
    plain = [word for word in words if not word.startswith("-")]
    starts = any(tuple(plain[: len(start)]) == start for start in wanted)
    return starts and not any(mark in word for word in words for mark in trials)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, (list, tuple)) else ()
