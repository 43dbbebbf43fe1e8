"""Pipelines and hooks: everything in them is tagged "ci"."""

from __future__ import annotations

from tests.mentions.reading import Find, Judge

COMMIT = "4f5c1d2e3b6a798081726354d5e6f7a8b9c0d1e2"

WORKFLOW = f"""on: push
jobs:
  test:
    container: python:3.11
    services:
      db: {{image: "postgres:16.3.0"}}
    steps:
      - uses: actions/checkout@v4
      - uses: o/r/sub@main
      - uses: o/s@{COMMIT} # v1
      - uses: ./local
      - uses: docker://alpine:3.18
      - uses: actions/setup-python@v5
        with: {{python-version: 3.10}}
      - run: pip install pytest
      - run: |
          python -m pip install --upgrade pip
          pip install tool==${{{{ matrix.tool }}}} -r requirements.txt
      - run: pip install nothing
        shell: python
"""


def test_workflow(find: Find) -> None:
    found = find(".github/workflows/test.yml", WORKFLOW)
    rows = {line: [(m.kind, m.name, m.pin.state, m.pin.selector) for m in ms] for line, ms in found.items()}
    assert rows == {
        4: [("image", "python", "series", "3.11")],
        6: [("image", "postgres", "tag", "16.3.0")],
        8: [("action", "actions/checkout", "tag", "v4")],
        9: [("action", "o/r", "moving", "main")],
        10: [("action", "o/s", "sealed", COMMIT)],
        12: [("image", "alpine", "series", "3.18")],
        13: [("action", "actions/setup-python", "tag", "v5")],
        14: [("python", "python", "range", "3.10")],
        15: [("package", "pytest", "absent", None)],
        17: [("package", "pip", "absent", None)],
        18: [("package", "tool", "unknown", "==${{ matrix.tool }}")],
    }
    assert all("ci" in m.groups for mentions in found.values() for m in mentions)


def test_spans_inside_a_block_scalar(find: Find) -> None:
    text = "jobs:\n  a:\n    steps:\n      - run: |\n          cd é\n          pip install 'torch>=2'\n"
    found = find(".github/workflows/t.yml", text)[6][0]
    assert found.pin_span is not None
    assert text[found.pin_span.start : found.pin_span.end] == ">=2"


def test_gitlab(judge: Judge) -> None:
    text = """image: dvcorg/cml:0-dvc3
variables: {image: x}
train:
  image: {name: "python:3.11.2"}
  services: [postgres:16]
  before_script:
    - pip install foo
  script:
    - >-
      npm i -g json5
"""
    assert judge(".gitlab-ci.yml", text) == [
        (1, "dvcorg/cml", "series"),
        (4, "python", "tag"),
        (5, "postgres", "series"),
        (7, "foo", "absent"),
        (10, "json5", "absent"),
    ]


def test_pre_commit(find: Find) -> None:
    text = f"""repos:
  - repo: https://github.com/pre-commit/pre-commit-hooks
    rev: v4.6.0
    hooks:
      - id: x
        additional_dependencies: [mdformat-gfm, "types-x==1.2"]
  - repo: https://github.com/o/frozen
    rev: {COMMIT}
    hooks: [{{id: y}}]
  - repo: local
    hooks:
      - {{id: z, language: node, additional_dependencies: [eslint@9.0.0]}}
"""
    found = find(".pre-commit-config.yaml", text)
    rows = {line: [(m.form, m.name, m.pin.state, m.groups) for m in ms] for line, ms in found.items()}
    assert rows == {
        3: [("hook", "pre-commit/pre-commit-hooks", "tag", ("ci", "tool"))],
        6: [
            ("requirement", "mdformat-gfm", "absent", ("ci", "tool")),
            ("requirement", "types-x", "version", ("ci", "tool")),
        ],
        8: [("hook", "o/frozen", "sealed", ("ci", "tool"))],
    }


def test_job_files(judge: Judge) -> None:
    text = "resources:\n  image_id: docker:o/r:latest\nsetup: |\n  pip install torch\nrun: python train.py\n"
    assert judge("sky.yaml", text) == [(2, "o/r", "moving"), (4, "torch", "absent")]
