"""Read the section, once a run.

Promises: the same object for every rule of a run. Refuses to know: rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from driftlint.documents.model import Node
from driftlint.facts import Place
from driftlint.judges.interface import finder_of
from driftlint.judges.section.agree import Agreement
from driftlint.judges.section.find import Written, find_section
from driftlint.judges.section.fits import Fitter
from driftlint.judges.section.items import judge_items, read_items
from driftlint.judges.section.paths import PathChecker
from driftlint.judges.section.report import Fault, ReportSection
from driftlint.judges.section.setup import judge_setup
from driftlint.judges.section.shell_text import SURE, read_commands
from driftlint.judges.section.starts import Files, Start, Starter, Whereabouts
from driftlint.judges.section.words import Words, read_words
from driftlint.judges.world import World
from driftlint.late_regex import compile_late
from driftlint.mentions.command_line import is_python
from driftlint.text import Span

_MEMO = "section"
_OTHER_REPO = compile_late(r"\bgit clone\b|\bgit\+|://(?:www\.)?git\w*\.\w+/[\w.-]+/[\w.-]+")
_ENTRY = compile_late(r"(?<![\w.-])([\w.-]+)\s*=\s*([\w.]+)\s*(?::\s*([\w.]+))?")


def section_of(world: World) -> ReportSection:
    """Return the section of a run, read when it is first asked for."""
    if _MEMO not in world.memo:
        words = words_of(world)
        found = find_section(world, words)
        if isinstance(found, str):
            fault = Fault("section", "reproducibility", Place(".", Span(0, 0)), {"problem": found})
            world.memo[_MEMO] = ReportSection(None, found, faults=[fault])
        else:
            world.memo[_MEMO] = read_section(world, words, found)
    section: ReportSection = world.memo[_MEMO]
    return section


def words_of(world: World) -> Words:
    """Return the packs' words, compiled when they are first asked for."""
    if "section words" not in world.memo:
        world.memo["section words"] = read_words(world.catalogue.extra)
    words: Words = world.memo["section words"]
    return words


def read_section(world: World, words: Words, written: Written) -> ReportSection:
    """Read one section: its parts, its commands, and all that is wrong with it, in the order of the file."""
    section = ReportSection(written)
    files = Files(world)
    paths = PathChecker(world, words, files, written)
    faults: list[Fault] = []
    fitter = Fitter(world, words, finder_of(world), written.path)
    for start, judged in _starts(world, words, files, written, paths):
        section.starts.append(start)
        if start.missing is not None and start.missing.noun == "script" and paths.comes_about(start.missing.word.text):
            start.missing, start.unsure = None, "a command brings it"
        if judged:
            faults.extend(fitter.judge(start))
            faults.extend(paths.of_command(start))
    faults.extend(paths.in_text())
    agreement = Agreement(world, words, written, section)
    checks = (
        agreement.seeds,
        agreement.packages,
        agreement.pythons,
        agreement.revisions,
        agreement.images,
        agreement.models,
    )
    for check in checks:
        faults.extend(check())
    section.said = list(read_items(world, words, written, section))
    faults.extend(judge_items(world, words, written, section))
    faults.extend(judge_setup(world, words, written, section))
    section.faults = sorted(set_of(faults), key=lambda f: (f.place.path, f.place.span, f.kind, f.name))
    return section


def set_of(faults: list[Fault]) -> list[Fault]:
    """Return faults without those that say the same of the same place."""
    seen: dict[tuple[str, Span, str], Fault] = {}
    for fault in faults:
        seen.setdefault((fault.kind, fault.place.span, fault.name), fault)
    return list(seen.values())


def _starts(
    world: World, words: Words, files: Files, written: Written, paths: PathChecker
) -> Iterator[tuple[Start, bool]]:
    """Yield what the section's commands start, and whether they stand in the section; those before it move on the reader."""
    fetches = _OTHER_REPO.search(written.document.text) is not None
    starter = Starter(world, words, files, console_scripts(world), fetches=fetches)
    here = written.path.rpartition("/")[0]
    whereabouts = Whereabouts(tuple(dict.fromkeys((here, ""))))
    known: Mapping[str, str | None] = {}
    for code in written.prose.codes:
        inside = written.holds(code.span)
        commands, known = read_commands(code, known if inside else {})
        if not inside:
            for command in commands:
                paths.note(command)
            continue
        for command in commands:
            if code.language not in SURE and not _is_command(command.words[0].text if command.words else "", words):
                continue
            yield starter.read(command, whereabouts), True


def _is_command(first: str, words: Words) -> bool:
    """Return whether the first word of a line in a block without a language says that it is a command."""
    base = first.rsplit("/", 1)[-1]
    leads = {lead[0] for lead in words.produces} | {tasks.lead[0] for tasks in words.tasks}
    return (
        is_python(first)
        or base in words.launchers
        or base in words.shells
        or base in leads
        or base in ("make", "just", "cd", "pip", "pip3", "conda", "mamba", "docker", "export", "git")
        or first.startswith("./")
        or first.endswith((".sh", ".py"))
    )


def console_scripts(world: World) -> dict[str, tuple[str, str]]:
    """Return the commands that installing the repo brings: name -> (path of the module, function)."""
    found: dict[str, tuple[str, str]] = {}
    for path in world.paths:
        base = path.rpartition("/")[2]
        if base not in ("pyproject.toml", "setup.cfg", "setup.py"):
            continue
        folder = path.rpartition("/")[0]
        for name, target in _entries(world, path, base):
            module, _, function = target.partition(":")
            where = _module_path(world, folder, module)
            if where is not None:
                found.setdefault(name, (where, function.partition("[")[0].strip()))
    return found


def _entries(world: World, path: str, base: str) -> Iterator[tuple[str, str]]:
    document = world.get_document(path)
    if document is None:
        return
    if base == "pyproject.toml" and isinstance(document.body, Node):
        for route in (("project", "scripts"), ("tool", "poetry", "scripts")):
            table = document.body.walk(route)
            for entry in table.entries if table is not None else ():
                if isinstance(entry.value.value, str):
                    yield entry.key, entry.value.value
        return
    text = document.text
    at = text.find("console_scripts")
    if at >= 0:
        stop = text.find("]", at) if base == "setup.py" else text.find("\n[", at)
        for found in _ENTRY.finditer(text[at + len("console_scripts") : stop if stop > at else at + 4000]):
            if found[3]:
                yield found[1], f"{found[2]}:{found[3]}"


def _module_path(world: World, folder: str, module: str) -> str | None:
    stem = module.strip().replace(".", "/")
    prefix = f"{folder}/" if folder else ""
    for root in ("", "src/", "lib/", "python/"):
        for path in (f"{prefix}{root}{stem}.py", f"{prefix}{root}{stem}/__init__.py"):
            if world.project.has_file(path):
                return path
    return None
