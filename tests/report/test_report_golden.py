"""Whole outputs of one hand-built report, byte for byte.

After a wanted change, run this file as a script to write the golden files anew, and read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from driftlint import __version__
from driftlint.report import FORMATS, render
from tests.report.hand_built import make_report

GOLDEN = Path(__file__).parent / "golden"
NAMES = {name: f"report.{name}" for name in FORMATS}


def write_output(name: str) -> str:
    report, lookup = make_report()
    output = render(report, name, lookup=lookup, show_suppressed=True, show_info=True)
    return output.replace(f'"{__version__}"', '"VERSION"')


@pytest.mark.parametrize("name", FORMATS)
def test_output_is_the_golden_file(name: str) -> None:
    assert write_output(name).encode("utf-8") == (GOLDEN / NAMES[name]).read_bytes()


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for each in FORMATS:
        (GOLDEN / NAMES[each]).write_bytes(write_output(each).encode("utf-8"))
