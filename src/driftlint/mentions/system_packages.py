"""Packages of the operating system and of Node, installed by command.

Promises: one mention of kind "system-package" a word of ``apt-get install``, ``apk add``, ``dnf install`` and
``npm install -g``.
Refuses to know: which archive snapshot the base image points at.
"""

from __future__ import annotations

import re

from driftlint.documents.model import Word
from driftlint.facts import Mention, Pin
from driftlint.mentions.command_line import Line, flag_set, split_operands
from driftlint.text import Span

_APT_VALUED = flag_set("-t --target-release --default-release -o --option -c --config-file -a --host-architecture")
_APK_VALUED = flag_set("-X --repository -t --virtual -p --root --arch --keys-dir --repositories-file --cache-dir")
_RPM_VALUED = flag_set(
    "-c --config -d -e -x --exclude --enablerepo --disablerepo --repo --setopt --releasever --installroot"
)
_NPM_VALUED = flag_set("--prefix --registry --cache --tag --loglevel -C --userconfig")
_NAME = re.compile(r"[a-z0-9][\w.+:-]*", re.IGNORECASE)
_NPM = re.compile(r"(?P<name>(?:@[\w.-]+/)?[\w.-]+)(?:@(?P<version>.+))?")


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
