"""Write a report in the format that a person or a tool asked for.

Promises: the same report gives the same bytes; no raw control character (beside line ends, and the escapes of colour
and links when they are asked for), no lone surrogate and nothing that looks like a secret leaves here.
Refuses to know: where the text goes, and whether that place is a terminal.
"""

from __future__ import annotations

from driftlint.facts import Report
from driftlint.report.located import LocatedReport, Lookup, locate_report

__all__ = ["FORMATS", "Lookup", "render", "render_statistics", "write_located"]

FORMATS: tuple[str, ...] = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown")


def render(
    report: Report,
    format: str,
    *,
    lookup: Lookup,
    color: bool = False,
    show_suppressed: bool = False,
    hyperlinks: bool = False,
    show_info: bool = False,
    prefix: str = "",
) -> str:
    """Return `report` in one of `FORMATS`, ending in a line end (or empty where the format has nothing to say).

    `lookup` gives the document of a repo path or None. `color` and `hyperlinks` (OSC 8) concern "text" and "concise".
    `show_suppressed` adds accepted findings to text, concise, sarif, junit and markdown; json always has them, github
    and gitlab never. Findings that the baseline holds, and those that an older revision has, are in json, and in sarif
    with `show_suppressed`; text, concise and markdown count them. `show_info` adds findings of severity "info" to every
    format. `prefix` is the POSIX path from the top of the hosted repository to the root of the report, put before the
    paths of github, gitlab and sarif output.
    Raises ValueError for an unknown format.
    """
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}; one of {', '.join(FORMATS)}")
    located = locate_report(report, lookup, show_info=show_info)
    return write_located(
        located, format, color=color, show_suppressed=show_suppressed, hyperlinks=hyperlinks, prefix=prefix
    )


def write_located(
    located: LocatedReport,
    format: str,
    *,
    color: bool = False,
    show_suppressed: bool = False,
    hyperlinks: bool = False,
    prefix: str = "",
) -> str:
    """Return a report whose findings have their positions already; otherwise as `render`.

    Raises ValueError for an unknown format.
    """
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}; one of {', '.join(FORMATS)}")
    if format == "text":
        from driftlint.report.text import write_text

        return write_text(located, color=color, show_suppressed=show_suppressed, hyperlinks=hyperlinks)
    if format == "concise":
        from driftlint.report.concise import write_concise

        return write_concise(located, color=color, show_suppressed=show_suppressed, hyperlinks=hyperlinks)
    if format == "json":
        from driftlint.report.json_format import write_json

        return write_json(located)
    if format == "sarif":
        from driftlint.report.sarif import write_sarif

        return write_sarif(located, show_suppressed=show_suppressed, prefix=prefix)
    if format == "github":
        from driftlint.report.github import write_github

        return write_github(located, prefix=prefix)
    if format == "gitlab":
        from driftlint.report.gitlab import write_gitlab

        return write_gitlab(located, prefix=prefix)
    if format == "junit":
        from driftlint.report.junit import write_junit

        return write_junit(located, show_suppressed=show_suppressed)
    from driftlint.report.markdown import write_markdown

    return write_markdown(located, show_suppressed=show_suppressed)


def render_statistics(report: Report, format: str = "text", *, color: bool = False, show_info: bool = False) -> str:
    """Return how often each rule was found, as "text" or "json". Raises ValueError for another format."""
    from driftlint.report.statistics import write_statistics

    return write_statistics(report, format, color=color, show_info=show_info)
