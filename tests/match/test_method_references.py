"""Functions that are bound or renamed before they are called."""

from __future__ import annotations

import pytest

from tests.session.small_repos import check

SHA = "a" * 40


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["load = partial(AutoModel.from_pretrained, 'facebook/opt-125m')", "load()"], ["train.py:3"]),
        (["load = partial(AutoModel.from_pretrained, 'facebook/opt-125m')", f"load(revision='{SHA}')"], []),
        (["load = partial(AutoModel.from_pretrained, 'facebook/opt-125m')", "load(**options)"], []),
        ([f"load = partial(AutoModel.from_pretrained, 'facebook/opt-125m', revision='{SHA}')", "load()"], []),
        (["load = partial(AutoModel.from_pretrained, torch_dtype='auto')"], []),
        (["pool.submit(AutoModel.from_pretrained, 'facebook/opt-125m')"], ["train.py:3"]),
        (["load = AutoModel.from_pretrained", "load('facebook/opt-125m')"], ["train.py:4"]),
        (["load = AutoModel.from_pretrained", f"load('facebook/opt-125m', revision='{SHA}')"], []),
        (["load = other.thing", "load('facebook/opt-125m')"], []),
        (["load = AutoModel.from_pretrained", "load('./checkpoint')"], []),
    ],
)
def test_a_function_is_matched_where_it_is_bound_or_renamed(lines: list[str], expected: list[str]) -> None:
    head = ["from functools import partial", "from transformers import AutoModel"]
    found = check("\n".join([*head, *lines]), rules=["weights-unpinned"])
    assert found == [f"{at} error weights-unpinned `facebook/opt-125m`" for at in expected]


@pytest.mark.parametrize(("more", "expected"), [("required=True", ["train.py:5"]), ("type=str", [])])
def test_an_option_that_must_be_given_has_no_default(more: str, expected: list[str]) -> None:
    text = (
        "import argparse\nfrom transformers import AutoModel\nparser = argparse.ArgumentParser()\n"
        f"parser.add_argument('--model', default=None, {more})\nAutoModel.from_pretrained(parser.parse_args().model)\n"
    )
    found = [line.split(" ")[0] for line in check(text, rules=["weights-unpinned"])]
    assert found == expected
