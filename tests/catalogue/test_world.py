"""Each release that the catalogue names has the functions and arguments that it names (opt-in: wheels come from the index).

DRIFTLINT_WORLD_WHEELS names a folder in which the wheels are kept. Nothing is installed and nothing imported.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from driftlint.packs import builtin_pack
from driftlint.packs.catalogue import Client, CommandEntry, ConfigKeyEntry, ReferenceEntry
from driftlint.packs.read import read_packs
from tests.catalogue.spelling import faults_of, releases_of, words_of
from tests.catalogue.wheels import Wheel

pytestmark = [pytest.mark.world, pytest.mark.slow]

CATALOGUE = read_packs([builtin_pack()])[0]
ENTRIES = {entry.id: entry for entry in CATALOGUE.references}
WORDED: dict[str, CommandEntry | ConfigKeyEntry | Client] = {
    **{entry.id: entry for entry in CATALOGUE.commands},
    **{entry.id: entry for entry in CATALOGUE.config_keys},
    **{entry.id: entry for entry in CATALOGUE.clients},
}
AT_RUN_TIME = {
    "boto3.moving-key": "clients of boto3 are made from service models when they are built",
    "unknown.bedrock": "clients of boto3 are made from service models when they are built",
    "bedrock.runtime": "clients of boto3 are made from service models when they are built",
    "bedrock.inline_agent": "clients of boto3 are made from service models when they are built",
    "metaflow.pypi": "decorators of Metaflow are made from tables",
    "metaflow.conda": "decorators of Metaflow are made from tables",
    "metaflow.python": "decorators of Metaflow are made from tables",
    "metaflow.container.image": "decorators of Metaflow are made from tables",
}
"""Entries whose functions no file defines."""
WITHOUT_WHEEL = {
    "kfp.components.func_to_container_op": "kfp 1.8 is on the index as source only",
}
"""Calls of older releases that no wheel can show."""
HANDED_ON = {"torchtune.dataset": "revision is handed on to another library with the rest of the mapping"}
"""Entries whose words the release never writes."""
PLATFORMS = (
    (),
    ("--platform", "macosx_14_0_arm64", "--python-version", "3.12"),
    ("--platform", "manylinux_2_28_x86_64", "--platform", "manylinux2014_x86_64", "--python-version", "3.12"),
    ("--platform", "any", "--python-version", "3.9"),
)
"""What pip is asked for in turn: files are read, so that any platform's wheel will do."""


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kept = os.environ.get("DRIFTLINT_WORLD_WHEELS")
    return Path(kept) if kept else tmp_path_factory.mktemp("wheels")


@cache
def fetch(shelf: Path, name: str, version: str) -> Wheel | None:
    """Return a release's wheel, None where the index has no wheel of it."""
    folder = shelf / f"{name}-{version}"
    for platform in PLATFORMS:
        if list(folder.glob("*.whl")):
            break
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", str(folder)]
        subprocess.run([*command, *platform, f"{name}=={version}"], check=False, capture_output=True)
    return Wheel.read(folder) if list(folder.glob("*.whl")) else None


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES.keys())
def test_the_release_has_it(entry: ReferenceEntry, shelf: Path) -> None:
    if entry.id in AT_RUN_TIME:
        pytest.skip(AT_RUN_TIME[entry.id])
    releases = releases_of(entry.source)
    wheels = {release: fetch(shelf, *release) for release in releases}
    read = [wheel for wheel in wheels.values() if wheel is not None]
    if not read:
        pytest.skip("no wheel: " + (", ".join(" ".join(r) for r in releases) or "the source names no release"))
    assert [fault for fault in faults_of(entry, read) if fault.split(":")[0] not in WITHOUT_WHEEL] == []


@pytest.mark.parametrize("entry", WORDED.values(), ids=WORDED.keys())
def test_the_release_knows_its_words(entry: CommandEntry | ConfigKeyEntry | Client, shelf: Path) -> None:
    """Flags, keys and arguments of entries that are no calls stand somewhere in the files of the release."""
    if entry.id in HANDED_ON:
        pytest.skip(HANDED_ON[entry.id])
    read = [wheel for release in releases_of(entry.source) if (wheel := fetch(shelf, *release)) is not None]
    if not read:
        pytest.skip(f"no wheel: {entry.source}")
    asked = words_of(entry)
    assert [word for word in asked if not any(wheel.mentions(word) for wheel in read)] == []
