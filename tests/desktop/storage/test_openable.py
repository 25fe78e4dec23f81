"""What Easel writes it opens again: what it could not open is not written, and that is said."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop.document.channel import Channel
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Guide, Picture
from desktop.document.raster import Raster
from desktop.errors import PictureTooLarge, ProjectDamaged
from desktop.storage import project_limits, project_writing
from desktop.storage.journal import Journal
from desktop.storage.journal_reading import last_state, recovered
from desktop.storage.project import Project
from desktop.storage.project_limits import DEEPEST, MOST_GUIDES, MOST_LAYERS, MOST_SAVED
from desktop.storage.project_reading import open_project, read_project
from desktop.storage.project_writing import project_bytes, save_project
from tests.quick import quick

FRAME = Rect(0, 0, 64, 64)
DOT = np.full((2, 2, 4), 255, np.uint8)


def dots(*places: tuple[int, int]) -> Raster:
    """A raster of two pixels squared at each place."""
    raster = Raster.empty()
    for place in places:
        raster = raster.write(DOT, *place)
    return raster


def far_mask() -> Channel:
    """Two squares, 10,000 pixels from each other."""
    return Channel.of_rect(Rect(0, 0, 2, 2)).filled(255, Rect(9_998, 9_998, 2, 2))


def of(*rasters: Raster) -> Picture:
    """A layer for each."""
    return Picture(FRAME, tuple(Layer(n, f"layer {n}", each) for n, each in enumerate(rasters)))


def nested(depth: int) -> Picture:
    """An empty layer in groups."""
    inner = Layer(0, "inner", Raster.empty())
    for number in range(depth):
        inner = Layer.group(number + 1, "group", (inner,))
    return Picture(FRAME, (inner,))


def row(count: int) -> Picture:
    """Empty layers."""
    return of(*[Raster.empty()] * count)


PICTURES: dict[str, tuple[Callable[[], Picture], str]] = {
    "a layer with dots far from each other": (
        lambda: of(dots((0, 0), (9_998, 9_998))),
        "“layer 0” spans 10,000 × 10,000 pixels, more than a project holds of one layer",
    ),
    "a mask that reaches as far": (
        lambda: replace(of(dots((0, 0))), mask=far_mask()),
        "“Mask” spans 10,000 × 10,000 pixels, more than a project holds of one layer",
    ),
    "a saved selection that does": (
        lambda: replace(of(dots((0, 0))), saved=(("eye", far_mask()),)),
        "“eye” spans 10,000 × 10,000 pixels, more than a project holds of one layer",
    ),
    "many layers of 81 million pixels": (
        lambda: of(*[dots((0, 0), (8_998, 8_998))] * 19),
        "spans 9,000 × 9,000 pixels with all of its layers, more than a project holds",
    ),
    "layers far from each other": (
        lambda: of(dots((0, 0)), dots((99_998, 99_998))),
        "spans 100,000 × 100,000 pixels with all of its layers, more than a project holds",
    ),
    "1,001 layers": (lambda: row(MOST_LAYERS + 1), "more than 1,000 layers, or groups more than"),
    "groups 51 deep": (lambda: nested(DEEPEST + 1), "groups more than 50 deep"),
    "200 groups in each other": (lambda: nested(200), "groups more than 50 deep"),
    "201 saved selections": (
        lambda: replace(row(1), saved=(("a", Channel.empty()),) * (MOST_SAVED + 1)),
        "more than 200 saved selections",
    ),
    "1,001 guides": (
        lambda: replace(row(1), guides=(Guide(vertical=True, place=1),) * (MOST_GUIDES + 1)),
        "or 1,000 guides",
    ),
}


@pytest.mark.parametrize("what", PICTURES)
def test_what_could_not_be_opened_again_is_not_written(tmp_path: Path, what: str) -> None:
    path = tmp_path / "a.ora"
    save_project(Project(row(1)), path)
    before = path.read_bytes()
    make, sentence = PICTURES[what]
    project = Project(make())
    with quick(1.0), pytest.raises(PictureTooLarge, match="nothing was written") as raised:
        save_project(project, path)
    assert sentence in str(raised.value)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.ora"]


def test_a_file_that_would_be_too_large_to_open_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_limits, "MOST_BYTES", 1_000)
    with pytest.raises(PictureTooLarge, match="nothing was written"):
        save_project(Project(of(dots((0, 0)))), tmp_path / "a.ora")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", ["1,001 layers", "groups 51 deep", "201 saved selections"])
def test_without_asking_files_would_be_written_that_do_not_open(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_writing, "check_openable", lambda *_: None)
    content = project_bytes(Project(PICTURES[what][0]()))
    with pytest.raises(ProjectDamaged):
        read_project(content, "a.ora")


@pytest.mark.slow
def test_without_asking_a_layer_that_reaches_too_far_would_be_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(project_writing, "check_openable", lambda *_: None)
    content = project_bytes(Project(of(dots((0, 0), (9_998, 9_998)))))
    with pytest.raises(ProjectDamaged, match="0 of its 1 layers can be rescued"):
        read_project(content, "a.ora")


@pytest.mark.slow
def test_a_layer_that_reaches_nearly_as_far_opens_again(tmp_path: Path) -> None:
    path = tmp_path / "a.ora"
    save_project(Project(of(dots((0, 0), (8_998, 8_998)))), path)
    (layer,) = open_project(path).project.picture.layers
    assert layer.bounds() == Rect(0, 0, 9_000, 9_000)


@pytest.mark.parametrize("picture", [row(MOST_LAYERS), nested(DEEPEST)], ids=["many", "deep"])
def test_as_many_layers_as_are_opened_are_written(tmp_path: Path, picture: Picture) -> None:
    path = tmp_path / "a.ora"
    save_project(Project(picture), path)
    opened = open_project(path).project.picture
    assert len(list(opened.walk())) == len(list(picture.walk()))


def plain_masks() -> Project:
    """Five saved selections of which hardly a byte is left when they are packed."""
    area = Channel.of_rect(Rect(0, 0, 2_048, 2_048)).filled(0, Rect(9, 9, 1, 1))
    return Project(replace(row(1), saved=tuple((f"{n}", area) for n in range(5))))


def test_large_plain_masks_are_no_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_limits, "FLOOR_PIXELS", 0)
    content = project_bytes(plain_masks())
    assert len(read_project(content, "a.ora").project.picture.saved) == 5
    monkeypatch.setattr(project_limits, "PIXELS_A_BYTE", 100)
    with pytest.raises(ProjectDamaged, match="more pixels than Easel can open"):
        read_project(content, "a.ora")


@pytest.mark.parametrize(
    "picture",
    [row(MOST_LAYERS + 500), nested(DEEPEST + 50), of(dots((0, 0), (99_998, 99_998)))],
    ids=["many", "deep", "far"],
)
def test_the_copy_of_unsaved_work_has_room_for_what_no_project_has(
    tmp_path: Path, picture: Picture
) -> None:
    journal = Journal(tmp_path)
    journal.write(Project(picture), {"at": 1.0})
    journal.close()
    assert last_state(tmp_path) is not None
    found = recovered(tmp_path)
    assert not found.lost
    layers = [(each.name, each.bounds()) for each in found.project.picture.walk()]
    assert layers == [(each.name, each.bounds()) for each in picture.walk()]
