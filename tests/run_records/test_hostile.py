"""Records that nobody stored in good faith: one message, nothing written, nothing run."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import sqlite3
import struct
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftlint.run_records import files as files_module
from driftlint.run_records import find as find_module
from driftlint.run_records import mlflow, rocksdb, sqlite_files
from driftlint.run_records.files import ArchiveFiles, FolderFiles, parse_json
from driftlint.run_records.find import read_records
from driftlint.run_records.model import PARTS, RecordError
from driftlint.run_records.rocksdb import StoreError, decompress, read_store
from driftlint.run_records.wandb_log import LogError, read_fields, read_log
from tests.run_records.repos import STORED


def message(path: Path) -> str:
    with pytest.raises(RecordError) as caught:
        read_records(path, path.name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_an_empty_folder_says_what_is_known(tmp_path: Path) -> None:
    assert message(tmp_path).endswith(
        "holds no run that can be read. Known are the records of "
        "MLflow, Weights & Biases, Sacred, Guild AI, Aim, ClearML, Comet, Neptune, DVC, Kubeflow Pipelines"
    )


def test_an_archive_that_unpacks_to_more_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "LARGEST", 1 << 16)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("task.json", b"0" * (1 << 20))
    assert message(path) == "bomb.zip!task.json: is too large: more than 65536 bytes once unpacked"


def test_an_archive_with_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "_MOST_FILES", 3)
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(5):
            archive.writestr(str(number), b"")
    assert message(path) == "many.zip: holds more than 3 files"


def test_members_that_lead_out_of_the_archive_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "out.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../task.json", b"{}")
        archive.writestr("/task.json", b"{}")
        archive.writestr("a/../../task.json", b"{}")
        archive.writestr("inside.txt", b"")
    assert ArchiveFiles.of(path, "out.zip").names() == ("inside.txt",)


def test_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "text.zip"
    path.write_text("text")
    assert message(path) == "text.zip: is no zip archive: File is not a zip file"


def test_json_that_is_nested_too_deeply() -> None:
    with pytest.raises(RecordError, match=r"is nested too deeply|is not JSON"):
        parse_json("[" * 200_000, "deep.json")


def test_json_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "task.json").write_text("{not json")
    assert message(tmp_path).startswith(f"{tmp_path.name}/task.json: is not JSON")


def test_yaml_that_is_none(tmp_path: Path) -> None:
    attrs = tmp_path / ".guild" / "attrs"
    attrs.mkdir(parents=True)
    (attrs / "id").write_text("abc")
    (attrs / "flags").write_text("a: [1\n")
    assert f"{tmp_path.name}/.guild/attrs/flags:" in message(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text('{"script": {}}')
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "task.json").symlink_to(secret)
    (folder / "all").symlink_to(tmp_path, target_is_directory=True)
    assert FolderFiles(folder, "run").names() == ()
    with pytest.raises(RecordError):
        FolderFiles(folder, "run").read("task.json")
    with pytest.raises(RecordError):
        FolderFiles(folder, "run").locate("task.json")


def test_a_pickle_is_never_loaded(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "sprung"),)

    run = tmp_path / "runs" / "1"
    run.mkdir(parents=True)
    (run / "config.pickle").write_bytes(pickle.dumps(Trap()))
    (run / "config.json").write_bytes(pickle.dumps(Trap()))
    (run / "run.json").write_text(json.dumps({"experiment": {"name": "x"}}))
    assert "config.json: is not JSON" in message(tmp_path / "runs")
    assert not (tmp_path / "sprung").exists()


def test_a_database_that_is_none_and_one_with_other_tables(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_bytes(b"no database" * 100)
    assert "mlflow.db: is no store that can be read: file is not a database" in message(tmp_path)
    (tmp_path / "mlflow.db").unlink()
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection, connection:
        connection.execute("CREATE TABLE t (a)")
    assert message(tmp_path / "other.db") == "other.db: is no store that can be read: no such table: runs"


def test_a_view_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_files, "_MOST_STEPS", 5)
    path = tmp_path / "mlflow.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE VIEW runs AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT i AS run_uuid, i AS artifact_uri, 'active' AS lifecycle_stage, i AS start_time FROM n"
        )
    assert message(path) == "mlflow.db: is no store that can be read: interrupted"


def test_a_database_of_the_other_tracker_is_bounded_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_files, "_MOST_STEPS", 5)
    path = tmp_path / "run_metadata.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE VIEW run AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT i AS hash, 0 AS is_archived, i AS created_at FROM n"
        )
    assert message(tmp_path).endswith("run_metadata.sqlite: is no store that can be read: interrupted")


def test_a_database_that_makes_up_more_text_than_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_files, "_MOST_TEXT", 50_000)
    path = tmp_path / "mlflow.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE runs (run_uuid, artifact_uri, lifecycle_stage, start_time)")
        connection.execute("INSERT INTO runs VALUES ('a', 'b', 'active', 1)")
        connection.execute(
            "CREATE VIEW tags AS WITH n(i) AS (VALUES (1), (2), (3), (4), (5), (6)) "
            "SELECT i AS key, printf('%.*c', 10000, 'x') AS value, 'a' AS run_uuid FROM n"
        )
    assert message(path) == "mlflow.db: holds more than 50000 bytes of text"


@pytest.mark.parametrize("digits", [400, 5_000])
def test_numbers_of_many_digits_are_infinite(digits: int, tmp_path: Path) -> None:
    folder = tmp_path / "1"
    folder.mkdir()
    (folder / "run.json").write_text('{"experiment": {"name": "x"}}')
    (folder / "config.json").write_text('{"seed": 1' + "0" * digits + "}")
    (folder / "metrics.json").write_text('{"loss": {"values": [1' + "0" * digits + "]}}")
    (record,) = read_records(tmp_path, "here")
    assert record.metrics == {"loss": float("inf")}
    assert record.seeds == {"seed": "inf"}


def test_a_value_that_is_nested_as_deep_as_can_be_read(tmp_path: Path) -> None:
    """What the parser still takes is too deep to be written where the stack is deeper."""
    folder = tmp_path / "1"
    folder.mkdir()
    (folder / "run.json").write_text('{"experiment": {"name": "x"}}')
    for depth in range(700, 1000, 4):
        (folder / "config.json").write_text('{"x": ' + "[" * depth + "]" * depth + "}")
        with contextlib.suppress(RecordError):
            (record,) = read_records(tmp_path, "here")
            assert record.hyperparameters["x"].startswith(("[[", "(nested"))


def test_an_archive_that_asks_for_memory_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "run.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("task.json", "{}")
    assert message(path) == "run.zip!task.json: is packed in a way that trackers do not use"


def test_a_database_is_not_written(tmp_path: Path) -> None:
    data = (STORED / "mlflow-database" / "mlflow.db").read_bytes()
    (tmp_path / "mlflow.db").write_bytes(data)
    read_records(tmp_path / "mlflow.db", "mlflow.db")
    assert (tmp_path / "mlflow.db").read_bytes() == data
    assert [path.name for path in tmp_path.iterdir()] == ["mlflow.db"]


def test_a_torn_log_gives_what_stands_before(tmp_path: Path) -> None:
    (source,) = (STORED / "wandb").rglob("*.wandb")
    folder = tmp_path / source.parent.name
    folder.mkdir()
    (folder / source.name).write_bytes(source.read_bytes()[:-3])
    (record,) = read_records(tmp_path, "here")
    assert record.commit
    assert any("what stands before is read" in note for note in record.notes)


def test_a_log_that_is_too_large_leaves_its_parts_untold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "LARGEST", 1000)
    (record,) = read_records(STORED / "wandb", "here")
    assert record.packages["wandb"] == "0.31.0"
    assert record.untold == set(PARTS)
    assert record.notes[0].startswith("run-bv91mmw2.wandb is too large: ")


def test_a_log_over_several_blocks_is_put_together() -> None:
    body = bytes(range(256)) * 400
    data = b":W&B\xe1\xbe\x00"
    rest = body
    kind = 1
    first = True
    while rest:
        left = 32_768 - len(data) % 32_768
        if left < 7:
            data += b"\0" * left
            continue
        part, rest = rest[: left - 7], rest[left - 7 :]
        kind = 1 if first and not rest else 2 if first else 4 if not rest else 3
        data += struct.pack("<IHB", 0, len(part), kind) + part
        first = False
    assert list(read_log(data)) == [body]


@given(st.binary(max_size=400))
def test_a_log_of_any_bytes_ends(data: bytes) -> None:
    try:
        for found in read_log(b":W&B\xe1\xbe\x00" + data):
            list(read_fields(found))
        list(read_fields(data))
    except LogError:
        pass


_KEYS = (
    *("Args", "value", "artifacts", "values", "commit", "dirty", "input", "pip", "md5", "path", "deps", "outs"),
    *("params", "python_version", "key", "git"),
)
_SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text("ab =.\n", max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(_KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=16,
)
_LISTED = {
    "task.json": ("script", "hyperparams", "execution", "models", "id"),
    "run.json": ("experiment", "resources", "host", "artifacts"),
    "config.json": ("seed",),
    "metrics.json": ("loss",),
    "metadata.json": ("containerId", "pythonVersion"),
    "data-1.log": ("obj",),
    "experiment.json": ("offline_id",),
    "messages.json": ("type", "payload"),
    "dvc.lock": ("stages",),
    ".guild/attrs/id": ("x",),
    ".guild/attrs/flags": ("x",),
    ".guild/attrs/cmd": ("x",),
    "wandb/run-20240102_030405-a/files/wandb-metadata.json": ("git", "python", "program"),
    "wandb/run-20240102_030405-a/files/config.yaml": ("seed", "lr"),
    "wandb/run-20240102_030405-a/files/wandb-summary.json": ("loss",),
    "0/r/meta.yaml": ("run_id", "lifecycle_stage"),
    "0/r/inputs/i/meta.yaml": ("source_id",),
}


@given(_SHAPES, _SHAPES)
def test_files_of_any_shape_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, value: object, whole: object
) -> None:
    for said in (value, None):
        folder = tmp_path_factory.mktemp("run")
        for name, keys in _LISTED.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(dict.fromkeys(keys, said) if said is not None else whole))
        (folder / "0/r/params").mkdir()
        (folder / "0/r/params/lr").write_text("0.1")
        for reader in find_module._READERS:
            with contextlib.suppress(RecordError):
                for record in reader(FolderFiles(folder, "run")):
                    assert set(record.parts()) == set(PARTS)
        with contextlib.suppress(RecordError):
            list(mlflow.read_folders(FolderFiles(folder, "run")))


_STORE = Path("aim/.aim/meta/chunks")
_TABLE = (STORED / _STORE / "a128ab5a92cd42b2848b5ffc/000009.sst").read_bytes()
_LOG = (STORED / _STORE / "bfdd7aa42454460b94777dbd/000005.log").read_bytes()


class _Held:
    """Files in memory."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.shown = "store"
        self.problems: list[RecordError] = []

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.files))

    def read(self, name: str) -> bytes:
        return self.files[name]


