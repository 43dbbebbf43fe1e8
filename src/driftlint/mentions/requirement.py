"""Judging one Python requirement: a PEP 508 string, or a line that pip takes though PEP 508 does not.

Promises: name, pin and their spans for names with specifiers, VCS references, direct URLs and paths of other machines.
Refuses to know: what an index holds, what an environment variable expands to, and paths inside the repo (they are part
of the commit, so they are no reference at all).
Sources: PEP 440, PEP 508, pip 26.3 ``_internal/req/req_file.py`` and ``_internal/vcs/versioncontrol.py``.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from driftlint.distributions import canonicalize_name
from driftlint.facts import Pin
from driftlint.late_regex import compile_late
from driftlint.mentions.revision import judge_revision, parse_repository
from driftlint.text import Span

HOST = "python"
"""Host of packages that come from a Python package index."""

LONGEST = 2000
"""Longest text (code points) that is taken for a requirement; what is longer is some other thing."""

_NAME = compile_late(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?")
_NAMED = compile_late(
    r"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9_])?)(?:\s*(?P<extras>\[[^\]]*\]))?\s*"
    r"(?P<rest>(?:@|\(|[=<>!~^]).*)?",
    re.DOTALL,
)
_VERSION = compile_late(r"\d+(?:\.\d+)+")
"""A number by itself: what is left where ``torch >= 2.1`` stands unquoted in a shell."""
_CLAUSE = compile_late(r"(?P<op>===|==|~=|!=|<=|>=|<|>|\^|~|=)\s*(?P<version>[^\s,;=<>!~^()]+)")
_MARKER = compile_late(r"(?<!\s)(?:\s*;|\s+#)")
_VCS = compile_late(r"(?P<tool>git|hg|svn|bzr)\+(?P<url>\S+)", re.IGNORECASE)
_LOCAL = compile_late(r"(?:\.{1,2}(?:[/\\\[]|$)|[/~\\]|[A-Za-z]:\\)")
_ARCHIVE = compile_late(r"\.(?:whl|zip|tar\.gz|tgz|tar\.bz2|egg)$", re.IGNORECASE)
_FORGE_ARCHIVE = compile_late(
    r"https?://[^/]+/(?P<owner>[^/]+)/(?P<repo>[^/]+)/(?:-/)?(?:archive|zipball|tarball)/"
    r"(?P<ref>.+?)(?:\.zip|\.tar\.gz)?$"
)
_VERSION_SEGMENT = compile_late(r"/v?(?P<version>\d+\.\d+\.\d+(?:\.?(?:a|b|rc|post|dev)\d*)?)/(?:[^/]+/)*[^/]*$")
_HASH = compile_late(r"(?:^|&)(?P<algorithm>sha256|sha384|sha512)=(?P<value>[0-9a-fA-F]{64,128})(?:&|$)")
_CONDA_EXPORT = compile_late(r"[A-Za-z0-9_][\w.-]*=(?P<version>[^=\s]+)=(?P<build>[^=\s]+)")


class Requirement(Struct, frozen=True):
    """One judged requirement. `form` is "version", "vcs", "url" or "path"; spans are code points of the whole file."""

    host: str
    name: str
    form: str
    pin: Pin
    span: Span
    name_span: Span
    pin_span: Span | None = None
    note: str = ""


def judge_requirement(text: str, start: int = 0) -> Requirement | None:
    """Judge one requirement whose text begins at code point `start` of its file.

    Returns None for paths inside the repo and for text that is no requirement.
    """
    stripped = text.strip()
    start += len(text) - len(text.lstrip())
    if not stripped or len(stripped) > LONGEST or _LOCAL.match(stripped):
        return None
    if (vcs := _VCS.match(stripped)) is not None:
        return _judge_vcs(vcs, "", Span(start, start), start, _requirement_end(stripped))
    if stripped[:7].lower() in ("http://", "https:/", "ftp://"):
        return _judge_url(stripped.split()[0], "", Span(start, start), start, 0)
    if stripped.startswith("file:"):
        return None
    return _judge_named(stripped, start)


def _requirement_end(text: str) -> int:
    marker = _MARKER.search(text)
    return len(text[: marker.start()].rstrip()) if marker else len(text)


def _judge_named(text: str, start: int) -> Requirement | None:
    marker = _MARKER.search(text)
    bare = text[: marker.start()] if marker else text
    bare = bare.rstrip().rstrip(",")
    match = _NAMED.fullmatch(bare)
    if match is None or _VERSION.fullmatch(bare):
        return None
    written = match["name"]
    if _ARCHIVE.search(bare) and "@" not in bare:
        return None
    name = canonicalize_name(written)
    name_span = Span(start, start + len(written))
    span = Span(start, start + len(text))
    rest = match["rest"] or ""
    rest_at = start + (match.start("rest") if match["rest"] else len(bare))
    if rest.startswith("@"):
        target = rest[1:].strip()
        target_at = rest_at + 1 + (len(rest[1:]) - len(rest[1:].lstrip()))
        if (vcs := _VCS.match(target)) is not None:
            return _judge_vcs(vcs, name, name_span, target_at, len(target), begin=start)
        return _judge_target(target, name, name_span, target_at, start)
    if not rest:
        return Requirement(HOST, name, "version", Pin("absent"), span, name_span)
    exported = _CONDA_EXPORT.fullmatch(bare)
    pin = Pin("version", rest.strip()) if exported else judge_specifier(rest)
    return Requirement(HOST, name, "version", pin, span, name_span, Span(rest_at, rest_at + len(rest)))


def judge_specifier(text: str) -> Pin:
    """Judge a specifier such as ``==1.2`` or ``>=2,<3`` (PEP 440, and the ``^``, ``~``, ``=`` of its kin)."""
    selector = text.strip().strip("()").strip()
    if "$" in selector or "{" in selector or "%" in selector:
        return Pin("unknown", selector)
    clauses = [(m["op"], m["version"]) for m in _CLAUSE.finditer(selector)]
    if not clauses:
        return Pin("unknown", selector)
    for operator, version in clauses:
        if operator == "===" or (operator == "==" and "*" not in version):
            return Pin("version", selector)
    if len(clauses) == 1 and clauses[0][0] == "=":
        version = clauses[0][1]
        return Pin("version" if version.count(".") >= 2 and "*" not in version else "range", selector)
    return Pin("range", selector)


def _judge_target(target: str, name: str, name_span: Span, at: int, begin: int) -> Requirement | None:
    address = target.split()[0] if target else ""
    if address.startswith("file:"):
        path = address.removeprefix("file:")
        if not path.startswith("///") or "$" in path or "{" in path:
            return None
        span = Span(begin, at + len(address))
        return Requirement(
            HOST, name, "path", Pin("absent"), span, name_span, Span(at, at + len(address)), "path of another machine"
        )
    if "://" not in address:
        if re.fullmatch(r"[\w.*+!-]+", address):  # "name@1.2", as some add commands take it
            exact = re.fullmatch(r"\d+(?:\.\d+)+[\w.+]*", address)
            pin = Pin("version" if exact else "moving" if address == "latest" else "range", address)
            span = Span(begin, at + len(address))
            return Requirement(HOST, name, "version", pin, span, name_span, Span(at, at + len(address)))
        return None
    return _judge_url(address, name, name_span, at, begin - at)


def _judge_vcs(
    match: re.Match[str], name: str, name_span: Span, at: int, length: int, begin: int | None = None
) -> Requirement | None:
    url = match["url"]
    address, _, fragment = url.partition("#")
    address_at = at + match.start("url")
    scheme_end = address.find("://") + 3 if "://" in address else 0
    # An "@" before the first slash after the scheme is a user name, not a revision.
    path_at = address.find("/", scheme_end)
    if path_at < 0 or (scheme_end == 0 and ":" in address[:path_at]):
        path_at = max(address.find(":", scheme_end), 0)
    cut = address.rfind("@", path_at)
    revision = address[cut + 1 :] if cut > 0 else None
    repository = parse_repository((address[:cut] if cut > 0 else address).rstrip("/"))
    span = Span(at if begin is None else begin, at + max(match.end(), min(length, match.end())))
    if not name:
        egg = re.search(r"(?:^|&)egg=([A-Za-z0-9][\w.-]*)", fragment)
        if egg:
            found = egg[1]
            egg_at = address_at + len(address) + 1 + egg.start(1)
            name_span = Span(egg_at, egg_at + len(found))
        elif repository is not None:
            found = repository.name.rsplit("/", 1)[-1]
            slash = max(address.lower().rfind(found, 0, cut if cut > 0 else len(address)), 0)
            name_span = Span(address_at + slash, address_at + slash + len(found))
        else:
            return None
        name = canonicalize_name(found)
    pin = judge_revision(revision)
    pin_span = Span(address_at + cut + 1, address_at + len(address)) if revision else None
    return Requirement(
        repository.host if repository else match["tool"].lower(),
        name,
        "vcs",
        pin,
        span,
        name_span,
        pin_span,
        f"repository {repository.name}" if repository else "",
    )


def _judge_url(url: str, name: str, name_span: Span, at: int, lead: int) -> Requirement | None:
    """Judge a direct URL; `lead` is how far before the URL (as a negative number) the requirement begins."""
    address, _, fragment = url.partition("#")
    span = Span(at + lead, at + len(url))
    host = address.split("/")[2].rsplit("@", 1)[-1].lower() if address.count("/") >= 2 else ""
    base = unquote(address.split("?")[0].rstrip("/").rsplit("/", 1)[-1])
    base_at = at + address.rfind("/") + 1
    base_span = Span(base_at, at + len(address))
    version = ""
    pin_span: Span | None = None
    if base.lower().endswith(".whl") and base.count("-") >= 4:
        stem, version = base.split("-")[:2]
        name = name or canonicalize_name(stem)
        pin_span = Span(base_at + len(stem) + 1, base_at + len(stem) + 1 + len(version))
    elif (sdist := re.fullmatch(r"(.+?)-(\d[\w.!+]*?)\.(?:tar\.gz|zip|tgz|tar\.bz2)", base)) is not None:
        version = sdist[2]
        pin_span = Span(base_at + sdist.start(2), base_at + sdist.end(2))
        name = name or canonicalize_name(sdist[1])
    if not version and (segment := _VERSION_SEGMENT.search(address)) is not None:
        version = segment["version"]  # the folder of one release: ".../release/0.1.32/tool.tar.gz"
        pin_span = Span(at + segment.start("version"), at + segment.end("version"))
    forge = _FORGE_ARCHIVE.match(address)
    if forge is not None:
        name = name or canonicalize_name(forge["repo"])
        version = ""
        pin_span = Span(at + forge.start("ref"), at + forge.end("ref"))
    egg = re.search(r"(?:^|&)egg=([A-Za-z0-9][\w.-]*)", fragment)
    name = name or (canonicalize_name(egg[1]) if egg else "")
    if not name:
        stem = _ARCHIVE.sub("", base)
        if not _NAME.fullmatch(stem):
            return None
        name = canonicalize_name(stem)
    if name_span.start == name_span.end:
        name_span = base_span
    sealed = _HASH.search(fragment)
    if sealed is not None:
        hash_at = at + len(address) + 1 + sealed.start("algorithm")
        return Requirement(
            host,
            name,
            "url",
            Pin("sealed", f"{sealed['algorithm']}={sealed['value']}"),
            span,
            name_span,
            Span(hash_at, hash_at + len(sealed["algorithm"]) + 1 + len(sealed["value"])),
        )
    if "$" in address or "{" in address:
        pin = Pin("unknown", address)
    elif forge is not None:
        pin = judge_revision(forge["ref"].removeprefix("refs/heads/"))
    else:
        pin = Pin("version", version) if version else Pin("absent")
    return Requirement(host, name, "url", pin, span, name_span, pin_span if pin.selector else None)


def seal_requirement(found: Requirement, hashes: tuple[str, ...]) -> Requirement:
    """Return `found` with its pin sealed when hashes stand beside an exact version or a URL (pip's hash mode)."""
    if not hashes or found.pin.state not in ("version", "absent", "tag"):
        return found
    if found.form == "version" and found.pin.state == "absent":
        return found
    return replace(found, pin=Pin("sealed", found.pin.selector or hashes[0]))
