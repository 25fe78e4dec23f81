"""Which files a network is read from, of all the names that published folders use."""

import json
from pathlib import Path

import pytest

from engine.errors import WeightsDamaged, WeightsMissing
from engine.weights.variants import find_files

BASE = "model"
SHARDS = [f"model-0000{i}-of-00002.safetensors" for i in (1, 2)]


def touch(folder: Path, *names: str) -> None:
    """Empty files."""
    for name in names:
        (folder / name).touch()


def index(folder: Path, name: str, files: list[str]) -> None:
    """An index that names `files`."""
    mapping = {f"layer.{i}.weight": file for i, file in enumerate(files)}
    (folder / name).write_text(json.dumps({"metadata": {}, "weight_map": mapping}))


@pytest.mark.parametrize(
    ("present", "chosen"),
    [
        (["model.safetensors"], ["model.safetensors"]),
        (["model.fp16.safetensors"], ["model.fp16.safetensors"]),
        (["model.fp16.safetensors", "model.safetensors"], ["model.safetensors"]),
        (["model.bin", "model.fp16.safetensors"], ["model.fp16.safetensors"]),
    ],
)
def test_the_whole_file_is_preferred_to_the_half_precision_one(
    present: list[str], chosen: list[str], tmp_path: Path
) -> None:
    touch(tmp_path, *present)
    assert [path.name for path in find_files(tmp_path, BASE)] == chosen


@pytest.mark.parametrize(
    "name",
    [
        "model.safetensors.index.json",
        "model.fp16.safetensors.index.json",
        "model.safetensors.index.fp16.json",
    ],
)
def test_shards_are_found_through_their_index(name: str, tmp_path: Path) -> None:
    touch(tmp_path, *SHARDS)
    index(tmp_path, name, [SHARDS[1], SHARDS[0], SHARDS[1]])
    assert [path.name for path in find_files(tmp_path, BASE)] == SHARDS


def test_a_shard_that_is_not_there_is_named(tmp_path: Path) -> None:
    touch(tmp_path, SHARDS[0])
    index(tmp_path, "model.safetensors.index.json", SHARDS)
    with pytest.raises(WeightsMissing, match=SHARDS[1]):
        find_files(tmp_path, BASE)


@pytest.mark.parametrize(
    "name", ["../model.safetensors", "/etc/passwd", "a/b.safetensors", "x.bin"]
)
def test_an_index_cannot_point_outside_its_folder(name: str, tmp_path: Path) -> None:
    index(tmp_path, "model.safetensors.index.json", [name])
    with pytest.raises(WeightsDamaged, match="names a file that is no safetensors file beside it"):
        find_files(tmp_path, BASE)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"weight_map": 5}', '{"weight_map": {}}'])
def test_an_index_that_says_nothing_is_damaged(text: str, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors.index.json").write_text(text)
    with pytest.raises(WeightsDamaged, match=r"index\.json (cannot be read|does not say)"):
        find_files(tmp_path, BASE)


@pytest.mark.parametrize("name", ["model.bin", "pytorch_model.BIN", "model.ckpt", "x.pt"])
def test_pickled_files_alone_are_refused_with_the_reason(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\x80\x02}.")
    with pytest.raises(WeightsDamaged, match="is pickled, and opening such a file could run any"):
        find_files(tmp_path, BASE)


@pytest.mark.parametrize("content", [b"", bytes(600), b"PK\x03\x04" + bytes(90)])
def test_any_other_file_called_like_a_pickled_one_is_no_model(
    content: bytes, tmp_path: Path
) -> None:
    (tmp_path / "flash.bin").write_bytes(content)
    with pytest.raises(WeightsMissing, match="is not on this computer"):
        find_files(tmp_path, BASE)


def test_an_empty_folder_is_missing_its_file(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"model\.safetensors is not on this computer"):
        find_files(tmp_path, BASE)
