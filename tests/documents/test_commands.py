"""Shell, Dockerfile, Makefile, environment and requirements files: commands, words and their places."""

from __future__ import annotations

import pytest

from driftlint.documents import read_document
from driftlint.documents.model import Command, Document, Instruction, RequirementLine, Script
from tests.documents.document_samples import DOCKERFILE, MAKEFILE, REQUIREMENTS, SHELL


def read(path: str, text: str) -> Document:
    return read_document(path, text.encode())


def script_of(document: Document) -> Script:
    assert isinstance(document.body, Script)
    return document.body


def words(command: Command) -> list[str]:
    return [word.text for word in command.words]


def lines(document: Document, script: Script | None = None) -> list[tuple[int, str]]:
    script = script or script_of(document)
    return [(document.position(c.span.start).line, " ".join(words(c))) for c in script.commands]


def test_commands_are_found_everywhere() -> None:
    document = read("setup.sh", SHELL)
    assert document.problems == ()
    assert lines(document) == [
        (6, "sudo pip install torch==2.0 num py --quiet"),
        (10, "python train.py --seed $s --model gpt2 --out $OUT/x --size 7b"),
        (12, "install"),
        (12, "echo no"),
        (12, "make all"),
        (13, "curl -s https://a/b?c#d"),
        (14, "python eval.py"),
        (15, "bash -c pip install accelerate; echo done"),
        (15, "pip install accelerate"),
        (15, "echo done"),
        (16, "cat"),
    ]


def test_words_know_what_is_fixed_and_where_they_stand() -> None:
    document = read("setup.sh", SHELL)
    train = script_of(document).commands[1]
    assert [(w.text, w.fixed) for w in train.words[3:]] == [
        ("$s", False),
        ("--model", True),
        ("gpt2", True),
        ("--out", True),
        ("$OUT/x", False),
        ("--size", True),
        ("7b", True),
    ]
    span = script_of(document).commands[0].words[3].span
    assert document.text[span.start : span.end] == '"torch==2.0"'
    inner = next(c for c in script_of(document).commands if words(c) == ["pip", "install", "accelerate"])
    assert document.text[inner.words[2].span.start : inner.words[2].span.end] == "accelerate"


def test_leading_assignments_stay_with_their_command() -> None:
    document = read("setup.sh", SHELL)
    command = next(c for c in script_of(document).commands if "eval.py" in words(c))
    assert [(name, word.text) for name, word in command.env] == [("CUDA", "0"), ("HF_HOME", "/x")]
    assert [name for name, _ in script_of(document).assignments] == ["MODEL", "REV", "X"]


def test_words_behind_a_redirection_belong_to_the_command() -> None:
    text = "pip install a>=1 b > log c && ls\ncat x | tee y>z w 2>/dev/null -a\necho one >two 2>&1\n"
    assert lines(read("setup.sh", text)) == [
        (1, "pip install a b c"),
        (1, "ls"),
        (2, "cat x"),
        (2, "tee y w -a"),
        (3, "echo one"),
    ]


def test_shell_comments() -> None:
    document = read("setup.sh", SHELL)
    assert [comment.text for comment in document.comments] == ["!/bin/bash", "set up \u00e9", "torch"]


def test_an_unquoted_variable_is_split_and_an_array_filled_in() -> None:
    document = read("a.sh", 'OPTS="--model gpt2"\nARGS=(--rev "a b")\npython t.py $OPTS "$OPTS" "${ARGS[@]}"\n')
    assert words(script_of(document).commands[0]) == [
        "python", "t.py", "--model", "gpt2", "--model gpt2", "--rev", "a b",
    ]  # fmt: skip


def test_a_variable_set_in_a_branch_to_something_else_is_not_fixed() -> None:
    document = read("a.sh", "TAG=v1\nif x; then TAG=main; fi\ngit clone -b $TAG u\n")
    assert [(w.text, w.fixed) for w in script_of(document).commands[1].words][3] == ("$TAG", False)


def test_crlf_and_a_dangling_backslash() -> None:
    document = read("a.sh", "pip install a \\\r\n  b\r\npython t.py \\\n")
    assert lines(document) == [(1, "pip install a b"), (3, "python t.py")]
    assert document.problems == ()


def test_export_is_an_assignment() -> None:
    document = read("a.sh", "export TAG=v1 OTHER\necho $TAG\n")
    assert [(n, w.text) for n, w in script_of(document).assignments] == [("TAG", "v1")]
    assert words(script_of(document).commands[-1]) == ["echo", "v1"]


def instructions(document: Document) -> list[Instruction]:
    assert isinstance(document.body, tuple)
    return [item for item in document.body if isinstance(item, Instruction)]


