"""Packages of the operating system, of Node, Go and Rust, installed by command.

Promises: one mention of kind "system-package" a word of ``apt-get install``, ``apk add``, ``dnf install`` and
``npm install -g``; one a program of ``go install`` and ``cargo install``.
Refuses to know: which archive snapshot the base image points at.
"""

from __future__ import annotations

import re

from driftlint.documents.model import Word
from driftlint.facts import Mention, Pin
from driftlint.late_regex import compile_late
from driftlint.mentions.command_line import Line, flag_set, split_operands
from driftlint.text import Span

_APT_VALUED = flag_set("-t --target-release --default-release -o --option -c --config-file -a --host-architecture")
_APK_VALUED = flag_set("-X --repository -t --virtual -p --root --arch --keys-dir --repositories-file --cache-dir")
_RPM_VALUED = flag_set(
    "-c --config -d -e -x --exclude --enablerepo --disablerepo --repo --setopt --releasever --installroot"
)
_NPM_VALUED = flag_set("--prefix --registry --cache --tag --loglevel -C --userconfig")
_NAME = compile_late(r"[a-z0-9][\w.+:-]*", re.IGNORECASE)
_NPM = compile_late(r"(?P<name>(?:@[\w.-]+/)?[\w.-]+)(?:@(?P<version>.+))?")


def _mention(
    word: Word, host: str, form: str, name: str, version: str, groups: tuple[str, ...], state: str = ""
) -> Mention:
    text = word.text
    quoted = word.span.end - word.span.start - len(text) == 2
    start = word.span.start + (1 if quoted else 0)
    if not version:
        pin = Pin("absent")
    elif "$" in version or "{" in version:
        pin = Pin("unknown", version)
    else:
        pin = Pin("range", version) if state == "range" or "*" in version else Pin("version", version)
    at = text.find(version, len(name)) if version else -1
    place = Span(start + at, start + at + len(version))
    pin_span = place if at >= 0 and word.span.covers(place) else None
    name_span = Span(start, min(start + len(name), word.span.end))
    return Mention("system-package", host, name.lower(), pin, word.span, name_span, form, pin_span, groups)


def system_package(text: str, at: int, host: str, groups: tuple[str, ...]) -> Mention | None:
    """Return the mention of a package of a list, ``name`` or ``name=version``, at code point `at`; None for a path."""
    name, _, version = text.partition("=")
    if not _NAME.fullmatch(name):
        return None
    return _mention(Word(text, Span(at, at + len(text))), host, "apt", name, version, groups)


def apt_words(line: Line, groups: tuple[str, ...]) -> list[Mention]:
    """Return the packages of ``apt-get install`` and its kin; local .deb files are no mention."""
    operands = split_operands(line.words, _APT_VALUED)
    if not operands.words or operands.words[0].text != "install":
        return []
    found = []
    for word in operands.words[1:]:
        name, _, version = word.text.partition("=")
        name = name.split("/")[0] if not name.startswith((".", "/")) else name
        if _NAME.fullmatch(name) and not name.endswith((".deb", ".txt", "-")):
            found.append(_mention(word, "apt", "apt", name, version, groups))
    return found


def apk_words(line: Line, groups: tuple[str, ...]) -> list[Mention]:
    """Return the packages of ``apk add``."""
    operands = split_operands(line.words, _APK_VALUED)
    if not operands.words or operands.words[0].text != "add":
        return []
    found = []
    for word in operands.words[1:]:
        match = re.fullmatch(r"(?P<name>[a-zA-Z0-9][\w.+:-]*)(?:@\w+)?(?P<op>=|~=?|[<>]=?)?(?P<version>.*)", word.text)
        if match is not None and not word.text.endswith(".apk"):
            state = "range" if match["op"] not in (None, "=") else ""
            found.append(_mention(word, "apk", "apt", match["name"], match["version"], groups, state))
    return found


def rpm_words(line: Line, groups: tuple[str, ...]) -> list[Mention]:
    """Return the packages of ``yum install`` and ``dnf install``: ``name-1.2.3-4.el8`` carries a version."""
    operands = split_operands(line.words, _RPM_VALUED)
    if not operands.words or operands.words[0].text not in ("install", "localinstall"):
        return []
    found = []
    for word in operands.words[1:]:
        if word.text.endswith(".rpm") or not _NAME.fullmatch(word.text):
            continue
        match = re.fullmatch(r"(?P<name>.+?)-(?P<version>\d+(?:\.\d+)+\S*)", word.text)
        name, version = (match["name"], match["version"]) if match else (word.text, "")
        found.append(_mention(word, "rpm", "apt", name, version, groups))
    return found


def npm_words(line: Line, groups: tuple[str, ...]) -> list[Mention]:
    """Return the packages of a global npm, pnpm or yarn install; project installs follow package.json."""
    operands = split_operands(line.words, _NPM_VALUED)
    words = operands.words
    if line.program == "yarn":
        if [word.text for word in words[:2]] != ["global", "add"]:
            return []
        words = words[2:]
    elif not words or words[0].text not in ("install", "i", "add") or not operands.has("-g", "--global"):
        return []
    else:
        words = words[1:]
    found = []
    for word in words:
        match = _NPM.fullmatch(word.text)
        if match is None or word.text.startswith("."):
            continue
        version = match["version"] or ""
        exact = re.fullmatch(r"v?\d+\.\d+\.\d+\S*", version) is not None or "$" in version
        mention = _mention(word, "npm", "npm", match["name"], version, groups, "" if exact else "range")
        found.append(mention)
    return found


_GO_VALUED = flag_set("-p -asmflags -buildmode -compiler -gcflags -ldflags -mod -modfile -overlay -tags -o -C")
_CARGO_VALUED = flag_set(
    "--version --vers --git --branch --tag --rev --path --root --registry --index -F --features -j --jobs --profile "
    "--target --target-dir -Z --config --color --message-format"
)
_GO_PROGRAM = compile_late(r"(?P<name>[\w-]+\.[\w.-]+/[\w./~-]+)(?:@(?P<version>.+))?")


def go_words(line: Line, groups: tuple[str, ...]) -> list[Mention]:
    """Return the programs of ``go install ADDRESS@VERSION`` and ``go get``; without a version, go.mod decides."""
    operands = split_operands(line.words, _GO_VALUED)
    if not operands.words or operands.words[0].text not in ("install", "get"):
        return []
    found = []
    for word in operands.words[1:]:
        match = _GO_PROGRAM.fullmatch(word.text)
        if match is None or match["version"] is None:
            continue
        version = match["version"]
        exact = re.fullmatch(r"v\d+\.\d+\.\d+\S*|[0-9a-f]{7,40}", version) is not None or "$" in version
        found.append(_mention(word, "go", "program", match["name"], version, groups, "" if exact else "range"))
    return found


def cargo_words(line: Line, groups: tuple[str, ...]) -> list[Mention]:
    """Return the programs of ``cargo install``; a path or a repository is none."""
    words = line.words[1:] if line.words and line.words[0].text.startswith("+") else line.words
    operands = split_operands(words, _CARGO_VALUED)
    if not operands.words or operands.words[0].text not in ("install", "binstall") or operands.has("--path", "--git"):
        return []
    given = operands.value("--version", "--vers")
    found = []
    for word in operands.words[1:]:
        name, _, version = word.text.partition("@")
        if not _NAME.fullmatch(name):
            continue
        version = version or (given.text if given is not None else "")
        exact = re.fullmatch(r"=?\d+\.\d+\.\d+\S*", version) is not None or "$" in version
        found.append(_mention(word, "cargo", "program", name, version, groups, "" if exact else "range"))
    return found
