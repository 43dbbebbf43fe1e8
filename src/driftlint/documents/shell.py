"""Shell texts to commands: every simple command anywhere in a script, with its words after quote removal.

Promises: spans in code points of the given text; variables that the script itself set to a literal are filled in;
a syntax error loses the commands around it, never the rest. Refuses to know: what a program does with its words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from tree_sitter import Language, Parser
from tree_sitter import Node as SyntaxNode

from driftlint.documents.decode import Limits, Reading
from driftlint.documents.model import Command, Comment, Problem, Script, Word
from driftlint.documents.variables import Variables
from driftlint.grammar import GIVEN_UP, GivenUp, parse
from driftlint.late_regex import compile_late
from driftlint.text import Span

_NO_WORD = frozenset(
    ["file_redirect", "heredoc_redirect", "herestring_redirect", "variable_assignment", "comment", "heredoc_body"]
)
_BRANCHES = {
    "if_statement",
    "elif_clause",
    "else_clause",
    "case_item",
    "while_statement",
    "for_statement",
    "c_style_for_statement",
    "function_definition",
    "subshell",
    "command_substitution",
}
_SHELLS = {"sh", "bash", "zsh", "dash", "ksh", "ash"}
_DEPTH_OF_WORDS = 40
_DEPTH_OF_SCRIPTS = 4
_ESCAPE = compile_late(r"\\(\r?\n|.)", re.DOTALL)
_QUOTED_ESCAPE = compile_late(r'\\(\r?\n|[$`"\\])')
_ANSI_ESCAPE = compile_late(
    r"\\(?:x(?P<hex>[0-9A-Fa-f]{1,2})|u(?P<uni>[0-9A-Fa-f]{1,4})|(?P<oct>[0-7]{1,3})|(?P<char>.))", re.DOTALL
)
_ANSI_NAMES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b", "E": "\x1b"}
_DEFAULTED = compile_late(r"\$\{(\w+):?[-=](.*)\}", re.DOTALL)
_WHOLE_ARRAY = compile_late(r"\"?\$\{(\w+)\[[@*]\]\}\"?")
_EXPANSION = compile_late(  # what is longer than a thousand code points is left as it is, and no text is fixed that holds it
    r"\$(?:(?P<name>[A-Za-z_]\w*)|\{(?P<braced>\w+)(?::?-(?P<default>[^{}]*))?\}|\{(?:[^}]{0,1000}\}|(?=[^}]{1001})))"
)
_PLAIN_EXPANSION = compile_late(r"\$(?:(\w+)|\{(\w+)\})")


@lru_cache(maxsize=1)
def _language() -> Language:
    import tree_sitter_bash  # it loads modules that a run without shell has no use for

    return Language(tree_sitter_bash.language())


def expand_variables(text: str, known: Variables) -> tuple[str, bool]:
    """Fill in ``$X``, ``${X}`` and ``${X:-default}``; return the text and whether no expansion is left in it."""
    fixed = True

    def expand(found: re.Match[str]) -> str:
        nonlocal fixed
        value = known.fill(found["name"] or found["braced"])
        if value is None and found["default"] is not None and "$" not in found["default"]:
            value = found["default"]
        if value is None:
            fixed = False
            return found.group()
        return value

    return _EXPANSION.sub(expand, text), fixed


_LONGEST_LINE = 10_000
"""Code points of a line of a script; the limits of files allow more, for languages that are read in one pass."""


def read_shell(text: str, limits: Limits) -> Reading:
    """Read a shell script; the body is a `Script`."""
    reader = ScriptReader(text)
    reader.read()
    return Reading(body=reader.script(), comments=reader.comments, problems=reader.problems)


def parse_commands(text: str, base: int = 0, known: Mapping[str, str | None] | None = None) -> Script:
    """Return the script of a shell text that stands at code point `base` of a file, without comments and problems."""
    reader = ScriptReader(text, place=lambda span: Span(span.start + base, span.end + base), known=known)
    reader.read()
    return reader.script()


class ScriptReader:
    """Reads one shell text. `place` maps its spans into the file; `known` are variables set before it starts."""

    def __init__(
        self,
        text: str,
        *,
        place: Callable[[Span], Span] | None = None,
        known: Mapping[str, str | None] | None = None,
        depth: int = 0,
    ) -> None:
        # A carriage return would end up in the last word of each line; the length must not change.
        self.text = text.replace("\\\r\n", " \\\n").replace("\r\n", " \n") if "\r" in text else text
        # A backslash that continues the last line continues nothing; the grammar takes it for an error.
        if self.text.rstrip().endswith("\\") and not self.text.rstrip().endswith("\\\\"):
            end = len(self.text.rstrip())
            self.text = self.text[: end - 1] + " " + self.text[end:]
        self.commands: list[Command] = []
        self.assignments: list[tuple[str, Word]] = []
        self.comments: list[Comment] = []
        self.problems: list[Problem] = []
        self.known = Variables(known)
        self._arrays: dict[str, tuple[Word, ...]] = {}
        self._place = place
        self._depth = depth
        self._wide: list[int] = []
        self._surplus: list[int] = []

    def script(self) -> Script:
        """Return what has been read, in source order."""
        return Script(tuple(sorted(self.commands, key=lambda c: c.span.start)), tuple(self.assignments))

    def read(self) -> None:
        """Parse the text and collect commands, assignments, comments and problems."""
        if not self.text.strip():
            return
        data = self.text.encode("utf-8", "replace")
        if len(data) != len(self.text):
            self._index_wide_characters()
        # The grammar's work on a word, and on an error, grows with the square of the line.
        if len(self.text) > _LONGEST_LINE and max(map(len, self.text.split("\n"))) > _LONGEST_LINE:
            message = f"a line is longer than {_LONGEST_LINE} characters: this script was not read"
            whole = Span(0, min(len(self.text), 200))
            self.problems.append(Problem(self._place(whole) if self._place is not None else whole, message))
            return
        root = parse(Parser(_language()), data)
        if isinstance(root, GivenUp):
            at = self._offset(root.at)
            stopped = Span(at, min(at + 1, len(self.text)))
            # Of a text inside another file the rest of that file is left.
            alone = self._place is None
            self.problems.append(Problem(self._place(stopped) if self._place else stopped, GIVEN_UP, fatal=alone))
            return
        # Children are pushed in reverse, so that the stack yields nodes in source order.
        stack: list[tuple[SyntaxNode, bool]] = [(root, False)]
        while stack:
            node, branch = stack.pop()
            kind = node.type
            if kind in ("heredoc_body", "heredoc_start", "heredoc_end"):
                continue
            if kind == "comment":
                span = self._span(node)
                self.comments.append(Comment(span, self._slice(node).lstrip("#").strip()))
                continue
            if kind == "command":
                self._read_command(node)
            elif kind == "declaration_command":
                self._read_declaration(node)
            elif kind == "variable_assignment":
                # In front of a command it holds for that command only.
                if node.parent is None or node.parent.type != "command":
                    self._read_assignment(node, branch)
            elif kind == "for_statement":
                variable = node.child_by_field_name("variable")
                if variable is not None:
                    self.known[self._slice(variable)] = None
            elif kind == "ERROR" and not self.problems and len(self._slice(node).split()) > 2:
                # Shorter ones are mostly syntax that the grammar lacks, and lose no command.
                span = self._span(node)
                end = min(span.end, span.start + 200)
                message = "a part of this script is not valid shell; commands in it may have been missed"
                self.problems.append(Problem(Span(span.start, end), message))
            branch = branch or kind in _BRANCHES
            stack.extend((child, branch) for child in reversed(node.named_children))

    # Places

    def _index_wide_characters(self) -> None:
        surplus = 0
        for found in re.finditer(r"[^\x00-\x7f]", self.text):
            size = len(found.group().encode("utf-8", "replace"))
            surplus += size - 1
            self._wide.append(found.start() + surplus - (size - 1) + size)
            self._surplus.append(surplus)

    def _offset(self, at: int) -> int:
        index = bisect_right(self._wide, at)
        return at - self._surplus[index - 1] if index else at

    def _bounds(self, node: SyntaxNode) -> tuple[int, int]:
        if not self._wide:
            return node.start_byte, node.end_byte
        return self._offset(node.start_byte), self._offset(node.end_byte)

    def _slice(self, node: SyntaxNode) -> str:
        start, end = self._bounds(node)
        return self.text[start:end]

    def _span(self, node: SyntaxNode) -> Span:
        span = Span(*self._bounds(node))
        return self._place(span) if self._place else span

    # Commands

    def _read_command(self, node: SyntaxNode) -> None:
        env: list[tuple[str, Word]] = []
        words: list[Word] = []
        sources: list[SyntaxNode] = []
        end = node.start_byte
        for child in (*node.children, *_words_behind_redirections(node)):
            if child.type == "variable_assignment":
                env.extend(self._assigned(child))
            elif child.type not in _NO_WORD and (child.is_named or child.type not in ("<<<", ">", "<")):
                target = child.named_children[0] if child.type == "command_name" and child.named_children else child
                new = list(self._words(target))
                words.extend(new)
                sources.extend([target] * len(new))
                end = child.end_byte
        if not words:
            if env:
                self.assignments.extend(env)
                self.known.update((name, word.text if word.fixed else None) for name, word in env)
            return
        start, stop = self._offset(node.start_byte), self._offset(end)
        span = Span(start, max(stop, start))
        self.commands.append(Command(tuple(words), self._place(span) if self._place else span, tuple(env)))
        if words[0].text == "read":
            self.known.update((word.text, None) for word in words[1:] if word.text.isidentifier())
        elif words[0].text == "unset":
            for word in words[1:]:
                self.known.pop(word.text, None)
        self._read_inner_script(words, sources)

    def _read_inner_script(self, words: list[Word], sources: list[SyntaxNode]) -> None:
        """Read the argument of ``bash -c`` and of ``eval`` as a script of its own."""
        inner = -1
        if words[0].text == "eval" and len(words) == 2:
            inner = 1
        for at, word in enumerate(words[:-2]):
            if word.text.rsplit("/", 1)[-1] in _SHELLS:
                for flag in range(at + 1, len(words) - 1):
                    if not words[flag].text.startswith("-"):
                        break
                    if re.fullmatch(r"-[A-Za-z]*c", words[flag].text):
                        inner = flag + 1
                        break
                break
        if inner < 0 or self._depth >= _DEPTH_OF_SCRIPTS or not words[inner].text.strip():
            return
        word, node = words[inner], sources[inner]
        start, end = self._bounds(node)
        raw = self.text[start:end]
        place: Callable[[Span], Span] = lambda span: word.span  # noqa: E731
        if len(raw) >= 2 and raw[0] == raw[-1] and raw[0] in "'\"" and (raw[0] == "'" or "\\" not in raw):
            text, outer = raw[1:-1], self._place

            def place(span: Span) -> Span:
                moved = Span(span.start + start + 1, span.end + start + 1)
                return outer(moved) if outer else moved
        else:
            text = word.text
        reader = ScriptReader(text, place=place, known=self.known, depth=self._depth + 1)
        reader.read()
        self.commands.extend(reader.commands)

    def _read_declaration(self, node: SyntaxNode) -> None:
        """Record ``export``, ``declare`` and the like as a command; its assignments are met by the walk."""
        words = []
        for child in node.children:
            if child.type != "comment":
                start, end = self._bounds(child)
                words.append(Word(self.text[start:end], self._span(child), child.type != "variable_assignment"))
        self.commands.append(Command(tuple(words), self._span(node)))

    def _read_assignment(self, node: SyntaxNode, branch: bool) -> None:
        value = node.child_by_field_name("value")
        name = node.child_by_field_name("name")
        if name is not None and value is not None and value.type == "array":
            items = tuple(
                word for child in value.named_children if child.type != "comment" for word in self._words(child)
            )
            variable = self._slice(name)
            before = self._arrays.get(variable, ()) if self._appends(node) else ()
            self._arrays[variable] = before + items
            self.assignments.append((variable, Word(self._slice(value), self._span(value), False)))
            return
        for variable, word in self._assigned(node):
            self.assignments.append((variable, word))
            text = word.text if word.fixed else None
            if self._appends(node):
                before_text = self.known.fill(variable)
                text = None if text is None or before_text is None else before_text + text
            if branch and variable in self.known and self.known[variable] != text:
                text = None
            self.known[variable] = text

    def _appends(self, node: SyntaxNode) -> bool:
        return any(child.type == "+=" for child in node.children)

    def _assigned(self, node: SyntaxNode) -> Iterator[tuple[str, Word]]:
        name = node.child_by_field_name("name")
        if name is None or name.type != "variable_name":
            return
        value = node.child_by_field_name("value")
        if value is None:
            end = self._offset(node.end_byte)
            empty = Span(end, end)
            yield self._slice(name), Word("", self._place(empty) if self._place else empty)
            return
        text, fixed = self._evaluate(value)
        yield self._slice(name), Word(text, self._span(value), fixed)

    # Words

    def _words(self, node: SyntaxNode) -> Iterator[Word]:
        raw = self._slice(node)
        if "[" in raw and (whole := _WHOLE_ARRAY.fullmatch(raw)) and whole.group(1) in self._arrays:
            yield from self._arrays[whole.group(1)]
            return
        text, fixed = self._evaluate(node)
        span = self._span(node)
        if fixed and node.type in ("simple_expansion", "expansion") and re.search(r"\s", text):
            # An unquoted variable is split into words.
            for part in text.split():
                yield Word(part, span)
            return
        yield Word(text, span, fixed)

    def _evaluate(self, node: SyntaxNode, depth: int = 0) -> tuple[str, bool]:
        """Return a word's text after quote removal and whether a run could not change it."""
        kind = node.type
        raw = self._slice(node)
        if kind in ("word", "number", "variable_name"):
            return (_ESCAPE.sub(_unescape, raw) if "\\" in raw else raw), True
        if kind == "raw_string":
            return raw[1:-1], True
        if kind == "ansi_c_string":
            return _ANSI_ESCAPE.sub(_unescape_ansi, raw[2:-1]), True
        if kind in ("simple_expansion", "expansion"):
            return self._expand(raw, depth)
        if depth < _DEPTH_OF_WORDS and kind in ("string", "translated_string", "concatenation", "command_name"):
            return self._join(node, kind == "string", depth)
        if kind in ("command_substitution", "process_substitution", "arithmetic_expansion", "string", "concatenation"):
            return raw, False
        return raw, "$" not in raw and "`" not in raw

    def _join(self, node: SyntaxNode, quoted: bool, depth: int) -> tuple[str, bool]:
        start, end = self._bounds(node)
        if quoted:
            start, end = start + 1, end - 1
        parts: list[str] = []
        fixed = True
        at = start
        for child in node.named_children:
            child_start, child_end = self._bounds(child)
            if child.type == "string_content":
                continue
            parts.append(self._literal(self.text[at:child_start], quoted))
            text, child_fixed = self._evaluate(child, depth + 1)
            parts.append(text)
            fixed = fixed and child_fixed
            at = child_end
        parts.append(self._literal(self.text[at:end], quoted))
        return "".join(parts), fixed

    @staticmethod
    def _literal(raw: str, quoted: bool) -> str:
        if "\\" not in raw:
            return raw
        return _QUOTED_ESCAPE.sub(_unescape, raw) if quoted else _ESCAPE.sub(_unescape, raw)

    def _expand(self, raw: str, depth: int = 0) -> tuple[str, bool]:
        """Return the value of ``$X``, ``${X}`` or ``${X:-default}`` where the script decides it, else the text."""
        if plain := _PLAIN_EXPANSION.fullmatch(raw):
            value = self.known.fill(plain.group(1) or plain.group(2))
            return (raw, False) if value is None else (value, True)
        if defaulted := _DEFAULTED.fullmatch(raw):
            value = self.known.fill(defaulted.group(1))
            if value is not None:
                return value, True
            default = defaulted.group(2)
            if len(default) >= 2 and default[0] == default[-1] and default[0] in "'\"":
                default = default[1:-1]
            if default.startswith("$") and depth < _DEPTH_OF_WORDS:
                return self._expand(default, depth + 1)
            if "$" not in default and "`" not in default:
                return default, True
        return raw, False


def _words_behind_redirections(command: SyntaxNode) -> Iterator[SyntaxNode]:
    """Yield the words of a command that stand behind a redirection: of ``pip install a>=1 b`` the shell installs a and b.

    The grammar takes them for further targets of the redirection, which has one.
    """
    inner, outer = command, command.parent
    while outer is not None and outer.type in ("pipeline", "list") and outer.named_children[-1] == inner:
        inner, outer = outer, outer.parent
    if outer is not None and outer.type == "redirected_statement" and outer.child_by_field_name("body") == inner:
        for redirection in outer.children_by_field_name("redirect"):
            if redirection.type == "file_redirect":
                yield from redirection.children_by_field_name("destination")[1:]


def _unescape(found: re.Match[str]) -> str:
    return "" if found.group(1).endswith("\n") else found.group(1)


def _unescape_ansi(found: re.Match[str]) -> str:
    if digits := found.group("hex") or found.group("uni"):
        return chr(int(digits, 16)) if not 0xD800 <= int(digits, 16) <= 0xDFFF else "\ufffd"
    if found.group("oct"):
        return chr(int(found.group("oct"), 8))
    char = found.group("char")
    return _ANSI_NAMES.get(char, char)
