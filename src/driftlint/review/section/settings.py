"""The settings of a draft: options that keep their defaults, and the files of a composed configuration.

Promises: what the command line gives is not repeated. Refuses to know: what an option means.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.documents.model import Word
from driftlint.flow.entries import Program
from driftlint.interfaces.keys import compose_with
from driftlint.judges.interface import finder_of
from driftlint.judges.world import World
from driftlint.review.section.commands import Step

_MOST = 40


def describe_settings(world: World, steps: list[Step], programs: list[Program]) -> Iterator[str]:
    """Yield a line for each program that the steps start and whose options or config files are known."""
    finder = finder_of(world)
    seen: set[str] = set()
    own = [(step.path, step.function, step.words) for step in steps if step.path.endswith(".py")]
    through: list[tuple[str, str, tuple[Word, ...]]] = [(program.path, "", ()) for program in programs]
    for path, function, words in (*own, *through):
        if path in seen:
            continue
        seen.add(path)
        found = finder.of(path, function)
        if found.composition is not None:
            composed = compose_with(world.project, found.composition, words)
            if composed.files:
                files = ", ".join(f"`{name}`" for name in composed.files[:_MOST])
                yield f"- `{path}` composes its configuration from {files}"
        elif found.interface is not None:
            given = {_name(word.text) for word in words if word.text.startswith("-")}
            if not words:
                given = {name for launch in world.project.launches_of(path) for name in launch.options}
            kept = [
                f"`{option.flags[0]} {option.default}`"
                for option in found.interface.options
                if option.flags
                and option.default not in (None, "")
                and not given & {_name(f) for f in (*option.flags, option.name)}
            ]
            if kept:
                more = f" and {len(kept) - _MOST} more" if len(kept) > _MOST else ""
                yield f"- `{path}` keeps the defaults {', '.join(kept[:_MOST])}{more}"


def _name(flag: str) -> str:
    return flag.partition("=")[0].lstrip("-").replace("-", "_")
