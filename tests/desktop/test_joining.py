"""A result on a layer of its own looks as the engine blends it, and leaves the rest alone."""

import numpy as np
import pytest

from desktop.document.composite import composite
from desktop.document.document import Document
from desktop.document.edits import place_image
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.document.pixel_edits import set_seam
from desktop.document.result import Seam
from desktop.joining import join, result_of
from engine import blending, requests
from tests.desktop.results import place_result

FRAME = Rect(-30, 20, 120, 100)
HOLE = np.s_[30:60, 40:80]
SEAMS = [Seam(), Seam(feather=0), Seam(feather=20, grow=5), Seam(grow=-4, match_colours=1.0)]


def old(holes: bool) -> np.ndarray:
    """Noise, perhaps with a transparent corner."""
    pixels = np.random.default_rng(1).integers(90, 160, (100, 120, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    if holes:
        pixels[:20, :25, 3] = 0
    return pixels


def painted() -> blending.Patch:
    """Other noise for a hole."""
    pixels = np.random.default_rng(2).integers(60, 250, (100, 120, 3), dtype=np.uint8)
    mask = np.zeros((100, 120), np.uint8)
    mask[HOLE] = 255
    return blending.Patch(pixels, mask, 0, 0)


def picture(holes: bool = False) -> Picture:
    """One layer of old pixels in the frame."""
    return place_image(old(holes), FRAME, "old").apply(Picture(FRAME))


@pytest.mark.parametrize("seam", SEAMS, ids=str)
@pytest.mark.parametrize("holes", [False, True])
def test_a_joined_result_looks_as_the_engine_blends_it(seam: Seam, holes: bool) -> None:
    before = picture(holes)
    result = result_of(painted(), composite(before, FRAME), FRAME, seam)
    after = place_result(result, "new", join, {}).apply(before)
    shown = composite(after, FRAME).astype(int)
    asked = requests.Seam(feather=seam.feather, grow=seam.grow, match_colours=seam.match_colours)
    wanted = blending.blended(composite(before, FRAME), painted(), asked)
    assert np.abs(shown[..., :3] - wanted).max() <= 1
    assert shown[..., 3].min() == 255


def test_beyond_its_feather_a_result_leaves_every_pixel_as_it_was() -> None:
    before, seam = picture(), Seam(feather=6)
    after = place_result(
        result_of(painted(), composite(before, FRAME), FRAME, seam), "new", join, {}
    ).apply(before)
    same = np.all(composite(before, FRAME) == composite(after, FRAME), axis=2)
    same[24:66, 34:86] = True
    assert same.all()
    assert not np.array_equal(composite(before, FRAME), composite(after, FRAME))


def test_a_seam_that_is_changed_later_is_as_if_it_had_been_so_from_the_start() -> None:
    document = Document(picture())
    document.do(
        place_result(
            result_of(painted(), composite(picture(), FRAME), FRAME, SEAMS[0]), "new", join, {}
        )
    )
    document.do(set_seam(2, SEAMS[2], join))
    straight = result_of(painted(), composite(picture(), FRAME), FRAME, SEAMS[2])
    fresh = place_result(straight, "new", join, {}).apply(picture())
    assert np.array_equal(composite(document.picture, FRAME), composite(fresh, FRAME))
    assert document.history == ("Accept picture", "Change seam")
