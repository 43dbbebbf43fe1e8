"""Offline sessions of ClearML: ``task.json`` and ``metrics.jsonl`` of a folder or an archive.

Promises: script, requirements, parameters and models as stored. Source: clearml 2.1.12 task.py,
backend_interface/task/task.py. Refuses to know: the server.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from driftlint.late_regex import compile_late
from driftlint.run_records.files import Files, find_json, read_json_lines
from driftlint.run_records.model import RunRecord, as_list, as_mapping, as_text, find_seeds

SYSTEM = "ClearML"
_PYTHON = compile_late(r"#\s*Python\s+([\d.]+)")
_PIN = compile_late(r"(?m)^([A-Za-z0-9][\w.-]*)\s*==\s*([\w.!+-]+)")


def find_runs(files: Files) -> Iterator[RunRecord]:
    """Yield the tasks among some files: each ``task.json`` with a script or a kind of task. Raises RecordError."""
    for name in files.names():
        if posixpath.basename(name) == "task.json":
            said = find_json(files, name)
            if isinstance(said, dict) and ("script" in said or "hyperparams" in said):
                yield _read(files, posixpath.dirname(name), said)


def _read(files: Files, folder: str, said: dict[str, Any]) -> RunRecord:
    script = as_mapping(said.get("script"))
    pip = as_text(as_mapping(script.get("requirements")).get("pip", "") or "")
    python = _PYTHON.search(pip)
    parameters = {
        f"{section}.{name}" if section not in ("Args", "General") else str(name): as_text(as_mapping(item).get("value"))
        for section, items in as_mapping(said.get("hyperparams")).items()
        for name, item in as_mapping(items).items()
    }
    execution = as_mapping(said.get("execution"))
    artifacts = [as_text(as_mapping(a).get("key", "")) for a in as_list(execution.get("artifacts"))]
    models = as_mapping(said.get("models"))
    metrics: dict[str, float] = {}
    for event in read_json_lines(files, posixpath.join(folder, "metrics.jsonl")):
        if isinstance(event.get("value"), (int, float)):
            metrics[f"{as_text(event.get('metric'))}/{as_text(event.get('variant'))}"] = float(event["value"])
    commit = as_text(script.get("version_num") or "")
    return RunRecord(
        SYSTEM,
        posixpath.join(files.shown, folder) if folder else files.shown,
        as_text(said.get("id", "")),
        posixpath.join(as_text(script.get("working_dir") or ""), as_text(script.get("entry_point") or "")).removeprefix(
            "./"
        ),
        commit,
        bool(script.get("diff")) if commit else None,
        python[1] if python else "",
        {m[1]: m[2] for m in _PIN.finditer(pip)},
        parameters,
        find_seeds(parameters),
        (),
        metrics,
        tuple(filter(None, artifacts)),
        tuple(f"reads model {as_text(as_mapping(m).get('model'))}" for m in as_list(models.get("input"))),
        ("packages are those that the code imports, not those that they need",) if pip else (),
    )
