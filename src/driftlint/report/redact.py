r"""Make quoted text fit to be shown: no secrets, no control characters.

Promises: `find_secrets` and `redact` look at one text alone and take time linear in its length; redacting twice changes
nothing more; `make_visible` leaves nothing that a terminal, a log viewer or a bidirectional text renderer would obey.
Refuses to know: rules, findings, files. It errs towards hiding in texts whose values stand without quotes (``.env``,
YAML, shell) and towards showing in Python, where an unquoted value is an expression and no literal.

The key shapes are the publicly documented prefixes and lengths of access tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from driftlint.late_regex import compile_late

MASK = "***"

# Every quantifier that could start at many places is bounded, so a hostile line cannot make a search quadratic.
_PREFIXED = compile_late(
    r"""(?<![A-Za-z0-9])(?:
      sk-(?=[A-Za-z_-]{0,80}[0-9])[A-Za-z0-9_-]{16,}
    | sk-[A-Za-z0-9]{20,}
    | sk-[a-z]{2,10}(?:[0-9]{2})?-[A-Za-z0-9_-]{20,}
    | hf_[A-Za-z0-9]{20,}
    | api_org_[A-Za-z0-9]{20,}
    | gh[a-z]_[A-Za-z0-9]{20,}
    | github_pat_[A-Za-z0-9_]{20,}
    | gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent)-[A-Za-z0-9_-]{20,}
    | A(?:KIA|SIA|ROA|IDA|GPA|NPA)[A-Z0-9]{16}
    | xox[a-z]-[A-Za-z0-9-]{10,}
    | xapp-[A-Za-z0-9-]{10,}
    | AIza[A-Za-z0-9_-]{35}
    | ya29\.[A-Za-z0-9_-]{20,}
    | [sr]k_(?:live|test)_[A-Za-z0-9]{16,}
    | SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,}
    | (?:r8|gsk|npm)_[A-Za-z0-9]{20,}
    | nvapi-[A-Za-z0-9_-]{20,}
    | (?:xai|pplx|tvly)-[A-Za-z0-9_-]{20,}
    | lsv2_[a-z]{2}_[0-9a-f_]{32,}
    | dapi[0-9a-f]{32}(?:-[0-9])?
    | dop_v1_[0-9a-f]{40,}
    | (?:[a-z]{2,10}-)?AgEIcHlwaS5vcmc[A-Za-z0-9_-]+
    | eyJ[A-Za-z0-9_+/=-]{16,}(?:\.[A-Za-z0-9_+/=-]+){0,4}
    | -----BEGIN\ [A-Z ]{0,40}PRIVATE\ KEY-----[^"']*
    )""",
    re.VERBOSE,
)
_AUTHORIZATION = compile_late(
    r"\b(?i:bearer|basic|token)\s{1,4}(?P<value>(?=[A-Za-z._~+/-]{0,200}[0-9=])[A-Za-z0-9._~+/-]{16,}={0,2})"
)
_USERINFO = compile_late(r"://(?:[^\s/@:\"']{0,100}:)?(?P<value>[^\s/@:\"']{1,300})@")
_QUERY = compile_late(
    r"[?&;](?i:[\w.-]{0,40}(?:token|key|sig|signature|secret|password|pwd|auth|credential))=(?P<value>[^\s&#\"'<>)]{4,})"
)
_HEX_BESIDE = compile_late(
    r"(?i:key|token|secret|login|auth|password|credential)[\"'\]]{0,2}"
    r"(?:\s{0,8}[:=(]\s{0,8}|\s{1,8})(?:is\s{1,4}|--?[\w-]{1,30}[\s=]{1,4}){0,2}"
    r"[\"']?(?P<value>[0-9a-fA-F]{32,})(?![\w])"
)
_NAME = compile_late(
    r"(?i:passwords?|passwd|passphrase|pwd|secrets?|token|credentials?"
    r"|(?:api|access|secret|private|account|auth|signing|encryption|subscription|license)[_-]?key)(?:[_-]?\d{1,3})?(?![\w-])"
)
_OPERATOR = compile_late(r"[\"'\]]{0,2}(?:\s{0,8}:\s{0,8}[\w\[\]|. ]{1,40}?)?\s{0,8}(?::=|=>|==|!=|=)\s{0,8}")
_COLON = compile_late(r"[\"'\]]{0,2}\s{0,8}:\s{0,8}")
_COMMA = compile_late(r"[\"']\s{0,8},\s{0,8}")
_STRING = compile_late(r"[rRbBuUfF]{0,2}(?P<quote>\"\"\"|'''|[\"'])")
_BARE = compile_late(r"[^\s\"'`,;&)}#]+")
_NO_SECRET = compile_late(
    r"""(?x)
      \s* | \*{3,} | \.{3} | -+ | x{3,} | X{3,} | \?+
    | (?i:true|false|none|null|nil|yes|no|on|off|str|string|int|bool|bytes|required|optional|default|todo|changeme)
    | [<\[(|].*                             # special tokens of vocabularies, placeholders, lists
    | \$\{?.* | %\(?[\w]*\)?[sd%]?.{0,1} | \{+[^{}]*\}+   # expansions and templates: the secret is elsewhere
    | (?i:your|my|insert|enter|replace|example|dummy|fake|placeholder)[-_\ ].*
    """
)
_VOCABULARY = frozenset({
    "additional", "audio", "bod", "boi", "bos", "cls", "context", "control", "decoder", "delim", "delimiter", "end",
    "eod", "eoi", "eom", "eos", "eot", "first", "forced", "image", "input", "label", "last", "mask", "middle",
    "modality", "newline", "next", "num", "output", "pad", "padding", "per", "placeholder", "prefix", "prev", "prompt",
    "sep", "separator", "special", "start", "stop", "suffix", "target", "text", "think", "unk", "video", "word",
})  # fmt: skip
"""Words before ``_token`` that make it a token of a vocabulary, not of an account."""
_IDENTIFIER = compile_late(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?:[(\[].*)?")
_DOTENV = compile_late(r"\s*(?:#+\s*)?(?:export\s+)?[A-Za-z_*][\w.*-]*\s*[=:]\s*(?P<value>\S.*)", re.DOTALL)
_LINE = compile_late(r"[^\r\n]+")
_MOST_PASSES = 6
"""A mask can make what stands beside it look like a secret: then that goes too."""
_JUDGED = 1024
"""How much of a bare value is looked at to tell whether it is a secret, in code points; all of it is hidden."""
_LITERAL_KINDS = frozenset(
    {"yaml", "ini", "gin", "shell", "dockerfile", "makefile", "requirements", "text", "toml", ""}
)
_PRINTABLE_SPACES = frozenset(" \u00a0\u3000")


def redact(text: str, kind: str = "") -> str:
    """Return `text` with everything that looks like a secret replaced by ``***``.

    `kind` is the kind of the document that the text is quoted from ("python", "yaml", "dotenv", ...), "" for messages.
    In "dotenv" texts every value is hidden.
    """
    for _ in range(_MOST_PASSES):
        masked = _mask(text, find_secrets(text, kind))
        if masked == text:
            break
        text = masked
    return text


def _mask(text: str, spans: list[tuple[int, int]]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += (text[at:start], MASK)
        at = end
    return "".join((*parts, text[at:]))


def find_secrets(text: str, kind: str = "") -> list[tuple[int, int]]:
    """Return the disjoint, ascending half-open code-point ranges of `text` that `redact` would hide."""
    if kind == "dotenv":
        shapes = _merge(_find_shapes(text))
        return _merge([*shapes, *_find_dotenv(_blank(text, shapes))])
    found = _find_shapes(text)
    found += _find_assigned(text, kind)
    return _merge(found)


def _find_shapes(text: str) -> list[tuple[int, int]]:
    found = [match.span() for match in _PREFIXED.finditer(text)]
    for pattern in (_AUTHORIZATION, _QUERY, _HEX_BESIDE):
        found += [m.span("value") for m in pattern.finditer(text) if not _NO_SECRET.fullmatch(m["value"])]
    if "@" in text:
        for match in _USERINFO.finditer(text):
            value = match["value"]
            named = match[0].count(":") > 1
            if not _NO_SECRET.fullmatch(value) and (named or len(value) >= 16):
                found.append(match.span("value"))
    return found


def _find_assigned(text: str, kind: str) -> Iterator[tuple[int, int]]:
    """Values given to names such as ``password``, ``hub_token`` or ``API_KEY``."""
    literal = kind in _LITERAL_KINDS or text.lstrip()[:1] in ("!", "%")
    run = (0, 0)  # the last run of bare characters: what starts inside it ends with it, and is not searched again
    for name in _NAME.finditer(text):
        whole = _name_before(text, name.start())
        if _names_vocabulary(whole, name[0].lower()):
            continue
        operator = _OPERATOR.match(text, name.end()) or _COLON.match(text, name.end())
        sure = operator is not None
        if operator is None:
            operator = _COMMA.match(text, name.end()) or _flag_space(text, name, whole, kind)
        if operator is None:
            continue
        string = _STRING.match(text, operator.end())
        if string is not None:
            start = string.end()
            close = text.find(string["quote"], start)
            end = len(text) if close == -1 else close
            value = text[start:end]
            if _closes(text, name.start(), operator, string):
                continue
            # A comparison names a word of a language far more often than a secret.
            sure = sure and operator[0].strip() not in ("==", "!=")
            if not _NO_SECRET.fullmatch(value) and (sure or _looks_random(value)):
                yield start, end
            continue
        at = operator.end()
        if not run[0] <= at < run[1]:
            bare = _BARE.match(text, at)
            if bare is None:
                continue
            run = bare.span()
        value = text[at : min(run[1], at + _JUDGED)]
        if _NO_SECRET.fullmatch(value):
            continue
        if operator[0].startswith(("'", '"')) and operator[0].rstrip().endswith(","):
            continue
        if _is_bare_secret(value, literal, name[0].lower(), whole + name[0].lower()):
            yield at, run[1]


def _closes(text: str, name: int, operator: re.Match[str], string: re.Match[str]) -> bool:
    """Whether the quote ends a string that the name stands in, as in a prompt: ``ask("Password: ")``."""
    quote = string["quote"]
    if operator[0][:1] in "\"'" or len(quote) != 1 or text.count(quote, max(name - 4096, 0), name) % 2 == 0:
        return False
    return text[string.end() : string.end() + 1] in ("", ")", "]", "}", ",", " ", "\n", "\r", ";")


def _is_bare_secret(value: str, literal: bool, keyword: str, name: str) -> bool:
    if not literal:
        return False
    lowered = value.lower()
    if lowered in (keyword, name.lower()) or lowered.endswith(("_" + keyword, "." + keyword)):
        return False
    if keyword == "token" and value.isdigit():
        return False
    expression = _IDENTIFIER.fullmatch(value) is not None and ("." in value or "(" in value or "[" in value)
    return not expression or _looks_random(value)


def _name_before(text: str, start: int) -> str:
    at = start
    while at > 0 and start - at < 60 and (text[at - 1].isalnum() or text[at - 1] in "_-"):
        at -= 1
    return text[at:start]


def _names_vocabulary(before: str, keyword: str) -> bool:
    if keyword != "token" or not before:
        return False
    words = [word for word in re.split(r"[_-]", before.lower()) if word]
    return bool(words) and words[-1] in _VOCABULARY


def _flag_space(text: str, name: re.Match[str], whole: str, kind: str) -> re.Match[str] | None:
    """A blank separates flag and value (``--token VALUE``) and, in an image recipe, ``ENV NAME VALUE``."""
    flag = whole.startswith("--") or text[max(name.start() - 2, 0) : name.start()] == "--"
    if flag or (kind == "dockerfile" and text.lstrip()[:4].upper() in ("ENV ", "ARG ")):
        return re.compile(r"\s{1,8}").match(text, name.end())
    return None


def _looks_random(value: str) -> bool:
    """Return whether a text of 16 or more characters mixes letters and digits as keys do."""
    return (
        len(value) >= 16
        and not re.search(r"[\s/]", value)
        and any(char.isdigit() for char in value)
        and any(char.isalpha() for char in value)
    )


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    """Return `text` with the spans as stars, as long as it was: what is hidden decides no more about its line."""
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += (text[at:start], "*" * (end - start))
        at = end
    return "".join((*parts, text[at:]))


def _find_dotenv(text: str) -> Iterator[tuple[int, int]]:
    for line in _LINE.finditer(text):
        match = _DOTENV.match(line[0])
        if match is not None:
            yield line.start() + match.start("value"), line.start() + match.end("value")
        elif line[0].strip() and not line[0].lstrip().startswith("#") and "=" not in line[0]:
            yield line.span()  # the rest of a value that spans lines


def _merge(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def make_visible(text: str) -> str:
    r"""Return `text` with control, format, surrogate and line-separator characters written as escapes (``\x1b``).

    A lone surrogate that stands for an undecodable byte (PEP 383) is written as that byte.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in _PRINTABLE_SPACES else _escape(char) for char in text)


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00
    named = {9: "\\t", 10: "\\n", 13: "\\r"}.get(code)
    if named is not None:
        return named
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def clean(text: str, kind: str = "") -> str:
    """Return `text` on one line, redacted and with visible control characters: what any output may hold."""
    line = text.replace("\r\n", " ").replace("\n", " ") if "\n" in text else text
    return make_visible(redact(line, kind))


def show_path(path: str) -> str:
    """Return a path as people may see it: control characters visible, "." for the project itself. Never redacted."""
    return make_visible(path) or "."