def test_dockerfile_instructions() -> None:
    document = read("Dockerfile", DOCKERFILE)
    assert document.problems == ()
    assert [(document.position(i.span.start).line, i.name) for i in instructions(document)] == [
        (2, "ARG"),
        (3, "ARG"),
        (4, "FROM"),
        (5, "FROM"),
        (6, "ENV"),
        (7, "RUN"),
        (12, "COPY"),
        (13, "RUN"),
        (17, "COPY"),
        (20, "RUN"),
        (21, "CMD"),
        (22, "ENTRYPOINT"),
    ]


def test_dockerfile_words_and_flags() -> None:
    found = instructions(read("Dockerfile", DOCKERFILE))
    assert [(w.text, w.fixed) for w in found[2].words] == [("python:3.11-slim", True), ("as", True), ("build", True)]
    assert [(name, word.text) for name, word in found[2].flags] == [("platform", "linux/amd64")]
    assert [w.text for w in found[3].words] == ["nvidia/cuda:12.1.0-base", "AS", "gpu"]
    assert [w.text for w in found[4].words] == ["PIP_VERSION=24.0", "NAME=a b"]
    assert [(name, word.text) for name, word in found[5].flags] == [
        ("mount", "type=cache,target=/root,from=cache:latest")
    ]
    assert found[6].flags[0][1].text == "ghcr.io/tool/uv:latest"
    assert [w.text for w in found[8].words] == ["<<-conf", "/etc/x"]


def test_dockerfile_scripts_carry_spans_of_the_file() -> None:
    document = read("Dockerfile", DOCKERFILE)
    found = instructions(document)
    assert lines(document, found[5].script) == [(7, "apt-get update"), (9, "pip install pip==24.0 torch")]
    script = found[5].script
    assert script is not None
    span = script.commands[1].words[3].span
    assert document.text[span.start : span.end] == "torch"
    assert lines(document, found[7].script) == [(14, "pip install numpy"), (15, "python train.py")]
    assert lines(document, found[9].script) == [(20, "pip install scipy")]
    assert lines(document, found[10].script) == [(21, "bash -c python run.py"), (21, "python run.py")]
    assert lines(document, found[11].script) == [(22, "python serve.py --tag $TAG")]
    assert [comment.text for comment in document.comments] == ["syntax=docker/dockerfile:1", "why"]


def test_dockerfile_with_a_backtick_escape() -> None:
    document = read("Dockerfile", "# escape=`\nFROM w:1\nRUN pip install `\n  torch\nRUN echo a\n")
    assert [i.name for i in instructions(document)] == ["FROM", "RUN", "RUN"]
    assert lines(document, instructions(document)[1].script) == [(3, "pip install torch")]


def test_dockerfile_crlf_and_blanks_after_the_backslash() -> None:
    document = read("Dockerfile", "FROM a:1\r\nRUN pip install \\  \r\n  torch\r\nUSER x\r\n")
    assert lines(document, instructions(document)[1].script) == [(2, "pip install torch")]
    assert instructions(document)[2].words[0].text == "x"


def test_dockerfile_template() -> None:
    text = "{% if gpu %}\nFROM {{ base }}:{{ tag }}\n{% endif %}\nRUN pip install {{ pkg }} torch\n"
    document = read("Dockerfile.jinja", text)
    assert [(w.text, w.fixed) for w in instructions(document)[0].words] == [("{{ base }}:{{ tag }}", False)]
    assert [document.position(p.span.start).line for p in document.problems] == [1]
    assert "template" in document.problems[0].message


def test_dockerfile_old_env_form_and_unknown_lines() -> None:
    document = read("Dockerfile", "FROM a:1\nENV LANG C.UTF-8 x\nRUN pip install \\\n a\nb \\\n c\n")
    assert [w.text for w in instructions(document)[1].words] == ["LANG", "C.UTF-8 x"]
    assert document.position(document.problems[0].span.start).line == 5


def test_makefile_recipes() -> None:
    document = read("Makefile", MAKEFILE)
    assert lines(document) == [
        (5, "echo hi"),
        (6, "pip install torch==2.0 numpy"),
        (8, "python $f --x ${UNKNOWN}"),
        (10, "echo $(shell git rev-parse HEAD) $(wildcard *.py)"),
        (10, "git rev-parse HEAD"),
        (12, "pytest"),
    ]
    torch = script_of(document).commands[1].words[2]
    assert (torch.text, torch.fixed) == ("torch==2.0", True)
    assert document.text[torch.span.start : torch.span.end] == "torch==$(VERSION)"
    assert [(n, w.text) for n, w in script_of(document).assignments] == [("PIP", "pip"), ("VERSION", "2.0")]
    assert [c.text for c in document.comments] == ["targets", "torch", "recipe note"]


