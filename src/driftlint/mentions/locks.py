"""Which files are locks, for the readers of mentions; `driftlint.locks` reads them.

Promises: the same answer as there. Refuses to know: what a lock holds.
"""

from __future__ import annotations

from driftlint.locks.recognise import recognise_lock

__all__ = ["recognise_lock"]
