"""Package URLs of references: the names by which inventories of other tools know the same thing.

Promises: a URL only where its type says how the name is spelled; None for the rest. Refuses to know: the library that writes
them.
Source: package-url/purl-spec, "purl types".
"""

from __future__ import annotations

from msgspec import Struct, field

_NORMALISED = frozenset(("pypi", "conda"))


class Purl(Struct, frozen=True):
    """The parts of a package URL."""

    type: str
    namespace: str
    name: str
    version: str
    qualifiers: dict[str, str] = field(default_factory=dict)


_BY_HOST = {
    "python": "pypi",
    "conda": "conda",
    "apt": "deb",
    "huggingface": "huggingface",
    "github.com": "github",
    "gitlab.com": "gitlab",
    "bitbucket.org": "bitbucket",
}
_HUB_KINDS = frozenset(("weights", "remote-code"))
"""What the type of a model hub covers: it has no place for datasets."""
_PATHED = frozenset(("huggingface", "github", "gitlab", "bitbucket"))


def find_purl(kind: str, host: str, name: str, version: str) -> Purl | None:
    """Return the package URL of a reference, None where its type is not known or the name does not fit it."""
    if kind == "image":
        return _find_image(host, name, version)
    known = _BY_HOST.get(host)
    if known is None or not name or " " in name or "{" in name or "://" in name:
        return None
    if known in ("pypi", "conda", "deb") and kind not in ("package", "tool", "system-package"):
        return None
    if known == "huggingface" and kind not in _HUB_KINDS:
        return None
    bare = name.split("[")[0]
    if known in _NORMALISED:
        bare = bare.lower().replace("_", "-")
    if known not in _PATHED:
        return Purl(known, "debian" if known == "deb" else "", bare, version) if "/" not in bare else None
    namespace, _, last = bare.strip("/").rpartition("/")
    if known != "huggingface" and not namespace:
        return None
    return Purl(known, namespace, last.removesuffix(".git"), version)


def _find_image(host: str, name: str, version: str) -> Purl | None:
    if not name or any(sign in name for sign in " {$"):
        return None
    namespace, _, last = name.rpartition("/")
    if host in ("", "docker.io"):
        return Purl("docker", namespace or "library", last, version)
    return Purl("docker", namespace, last, version, {"repository_url": host})
