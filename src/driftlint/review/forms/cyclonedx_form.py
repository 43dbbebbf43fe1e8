"""The inventory as a CycloneDX 1.6 bill of materials: packages, images, data, models and the services that answer.

Promises: valid against the schema of the format; the same sheet gives the same bytes, with the commit's date for a time and an id
made of commit and policy. A digest is a hash of a component only where it is the digest of its one archive. Refuses to know:
what blocks and why; other tools read that from the other forms.
Source: CycloneDX 1.6, JSON; package-url/purl-spec.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.model.service import Service
from cyclonedx.model.tool import ToolRepository
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from driftlint.late_regex import compile_late
from driftlint.review.forms.model_cards import add_cards
from driftlint.review.forms.purls import Purl, find_purl
from driftlint.review.sheet import ItemRow, KeptRow, LockedRow, LockRow, ProgramRow, Sheet, Spot

_TYPES = {
    "package": ComponentType.LIBRARY,
    "tool": ComponentType.LIBRARY,
    "system-package": ComponentType.LIBRARY,
    "python": ComponentType.PLATFORM,
    "environment": ComponentType.PLATFORM,
    "image": ComponentType.CONTAINER,
    "weights": ComponentType.MACHINE_LEARNING_MODEL,
    "model": ComponentType.MACHINE_LEARNING_MODEL,
    "local-model": ComponentType.MACHINE_LEARNING_MODEL,
    "remote-code": ComponentType.APPLICATION,
    "repository": ComponentType.APPLICATION,
    "action": ComponentType.APPLICATION,
    "hook": ComponentType.APPLICATION,
    "metric": ComponentType.APPLICATION,
}
"""Types of components by kind; whatever is not here is data."""
_ANSWER = frozenset(("model", "agent", "api-version", "index"))
"""Kinds that a service answers for."""
_ALGORITHMS = {
    "md5": HashAlgorithm.MD5,
    "sha256": HashAlgorithm.SHA_256,
    "sha384": HashAlgorithm.SHA_384,
    "sha512": HashAlgorithm.SHA_512,
}
_HEX = compile_late(r"[0-9a-f]{32,128}")
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://cyclonedx.org/driftlint/review")
_DATA = frozenset(("dataset", "table", "local-data"))
"""Kinds whose content is a set of data; what other data is, their kind says."""
_MOST = 200
"""Occurrences of one component that are listed."""


def write_cyclonedx(sheet: Sheet) -> str:
    """Return the bill of materials as JSON."""
    revision = sheet.revision
    serial = uuid.uuid5(_SPACE, "\0".join((revision.commit, revision.project, sheet.policy.digest, sheet.today)))
    root = Component(
        name=sheet.title or "experiment",
        type=ComponentType.APPLICATION,
        version=revision.commit,
        bom_ref="experiment",
        description=revision.subject or None,
    )
    tool = Component(name="driftlint", type=ComponentType.APPLICATION, version=sheet.tool.version, bom_ref="driftlint")
    date = datetime.strptime(revision.date, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    components = list(_make_components(sheet))
    made = {row.id: _make_trained(row) for row in _find_trained(sheet)}
    services = list(_make_services(sheet.inventory))
    bom = Bom(
        serial_number=serial,
        version=1,
        metadata=BomMetaData(
            component=root,
            timestamp=date,
            tools=ToolRepository(components=[tool]),
            properties=[
                Property(name="driftlint:verdict", value=sheet.verdict),
                Property(name="driftlint:policy", value=f"{sheet.policy.preset} {sheet.policy.digest}"),
                Property(name="driftlint:judged-as-of", value=sheet.today),
            ],
        ),
        components=[*components, *made.values()],
        services=services,
    )
    bom.register_dependency(root, [*components, *made.values(), *services])
    by_row = _find_refs(sheet)
    by_ref = {component.bom_ref.value: component for component in components}
    for row in _find_trained(sheet):
        refs = dict.fromkeys(by_row[read] for read in row.reads if read in by_row)
        bom.register_dependency(made[row.id], [by_ref[ref] for ref in refs if ref in by_ref])
    return add_cards(
        make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2), sheet, by_row
    )


def _find_trained(sheet: Sheet) -> list[ProgramRow]:
    """Return the programs that make a model which somebody may approve."""
    return [row for row in sheet.records or () if row.says == "training" and not row.exempt]


def _find_refs(sheet: Sheet) -> dict[str, str]:
    """Return the id of the component of each row: rows of one thing share the component of the first."""
    first: dict[tuple[str, str, str, str], str] = {}
    return {item.id: first.setdefault(_group(item), item.id) for item in sheet.inventory}


def _group(item: ItemRow) -> tuple[str, str, str, str]:
    return item.kind, item.host, item.name, item.version or item.pin


def _make_components(sheet: Sheet) -> Iterator[Component]:
    groups: dict[tuple[str, str, str, str], list[ItemRow]] = {}
    for item in sheet.inventory:
        groups.setdefault(_group(item), []).append(item)
    held = {(e.path, e.line) for item in sheet.inventory for e in item.evidence}
    kept = {output.path: output for output in sheet.kept}
    for rows in groups.values():
        yield _make_component(rows, kept)
    named = {item.name for item in sheet.inventory if item.kind in _DATA}
    for output in sheet.kept:
        if output.path not in named:
            yield _make_kept(output)
    seen: set[tuple[str, str, bool]] = set()
    for lock in sheet.locks:
        for package in lock.packages:
            key = (package.name, package.version or package.commit, package.conda)
            if package.name and package.origin != "path" and (lock.path, package.line) not in held and key not in seen:
                seen.add(key)
                yield _make_locked(lock, package)


def _make_kept(output: KeptRow) -> Component:
    """Return a file or folder of which data versioning holds a hash."""
    return Component(
        name=output.path,
        type=ComponentType.DATA,
        bom_ref=f"kept:{output.path}",
        hashes=_hash_kept(output),
        properties=_list_properties(_describe_kept(output)),
        evidence=_make_evidence((output.at,)),
    )


def _hash_kept(output: KeptRow) -> list[HashType]:
    """Return the hash of a file; that of a folder is one of its listing, and no hash of what a reader would find."""
    if output.folder or output.algorithm not in _ALGORITHMS or not _HEX.fullmatch(output.digest):
        return []
    return [HashType(alg=_ALGORITHMS[output.algorithm], content=output.digest)]


def _describe_kept(output: KeptRow) -> dict[str, set[str]]:
    return {
        "kept-by": {output.at.label},
        "kept-digest": {f"{output.algorithm}:{output.digest}"},
        "bytes": {str(output.size)} if output.size is not None else set(),
        "stage": {output.stage},
    }


def _make_trained(row: ProgramRow) -> Component:
    """Return the model that a program makes: no version or hash of it is known before it is made."""
    return Component(
        name=f"model of {row.path}",
        type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref=f"trained:{row.id}",
        description=f"what {row.path} trains",
        properties=_list_properties({"trained-by": {row.path}}),
        evidence=_make_evidence((row.at,)),
    )


def _make_component(rows: list[ItemRow], kept: dict[str, KeptRow]) -> Component:
    first = rows[0]
    output = kept.get(first.name) if first.kind in _DATA else None
    digests = sorted({digest for row in rows for e in row.evidence for digest in e.digests} | set(_find_digest(first)))
    return Component(
        name=first.name or first.kind,
        type=_TYPES.get(first.kind, ComponentType.DATA),
        version=first.version or None,
        bom_ref=first.id,
        purl=_write_purl(find_purl(first.kind, first.host, first.name, first.version)),
        hashes=_make_hashes(digests) or (_hash_kept(output) if output is not None else []),
        publisher=first.system or None,
        properties=[
            *_list_properties(
                {
                    "kind": {row.kind for row in rows},
                    "host": {row.host for row in rows},
                    "pin": {row.pin for row in rows},
                    "state": {row.state for row in rows},
                    "rung": {row.rung for row in rows},
                    "standing": {row.standing for row in rows},
                    "lock": {f"{e.path} sha256:{e.sha256}" for row in rows for e in row.evidence},
                    "digest": set(digests) if len(digests) > 1 else set(),
                    "until": {row.until for row in rows},
                    **(_describe_kept(output) if output is not None else {}),
                }
            )
        ],
        evidence=_make_evidence(spot for row in rows for spot in (row.written, *row.used)),
    )


def _make_locked(lock: LockRow, package: LockedRow) -> Component:
    host = "conda" if package.conda else "python"
    known = find_purl("package", host, package.name, package.version) if package.origin == "index" else None
    return Component(
        name=package.name,
        type=ComponentType.LIBRARY,
        version=(package.version or package.commit) or None,
        bom_ref=f"lock:{lock.path}:{package.line}:{package.name}",
        purl=_write_purl(known),
        hashes=_make_hashes(list(package.digests)),
        properties=_list_properties(
            {
                "kind": {"package"},
                "rung": {"SEALED" if package.held else "VERSION" if package.version else "ABSENT"},
                "standing": {"locked"},
                "lock": {f"{lock.path} sha256:{lock.sha256}"},
                "digest": set(package.digests) if len(package.digests) > 1 else set(),
            }
        ),
        evidence=ComponentEvidence(occurrences=[Occurrence(location=lock.path, line=package.line)]),
    )


def _make_services(rows: Iterable[ItemRow]) -> Iterator[Service]:
    """Yield the systems that answer while the experiment runs, each with what is asked of it."""
    groups: dict[str, list[ItemRow]] = {}
    for row in rows:
        if row.kind in _ANSWER:
            groups.setdefault(row.host, []).append(row)
    for host, found in sorted(groups.items()):
        label = found[0].system or host or "unknown"
        yield Service(
            name=label,
            bom_ref=f"service:{host}",
            provider=OrganizationalEntity(name=label),
            x_trust_boundary=True,
            properties=_list_properties({"asks": {f"{row.name} {row.version or row.pin}".strip() for row in found}}),
        )


def _find_digest(row: ItemRow) -> Iterator[str]:
    """Yield the digest that a pin itself is, as that of an image."""
    algorithm, mark, text = row.version.rpartition("@")[2].partition(":")
    if mark and algorithm in _ALGORITHMS and row.rung == "SEALED":
        yield f"{algorithm}:{text}"


def _make_hashes(digests: list[str]) -> list[HashType]:
    """Return the hash of a component: several digests are those of several archives, and none is that of the component."""
    if len(digests) != 1:
        return []
    algorithm, _, content = digests[0].partition(":")
    return [HashType(alg=_ALGORITHMS[algorithm], content=content)]


def _write_purl(purl: Purl | None) -> PackageURL | None:
    if purl is None:
        return None
    try:
        return PackageURL(purl.type, purl.namespace or None, purl.name, purl.version or None, purl.qualifiers or None)
    except ValueError:
        return None


def _list_properties(values: dict[str, set[str]]) -> list[Property]:
    return [
        Property(name=f"driftlint:{name}", value=value)
        for name, found in values.items()
        for value in sorted(found)
        if value
    ]


def _make_evidence(spots: Iterable[Spot]) -> ComponentEvidence | None:
    places = sorted({(spot.path, spot.line) for spot in spots})[:_MOST]
    return ComponentEvidence(occurrences=[Occurrence(location=path, line=line) for path, line in places])
