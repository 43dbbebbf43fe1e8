"""``driftlint catalogue``: how old the table of hosted models is, and what newer SDKs say beyond it.

Promises: `status` and `refresh --wheels` reach nobody; `refresh` writes only where it is told to. Refuses to know: typer.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from msgspec import Struct

from driftlint.cli.common import CLEAN, FOUND, Settings
from driftlint.cli.outputs import refuse_output
from driftlint.cli.streams import CommandError, note, write_out
from driftlint.packs import load_packs
from driftlint.packs.catalogue import Catalogue
from driftlint.report.redact import clean

OLD_DAYS = 90
"""Days after which a run says that the table may not know the newest ids and shutdown dates."""


def age_of(catalogue: Catalogue, today: date) -> int | None:
    """Return the age in days of the table of hosted models, None where it states no day."""
    day = catalogue.models.day
    return (today - date.fromisoformat(day)).days if day else None


def tell_age(catalogue: Catalogue, today: date) -> None:
    """Say once that the table is old, where it is."""
    age = age_of(catalogue, today)
    if age is not None and age >= OLD_DAYS:
        note(
            f"the catalogue of hosted models is of {catalogue.models.day}, {age} days before this run: newer ids and "
            "shutdown dates are not in it (driftlint catalogue status)"
        )


def run_status(settings: Settings, today: date) -> int:
    """Show how old the table of hosted models is and what it holds."""
    from driftlint.cli.common import load_settings

    catalogue, _ = load_packs(list(load_settings([Path()], settings).packs))
    age = age_of(catalogue, today)
    names = catalogue.models.names()
    ends = [row.until for name in names if (row := catalogue.models.find(name)) is not None and row.until]
    near = sorted(day for day in ends if 0 < (date.fromisoformat(day) - today).days <= OLD_DAYS)
    lines = [
        f"hosted models: {len(names)} ids of {len(catalogue.providers)} providers",
        f"read on: {catalogue.models.day or 'no day is stated'}" + (f" ({age} days ago)" if age is not None else ""),
        f"shut down by {today}: {sum(day <= today.isoformat() for day in ends)} ids; within {OLD_DAYS} days: {len(near)}",
    ]
    if age is not None and age >= OLD_DAYS:
        lines.append("old: install a newer release of driftlint, or see `driftlint catalogue refresh --help`")
    write_out("".join(f"{line}\n" for line in lines))
    return CLEAN


class RefreshOptions(Struct, frozen=True):
    """Where the wheels come from, and where a new table goes."""

    settings: Settings
    wheels: Path | None = None
    online: bool = False
    output: Path | None = None


def run_refresh(options: RefreshOptions, today: date) -> int:
    """Compare the table with the SDKs' wheels; status 1 when they say more."""
    from driftlint.cli.common import load_settings

    if (options.wheels is None) is not options.online:
        raise CommandError("say where the wheels come from: --wheels FOLDER, or --online to fetch them with pip")
    catalogue, _ = load_packs(list(load_settings([Path()], options.settings).packs))
    sources = catalogue.extra.get("model_sources")
    listed = (
        {k: tuple(v) for k, v in sources.items() if k in catalogue.providers} if isinstance(sources, Mapping) else {}
    )
    if options.wheels is not None:
        return _compare(catalogue, listed, options.wheels, options.output, today)
    from driftlint.refresh.download import download

    with tempfile.TemporaryDirectory(prefix="driftlint-") as folder:
        failed = download(tuple(sorted({name for names in listed.values() for name in names})), Path(folder))
        for name, why in failed.items():
            note(f"{name}: not fetched: {clean(why)}")
        return _compare(catalogue, listed, Path(folder), options.output, today)


def _compare(
    catalogue: Catalogue, listed: Mapping[str, tuple[str, ...]], folder: Path, output: Path | None, today: date
) -> int:
    from driftlint.refresh.ids import compare, describe, read_wheel, updated

    found = {_distribution(path): path for path in sorted(folder.rglob("*.whl"))}
    table = catalogue.models.texts[0] if catalogue.models.texts else ""
    said: list[str] = []
    read = 0
    for provider, names in sorted(listed.items()):
        for name in names:
            path = found.get(name)
            if path is None:
                note(f"{provider}: no wheel of {name}")
                continue
            try:
                texts, dates = read_wheel(path)
            except (OSError, zipfile.BadZipFile) as error:
                raise CommandError(f"{path}: cannot be read: {error}") from error
            read += 1
            changes, doubtful = compare(catalogue.providers[provider], catalogue.models, texts, dates)
            said += [f"{provider} ({path.name}): {describe(change)}" for change in changes]
            said += [f"{provider} ({path.name}): {text}: has a date and fits no form of its ids" for text in doubtful]
            table = updated(table, provider, changes, today)
    write_out("".join(f"{clean(line)}\n" for line in said))
    note(f"{read} wheels read: {len(said) or 'no'} {'difference' if len(said) == 1 else 'differences'}")
    if output is not None and read:
        try:
            output.write_text(table, encoding="utf-8", newline="\n")
        except OSError as error:
            raise refuse_output(output, error) from error
        note(f"{output}: read the difference before you use it; `moving` and `sealed` are by the form of an id alone")
    return FOUND if said else CLEAN


def _distribution(path: Path) -> str:
    return path.name.split("-")[0].replace("_", "-").lower()
