"""Requirements and constraints files to logical lines, by pip's own line rules.

Promises: each line with its span, its option, its value and its hashes; lines that pip would refuse are problems.
Refuses to know: whether a requirement is pinned, and what a referred file holds.
Source of the rules: pip 26.3, ``pip/_internal/req/req_file.py`` and ``constructors.py``.
"""

from __future__ import annotations

import re

from msgspec import Struct

from driftlint.documents.decode import Limits, Reading
from driftlint.documents.model import Comment, Problem, RequirementLine
from driftlint.late_regex import compile_late
from driftlint.text import Span

_LINE = compile_late(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_COMMENT = compile_late(r"(?:^|(?<=\s))(#.*)$")
_SHORT = {"-r": "-r", "-c": "-c", "-e": "-e", "-i": "--index-url", "-f": "--find-links", "-C": "--config-settings"}
_LONG = {
    "--requirement": "-r",
    "--constraint": "-c",
    "--editable": "-e",
    "--pypi-url": "--index-url",
    "--config-setting": "--config-settings",
}
_VALUED = {
    "-r",
    "-c",
    "-e",
    "--index-url",
    "--extra-index-url",
    "--find-links",
    "--no-binary",
    "--only-binary",
    "--trusted-host",
    "--use-feature",
    "--hash",
    "--config-settings",
    "--global-option",
    "--install-option",
    "--build-option",
}
_FLAGS = {
    "--no-index",
    "--pre",
    "--prefer-binary",
    "--require-hashes",
    "--process-dependency-links",
    "--always-unzip",
    "-Z",
    "--no-use-wheel",
    "--use-wheel",
}
_PER_REQUIREMENT = {"--hash", "--config-settings", "--global-option", "--install-option", "--build-option"}
_URL = compile_late(r"(?:(?:git|hg|svn|bzr)\+[\w+]+:|git\+git@|https?:|file:|ftp:|ssh:)\S+", re.IGNORECASE)
_ARCHIVE = compile_late(r".+\.(?:whl|zip|tar\.gz|tgz|tar\.bz2|tbz|tar\.xz|txz|tar)(?:\[[^\]]*\])?")
_VARIABLE = compile_late(r"\$\{[A-Z0-9_]+\}")
_CONFLICT = compile_late(r"(?:<{7}|={7}|>{7})(?:\s.*)?")


class _Logical(Struct):
    """A logical line before its options are split."""

    text: str
    start: int
    end: int


def read_requirements(text: str, limits: Limits) -> Reading:
    """Read a requirements file; the body is a tuple of `RequirementLine`, one for each option on an option line."""
    reading = Reading()
    lines: list[RequirementLine] = []
    for logical in _join_lines(text, reading.comments):
        new, message = _split(logical)
        lines.extend(new)
        if message:
            reading.problems.append(Problem(Span(logical.start, logical.end), message))
    reading.body = tuple(lines)
    return reading


def _join_lines(text: str, comments: list[Comment]) -> list[_Logical]:
    """Join continued lines, then cut comments: a backslash at the end of a comment line continues nothing."""
    logical: list[_Logical] = []
    pieces: list[tuple[str, int]] = []
    at = 0
    while at < len(text):
        found = _LINE.match(text, at)
        assert found is not None
        line, start = found.group(1), at
        at = found.end()
        is_comment = line.lstrip()[:1] == "#"
        if line.endswith("\\") and not is_comment:
            pieces.append((line.rstrip("\\"), start))
            if at < len(text):
                continue
        elif is_comment and pieces:
            # pip puts a space before it, so that the comment is cut from the joined line.
            pieces.append((" " + line, start - 1))
        else:
            pieces.append((line, start))
        if (joined := _cut_comment(pieces, comments)) is not None:
            logical.append(joined)
        pieces = []
    return logical


def _cut_comment(pieces: list[tuple[str, int]], comments: list[Comment]) -> _Logical | None:
    whole = "".join(piece for piece, _ in pieces)
    cut = _COMMENT.search(whole)
    length = len(whole)
    if cut:
        length = cut.start()
        start = _source_offset(pieces, cut.start(1))
        # The comment ends with the physical line it starts on, or goes on over the continued ones.
        end = _source_offset(pieces, len(whole) - 1) + 1
        comments.append(Comment(Span(start, end), cut.group(1).lstrip("#").strip()))
    body = whole[:length]
    stripped = body.strip()
    if not stripped:
        return None
    first = len(body) - len(body.lstrip())
    last = first + len(stripped) - 1
    return _Logical(stripped, _source_offset(pieces, first), _source_offset(pieces, last) + 1)


def _source_offset(pieces: list[tuple[str, int]], offset: int) -> int:
    for piece, start in pieces:
        if offset < len(piece):
            return start + offset
        offset -= len(piece)
    piece, start = pieces[-1]
    return start + len(piece)


def _split(logical: _Logical) -> tuple[list[RequirementLine], str]:
    """Return the lines of one logical line and what is wrong with it ("" when pip would take it)."""
    text, span = logical.text, Span(logical.start, logical.end)
    tokens = re.split(r"[ \t]+", text)
    at = next((at for at, token in enumerate(tokens) if token.startswith("-")), len(tokens))
    requirement = " ".join(tokens[:at])
    hashes: list[str] = []
    options: list[RequirementLine] = []
    message = ""
    while at < len(tokens):
        option, value, at = _take_option(tokens, at)
        if option in _VALUED and value is None:
            message = message or f"{option} needs a value"
            value = ""
        elif option not in _VALUED and option not in _FLAGS:
            message = message or f"pip takes no option {option} in a requirements file: remove it"
        if option == "--hash":
            hashes.append(value or "")
        elif requirement and option in _PER_REQUIREMENT:
            pass
        else:
            options.append(RequirementLine(text, span, option, value or ""))
    if requirement:
        message = message or _refuse(requirement)
        if options and not message:
            message = f"pip takes no option {options[0].option} after a requirement: put it on a line of its own"
        return [RequirementLine(text, span, "", requirement, tuple(hashes))], message
    if hashes and options:
        last = options[-1]
        options[-1] = RequirementLine(last.text, last.span, last.option, last.value, tuple(hashes))
    elif hashes:
        return [], message or "--hash stands on a line without a requirement: end the line before it with a backslash"
    return options, message


def _take_option(tokens: list[str], at: int) -> tuple[str, str | None, int]:
    """Take the option at an index and its value, None for flags and where it is missing; return where the next one stands."""
    token, after = tokens[at], at + 1
    if token.startswith("--"):
        name, equals, value = token.partition("=")
        option = _LONG.get(name, name)
        if equals:
            return option, _unquote(value), after
    else:
        option = _SHORT.get(token[:2], token)
        if len(token) > 2 and token[:2] in _SHORT:
            return option, _unquote(token[2:]), after
    if option in _VALUED and after < len(tokens) and not tokens[after].startswith("--"):
        end = after + 1
        if option == "-e":
            # An editable's extras and marker may hold spaces; pip reads up to the next option.
            while end < len(tokens) and not tokens[end].startswith("-"):
                end += 1
        return option, _unquote(" ".join(tokens[after:end])), end
    return option, None, after


def _unquote(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value


def _refuse(requirement: str) -> str:
    """Return why pip would refuse a requirement, "" when it would take it."""
    from packaging.requirements import Requirement

    plain = _VARIABLE.sub("1", requirement)
    try:
        Requirement(plain)
        return ""
    except (ValueError, RecursionError):
        pass
    target = plain.split(" ; ")[0].strip()
    if _URL.fullmatch(target) or _looks_like_path(target):
        return ""
    if "{{" in requirement or "{%" in requirement:
        return "template syntax: pip can read the file only after rendering"
    if _CONFLICT.fullmatch(requirement):
        return "a merge conflict marker: resolve the conflict"
    if requirement[0] in "'\"":
        return "pip cannot read a quoted requirement: remove the quotes" + (
            " and the comma" if requirement.rstrip().endswith(",") else ""
        )
    if re.match(r"(?:!|%)?(?:python3? -m )?pip3? install\b", requirement):
        return "a requirements file holds requirements only: remove the install command"
    if re.match(r"[\w.-]+=[^=]", requirement):
        return "a single = is conda's form; pip needs =="
    if requirement.endswith(","):
        return "pip cannot read this requirement: remove the comma at the end"
    if re.match(r"[\w.-]+\s+v?\d", requirement):
        return "pip cannot read this requirement: write name==version"
    return "pip cannot read this line as a requirement"


def _looks_like_path(target: str) -> bool:
    if re.search(r"\s", target):
        return False
    return target.startswith(".") or "/" in target or "\\" in target or _ARCHIVE.fullmatch(target) is not None
