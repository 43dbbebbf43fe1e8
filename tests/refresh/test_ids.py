"""Ids out of wheels, beside the table; the commands that show them."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from driftlint.cli.catalogue import OLD_DAYS, RefreshOptions, age_of, run_refresh, run_status, tell_age
from driftlint.cli.common import Settings
from driftlint.cli.streams import CommandError
from driftlint.packs import load_packs
from driftlint.packs.catalogue import Catalogue, ModelTable
from driftlint.refresh.ids import Change, compare, read_wheel, updated

TYPES = """
from typing import Literal, Union
import os

os.abort()
Model = Union[str, Literal["gpt-4.1", "gpt-9-2027-01-01", "gpt-9", "auto"]]
PRICES = {"gpt-4.1": 2.0}
GONE = {
    "gpt-9": "January 2nd, 2027",
    "gpt-4.1": "2027-03-01",
    "marvin-1": "2027-03-01",
    "released": "soon",
}
"""


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    with zipfile.ZipFile(tmp_path / "openai-9.0.0-py3-none-any.whl", "w") as archive:
        archive.writestr("openai/types/model.py", TYPES)
        archive.writestr("openai/broken.py", "def (Literal[")
        archive.writestr("openai/notes.txt", 'Literal["gpt-8"]')
    return tmp_path


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_packs([], cache=False)[0]


def test_texts_of_literals_and_dated_texts_are_read_and_nothing_is_run(wheels: Path) -> None:
    texts, dates = read_wheel(wheels / "openai-9.0.0-py3-none-any.whl")
    assert texts == {"gpt-4.1", "gpt-9-2027-01-01", "gpt-9", "auto"}
    assert dates == {"gpt-9": "2027-01-02", "gpt-4.1": "2027-03-01", "marvin-1": "2027-03-01"}


def test_an_id_counts_where_a_case_of_the_provider_fits_it(catalogue: Catalogue) -> None:
    provider = catalogue.providers["openai"]
    changes, doubtful = compare(
        provider, catalogue.models, frozenset(("gpt-9-2027-01-01", "gpt-4.1", "auto")), {"marvin-1": "2027-03-01"}
    )
    assert changes == [Change("new", "gpt-9-2027-01-01", "sealed", "")]
    assert doubtful == ["marvin-1"]


def test_another_day_for_a_known_id_is_a_change(catalogue: Catalogue) -> None:
    provider = catalogue.providers["openai"]
    (change,), _ = compare(provider, catalogue.models, frozenset(), {"gpt-4.1": "2027-03-01"})
    assert (change.kind, change.id, change.until, change.was) == ("date", "gpt-4.1", "2027-03-01", "2027-01-14")
    assert compare(provider, catalogue.models, frozenset(), {"gpt-4.1": "2027-01-14"}) == ([], [])


def test_a_table_is_written_sorted_with_its_other_rows_as_they_were() -> None:
    text = "# driftlint models 1 2026-11-25 sources: x 1.0\na\topenai\tsealed\t\t\tcontext\nc\topenai\tmoving\t\t\t\n"
    changes = [Change("new", "b", "family", ""), Change("date", "a", "sealed", "2027-01-01")]
    assert updated(text, "openai", changes, date(2027, 2, 3)) == (
        "# driftlint models 1 2027-02-03 sources: x 1.0\n"
        "a\topenai\tsealed\t2027-01-01\t\tcontext\nb\topenai\tfamily\t\t\t\nc\topenai\tmoving\t\t\t\n"
    )


def test_nothing_new_leaves_the_table_as_it_is(catalogue: Catalogue) -> None:
    text = catalogue.models.texts[0]
    assert updated(text, "openai", [], date.fromisoformat(catalogue.models.day)) == text


def test_refresh_names_the_difference_and_writes_where_it_is_told(
    wheels: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = wheels / "models.tsv"
    status = run_refresh(RefreshOptions(Settings(isolated=True), wheels, output=output), date(2027, 2, 3))
    shown = capsys.readouterr()
    assert status == 1
    assert "gpt-9-2027-01-01: not in the table, sealed by its form" in shown.out
    assert "gpt-4.1: shut down on 2027-03-01, the table says 2027-01-14" in shown.out
    assert "anthropic: no wheel of anthropic" in shown.err
    assert "gpt-9-2027-01-01\topenai\tsealed\t\t\t" in output.read_text().splitlines()
    assert output.read_text().startswith("# driftlint models 1 2027-02-03 ")


def test_refresh_asks_nobody_unless_it_is_told_to() -> None:
    with pytest.raises(CommandError, match="--wheels FOLDER, or --online"):
        run_refresh(RefreshOptions(Settings(isolated=True)), date(2027, 2, 3))


def test_the_age_is_told_from_the_ninetieth_day(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    day = date.fromisoformat(catalogue.models.day)
    young, old = date.fromordinal(day.toordinal() + OLD_DAYS - 1), date.fromordinal(day.toordinal() + OLD_DAYS)
    tell_age(catalogue, young)
    assert capsys.readouterr().err == ""
    tell_age(catalogue, old)
    assert f"is of {day}, {OLD_DAYS} days before this run" in capsys.readouterr().err


def test_status_shows_day_and_age(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_status(Settings(isolated=True), date(2027, 3, 1)) == 0
    shown = capsys.readouterr().out
    assert "days ago)" in shown
    assert "old: install a newer release" in shown


def test_a_table_without_a_day_has_no_age() -> None:
    assert age_of(Catalogue(models=ModelTable(("a\topenai\tsealed\n",))), date(2027, 3, 1)) is None
