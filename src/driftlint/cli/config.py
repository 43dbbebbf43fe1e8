"""``driftlint config``: the effective configuration, and where each value comes from.

Promises: every key is shown, in the order of its documentation. Refuses to know: typer, what keys mean.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from driftlint.cli.common import CLEAN, PlainFormat, Settings, dump_json, load_settings
from driftlint.cli.streams import CommandError, write_out
from driftlint.config import Accept, Config, PerPath
from driftlint.config_options import OPTIONS

_WIDEST_VALUE = 48


def run_config(path: Path, output_format: PlainFormat, settings: Settings) -> int:
    """Show the configuration that counts for a path."""
    if not os.path.exists(path):
        raise CommandError(f"{path}: does not exist; paths are taken from the current folder")
    config = load_settings([path], settings)
    if output_format is PlainFormat.json:
        answer = {
            "root": str(config.root),
            "file": str(config.source) if config.source is not None else None,
            "options": {key: {"value": _plain(value), "origin": origin} for key, value, origin in _entries(config)},
        }
        write_out(dump_json(answer), exact=True)
    else:
        write_out(_write_text(config))
    return CLEAN


def _entries(config: Config) -> Iterator[tuple[str, object, str]]:
    """Yield key, value and origin of every option."""
    for option in OPTIONS:
        children = option.children if option.kind == "table" else (option,)
        for leaf in children:
            key = leaf.key if leaf is option else f"{option.key}.{leaf.key}"
            holder = config.review if option.key == "review" else config
            yield key, getattr(holder, leaf.key.replace("-", "_")), config.origins.get(key, "default")


def _write_text(config: Config) -> str:
    lines = [f"# root: {config.root}", f"# file: {config.source or 'none'}"]
    rows: list[tuple[str, str]] = []
    for key, value, origin in _entries(config):
        if isinstance(value, Mapping) and value:
            for name, item in value.items():
                rows.append((f"{key}.{name} = {_spell(item)}", config.origins.get(f"{key}.{name}", origin)))
        else:
            rows.append((f"{key} = {_spell(value)}", origin))
    width = min(max(len(left) for left, _ in rows), _WIDEST_VALUE)
    lines += [f"{left.ljust(width)}  # {origin}" for left, origin in rows]
    return "\n".join(lines) + "\n"


def _plain(value: object) -> object:
    """Return a value as JSON holds it."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, Accept):
        fields = ("rule", "path", "subject", "reason", "until", "by")
        return {name: _plain(getattr(value, name)) for name in fields} | {"line": value.line}
    if isinstance(value, PerPath):
        return {name: _plain(getattr(value, name)) for name in ("paths", "ignore", "demand")}
    if isinstance(value, (Path, datetime.date)):
        return str(value)
    return value


def _spell(value: object) -> str:
    """Return a value as TOML writes it; a key that is not set shows nothing after the sign."""
    import json

    if value is None:
        return "(not set)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date):
        return value.isoformat()
    plain = _plain(value)
    if isinstance(plain, dict):
        inner = ", ".join(f"{key} = {_spell(item)}" for key, item in plain.items() if item not in (None, "", [], {}))
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(plain, list):
        return f"[{', '.join(_spell(item) for item in plain)}]"
    return json.dumps(plain, ensure_ascii=False)
