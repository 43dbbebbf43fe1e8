"""Images: tags, defaults of ARG, stages, and keys that hold an image."""

from __future__ import annotations

import pytest

from driftlint.mentions.image_reference import image_mention, judge_tag
from driftlint.text import Span
from tests.mentions.reading import Find, Judge

DIGEST = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.mark.parametrize(
    ("tag", "state"),
    [
        ("latest", "moving"),
        ("latest-gpu", "moving"),
        ("nightly", "moving"),
        ("main", "moving"),
        ("dev", "moving"),
        ("stable", "moving"),
        ("3", "series"),
        ("3.11", "series"),
        ("3.11-slim", "series"),
        ("12-slim", "series"),
        ("cuda12", "series"),
        ("bookworm-slim", "series"),
        ("v1.2", "series"),
        ("3.11.9", "tag"),
        ("3.11.9-slim-bookworm", "tag"),
        ("2.3.1-cuda12.1-cudnn8-runtime", "tag"),
        ("12.1.1-cudnn8-devel-ubuntu22.04", "tag"),
        ("12.1.1-devel", "tag"),
        ("v0.6.1.post1", "tag"),
        ("24.05-py3", "tag"),
        ("bullseye-20230814", "tag"),
        ("cuda-12.1.1", "tag"),
        ("sha-4f5c1d2", "tag"),
        ("v20181210-d7487dd-dirty-eb371e", "tag"),
        ("v8", "tag"),
        ("v7ap", "tag"),
        ("4f5c1d2e3b6a", "tag"),
        ("${TAG}", "unknown"),
    ],
)
def test_tags(tag: str, state: str) -> None:
    assert judge_tag(tag).state == state


@pytest.mark.parametrize(
    ("text", "host", "name", "state"),
    [
        ("python", "docker.io", "python", "absent"),
        ("docker.io/library/python:3.11.9", "docker.io", "python", "tag"),
        ("localhost:5000/x/y", "localhost:5000", "x/y", "absent"),
        ("ghcr.io/o/r:main", "ghcr.io", "o/r", "moving"),
        (f"python@{DIGEST}", "docker.io", "python", "sealed"),
        (f"python:3.11@{DIGEST}", "docker.io", "python", "sealed"),
        ("docker://o/r:1.2.3", "docker.io", "o/r", "tag"),
    ],
)
def test_references(text: str, host: str, name: str, state: str) -> None:
    found = image_mention(text, Span(0, len(text)), "image")
    assert found is not None
    assert (found.host, found.name, found.pin.state) == (host, name, state)


@pytest.mark.parametrize("text", ["scratch", "", "./x", "/abs", "assets/logo.png", "two words", "UPPER CASE"])
def test_no_image(text: str) -> None:
    assert image_mention(text, Span(0, len(text)), "image") is None


def test_dockerfile(judge: Judge) -> None:
    text = f"""ARG BASE=python
ARG TAG="3.11-slim"
ARG OPEN
FROM ${{BASE}}:${{TAG}} AS build
FROM --platform=linux/amd64 "nvidia/cuda:12.1.1-devel" AS cuda
FROM build AS second
FROM scratch
FROM $OPEN
FROM python:${{OPEN:-3.12.4}}
FROM python@{DIGEST}
COPY --from=ghcr.io/o/tool:latest /t /t
COPY --from=Build /a /a
COPY --from=0 /a /a
RUN --mount=type=bind,from=busybox:1.36,target=/x true
"""
    assert judge("Dockerfile", text) == [
        (4, "python", "series"),
        (5, "nvidia/cuda", "tag"),
        (8, "$OPEN", "unknown"),
        (9, "python", "tag"),
        (10, "python", "sealed"),
        (11, "o/tool", "moving"),
        (14, "busybox", "series"),
    ]


def test_the_pin_of_an_arg_stands_at_its_default(find: Find) -> None:
    text = 'ARG IMAGE="nvidia/cuda:12.1.1-devel"\nFROM ${IMAGE}\n'
    found = find("Dockerfile", text)[2][0]
    assert found.pin_span is not None
    assert text[found.pin_span.start : found.pin_span.end] == "12.1.1-devel"
    assert found.note == "default of ARG IMAGE"


def test_clone_and_checkout_over_several_run_lines(judge: Judge) -> None:
    text = (
        "FROM python:3.11.9\nWORKDIR /opt\nRUN git clone https://github.com/o/r\nWORKDIR /opt/r\n"
        "RUN git checkout 4f5c1d2e3b6a798081726354d5e6f7a8b9c0d1e2 && pip install .\n"
    )
    assert judge("Dockerfile", text) == [(1, "python", "tag"), (3, "o/r", "sealed")]


def test_compose(judge: Judge) -> None:
    text = (
        "services:\n  a:\n    image: redis\n  b:\n    build: .\n    image: mine\n  c:\n    image: o/r:${TAG:-1.2.3}\n"
    )
    assert judge("docker-compose.yml", text) == [(3, "redis", "absent"), (8, "o/r", "tag")]


def test_cluster_manifests(judge: Judge) -> None:
    text = """apiVersion: v1
kind: Pod
spec:
  containers:
    - name: a
      image: o/r:latest
---
apiVersion: batch/v1
kind: Job
spec: {template: {spec: {containers: [{name: b, image: o/s:1.2.3}]}}}
"""
    assert judge("k8s/job.yaml", text) == [(6, "o/r", "moving"), (10, "o/s", "tag")]


def test_other_image_keys_are_not_containers(judge: Judge) -> None:
    assert judge("config.yaml", "dataset:\n  image: train\n  name: x\n") == []
    assert judge("_config.yml", "image: assets/logo.png\nname: site\n") == []


def test_dev_container(find: Find) -> None:
    text = '{"image": "mcr.microsoft.com/devcontainers/python:3.11", "postCreateCommand": "pip install torch"}'
    image, package = find(".devcontainer/devcontainer.json", text)[1]
    assert (image.host, image.pin.state, image.groups) == ("mcr.microsoft.com", "series", ("dev",))
    assert (package.name, package.groups) == ("torch", ("dev",))
