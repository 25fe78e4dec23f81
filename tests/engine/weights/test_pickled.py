"""Which files are pickled models: told by what is in them, with nothing of it executed."""

import io
import os
import pickle
import struct
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.weights import pickled
from engine.weights.pickled import holds_pickle, is_pickled_model


class Canary:
    """Leaves a file behind when somebody unpickles it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """What pickle calls to make it again."""
        return Path.touch, (self.path,)


def archive(*names: str) -> bytes:
    """A zip archive with some files in it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name in names:
            file.writestr(name, bytes(3_000))
    return content.getvalue()


class Counted(io.BytesIO):
    """Counts what is read of it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """As BytesIO does."""
        got = super().read(size)
        self.taken += len(got)
        return got


@pytest.mark.parametrize("name", ["model.bin", "pytorch_model.BIN", "model.ckpt", "x.pt", "x.pth"])
@pytest.mark.parametrize("zipped", [True, False], ids=["archive", "stream"])
def test_what_torch_saves_is_a_pickled_model(name: str, zipped: bool, tmp_path: Path) -> None:
    weights = {"conv_in.weight": torch.zeros(4, 4), "canary": Canary(tmp_path / "canary")}
    torch.save(weights, tmp_path / name, _use_new_zipfile_serialization=zipped)
    assert is_pickled_model(tmp_path / name)
    assert not (tmp_path / "canary").exists()
    torch.load(tmp_path / name, weights_only=False)
    assert (tmp_path / "canary").exists(), "the control: to open it does run what is in it"


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_stream_of_every_protocol_with_a_mark_is_one(protocol: int, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(pickle.dumps({"a": [1.5]}, protocol))
    assert is_pickled_model(tmp_path / "a.bin")


def test_half_a_download_of_one_is_one(tmp_path: Path) -> None:
    content = io.BytesIO()
    torch.save({"a": torch.zeros(200, 200)}, content)
    (tmp_path / "a.bin").write_bytes(content.getvalue()[:50_000])
    assert is_pickled_model(tmp_path / "a.bin")


def test_the_entry_is_found_wherever_it_stands() -> None:
    assert holds_pickle(io.BytesIO(archive("m/code/a.py", "m/data/0", "m/data.pkl", "m/version")))
    assert holds_pickle(io.BytesIO(archive("data/0", "data.pkl")))


SAFETENSORS = struct.pack("<Q", 0x0280) + b'{"__metadata__":{}}'.ljust(0x0280)
NONE_OF_THEM = {
    "empty": b"",
    "one octet": b"\x80",
    "only a mark": b"\x80\x02",
    "zeros": bytes(5_000),
    "firmware": b"\x7fELF\x02\x01\x01" + bytes(200),
    "text": b"a shopping list\n",
    "an image of a disk": b"\xeb\x3c\x90MSDOS5.0" + bytes(501) + b"\x55\xaa",
    "of the first protocols, like any text": pickle.dumps({"a": 1}, 0),
    "a header of safetensors that begins like protocol 2": SAFETENSORS,
    "an archive of something else": archive("word/document.xml", "mydata.pkl.txt", "xdata.pkl"),
    "an archive without an end": archive("a", "b")[:-40],
    "the beginning of an archive": b"PK\x03\x04",
    "lengths that lie": b"PK\x03\x04" + b"\xff" * 60 + b"PK\x01\x02" + b"\xff" * 60,
}


@pytest.mark.parametrize("content", NONE_OF_THEM.values(), ids=NONE_OF_THEM)
def test_any_other_file_of_that_name_is_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(content)
    assert not is_pickled_model(tmp_path / "a.bin")


def test_a_pickle_by_another_name_is_no_model_here(tmp_path: Path) -> None:
    (tmp_path / "notes.pickle").write_bytes(pickle.dumps([1]))
    assert not is_pickled_model(tmp_path / "notes.pickle")


def test_what_cannot_be_read_is_none_and_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder.bin").mkdir()
    assert not is_pickled_model(tmp_path / "folder.bin")
    assert not is_pickled_model(tmp_path / "gone.bin")
    assert not is_pickled_model(tmp_path / ("n" * 300 + ".bin"))
    assert not is_pickled_model(tmp_path / "a\0b.bin")
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "pipe.bin")
        assert not is_pickled_model(tmp_path / "pipe.bin")  # else this would never end

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.bin").write_bytes(pickle.dumps([1]))
    monkeypatch.setattr(Path, "open", refused)
    assert not is_pickled_model(tmp_path / "a.bin")


class Failing(io.BytesIO):
    """A drive that fails behind its first octets."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """As BytesIO does, but not to the end."""
        if whence:
            raise OSError(5, "Input/output error")
        return super().seek(offset)


def test_a_drive_that_fails_while_it_is_looked_at_is_no_fault() -> None:
    assert not holds_pickle(Failing(archive("a", "m/data.pkl")))


def test_no_more_is_read_than_needed() -> None:
    weights = io.BytesIO()
    torch.save({"a": torch.zeros(1_000, 1_000)}, weights)
    most = pickled.START + pickled.MOST_LISTED
    for content, limit in (
        (weights.getvalue(), pickled.START),
        (pickle.dumps(bytes(4_000_000)), pickled.START),
        (bytes(4_000_000), pickled.START),
        (archive(*(f"{number}" for number in range(1_000))), most),
    ):
        stream = Counted(content)
        assert len(content) > most
        holds_pickle(stream)
        assert 0 < stream.taken <= limit
