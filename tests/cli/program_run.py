"""Types of the fixtures, and where the program is."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

SRC = Path(__file__).resolve().parents[2] / "src"

Run: TypeAlias = "Callable[..., subprocess.CompletedProcess[str]]"
Write: TypeAlias = "Callable[[Mapping[str, str]], Path]"
