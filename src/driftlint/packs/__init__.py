"""Packs: rules and catalogues as data.

Promises: `load_packs` returns the built-in pack merged with a team's own, or says everything that is wrong with them.
Refuses to know: the repo that is looked at, and how findings come about.
"""

from driftlint.packs.catalogue import Catalogue
from driftlint.packs.faults import InvalidPack, PackError
from driftlint.packs.files import builtin_pack
from driftlint.packs.load import complete_rule, load_packs

__all__ = ["Catalogue", "InvalidPack", "PackError", "builtin_pack", "complete_rule", "load_packs"]
