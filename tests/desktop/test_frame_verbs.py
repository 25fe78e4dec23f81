"""The menu Frame: each verb moves the frame by one undo step, or says why not."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from desktop.document.channel import Channel
from desktop.document.document import Document
from desktop.document.edits import place_image
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.document.selection_edits import select
from desktop.frame_verbs import FrameVerbs
from desktop.hand import Hand

FRAME = Rect(0, 0, 512, 256)


@pytest.fixture
def document() -> Document:
    return Document(Picture(FRAME))


@pytest.fixture
def hand(qapp: QCoreApplication) -> Hand:
    return Hand()


@pytest.fixture
def verbs(document: Document, hand: Hand) -> FrameVerbs:
    return FrameVerbs(document, hand)


def test_it_goes_around_the_picture(document: Document, verbs: FrameVerbs) -> None:
    area = Rect(-30, 40, 200, 100)
    document.do(place_image(np.zeros((100, 200, 3), np.uint8), area, "a"))
    verbs.around_picture()
    assert document.picture.frame == area


def test_it_goes_around_the_selection_and_is_never_too_small(
    document: Document, verbs: FrameVerbs
) -> None:
    document.do(select(Channel.of_rect(Rect(100, 100, 200, 10))))
    verbs.around_selection()
    assert document.picture.frame == Rect(100, 73, 200, 64)


def test_it_says_why_it_stays(document: Document, verbs: FrameVerbs) -> None:
    said = list[str]()
    verbs.refused.connect(said.append)
    verbs.around_picture()
    verbs.around_selection()
    assert len(said) == 2
    assert document.picture.frame == FRAME


def test_it_turns_by_a_quarter_around_its_middle(document: Document, verbs: FrameVerbs) -> None:
    verbs.turn()
    assert document.picture.frame == Rect(128, -128, 256, 512)
    verbs.turn()
    assert document.picture.frame == FRAME


def test_proportions_that_are_chosen_are_taken_on_at_once(
    document: Document, hand: Hand, verbs: FrameVerbs
) -> None:
    hand.change("frame", shape="2:3")
    frame = document.picture.frame
    assert frame.height > frame.width
    assert (frame.left + frame.width // 2, frame.top + frame.height // 2) == (256, 128)
    hand.change("frame", snap=False)
    hand.change("frame", shape="kept")
    assert document.picture.frame == frame
    assert len(document.history) == 1
