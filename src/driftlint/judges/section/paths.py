"""Files that the section names: in commands, in links, in the running text.

Promises: only files that a repo keeps (configuration, scripts, requirements) are missed; what an earlier command or a script
of the repo leaves behind, what is ignored, and what stands for a name of the reader's are not. Refuses to know: data files.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote

from driftlint.documents.model import Command, Instruction, Script, Word
from driftlint.facts import Place
from driftlint.gitignore import PatternList
from driftlint.interfaces.usage import nearest
from driftlint.judges.section.find import Written
from driftlint.judges.section.report import Fault, shown
from driftlint.judges.section.starts import Files, Start
from driftlint.judges.section.words import Words
from driftlint.judges.world import World
from driftlint.late_regex import compile_late
from driftlint.mentions.command_line import strip_wrappers
from driftlint.text import Span

_KEPT = compile_late(r"[\w./@+-]*[\w-]\.(?:ya?ml|toml|ini|cfg|gin|sh|ipynb|py|bash|slurm|sbatch)")
_SOFT = compile_late(r"[\w./@+-]*[\w-]\.(?:json|txt)")
_INLINE = compile_late(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = compile_late(r"\]\((?!\w+:|#|//)<?([^)\s<>#?]{1,1000})(?:[\s<>#?][^)]{0,500})?\)")
_NAMED_FILE = compile_late(r"\w\.(?:md|rst|csv|tsv|lock)$")
_MANIFEST_FLAGS = frozenset(("-r", "--requirement", "-c", "--constraint", "--file", "-f", "--env-file"))
_ENDS = compile_late(r"\.(?:git|zip|tar|gz|tgz|bz2|xz)$")
_REDIRECT = compile_late(r">{1,2}\s*([\w./-]+)")


class PathChecker:
    """Looks for the files that one section names."""

    def __init__(self, world: World, words: Words, files: Files, written: Written) -> None:
        self.world = world
        self.words = words
        self.files = files
        self.written = written
        self.made: set[str] = set()
        """Base names that some command leaves behind."""
        self._note_repo()
        for code in written.prose.codes:
            for found in _REDIRECT.finditer(code.source.text):
                self.made.add(posixpath.basename(found[1]))

    # what comes about

    def _note_repo(self) -> None:
        """Note what the repo's own scripts leave behind, and what git fetches."""
        for path in self.world.paths:
            document = (
                self.world.get_document(path) if path.endswith((".sh", ".mk", "akefile", ".gitmodules")) else None
            )
            body = document.body if document is not None else None
            commands: tuple[Command, ...] = body.commands if isinstance(body, Script) else ()
            if isinstance(body, tuple):
                commands = tuple(c for i in body if isinstance(i, Instruction) and i.script for c in i.script.commands)
            for command in commands:
                self.note(command)
        modules = (self.world.read(".gitmodules") or b"").decode("utf-8", "replace")
        self.made.update(
            posixpath.basename(p.strip()) for p in re.findall(r"^[ \t]*path[ \t]*=[ \t]*(\S.*)$", modules, re.MULTILINE)
        )
        ignore = (self.world.read(".gitignore") or b"").decode("utf-8", "replace").splitlines()
        self.ignored = PatternList(tuple(line for line in ignore if line.strip() and not line.startswith("#")))

    def note(self, command: Command) -> None:
        """Note what a command leaves behind."""
        line = strip_wrappers(command)
        texts = (line.program, *(word.text for word in line.words))
        if any(texts[: len(lead)] == lead for lead in self.words.produces):
            for word in line.words:
                base = posixpath.basename(word.text.rstrip("/"))
                self.made.update((base, _ENDS.sub("", base)))
        for flag, word in _options(line.words):
            if self._is_output(flag):
                self.made.add(posixpath.basename(word.text.rstrip("/")))

    def _is_output(self, flag: str) -> bool:
        parts = frozenset(re.split(r"[^A-Za-z0-9]+", flag.lower()))
        return bool(parts & self.words.outputs) and not parts & self.words.configs

    def comes_about(self, text: str) -> bool:
        """Return whether a file or one of its folders is left behind by a command, or is ignored."""
        parts = [part for part in text.split("/") if part not in ("", ".", "..")]
        stems = {_ENDS.sub("", part) for part in parts}
        return bool(stems & self.made) or self.ignored.covers(posixpath.normpath(text).lstrip("./"))

    # what is missed

    def of_command(self, start: Start) -> Iterator[Fault]:
        """Yield the files that a command names and the repo has not, then note what it leaves behind."""
        line = strip_wrappers(start.command)
        texts = (line.program, *(word.text for word in line.words))
        brings = any(texts[: len(lead)] == lead for lead in self.words.produces)
        if not brings and start.missing is None and not (start.unsure and start.what != "task"):
            for flag, word in _options(line.words):
                fault = self._judge_word(start, flag, word)
                if fault is not None:
                    yield fault
        self.note(start.command)

    def _judge_word(self, start: Start, flag: str, word: Word) -> Fault | None:
        text = word.text
        named = flag in _MANIFEST_FLAGS or self._is_config(flag)
        if not word.fixed or not (_KEPT.fullmatch(text) or (named and _SOFT.fullmatch(text))):
            return None
        if self._is_output(flag) or text.startswith(("/", "~", "-")) or not start.folders:
            return None
        return self._missing(text, start.folders, Place(self.written.path, word.span))

    def _is_config(self, flag: str) -> bool:
        return bool(frozenset(re.split(r"[^A-Za-z0-9]+", flag.lower())) & self.words.configs)

    def _missing(self, text: str, folders: tuple[str, ...], place: Place) -> Fault | None:
        if self.words.placeholders.search(text) or self.comes_about(text):
            return None
        if self.files.find(text, folders) is not None or self.files.ending(text):
            return None
        near = self._near(text)
        return Fault("path", text, place, {"name": text, "near": shown(near)})

    def _near(self, text: str) -> tuple[str, ...]:
        base = posixpath.basename(text)
        if base in self.files.by_base:
            return (self.files.by_base[base][0],)
        ending = base.rpartition(".")[2]
        found = nearest(base, [name for name in self.files.by_base if name.endswith("." + ending)], alike=0.75)
        return tuple(self.files.by_base[name][0] for name in found)

    def in_text(self) -> Iterator[Fault]:
        """Yield the files that links and the running text name and the repo has not."""
        here = posixpath.dirname(self.written.path)
        for passage in self.written.passages():
            base = passage.span.start
            for found in _LINK.finditer(passage.text):
                target = unquote(found[1])
                place = Place(self.written.path, Span(base + found.start(1), base + found.end(1)))
                rooted = target.startswith("/")
                folders = ("",) if rooted else (here, "")
                text = target.lstrip("/") if rooted else target
                kept = _NAMED_FILE.search(text) or _KEPT.fullmatch(text) or _SOFT.fullmatch(text)
                if kept and not text.startswith("../") and "{" not in text:
                    if self.files.find(text, folders) is None and not self.comes_about(text):
                        yield Fault("path", text, place, {"name": text, "near": shown(self._near(text))})
            for found in _INLINE.finditer(passage.text):
                text = found[1].strip()
                if not _KEPT.fullmatch(text) or "/" not in text.lstrip("./") or text.startswith(("/", "~", "..")):
                    continue
                if self.words.made.search(_around(passage.text, found.start(), found.end())):
                    continue
                top = posixpath.normpath(text).partition("/")[0]
                if top in self.files.folders or any(f.endswith("/" + top) for f in self.files.folders):
                    place = Place(self.written.path, Span(base + found.start(1), base + found.end(1)))
                    fault = self._missing(text, ("", here), place)
                    if fault is not None:
                        yield fault


def _options(words: tuple[Word, ...]) -> Iterator[tuple[str, Word]]:
    """Yield each word that may be a value with the option or key that it belongs to, "" for none."""
    flag = ""
    for word in words:
        name, equals, value = word.text.partition("=")
        if equals and re.fullmatch(r"[-+~]*[A-Za-z_][\w.@/-]*", name):
            start = word.span.end - len(value) if word.span.end - word.span.start >= len(value) else word.span.start
            yield name, Word(value, Span(start, word.span.end), word.fixed)
            flag = ""
        elif word.text.startswith("-"):
            flag = word.text
        else:
            yield flag, word
            flag = flag if flag in _MANIFEST_FLAGS else ""


def _around(text: str, start: int, end: int) -> str:
    """Return the sentence around a part of a passage."""
    first = max(text.rfind(". ", 0, start), text.rfind("\n\n", 0, start), text.rfind("; ", 0, start)) + 1
    stops = [at for at in (text.find(". ", end), text.find("\n\n", end)) if at >= 0]
    return text[first : min(stops, default=len(text))]
