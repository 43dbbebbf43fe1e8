"""Readers: one module per syntax, from bytes to a `Document`.

Promises: `read_document` never raises and never runs anything of the file; what could not be read is a `Problem`.
Refuses to know: where a file is stored, other files, rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from driftlint.documents.decode import DEFAULT, Decoded, Limits, Reading, decode, digest
from driftlint.documents.dockerfile import read_dockerfile
from driftlint.documents.dotenv import read_dotenv
from driftlint.documents.gin_reader import read_gin
from driftlint.documents.ini_reader import read_ini
from driftlint.documents.json_reader import read_json
from driftlint.documents.makefile import read_makefile
from driftlint.documents.model import Comment, Document, Kind, Problem
from driftlint.documents.notebook import read_notebook
from driftlint.documents.python_source import read_python
from driftlint.documents.requirements import read_requirements
from driftlint.documents.shell import read_shell
from driftlint.documents.toml_reader import read_toml
from driftlint.late_regex import compile_late
from driftlint.text import Span

__all__ = [
    "DEFAULT",
    "KNOWN_ENDINGS",
    "KNOWN_NAMES",
    "Decoded",
    "Limits",
    "decode",
    "digest",
    "kind_of",
    "kind_of_content",
    "read_document",
]

_BY_NAME: dict[str, Kind] = {
    "dvc.lock": "yaml",
    "pixi.lock": "yaml",
    ".condarc": "yaml",
    "mlproject": "yaml",
    "uv.lock": "toml",
    "poetry.lock": "toml",
    "pdm.lock": "toml",
    "pipfile": "toml",
    "pipfile.lock": "json",
    "containerfile": "dockerfile",
    "makefile": "makefile",
    "gnumakefile": "makefile",
    "justfile": "makefile",
    ".justfile": "makefile",
    ".env": "dotenv",
    ".envrc": "shell",
    ".gitmodules": "ini",
    ".python-version": "text",
    ".python-versions": "text",
    "runtime.txt": "text",
    ".tool-versions": "text",
    "singularity": "text",
    "singularityfile": "text",
    "jenkinsfile": "text",
}
_BY_ENDING: dict[str, Kind] = {
    "py": "python",
    "pyi": "python",
    "ipynb": "notebook",
    "yaml": "yaml",
    "yml": "yaml",
    "dvc": "yaml",
    "toml": "toml",
    "json": "json",
    "jsonc": "json",
    "sh": "shell",
    "bash": "shell",
    "zsh": "shell",
    "ksh": "shell",
    "slurm": "shell",
    "sbatch": "shell",
    "pbs": "shell",
    "mk": "makefile",
    "just": "makefile",
    "cfg": "ini",
    "ini": "ini",
    "gin": "gin",
    "dockerfile": "dockerfile",
    "containerfile": "dockerfile",
    "env": "dotenv",
    "def": "text",
    "jenkinsfile": "text",
}
KNOWN_NAMES = tuple(_BY_NAME)
"""File names that say a kind, in lower case."""
KNOWN_ENDINGS = tuple(_BY_ENDING)
"""Endings of file names that say a kind, without the dot."""
_TEMPLATE_ENDING = compile_late(r"\.(?:jinja2?|j2|tmpl|template)$")
_DOCKERFILE = compile_late(r"(?:Dockerfile[\w.-]*|dockerfile(?:[._-][\w.-]*)?|Containerfile(?:[._-][\w.-]*)?)")
_NO_DOCKERFILE = compile_late(
    r".*\.(?:dockerignore|md|rst|html|txt|go|js|ts|rs|rb|java|lua|vim|el|svg|png|lock|orig|rej|patch|diff)"
)
_MAKEFILE = compile_late(r"Makefile[._-](?!(?:md|rst|txt|pyc|orig|rej)$)[\w-]+|makefile\.(?:am|inc)")
_REQUIREMENTS = compile_late(r".*(?:requirements|constraints).*\.(?:txt|in)|(?:requirements|constraints)")
_REQUIREMENTS_FOLDERS = {"requirements", "constraints", "reqs"}
_PLAIN = compile_late(r"(?:Singularity|Jenkinsfile)[._-](?!(?:md|rst|txt|py|sif|orig|rej)$)[\w.-]+")
_TOML_LOCK = compile_late(r".+\.py\.lock|pdm\.[\w-]+\.lock")
"""Locks of uv for one script, and those of PDM for one platform or purpose."""
_ARCHIVE_LIST = compile_late(
    r"(?:.*[._-])?(?:explicit|specs?|spec[_-]?(?:file|list)|conda)(?:[._-].*)?\.txt|conda-(?:linux|osx|win)-[\w-]+\.lock"
)
"""Usual names of explicit lists of conda archives."""
_JSON_WITH_COMMENTS = compile_late(
    r"\.jsonc$|(?:^|/)(?:\.?devcontainer\.json|tsconfig[\w.-]*\.json|\.vscode/[^/]+\.json)$"
)
"""Forms of JSON whose own tools read comments and trailing commas."""
_LINE_COMMENT = compile_late(r"(?:^|(?<=[ \t]))(?:#|//)[^\r\n]*", re.MULTILINE)
_SHEBANG = compile_late(
    rb"#![ \t]*(?:\S*/)?(?:env[ \t]+(?:-S[ \t]+)?(?:\w+=\S*[ \t]+)*(?:\S*/)?)?([A-Za-z]+)[\d.]*(?:[ \t\r\n]|$)"
)
_SHEBANG_KINDS: dict[bytes, Kind] = {
    b"python": "python",
    b"pypy": "python",
    b"sh": "shell",
    b"bash": "shell",
    b"zsh": "shell",
    b"dash": "shell",
    b"ksh": "shell",
}


def _read_yaml(text: str, limits: Limits) -> Reading:
    from driftlint.documents.yaml_reader import read_yaml  # PyYAML is 10 ms of a start, for repos that hold any

    return read_yaml(text, limits)


_READERS: dict[Kind, Callable[[str, Limits], Reading]] = {
    "python": read_python,
    "notebook": read_notebook,
    "yaml": _read_yaml,
    "toml": read_toml,
    "json": read_json,
    "requirements": read_requirements,
    "dockerfile": read_dockerfile,
    "shell": read_shell,
    "makefile": read_makefile,
    "dotenv": read_dotenv,
    "ini": read_ini,
    "gin": read_gin,
}


def kind_of(path: str) -> Kind | None:
    """Return the kind of a file by its repo path (with ``/``), None where the name says nothing."""
    folder, _, name = path.rpartition("/")
    lowered = name.lower()
    if kind := _BY_NAME.get(lowered):
        return kind
    if folder.rpartition("/")[2] == ".dvc" and lowered in ("config", "config.local"):
        return "ini"
    plain = _TEMPLATE_ENDING.sub("", lowered)
    ending = plain.rpartition(".")[2] if "." in plain else ""
    if ending in ("txt", "in"):
        parent = folder.rpartition("/")[2].lower()
        if _REQUIREMENTS.fullmatch(plain) or parent in _REQUIREMENTS_FOLDERS:
            return "requirements"
    elif _REQUIREMENTS.fullmatch(plain):
        return "requirements"
    if lowered.startswith(".env."):
        return "dotenv"
    if re.fullmatch(r"pylock\..*toml", plain) or _TOML_LOCK.fullmatch(lowered):
        return "toml"
    if kind := _BY_ENDING.get(ending):
        # A template of another syntax is that syntax only after rendering; Dockerfiles and YAML survive it.
        return kind if plain == lowered or kind in ("dockerfile", "yaml", "requirements") else None
    if _DOCKERFILE.fullmatch(name) and not _NO_DOCKERFILE.fullmatch(lowered):
        return "dockerfile"
    if _MAKEFILE.fullmatch(name):
        return "makefile"
    return "text" if _PLAIN.fullmatch(name) or _ARCHIVE_LIST.fullmatch(lowered) else None


def kind_of_content(head: bytes) -> Kind | None:
    """Return the kind of a file by its ``#!`` line (Python and shells), None without one."""
    found = _SHEBANG.match(head[:200].removeprefix(b"\xef\xbb\xbf"))
    return _SHEBANG_KINDS.get(found.group(1)) if found else None


