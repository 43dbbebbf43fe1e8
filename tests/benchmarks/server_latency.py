"""Measure the language server: from a keystroke to fresh diagnostics, beside `ruff server` in the same run.

    python tests/benchmarks/server_latency.py [--input FOLDER] [--keys 60] [--edits 300]

The workspace has 500 files, one of them of 2,000 lines, in which is typed. Without ``--input`` it is made: libraries,
configuration files, and 24 programs that train; with it, the folder's own files are copied and the large file is put
beside them. A keystroke is one ``textDocument/didChange`` and one ``textDocument/diagnostic``; the time is that until the
answer for the new version. Prints p50 and p95 of the time and of the server's CPU, then the memory of the server after random
edits. Nothing here asserts: a figure is read, not passed. Linux and macOS (memory is read with ``ps``; CPU is 0 on macOS).
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.server.editor import Editor, editing

FILES = 500
PROGRAMS = 24
LINES = 2000


def make_module(rng: random.Random, name: str) -> str:
    """Return a library module of about a hundred lines."""
    parts = [
        '"""Helpers."""',
        "import math",
        "import torch",
        "import numpy as np",
        f"DEFAULT_{name.upper()} = {rng.randrange(100)}",
    ]
    for number in range(8):
        parts += [
            f"\n\ndef {name}_{number}(batch, scale=DEFAULT_{name.upper()}, rng=None):",
            f'    """Scale a batch by {number}."""',
            "    rng = rng or np.random.default_rng(0)",
            "    total = 0.0",
            "    for index, item in enumerate(batch):",
            "        if item is None:",
            "            continue",
            f"        total += math.sqrt(abs(item)) * scale + {number} * index",
            "    return torch.tensor([total], dtype=torch.float32)",
        ]
    parts += [
        f"\n\nclass {name.title()}Block(torch.nn.Module):",
        "    def __init__(self, width=16, depth=2):",
        "        super().__init__()",
        "        self.layers = torch.nn.ModuleList([torch.nn.Linear(width, width) for _ in range(depth)])",
        "    def forward(self, x):",
        "        for layer in self.layers:",
        "            x = torch.relu(layer(x))",
        "        return x",
    ]
    return "\n".join(parts) + "\n"


def make_program(rng: random.Random, number: int, modules: list[str]) -> str:
    """Return a program that reads data and weights, and trains."""
    used = rng.sample(modules, 5)
    imports = "\n".join(f"from lib.{name} import {name}_0, {name.title()}Block" for name in used)
    return f'''"""Train number {number}."""
import argparse
import random
import yaml
import torch
from datasets import load_dataset
from transformers import AutoModel, AutoTokenizer
{imports}

def read(args):
    with open("conf/data_{number}.yaml") as file:
        config = yaml.safe_load(file)
    return load_dataset(config["name"], revision=config["revision"], split="train")

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="bert-base-uncased")
    parser.add_argument("--seed", type=int, default={number})
    args = parser.parse_args()
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    data = read(args)
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    model = AutoModel.from_pretrained(args.model)
    block = {used[0].title()}Block()
    optimizer = torch.optim.AdamW(model.parameters())
    for epoch in range(3):
        for batch in torch.utils.data.DataLoader(data, shuffle=True):
            loss = {used[1]}_0(batch) + {used[2]}_0(batch) + block(batch).sum()
            loss.backward()
            optimizer.step()

if __name__ == "__main__":
    main()
'''


def make_large(rng: random.Random) -> str:
    """Return the file of 2,000 lines in which is typed."""
    lines = ["import torch", "from datasets import load_dataset", "from transformers import AutoModel", ""]
    number = 0
    while len(lines) < LINES - 6:
        number += 1
        lines += [
            f"def stage_{number}(batch, width={rng.randrange(8, 64)}):",
            f'    """Stage {number}."""',
            f"    data = load_dataset('org/set-{number % 40}', split='train')"
            if number % 9 == 0
            else "    data = batch",
            f"    layer = torch.nn.Linear(width, {number})",
            f"    return layer(data) + torch.rand({number % 7 + 1})",
            "",
        ]
    lines += ["", "if __name__ == '__main__':", "    torch.manual_seed(0)", "    print(stage_1(torch.zeros(8)))", ""]
    return "\n".join(lines)


def make_workspace(root: Path, given: Path | None) -> Path:
    """Fill a folder; return the large file."""
    rng = random.Random(0)
    large = root / "large_train.py"
    if given is not None:
        shutil.copytree(given, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git"), symlinks=True)
    else:
        names = [f"mod{number}" for number in range(FILES - 2 * PROGRAMS - 2)]
        (root / "lib").mkdir()
        (root / "conf").mkdir()
        (root / "lib" / "__init__.py").write_text("")
        for name in names:
            (root / "lib" / f"{name}.py").write_text(make_module(rng, name))
        for number in range(PROGRAMS):
            (root / f"train_{number}.py").write_text(make_program(rng, number, names))
            (root / "conf" / f"data_{number}.yaml").write_text(f"name: org/set\nrevision: v{number}\n")
        (root / "requirements.txt").write_text("torch==2.9.0\ntransformers\ndatasets==4.4.1\n")
    large.write_text(make_large(rng))
    return large


class Typist:
    """Types into the large file, and waits for the answer to each keystroke."""

    def __init__(self, editor: Editor, path: Path) -> None:
        self.editor, self.path = editor, path
        self.rng = random.Random(1)
        self.height = path.read_text().count("\n")

    def type_key(self) -> tuple[float, float]:
        """Type one character at the start of a line, and take it back; return the seconds to the answer, and the server's CPU."""
        line = self.rng.randrange(self.height)
        spent, start = cpu_of(self.editor), time.perf_counter()
        self.editor.type_at(self.path, line, 0, self.rng.choice(("#", " #", "# ")) if self.rng.random() < 0.3 else "\n")
        self.editor.pull(self.path)
        seconds, spent = time.perf_counter() - start, cpu_of(self.editor) - spent
        self.editor.replace(self.path, self.path.read_text())
        self.editor.pull(self.path)
        return seconds, spent


