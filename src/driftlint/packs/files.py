"""Which files make up a pack, and where the built-in pack is.

Promises: the same list in the same order on every system. Refuses to know: what stands in the files.
"""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

from driftlint.disk import is_folder, scan_folder


def builtin_pack() -> Path:
    """Return the folder of the built-in pack: inside an installed package, else beside `src` in a checkout.

    Raises FileNotFoundError when it is in neither place, which means a broken installation.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_rules", package.parent.parent / "rules"):
        if is_folder(folder / "catalogue"):
            return folder
    raise FileNotFoundError(
        f"the built-in rules are neither in {package / '_rules'} nor beside src: install driftlint again"
    )


class PackFile(Struct, frozen=True):
    """One file of a pack: its path, its path inside the pack with /, its size in bytes and its time in nanoseconds."""

    path: str
    name: str
    size: int
    mtime_ns: int


def list_pack(pack: Path) -> list[PackFile]:
    """List the files of a pack that are read, sorted by name: rule files, catalogue files, models.tsv.

    Linked folders are not entered. Raises OSError when the folder cannot be listed.
    """
    found: list[PackFile] = []
    folders = [(os.fspath(pack), "")]
    while folders:
        folder, prefix = folders.pop()
        for entry in scan_folder(folder, times=True):
            name = f"{prefix}{entry.name}"
            path = os.path.join(folder, entry.name)
            if entry.name.startswith((".", "__")):
                continue
            if entry.kind == "folder":
                folders.append((path, f"{name}/"))
            elif _is_read(name):
                found.append(PackFile(path, name, entry.size, entry.changed))
    return sorted(found, key=lambda file: file.name)


def _is_read(name: str) -> bool:
    folder, _, base = name.rpartition("/")
    if base.endswith(".md"):
        return bool(folder) and not name.startswith("catalogue/") and base != "README.md"
    if folder and not name.startswith("catalogue/"):
        return False
    return base.endswith(".toml") or base == "models.tsv"
