"""A coverage-guided fuzzer over one target: ``python -m tests.fuzz NAME --runs N`` (``pip install --group fuzz``).

Promises: begins with the kept corpus and `seeds`; an input that fails, takes 5 seconds or 2 GiB is written beside the corpus and
named. Refuses to know: what a target does.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"


def main() -> None:
    """Fuzz; ends with status 77 when an input failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("name")
    parser.add_argument("--runs", type=int, default=10_000, help="inputs")
    parser.add_argument("--seconds", type=int, default=0, help="end after so many seconds; 0 is never")
    parser.add_argument("--longest", type=int, default=600, help="bytes of an input")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]

    with atheris.instrument_imports(include=["driftlint"]):
        from tests.fuzz.seeds import write_seeds
        from tests.fuzz.targets import TARGETS
    if chosen.name not in TARGETS:
        parser.error(f"NAME is one of {', '.join(TARGETS)}")
    kept = CORPUS / chosen.name
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as found, tempfile.TemporaryDirectory() as seeds:
        write_seeds(chosen.name, Path(seeds), chosen.longest)
        options = [
            f"-runs={chosen.runs}",
            f"-max_len={chosen.longest}",
            f"-seed={chosen.seed}",
            "-timeout=20",
            "-report_slow_units=5",
        ]
        options.append(f"-max_total_time={chosen.seconds}")
        options += [f"-artifact_prefix={kept}/failed-", "-verbosity=0", "-print_final_stats=1"]
        atheris.Setup([sys.argv[0], *options, found, seeds, str(kept)], TARGETS[chosen.name])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
