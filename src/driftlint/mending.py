"""A session whose findings carry fixes, and the mend of a repo.

Promises: the same engine judges before and after; nothing is written here. Refuses to know: doors, disks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from driftlint.facts import Finding, Fix, Report
from driftlint.mend.offer import FixWriter
from driftlint.mend.plan import Judged, Plan, plan_fixes
from driftlint.pin_sources.aliases import StatedIds
from driftlint.pin_sources.clones import ClonedCommits
from driftlint.pin_sources.hub_cache import HubCache, find_hub_caches
from driftlint.pin_sources.hub_folders import HubFolders
from driftlint.pin_sources.imported_data import ImportedData
from driftlint.pin_sources.installed import InstalledVersions, find_environments
from driftlint.pin_sources.kaggle_cache import KaggleCache
from driftlint.pin_sources.locked import LockedVersions
from driftlint.pin_sources.members import AliasedMembers
from driftlint.pin_sources.openml_cache import OpenmlCaches
from driftlint.pin_sources.prepared_data import PreparedData
from driftlint.pin_sources.run_records import RecordedVersions
from driftlint.pins import Pins, PinSource
from driftlint.session import Run, Session
from driftlint.workspace import ChangedWorkspace, Workspace


class Around(Struct, frozen=True):
    """What this machine knows beside the texts of the project at `root`: `sources`, best first.

    What a source has read it keeps, so one that is old does not see what was installed since.
    """

    root: Path
    sources: tuple[PinSource, ...]
    environments: tuple[InstalledVersions, ...] = ()


def look_around(root: Path, environment: Path | None = None) -> Around:
    """Return what this machine knows of a project: environments, records of runs, caches.

    `environment` names one in the place of those that are found.
    """
    installed = tuple(
        InstalledVersions(folder, f"the environment {folder.name if folder.parent == root else folder}")
        for folder in find_environments(root, environment)
    )
    caches = (
        HubCache(find_hub_caches()),
        KaggleCache.of_this_machine(),
        PreparedData.of_this_machine(),
        OpenmlCaches.of_this_machine(),
        HubFolders.of_this_machine(),
    )
    return Around(root, (*installed, RecordedVersions(root), *caches), installed)


def gather_pins(run: Run, around: Around | None, more: Sequence[PinSource] = ()) -> Pins:
    """Return the sources of pins of a run, in the order in which they are asked: the repo, `around` it, the packs, `more`.

    All doors ask here. `around` None leaves out what is not in the repo's own texts.
    """
    world = run.world
    locked = LockedVersions(world.locks)
    near: tuple[PinSource, ...] = ()
    if around is not None:
        entries = {entry.id: entry for entry in world.catalogue.references}
        members = (AliasedMembers(e, entries, world.get_document, locked.find) for e in around.environments)
        near = (*around.sources, ClonedCommits(around.root, world.get_document), *members)
    imported = ImportedData(world.paths, world.get_document)
    return Pins((locked, imported, *near, StatedIds(world.catalogue, world.today)), more)


def offer_fixes(run: Run, pins: Pins) -> Report:
    """Return a run's report, its findings with the fixes that the pins allow."""
    return _offer(run, FixWriter(run.world, pins))


def _offer(run: Run, writer: FixWriter) -> Report:
    return replace(run.report, findings=[writer.offer(finding) for finding in run.report.findings])


def mend(
    start: Callable[[Workspace], Session],
    workspace: Workspace,
    gather: Callable[[Run], Pins],
    wanted: Callable[[Finding, Fix], bool],
    levels: frozenset[str],
    *,
    online: bool = False,
) -> Plan:
    """Return what the mend of a workspace comes to. `start` opens a session over a workspace.

    `online` says that services are among the sources of `gather`.
    """
    changed = ChangedWorkspace(workspace)
    session = start(changed)
    first = True

    def judge(files: Mapping[str, bytes]) -> Judged:
        nonlocal first
        touched = changed.change(files)
        run = session.run() if first else session.update(touched)
        first = False
        writer = FixWriter(run.world, gather(run))
        report = _offer(run, writer)
        unread = Counter(path for path, _, _ in report.coverage.unread)
        documents = {path: d for path, d in session.files.documents.items() if d is not None}
        return Judged(report.findings, documents.get, unread, writer.unwritten)

    return plan_fixes(judge, workspace.read, wanted, levels, online=online)
