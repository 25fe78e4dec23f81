"""Films are written whole or not at all, and read back as they were."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop.errors import NotWritable
from desktop.storage import films
from desktop.storage.films import FilmFile, FilmKind, kind_named, write_film
from engine.picture_file import read_notes
from tests.fakes import square

FRAMES = tuple(square(seed, 24, 16) for seed in range(5))
FILM = FilmFile(
    frames=FRAMES, notes=tuple({"prompt": f"frame {n}"} for n in range(5)), milliseconds=80
)


def frames_of(path: Path) -> list[np.ndarray]:
    shown = []
    with Image.open(path) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            shown.append(np.asarray(image.convert("RGB")).astype(int))
    return shown


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.webp", FilmKind.WEBP),
        ("a.GIF", FilmKind.GIF),
        ("a", FilmKind.FRAMES),
        ("a.b", FilmKind.FRAMES),
    ],
)
def test_the_ending_that_was_typed_says_the_kind(name: str, kind: FilmKind) -> None:
    assert kind_named(Path(name), FilmKind.FRAMES) is kind


@pytest.mark.parametrize(("kind", "near"), [(FilmKind.GIF, 1), (FilmKind.WEBP, 6)])
def test_an_animation_has_all_frames_at_the_pace_and_plays_for_ever(
    tmp_path: Path, kind: FilmKind, near: int
) -> None:
    path = write_film(FILM, tmp_path / "apple to pear", kind)
    assert path == tmp_path / f"apple to pear.{kind.value}"
    shown = frames_of(path)
    assert len(shown) == 5
    for one, other in zip(shown, FRAMES, strict=True):
        assert np.abs(one - other).max() <= near
    with Image.open(path) as image:
        image.load()
        assert (image.info["duration"], image.info["loop"]) == (80, 0)


def test_frames_go_into_a_folder_of_their_own_with_their_notes(tmp_path: Path) -> None:
    folder = write_film(FILM, tmp_path / "way", FilmKind.FRAMES)
    assert [file.name for file in sorted(folder.iterdir())] == [f"way-{n}.png" for n in range(1, 6)]
    for number, frame in enumerate(FRAMES, start=1):
        file = folder / f"way-{number}.png"
        assert np.array_equal(frames_of(file)[0], frame)
        assert read_notes(file)["prompt"] == f"frame {number - 1}"
    assert [path.name for path in tmp_path.iterdir()] == ["way"]


@pytest.mark.parametrize("kind", FilmKind)
def test_what_exists_already_under_the_completed_name_is_left_alone(
    tmp_path: Path, kind: FilmKind
) -> None:
    there = tmp_path / ("film" + (f".{kind.value}" if kind.value else ""))
    there.write_bytes(b"mine")
    with pytest.raises(NotWritable, match="exists already"):
        write_film(FILM, tmp_path / "film", kind)
    assert there.read_bytes() == b"mine"
    assert list(tmp_path.iterdir()) == [there]


@pytest.mark.parametrize("kind", FilmKind)
def test_a_place_that_is_not_there_is_said_in_a_sentence(tmp_path: Path, kind: FilmKind) -> None:
    with pytest.raises(NotWritable, match=r"[cC]hoose another place"):
        write_film(FILM, tmp_path / "nowhere" / "film", kind)


def test_a_folder_that_could_not_be_filled_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = 0

    def fill(path: Path, content: bytes) -> None:
        nonlocal written
        written += 1
        if written == 3:
            raise NotWritable("The disk is full; choose another place.")
        path.write_bytes(content)

    monkeypatch.setattr(films, "write_atomically", fill)
    with pytest.raises(NotWritable):
        write_film(FILM, tmp_path / "way", FilmKind.FRAMES)
    assert list(tmp_path.iterdir()) == []
