"""What is fuzzed as a whole: one file of a small repo holds any bytes, and the repo is checked, mended or reviewed.

Promises: the first byte of an input says which file it is. Refuses to know: where inputs come from.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from functools import lru_cache

from msgspec.structs import replace

from driftlint.facts import Rule
from driftlint.packs import Catalogue
from driftlint.report import render
from driftlint.review.build import build_review
from driftlint.review.forms import FORMATS, write_review
from driftlint.review.inputs import find_section, read_records
from driftlint.review.lay_out import lay_out
from driftlint.review.model import Revision
from driftlint.review.policy import PRESETS, configure
from driftlint.review.section.draft import draft_section
from driftlint.selection import select_rules
from driftlint.session import Session
from driftlint.workspace import MemoryWorkspace
from tests.session.small_repos import EVERYTHING, builtin

FILES: dict[str, bytes] = {
    "train.py": b"import hydra, torch, yaml\nfrom datasets import load_dataset\nfrom model import make\n\n\n"
    b"@hydra.main(config_path='conf', config_name='config')\ndef main(cfg):\n    torch.manual_seed(cfg.seed)\n"
    b"    load_dataset(cfg.data.name, revision=cfg.data.revision)\n    make(**yaml.safe_load(open('params.yaml')))\n\n\n"
    b"if __name__ == '__main__':\n    main()\n",
    "model.py": b"from transformers import AutoModel\n\n\ndef make(name='bert-base-uncased', **more):\n"
    b"    return AutoModel.from_pretrained(name, **more)\n",
    "conf/config.yaml": b"defaults:\n  - data: imdb\n  - _self_\nseed: 1\nmodel:\n  _target_: model.make\n  name: gpt2\n",
    "conf/data/imdb.yaml": b"name: stanfordnlp/imdb\nrevision: main\n",
    "params.yaml": b"name: bert-base-uncased\nseed: 3\n",
    "dvc.yaml": b"vars: [params.yaml]\n"
    b"stages:\n  train:\n    cmd: python train.py seed=${seed}\n    deps: [train.py]\n    params: [seed]\n    outs: [m]\n",
    "dvc.lock": b"schema: '2.0'\nstages:\n  train:\n    cmd: python train.py\n    deps:\n    - path: train.py\n      md5: abc\n",
    "MLproject": b"name: x\nconda_env: environment.yml\nentry_points:\n  main:\n    command: python train.py --lr {lr}\n",
    "environment.yml": b"name: x\ndependencies:\n  - python=3.11\n  - pip:\n    - torch\n",
    "pyproject.toml": b'[project]\nname = "x"\nversion = "1"\ndependencies = ["torch", "datasets>=3"]\n',
    "requirements.txt": b"torch\nhydra-core==1.3.2\n-r more.txt\n",
    "Dockerfile": b"ARG V=latest\nFROM pytorch/pytorch:$V AS a\nRUN pip install torch && git clone https://github.com/a/b\n",
    "run.sh": b'set -e\nSEED=1\npip install -U torch\npython train.py seed=$SEED "$@"\n',
    "Makefile": b"V = 2\nall:\n\tpython train.py seed=$(V)\n",
    ".github/workflows/a.yml": b"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n    - uses: actions/checkout@v4\n"
    b"    - run: pip install torch && python train.py\n",
    "docker-compose.yml": b"services:\n  a:\n    image: redis\n    build: .\n",
    "README.md": b"# Reproducibility\n\nSeed 1, accuracy 0.847 +- 0.003.\n\n```sh\npip install -r requirements.txt\n"
    b"python train.py seed=1\n```\n\n| a | b |\n|---|---|\n| torch | 2.1 |\n",
    "explore.ipynb": b'{"cells": [{"cell_type": "code", "source": ["!pip install torch\\n", "import train\\n"], "outputs": [],'
    b' "metadata": {}, "execution_count": 1}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    ".env": b"MODEL=gpt-4o\n",
    ".gitmodules": b'[submodule "x"]\n\tpath = x\n\turl = https://github.com/a/b\n\tbranch = main\n',
    "setup.py": b"from setuptools import setup\nsetup(name='x', install_requires=['torch'], extras_require={'a': ['b>1']})\n",
    "setup.cfg": b"[options]\ninstall_requires =\n    torch\n",
    ".gitignore": b"/out\n",
}
"""Every kind of file that a check reads, small."""
NAMES = tuple(FILES)
REVISION = Revision(
    "v1", "0123456789abcdef0123456789abcdef01234567", datetime.datetime(2026, 11, 20, tzinfo=datetime.timezone.utc), "x"
)


@lru_cache(maxsize=1)
def few() -> tuple[Catalogue, dict[str, Rule]]:
    """Return every rule and a part of the catalogue: indexing the whole of it takes longer than a run over a small repo."""
    catalogue, rules = builtin()
    known = [e for e in catalogue.references if any("load_dataset" in c or "from_pretrained" in c for c in e.calls)]
    small = replace(
        catalogue,
        references=(*known[:6], *catalogue.references[::20]),
        run_starts=catalogue.run_starts[::4],
        records=catalogue.records[::4],
    )
    return small, rules


def replaced(data: bytes) -> dict[str, bytes]:
    """Return the repo with the file that an input says."""
    name = NAMES[(data[0] if data else 0) % len(NAMES)]
    return {**FILES, name: data[1:]}


def check_repo(data: bytes) -> None:
    """A check of the repo: no reader fails, and the report can be written."""
    catalogue, rules = few()
    session = Session(MemoryWorkspace(replaced(data)), EVERYTHING, catalogue, rules, parallel=False)
    report = session.run().report
    assert not any("reader failed" in message for _, _, message in report.coverage.unread)
    json.loads(render(report, "json", lookup=session.get_document, show_info=True))
    render(report, "text", lookup=session.get_document, show_info=True).encode()


def review_repo(data: bytes) -> None:
    """A review of the repo in every form, and the draft of its section."""
    catalogue, rules = few()
    policy = PRESETS["standard"]
    config = configure(EVERYTHING, policy)
    chosen = select_rules(config, rules.values(), "review").rules
    workspace = MemoryWorkspace(replaced(data))
    session = Session(workspace, config, catalogue, chosen, known_rules=rules, parallel=False)
    run = session.run()
    records, section = read_records(run.world, run.report), find_section(run.world, run.report)
    made = build_review(session, run, policy, REVISION, records=records, section=section)
    sheet = lay_out(made, session.get_document)
    draft_section(run.world).encode()
    for form in FORMATS:
        text = write_review(sheet, form)
        text.encode()
        if form in ("json", "cyclonedx"):
            json.loads(text)


WHOLE: dict[str, Callable[[bytes], None]] = {"check": check_repo, "review": review_repo}
