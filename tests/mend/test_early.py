"""Seeds and switches of programs for which the main guard is too late."""

from __future__ import annotations

from tests.mend.repo import mend_files

IMPORTS = "import os\n\nimport torch\nimport torch.multiprocessing as mp\nfrom torch import nn\n"
SWITCH = 'os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")\ntorch.use_deterministic_algorithms(True)\n'
TRAIN = """\


def train(rank):
    torch.manual_seed(rank)
    net = nn.Linear(2, 2).cuda()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for batch in range(10):
        net(torch.ones(2)).sum().backward()
        optimizer.step()

"""
GUARD = '\nif __name__ == "__main__":\n'


def test_processes_that_run_the_file_anew_get_the_switch_too() -> None:
    """Such a process imports the file of the program, and what stands behind the guard is left out then."""
    text = f"{IMPORTS}{TRAIN}{GUARD}    mp.spawn(train, nprocs=2)\n"
    assert mend_files({"train.py": text})["train.py"] == text.replace(IMPORTS, f"{IMPORTS}\n{SWITCH}", 1)


def test_a_process_that_does_all_itself_gets_it_in_the_guard() -> None:
    text = f"{IMPORTS}{TRAIN}{GUARD}    train(0)\n"
    indented = SWITCH.replace("os.", "    os.", 1).replace("torch.", "    torch.")
    assert mend_files({"train.py": text})["train.py"] == text.replace(GUARD, GUARD + indented)


def test_what_draws_before_the_guard_is_seeded_before_it() -> None:
    text = (
        f"{IMPORTS}\nnet = nn.Linear(2, 2).cuda()\noptimizer = torch.optim.SGD(net.parameters(), lr=0.1)\n{GUARD}"
        "    net(torch.ones(2)).sum().backward()\n    optimizer.step()\n"
    )
    mended = mend_files({"train.py": text})["train.py"]
    assert mended == text.replace(IMPORTS, f"{IMPORTS}\n{SWITCH}\ntorch.manual_seed(42)\n")
