"""What a client sets under ``driftlint``: options of the configuration, which file holds it, what is drawn.

Promises: what is not known is named and left out; options mean what they mean on the command line. Refuses to know: how
settings arrive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from driftlint.cli.common import Settings
from driftlint.config_options import OPTIONS

SECTION = "driftlint"
_OPTIONS = frozenset(option.key for option in OPTIONS)


class ClientSettings(Struct, frozen=True):
    """The settings of one client for one folder. `hints` says whether pins are shown behind what they pin."""

    settings: Settings = field(default_factory=Settings)
    hints: bool = False
    unknown: tuple[str, ...] = ()


def read_settings(given: object, start: Settings) -> ClientSettings:
    """Return the settings in a client's value; `start` holds those of the server's command line, which win.

    Keys are those of the configuration, in its spelling or in camel case, and ``config``, ``isolated``, ``inlayHints``.
    """
    table = given if isinstance(given, Mapping) else {}
    inner = table.get(SECTION, table.get("settings"))
    if isinstance(inner, Mapping) and len(table) == 1:
        return read_settings(inner, start)
    options: dict[str, object] = {}
    unknown: list[str] = []
    config, isolated, hints = start.config, start.isolated, False
    extend: tuple[str, ...] = start.extend_select
    for name, value in table.items():
        key = re.sub(r"(?<=[a-z])[A-Z]", lambda found: "-" + found[0].lower(), str(name))
        if value is None:
            continue
        if key == "config" and isinstance(value, str):
            config = config or (Path(value).expanduser() if value else None)
        elif key == "isolated" and isinstance(value, bool):
            isolated = isolated or value
        elif key == "inlay-hints" and isinstance(value, bool):
            hints = value
        elif key == "extend-select" and isinstance(value, list | tuple):
            extend = (*extend, *map(str, value))
        elif key in _OPTIONS:
            options[key] = dict(value) if isinstance(value, Mapping) else value
        else:
            unknown.append(str(name))
    options |= dict(start.options or {})
    return ClientSettings(Settings(config, isolated, options or None, extend), hints, tuple(unknown))
