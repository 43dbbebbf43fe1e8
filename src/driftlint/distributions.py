"""Names of distributions.

Promises: names compare as indexes compare them. Refuses to know: which distributions there are.
"""

from __future__ import annotations

import re

_RUNS = re.compile(r"[-_.]+")


def canonicalize_name(name: str) -> str:
    """Return a distribution's name as indexes compare names: PEP 503, "Normalized Names".

    The same as ``packaging.utils.canonicalize_name`` (a property test compares them), without that module: loading it, with all
    that it imports, would take a tenth of a run over a small repo.
    """
    return _RUNS.sub("-", name).lower()
