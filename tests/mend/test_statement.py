"""Statements put into programs: where they stand, and what stands before them."""

from __future__ import annotations

from typing import Any

import pytest

from driftlint.extract import extract_one
from driftlint.facts import Place, StatementTarget
from driftlint.mend.rewrite import apply_edits
from driftlint.mend.statement import insert_statements
from driftlint.python.module import Module
from driftlint.text import Span


def mend(source: str, lines: tuple[str, ...], imports: tuple[str, ...], **more: Any) -> str | None:
    module = Module("a.py", extract_one("a.py", source.encode()))
    target = StatementTarget("a.py", Place("a.py", Span(0, 0)), lines, imports, "42", **more)
    edits = insert_statements(source, module, target)
    return apply_edits(source, sorted(edits, key=lambda e: e.span)) if edits else None


SEED = ("lib.seed({value})",)


@pytest.mark.parametrize(
    ("source", "mended"),
    [
        ("import lib\n\nlib.draw()\n", "import lib\n\nlib.seed(42)\n\nlib.draw()\n"),
        (
            "import os\n\nos.environ['BACKEND'] = 'x'\n\nimport lib as l\n\nl.draw()\n",
            "import os\n\nos.environ['BACKEND'] = 'x'\n\nimport lib as l\n\nl.seed(42)\n\nl.draw()\n",
        ),
        (
            "import sys\nsys.path.insert(0, '.')\nfrom other import draw\n\ndraw()\n",
            "import sys\nsys.path.insert(0, '.')\nfrom other import draw\nimport lib\n\nlib.seed(42)\n\ndraw()\n",
        ),
        (
            "# install it\ntry:\n    import tool\nexcept ImportError:\n    fetch()\n\nfrom lib.all import *\n\ndraw()\n",
            "# install it\ntry:\n    import tool\nexcept ImportError:\n    fetch()\n\nfrom lib.all import *\nimport lib\n\n"
            "lib.seed(42)\n\ndraw()\n",
        ),
        ("import lib\n\nlib.draw()\n\nimport lib\n", "import lib\n\nlib.seed(42)\n\nlib.draw()\n\nimport lib\n"),
        ('"""What."""\n\ndraw()\n', '"""What."""\n\nimport lib\n\nlib.seed(42)\n\ndraw()\n'),
        ("#!/usr/bin/python\ndraw()\n", "#!/usr/bin/python\nimport lib\n\nlib.seed(42)\n\ndraw()\n"),
        ("# Licence\n\n# Why\ndraw()\n", "# Licence\n\nimport lib\n\nlib.seed(42)\n\n# Why\ndraw()\n"),
        ("import lib\r\n\r\nlib.draw()\r\n", "import lib\r\n\r\nlib.seed(42)\r\n\r\nlib.draw()\r\n"),
    ],
)
def test_nothing_is_imported_earlier_than_the_file_does_it(source: str, mended: str) -> None:
    assert mend(source, SEED, ("import lib",)) == mended


GUARD = 'if __name__ == "__main__":\n'


@pytest.mark.parametrize(
    ("source", "mended"),
    [
        (
            f"import argparse\nfrom typing import Any\n\nimport other\n\n{GUARD}    main()\n",
            f"import argparse\nimport random\nfrom typing import Any\n\nimport other\n\n{GUARD}    random.seed(42)\n    main()\n",
        ),
        (
            f"from typing import Any\n\nimport other\n\n{GUARD}    main()\n",
            f"from typing import Any\nimport random\n\nimport other\n\n{GUARD}    random.seed(42)\n    main()\n",
        ),
        (
            f"import other\n\n{GUARD}    # it runs\n    main()\n",
            f"import random\n\nimport other\n\n{GUARD}    random.seed(42)\n    # it runs\n    main()\n",
        ),
    ],
)
def test_the_main_guard_begins_with_them(source: str, mended: str) -> None:
    assert mend(source, ("random.seed({value})",), ("import random",)) == mended


def test_a_library_stands_with_those_that_are_imported_like_it() -> None:
    source = f"import os\n\nimport numpy as np\nfrom wandb import init\n\nfrom own import main\n\n{GUARD}    main()\n"
    assert mend(source, SEED, ("import lib",)) == source.replace("as np\n", "as np\nimport lib\n").replace(
        "    main()", "    lib.seed(42)\n    main()"
    )


def test_a_library_is_imported_where_the_file_first_takes_something_from_it() -> None:
    source = f"import mpl\n\nmpl.use('x')\nimport lib.parts as lp\nimport z\n\n{GUARD}    main()\n"
    assert mend(source, SEED, ("import lib",)) == source.replace("as lp\n", "as lp\nimport lib\n").replace(
        "    main()", "    lib.seed(42)\n    main()"
    )


@pytest.mark.parametrize(
    ("imports", "added", "mended"),
    [
        ("import argparse\nimport sys\n", "random", "import argparse\nimport random\nimport sys\n"),
        ("import sys\nimport argparse\n", "random", "import sys\nimport argparse\nimport random\n"),
        ("import random\n", "os", "import os\nimport random\n"),
        (
            "import data\nimport models\nfrom own import run\n",
            "lib",
            "import data\nimport lib\nimport models\nfrom own import run\n",
        ),
        ("import models\nimport data\n", "lib", "import models\nimport data\nimport lib\n"),
        (
            "import first\n\nimport data\nimport models\n",
            "lib",
            "import first\n\nimport data\nimport lib\nimport models\n",
        ),
    ],
)
def test_imports_that_stand_in_order_stay_so(imports: str, added: str, mended: str) -> None:
    rest = f"\n{GUARD}    main()\n"
    assert mend(imports + rest, (f"{added}.seed({{value}})",), (f"import {added}",)) == mended + rest.replace(
        "    main()", f"    {added}.seed(42)\n    main()"
    )


def test_where_the_guard_is_too_late_they_stand_after_the_imports() -> None:
    source = f"import lib\nnet = lib.Net()\n\n{GUARD}    train(net)\n"
    assert mend(source, SEED, ("import lib",), early=True) == source.replace(
        "import lib\n", "import lib\n\nlib.seed(42)\n\n"
    )


def test_after_the_imports_each_one_goes_where_those_like_it_are() -> None:
    source = "import argparse\n\nimport lib\nfrom own import run\n\nrun()\n"
    lines = ("random.seed({value})", "lib.seed({value})")
    assert mend(source, lines, ("import random", "import lib")) == (
        "import argparse\nimport random\n\nimport lib\nfrom own import run\n\nrandom.seed(42)\nlib.seed(42)\n\nrun()\n"
    )


def test_a_module_that_the_file_has_not_goes_with_the_one_that_brings_it() -> None:
    source = "import frames\n\nframes.read()\n\nimport front\n\nfront.train()\n"
    assert mend(source, SEED, ("import lib",), near=("front",)) == source.replace(
        "import front\n", "import front\nimport lib\n\nlib.seed(42)\n"
    )


def test_a_cell_does_not_end_with_an_empty_line() -> None:
    first, second = "import lib\n", "lib.draw()\n"
    module = Module("a.ipynb", extract_one("a.py", (first + second).encode()))
    target = StatementTarget("a.ipynb", Place("a.ipynb", Span(0, 0)), SEED, ("import lib",), "42")
    (one,), (apart,) = (insert_statements(first + second, module, target, cells) for cells in ((0, len(first)), (0,)))
    assert (one.text, apart.text) == ("\n\nlib.seed(42)", "\n\nlib.seed(42)\n")
