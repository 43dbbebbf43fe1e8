"""Install commands of pip, uv, pipx, Poetry, PDM and conda.

Promises: every package word of a command, judged; values of flags, local paths and requirement files are no packages.
Refuses to know: the content of expansions: ``pip install $PKGS`` is no mention, ``torch==$V`` is an unknown pin.
Sources: option tables of pip 26.3 ``cli/cmdoptions.py``, uv 0.13.9 ``--help``, conda's ``install`` reference.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from driftlint.documents.model import Word
from driftlint.facts import Mention, Pin
from driftlint.late_regex import compile_late
from driftlint.mentions.command_line import Line, Operands, flag_set, split_operands
from driftlint.mentions.conda import judge_conda_spec
from driftlint.mentions.groups import merge_groups
from driftlint.mentions.package_mention import package_mention
from driftlint.mentions.requirement import Requirement, judge_requirement
from driftlint.text import Span

PIP_VALUED = flag_set(
    "-r --requirement --requirements -c --constraint --constraints -e --editable -t --target -d --dest "
    "--platform --python-version --implementation --abi --root --prefix -b --build --src -w --wheel-dir "
    "--upgrade-strategy --no-binary --only-binary --config-settings --config-setting -C --global-option "
    "--install-option --build-option -i --index-url --pypi-url --extra-index-url -f --find-links --progress-bar "
    "--report --root-user-action --log --proxy --retries --resume-retries --timeout --exists-action "
    "--trusted-host --cert --client-cert --cache-dir --use-feature --use-deprecated --python --group "
    "--uploaded-prior-to --keyring-provider --hash --build-constraint "
    # uv
    "-p --index --default-index --index-strategy --exclude-newer --exclude-newer-package --torch-backend "
    "--override --overrides --excludes --extra --with --with-editable --with-requirements "
    "--no-build-isolation-package -P --upgrade-package --reinstall-package --refresh-package --link-mode "
    "--resolution --prerelease --fork-strategy --python-platform --build-constraints --directory --project "
    "--config-file --marker -m --tag --rev --branch --optional --bounds --script --package --no-extra --no-group "
    "--only-group --env-file --from --no-binary-package --no-build-package --allow-insecure-host --color"
)
_PIP_ACTIONS = frozenset({"install", "download", "wheel"})
_WITH = ("--with",)
CONDA_VALUED = flag_set(
    "-c --channel -n --name -p --prefix -f --file --clone --solver --repodata-fn --platform --subdir --experimental "
    "-r --root-prefix --revision --environment-specifier --pinned-packages --rc-file --channel-priority --feature "
    "--manifest-path --rev --tag --branch --git -e --environment"
)
_POETRY_VALUED = flag_set(
    "-G --group -E --extras --optional --platform --source --python --markers -C --directory -P --project -g "
    "-L --lockfile --venv -p"
)
_TOOL_VALUED = PIP_VALUED | frozenset({"--spec", "--pip-args", "--suffix", "--preinstall", "-i", "--index-url"})
_AT_VERSION = compile_late(r"(?P<name>[A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?)@(?P<version>[^\s/:]+)")


def pip_words(line: Line, groups: tuple[str, ...]) -> list[Mention]:
    """Return the packages of ``pip install``, ``pip download`` and ``pip wheel``."""
    at = next((i for i, word in enumerate(line.words) if word.text in _PIP_ACTIONS), None)
    if at is None or any(
        not word.text.startswith("-") for word in line.words[:at] if word.text not in _values(line, at)
    ):
        return []
    return _pip_operands(split_operands(line.words[at + 1 :], PIP_VALUED), groups)


def _values(line: Line, at: int) -> set[str]:
    """Words before the action that are the values of global flags."""
    return {line.words[i + 1].text for i in range(at - 1) if line.words[i].text in PIP_VALUED and i + 1 < at}


def _pip_operands(operands: Operands, groups: tuple[str, ...]) -> list[Mention]:
    if operands.has("--no-index"):
        return []  # a folder that the repo or an earlier build step filled decides, not an index
    note = ""
    limit = operands.value("-c", "--constraint", "--constraints")
    if limit is not None:
        groups = merge_groups(groups, ("constrained",))
        note = f"constraint file {limit.text}"
    hashes = tuple(value.text for name, value in operands.flags if name == "--hash" and value is not None)
    required = operands.has("--require-hashes")
    words = list(operands.words)
    # To -e a bare name is a folder, so only addresses name something outside.
    words += [
        value
        for name, value in operands.flags
        if name in ("-e", "--editable") and value is not None and "://" in value.text
    ]
    words += [value for name, value in operands.flags if name in _WITH and value is not None]
    found = []
    for word in sorted(words, key=lambda word: word.span):
        judged = judge_word(word)
        if judged is None:
            continue
        if (hashes or required) and judged.pin.state == "version":
            judged = replace(judged, pin=Pin("sealed", judged.pin.selector))
        found.append(package_mention(judged, "install", groups, note))
    return found


def judge_word(word: Word) -> Requirement | None:
    """Judge one package word of a Python installer; None for paths, whole expansions and what is no requirement."""
    text = word.text.strip()
    if not text or text[0] in "$`{<>|&;(\\*#" or text.endswith((".txt", ".toml", ".in")):
        return None
    if not word.fixed and re.match(r"[\w.-]*[$`{]", text) and not re.match(r"(?:git|hg)\+", text):
        return None  # the name itself is made up at run time
    if re.search(r"[*?]", re.split(r"[=<>!~@]", text, maxsplit=1)[0]):
        return None  # a glob over local files
    versioned = _AT_VERSION.fullmatch(text)
    if versioned is not None:
        return _judge_at_version(word, versioned)
    start = _start(word, text)
    if start is None:
        judged = judge_requirement(text, word.span.start)
        if judged is None:
            return None
        return replace(judged, span=word.span, name_span=word.span, pin_span=None)
    judged = judge_requirement(text, start)
    return judged if judged is None else replace(judged, span=word.span)


def _start(word: Word, text: str) -> int | None:
    """Return where the text begins in the file, or None where quotes inside the word shift offsets."""
    spare = word.span.end - word.span.start - len(text)
    if spare == 0:
        return word.span.start
    return word.span.start + 1 if spare == 2 else None


def _judge_at_version(word: Word, match: re.Match[str]) -> Requirement | None:
    judged = judge_requirement(match["name"], word.span.start)
    if judged is None:
        return None
    version = match["version"]
    if not word.fixed or "$" in version:
        pin = Pin("unknown", version)
    elif re.fullmatch(r"(?:==)?\d+(?:\.\d+)+[\w.+]*", version):
        pin = Pin("version", version)
    else:
        pin = Pin("moving" if version == "latest" else "range", version)
    return replace(judged, pin=pin, span=word.span, pin_span=Span(word.span.end - len(version), word.span.end))


def uv_words(line: Line, groups: tuple[str, ...]) -> list[Mention]:
    """Return the packages of ``uv pip install``, ``uv add``, ``uv tool install`` and of ``--with`` of ``uv run``."""
    words = _after_globals(line.words)
    if not words:
        return []
    action = words[0].text
    rest = words[1:]
    if action == "pip" and rest and rest[0].text == "install":
        return _pip_operands(split_operands(rest[1:], PIP_VALUED), groups)
    if action == "add":
        operands = split_operands(rest, PIP_VALUED)
        revision = operands.value("--rev", "--tag", "--branch")
        found = _pip_operands(operands, groups)
        if revision is not None:
            found = [mention for mention in found if mention.form != "vcs"]
        return found
    if action == "tool" and rest and rest[0].text in ("install", "run"):
        return _tool_operands(rest[0].text, rest[1:], groups)
    if action == "run":
        return _with_flags(rest, groups)
    return []


def _after_globals(words: tuple[Word, ...]) -> tuple[Word, ...]:
    at = 0
    while at < len(words) and words[at].text.startswith("-"):
        at += 2 if words[at].text in PIP_VALUED else 1
    return words[at:]


def _with_flags(words: tuple[Word, ...], groups: tuple[str, ...]) -> list[Mention]:
    found = []
    for at, flag in enumerate(words[:-1]):
        if flag.text == "--with":
            judged = judge_word(words[at + 1])
            if judged is not None:
                found.append(package_mention(judged, "install", groups))
    return found


def tool_words(line: Line, groups: tuple[str, ...]) -> list[Mention]:
    """Return the tool of ``uvx TOOL``, ``pipx install TOOL`` and ``pipx run TOOL``."""
    if line.program == "uvx":
        return _tool_operands("run", line.words, groups)
    if line.words and line.words[0].text in ("install", "run", "inject"):
        return _tool_operands(line.words[0].text, line.words[1:], groups)
    return []


def _tool_operands(action: str, words: tuple[Word, ...], groups: tuple[str, ...]) -> list[Mention]:
    operands = split_operands(words, _TOOL_VALUED)
    spec = operands.value("--from", "--spec")
    chosen = list(operands.words[:1]) if action == "run" else list(operands.words)
    if spec is not None:
        chosen = [spec]
    found = []
    for word in chosen:
        judged = judge_word(word)
        if judged is not None:
            found.append(package_mention(judged, "install", merge_groups(groups, ("tool",))))
    return found


def poetry_words(line: Line, groups: tuple[str, ...]) -> list[Mention]:
    """Return the packages of ``poetry add`` and ``pdm add``."""
    if not line.words or line.words[0].text != "add":
        return []
    operands = split_operands(line.words[1:], _POETRY_VALUED)
    found = [judged for word in operands.words if (judged := judge_word(word)) is not None]
    role = ("dev",) if operands.has("-D", "--dev", "-d") else ()
    return [package_mention(judged, "install", merge_groups(groups, role)) for judged in found]


def conda_words(line: Line, groups: tuple[str, ...]) -> list[Mention]:
    """Return the packages of ``conda install``, ``conda create`` and their kin."""
    at = 0
    while at < len(line.words) and line.words[at].text.startswith("-"):
        at += 2 if line.words[at].text in CONDA_VALUED else 1
    if at >= len(line.words) or line.words[at].text not in ("install", "create", "add", "update", "upgrade"):
        return []
    action = line.words[at].text
    operands = split_operands(line.words[at + 1 :], CONDA_VALUED)
    if operands.has("--clone", "--revision") or (
        action in ("update", "upgrade") and operands.has("--all", "--file", "-f")
    ):
        return []
    if line.program == "pixi" and operands.has("--pypi"):
        return _pip_operands(Operands(operands.words, ()), groups)
    found = []
    for word in operands.words:
        text = word.text.strip()
        if not word.fixed and re.match(r"[\w.:-]*[$`{]", text):
            continue
        start = _start(word, text)
        judged = judge_conda_spec(text, word.span.start if start is None else start)
        if judged is None:
            continue
        if start is None:
            judged = replace(judged, name_span=word.span, pin_span=None)
        found.append(package_mention(replace(judged, span=word.span), "install", groups))
    return found