def test_justfile_recipes() -> None:
    text = 'tag := "v1"\n\nbuild arg="x": lint\n    @docker build -t a:{{tag}} {{arg}}\n    pip install b\n\nscript:\n'
    text += "    #!/usr/bin/env bash\n    pip install c\n\npy:\n    #!/usr/bin/env python\n    import os\n"
    document = read("justfile", text)
    assert lines(document) == [(4, "docker build -t a:v1 {{arg}}"), (5, "pip install b"), (9, "pip install c")]
    assert [w.fixed for w in script_of(document).commands[0].words] == [True, True, True, True, False]


def test_dotenv() -> None:
    text = (
        "# keys\nexport MODEL=gpt-4o # cheap\nB='a # b $MODEL'\nC=\"x\\n${MODEL}\"\nD=\nE=${NONE}/x\nF=a#b\nnot valid\n"
    )
    document = read(".env", text)
    assert [(n, w.text, w.fixed) for n, w in script_of(document).assignments] == [
        ("MODEL", "gpt-4o", True),
        ("B", "a # b $MODEL", True),
        ("C", "x\ngpt-4o", True),
        ("D", "", True),
        ("E", "${NONE}/x", False),
        ("F", "a#b", True),
    ]
    assert [c.text for c in document.comments] == ["keys", "cheap"]
    assert document.position(document.problems[0].span.start).line == 8
    span = script_of(document).assignments[0][1].span
    assert document.text[span.start : span.end] == "gpt-4o"


def requirement_lines(document: Document) -> list[RequirementLine]:
    assert isinstance(document.body, tuple)
    return [item for item in document.body if isinstance(item, RequirementLine)]


def test_requirement_lines() -> None:
    document = read("requirements.txt", REQUIREMENTS)
    assert document.problems == ()
    assert [(document.position(r.span.start).line, r.option, r.value) for r in requirement_lines(document)] == [
        (2, "-r", "base.txt"),
        (3, "-r", "more.txt"),
        (4, "-c", "constraints.txt"),
        (5, "--index-url", "https://x"),
        (5, "--extra-index-url", "https://y"),
        (6, "--index-url", "https://z"),
        (7, "-e", "git+https://github.com/a/b.git@main#egg=b"),
        (8, "-e", ".[dev, gpu]"),
        (9, "", "torch==2.0"),
        (12, "", 'numpy >= 1.2 ; python_version < "3.9"'),
        (13, "", "git+https://github.com/a/c@v1#egg=c"),
        (14, "", "pkg @ https://x/y.whl"),
        (15, "", "./local/wheel.whl"),
        (16, "--find-links", "https://wheels"),
        (17, "--pre", ""),
        (18, "", "torch == ${TORCH_VERSION}"),
    ]


def test_requirement_hashes_spans_and_comments() -> None:
    document = read("requirements.txt", REQUIREMENTS)
    torch = requirement_lines(document)[8]
    assert torch.hashes == ("sha256:aa", "sha256:bb")
    assert document.text[torch.span.start : torch.span.end].startswith("torch==2.0 \\\n    --hash=sha256:aa")
    assert document.text[torch.span.start : torch.span.end].endswith("sha256:bb")
    assert [c.text for c in document.comments] == ["base", "more", "hashed", "why"]


@pytest.mark.parametrize(
    ("line", "words_of_message"),
    [
        ('"torch==2.0",', "remove the quotes and the comma"),
        ("numpy=1.26.4=py310", "=="),
        ("pip install torch", "install command"),
        ("torch,", "comma"),
        ("torch 2.0", "name==version"),
        ("<<<<<<< HEAD", "conflict"),
        ("torch --no-deps", "--no-deps"),
        ("--quiet", "--quiet"),
        ("-r", "-r needs a value"),
        ("{{ package }}", "template"),
        ("what is this", "cannot read"),
    ],
)
def test_lines_that_pip_refuses(line: str, words_of_message: str) -> None:
    document = read("requirements.txt", f"a==1\n{line}\nb==2\n")
    assert [document.position(p.span.start).line for p in document.problems] == [2]
    assert words_of_message in document.problems[0].message
    assert [r.value for r in requirement_lines(document)][-1] == "b==2"


def test_a_backslash_ends_no_comment_line() -> None:
    document = read("requirements.txt", "a==1 \\\n# note \\\nb==2\n# x \\\nc==3\n")
    assert [r.value for r in requirement_lines(document)] == ["a==1", "b==2", "c==3"]


def test_utf16_requirements_as_a_windows_shell_writes_them() -> None:
    document = read_document("requirements.txt", "torch==2.0\r\nnumpy\r\n".encode("utf-16"))
    assert [r.value for r in requirement_lines(document)] == ["torch==2.0", "numpy"]
