"""Calls that read something from outside: what they refer to, how firmly, and where that is decided."""

from __future__ import annotations

import pytest

from driftlint.match.patterns import PatternIndex, WordGate, fits
from tests.match.made_pack import COMMIT, references, told, unknown
from tests.session.small_repos import spot, start, texts

LIB = "import lib\n"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("lib.load('a/b')", ["a/b absent"]),
        ("lib.load(name='a/b')", ["a/b absent"]),
        ("lib.load('a/b', revision=None)", ["a/b absent"]),
        ("lib.load('a/b', revision='')", ["a/b absent"]),
        ("lib.load('a/b', 'main')", ["a/b moving main"]),
        ("lib.load('a/b', revision='main')", ["a/b moving main"]),
        ("lib.load('a/b', revision='v1.2')", ["a/b tag v1.2"]),
        ("lib.load('a/b', revision='0123abc')", ["a/b short 0123abc"]),
        (f"lib.load('a/b', revision='{COMMIT}')", [f"a/b sealed {COMMIT}"]),
        (f"lib.load('a/b', **{{'revision': '{COMMIT}'}})", [f"a/b sealed {COMMIT}"]),
        ("lib.load('a/b', revision='main' if x else None)", ["a/b absent"]),
        (f"lib.load('a/b', revision='main' if x else '{COMMIT}')", ["a/b moving main"]),
        ("lib.load('a/b', revision=get())", []),
        ("lib.load('a/b', **more)", []),
        ("lib.load('csv')", []),
        ("lib.load('./here')", []),
        ("lib.load('/tmp/x')", []),
        ("lib.load('rows.csv')", []),
        ("lib.load('two words')", []),
        ("lib.load('')", []),
        ("lib.load()", []),
        ("lib.load(3)", []),
        ("lib.load('a/b', offline=True)", []),
        ("lib.load('a/b', offline=False)", ["a/b absent"]),
        ("lib.load('a/b', offline=get())", ["a/b absent"]),
        ("lib.io.load('a/b')", ["a/b absent"]),
        ("lib.Client().load('a/b')", ["a/b absent"]),
        ("lib.Model.from_hub('a/b')", ["a/b absent"]),
        ("lib.sub.Model.from_hub('a/b')", ["a/b absent"]),
        ("lib.sub.deep.Model.from_hub('a/b')", ["a/b absent"]),
        ("lib.Sub.Model.from_hub('a/b')", []),
        ("other.lib.Model.from_hub('a/b')", []),
        ("lib.other('a/b')", []),
        ("lib.hub('a/b')", ["a/b absent"]),
        ("lib.hub('a/b@v1.0')", ["a/b@v1.0 tag v1.0"]),
        ("lib.hub('a/b@main')", ["a/b@main moving main"]),
        (f"lib.hub('a/b@{COMMIT}')", [f"a/b@{COMMIT} sealed {COMMIT}"]),
        ("lib.bare('a/b')", ["a/b unpinnable"]),
        ("lib.packaged('a/b')", ["a/b sealed"]),
        ("lib.moves('a/b')", ["a/b moving"]),
        ("lib.moves('a/b', version='v1.0')", ["a/b tag v1.0"]),
        ("lib.run('a/b')", []),
        ("lib.run('a/b', trust=False)", []),
        ("lib.run('a/b', trust=True)", ["a/b absent"]),
        (f"lib.run('a/b', trust=True, code_revision='{COMMIT}')", [f"a/b sealed {COMMIT}"]),
        ("lib.prefixed('hub:a')", ["a absent"]),
        ("lib.prefixed('a')", []),
        ("lib.default()", ["base absent"]),
        ("lib.default('other')", ["other absent"]),
        ("lib.default(None)", ["base absent"]),
        ("lib.default(**more)", []),
        ("lib.fixed()", ["the list absent"]),
        ("lib.fixed(revision='main')", ["the list moving main"]),
        ("thing.pull_thing('a/b')", ["a/b absent"]),
        ("lib.fetch('https://example.org/x.tar')", ["https://example.org/x.tar moving"]),
        ("lib.fetch('https://example.org/x.tar', sha='00')", ["https://example.org/x.tar sealed"]),
        ("lib.fetch('https://example.org/x.tar', sha=None)", ["https://example.org/x.tar moving"]),
        ("lib.fetch('https://files.example.org/a/at/main/x')", ["a moving main"]),
        (f"lib.fetch('https://files.example.org/a/at/{COMMIT}/x')", [f"a sealed {COMMIT}"]),
        ("lib.fetch('local.tar')", []),
    ],
)
def test_states(call: str, expected: list[str]) -> None:
    assert told(LIB + call) == [f"train.py:2 {text}" for text in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from lib import load as l\nl('a/b')", ["train.py:2 a/b absent"]),
        ("import lib as x\nx.load('a/b')", ["train.py:2 a/b absent"]),
        ("from lib.io import load\nload('a/b')", ["train.py:2 a/b absent"]),
        ("from lib import *\nload('a/b')", ["train.py:2 a/b absent"]),
        ("import lib\nload = lib.load\nload('a/b')", ["train.py:3 a/b absent"]),
        ("from lib import Client\nc = Client()\nc.load('a/b')", ["train.py:3 a/b absent"]),
        ("from lib import Client\nclass Own(Client): pass\nOwn().load('a/b')", ["train.py:3 a/b absent"]),
        (
            "from lib import Client\nclass Own(Client):\n    def f(self):\n        self.load('a/b')",
            ["train.py:4 a/b absent"],
        ),
        (
            "from lib import Client\nclass Own(Client):\n    def load(self, name):\n        pass\nOwn().load('a/b')",
            [],
        ),
        ("from lib import Client\nwith Client() as c:\n    c.load('a/b')", ["train.py:3 a/b absent"]),
        ("def load(name): pass\nload('a/b')", []),
        ("import other as lib\nlib.load('a/b')", []),
        ("try:\n    import lib\nexcept ImportError:\n    lib = None\nlib.load('a/b')", ["train.py:5 a/b absent"]),
        (
            "import lib\n@d(lib.load('a/b'))\ndef f(x=lib.load('c/d')): pass",
            ["train.py:2 a/b absent", "train.py:3 c/d absent"],
        ),
        ("import lib\nf = lambda: [lib.load('a/b') for x in y]", ["train.py:2 a/b absent"]),
    ],
)
def test_ways_to_call(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_a_pin_of_the_environment() -> None:
    text = f"import lib, os\nos.environ['LIB_REVISION'] = '{COMMIT}'\nlib.by_env('a/b')"
    assert told(text) == [f"train.py:3 a/b sealed {COMMIT}"]
    assert told(
        {"train.py": "import lib\nlib.by_env('a/b')", "run.sh": "export LIB_REVISION=main\npython train.py\n"}
    ) == ["train.py:2 a/b moving main"]


@pytest.mark.xfail(strict=True, reason="a file that names no word of the library is not looked into")
def test_a_library_that_the_repo_hands_on() -> None:
    files = {"shim/__init__.py": "from lib import load\n", "train.py": "from shim import load\nload('a/b')\n"}
    assert told(files) == ["train.py:2 a/b absent"]


def test_a_pin_that_a_wrapper_leaves_open_is_decided_by_its_callers() -> None:
    files = {
        "wrap.py": "import lib\ndef get(name, revision=None):\n    return lib.load(name, revision=revision)\n",
        "train.py": f"from wrap import get\nget('a/b')\nget('c/d', revision='{COMMIT}')\n",
    }
    assert told(files) == ["train.py:2 a/b absent", f"train.py:3 c/d sealed {COMMIT}"], "each caller decides for itself"
    assert {found.place.path for found in references(files)} == {"wrap.py"}


def test_a_wrapper_without_a_pin_is_reported_where_its_callers_name_things() -> None:
    files = {
        "wrap.py": "import lib\ndef get(name):\n    return lib.load(name)\n",
        "train.py": "from wrap import get\nget('a/b')\nget('c/d')\n",
    }
    assert told(files) == ["train.py:2 a/b absent", "train.py:3 c/d absent"]
    assert {found.place.path for found in references(files)} == {"wrap.py"}


GET = "import lib\ndef get(name, revision=None):\n    return lib.load(name, revision=revision)\n"
READ = "import lib\ndef get(name, **more):\n    return lib.load(name, **more)\n"


@pytest.mark.parametrize("wrapper", [GET, READ], ids=["parameter", "mapping"])
@pytest.mark.parametrize("pin", [COMMIT, "main"])
def test_a_caller_s_pin_is_for_its_own_name(wrapper: str, pin: str) -> None:
    state = "sealed" if pin == COMMIT else "moving"
    text = wrapper + f"get('a/b')\nget('c/d', revision='{pin}')\n"
    assert told(text) == ["train.py:4 a/b absent", f"train.py:5 c/d {state} {pin}"]


def test_a_weak_pin_is_the_place_to_mend() -> None:
    text = "import lib\nR = 'main'\nlib.load('a/b',\n         revision=R)\n"
    assert told(text) == ["train.py:2 a/b moving main"]
    (found,) = references(text)
    assert found.pin_name == "revision"
    assert text[found.place.span.start :].startswith("lib.load")


def test_two_uses_of_one_literal_are_one_decision() -> None:
    text = "import lib\nN = 'a/b'\nlib.load(N)\nlib.load(N)\nlib.load(N, revision='main')\n"
    assert told(text) == ["train.py:2 a/b absent", "train.py:5 a/b moving main"]
    first = references(text)[0]
    assert [text.count("\n", 0, use.span.start) + 1 for use in (first.place, *first.uses)] == [3, 4]


def test_a_folder_of_the_repo_is_no_reference() -> None:
    call = "import lib\nlib.load('models/small')\n"
    assert told({"models/small/config.json": "{}", "train.py": call}) == []
    assert told({"sub/models/small/config.json": "{}", "sub/train.py": call}) == []
    assert told({"train.py": call}) == ["train.py:2 models/small absent"]


def test_confidence() -> None:
    def confidence(text: str) -> list[str]:
        return [r.confidence for r in references(text)]

    assert confidence("import lib\nlib.load('a/b')") == ["high"]
    assert confidence("import lib\nlib.load('data/b')") == ["low"]
    assert confidence("x.pull_thing('a/b')") == ["medium"]
    assert confidence("import lib\nlib.late(name)") == ["medium"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import lib\ndef f(name):\n    lib.late(name)", ["train.py:3 name absent"]),
        ("import lib\ndef f(args):\n    lib.late(args.model)", ["train.py:3 args.model absent"]),
        ("import lib\ndef f(model_path):\n    lib.late(model_path)", []),
        (f"import lib\ndef f(name):\n    lib.late(name, revision='{COMMIT}')", [f"train.py:3 name sealed {COMMIT}"]),
        ("import lib\nlib.late(f'{x()}/b')", []),
        ("import lib\nlib.late(f'a/{x()}')", ["train.py:2 a/{…} absent"]),
        (
            "import lib\ndef f(name, n=3):\n    lib.late(name)\n    f(name, n - 1)\nf('a/b')",
            ["train.py:5 a/b absent"],
        ),
    ],
)
def test_names_that_are_given_late(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_what_could_not_be_told_is_counted() -> None:
    assert unknown("import lib\ndef f(name):\n    lib.load(name)\n") == [
        "train.py:3 the name of the thing is not known: the caller gives `name`, and no call of f() is in this repo"
    ]
    assert unknown("import lib\nlib.load('a/b', revision=get())\n") == [
        "train.py:2 the pin of thing `a/b` is not known"
    ]
    assert unknown("import lib\nlib.load(**more)\n") == [
        "train.py:2 the name of the thing is passed on through a mapping"
    ]
    assert unknown("import lib\nlib.load('a/b')\n") == []


def test_advice_and_entry_come_along() -> None:
    (found,) = references("import lib\nlib.bare('a/b')")
    assert found.pin.advice == "download it first"
    assert found.entry == "lib.bare"
    assert found.subject.kind == "thing"
    assert found.subject.host == "hub"


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("lib.load", "lib.load", True),
        ("lib.load", "lib.io.load", False),
        ("lib.*.load", "lib.io.load", True),
        ("lib.*.load", "lib.a.b.load", False),
        ("lib.Auto*.load", "lib.AutoModel.load", True),
        ("lib.Client().load", "lib.Client().load", True),
        ("lib.Client().load", "lib.Client.load", False),
        ("?.a.load", "?.client.a.load", True),
        ("?.a.load", "other.a.load", True),
        ("?.a.load", "ba.load", False),
        ("lib.*", "?.load", False),
    ],
)
def test_patterns(pattern: str, name: str, matches: bool) -> None:
    assert fits(pattern, name) is matches
    assert [entry for _, entry in PatternIndex([(pattern, 1)]).find(name)] == ([1] if matches else [])


@pytest.mark.parametrize(
    ("words", "admitted"),
    [
        ({b"lib", b"load"}, True),
        ({b"load"}, False),
        ({b"lib"}, False),
        ({b"client", b"get"}, True),
        ({b"get"}, False),
    ],
)
def test_the_gate_of_words(words: set[bytes], admitted: bool) -> None:
    assert WordGate(["lib.load", "?.client.get"]).admits(frozenset(words)) is admitted


def test_the_built_in_pack_and_a_config_file() -> None:
    files = texts(
        {
            "conf.yaml": "data:\n  name: stanfordnlp/imdb\n",
            "train.py": """
                import yaml
                from datasets import load_dataset
                c = yaml.safe_load(open("conf.yaml"))
                load_dataset(c["data"]["name"])
            """,
        }
    )
    session = start(files, rules=())
    found = [r for r in session.run().world.references if r.subject.kind == "dataset"]
    assert [(spot(session, r.where), spot(session, r.place), r.subject.name, r.pin.state) for r in found] == [
        ("conf.yaml:2", "train.py:4", "stanfordnlp/imdb", "absent")
    ]
