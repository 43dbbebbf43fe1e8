"""The packages of a repo as an audit needs them: one row for each name and version, with all its places.

Promises: every package that the engine saw is in the answer, either as an exact release or with the reason why nobody can
be asked about it; what a lock holds beyond the manifests is there, too. Refuses to know: services and networks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct
from packaging.version import Version

from driftlint.distributions import canonicalize_name
from driftlint.facts import Reference, Rung
from driftlint.late_regex import compile_late
from driftlint.locks import Lock, LockedPackage, recognise_lock
from driftlint.report.located import Locator, Region
from driftlint.session import Run, Session
from driftlint.walk import TOO_LARGE

INDEX_HOST = "python"
"""Host of references to releases of a Python package index."""

_NO_RELEASE = "it is no release of a Python package index ({})"
_ADDRESS_FORMS = frozenset(("vcs", "path"))
_MANIFEST_KINDS = frozenset(("requirements", "dockerfile"))
_MANIFEST = compile_late(
    r"(?:.*/)?(?:pyproject\.toml|Pipfile|pixi\.toml|setup\.cfg|tox\.ini|(?:[^/]*[_.-])?environment[^/]*\.ya?ml)"
)
_NAME = compile_late(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_EQUAL = compile_late(r"(?:^|[,\s(])={2,3}\s*(?P<version>(?:\d+!)?[^\s,;=<>!~()*]+)(?=$|[,;\s)])")
_BARE = compile_late(r"=?\s*(?P<version>v?\d[\w.!+-]*)")


class Pin(Struct, frozen=True):
    """One release that the repo pins. `version` is in PEP 440's normal form, `asked` the release without a local label."""

    name: str
    version: str
    places: tuple[Region, ...]

    @property
    def asked(self) -> str:
        """The version that services know: a local label (``+cu121``) names another build of the same release."""
        return self.version.partition("+")[0]


class Gap(Struct, frozen=True):
    """Something that nobody can be asked about: a package, or a file that holds some (`name` is then "")."""

    name: str
    reason: str
    places: tuple[Region, ...]


class PinnedSet(Struct, frozen=True):
    """What a repo pins and what it leaves open, both in the order of names."""

    pins: tuple[Pin, ...]
    gaps: tuple[Gap, ...]


def collect_pins(session: Session, run: Run, shows: Callable[[str], bool] = lambda path: True) -> PinnedSet:
    """Return the pinned set of a run, narrowed to packages that have a place in a file that `shows` accepts."""
    collected = _Collected()
    locator = Locator(session.get_document)
    for reference in run.world.references:
        if reference.subject.kind == "package" and not {"self", "covered"} & set(reference.groups):
            collected.add(reference, [locator.region(place) for place in (reference.where, *reference.uses)])
    own: set[str] = {canonicalize_name(r.subject.name) for r in run.world.references if "self" in r.groups}
    for path, lock in sorted(session.locks.items()):
        if lock is None:
            collected.note_gap("", "the lock is broken", Region(path, 1, 1, 1, 1))
        elif lock.format != "compiled":  # read line by line with the other requirements files
            _add_lock(collected, lock, own)
    for path, reason in _unread_files(session, run):
        collected.note_gap("", reason, Region(path, 1, 1, 1, 1))
    return collected.settle(shows)


class _Collected:
    """Rows under way; places are kept once each, in the order in which they come."""

    def __init__(self) -> None:
        self.pins: dict[tuple[str, Version], dict[Region, None]] = {}
        self.gaps: dict[tuple[str, str], dict[Region, None]] = {}

    def add(self, reference: Reference, regions: list[Region]) -> None:
        name = canonicalize_name(reference.subject.name)
        version = _exact_version(reference)
        for region in regions:
            if isinstance(version, Version) and _NAME.fullmatch(name):
                self.note_pin(name, version, region)
            else:
                reason = version if isinstance(version, str) else "the name is no name of a package"
                self.note_gap(name if _NAME.fullmatch(name) else reference.subject.name, reason, region)

    def note_pin(self, name: str, version: Version, region: Region) -> None:
        self.pins.setdefault((name, version), {})[region] = None

    def note_gap(self, name: str, reason: str, region: Region) -> None:
        self.gaps.setdefault((name, reason), {})[region] = None

    def settle(self, shows: Callable[[str], bool]) -> PinnedSet:
        def shown(places: dict[Region, None]) -> bool:
            return any(shows(place.path) for place in places)

        return PinnedSet(
            tuple(Pin(key[0], str(key[1]), tuple(p)) for key, p in sorted(self.pins.items()) if shown(p)),
            tuple(Gap(*key, tuple(p)) for key, p in sorted(self.gaps.items()) if shown(p)),
        )


def _exact_version(reference: Reference) -> Version | str:
    """Return the one release that a reference names, or the reason why it names none."""
    pin, subject = reference.pin, reference.subject
    if reference.form in _ADDRESS_FORMS:
        return "it comes from a repository or a folder, not from a release"
    if reference.form == "url":
        return "it comes from an address, not from a release of an index"
    if subject.host != INDEX_HOST:
        return _NO_RELEASE.format(subject.host)
    if pin.state == "absent":
        return "no version is given"
    if pin.rung < Rung.VERSION:
        return f"no exact version is given: {pin.selector}" if pin.selector else "no exact version is given"
    version = parse_exact(pin.selector or "")
    return version if version is not None else f"the version cannot be read: {pin.selector}"


def parse_exact(selector: str) -> Version | None:
    """Return the release that a selector fixes (``==1.2``, ``===1.2``, ``1.2``, ``>=1,==1.2``), None when it fixes none."""
    match = _EQUAL.search(selector) or _BARE.fullmatch(selector.strip())
    if match is None:
        return None
    try:
        return Version(match["version"])
    except (ValueError, RecursionError):
        return None


def _add_lock(collected: _Collected, lock: Lock, own: set[str]) -> None:
    """Add what a lock holds; folders of the repo are no packages of others."""
    for package in lock.packages:
        if package.name in own or package.origin == "path":
            continue
        region = Region(lock.path, package.line, 1, package.line, 1)
        judged = _judge_locked(package)
        if isinstance(judged, str):
            collected.note_gap(package.name, judged, region)
        else:
            collected.note_pin(package.name, judged, region)


def _judge_locked(package: LockedPackage) -> Version | str:
    """Return the release of an index that a lock holds, or the reason why it is none."""
    if not package.name:
        return "this line names no package in a form that is known"
    if package.conda:
        return _NO_RELEASE.format("conda")
    if package.origin == "file":
        return "it comes from a file, not from a release of an index"
    if package.origin != "index":
        return "it comes from an address, not from a release of an index"
    version = parse_exact(package.version)
    if version is None or not _NAME.fullmatch(package.name):
        return f"the version cannot be read: {package.version or 'none'}"
    return version


def _unread_files(session: Session, run: Run) -> Iterator[tuple[str, str]]:
    """Yield (path, reason) of files that declare packages as a rule and of which something was not understood."""
    coverage = run.report.coverage
    for path, line, message in coverage.unread:
        if recognise_lock(path) is not None:
            if path not in session.files.data:
                yield path, message
        elif session.files.kinds.get(path) in _MANIFEST_KINDS or _MANIFEST.fullmatch(path):
            yield path, f"line {line} was not understood: {message}"
    for reason, paths in coverage.left_out.items():
        if reason == TOO_LARGE:
            yield from ((path, "the file is too large") for path in paths if recognise_lock(path))
