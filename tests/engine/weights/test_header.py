"""What is refused by a file's header alone, each with its own sentence."""

import os
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from engine.errors import WeightsDamaged, WeightsMissing
from engine.weights.header import LONGEST_HEADER, MOST_TENSORS, read_header
from tests.quick import quick

ONE = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


def test_a_whole_file_is_read_in_the_order_of_its_tensors(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    save_file(
        {"a": torch.zeros(2, 3), "b": torch.zeros(5, dtype=torch.bfloat16)},
        path,
        metadata={"format": "pt"},
    )
    header = read_header(path)
    assert {name: (info.dtype, info.shape) for name, info in header.items()} == {
        "a": ("F32", (2, 3)),
        "b": ("BF16", (5,)),
    }
    assert max(info.end for info in header.values()) == path.stat().st_size


HEADERS = {
    "unreadable header": (b"{this is not json", b"", "has a header that cannot be read"),
    "header of another kind": (b"[1, 2]", b"", "is no safetensors file"),
    "name given twice": (
        b'{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{}}',
        b"",
        "names a tensor twice",
    ),
    "unknown kind of number": (
        {"a": {**ONE, "dtype": "I8"}},
        bytes(8),
        "stores “a” as “I8”, which no model of this kind uses",
    ),
    "no shape": (
        {"a": {"dtype": "F32", "data_offsets": [0, 8]}},
        bytes(8),
        "says nothing usable about “a”",
    ),
    "a million dimensions": (
        {"a": {**ONE, "shape": [99] * 1_000_000}},
        bytes(8),
        "says nothing usable about “a”",
    ),
    "negative shape": ({"a": {**ONE, "shape": [-2]}}, bytes(8), "says nothing usable about “a”"),
    "true for a number": ({"a": {**ONE, "shape": [True]}}, bytes(8), "says nothing usable"),
    "shape against offsets": ({"a": {**ONE, "shape": [3]}}, bytes(8), "does not fit its shape"),
    "overlap": (
        {"a": ONE, "b": {**ONE, "data_offsets": [4, 12]}},
        bytes(12),
        "overlap or leave gaps",
    ),
    "gap": ({"a": ONE, "b": {**ONE, "data_offsets": [16, 24]}}, bytes(24), "overlap or leave gaps"),
    "cut off": ({"a": ONE}, bytes(7), "bytes long where its header says"),
    "something behind": ({"a": ONE}, bytes(9), "bytes long where its header says"),
    "deep nesting": (b'{"a":' + b"[" * 200_000, b"", "has a header that cannot be read"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_that_lies_is_refused(name: str, tmp_path: Path, write_raw) -> None:
    header, data, sentence = HEADERS[name]
    path = write_raw(tmp_path / "model.safetensors", header, data)
    with pytest.raises(WeightsDamaged, match=sentence) as caught:
        read_header(path)
    assert str(path) in str(caught.value)
    assert str(caught.value).endswith("your pictures and the other files are not touched.")


def test_the_same_file_without_the_lie_is_read(tmp_path: Path, write_raw) -> None:
    assert list(read_header(write_raw(tmp_path / "x.safetensors", {"a": ONE}, bytes(8)))) == ["a"]


@pytest.mark.parametrize("cut", [0, 4, 8, 9, 60, -1])
def test_a_truncated_file_is_refused(cut: int, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    save_file({"a": torch.zeros(40)}, path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(WeightsDamaged, match=r"cut off|bytes long where"):
        read_header(path)


def test_a_header_longer_than_any_model_needs_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.safetensors"
    with path.open("wb") as file:
        file.write((LONGEST_HEADER + 1).to_bytes(8, "little") + b"{")
        file.truncate(100_000_000)
    with quick(0.05), pytest.raises(WeightsDamaged, match="more than any model needs"):
        read_header(path)


def test_more_tensors_than_any_model_has_are_refused(tmp_path: Path, write_raw) -> None:
    empty = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    path = write_raw(tmp_path / "m.safetensors", {str(i): empty for i in range(MOST_TENSORS + 1)})
    with pytest.raises(WeightsDamaged, match="20,001 tensors, more than any model needs"):
        read_header(path)


class Canary:
    """Leaves a file behind when somebody unpickles it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("name", ["model.safetensors", "model.SafeTensors", "model.SAFETENSORS"])
@pytest.mark.parametrize("zipped", [False, True])
def test_a_pickle_by_another_name_is_refused_and_never_opened(
    name: str, zipped: bool, tmp_path: Path
) -> None:
    path, canary = tmp_path / name, Canary(tmp_path / "canary")
    if zipped:
        torch.save({"a": canary}, path)
    else:
        path.write_bytes(pickle.dumps(canary))
    with pytest.raises(WeightsDamaged, match="pickle file by another name, which could run"):
        read_header(path)
    assert not canary.path.exists()


def test_the_canary_does_appear_when_a_pickle_is_opened(tmp_path: Path) -> None:
    canary = Canary(tmp_path / "canary")
    pickle.loads(pickle.dumps(canary))
    assert canary.path.exists()


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"nowhere.safetensors cannot be read"):
        read_header(tmp_path / "nowhere.safetensors")


def test_a_folder_in_place_of_the_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="cannot be read"):
        read_header(tmp_path)


def test_a_header_whose_length_begins_like_a_pickle_is_still_read(
    tmp_path: Path, write_raw
) -> None:
    padded = b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'.ljust(0x0480)
    path = write_raw(tmp_path / "x.safetensors", padded, bytes(8))
    assert path.read_bytes()[:2] == b"\x80\x04"
    assert list(read_header(path)) == ["a"]
