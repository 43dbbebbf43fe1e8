"""Blobs come back as they were stored, or not at all."""

from __future__ import annotations

import multiprocessing
import os
import stat
import sys
import time
from pathlib import Path

import pytest

from driftlint.cache import FactsCache
from driftlint.cache_place import find_cache_folder


def files_of(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_blobs_come_back_and_the_newest_wins(tmp_path: Path) -> None:
    cache = FactsCache(tmp_path / "new", "v1")
    assert cache.get_many(["a"]) == {}
    cache.put_many({"a": b"1", "b": b"", "caf\udce9": b"\x00\xff"})
    cache.put_many({"a": b"2"})
    assert FactsCache(tmp_path / "new", "v1").get_many(["a", "b", "caf\udce9", "d"]) == {
        "a": b"2",
        "b": b"",
        "caf\udce9": b"\x00\xff",
    }
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_another_key_sees_nothing(tmp_path: Path) -> None:
    FactsCache(tmp_path, "v1").put_many({"a": b"1"})
    assert FactsCache(tmp_path, "v2").get_many(["a"]) == {}


def test_a_file_of_another_key_under_this_name_is_no_answer(tmp_path: Path) -> None:
    FactsCache(tmp_path, "v1").put_many({"a": b"1"})
    FactsCache(tmp_path, "v2").put_many({"a": b"2"})
    first, second = (next(p for p in files_of(tmp_path) if p.read_bytes().endswith(end)) for end in (b"1", b"2"))
    second.write_bytes(first.read_bytes())
    assert FactsCache(tmp_path, "v2").get_many(["a"]) == {}


def test_every_single_damaged_byte_is_noticed(tmp_path: Path) -> None:
    cache = FactsCache(tmp_path, "v1")
    cache.put_many({"a": b"one", "b": b"two"})
    (path,) = files_of(tmp_path)
    sound = path.read_bytes()
    for at in range(len(sound)):
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 0x41]) + sound[at + 1 :])
        got = cache.get_many(["a", "b"])
        assert got != {"a": b"one", "b": b"two"}, at
        assert got.items() <= {"a": b"one", "b": b"two"}.items(), at


def test_every_cut_off_file_is_survived(tmp_path: Path) -> None:
    cache = FactsCache(tmp_path, "v1")
    cache.put_many({"a": b"one", "b": b"two"})
    (path,) = files_of(tmp_path)
    sound = path.read_bytes()
    for length in range(len(sound)):
        path.write_bytes(sound[:length])
        assert cache.get_many(["a", "b"]).items() <= {"a": b"one"}.items(), length
    cache.put_many({"b": b"new"})
    assert cache.get_many(["b"]) == {"b": b"new"}


def test_many_runs_are_joined_without_loss(tmp_path: Path) -> None:
    cache = FactsCache(tmp_path, "v1")
    for number in range(40):
        cache.put_many({f"d{number}": b"x" * number, "same": str(number).encode()})
    assert len(files_of(tmp_path)) <= 9
    expected = {f"d{number}": b"x" * number for number in range(40)} | {"same": b"39"}
    assert cache.get_many(expected) == expected


def test_the_folder_keeps_its_bound_and_what_was_used_last_stays(tmp_path: Path) -> None:
    def put(number: int) -> None:
        FactsCache(tmp_path, f"v{number}", limit=5000).put_many({"a": bytes([number]) * 1000})

    for number in range(4):
        put(number)
    for age, path in enumerate(sorted(files_of(tmp_path), key=lambda p: p.read_bytes()[-1])):
        os.utime(path, (1000 + age, 1000 + age))
    assert FactsCache(tmp_path, "v0").get_many(["a"]) == {"a": bytes(1000)}  # Used: now the youngest.
    put(4)
    left = [number for number in range(5) if FactsCache(tmp_path, f"v{number}").get_many(["a"])]
    assert left == [0, 2, 3, 4]


def test_what_is_larger_than_the_bound_is_not_kept(tmp_path: Path) -> None:
    cache = FactsCache(tmp_path, "v1", limit=100)
    cache.put_many({"a": b"x" * 200})
    assert files_of(tmp_path) == []


def test_left_behind_files_go_and_foreign_files_stay(tmp_path: Path) -> None:
    for name in ("facts-old.tmp", "facts-new.tmp", "other.tmp", "notes.bin"):
        (tmp_path / name).write_bytes(b"x" * 10)
    os.utime(tmp_path / "facts-old.tmp", (1, 1))
    os.utime(tmp_path / "other.tmp", (1, 1))
    FactsCache(tmp_path, "v1", limit=1000).put_many({"a": b"1"})
    names = {path.name for path in files_of(tmp_path) if not path.name.endswith(".bin")} | {"notes.bin"}
    assert names == {"facts-new.tmp", "other.tmp", "notes.bin"}
    assert (tmp_path / "notes.bin").exists()


def test_a_place_that_cannot_be_used_is_an_empty_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = FactsCache(tmp_path / "file", "v1")
    cache.put_many({"a": b"1"})
    assert cache.get_many(["a"]) == {}


def _put_often(folder: str, name: str) -> None:
    cache = FactsCache(Path(folder), "v1")
    for number in range(30):
        cache.put_many({f"{name}{number}": name.encode() * 50})
        got = cache.get_many([f"{other}{number}" for other in "xyz"])
        assert all(blob == digest[0].encode() * 50 for digest, blob in got.items())


def test_runs_at_the_same_time_read_only_sound_blobs(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    runs = [context.Process(target=_put_often, args=(str(tmp_path), name)) for name in "xyz"]
    for run in runs:
        run.start()
    for run in runs:
        run.join(60)
    assert [run.exitcode for run in runs] == [0, 0, 0]
    assert FactsCache(tmp_path, "v1").get_many(["x29", "y29", "z29"]) == {
        f"{name}29": name.encode() * 50 for name in "xyz"
    }


def test_five_thousand_blobs_are_read_fast(tmp_path: Path) -> None:
    blobs = {f"{number:064x}": os.urandom(2000) for number in range(5000)}
    FactsCache(tmp_path, "v1").put_many(blobs)
    best = 9.0
    for _ in range(3):
        started = time.perf_counter()
        got = FactsCache(tmp_path, "v1").get_many(blobs)
        best = min(best, time.perf_counter() - started)
    assert got == blobs
    assert best < 0.25  # About 0.02 s on an idle machine; the rest is room for a busy one.


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"DRIFTLINT_CACHE_DIR": "/d", "XDG_CACHE_HOME": "/x"}, "/d"),
        ({"XDG_CACHE_HOME": "/x"}, "/x/driftlint"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "/h/.cache/driftlint"),
        ({"HOME": "/h"}, "/h/.cache/driftlint"),
    ],
)
@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="other folders there")
def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str) -> None:
    for name in ("DRIFTLINT_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert find_cache_folder() == expected
