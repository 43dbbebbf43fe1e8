"""Numbers of thousands of digits, digits that are none of ASCII: each is read as text or refused in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from driftlint import baseline
from driftlint.config import load_config
from driftlint.config_source import ConfigError
from driftlint.layout import LayoutError, parse_conventions
from driftlint.packs.rulefile import parse_rule_file
from tests.session.small_repos import builtin, start, told

LONG = "9" * 5_000
HEX = "0x" + "f" * 5_000
LOAD = 'from datasets import load_dataset\nload_dataset("a/b")\n'
REPOS: dict[str, dict[str, str]] = {
    "python": {
        "a.py": f"import torch\ntorch.manual_seed({LONG})\ntorch.manual_seed({HEX})\nx = [1][{LONG}]\ny = -{HEX}\n"
        f"z = f'{{x:{LONG}}}' % {LONG}\nfor x in y:\n    torch.randn(1)\n"
        f"{LOAD}load_dataset('a' * {LONG})\nload_dataset(str({HEX}))\n"
    },
    "yaml": {
        "conf.yaml": f"seed: {LONG}\nx: {HEX}\ny: 1e99999\nz: {LONG}.5\n",
        "a.py": "import yaml, torch\nc = yaml.safe_load(open('conf.yaml'))\nfor k in c:\n    torch.manual_seed(c['seed'])\n"
        "    torch.manual_seed(c['x'])\n    torch.randn(1)\n" + LOAD,
    },
    "json": {
        "conf.json": f'{{"seed": {LONG}, "x": 1e{LONG}}}',
        "a.py": "import json, torch\nc = json.load(open('conf.json'))\ntorch.manual_seed(c['seed'])\n" + LOAD,
        "Pipfile": '[packages]\na = "*"\n',
        "Pipfile.lock": f'{{"_meta": {{"x": {LONG}}}, "default": {{"a": {{"version": "=={LONG}"}}}}}}',
    },
    "toml": {
        "pyproject.toml": f'[project]\nname = "x"\nversion = "1"\n'
        f'dependencies = ["torch>={LONG}"]\n[tool.x]\ny = {LONG}\nz = {HEX}\n',
        "uv.lock": f"version = {LONG}\n",
        "poetry.lock": f'[[package]]\nname = "a"\nversion = "{LONG}"\nz = {HEX}\n',
        "a.py": LOAD,
    },
    "an index that is a digit elsewhere": {
        "conf.yaml": "a:\n  - x: 1\n",
        "a.py": "from omegaconf import OmegaConf\nfrom datasets import load_dataset\nc = OmegaConf.load('conf.yaml')\n"
        "load_dataset(c['a']['²'])\nload_dataset(c['a']['٣'])\n"
        'load_dataset("a/b")\n',
    },
    "versions": {
        "requirements.txt": f'torch=={LONG}.{LONG}\nx>={LONG}\ny==1; python_version > "{LONG}"\nz; {"(" * 3000}\n',
        ".python-version": f"3.{LONG}\n",
        "environment.yml": f"dependencies:\n- python={LONG}\n- torch={LONG}\n- {LONG}\n",
        "Dockerfile": f"FROM pytorch/pytorch:{LONG}\nARG X={HEX}\n",
        "a.py": LOAD,
    },
    "report": {
        "README.md": f"# Reproducibility\n\nSeed {LONG}, seed ², Python {LONG}.{LONG}, "
        f"torch {LONG}, accuracy 0.{LONG} in {LONG} hours\n\n"
        f"```sh\npython a.py --seed {LONG}\n```\n",
        "a.py": "import argparse, torch\np = argparse.ArgumentParser()\np.add_argument('--seed', type=int, default=3)\n"
        "torch.manual_seed(p.parse_args().seed)\n" + LOAD,
    },
    "workflow": {
        ".github/workflows/a.yml": f"on: push\njobs:\n  a:\n    timeout-minutes: {LONG}\n    strategy:\n      matrix:\n"
        f"        x: [{LONG}, {HEX}]\n    runs-on: x\n    steps:\n    - uses: actions/checkout@v{LONG}\n"
        f"    - run: pip install torch=={LONG} ${{{{ matrix.x }}}}\n",
        "a.py": LOAD,
    },
}


@pytest.mark.parametrize("name", REPOS)
def test_a_repo_with_numbers_of_any_length_is_judged(name: str) -> None:
    session = start(REPOS[name], rules=builtin()[1])
    run = session.run()
    line = 1 + REPOS[name]["a.py"].splitlines().index('load_dataset("a/b")')
    assert f"a.py:{line} error dataset-unpinned `a/b`" in told(session, run.report.findings)
    assert not any("reader failed" in message for _, _, message in run.report.coverage.unread)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"[limits]\nvalues = {LONG}\n", "is not TOML: Exceeds the limit"),
        (
            f"[limits]\nvalues = {HEX}\n",
            "`limits.values`: must be at most 4611686018427387904, not a number of hundreds of digits",
        ),
        (f'ruleset = "{LONG}"\n', '`ruleset`: must be a release such as "0.1.0"'),
        (f"[limits]\nfile-size = {HEX}\n", "must be a number of bytes"),
        ('[limits]\nfile-size = "٣ kb²"\n', "must be a number of bytes"),
    ],
)
def test_configuration_with_such_numbers_is_refused_in_words(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "driftlint.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 500


def test_baselines_packs_and_layouts_with_such_numbers_are_refused_in_words() -> None:
    with pytest.raises(baseline.BaselineError, match=r"b\.json: is not JSON: Exceeds the limit"):
        baseline.read(json.dumps({"version": 1}).replace("1", LONG).encode(), "b.json")
    with pytest.raises(LayoutError):
        parse_conventions(f"version = {LONG}\n")
    (error, *_) = parse_rule_file(f"+++\nname = {LONG}\n+++\n", "data/x.md", "data").errors
    assert "is no TOML" in error.message
