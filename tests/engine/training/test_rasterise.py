"""Drawings become tight, centred sprites; what cannot be drawn says why."""

import numpy as np
import pytest

from engine.training.rasterise import (
    MARGIN,
    SIDE,
    NotDrawn,
    picture_sprite,
    reduced,
    scene_picture,
    svg_sprite,
    without_page,
)

SQUARE = '<rect x="3" y="5" width="24" height="24" fill="#ff0000"/>'


def frame_of(sprite: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is visible."""
    rows, columns = np.flatnonzero(sprite[..., 3].any(1)), np.flatnonzero(sprite[..., 3].any(0))
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


FULL = (MARGIN, MARGIN, SIDE - MARGIN, SIDE - MARGIN)


@pytest.mark.parametrize(
    "text",
    [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30">{SQUARE}</svg>',
        f'<svg width="40mm" height="30pt">{SQUARE}</svg>',
        f"<svg>{SQUARE}</svg>",
        '<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg">]>'
        f'<svg xmlns="&ns;" width="100%" height="100%">{SQUARE}</svg>',
    ],
)
def test_a_small_thing_on_a_page_of_any_size_fills_the_sprite(text: str) -> None:
    sprite = svg_sprite(text)
    assert sprite.shape == (SIDE, SIDE, 4)
    # The frame is measured on a drawing 320 pixels wide, so it may be a pixel of that too large.
    assert frame_of(sprite) == pytest.approx(FULL, abs=24)
    assert tuple(sprite[SIDE // 2, SIDE // 2]) == (255, 0, 0, 255)


def test_a_drawing_with_a_filter_is_drawn_too() -> None:
    blur = '<filter id="f"><feGaussianBlur stdDeviation="1"/></filter>'
    square = SQUARE.replace("/>", ' filter="url(#f)"/>')
    space = 'xmlns="http://www.w3.org/2000/svg"'
    sprite = svg_sprite(f'<svg {space} viewBox="0 0 40 40">{blur}{square}</svg>')
    left, top, right, bottom = frame_of(sprite)
    assert max(right - left, bottom - top) == SIDE - 2 * MARGIN


@pytest.mark.parametrize("text", ["no drawing", "<svg></svg>", "<svg><rect</svg>"])
def test_what_cannot_be_drawn_says_so(text: str) -> None:
    with pytest.raises(NotDrawn):
        svg_sprite(text)


def test_pixel_art_is_enlarged_by_a_whole_factor() -> None:
    art = np.zeros((7, 9, 4), np.uint8)
    art[1:6, 1:8] = (10, 20, 30, 255)
    art[3, 4] = (200, 100, 0, 255)
    sprite = picture_sprite(art, pixelated=True)
    left, top, right, bottom = frame_of(sprite)
    factor = (SIDE - 2 * MARGIN) // 7
    assert (right - left, bottom - top) == (7 * factor, 5 * factor)
    assert len(np.unique(sprite.reshape(-1, 4), axis=0)) == 3


def test_a_scene_is_cut_square_and_opaque() -> None:
    art = np.zeros((120, 160, 4), np.uint8)
    art[:, 20:140] = (0, 200, 0, 255)
    assert (scene_picture(art) == (0, 200, 0, 255)).all()


def test_a_white_page_goes_and_white_inside_stays() -> None:
    page = np.full((SIDE, SIDE, 4), 255, np.uint8)
    page[60:200, 60:200] = (0, 0, 0, 255)
    page[100:120, 100:120] = 255
    cut = without_page(page)
    assert frame_of(cut) == FULL
    assert cut[0, 0, 3] == 0
    inside = cut[MARGIN + 80, MARGIN + 80]
    assert tuple(inside) == (255, 255, 255, 255)


def test_a_drawing_without_a_page_is_left_alone() -> None:
    sprite = svg_sprite(f"<svg>{SQUARE}</svg>")
    assert without_page(sprite) is sprite


def test_halving_keeps_the_colour_at_a_transparent_edge() -> None:
    sprite = np.zeros((SIDE, SIDE, 4), np.uint8)
    sprite[:, 101:] = (200, 40, 0, 255)
    half = reduced(sprite)
    assert half.shape == (128, 128, 4)
    assert tuple(half[5, 50]) == (200, 40, 0, 128)
    assert tuple(half[5, 49]) == (0, 0, 0, 0)
