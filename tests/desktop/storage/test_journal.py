"""What was written into a journal comes back, after any crash, and only changes are written."""

import os
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop.document.document import Document
from desktop.document.edits import place_image
from desktop.document.geometry import Rect
from desktop.document.picture import Picture, check_picture
from desktop.document.plane import TILE
from desktop.document.raster import TILE_BYTES
from desktop.errors import NotWritable, ProjectDamaged
from desktop.storage import journal
from desktop.storage.journal import Journal
from desktop.storage.journal_reading import last_state, recovered
from desktop.storage.project import Project
from desktop.storage.record_file import MAGIC, RecordReader
from tests.desktop.storage.projects import FRAME, account, everything, noise


def stacked(count: int, side: int = TILE) -> Project:
    """Layers of noise, each of one tile or more."""
    document = Document(Picture(FRAME))
    for seed in range(count):
        pixels = noise(seed, 0, 0, side).read(Rect(0, 0, side, side))
        document.do(place_image(pixels, Rect(0, 0, side, side), f"layer {seed}"))
    return Project(document.picture)


def dabbed(project: Project, seed: int) -> Project:
    """The same with a few pixels of the top layer painted over."""
    picture = project.picture
    top = picture.layers[-1]
    dab = noise(seed, 0, 0, 9).read(Rect(0, 0, 9, 9))
    painted = replace(top, raster=top.raster.write(dab, 3, 3))
    return replace(project, picture=replace(picture, layers=(*picture.layers[:-1], painted)))


