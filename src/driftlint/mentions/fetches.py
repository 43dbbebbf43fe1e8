"""Commands that fetch code or images outside a package manager: clones, scripts piped into a shell, container runs.

Promises: a clone judged together with the checkout that follows it; a pipe judged by what its URL fixes.
Refuses to know: whether the clone is of this very repo, and what a server sends.
"""

from __future__ import annotations

import re

from msgspec import Struct

from driftlint.documents.model import Word
from driftlint.facts import Mention, Pin
from driftlint.late_regex import compile_late
from driftlint.mentions.command_line import Line, flag_set, split_operands, strip_wrappers
from driftlint.mentions.image_reference import image_mention
from driftlint.mentions.revision import Repository, judge_revision, parse_repository
from driftlint.text import Span

_CLONE_VALUED = flag_set(
    "-b --branch --depth -o --origin -u --upload-pack --reference --reference-if-able --separate-git-dir -c --config "
    "-j --jobs --template --filter --shallow-since --shallow-exclude --server-option --revision --bundle-uri "
    "--ref-format"
)
_SHELLS = flag_set("sh bash zsh dash ash ksh fish python python3 perl ruby node source . eval")
_FETCH_INSIDE = compile_late(r"(?:<\(|\$\(|`)\s*(?:sudo\s+)?(?:curl|wget)\b")
_URL = compile_late(r"(?:https?|ftp)://[^\s'\"`|)<>;]+")
_CURL_VALUED = flag_set(
    "-o --output -H --header -A --user-agent -e -u --user -x --proxy -m --max-time --retry -C -b -c -X"
)
_WGET_VALUED = flag_set(
    "-O --output-document -P --directory-prefix -o -a -t --tries -T --timeout --header -U --user-agent"
)
_FETCHERS = frozenset({"curl", "wget"})
_COMMIT_IN_URL = compile_late(r"/([0-9a-f]{40})(?=/)")
_VERSION_IN_URL = compile_late(r"/(?:[\w.-]*?[-_/])?(v?\d+\.\d+(?:\.\d+)*(?:[-.]?(?:rc|a|b|post)\d*)?)(?=/|$)")
_VERSION_IN_FILE = compile_late(r"/[^/]*?(?<![\d.])(v?\d+\.\d+(?:\.\d+)*)[^/]*\.(?:sh|run|py)$")
_CHECKERS = compile_late(r"(?:sha\d+sum|shasum|md5sum|b2sum|gpg|cosign|openssl)")


class _Clone(Struct):
    line: Line
    repository: Repository
    url: Word
    folder: str
    pin: Pin
    pin_span: Span | None


def clone_mentions(lines: list[Line], groups: tuple[str, ...]) -> list[Mention]:
    """Return the clones of other repositories; a later ``checkout``, ``reset --hard`` or ``switch`` there pins them."""
    clones: list[_Clone] = []
    folder = ""
    for line in lines:
        if line.program in ("cd", "pushd") and line.words:
            folder = line.words[-1].text.rstrip("/").rsplit("/", 1)[-1]
            continue
        words, where = _git_words(line)
        if not words:
            continue
        if words[0].text == "clone" or (words[0].text == "lfs" and len(words) > 1 and words[1].text == "clone"):
            clone = _read_clone(line, words[1 if words[0].text == "clone" else 2 :])
            if clone is not None:
                clones.append(clone)
        elif clones and words[0].text in ("checkout", "reset", "switch"):
            _apply_checkout(clones, words, where or folder)
    return [
        Mention(
            "repository",
            clone.repository.host,
            clone.repository.name,
            clone.pin,
            clone.url.span,
            _name_span(clone),
            "clone",
            clone.pin_span,
            groups,
        )
        for clone in clones
    ]


def _name_span(clone: _Clone) -> Span:
    """Return where "owner/name" stands in the URL, or the whole word where quotes or expansions moved it."""
    word = clone.url
    at = word.text.lower().find(clone.repository.name)
    if at < 0 or word.span.end - word.span.start != len(word.text):
        return word.span
    return Span(word.span.start + at, word.span.start + at + len(clone.repository.name))


