"""The real tools, in environments of their own: how they are installed, how they lock, how they check."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from driftlint.locks import Files, Freshness, judge_freshness, read_lock

TOOLS = {
    "poetry": ["poetry"],
    "pdm": ["pdm", "hishel[httpx2]<2"],  # 2.0 took away a name that PDM 2.29 imports
    "uv": ["uv"],
    "pipenv": ["pipenv"],
    "pip-tools": ["pip-tools"],
    "pip": ["pip>=25.1"],
}
OF = {
    "pip-compile": "pip-tools",
    "uv-compile": "uv",
    "uv-universal": "uv",
    "uv-project": "uv",
    "uv-pylock": "uv",
    "uv-export": "uv",
    "pip-lock": "pip",
}
"""Where a tool goes by another name than what it is told to do."""
WRITE = {
    "pip-compile": "pip-compile -q --no-strip-extras --no-emit-index-url --no-emit-find-links requirements.in",
    "uv-compile": "uv pip compile -q requirements.in -o requirements.txt --python-version 3.11 --python-platform linux",
    "uv-universal": "uv pip compile -q requirements.in -o requirements.txt --universal --python-version 3.10",
    "uv-project": "uv pip compile -q pyproject.toml -o requirements.txt --universal -p 3.10 --extra plot --group dev",
    "uv-pylock": "uv pip compile -q requirements.in -o pylock.toml --format pylock.toml",
    "uv-export": "uv export -q --format pylock.toml -o pylock.toml",
    "pip-lock": "pip lock -q . -o pylock.toml",
}
"""Commands that write anew: a lock is fresh where they write the same."""
LOCKS = {"poetry": "poetry.lock", "pdm": "pdm.lock", "uv": "uv.lock", "pipenv": "Pipfile.lock"}
LOCKS |= {name: "pylock.toml" if "pylock" in command else "requirements.txt" for name, command in WRITE.items()}
MANIFESTS = {"poetry": "pyproject.toml", "pdm": "pyproject.toml", "uv": "pyproject.toml", "pipenv": "Pipfile"}
MANIFESTS |= {name: "requirements.in" if ".in" in command else "pyproject.toml" for name, command in WRITE.items()}
LOCK = {"poetry": ["lock"], "pdm": ["lock"], "uv": ["lock"], "pipenv": ["lock"]}
CHECK = {
    "poetry": ["check", "--lock"],
    "pdm": ["lock", "--check"],
    "uv": ["lock", "--check"],
    "pipenv": ["verify"],
}
STALE = {
    "poetry": ("changed significantly",),
    "pdm": ("doesn't satisfy", "out of date"),
    "uv": ("needs to be updated",),
    "pipenv": ("is out-of-date",),
}
"""What the tools say of a stale lock; any other failure is no verdict."""
BIN = "Scripts" if os.name == "nt" else "bin"


@dataclass(frozen=True)
class Tool:
    """One installed tool."""

    name: str
    program: Path
    index: str

    def run(self, arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
        aside = ("VIRTUAL_ENV", "PYTHONPATH", "PIP_FIND_LINKS")
        kept = {key: value for key, value in os.environ.items() if key not in aside}
        extra = {
            "INDEX_URL": self.index,
            "PIPENV_IGNORE_VIRTUALENVS": "1",
            "PIPENV_VENV_IN_PROJECT": "1",
            "POETRY_VIRTUALENVS_CREATE": "false",
            "PDM_CHECK_UPDATE": "false",
            "UV_PYTHON_DOWNLOADS": "never",
            "NO_COLOR": "1",
        }
        return subprocess.run(
            [str(self.program), *arguments],
            cwd=folder,
            env={**kept, **extra},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    def lock(self, folder: Path) -> None:
        result = self.run(WRITE[self.name].split()[1:] if self.name in WRITE else LOCK[self.name], folder)
        assert (folder / LOCKS[self.name]).is_file(), result.stdout + result.stderr

    def check(self, folder: Path) -> str:
        """Return the tool's own verdict: "fresh", "stale", or "error" with what it said."""
        if self.name in WRITE:
            before = (folder / LOCKS[self.name]).read_bytes()
            result = self.run(WRITE[self.name].split()[1:], folder)
            if result.returncode:
                return f"error: {(result.stdout + result.stderr).strip()[-300:]}"
            return "fresh" if (folder / LOCKS[self.name]).read_bytes() == before else "stale"
        result = self.run(CHECK[self.name], folder)
        said = result.stdout + result.stderr
        if result.returncode == 0:
            return "fresh"
        return "stale" if any(mark in said for mark in STALE[self.name]) else f"error: {said.strip()[-300:]}"


def install(name: str, folder: Path) -> Tool:
    """Install a tool with pip's own settings; a folder that holds it already is used as it is."""
    program = WRITE[name].split()[0] if name in WRITE else name
    place = folder / OF.get(name, name)
    if not (place / BIN / program).exists():
        venv.create(place, with_pip=True)
        python = place / BIN / "python"
        subprocess.run([str(python), "-m", "pip", "install", "-q", *TOOLS[OF.get(name, name)]], check=True, timeout=600)
    return Tool(name, place / BIN / program, find_index())


def find_index() -> str:
    """Return the index that pip uses here: its setting, else its default."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    )
    if asked.returncode == 0 and asked.stdout.strip():
        return asked.stdout.strip()
    code = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def judge(folder: Path, name: str) -> Freshness:
    """Return our verdict on the lock in a folder."""

    def read(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    paths = [path.relative_to(folder).as_posix() for path in folder.rglob("pyproject.toml")]
    lock = read_lock(LOCKS[name], (folder / LOCKS[name]).read_bytes())
    assert lock is not None
    return judge_freshness(lock, Files(read, paths))
