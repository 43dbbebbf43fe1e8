"""What services did not answer, for the end of a run.

Promises: one text a service, the first reason, and how many pins it cost; one text a lock that was not made. Refuses to know:
why it was asked.
"""

from __future__ import annotations

from msgspec import Struct, field


class Troubles(Struct):
    """Reasons by service; a subject counts once, however often it is judged."""

    _noted: dict[str, dict[str, str]] = field(default_factory=dict)
    _unmade: dict[str, str] = field(default_factory=dict)

    def note(self, service: str, subject: str, reason: str) -> None:
        """Remember that a service named no pin for a subject."""
        self._noted.setdefault(service, {}).setdefault(subject, reason)

    def note_unmade(self, manifest: str, reason: str) -> None:
        """Remember that no lock of a manifest was made."""
        self._unmade.setdefault(manifest, reason)

    def tell(self) -> list[str]:
        """Return one line a service that failed, and one a lock."""
        lines = []
        for service, reasons in sorted(self._noted.items()):
            subject, reason = next(iter(reasons.items()))
            more = f", and {len(reasons) - 1} more" if len(reasons) > 1 else ""
            lines.append(f"{service} names no pin for {subject}{more}: {reason}")
        return [*lines, *(f"no lock of {manifest} was made: {reason}" for manifest, reason in self._unmade.items())]