def _git_words(line: Line) -> tuple[tuple[Word, ...], str]:
    """Return the words from git's action on, and the folder that ``-C`` names ("" without one)."""
    if line.program == "gh":
        if len(line.words) > 2 and line.words[0].text == "repo" and line.words[1].text == "clone":
            return line.words[1:], ""
        return (), ""
    if line.program != "git":
        return (), ""
    at, where = 0, ""
    while at < len(line.words) and line.words[at].text.startswith("-"):
        text = line.words[at].text
        if text in ("-C", "-c", "--git-dir", "--work-tree") and at + 1 < len(line.words):
            if text == "-C":
                where = line.words[at + 1].text.rstrip("/").rsplit("/", 1)[-1]
            at += 1
        at += 1
    return line.words[at:], where


def _read_clone(line: Line, words: tuple[Word, ...]) -> _Clone | None:
    operands = split_operands(words, _CLONE_VALUED)
    if not operands.words:
        return None
    url = operands.words[0]
    repository = parse_repository(url.text)
    if repository is None and line.program == "gh" and re.fullmatch(r"[\w.-]+/[\w.-]+", url.text):
        repository = Repository("github.com", url.text.lower())
    if repository is None:
        return None
    folder = operands.words[1].text.rstrip("/") if len(operands.words) > 1 else repository.name
    branch = operands.value("-b", "--branch", "--revision")
    pin = judge_revision(branch.text) if branch is not None else Pin("absent")
    return _Clone(line, repository, url, folder.rsplit("/", 1)[-1], pin, branch.span if branch is not None else None)


def _apply_checkout(clones: list[_Clone], words: tuple[Word, ...], folder: str) -> None:
    action = words[0].text
    operands = split_operands(words[1:], frozenset({"-b", "-B", "-c", "-C", "--orphan"}))
    if action == "reset" and not operands.has("--hard"):
        return
    if not operands.words or any(word.text == "--" for word in words):
        return
    revision = operands.words[-1] if operands.has("-b", "-B") else operands.words[0]
    matching = [clone for clone in clones if clone.folder.lower() == folder.lower()]
    clone = matching[-1] if matching else clones[-1]
    pin = judge_revision(revision.text.removeprefix("origin/"))
    if pin.rung >= clone.pin.rung or clone.pin.state == "absent":
        clone.pin, clone.pin_span = pin, revision.span


def submodule_mentions(lines: list[Line], groups: tuple[str, ...]) -> list[Mention]:
    """Return each ``git submodule update --remote``: it takes the end of a branch, not the commit that the repo records."""
    found = []
    for line in lines:
        words, _ = _git_words(line)
        if len(words) < 2 or words[0].text != "submodule" or words[1].text != "update":
            continue
        operands = split_operands(words[2:], flag_set("--depth --reference -j --jobs --filter"))
        remote = next((word for word in words if word.text == "--remote"), None)
        if remote is None:
            continue
        name = operands.words[0].text if len(operands.words) == 1 and operands.words[0].fixed else "submodules"
        span = line.command.span
        found.append(
            Mention("repository", "git", name, Pin("moving", "--remote"), span, span, "submodule", remote.span, groups)
        )
    return found


def pipe_mentions(text: str, lines: list[Line], groups: tuple[str, ...]) -> list[Mention]:
    """Return scripts that run as they arrive: ``curl URL | sh``, ``bash <(curl URL)``, ``sh -c "$(curl URL)"``.

    So does one that is saved and run by a later command, unless something in the script is checked against a hash.
    """
    found = []
    seen: set[int] = set()
    checked = any(_CHECKERS.fullmatch(line.program) for line in lines)
    for at, line in enumerate(lines):
        if line.program in _FETCHERS and at + 1 < len(lines):
            shell = _piped_into(text, lines, at)
            target = "" if checked else _saved_script(line)
            if shell is not None or (target and any(_runs(after, target) for after in lines[at + 1 :])):
                mention = _pipe_mention(text, line.command.span, groups)
                if mention is not None and mention.span.start not in seen:
                    seen.add(mention.span.start)
                    found.append(mention)
        elif line.program in _SHELLS:
            source = text[line.command.span.start : line.command.span.end]
            inside = _FETCH_INSIDE.search(source)
            if inside is not None:
                span = Span(line.command.span.start + inside.start(), line.command.span.end)
                mention = _pipe_mention(text, span, groups)
                if mention is not None and mention.span.start not in seen:
                    seen.add(mention.span.start)
                    found.append(mention)
    return found