def forgive(editor: Editor) -> None:
    """Leave out of the messages what the client's library cannot read: ruff's filter of notebooks."""
    protocol: Any = editor.client.protocol
    read = protocol.structure_message

    def structure_message(data: dict[str, Any]) -> object:
        data.pop("notebookDocumentSync", None)
        return read(data)

    protocol.structure_message = structure_message


def memory_of(editor: Editor) -> float:
    """Return the resident memory of the server in MB."""
    process = editor.client._server
    assert process is not None
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(process.pid)], capture_output=True, text=True, check=True)
    return int(shown.stdout) / 1024


def cpu_of(editor: Editor) -> float:
    """Return the CPU seconds that the server's threads have used; 0 where the system does not say (Linux has /proc)."""
    process = editor.client._server
    assert process is not None
    counts = Path(f"/proc/{process.pid}/task").glob(
        "*/schedstat"
    )  # in nanoseconds; `stat` counts in hundredths of a second
    return sum(int(count.read_text().split()[0]) for count in counts) / 1e9


def quantiles(seconds: Sequence[float]) -> str:
    """Return p50 and p95 in milliseconds."""
    cuts = statistics.quantiles(seconds, n=20)
    return f"p50 {statistics.median(seconds) * 1000:8.1f} ms   p95 {cuts[18] * 1000:8.1f} ms"


def measure(name: str, command: list[str], root: Path, large: Path, keys: int, edits: int) -> None:
    """Measure one server and print the rows."""
    with editing(program=command) as editor:
        forgive(editor)
        editor.initialize([root])
        start = time.perf_counter()
        editor.open(large)
        editor.pull(large)
        first = time.perf_counter() - start
        typist = Typist(editor, large)
        for _ in range(3):
            typist.type_key()
        seconds, spent = zip(*(typist.type_key() for _ in range(keys)), strict=True)
        print(f"{name:18} first answer {first:6.2f} s   keystroke {quantiles(seconds)}   of CPU {quantiles(spent)}")
        before = memory_of(editor)
        rows = [f"{before:.0f} MB"]
        for _ in range(3):
            for _ in range(edits // 3):
                line = typist.rng.randrange(typist.height)
                editor.type_at(large, line, 0, typist.rng.choice(("\n", "#", "x = 1\n", "load_dataset('a/b')\n")))
                if typist.rng.random() < 0.2:
                    editor.replace(large, large.read_text())
            editor.pull(large)
            rows.append(f"{memory_of(editor):.0f} MB")
        print(f"{'':18} memory before, and after each third of {edits} random edits: {', '.join(rows)}")


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--input", type=Path)
    ask.add_argument("--keys", type=int, default=60)
    ask.add_argument("--edits", type=int, default=300)
    args = ask.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # modules stay compiled, as they are once a tool is installed
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "repo")
        root.mkdir()
        os.environ["DRIFTLINT_CACHE_DIR"] = str(Path(folder, "cache"))
        large = make_workspace(root, args.input)
        files = [path for path in root.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in root.rglob("*.py"))
        load = os.getloadavg()[0]
        print(
            f"workspace: {len(files)} files, {size / 1e6:.1f} MB of Python; cores: {os.cpu_count()}, load: {load:.1f}\n"
        )
        driftlint = [sys.executable, "-m", "driftlint", "server"]
        measure("driftlint server", driftlint, root, large, args.keys, args.edits)
        ruff = Path(sys.executable).with_name("ruff")
        if ruff.exists():
            measure("ruff server", [str(ruff), "server"], root, large, args.keys, args.edits)
        else:
            print("left out: ruff server (ruff is not installed beside this Python)")


if __name__ == "__main__":
    main()
