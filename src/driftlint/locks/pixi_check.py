"""Does a lock of pixi still satisfy its manifest, for the forms of manifests that can be compared?

Promises: "stale" where a package, a channel, a platform or an environment contradicts the manifest; "fresh" only for
manifests of one environment whose every package, channel and platform was compared.
Refuses to know: features, targets, packages built from source, system requirements.
Source: pixi's lock file versions 4 to 7; ``lock_file/satisfiability`` of pixi as of August 2026.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct, field

from driftlint.distributions import canonicalize_name
from driftlint.late_regex import compile_late
from driftlint.locks.inputs import read_pixi
from driftlint.locks.model import Freshness, Lock
from driftlint.locks.semantic import find_unmet
from driftlint.locks.tables import rows, strings, table, text

_COMPARED = frozenset(("project", "workspace", "dependencies", "pypi-dependencies", "tasks", "activation"))
"""Tables of a manifest that change nothing but what is compared here."""
_SETTINGS = frozenset(
    (
        "name",
        "version",
        "description",
        "authors",
        "channels",
        "platforms",
        "license",
        "license-file",
        "readme",
        "homepage",
        "repository",
        "documentation",
        "preview",
        "requires-pixi",
    )
)
_NEEDED = compile_late(r"  (?:  )?- ['\"]?(?:[\w./-]+::)?([A-Za-z0-9_][\w.-]*)")
_OFFERED = frozenset(("pip",))
"""What an interpreter may bring along."""


class _Environment(Struct):
    channels: list[str] = field(default_factory=list)
    platforms: dict[str, list[str]] = field(default_factory=dict)
    options: list[str] = field(default_factory=list)


def check_pixi(lock: Lock, content: dict[str, Any], path: str) -> Freshness:
    """Return whether a lock still satisfies a manifest, given as parsed TOML."""
    own = table(content, "tool", "pixi") or content
    settings = table(own, "workspace") or table(own, "project")
    environments = _read_environments(text(lock.content.get("head")))
    declared = [item for item in read_pixi(content, path) if not item.marker]
    conda = {package.name for package in lock.packages if package.conda}
    # A package of a channel stands in for one of an index; which it is, the lock says for most.
    instead = (conda | set(lock.content.get("purls", ()))) - {p.name for p in lock.packages if not p.conda}
    unmet = find_unmet(lock, [item for item in declared if item.conda or item.name not in instead])
    if unmet:
        return Freshness("stale", unmet[0].reason, (path,), tuple(sorted({item.name for item in unmet})))
    wanted = {"default", *table(own, "environments")}
    gone = sorted(set(environments) - wanted)
    if gone:
        return Freshness(
            "stale", f"the lock holds the environment {gone[0]}, which the manifest no longer has", (path,)
        )
    platforms = strings(settings.get("platforms"))
    plain = not rows(settings.get("platforms")) and not table(own, "target") and not table(own, "feature")
    for name, environment in environments.items():
        if not plain or not platforms:
            break
        if set(environment.platforms) != set(platforms):
            reason = f"the lock is for {_list(environment.platforms)}, the manifest asks for {_list(platforms)}"
            return Freshness("stale", reason, (path,))
        channels = [text(row.get("channel")) for row in rows(settings.get("channels"))] or strings(
            settings.get("channels")
        )
        if [_channel(one) for one in channels] != [_channel(one) for one in environment.channels]:
            reason = f"{name} was locked with other channels, or another order of them"
            return Freshness("stale", reason, (path,))
    doubt = _find_doubt(own, settings, environments, lock, plain)
    if doubt:
        return Freshness("unknown", doubt, (path,))
    asked = {name for needed in lock.content.get("depends", {}).values() for name in needed} | _OFFERED
    if own is not content:
        asked.add("python")
    direct = {(item.name, item.conda) for item in declared}
    rest = sorted(p.name for p in lock.packages if (p.name, p.conda) not in direct and p.name not in asked)
    if rest:
        return Freshness("stale", f"nothing asks for `{rest[0]}`, which the lock holds", (path,), (rest[0],))
    return _check_platforms(lock, environments["default"], {i.name for i in declared if i.conda}, path)


def _check_platforms(lock: Lock, environment: _Environment, names: set[str], path: str) -> Freshness:
    """Return whether each platform holds what is asked for and what that needs."""
    by_url: dict[str, str] = lock.content.get("urls", {})
    depends: dict[str, set[str]] = lock.content.get("depends", {})
    for platform, urls in environment.platforms.items():
        held = {by_url.get(url, "") for url in urls}
        conda = {by_url.get(url, "") for url in urls if url.endswith((".conda", ".tar.bz2"))}
        needed = names | {name for url in urls if url.endswith((".conda", ".tar.bz2")) for name in depends.get(url, ())}
        missing = sorted(name for name in needed - conda if not name.startswith("__"))
        if missing:
            return Freshness("stale", f"`{missing[0]}` is not in the lock for {platform}", (path,), (missing[0],))
        if "" in held:
            return Freshness("unknown", "an entry names a package that is described nowhere", (path,))
    return Freshness("fresh", f"it holds what {path} asks for on {_list(environment.platforms)}", (path,))


def _find_doubt(
    own: dict[str, Any], settings: dict[str, Any], environments: dict[str, _Environment], lock: Lock, plain: bool
) -> str:
    others = sorted(set(own) - _COMPARED) + sorted(set(settings) - _SETTINGS)
    if others or not plain:
        return f"`{others[0] if others else 'platforms'}` takes part in a way that is not compared"
    if set(environments) != {"default"} or any(environment.options for environment in environments.values()):
        return "the environments or options of the lock are not those of a plain manifest"
    for name in ("dependencies", "pypi-dependencies"):
        for key, value in table(own, name).items():
            if not isinstance(value, str):
                return f"`{key}` is declared in a way that is not compared"
    if lock.content.get("indexes"):
        return "packages of named indexes are not compared"
    if any(package.origin == "index" and not package.version for package in lock.packages):
        return "a package of an index stands there without a version"
    if any(package.origin != "index" for package in lock.packages):
        return "packages from folders and repositories are not compared"
    if not all(isinstance(settings.get(key), list) for key in ("channels", "platforms")):
        return "the manifest does not say for which channels and platforms it is"
    if not all(isinstance(item, str) for item in settings.get("channels", ())):
        return "channels are written in a way that is not compared"
    return ""


def _read_environments(head: str) -> dict[str, _Environment]:
    """Return the environments of a lock, from the part before its packages: it is written by a program, one item a line."""
    found: dict[str, _Environment] = {}
    current, part, platform = _Environment(), "", ""
    inside = False
    for line in head.splitlines():
        if re.match(r"\S", line):
            inside = line.startswith("environments:")
        elif not inside or line.lstrip().startswith("#"):
            continue
        elif name := re.fullmatch(r"  ([^\s:]+):\s*", line):
            current = found[name[1]] = _Environment()
            part = platform = ""
        elif name := re.fullmatch(r"    ([\w-]+):.*", line):
            part, platform = name[1], ""
        elif part == "channels" and (item := re.match(r"    (?:  )?- (?:url: )?(\S+)", line)):
            current.channels.append(item[1])
        elif part == "options" and not re.match(r"\s+pypi-prerelease-mode: if-necessary-or-explicit", line):
            current.options.append(line.strip())
        elif part == "packages" and (item := re.fullmatch(r"      ([\w-]+):(?: \[\])?\s*", line)):
            platform = item[1]
            current.platforms.setdefault(platform, [])
        elif part == "packages" and platform and (item := re.match(r"      (?:  )?- \w+: (\S+)", line)):
            current.platforms[platform].append(item[1])
    return found


def read_requirement_names(block: str) -> set[str]:
    """Return the names in the ``depends`` and ``requires_dist`` lists of one package."""
    found: set[str] = set()
    inside = ""
    for line in block.splitlines():
        key = re.match(r"  ([a-z_]+):", line)
        if key is not None:
            inside = key[1]
        elif inside in ("depends", "requires_dist") and (item := _NEEDED.match(line)):
            found.add(item[1].lower() if inside == "depends" else canonicalize_name(item[1]))
    return found


def _channel(name: str) -> str:
    """Return the last part of a channel's name or address."""
    return name.rstrip("/").rsplit("/", 1)[-1]


def _list(names: object) -> str:
    return ", ".join(sorted(names)) if isinstance(names, (list, dict, set)) else ""
