"""Statements put into programs: where they stand, and what stands before them."""

from __future__ import annotations

import pytest

from driftlint.extract import extract_one
from driftlint.facts import Place, StatementTarget
from driftlint.mend.rewrite import apply_edits
from driftlint.mend.statement import insert_statements
from driftlint.python.module import Module
from driftlint.text import Span


def mend(source: str, lines: tuple[str, ...], imports: tuple[str, ...]) -> str | None:
    module = Module("a.py", extract_one("a.py", source.encode()))
    target = StatementTarget("a.py", Place("a.py", Span(0, 0)), lines, imports, "42")
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
