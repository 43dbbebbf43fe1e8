"""One requirement: name, state, selector, and the spans of its parts."""

from __future__ import annotations

import pytest

from driftlint.mentions.requirement import judge_requirement, judge_specifier

COMMIT = "4f5c1d2e3b6a798081726354d5e6f7a8b9c0d1e2"
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.mark.parametrize(
    ("text", "name", "state", "selector"),
    [
        ("torch", "torch", "absent", None),
        ("Rouge_Score", "rouge-score", "absent", None),
        ("torch==2.3.0", "torch", "version", "==2.3.0"),
        ("torch == 2.3.0", "torch", "version", "== 2.3.0"),
        ("torch===2.3.0", "torch", "version", "===2.3.0"),
        ("torch==2.3.0+cu121", "torch", "version", "==2.3.0+cu121"),
        ("torch (==2.3.0)", "torch", "version", "==2.3.0"),
        ("torch==2.*", "torch", "range", "==2.*"),
        ("torch~=2.3.0", "torch", "range", "~=2.3.0"),
        ("torch>=2,<3", "torch", "range", ">=2,<3"),
        ("torch!=2.0", "torch", "range", "!=2.0"),
        ("torch<=2.3.0", "torch", "range", "<=2.3.0"),
        ("torch>=2.3.0,==2.3.1", "torch", "version", ">=2.3.0,==2.3.1"),
        ("diffusers[torch]", "diffusers", "absent", None),
        ("x[a,b]>=1 ; python_version < '3.9'", "x", "range", ">=1"),
        ("x; extra == 'gpu'", "x", "absent", None),
        ("torch==${TORCH_VERSION}", "torch", "unknown", "==${TORCH_VERSION}"),
        ("certifi=2023.5.7=py39h06a4308_0", "certifi", "version", "=2023.5.7=py39h06a4308_0"),
    ],
)
def test_versions(text: str, name: str, state: str, selector: str | None) -> None:
    found = judge_requirement(text)
    assert found is not None
    assert (found.form, found.name, found.pin.state, found.pin.selector) == ("version", name, state, selector)


@pytest.mark.parametrize(
    ("text", "host", "name", "state", "selector"),
    [
        ("git+https://github.com/huggingface/peft", "github.com", "peft", "moving", None),
        ("git+https://github.com/huggingface/peft.git@main", "github.com", "peft", "moving", "main"),
        (f"git+https://github.com/o/r@{COMMIT}#egg=My_Pkg&subdirectory=x", "github.com", "my-pkg", "sealed", COMMIT),
        ("git+https://github.com/o/r@4f5c1d2", "github.com", "r", "short", "4f5c1d2"),
        ("git+https://github.com/o/r.git@v0.4.0", "github.com", "r", "tag", "v0.4.0"),
        ("git+https://github.com/o/r.git@v4.31-release", "github.com", "r", "moving", "v4.31-release"),
        ("git+https://github.com/o/r.git@release/1.2", "github.com", "r", "moving", "release/1.2"),
        ("git+ssh://git@gitlab.com/group/sub/r.git", "gitlab.com", "r", "moving", None),
        ("git+ssh://git@gitlab.com/group/sub/r.git@dev", "gitlab.com", "r", "moving", "dev"),
        ("git+https://${TOKEN}@github.com/o/r.git@v1.2.3", "github.com", "r", "tag", "v1.2.3"),
        ("git+https://github.com/o/r@${REF}", "github.com", "r", "unknown", "${REF}"),
        ("peft @ git+https://github.com/huggingface/peft@main", "github.com", "peft", "moving", "main"),
    ],
)
def test_version_control(text: str, host: str, name: str, state: str, selector: str | None) -> None:
    found = judge_requirement(text)
    assert found is not None
    assert (found.form, found.host, found.name) == ("vcs", host, name)
    assert (found.pin.state, found.pin.selector) == (state, selector)