_CHANGES = st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 255)), min_size=1, max_size=20)


@given(_CHANGES, st.booleans(), st.integers(0, 40_000))
def test_a_store_of_any_bytes_is_read_or_refused(changes: list[tuple[int, int]], at_end: bool, length: int) -> None:
    for name, whole in (("s/1.sst", _TABLE), ("s/1.log", _LOG)):
        data = bytearray(whole)
        for at, byte in changes:
            data[-1 - at % 700 if at_end else at % len(data)] = byte
        for held in (bytes(data), bytes(data[:length])):
            with contextlib.suppress(StoreError):
                read_store(_Held({name: held}), "s")


@given(st.binary(max_size=200))
def test_compressed_bytes_of_any_kind_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(StoreError, IndexError):
        assert len(decompress(data)) < 20_000


def test_a_block_does_not_grow_beyond_the_limit() -> None:
    with pytest.raises(StoreError, match="more than"):
        decompress(b"\xff\xff\xff\xff\x0f" + b"\xfe\x01\x00" * 1000)
    with pytest.raises(StoreError, match="another size"):
        decompress(b"\x05\x00a" + b"\xfe\x01\x00" * 1000)


def test_a_store_that_grows_beyond_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = next(path for path in sorted((STORED / _STORE).iterdir()) if path.is_dir())
    files = FolderFiles(folder.parent, "aim")
    assert read_store(files, folder.name)
    monkeypatch.setattr(rocksdb, "_MOST", 100)
    with pytest.raises(StoreError, match="holds more than 100 bytes"):
        read_store(files, folder.name)
