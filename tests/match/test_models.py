"""Looking up hosted models: with a made catalogue for the order of steps, with the built-in one for whole programs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from driftlint.config import Config
from driftlint.facts import Finding, Pin
from driftlint.match.models import ANY, judge_bare, judge_model
from driftlint.packs import load_packs
from driftlint.packs.catalogue import Case, Catalogue, ModelTable, Provider
from driftlint.session import Session
from driftlint.workspace import MemoryWorkspace

TODAY = date(2026, 11, 25)
ROWS = """\
# driftlint models 1 2026-01-01 sources: made up
big\tmaker\tmoving\t2027-01-31\tbig-0101\tstated
big-0101\tmaker\tsealed\t2027-01-31\t\t
big-0202\tmaker\tsealed\t2026-11-25\t\t
dead\tmaker\tmoving\t2026-01-01\tbig-0101\tstated
gone\tmaker\tmoving\t\tbig-0202\tstated
ft:big-0202\tmaker\tsealed\t2026-10-01\t\t
lone\tmaker\tmoving\t2027-02-01\tlone-0101\tinferred
plain\tmaker\tmoving\t2027-02-01\t\t
shared\thost\tfamily\t\t\t
shared\tmaker\tmoving\t\t\t
soon\tmaker\tfamily\t2026-11-26\t\t
word\tmaker\tmoving\t\t\tcontext
eu.model-1\tcloud\tsealed\t\t\t
team/shared\thost\tfamily\t2026-01-01\t\t
foreign\tcloud\tfamily\t2026-01-01\t\t
"""


def case(match: str, state: str, *, wide: bool = False) -> Case:
    return Case(match, state, open=wide)  # type: ignore[arg-type]


@pytest.fixture
def catalogue() -> Catalogue:
    maker = Provider(
        "maker",
        "Maker",
        prefixes=("maker/", "maker:"),
        cases=(
            case(r"(?P<base>ft:[^:]+):.*", "sealed"),
            case(r"(?:big|dead|gone|lone|plain|soon|word|shared|ft:.*)(?:-\d{4})?", "moving"),
            case(r"new-[a-z]+", "family"),
            case(r"[a-z]+-latest", "moving", wide=True),
        ),
    )
    host = Provider("host", "Host", prefixes=("host/",), cases=(case(r"[\w/.-]+", "family", wide=True),))
    cloud = Provider(
        "cloud", "Cloud", prefixes=("cloud/",), regions=("eu.", "us."), cases=(case(r"model-\d", "moving"),)
    )
    own = Provider("own", "Own", prefixes=("own/",), deployments=True, cases=(case(".*", "moving"),))
    gate = Provider("gate", "Gate", prefixes=("gate/",), inherit=True, cases=(case("auto", "moving", wide=True),))
    outer = Provider("outer", "Outer", prefixes=("outer/",), inherit=True)
    providers = {p.id: p for p in (maker, host, cloud, own, gate, outer)}
    return Catalogue(providers=providers, models=ModelTable((ROWS,)))


def judged(catalogue: Catalogue, host: str, name: str) -> tuple[str, str]:
    provider, pin = judge_model(catalogue, host, name, TODAY)
    return provider, pin.state


@pytest.mark.parametrize(
    ("host", "name", "expected"),
    [
        ("maker", "big", ("maker", "moving")),
        ("maker", "maker/big", ("maker", "moving")),
        ("maker", "x-latest", ("maker", "moving")),
        ("host", "any/thing", ("host", "family")),
        ("cloud", "cloud/us.model-1", ("cloud", "moving")),
        ("cloud", "eu.model-1", ("cloud", "sealed")),
        ("own", "big", ("own", "unknown")),
        ("maker", "gate/big", ("maker", "unknown")),
    ],
)
def test_a_known_provider_decides_alone(catalogue: Catalogue, host: str, name: str, expected: tuple[str, str]) -> None:
    assert judged(catalogue, host, name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("shared", ("maker", "moving")),
        ("new-thing", ("maker", "family")),
        ("x-latest", (ANY, "unknown")),
        ("foreign", (ANY, "unknown")),
        ("team/shared", (ANY, "unknown")),
        ("host/team/shared", ("host", "retired")),
        ("maker/x-latest", ("maker", "moving")),
        ("own/big", (ANY, "unknown")),
        ("", (ANY, "unknown")),
    ],
)
def test_without_a_provider_prefix_then_order_then_narrow_cases(
    catalogue: Catalogue, name: str, expected: tuple[str, str]
) -> None:
    assert judged(catalogue, ANY, name) == expected


@pytest.mark.parametrize(
    ("host", "name", "expected"),
    [
        ("gate", "auto", ("gate", "moving")),
        ("gate", "maker/big", ("maker", "moving")),
        ("gate", "big", ("maker", "moving")),
        (ANY, "gate/maker/big", ("maker", "moving")),
        (ANY, "outer/gate/host/any", ("host", "family")),
        ("outer", "outer/outer/gate/maker/big", ("maker", "moving")),
        ("gate", "gate/gate/gate", ("gate", "unknown")),
    ],
)
def test_gateways_are_looked_through(catalogue: Catalogue, host: str, name: str, expected: tuple[str, str]) -> None:
    assert judged(catalogue, host, name) == expected


@pytest.mark.parametrize(
    ("name", "state", "until"),
    [
        ("big-0202", "retired", "2026-11-25"),
        ("soon", "retiring", "2026-11-26"),
        ("big-0101", "retiring", "2027-01-31"),
        ("plain", "moving", "2027-02-01"),
        ("dead", "retired", "2026-01-01"),
        ("ft:big-0202:lab", "retired", "2026-10-01"),
        ("ft:big-0101:lab", "sealed", ""),
    ],
)
def test_the_day_of_the_run_decides_over_the_form(catalogue: Catalogue, name: str, state: str, until: str) -> None:
    assert judge_model(catalogue, "maker", name, TODAY)[1] == Pin(state, name, until, advice=_advice(name))  # type: ignore[arg-type]


def _advice(name: str) -> str:
    return "The alias itself will be shut down on 2027-02-01" if name == "plain" else ""


def test_advice_tells_the_pin_with_its_basis(catalogue: Catalogue) -> None:
    def advice(name: str) -> str:
        return judge_model(catalogue, "maker", name, TODAY)[1].advice

    assert advice("big") == "Maker states that it stands for `big-0101`. Both will be shut down on 2027-01-31"
    assert advice("lone").startswith("`lone-0101` is the only dated id that is known for it; that it stands for")
    assert advice("lone").endswith("is inferred. The alias itself will be shut down on 2027-02-01")
    assert advice("gone") == ""  # its pin is shut
    assert advice("dead") == ""


def test_a_bare_string_needs_more_than_an_everyday_word(catalogue: Catalogue) -> None:
    assert judge_bare(catalogue, "word", TODAY) is None
    assert judge_bare(catalogue, "nothing", TODAY) is None
    found = judge_bare(catalogue, "maker/big", TODAY)
    assert found is not None
    assert (found[0], found[1].state) == ("maker", "moving")
    assert judged(catalogue, ANY, "word") == ("maker", "moving")


# whole programs, with the built-in pack


def check(**files: str) -> list[tuple[str, str, int, str]]:
    """Return (rule, host, 1-based line, name) of the services findings of a repo; ``__`` in a name is a slash or dot."""
    return [
        (f.rule, f.subject.host, line, f.subject.name)
        for f, line in _run({name.replace("__", "."): text for name, text in files.items()})
    ]


def _run(files: dict[str, str]) -> list[tuple[Finding, int]]:
    catalogue, rules = load_packs([])
    chosen = {name: rule for name, rule in rules.items() if rule.family == "services"}
    config = Config(root=Path("."), include=("*",), today=TODAY)
    session = Session(MemoryWorkspace(files), config, catalogue, chosen)
    out = []
    for finding in session.run().report.findings:
        document = session.get_document(finding.place.path)
        assert document is not None
        out.append((finding, document.locate(finding.place.span.start).line))
    return out


ASK = 'client.chat.completions.create(model="gpt-4.1", messages=[])\n'
FOUND = ("model-alias", "openai", 3, "gpt-4.1")


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("", True),
        ("base_url=None", True),
        ('base_url="https://api.openai.com/v1"', True),
        ('base_url="HTTPS://EU.api.openai.com:443/v1/"', True),
        ('base_url=os.getenv("LAB_URL")', True),
        ('base_url=os.environ["LAB_URL"]', True),
        ('base_url=os.getenv("LAB_URL", "http://localhost:8000/v1")', False),
        ('base_url="http://localhost:8000/v1"', False),
        ('base_url="https://api.openai.com.example.org"', False),
        ('base_url="https://notapi.openai.com"', False),
        ('base_url=f"http://{os.uname().nodename}:8000/v1"', False),
        ("base_url=find_server()", False),
        ('base_url="https://lab.openai.azure.com"', False),
        ("**os.options", False),
    ],
)
def test_an_address_decides_whether_the_id_is_the_vendors(address: str, found: bool) -> None:
    text = f"import os, openai\nclient = openai.OpenAI({address})\n{ASK}"
    assert check(a__py=text) == ([FOUND] if found else [])


def test_an_address_of_another_vendor_makes_it_that_vendors() -> None:
    text = (
        'import openai\nclient = openai.OpenAI(base_url="https://api.deepseek.com/v1")\n'
        'client.chat.completions.create(model="deepseek-v4-pro", messages=[])\n'
    )
    assert check(a__py=text) == [("model-alias", "deepseek", 3, "deepseek-v4-pro")]


@pytest.mark.parametrize(
    ("setting", "found"),
    [
        ('openai.api_base = "http://localhost:8000/v1"', False),
        ('openai.api_type = "azure"', False),
        ('openai.api_type = "open_ai"', True),
        ("openai.api_base = None", True),
        ('if local:\n    openai.api_base = "http://localhost:8000/v1"', True),
    ],
)
def test_an_attribute_of_the_module_counts_in_the_whole_repo(setting: str, found: bool) -> None:
    ask = 'import openai as oa\n\noa.ChatCompletion.create(model="gpt-4.1", messages=[])\n'
    assert check(a__py=ask, b__py=f"import openai\n{setting}\n") == ([FOUND] if found else [])


def test_what_a_function_sets_counts_in_its_own_file_only() -> None:
    setter = 'def use_local():\n    openai.api_base = "http://localhost:8000/v1"\n'
    ask = 'import openai\n\nopenai.ChatCompletion.create(model="gpt-4.1", messages=[])\n'
    assert check(a__py=ask, b__py=f"import openai\n{setter}") == [FOUND]
    assert check(a__py=ask + setter) == []
    both = 'def ask_local():\n    openai.api_type = "azure"\n    openai.ChatCompletion.create(model="gpt-4o")\n'
    assert check(a__py=ask + both) == [FOUND]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        (".env", "OPENAI_BASE_URL=http://localhost:8000/v1\n", False),
        (".env.example", "OPENAI_BASE_URL=\n", True),
        (".env", "OPENAI_BASE_URL=https://api.openai.com/v1\n", True),
        ("run.sh", "export OPENAI_BASE_URL=http://gpu1:$PORT/v1\n", False),
        ("run.sh", "OPENAI_BASE_URL=http://gpu1/v1 python a.py\n", False),
        ("Dockerfile", "FROM python:3.12\nENV OPENAI_BASE_URL=http://gpu1/v1\n", False),
        ("compose.yaml", "services:\n  a:\n    environment:\n      - OPENAI_BASE_URL=http://gpu1/v1\n", False),
        ("job.yaml", "env:\n  OPENAI_BASE_URL: ${{ secrets.URL }}\n", True),
        ("b.py", 'import os\nos.environ["OPENAI_BASE_URL"] = "http://gpu1/v1"\n', False),
    ],
)
def test_a_variable_counts_where_the_repo_sets_it(name: str, text: str, found: bool) -> None:
    ask = f"import openai\nclient = openai.OpenAI()\n{ASK}"
    rows = [(f.rule, f.subject.host, line, f.subject.name) for f, line in _run({"a.py": ask, name: text})]
    assert rows == ([FOUND] if found else [])


def test_an_unknown_receiver_is_one_of_the_clients_that_are_built() -> None:
    ask = f"def ask(client):\n\n    {ASK}"
    assert check(a__py=ask) == [FOUND]
    azure = 'from openai import AzureOpenAI\nAzureOpenAI(api_version="2024-10-21")\n'
    assert check(a__py=ask, b__py=azure) == []
    assert check(a__py=ask, b__py=azure + "import openai\nopenai.OpenAI()\n") == [FOUND]
    assert check(a__py=ask + "import openai\nopenai.OpenAI()\n", b__py=azure) == [FOUND]


def test_a_hub_id_at_an_unknown_receiver_is_nobodys() -> None:
    text = 'def ask(client):\n    client.chat.completions.create(model="Qwen/QwQ-32B", messages=[])\n'
    assert check(a__py=text) == []
    known = 'import together\ntogether.Together().chat.completions.create(model="Qwen/QwQ-32B", messages=[])\n'
    assert check(a__py=known) == [("model-retired", "together", 2, "Qwen/QwQ-32B")]


def test_a_missing_name_is_a_default_and_no_alias() -> None:
    text = "from langchain_openai import ChatOpenAI\nChatOpenAI(temperature=0)\nChatOpenAI(model=None)\n"
    assert check(a__py=text) == [
        ("model-default", "openai", 2, "gpt-3.5-turbo"),
        ("model-default", "openai", 3, "gpt-3.5-turbo"),
    ]
    named = 'from langchain_openai import ChatOpenAI\nChatOpenAI(model="gpt-3.5-turbo")\n'
    assert check(a__py=named) == [("model-retired", "openai", 2, "gpt-3.5-turbo")]


def test_a_choice_of_the_service_is_told_as_such() -> None:
    text = 'import openai\nopenai.OpenAI().images.generate(prompt="a")\n'
    assert check(a__py=text) == [("model-default", "openai", 2, "the choice of the service")]


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ('Judge(model="gpt-4.1")', True),
        ("Judge(model=NAME)", True),
        ('Judge(name="gpt-4.1")', False),
        ('Judge(model="gpt-4.1-2025-04-14")', False),
        ('Judge(model="o1")', False),
        ('Judge(model="gpt-4.1", served_model_name="x")', False),
        ('Judge(model="gpt-4.1", context_window=9)', False),
        ('Judge(models=["gpt-4.1", "gpt-4o"])', False),
        ('dict(model="gpt-4.1")', False),
        ('price(model="gpt-4.1")', False),
        ('print("x", model="gpt-4.1")', False),
        ('tiktoken.encoding_for_model(model="gpt-4.1")', False),
    ],
)
def test_a_keyword_of_an_unknown_library_names_a_model(call: str, found: bool) -> None:
    head = 'import openai, tiktoken\nfrom labkit import Judge\ndef price(model): return 1\nNAME = "gpt-4.1"\n'
    rows = [row[:2] + row[3:] for row in check(a__py=f"{head}openai.OpenAI()\n{call}\n")]
    assert rows == ([("model-alias", "openai", "gpt-4.1")] if found else [])


def test_a_catalogued_call_outweighs_a_keyword() -> None:
    text = (
        "import openai\nfrom labkit import log\n"
        'NAME = "gpt-4.1"\nlog(model=NAME)\n'
        "openai.OpenAI().responses.create(model=NAME, input='')\n"
    )

    def line_of(start: int) -> int:
        return text.count("\n", 0, start) + 1

    ((finding, line),) = _run({"a.py": text})
    assert (finding.confidence, line) == ("high", 3)
    used = [line_of(place.span.start) for place in finding.related]
    assert used == [5, 4]


def test_command_lines_name_models_too() -> None:
    text = (
        "inspect eval a.py --model openai/gpt-4.1\ninspect eval a.py --model openai/gpt-4.1 --model-base-url http://x\n"
    )
    assert check(run__sh=text) == [("model-alias", "openai", 1, "openai/gpt-4.1")]
