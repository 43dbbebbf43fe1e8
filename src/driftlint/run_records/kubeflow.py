"""Compiled pipelines of Kubeflow: what the cluster is asked to run.

Promises: images, exact packages, parameters with their defaults, and the tasks with what they hand on. Source: kfp 2.17.3,
pipelines that its compiler wrote (schema 2.1.0). Refuses to know: what the cluster keeps of a run in its metadata store.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from driftlint.late_regex import compile_late
from driftlint.run_records.files import Files, read_yaml
from driftlint.run_records.model import (
    DataHash,
    RecordError,
    RunRecord,
    as_list,
    as_mapping,
    as_text,
    find_seeds,
    read_requirements,
)

SYSTEM = "Kubeflow Pipelines"
SUFFIXES = (".yaml", ".yml")
_MARK = b"pipelineInfo"
_QUOTED = compile_late(r"'([^']+)'")
_KEPT = "what a run of it was given, wrote and measured is in the cluster's metadata store, which is not read"


def find_runs(files: Files) -> Iterator[RunRecord]:
    """Yield a record for each compiled pipeline among some files. Raises RecordError."""
    for name in files.names():
        if name.endswith(SUFFIXES):
            try:
                yield from read_pipeline(files, name)
            except RecordError as error:
                files.problems.append(error)


def read_pipeline(files: Files, name: str) -> Iterator[RunRecord]:
    """Yield the record of a file if it is a compiled pipeline. Raises RecordError."""
    if _MARK not in files.read(name):
        return
    said = as_mapping(read_yaml(files, name))
    info, executors = as_mapping(said.get("pipelineInfo")), as_mapping(said.get("deploymentSpec")).get("executors")
    if not info or not isinstance(executors, Mapping):
        return
    yield _read(posixpath.join(files.shown, name), said, as_text(info.get("name", "")), executors)


def _read(shown: str, said: Mapping[Any, Any], pipeline: str, executors: Mapping[Any, Any]) -> RunRecord:
    root = as_mapping(said.get("root"))
    parameters = dict(_parameters(root))
    for component, held in as_mapping(said.get("components")).items():
        for name, value in _parameters(as_mapping(held)):
            if value:  # the component's own default; without one, the pipeline hands it over
                parameters.setdefault(f"{as_text(component).removeprefix('comp-')}.{name}", value)
    containers = {
        as_text(k).removeprefix("exec-"): as_mapping(as_mapping(v).get("container")) for k, v in executors.items()
    }
    words = [as_text(w) for c in containers.values() for w in as_list(c.get("command")) if "pip install" in as_text(w)]
    addresses = (as_mapping(as_mapping(v).get("importer")).get("artifactUri") for v in executors.values())
    constants = [as_text(as_mapping(address).get("constant") or "") for address in addresses]
    sources = ", ".join(_inlined(containers))
    notes = [f"the source of {sources} stands in the pipeline, and no commit does"] if sources else []
    return RunRecord(
        SYSTEM,
        shown,
        pipeline,
        packages=read_requirements("\n".join(w for word in words for w in _QUOTED.findall(word))),
        hyperparameters=parameters,
        seeds=find_seeds(parameters),
        data=tuple(DataHash(address, "") for address in constants if address),
        lineage=tuple(_lineage(as_mapping(as_mapping(root.get("dag")).get("tasks")))),
        notes=(*notes, _KEPT),
        untold=frozenset(("metrics", "artifacts")),
        images=tuple(dict.fromkeys(as_text(c["image"]) for c in containers.values() if c.get("image"))),
    )


def _inlined(containers: Mapping[str, Mapping[Any, Any]]) -> list[str]:
    return [
        name for name, c in containers.items() if any("\ndef " in as_text(word) for word in as_list(c.get("command")))
    ]


def _parameters(holder: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    """Yield the parameters of a pipeline or a component with their defaults, "" for none."""
    for name, held in as_mapping(as_mapping(holder.get("inputDefinitions")).get("parameters")).items():
        value = as_mapping(held).get("defaultValue")
        whole = as_mapping(held).get("parameterType") == "NUMBER_INTEGER" and isinstance(value, float)
        yield as_text(name), "" if value is None else as_text(int(value) if whole and value.is_integer() else value)


def _lineage(tasks: Mapping[Any, Any]) -> Iterator[str]:
    for task, held in tasks.items():
        for given in as_mapping(as_mapping(as_mapping(held).get("inputs")).get("artifacts")).values():
            source = as_mapping(as_mapping(given).get("taskOutputArtifact"))
            if source:
                yield f"{as_text(task)} reads {as_text(source.get('outputArtifactKey'))} of {as_text(source.get('producerTask'))}"
