"""What is asked of the names of files is answered once, and as `fnmatch` answers it."""

from __future__ import annotations

from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from driftlint.path_names import PathNames

PATHS = ("conf/train.yaml", "conf/deep/a.yml", "train.py", "lib/__init__.py", "uv.lock", "b/uv.lock")
segments = st.sampled_from(["a", "conf", "train.yaml", "b.yml", "*", "*.y?ml", "**", "x[ab]"])


def test_a_question_is_answered_once() -> None:
    asked = []

    def is_lock(path: str) -> bool:
        asked.append(path)
        return path.endswith(".lock")

    names = PathNames(PATHS)
    assert names.where(is_lock) == ("b/uv.lock", "uv.lock")
    assert names.where(is_lock) == ("b/uv.lock", "uv.lock")
    assert asked == sorted(PATHS)


def test_what_is_listed() -> None:
    names = PathNames(PATHS)
    assert names.has("conf/deep")
    assert names.has("./conf/../lib/")
    assert not names.has("con")
    assert not names.has("deep")
    assert names.has_file("b/../train.py")
    assert not names.has_file("conf")
    assert not PathNames(()).has("a")


@given(
    st.sets(st.lists(segments, min_size=1, max_size=3).map("/".join), max_size=6),
    st.lists(st.lists(segments, min_size=1, max_size=3).map("/".join), max_size=3).map(tuple),
)
def test_globs_mean_what_they_mean_elsewhere(paths: set[str], globs: tuple[str, ...]) -> None:
    def fits(path: str) -> bool:
        last = path.rpartition("/")[2]
        return any(fnmatchcase(path, g) or (g.startswith("**/") and fnmatchcase(last, g[3:])) for g in globs)

    assert PathNames(paths).bearing(globs) == {path for path in paths if fits(path)}


def test_files_are_found_by_their_last_part_and_as_modules() -> None:
    names = PathNames(
        ["b/setup.py", "setup.py", "a/__main__.py", "my_setup.py", "c/fast.pyx", "note.ipynb", "d.e/f.tar.gz"]
    )
    assert names.called("setup.py") == ("b/setup.py", "setup.py")
    assert names.called("__main__.py") == ("a/__main__.py",)
    assert names.called("etup.py") == ()
    assert names.import_words == {"setup", "__main__", "my_setup", "fast"}
