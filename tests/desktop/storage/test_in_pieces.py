"""What is large is copied and compared piece by piece, so that no other thread waits for it."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from desktop.storage import archive, files
from desktop.storage.archive import pack
from desktop.storage.files import write_atomically
from desktop.storage.png_writing import png_bytes

SIDE = 2048
MOST = 1 << 20
"""Octets that may be copied at once: a fraction of a millisecond."""


class Counted(io.BytesIO):
    """Remembers the most that was written to any of its kind at once."""

    most = 0

    def write(self, content: object, /) -> int:
        size = super().write(content)  # type: ignore[arg-type]
        Counted.most = max(Counted.most, size)
        return size


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> type[Counted]:
    monkeypatch.setattr(io, "BytesIO", Counted)
    monkeypatch.setattr(Counted, "most", 0)
    return Counted


@pytest.fixture(scope="module")
def noise() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)


def test_neither_a_picture_nor_its_archive_is_copied_at_once(
    counted: type[Counted], noise: np.ndarray
) -> None:
    picture = png_bytes(noise)
    packed = pack({"mimetype": b"image/openraster", "mergedimage.png": picture})
    assert len(packed) > 10 * MOST
    assert 0 < counted.most <= MOST


def test_an_archive_that_is_written_at_once_is_noticed(
    counted: type[Counted], noise: np.ndarray
) -> None:
    with zipfile.ZipFile(counted(), "w") as whole:
        whole.writestr("mergedimage.png", bytes(noise.data))
    assert counted.most > 10 * MOST


@pytest.mark.parametrize("size", [0, 1, 999, 1_000, 1_001, 2_500])
def test_pieces_of_any_size_make_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(archive, "PIECE", 1_000)
    monkeypatch.setattr(files, "PIECE", 1_000)
    content = np.random.default_rng(size).bytes(size)
    packed = pack({"mimetype": b"x", "a.png": content, "b.json": content})
    path = tmp_path / "a.zip"
    write_atomically(path, packed)
    with zipfile.ZipFile(path) as found:
        assert [found.read(name) for name in ("a.png", "b.json")] == [content, content]
        assert [entry.flag_bits for entry in found.infolist()] == [0, 0, 0]


@pytest.mark.parametrize("change", ["longer", "shorter", "at the end", "at the start"])
def test_what_reads_back_otherwise_is_noticed_in_every_piece(tmp_path: Path, change: str) -> None:
    content = bytes(range(256)) * 9
    other = {
        "longer": content + b"\0",
        "shorter": content[:-1],
        "at the end": content[:-1] + b"x",
        "at the start": b"x" + content[1:],
    }
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "PIECE", 500)
        assert files._holds(path, content)  # noqa: SLF001
        path.write_bytes(other[change])
        assert not files._holds(path, content)  # noqa: SLF001