@pytest.mark.parametrize(
    ("text", "name", "state", "selector"),
    [
        ("https://x.org/w/flash_attn-2.5.8-cp310-cp310-linux_x86_64.whl", "flash-attn", "version", "2.5.8"),
        ("https://x.org/w/tool-1.0.tar.gz", "tool", "version", "1.0"),
        ("https://x.org/release/0.1.32/tool.tar.gz", "tool", "version", "0.1.32"),
        ("https://x.org/v1.2.3/linux/tool.zip", "tool", "version", "1.2.3"),
        ("https://x.org/1.2/tool.tar.gz", "tool", "absent", None),
        ("tool @ https://x.org/w/latest.whl", "tool", "absent", None),
        (f"tool @ https://x.org/w/latest.whl#sha256={HASH}", "tool", "sealed", f"sha256={HASH}"),
        (f"https://x.org/w/t.zip#sha256={HASH}&egg=tool", "tool", "sealed", f"sha256={HASH}"),
        ("https://github.com/o/tool/archive/main.zip", "tool", "moving", "main"),
        ("https://github.com/o/tool/archive/refs/heads/dev.zip", "tool", "moving", "dev"),
        ("https://github.com/o/tool/archive/refs/tags/v1.0.tar.gz", "tool", "tag", "refs/tags/v1.0"),
        (f"https://github.com/o/tool/archive/{COMMIT}.zip", "tool", "sealed", COMMIT),
    ],
)
def test_direct_urls(text: str, name: str, state: str, selector: str | None) -> None:
    found = judge_requirement(text)
    assert found is not None
    assert (found.form, found.name, found.pin.state, found.pin.selector) == ("url", name, state, selector)


def test_path_of_another_machine() -> None:
    found = judge_requirement("numpy @ file:///croot/numpy_1672336185480/work")
    assert found is not None
    assert (found.form, found.name, found.pin.state, found.note) == (
        "path",
        "numpy",
        "absent",
        "path of another machine",
    )


@pytest.mark.parametrize(
    "text",
    [
        ".",
        ".[dev]",
        "./local",
        "../other",
        "/abs/path",
        "~/x",
        "dist/tool-1.0-py3-none-any.whl",
        "tool-1.0-py3-none-any.whl",
        "tool @ file:./local",
        "tool @ ./local",
        "file:///x/tool.whl",
        "path/to/package",
        "",
        "two words",
        "--flag",
        "$VAR",
        "{{ template }}",
    ],
)
def test_no_reference(text: str) -> None:
    assert judge_requirement(text) is None


def test_spans_are_those_of_the_file() -> None:
    line = "x = 1\n  torch[all] >=2.0,<3 ; python_version > '3'\n"
    found = judge_requirement(line[6:], 6)
    assert found is not None
    assert found.pin_span is not None
    assert line[found.name_span.start : found.name_span.end] == "torch"
    assert line[found.pin_span.start : found.pin_span.end] == ">=2.0,<3"
    assert line[found.span.start : found.span.end] == "torch[all] >=2.0,<3 ; python_version > '3'"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("git+https://github.com/o/r.git@v1.2.3#egg=tool", "v1.2.3"),
        ("tool @ git+ssh://git@github.com/o/r@main", "main"),
        ("https://x.org/w/tool-1.0-py3-none-any.whl", "1.0"),
    ],
)
def test_pin_spans_hold_the_selector(text: str, part: str) -> None:
    found = judge_requirement(text, 100)
    assert found is not None
    assert found.pin_span is not None
    assert text[found.pin_span.start - 100 : found.pin_span.end - 100] == part


@pytest.mark.parametrize(
    ("text", "state"),
    [("^1.2", "range"), ("~1.2", "range"), ("=1.2.3", "version"), ("=1.2", "range"), ("==%VERSION%", "unknown")],
)
def test_specifiers_of_kin(text: str, state: str) -> None:
    assert judge_specifier(text).state == state