def _saved_script(line: Line) -> str:
    """Return the base name under which a fetched script is saved, "" when it is no installer or is not saved.

    Python files are left out: their addresses are judged as URLs.
    """
    operands = split_operands(line.words, _CURL_VALUED if line.program == "curl" else _WGET_VALUED)
    url = next((word.text for word in operands.words if _URL.match(word.text)), "")
    given = operands.value("-o", "--output") if line.program == "curl" else operands.value("-O", "--output-document")
    if line.program == "curl" and given is None and not operands.has("-O", "--remote-name"):
        return ""
    name = (given.text if given is not None else url.split("?")[0]).rsplit("/", 1)[-1]
    return name if url and name.endswith((".sh", ".bash", ".run")) else ""


def _runs(line: Line, script: str) -> bool:
    """Return whether a command runs the script of that base name."""
    if line.program == script:
        return True
    first = next((word.text for word in line.words if not word.text.startswith("-")), "")
    return line.program in _SHELLS and first.rsplit("/", 1)[-1] == script


def _piped_into(text: str, lines: list[Line], at: int) -> Line | None:
    """Return the interpreter that ends the pipe begun by line `at`, if it takes its program from that pipe."""
    for before, after in zip(lines[at:], lines[at + 1 : at + 4], strict=False):
        between = text[before.command.span.end : after.command.span.start]
        if "|" not in between or "||" in between or ";" in between or "&&" in between:
            return None
        line = after
        if line.program not in _SHELLS:
            line = strip_wrappers(after.command)
        if line.program in _SHELLS:
            operands = split_operands(line.words, frozenset({"-o", "-O"}))
            reads_stdin = operands.has("-s") or not operands.words or operands.words[0].text == "-"
            return line if reads_stdin and not operands.has("-c", "-m") else None
        if line.program not in ("tee", "sed", "tr", "gunzip", "cat"):
            return None
    return None


def _pipe_mention(text: str, span: Span, groups: tuple[str, ...]) -> Mention | None:
    match = _URL.search(text, span.start, span.end)
    if match is None:
        return None
    url = match.group()
    url_span = Span(*match.span())
    host, _, path = url.split("://", 1)[1].partition("/")
    commit = _COMMIT_IN_URL.search(url)
    version = _VERSION_IN_URL.search(url.split("://", 1)[1]) or _VERSION_IN_FILE.search(url.split("?")[0])
    if commit is not None:
        pin = Pin("sealed", commit[1])
    elif "$" in url:
        pin = Pin("unknown", url)
    else:
        pin = Pin("version", version[1]) if version is not None else Pin("absent")
    name = f"{host.rsplit('@', 1)[-1].lower()}/{path}".rstrip("/")
    return Mention("script", host.rsplit("@", 1)[-1].lower(), name, pin, url_span, url_span, "pipe", None, groups)


_RUN_SWITCHES = flag_set(
    "-d -i -t --rm --detach --interactive --tty --init --privileged --read-only --no-healthcheck --sig-proxy -P "
    "--publish-all --oom-kill-disable --disable-content-trust -q --quiet --nv --rocm --no-home --containall "
    "--writable-tmpfs --writable --fakeroot --cleanenv -e -C -c --all-tags -a --no-mount-home --contain"
)


def run_image(line: Line, groups: tuple[str, ...]) -> list[Mention]:
    """Return the image of ``docker run`` and ``docker pull``, and of ``apptainer`` with a ``docker://`` address."""
    if not line.words:
        return []
    if line.program in ("apptainer", "singularity"):
        return [
            found
            for word in line.words
            if word.text.startswith("docker://")
            and (found := image_mention(word.text, word.span, "image", groups)) is not None
        ]
    action, *rest = line.words
    if action.text == "pull":
        operands = split_operands(tuple(rest), frozenset({"--platform"}))
    elif action.text in ("run", "create"):
        rest_words = tuple(rest)
        at = 0
        while at < len(rest_words) and rest_words[at].text.startswith("-"):
            text = rest_words[at].text
            cluster = re.fullmatch(r"-[ditP]+", text) is not None
            takes_value = "=" not in text and not cluster and (text not in _RUN_SWITCHES or text in ("-e", "-c", "-a"))
            at += 2 if takes_value and len(text) >= 2 and not re.fullmatch(r"-[evpuwmc].+", text) else 1
        operands = split_operands(rest_words[at : at + 1], frozenset())
    else:
        return []
    images: list[Mention] = []
    for word in operands.words[:1]:
        # A bare name, or one with :latest, is as likely an image that this machine built.
        if word.fixed and ("/" in word.text or ":" in word.text) and not word.text.startswith((".", "/", "$")):
            mention = image_mention(word.text, word.span, "image", groups)
            if mention is not None and ("/" in word.text or mention.pin.state not in ("absent", "moving")):
                images.append(mention)
    return images
