"""What the options of ``driftlint review`` can be set to.

Promises: importing it imports nothing of the engine. Refuses to know: what a choice does.
"""

from __future__ import annotations

from enum import Enum


class ReviewFormat(str, Enum):
    """Forms of `review`; the names of `review.forms.FORMATS`."""

    text = "text"
    html = "html"
    markdown = "markdown"
    json = "json"
    csv = "csv"
    cyclonedx = "cyclonedx"


class Preset(str, Enum):
    """Presets of a review; the names of `review.policy.PRESETS`."""

    exploratory = "exploratory"
    standard = "standard"
    regulated = "regulated"