def read_document(path: str, data: bytes, *, limits: Limits = DEFAULT) -> Document:
    """Read one file. Never raises.

    A file that is no text, or is beyond the limits, has the kind "unread" and one fatal problem. A file whose name
    and first line say nothing has the kind "text".
    """
    kind = kind_of(path) or kind_of_content(data[:200]) or "text"
    key = digest(data)
    largest = limits.bytes_for(kind, path)
    if len(data) > largest:
        return _unread(path, key, f"larger than {_show_size(largest)}: not read")
    decoded = decode(data, python=kind == "python")
    if decoded.binary:
        return _unread(path, key, "not a text file")
    text = decoded.text
    if kind not in ("json", "notebook") and _longest_line_exceeds(text, limits.max_line):
        return _unread(path, key, f"a line is longer than {limits.max_line} characters: not read")
    decoded_problems = decoded.problems
    document = Document(path, kind, text, key, problems=decoded_problems)
    if kind == "text":
        document.comments = tuple(_line_comments(text))
        return document
    try:
        if kind == "makefile" and re.search(r"(?:^|/|\.)(?:\.?justfile|just)$", path.lower()):
            reading = read_makefile(text, limits, just=True)
        elif kind == "json" and _JSON_WITH_COMMENTS.search(path.lower()):
            reading = read_json(text, limits, relaxed=True)
        else:
            reading = _READERS[kind](text, limits)
    except Exception as error:  # the last line of defence: a reader's fault must not lose the run
        message = f"the reader failed ({type(error).__name__}): please report this file"
        document.problems = (*decoded.problems, Problem(Span(0, 0), message, fatal=True))
        document.code = text if kind == "python" else ""
        return document
    if reading.text is not None:
        document.text = reading.text
        # The places were offsets in the file, which is not the text any more.
        decoded_problems = tuple(Problem(Span(0, 0), problem.message) for problem in decoded.problems)
    document.body = reading.body
    document.script = reading.script
    document.code = reading.code
    document.cells = tuple(reading.cells)
    document.comments = tuple(sorted(reading.comments, key=lambda comment: comment.span))
    document.problems = (*decoded_problems, *reading.problems)
    return document


def _line_comments(text: str) -> Iterator[Comment]:
    """Yield the comments of a text without a reader of its own, by the two markers that such files use."""
    for found in _LINE_COMMENT.finditer(text):
        yield Comment(Span(*found.span()), found.group().lstrip("#/").strip())


def _show_size(size: int) -> str:
    return f"{size} bytes" if size % 1024 else f"{size // 1024} KiB"


def _unread(path: str, key: str, message: str) -> Document:
    return Document(path, "unread", "", key, problems=(Problem(Span(0, 0), message, fatal=True),))


def _longest_line_exceeds(text: str, longest: int) -> bool:
    if len(text) <= longest:
        return False
    at = 0
    while len(text) - at > longest:
        # Jump: a line end within the next `longest` characters means that no line from here is too long yet.
        newline = max(text.rfind("\n", at, at + longest + 1), text.rfind("\r", at, at + longest + 1))
        if newline == -1:
            return True
        at = newline + 1
    return False
