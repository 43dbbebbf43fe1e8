"""Addresses of things: from the packs, quoted, and only where a name is known."""

from __future__ import annotations

import pytest

from driftlint.facts import Pin, Place, Reference, State, Subject
from driftlint.match.pages import find_page
from driftlint.packs import load_packs
from driftlint.text import Span

HERE = Place("train.py", Span(0, 4))


def reference(kind: str, host: str, name: str, state: State, selector: str | None, late: bool = False) -> Reference:
    return Reference(Subject(kind, host, name), Pin(state, selector), HERE, HERE, late=late)


@pytest.mark.parametrize(
    ("kind", "host", "name", "state", "selector", "page"),
    [
        ("dataset", "huggingface", "lab/rows", "absent", None, "https://huggingface.co/datasets/lab/rows"),
        ("dataset", "huggingface", "lab/rows", "moving", "main", "https://huggingface.co/datasets/lab/rows/tree/main"),
        ("weights", "huggingface", "gpt2", "sealed", "6" * 40, f"https://huggingface.co/gpt2/tree/{'6' * 40}"),
        (
            "weights",
            "huggingface",
            "lab/m",
            "tag",
            'v1"><script>',
            "https://huggingface.co/lab/m/tree/v1%22%3E%3Cscript%3E",
        ),
        ("weights", "huggingface", "lab/{…}", "absent", None, None),
        ("weights", "huggingface", "a/b/c", "absent", None, None),
        ("action", "github.com", "actions/checkout", "tag", "v4", "https://github.com/actions/checkout/tree/v4"),
        ("dataset", "tfds", "cifar10", "absent", None, "https://www.tensorflow.org/datasets/catalog/cifar10"),
        ("dataset", "elsewhere", "lab/rows", "absent", None, None),
        ("weights", "huggingface", "lab/m", "unknown", "REV", "https://huggingface.co/lab/m"),
    ],
)
def test_page(kind: str, host: str, name: str, state: State, selector: str | None, page: str | None) -> None:
    catalogue, _ = load_packs([])
    assert find_page(catalogue, reference(kind, host, name, state, selector)) == page


def test_a_name_that_is_known_at_run_time_has_no_page() -> None:
    catalogue, _ = load_packs([])
    assert find_page(catalogue, reference("weights", "huggingface", "name", "absent", None, late=True)) is None
