"""Pipeline files of CI services: images, interpreters, steps."""

from __future__ import annotations

import pytest

from tests.mentions.reading import Find, Judge


def test_circleci(judge: Judge) -> None:
    text = (
        "executors:\n  gpu:\n    docker:\n      - image: cimg/python:3.10\njobs:\n  build:\n    steps:\n"
        "      - run: pip install torch\n      - run:\n          name: x\n          command: |\n"
        "            pip install numpy\n"
    )
    assert judge(".circleci/config.yml", text) == [
        (4, "cimg/python", "series"),
        (8, "torch", "absent"),
        (12, "numpy", "absent"),
    ]


def test_azure(judge: Judge) -> None:
    text = (
        "resources:\n  containers:\n  - container: gpu\n    image: a/b:latest\njobs:\n- job: x\n  container: gpu\n"
        "- job: y\n  container: ubuntu:22.04\n- job: z\n  container: {image: c/d}\n  steps:\n"
        '  - task: UsePythonVersion@0\n    inputs: {versionSpec: "3.10"}\n  - bash: pip install torch\n'
    )
    expected = [
        (4, "a/b", "moving"),
        (9, "ubuntu", "series"),
        (11, "c/d", "absent"),
        (14, "python", "range"),
        (15, "torch", "absent"),
    ]
    assert judge("azure-pipelines.yml", text) == expected
    assert judge("ci/.azure-pipelines/train.yml", text) == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            ".travis.yml",
            "python:\n  - 3.10\ninstall: pip install torch\n",
            [(2, "python", "range"), (3, "torch", "absent")],
        ),
        ("appveyor.yml", "install:\n  - pip install torch\n", [(2, "torch", "absent")]),
        ("bitbucket-pipelines.yml", "image: python:3.10\n", [(1, "python", "series")]),
        (
            "bitbucket-pipelines.yml",
            "pipelines:\n  default:\n    - step:\n        image: {name: a/b}\n        script:\n          - pip install x\n",
            [(4, "a/b", "absent"), (6, "x", "absent")],
        ),
        (".buildkite/pipeline.yml", "steps:\n  - command: pip install x\n", [(2, "x", "absent")]),
        (
            ".drone.yml",
            "steps:\n  - image: a/b:latest\n    commands: [pip install x]\n",
            [(2, "a/b", "moving"), (3, "x", "absent")],
        ),
        (
            "cloudbuild.yaml",
            "steps:\n- name: gcr.io/a/b\n- name: python\n  script: pip install x\n",
            [(2, "a/b", "absent"), (4, "x", "absent")],
        ),
        ("other.yaml", "steps:\n- name: gcr.io/a/b\n  script: pip install x\n", []),
    ],
)
def test_other_services(judge: Judge, path: str, text: str, expected: list[tuple[int, str, str]]) -> None:
    assert judge(path, text) == expected


def test_jenkinsfile(find: Find) -> None:
    text = (
        "pipeline {\n  agent { docker { image 'a/b:latest' } }\n  // sh 'pip install no'\n  steps {\n"
        "    sh \"pip install torch\"\n    sh(script: '''\n      pip install numpy\n    ''')\n"
        "    publish 'pip install never'\n    docker.image('c/d:1.2.3').inside { }\n  }\n}\n"
    )
    for path in ("Jenkinsfile", "ci/Jenkinsfile.gpu", "train.jenkinsfile"):
        found = find(path, text)
        assert {line: [m.name for m in mentions] for line, mentions in found.items()} == {
            2: ["a/b"],
            5: ["torch"],
            7: ["numpy"],
            10: ["c/d"],
        }
        assert all("ci" in m.groups for mentions in found.values() for m in mentions)