def only(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_a_state_comes_back_in_every_respect(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write(everything(), {"at": 5.0, "home": "/x/a.ora", "saved": False})
    found = recovered(tmp_path)
    journal.close()
    check_picture(found.project.picture)
    assert account(found.project) == account(everything())
    assert (found.lost, found.about.at, found.about.home) == ((), 5.0, Path("/x/a.ora"))
    assert found.about.layers == 4


def test_the_last_of_several_states_counts(tmp_path: Path) -> None:
    journal, project = Journal(tmp_path), stacked(2)
    for seed in range(4):
        project = dabbed(project, seed)
        journal.write(project, {"at": float(seed)})
    assert account(recovered(tmp_path).project) == account(project)
    assert last_state(tmp_path).at == 3.0


def test_a_stroke_writes_the_tile_it_touched_and_no_other(tmp_path: Path) -> None:
    journal, project = Journal(tmp_path), stacked(5, 2 * TILE)
    journal.write(project, {})
    before = only(tmp_path).stat().st_size
    journal.write(dabbed(project, 1), {})
    assert before > 19 * TILE_BYTES  # noise cannot be compressed
    assert only(tmp_path).stat().st_size - before < TILE_BYTES * 1.1 + 4_000


def test_tiles_that_pictures_share_are_one_object_again(tmp_path: Path) -> None:
    picture = stacked(1).picture
    twice = replace(picture, layers=(*picture.layers, replace(picture.layers[0], id=9)))
    Journal(tmp_path).write(Project(twice), {})
    first, second = recovered(tmp_path).project.picture.layers
    assert first.raster.tiles[0, 0] is second.raster.tiles[0, 0]
    assert only(tmp_path).stat().st_size < 1.2 * TILE_BYTES


def test_a_file_cut_anywhere_holds_the_last_state_that_was_whole(tmp_path: Path) -> None:
    journal, project = Journal(tmp_path), stacked(1, 40)
    journal.write(project, {})
    first = only(tmp_path).stat().st_size
    later = dabbed(project, 1)
    journal.write(later, {})
    journal.close()
    content = only(tmp_path).read_bytes()
    for cut in (*range(first, len(content), 97), len(content) - 1):
        only(tmp_path).write_bytes(content[:cut])
        assert account(recovered(tmp_path).project) == account(project), cut
    only(tmp_path).write_bytes(content[: first - 1])
    with pytest.raises(ProjectDamaged, match="Nothing of the work"):
        recovered(tmp_path)


def test_a_flipped_bit_is_never_wrong_pixels(tmp_path: Path) -> None:
    journal, project = Journal(tmp_path), stacked(2, 40)
    journal.write(project, {})
    journal.close()
    content = only(tmp_path).read_bytes()
    layers = account(project)[1]
    rng = np.random.default_rng(0)
    for place in rng.integers(0, len(content), 100):
        damaged = bytearray(content)
        damaged[place] ^= 1 << int(rng.integers(8))
        only(tmp_path).write_bytes(bytes(damaged))
        try:
            found = recovered(tmp_path)
        except ProjectDamaged:
            continue
        kept = account(found.project)[1]
        assert all(layer in layers for layer in kept)
        assert len(kept) + len(found.lost) == 2


def test_without_sums_the_control_lets_wrong_pixels_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Journal(tmp_path).write(stacked(1, 40), {})
    content = bytearray(only(tmp_path).read_bytes())
    with RecordReader(only(tmp_path)) as reader:
        tile = min(reader.records.values(), key=lambda record: record.number)
    content[tile.place + tile.size // 2] ^= 1
    only(tmp_path).write_bytes(bytes(content))
    monkeypatch.setattr(
        RecordReader, "content", lambda self, record: content[record.place :][: record.size]
    )
    monkeypatch.setattr("zlib.decompressobj", lambda: Unchecked())
    found = recovered(tmp_path)
    assert found.lost == ()
    assert account(found.project) != account(stacked(1, 40))


class Unchecked:
    """Unpacks without a look at the sum at the end."""

    def decompress(self, content: bytes, size: int) -> bytes:
        return zlib.decompress(content[2:-4], -zlib.MAX_WBITS)[:size]


def test_what_stands_behind_damage_is_found(tmp_path: Path) -> None:
    journal, project = Journal(tmp_path), stacked(2, 40)
    journal.write(project, {})
    journal.close()
    content = bytearray(only(tmp_path).read_bytes())
    content[:4] = b"\0\0\0\0"  # the header of the first tile
    only(tmp_path).write_bytes(bytes(content))
    found = recovered(tmp_path)
    assert found.lost == ("layer 0",)
    assert [layer.name for layer in found.project.picture.layers] == ["layer 1"]


def test_when_the_last_state_lost_pixels_the_one_before_is_taken(tmp_path: Path) -> None:
    journal, project = Journal(tmp_path), stacked(1, 40)
    journal.write(project, {})
    first = only(tmp_path).stat().st_size
    journal.write(dabbed(project, 1), {})
    content = bytearray(only(tmp_path).read_bytes())
    content[first + 100] ^= 1
    only(tmp_path).write_bytes(bytes(content))
    assert account(recovered(tmp_path).project) == account(project)


def test_a_magic_inside_of_pixels_is_not_taken_for_a_record(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write(Project(Picture(FRAME), {"prompt": "x" * 100}), {})
    content = only(tmp_path).read_bytes()
    only(tmp_path).write_bytes(b"noise" + MAGIC * 50 + content[:20] + content)
    assert recovered(tmp_path).project.prompts == {"prompt": "x" * 100}


def test_a_file_that_has_grown_too_large_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "GROWN", 0)
    writer, project = Journal(tmp_path), stacked(2)
    largest = 0
    for seed in range(12):
        project = dabbed(project, seed)
        writer.write(project, {})
        largest = max(largest, only(tmp_path).stat().st_size)
    assert largest < 5 * 2 * TILE_BYTES
    assert only(tmp_path).name > "journal-0001"
    assert account(recovered(tmp_path).project) == account(project)


def refusing(monkeypatch: pytest.MonkeyPatch, call: str, number: int) -> None:
    """From its `number`-th call on, a system call of ours fails."""
    real: Callable[..., object] = getattr(os, call)
    calls = iter(range(1, 10_000))

    def refuse(*args: object) -> object:
        if next(calls) >= number:
            raise OSError(28, "No space left on device")
        return real(*args)

    monkeypatch.setattr(os, call, refuse)


@pytest.mark.parametrize(("call", "number"), [("write", 1), ("write", 3), ("fsync", 1)])
def test_a_state_that_does_not_fit_leaves_the_one_before_and_the_next_one_is_written(
    tmp_path: Path, call: str, number: int
) -> None:
    writer, project = Journal(tmp_path), stacked(2)
    writer.write(project, {})
    with pytest.MonkeyPatch.context() as patch:
        refusing(patch, call, number)
        with pytest.raises(NotWritable, match="the disk is full") as said:
            writer.write(dabbed(project, 1), {})
        assert str(tmp_path.parent) in str(said.value)
    assert account(recovered(tmp_path).project) == account(project)
    writer.write(dabbed(project, 2), {})
    assert account(recovered(tmp_path).project) == account(dabbed(project, 2))


def test_a_state_of_a_later_easel_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Journal(tmp_path).write(stacked(1, 8), {"at": 1.0})
    monkeypatch.setattr(journal, "FORMAT", journal.FORMAT + 1)
    Journal(tmp_path).write(stacked(1, 8), {"at": 2.0})
    assert len(list(tmp_path.iterdir())) == 2
    assert last_state(tmp_path).at == 1.0


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files as Linux shows them")
def test_a_picture_that_nobody_works_on_keeps_no_file_open(tmp_path: Path) -> None:
    def is_open() -> bool:
        names = [str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.exists()]
        return any(name.startswith(str(tmp_path)) for name in names)

    journal = Journal(tmp_path)
    journal.write(everything(), {})
    assert is_open()
    journal.forget()
    assert not is_open()
    journal.write(everything(), {"at": 6.0})
    assert is_open()
    journal.close()
    assert not is_open()
    found = recovered(tmp_path)
    assert (account(found.project), found.about.at) == (account(everything()), 6.0)
