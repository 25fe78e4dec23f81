"""Filling without words: by the rest of the picture, or like another one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from desktop.canvas.drops import Zone, cards, zones_for
from desktop.canvas.pixmaps import image_from_pixels
from desktop.document.channel import Channel
from desktop.document.edits import move_frame, place_image
from desktop.document.geometry import Rect
from desktop.document.selection_edits import deselect, select
from desktop.paths import Paths
from desktop.source import Source
from engine.process import open_process
from engine.requests import Inpaint, Pixels
from tests.fakes import FakeEngine, square
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|raise|grabbing")

ROOT = Path(__file__).parents[2]
LONG = 600_000
"""Milliseconds for importing torch, reading the Starter and painting, on a busy machine."""
FRAME = Rect(0, 0, 256, 256)
HOLE = Rect(48, 48, 160, 160)
GREY = np.full((256, 256, 3), 200, np.uint8)


def select_a_hole(qtbot: QtBot, shell: Shell) -> None:
    """Place a grey picture, empty the prompt and select the middle."""
    document = shell.studio.document
    document.do(move_frame(FRAME))
    document.do(place_image(GREY, FRAME, "original"))
    document.do(select(Channel.of_rect(HOLE)))
    shell.window.prompt.edit.setPlainText("")
    qtbot.waitUntil(lambda: shell.window.prompt.run.text() == "Fill")


def disc(*colour: int) -> Pixels:
    """A ball of one colour on white, 256 px."""
    down, across = np.mgrid[0:256, 0:256]
    pixels = np.full((256, 256, 3), 255, np.uint8)
    pixels[(down - 128) ** 2 + (across - 128) ** 2 < 80**2] = colour
    return pixels


def asked(shell: Shell) -> Inpaint:
    request = shell.engine.requests[-1]
    assert isinstance(request, Inpaint)
    return request


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths, FakeEngine()) as shell:
        yield shell


def test_an_empty_prompt_fills_by_the_rest_of_the_picture(qtbot: QtBot, shell: Shell) -> None:
    follow = shell.workbench.parts.follow
    assert not follow.isVisible(), "nothing is to be filled yet"
    select_a_hole(qtbot, shell)
    assert follow.isVisible()
    assert "go by the rest" in shell.window.prompt.edit.placeholderText()

    # Enter without a word: the rest of the picture is what counts, its hole left open.
    shell.paint(qtbot)
    like = asked(shell).like
    assert like is not None
    assert (asked(shell).prompt, like.share) == ("", 1.0)
    assert like.idea.image is not None
    assert like.idea.image[128, 128, 3] == 0
    assert like.idea.image[4, 4].tolist() == [200, 200, 200, 255]
    assert shell.failures == []

    # With words they say all, unless the slider gives the rest a share.
    shell.window.prompt.edit.setPlainText("a red apple")
    shell.paint(qtbot)
    assert asked(shell).like is None
    follow.share.box.setValue(40)
    shell.paint(qtbot)
    like = asked(shell).like
    assert like is not None
    assert like.share == pytest.approx(0.4)
    assert shell.studio.settings.follow == 40

    # Where nothing is left to be filled it goes away again.
    shell.studio.document.do(deselect())
    qtbot.waitUntil(lambda: not follow.isVisible())


def test_a_picture_put_in_is_what_the_hole_takes_after(qtbot: QtBot, shell: Shell) -> None:
    follow, messages = shell.workbench.parts.follow, shell.window.messages
    offer = shell.workbench.actions_by_verb["follow.offer"]
    offer.trigger()
    assert "mask, select or erase something first" in messages.text
    select_a_hole(qtbot, shell)

    # The verb of the menu opens the same list that a click on the place does.
    offer.trigger()
    qtbot.waitUntil(follow.well.menu.isVisible)
    follow.well.menu.close()

    # Words do not belong there; a picture dropped on the card "Fill like it" does.
    follow.take(Source(name="a dog", text="a dog"))
    assert "write words into the prompt" in messages.text
    data, canvas = QMimeData(), shell.window.canvas
    data.setImageData(image_from_pixels(square(9, 32, 32)))
    card = cards(canvas.rect(), zones_for(data))[Zone.LIKE]
    canvas.dropEvent(
        QDropEvent(
            QPointF(card.center()), Qt.DropAction.CopyAction, data,
            Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0),
        )
    )  # fmt: skip
    assert follow.well.source is not None
    assert shell.studio.settings.follow == 50, "what is put in has a say at once"
    shell.window.prompt.edit.setPlainText("a red apple")
    shell.paint(qtbot)
    like = asked(shell).like
    assert like is not None
    assert like.idea.image is not None
    assert np.array_equal(like.idea.image, square(9, 32, 32))

    # The last line of the list forgets it.
    follow.well.menu.actions()[-1].trigger()
    shell.paint(qtbot)
    like = asked(shell).like
    assert like is not None
    assert like.idea.image is not None
    assert like.idea.image.shape[2] == 4


def test_frames_of_a_panorama_take_after_all_of_the_canvas(qtbot: QtBot, shell: Shell) -> None:
    """Also a frame that shows but a strip of it."""
    document = shell.studio.document
    document.do(place_image(GREY, FRAME, "original"))
    shell.studio.settings = replace(shell.studio.settings, follow=30)
    shell.studio.extend([Rect(192, 0, 256, 256)], "more")
    qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
    like = asked(shell).like
    assert like is not None
    assert like.idea.image is not None
    height, width = like.idea.image.shape[:2]
    assert width / height == pytest.approx((192 + 256) / 256, abs=0.02)
    assert like.share == pytest.approx(0.3)


@pytest.mark.slow
def test_the_starter_fills_a_hole_like_the_picture_put_in(qtbot: QtBot, paths: Paths) -> None:
    """Red like a red ball, blue like a blue one: nothing else is different."""
    engine = open_process([ROOT / "resources"], "starter")
    with open_shell(qtbot, paths, engine) as shell:  # type: ignore[arg-type]
        select_a_hole(qtbot, shell)
        shell.studio.settings = replace(shell.studio.settings, steps=6)
        prompt = shell.window.prompt
        prompt.count.setValue(1)
        prompt.renew_seed()
        colours: list[np.ndarray] = []
        for ball in (disc(210, 40, 40), disc(40, 60, 210)):
            shell.workbench.parts.follow.take(Source(name="a ball", pixels=ball))
            prompt.generate()
            qtbot.waitUntil(lambda: not shell.studio.busy, timeout=LONG)
            pixels = shell.studio.candidates.items[0].pixels
            colours.append(pixels[96:160, 96:160].reshape(-1, 3).mean(0))
            assert np.array_equal(pixels[:8], GREY[:8]), "what is around the hole stays"
        red, blue = colours
        assert shell.failures == []
        assert red[0] - red[2] > 40
        assert blue[2] - blue[0] > 40
