"""Fetching wheels with pip, in a process of its own.

Promises: pip downloads single wheels by name, without dependencies and without building anything, into a folder that the
caller chose; it is started only for `catalogue refresh --online`, and in that folder, since ``-m`` looks for modules in
the current one first. Refuses to know: what the wheels hold.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_SECONDS = 300


def download(names: tuple[str, ...], folder: Path) -> dict[str, str]:
    """Fetch the newest wheel of each distribution; return what did not come, with pip's last word about it."""
    failed: dict[str, str] = {}
    for name in names:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        try:
            done = subprocess.run(
                [*command, "--only-binary=:all:", "--dest", ".", "--", name],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            failed[name] = str(error)
            continue
        if done.returncode != 0:
            said = [line for line in done.stderr.splitlines() if line.strip()]
            failed[name] = said[-1].strip() if said else f"pip ended with {done.returncode}"
    return failed
