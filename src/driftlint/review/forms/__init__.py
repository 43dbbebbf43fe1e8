"""The forms of a review, one module each.

Promises: the same sheet gives the same bytes; whatever names, messages and paths hold, they stay text in every form. A library
that only one form needs is imported when that form is asked for. Refuses to know: where the text goes.
"""

from __future__ import annotations

from driftlint.review.sheet import Sheet

FORMATS: tuple[str, ...] = ("text", "html", "markdown", "json", "csv", "cyclonedx")
NEEDS_EXTRA = frozenset(("html", "cyclonedx"))
"""Forms whose libraries the extra `review` installs."""


def write_review(sheet: Sheet, form: str, *, color: bool = False) -> str:
    """Return a review in one of `FORMATS`, ending in a line end. `color` concerns "text".

    Raises ModuleNotFoundError for a form whose library is not installed, ValueError for an unknown form.
    """
    if form == "text":
        from driftlint.review.forms.text_form import write_text

        return write_text(sheet, color=color)
    if form == "json":
        from driftlint.review.forms.json_form import write_json

        return write_json(sheet)
    if form == "csv":
        from driftlint.review.forms.csv_form import write_csv

        return write_csv(sheet)
    if form == "markdown":
        from driftlint.review.forms.markdown_form import write_markdown

        return write_markdown(sheet)
    if form == "html":
        from driftlint.review.page.render import write_page

        return write_page(sheet)
    if form == "cyclonedx":
        from driftlint.review.forms.cyclonedx_form import write_cyclonedx

        return write_cyclonedx(sheet)
    raise ValueError(f"unknown form {form!r}; one of {', '.join(FORMATS)}")
