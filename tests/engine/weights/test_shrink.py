"""Half the room on the disk: a bfloat16 copy that is exactly the published numbers, rounded."""

import errno
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from engine import open_inspection
from engine.errors import FetchFailed, WeightsDamaged
from engine.families import FileSpec, Part
from engine.weights import shrink as shrink_module
from engine.weights.shrink import bfloat16, saving, shrink
from engine.weights.store import SUMS, WeightStore, listed_hash
from tests.tiny import TINY, write_tiny


@pytest.fixture
def tensors() -> dict[str, torch.Tensor]:
    source = torch.Generator().manual_seed(1)
    return {
        "wide": torch.randn(300, 7, generator=source),
        "none": torch.zeros(0, 3),
        "one": torch.tensor(1.5),
        "double": torch.randn(5, generator=source, dtype=torch.float64),
        "half": torch.randn(5, generator=source).half(),
        "ids": torch.arange(77),
    }


@pytest.fixture
def file(tmp_path: Path, tensors: dict[str, torch.Tensor]) -> Path:
    path = tmp_path / "home/unet/weights.safetensors"
    path.parent.mkdir(parents=True)
    save_file(tensors, path)
    return path


@given(st.integers(0, 2**32 - 1))
def test_rounding_is_that_of_torch(bits: int) -> None:
    number = np.array([bits], np.uint32).view(np.float32)
    assume(np.isfinite(number[0]))
    theirs = torch.from_numpy(number).to(torch.bfloat16).view(torch.int16).numpy().view(np.uint16)
    assert bfloat16(number) == theirs


def test_the_copy_holds_every_tensor_rounded_and_takes_the_place(
    file: Path, tensors: dict[str, torch.Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shrink_module, "PIECE", 500)
    before, saved = file.stat().st_size, saving(file)
    reports = list(shrink(file, file.parents[1]))
    copy = file.with_name("weights.bf16.safetensors")
    assert [path.name for path in file.parent.iterdir()] == [copy.name]
    stored = load_file(copy)
    assert stored.keys() == tensors.keys()
    for name, tensor in tensors.items():
        wide = tensor.dtype in (torch.float32, torch.float64)
        expected = tensor.float().to(torch.bfloat16) if wide else tensor
        assert stored[name].dtype == expected.dtype
        assert torch.equal(stored[name], expected)
    assert reports[-1].done == reports[-1].total
    assert before - copy.stat().st_size == pytest.approx(saved, abs=200)


def test_the_hash_of_the_copy_is_listed_and_found_again(file: Path) -> None:
    list(shrink(file, file.parents[1]))
    copy = file.with_name("weights.bf16.safetensors")
    spec = FileSpec(repository="home", path="unet/weights.safetensors")
    assert listed_hash(copy, spec) in (file.parents[1] / SUMS).read_text()
    flipped = bytearray(copy.read_bytes())
    flipped[-1] ^= 1
    copy.write_bytes(flipped)


def test_stopping_leaves_the_published_file_alone(file: Path) -> None:
    before = file.read_bytes()
    reports = shrink(file, file.parents[1])
    next(reports)
    reports.close()  # type: ignore[attr-defined]
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_too_little_room_changes_nothing(file: Path) -> None:
    with pytest.raises(FetchFailed, match="Nothing was changed"):
        list(shrink(file, file.parents[1], free=lambda _: 1_000))
    assert file.exists()


def test_a_disk_that_refuses_changes_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(FetchFailed, match="the large file is as it was"):
        list(shrink(file, file.parents[1]))
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_not_copied(number: float, file: Path) -> None:
    save_file({"a": torch.tensor([1.0, number])}, file)
    with pytest.raises(WeightsDamaged, match="no numbers"):
        list(shrink(file, file.parents[1]))
    assert file.exists()


def test_a_model_of_copies_is_read_in_the_place_of_the_published_one(tmp_path: Path) -> None:
    folder = write_tiny(tmp_path)
    path = folder / "tiny/prior/prior/diffusion_pytorch_model.safetensors"
    list(shrink(path, folder / "tiny"))
    assert not path.exists()
    assert WeightStore([folder]).lacks(TINY) == ()
    assert list(open_inspection([folder], TINY, [Part.PRIOR]).warm_up())
