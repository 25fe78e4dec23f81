"""Adjustments under way: what is shown, what is kept, what is given back."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop.adjusting import Adjusting
from desktop.adjustment_options import ADJUSTMENTS, Blur, Hue, Levels, Sharpen
from desktop.document.adjustments import Adjustment, adjust_layer, blur, hue_saturation, levels
from desktop.document.channel import Channel
from desktop.document.composite import composite
from desktop.document.document import Document
from desktop.document.edits import Edit, remove_layer, rename_layer, set_alpha_locked
from desktop.document.geometry import Rect
from desktop.document.picture import Layer, Picture
from desktop.document.pixel_edits import paint_layer
from desktop.document.raster import Raster
from desktop.document.selection_edits import select
from desktop.worker import Failed

PATIENCE = 20_000
AREA = Rect(-40, -40, 900, 700)
WHOLE = Rect(-1000, -1000, 4000, 4000)


def noise() -> Raster:
    """Three by two tiles and a bit, with a hole in them."""
    pixels = np.random.default_rng(3).integers(0, 256, (520, 780, 4), np.uint8)
    pixels[100:200, 100:300, 3] = 0
    return Raster.from_array(pixels, 10, 20)


@pytest.fixture
def document() -> Document:
    layers = (Layer(1, "noise", noise()), Layer(2, "above", noise(), opacity=0.5))
    return Document(Picture(Rect(0, 0, 800, 600), layers))


@pytest.fixture
def adjusting(qapp: QCoreApplication, document: Document) -> Iterator[Adjusting]:
    adjusting = Adjusting(document)
    yield adjusting
    adjusting.close()


def seen(document: Document) -> np.ndarray:
    return composite(document.seen, AREA)


def wait(qtbot: QtBot, adjusting: Adjusting) -> None:
    qtbot.waitUntil(lambda: adjusting.complete, timeout=PATIENCE)


def expected(document: Document, adjustment: Adjustment) -> np.ndarray:
    return composite(adjust_layer(1, adjustment).apply(document.picture), AREA)


@pytest.mark.parametrize("name", ADJUSTMENTS)
def test_what_is_shown_and_kept_is_what_the_edit_would_make(
    qtbot: QtBot, document: Document, adjusting: Adjusting, name: str
) -> None:
    chosen = {
        "levels": Levels(black=30, white=200, gamma=1.5),
        "hue": Hue(hue=90, saturation=20, lightness=-10),
        "blur": Blur(radius=6),
        "sharpen": Sharpen(radius=4, amount=150),
    }[name]
    wanted = expected(document, chosen.adjustment())
    before = document.picture
    adjusting.show(before.layer(1), chosen.adjustment(), Rect(0, 0, 100, 100))
    wait(qtbot, adjusting)
    assert document.picture is before
    assert document.seen is not before
    np.testing.assert_array_equal(seen(document), wanted)
    adjusting.apply()
    assert (document.history, document.previewing) == ((chosen.adjustment().name,), False)
    np.testing.assert_array_equal(seen(document), wanted)
    document.undo()
    assert document.picture is before


def test_giving_up_leaves_the_very_same_picture_and_no_step(
    qtbot: QtBot, document: Document, adjusting: Adjusting
) -> None:
    before = document.picture
    adjusting.show(before.layer(1), hue_saturation(120), WHOLE)
    wait(qtbot, adjusting)
    with qtbot.waitSignal(adjusting.ended):
        adjusting.abandon()
    assert document.picture is before
    assert document.history == ()


def test_only_the_last_options_count_even_after_a_blur_that_reached_further(
    qtbot: QtBot, document: Document, adjusting: Adjusting
) -> None:
    layer = document.picture.layer(1)
    wide, narrow = blur(12), levels(black=50)
    wanted = expected(document, narrow)
    adjusting.show(layer, wide, WHOLE)
    wait(qtbot, adjusting)
    reached = document.seen.layer(1).raster.bounds()
    assert reached != layer.raster.bounds()
    adjusting.show(layer, narrow, WHOLE)
    wait(qtbot, adjusting)
    np.testing.assert_array_equal(seen(document), wanted)
    assert document.seen.layer(1).raster.bounds() == layer.raster.bounds()


def test_applying_too_early_waits_for_the_last_part(
    qtbot: QtBot, document: Document, adjusting: Adjusting
) -> None:
    adjustment = blur(5)
    wanted = expected(document, adjustment)
    adjusting.show(document.picture.layer(1), adjustment, WHOLE)
    adjusting.apply()
    assert document.history == ()
    qtbot.waitUntil(lambda: document.history == ("Blur",), timeout=PATIENCE)
    np.testing.assert_array_equal(seen(document), wanted)


def test_what_is_in_view_comes_first(
    qtbot: QtBot, document: Document, adjusting: Adjusting
) -> None:
    dirty: list[Rect] = []
    document.onlookers.append(dirty.append)
    adjusting.show(document.picture.layer(1), levels(black=9), Rect(600, 300, 10, 10))
    wait(qtbot, adjusting)
    assert dirty[0].intersected(Rect(600, 300, 10, 10)).is_empty is False


def test_selection_and_locked_transparency_are_honoured(
    qtbot: QtBot, document: Document, adjusting: Adjusting
) -> None:
    document.do(select(Channel.of_rect(Rect(300, 300, 100, 100))))
    document.do(set_alpha_locked(1, True))
    layer = document.picture.layer(1)
    adjusting.show(layer, blur(5), WHOLE)
    wait(qtbot, adjusting)
    old, new = layer.raster.read(AREA), document.seen.layer(1).raster.read(AREA)
    changed = np.argwhere((old != new).any(axis=2)) + np.array([AREA.top, AREA.left])
    assert changed.min() >= 300
    assert changed.max() < 400
    np.testing.assert_array_equal(old[..., 3], new[..., 3])


def test_hiding_shows_the_picture_as_it_was_and_loses_nothing(
    qtbot: QtBot, document: Document, adjusting: Adjusting
) -> None:
    before, wanted = seen(document), expected(document, levels(black=99))
    adjusting.hide(True)
    adjusting.show(document.picture.layer(1), levels(black=99), WHOLE)
    wait(qtbot, adjusting)
    np.testing.assert_array_equal(seen(document), before)
    adjusting.hide(False)
    np.testing.assert_array_equal(seen(document), wanted)


def test_an_adjustment_that_changes_nothing_is_no_step(
    qtbot: QtBot, document: Document, adjusting: Adjusting
) -> None:
    adjusting.show(document.picture.layer(1), levels(), WHOLE)
    wait(qtbot, adjusting)
    adjusting.apply()
    assert (document.history, document.previewing) == ((), False)


def test_a_filter_that_breaks_gives_the_picture_back_and_says_so(
    qtbot: QtBot, document: Document, adjusting: Adjusting, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(pixels: np.ndarray) -> np.ndarray:
        raise ZeroDivisionError

    before = document.picture
    with qtbot.waitSignal(adjusting.failed, timeout=PATIENCE) as failed:
        adjusting.show(before.layer(1), Adjustment("Broken", broken), WHOLE)
    assert isinstance((failed.args or [None])[0], Failed)
    assert document.picture is before
    caplog.clear()


def painted(document: Document) -> Edit:
    """A red square on the layer that is adjusted."""
    red = np.full((60, 60, 4), (255, 0, 0, 255), np.uint8)
    return paint_layer(1, document.recorded.layer(1).raster.write(red, 320, 320), "Stroke")


def test_what_is_painted_meanwhile_is_kept_and_adjusted_with_the_rest(
    qtbot: QtBot, document: Document, adjusting: Adjusting
) -> None:
    adjustment, before = levels(black=60), document.picture
    adjusting.show(before.layer(1), adjustment, WHOLE)
    wait(qtbot, adjusting)
    document.preview(painted(document))
    assert document.seen is document.picture  # a stroke is seen on the picture as it is
    document.do(painted(document))
    wanted = expected(document, adjustment)
    wait(qtbot, adjusting)
    np.testing.assert_array_equal(seen(document), wanted)
    adjusting.apply()
    assert document.history == ("Stroke", "Levels")
    np.testing.assert_array_equal(composite(document.picture, AREA), wanted)


def test_applying_in_the_middle_of_a_stroke_waits_for_its_end(
    qtbot: QtBot, document: Document, adjusting: Adjusting
) -> None:
    adjusting.show(document.picture.layer(1), levels(black=60), WHOLE)
    wait(qtbot, adjusting)
    document.preview(painted(document))
    adjusting.apply()
    assert (document.history, document.previewing) == ((), True)
    document.do(painted(document))
    qtbot.waitUntil(lambda: document.history == ("Stroke", "Levels"), timeout=PATIENCE)


def test_a_stroke_that_is_given_up_brings_the_adjustment_back_into_view(
    qtbot: QtBot, document: Document, adjusting: Adjusting
) -> None:
    adjusting.show(document.picture.layer(1), levels(black=60), WHOLE)
    wait(qtbot, adjusting)
    adjusted = seen(document)
    document.preview(painted(document))
    document.preview(None)
    np.testing.assert_array_equal(seen(document), adjusted)


def test_a_stroke_during_the_computing_is_not_drawn_over(
    qtbot: QtBot, document: Document, adjusting: Adjusting
) -> None:
    document.preview(painted(document))
    adjusting.show(document.recorded.layer(1), levels(black=60), WHOLE)
    wait(qtbot, adjusting)
    assert document.seen is document.picture
    document.preview(None)
    assert document.seen is not document.picture


def test_undo_takes_back_what_was_done_before_and_the_adjustment_stays(
    qtbot: QtBot, document: Document, adjusting: Adjusting
) -> None:
    adjustment, first = levels(black=60), expected(document, levels(black=60))
    document.do(painted(document))
    adjusting.show(document.picture.layer(1), adjustment, WHOLE)
    wait(qtbot, adjusting)
    document.undo()
    wait(qtbot, adjusting)
    np.testing.assert_array_equal(seen(document), first)


def test_a_layer_that_is_gone_ends_its_adjustment_and_a_new_name_does_not(
    qtbot: QtBot, document: Document, adjusting: Adjusting
) -> None:
    adjusting.show(document.picture.layer(1), levels(black=60), WHOLE)
    document.do(rename_layer(1, "another"))
    wait(qtbot, adjusting)
    assert document.seen is not document.picture
    with qtbot.waitSignal(adjusting.ended):
        document.do(remove_layer(1))
    assert document.seen is document.picture
