"""The label at the frame: facts, advice where it overlaps too little, and no cost to a stroke."""

import numpy as np
import pytest

from desktop.canvas import frame_label
from desktop.canvas.frame_label import FrameLabel, Label
from desktop.document.document import Document
from desktop.document.edits import move_frame, place_image
from desktop.document.geometry import Rect, Size
from desktop.document.picture import Picture

PICTURE = Rect(0, 0, 1000, 800)


def working(size: Size) -> tuple[int, int]:
    return (512, 256) if size.width > size.height else (384, 384)


@pytest.fixture
def document() -> Document:
    document = Document(Picture(Rect(0, 0, 384, 384)))
    document.do(place_image(np.full((800, 1000, 3), 90, np.uint8), PICTURE, "photograph"))
    return document


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (Rect(0, 0, 384, 384), Label("384 × 384")),
        (Rect(0, 0, 768, 384), Label("768 × 384 → 512 × 256")),
        (Rect(808, 0, 384, 384), Label("384 × 384 · overlap 50 %")),
        (
            Rect(962, 0, 384, 384),
            Label(
                "384 × 384 · overlap 11 %",
                "Only 11 % overlaps; move the frame closer to the picture.",
            ),
        ),
        (Rect(2000, 0, 384, 384), Label("384 × 384")),
    ],
)
def test_it_says_size_working_size_overlap_and_what_to_do(
    document: Document, frame: Rect, expected: Label
) -> None:
    document.do(move_frame(frame))
    assert FrameLabel(document, working)(document.picture) == expected


def test_it_looks_at_the_picture_again_when_that_changed_but_not_during_a_stroke(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = list[Rect]()
    known = frame_label.overlap

    def looked(picture: Picture, frame: Rect) -> float:
        looks.append(frame)
        return known(picture, frame)

    monkeypatch.setattr(frame_label, "overlap", looked)
    label = FrameLabel(document, working)
    dab = place_image(np.zeros((9, 9, 3), np.uint8), Rect(0, 0, 9, 9), "dab")
    label(document.picture)
    label(document.picture)
    assert len(looks) == 1
    document.preview(dab)
    label(document.picture)
    assert len(looks) == 1
    document.do(dab)
    label(document.picture)
    assert len(looks) == 2
    document.preview(move_frame(Rect(9, 9, 384, 384)))
    label(document.picture)
    assert looks[2] == Rect(9, 9, 384, 384)
