"""Where a pin is written, byte for byte: never in the place of a name."""

from __future__ import annotations

import pytest

from tests.mend.repo import mend_files

COMMIT = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"
EVIDENCE = {"weights": COMMIT, "dataset": COMMIT, "remote-code": COMMIT}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("run.sh", "vllm serve lab/w --port 1 # x\n", f"vllm serve lab/w --revision {COMMIT} --port 1 # x\n"),
        ("run.sh", "vllm serve lab/w --revision main\n", f"vllm serve lab/w --revision {COMMIT}\n"),
        ("run.sh", 'vllm serve lab/w \\\n  --revision="main"\n', None),
        ("run.sh", 'vllm serve lab/w \\\n  --revision "main"\n', f'vllm serve lab/w \\\n  --revision "{COMMIT}"\n'),
        ("run.sh", "vllm serve lab/w --revision $REV\n", None),
        (
            "a.py",
            'import torch\n\ntorch.hub.load("pytorch/vision:main", "resnet18")\n',
            f'import torch\n\ntorch.hub.load("pytorch/vision:{COMMIT}", "resnet18", skip_validation=True)\n',
        ),
        ("a.py", 'import torch\n\ntorch.hub.load("pytorch/vision", "resnet18", **{})\n', None),
    ],
)
def test_a_pin_is_written_where_pins_go_and_the_name_stays(name: str, text: str, expected: str | None) -> None:
    mended = mend_files({name: text}, EVIDENCE)[name]
    assert mended == (text if expected is None else expected)
    assert mend_files({name: mended}, EVIDENCE)[name] == mended


def test_code_beside_its_weights_is_pinned_by_the_argument_that_pins_both() -> None:
    """`code_revision` alone would leave the weights open."""
    text = (
        'from transformers import AutoModel, AutoTokenizer\n\nNAME = "lab/w"\n'
        "AutoModel.from_pretrained(NAME, trust_remote_code=True)\n"
        "AutoTokenizer.from_pretrained(NAME, trust_remote_code=True)\n"
    )
    assert mend_files({"a.py": text}, EVIDENCE)["a.py"] == text.replace(
        "trust_remote_code=True)", f'trust_remote_code=True, revision="{COMMIT}")'
    )
    line = "vllm serve lab/w --trust-remote-code\n"
    assert mend_files({"run.sh": line}, EVIDENCE)["run.sh"] == line.replace("lab/w", f"lab/w --revision {COMMIT}")
