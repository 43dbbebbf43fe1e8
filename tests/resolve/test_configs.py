"""Configurations that scripts read: keys to the line of the file that decides."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.resolve.probing import probe, trail

YAML = "model:\n  name: a\n  tags: [b, c]\nseed: 3\n"
HYDRA = "import hydra\n@hydra.main(config_path='conf', config_name='config')\ndef main(cfg):\n    probe({})\nmain()\n"
GIN = "import gin\n@gin.configurable\ndef make(name=gin.REQUIRED):\n    probe(name)\ngin.parse_config_file('c.gin')\nmake({})\n"
CASES: dict[str, tuple[Mapping[str, str], list[str]]] = {
    "yaml": (
        {"c.yaml": YAML, "train.py": "import yaml\nc = yaml.safe_load(open('c.yaml'))\nprobe(c['model']['name'])"},
        ["'a' c.yaml:2"],
    ),
    "yaml in a with": (
        {
            "c.yaml": YAML,
            "train.py": "import yaml\nwith open('c.yaml') as f:\n    c = yaml.load(f, Loader=yaml.SafeLoader)\nprobe(c['seed'])",
        },
        ["3 c.yaml:4"],
    ),
    "a default of get that is not used": (
        {"c.yaml": YAML, "train.py": "import yaml\nc = yaml.safe_load(open('c.yaml'))\nprobe(c.get('seed', 7))"},
        ["3 c.yaml:4"],
    ),
    "a default of get": (
        {"c.yaml": YAML, "train.py": "import yaml\nc = yaml.safe_load(open('c.yaml'))\nprobe(c.get('other', 7))"},
        ["7 train.py:3"],
    ),
    "a key that is not there": (
        {"c.yaml": YAML, "train.py": "import yaml\nc = yaml.safe_load(open('c.yaml'))\nprobe(c['model']['none'])"},
        ["unknown: the config has no key model.none"],
    ),
    "a joined path": (
        {
            "conf/c.yaml": YAML,
            "train.py": "import os, yaml\nc = yaml.safe_load(open(os.path.join(ROOT, 'conf', 'c.yaml')))\nprobe(c['seed'])",
        },
        ["3 conf/c.yaml:4"],
    ),
    "a path of the command line": (
        {
            "c.yaml": YAML,
            "train.py": "import argparse, yaml\np = argparse.ArgumentParser()\np.add_argument('--config', default='c.yaml')\n"
            "args = p.parse_args()\nwith open(args.config) as f:\n    c = yaml.safe_load(f)\nprobe(c['seed'])",
        },
        ["3 c.yaml:4"],
    ),
    "a file beside the program": (
        {"a/c.yaml": YAML, "a/train.py": "import yaml\nc = yaml.safe_load(open('c.yaml'))\nprobe(c['seed'])"},
        ["3 a/c.yaml:4"],
    ),
    "a file that is not there": (
        {"train.py": "import yaml\nc = yaml.safe_load(open('c.yaml'))\nprobe(c)"},
        ["unknown: the file it is read from is not known"],
    ),
    "a function that loads": (
        {
            "c.yaml": YAML,
            "train.py": "import yaml\ndef load(path):\n    with open(path) as f:\n        return yaml.safe_load(f)\n"
            "c = load('c.yaml')\nprobe(c['model']['name'])",
        },
        ["'a' c.yaml:2"],
    ),
    "json": (
        {"c.json": '{\n "a": {"b": "x"}\n}\n', "train.py": "import json\nc = json.load(open('c.json'))\nprobe(c['a']['b'])"},
        ["'x' c.json:2"],
    ),
    "json.loads": (
        {"c.json": '{\n "a": "x"\n}\n', "train.py": "import json\nc = json.loads(open('c.json').read())\nprobe(c['a'])"},
        ["'x' c.json:2"],
    ),
    "toml": (
        {
            "c.toml": "[a]\nb = 'x'\n",
            "train.py": "import tomllib\nwith open('c.toml', 'rb') as f:\n    c = tomllib.load(f)\nprobe(c['a']['b'])",
        },
        ["'x' c.toml:2"],
    ),
    "OmegaConf": (
        {"c.yaml": YAML, "train.py": "from omegaconf import OmegaConf\nc = OmegaConf.load('c.yaml')\nprobe(c.model.name)"},
        ["'a' c.yaml:2"],
    ),
    "OmegaConf.create": (
        {"train.py": "from omegaconf import OmegaConf\nc = OmegaConf.create({'a': {'b': 'x'}})\nprobe(c.a.b)"},
        ["'x' train.py:2"],
    ),
    "an interpolation": (
        {
            "c.yaml": "a: x\nb: ${a}\n",
            "train.py": "from omegaconf import OmegaConf\nc = OmegaConf.load('c.yaml')\nprobe(c.b)",
        },
        ["'x' c.yaml:1"],
    ),
    "an interpolation inside a text": (
        {
            "c.yaml": "a: x\nb: p/${a}\n",
            "train.py": "from omegaconf import OmegaConf\nc = OmegaConf.load('c.yaml')\nprobe(c.b)",
        },
        ["text p/{} c.yaml:2"],
    ),
    "an interpolation to nowhere": (
        {"c.yaml": "b: ${a.z}\n", "train.py": "from omegaconf import OmegaConf\nprobe(OmegaConf.load('c.yaml').b)"},
        ["unknown: ${a.z} is not in the config"],
    ),
    "an interpolation in a circle": (
        {"c.yaml": "a: ${b}\nb: ${a}\n", "train.py": "from omegaconf import OmegaConf\nprobe(OmegaConf.load('c.yaml').b)"},
        ["unknown: ${a} is not in the config"],
    ),
    "an interpolation with a resolver": (
        {
            "c.yaml": "b: ${oc.env:A,x}\n",
            "train.py": "from omegaconf import OmegaConf\nprobe(OmegaConf.load('c.yaml').b)",
        },
        ["text {} c.yaml:1"],
    ),
    # composition
    "hydra": ({"conf/config.yaml": YAML, "train.py": HYDRA.format("cfg.model.name")}, ["'a' conf/config.yaml:2"]),
    "hydra by key": ({"conf/config.yaml": YAML, "train.py": HYDRA.format("cfg['seed']")}, ["3 conf/config.yaml:4"]),
    "hydra, a group": (
        {
            "conf/config.yaml": "defaults:\n  - data: imdb\n",
            "conf/data/imdb.yaml": "name: a\n",
            "train.py": HYDRA.format("cfg.data.name"),
        },
        ["'a' conf/data/imdb.yaml:1"],
    ),
    "hydra, what stands in the primary config wins": (
        {
            "conf/config.yaml": "defaults:\n  - data: imdb\n  - _self_\ndata:\n  name: b\n",
            "conf/data/imdb.yaml": "name: a\n",
            "train.py": HYDRA.format("cfg.data.name"),
        },
        ["'b' conf/config.yaml:5"],
    ),
    "hydra, _self_ first": (
        {
            "conf/config.yaml": "defaults:\n  - _self_\n  - data: imdb\ndata:\n  name: b\n",
            "conf/data/imdb.yaml": "name: a\n",
            "train.py": HYDRA.format("cfg.data.name"),
        },
        ["'a' conf/data/imdb.yaml:1"],
    ),
    "hydra, no choice": (
        {"conf/config.yaml": "defaults:\n  - data: null\n", "train.py": HYDRA.format("cfg.data.name")},
        ["unknown: the config has no key data"],
    ),
    "hydra, a value that must be given": (
        {"conf/config.yaml": "name: ???\n", "train.py": HYDRA.format("cfg.name")},
        ["unknown: name must be given when the program starts"],
    ),
    "hydra, a config of the same folder": (
        {
            "conf/config.yaml": "defaults:\n  - base\n  - _self_\n",
            "conf/base.yaml": "name: a\n",
            "train.py": HYDRA.format("cfg.name"),
        },
        ["'a' conf/base.yaml:1"],
    ),
    "hydra, a nested group": (
        {
            "conf/config.yaml": "defaults:\n  - model/encoder: bert\n",
            "conf/model/encoder/bert.yaml": "name: a\n",
            "train.py": HYDRA.format("cfg.model.encoder.name"),
        },
        ["'a' conf/model/encoder/bert.yaml:1"],
    ),
    "hydra, a package": (
        {
            "conf/config.yaml": "defaults:\n  - data@valid: imdb\n",
            "conf/data/imdb.yaml": "name: a\n",
            "train.py": HYDRA.format("cfg.valid.name"),
        },
        ["'a' conf/data/imdb.yaml:1"],
    ),
    "hydra, _global_": (
        {
            "conf/config.yaml": "defaults:\n  - _self_\n  - experiment: e\nmodel:\n  name: b\n",
            "conf/experiment/e.yaml": "# @package _global_\nmodel:\n  name: a\n",
            "train.py": HYDRA.format("cfg.model.name"),
        },
        ["'a' conf/experiment/e.yaml:3"],
    ),
    "hydra, a group inside a group": (
        {
            "conf/config.yaml": "defaults:\n  - model: big\n",
            "conf/model/big.yaml": "defaults:\n  - head: h\nname: b\n",
            "conf/model/head/h.yaml": "kind: a\n",
            "train.py": HYDRA.format("cfg.model.head.kind"),
        },
        ["'a' conf/model/head/h.yaml:1"],
    ),
    "hydra, an interpolation across files": (
        {
            "conf/config.yaml": "defaults:\n  - data: imdb\nname: ${data.name}\n",
            "conf/data/imdb.yaml": "name: a\n",
            "train.py": HYDRA.format("cfg.name"),
        },
        ["'a' conf/data/imdb.yaml:1"],
    ),
    "hydra, an optional config that is not there": (
        {"conf/config.yaml": "defaults:\n  - optional local: x\nname: a\n", "train.py": HYDRA.format("cfg.name")},
        ["'a' conf/config.yaml:3"],
    ),
    "hydra, a list of choices": (
        {
            "conf/config.yaml": "defaults:\n  - callbacks: [one, two]\n",
            "conf/callbacks/one.yaml": "a: x\n",
            "conf/callbacks/two.yaml": "b: y\n",
            "train.py": HYDRA.format("cfg.callbacks.b"),
        },
        ["'y' conf/callbacks/two.yaml:1"],
    ),
    "hydra, passed on": (
        {
            "conf/config.yaml": YAML,
            "train.py": "import hydra\ndef load(cfg):\n    probe(cfg.name)\n"
            "@hydra.main(version_base=None, config_path='conf', config_name='config')\n"
            "def main(cfg):\n    load(cfg.model)\nmain()",
        },
        ["'a' conf/config.yaml:2"],
    ),
    "hydra, a splat": (
        {
            "conf/config.yaml": YAML,
            "train.py": HYDRA.format("load(**cfg.model)").replace("def main", "def load(name='d', tags=()):\n    return name\n@"
            "hydra.main(config_path='conf', config_name='config')\ndef main", 1).replace(
                "@hydra.main(config_path='conf', config_name='config')\ndef load", "def load"
            ),
        },
        ["'a' conf/config.yaml:2"],
    ),
    "hydra.compose": (
        {
            "conf/config.yaml": YAML,
            "train.py": "from hydra import compose, initialize\nwith initialize(config_path='conf'):\n"
            "    cfg = compose(config_name='config')\nprobe(cfg.model.name)",
        },
        ["'a' conf/config.yaml:2"],
    ),
    "hydra.utils.instantiate": (
        {
            "conf/config.yaml": "model:\n  _target_: lib.Model\n",
            "lib.py": "class Model:\n    name = 'a'\n",
            "train.py": "import hydra\nfrom hydra.utils import instantiate\n"
            "@hydra.main(config_path='conf', config_name='config')\ndef main(cfg):\n    probe(instantiate(cfg.model).name)\n",
        },
        ["'a' lib.py:2"],
    ),
    "hydra.utils.instantiate of an outside class": (
        {
            "conf/config.yaml": "model:\n  _target_: pkg.Model\n",
            "train.py": HYDRA.format("hydra.utils.instantiate(cfg.model).fit"),
        },
        ["outside pkg.Model().fit"],
    ),
    "ml_collections of a dict": (
        {"train.py": "from ml_collections import ConfigDict\nc = ConfigDict({'name': 'a'})\nprobe(c.name)"},
        ["'a' train.py:2"],
    ),
    "ml_collections in one place": (
        {"train.py": "import ml_collections\nc = ml_collections.ConfigDict()\nc.name = 'a'\nprobe(c.name)"},
        ["'a' train.py:3"],
    ),
    "ml_collections": (
        {
            "train.py": "import ml_collections\ndef get_config():\n    c = ml_collections.ConfigDict()\n    c.name = 'a'\n"
            "    return c\nprobe(get_config().name)",
        },
        ["'a' train.py:4"],
    ),
    "gin": (
        {"c.gin": "make.name = 'a'\n", "train.py": GIN.format("")},
        ["'a' c.gin:1"],
    ),
    "gin, the mark of a required value": (
        {"c.gin": "include 'd.gin'\n\nx/train.make.name = ('a'\n  'b')  # why\n", "train.py": GIN.format("name=gin.REQUIRED")},
        ["'ab' c.gin:3"],
    ),
    "gin, a macro": (
        {"c.gin": "NAME = 'a'\nmake.name = %NAME\n", "train.py": GIN.format("")},
        ["'a' c.gin:1"],
    ),
    "gin, a caller wins": (
        {"c.gin": "make.name = 'a'\n", "train.py": GIN.format("'b'")},
        ["'b' train.py:6"],
    ),
    "gin, another function": (
        {"c.gin": "other.name = 'a'\nmade.make.name = 'b'\n", "train.py": GIN.format("").replace("gin.REQUIRED", "'d'")},
        ["'d' train.py:3"],
    ),
    "gin, a class with a name of its own": (
        {
            "c.gin": "Net.name = 'a'\n",
            "train.py": "import gin\n@gin.configurable('Net')\nclass Model:\n    def __init__(self, name=gin.REQUIRED):\n"
            "        probe(name)\nModel()\n",
        },
        ["'a' c.gin:1"],
    ),
    "gin, a reference": (
        {"c.gin": "make.name = @other()\n", "train.py": GIN.format("")},
        ["unknown: `@other()` is bound in another place"],
    ),
    "a path object": (
        {
            "c.yaml": YAML,
            "train.py": "import yaml\nfrom pathlib import Path\nc = yaml.safe_load(Path('c.yaml').read_text())\nprobe(c['seed'])",
        },
        ["3 c.yaml:4"],
    ),
    "hydra, an override of a launch script": (
        {"run.sh": "python train.py name=b\n", "conf/config.yaml": "name: ???\n", "train.py": HYDRA.format("cfg.name")},
        ["unknown: name must be given when the program starts", "'b' run.sh:1"],
    ),
    "a path object that is opened": (
        {
            "c.yaml": YAML,
            "train.py": "import yaml\nfrom pathlib import Path\nwith Path('c.yaml').open() as f:\n    c = yaml.safe_load(f)\n"
            "probe(c['seed'])",
        },
        ["3 c.yaml:4"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_values(case: str) -> None:
    files, expected = CASES[case]
    assert probe(files) == expected


def test_the_trail_of_a_config() -> None:
    assert trail(
        {
            "conf/config.yaml": "defaults:\n  - data: imdb\nname: ${data.name}\n",
            "conf/data/imdb.yaml": "name: a\n",
            "train.py": "import hydra\n@hydra.main(config_path='conf', config_name='config')\ndef main(cfg):\n"
            "    name = cfg.name\n    probe(name)\nmain()\n",
        }
    ) == ["train.py:4 `name` is set here", "train.py:4", "conf/data/imdb.yaml:1 config key data.name"]
