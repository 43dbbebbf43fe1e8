"""Options of the whole suite."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-world", action="store_true", help="run the tests that install packages from the index")
    parser.addoption(
        "--moments",
        type=int,
        default=12,
        help="how often the kill tests end a mend; 200 before a release (default: 12)",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--run-world"):
        return
    skip = pytest.mark.skip(reason="installs packages from the index; asked for with --run-world")
    for item in items:
        if "world" in item.keywords:
            item.add_marker(skip)
