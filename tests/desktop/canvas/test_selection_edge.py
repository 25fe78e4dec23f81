"""The rim of a selection, pixel by pixel."""

import numpy as np
import pytest

from desktop.canvas.pixmaps import pixels_from_image
from desktop.canvas.selection_edge import DASH, INSIDE, edge_image
from desktop.canvas.viewport import Viewport
from desktop.document.channel import Channel
from desktop.document.geometry import Rect

WIDTH, HEIGHT = 60, 40
AREA = Rect(-9, 3, 48, 30)


def viewports() -> dict[str, Viewport]:
    plain = Viewport()
    return {
        "plain": plain,
        "near": plain.zoomed(2.5, 7.0, 9.0),
        "beside": plain.panned(11.0, -6.0),
        "turned": plain.turned(30.0, 20.0, 20.0),
        "mirrored": plain.flipped(30.0, 20.0),
        "nearly upside down": plain.turned(170.0, 5.0, 12.0).zoomed(1.5, 7.0, 9.0),
        "partly out of view": plain.turned(-75.0, 0.0, 0.0).panned(-20.0, 15.0),
    }


@pytest.mark.parametrize("beyond", [0, 255])
@pytest.mark.parametrize("viewport", viewports().values(), ids=viewports().keys())
def test_a_pixel_is_drawn_where_its_neighbour_at_the_right_or_below_lies_on_the_other_side(
    viewport: Viewport, beyond: int
) -> None:
    values = np.random.default_rng(5).integers(0, 256, (AREA.height, AREA.width), np.uint8)
    selection = Channel.from_array(values, AREA.left, AREA.top, beyond)
    drawn = pixels_from_image(edge_image(selection, viewport, WIDTH, HEIGHT))

    def inside(x: int, y: int) -> bool:
        across, down = viewport.to_document(x + 0.5, y + 0.5)
        column, row = int(np.floor(across)) - AREA.left, int(np.floor(down)) - AREA.top
        within = 0 <= column < AREA.width and 0 <= row < AREA.height
        return (values[row, column] if within else beyond) >= INSIDE

    wrong = 0
    for y in range(HEIGHT):
        for x in range(WIDTH):
            here = inside(x, y)
            rim = here != inside(x + 1, y) or here != inside(x, y + 1)
            tone = 255 if (x + y) // DASH % 2 else 0
            wanted = (tone, tone, tone, 255) if rim else (0, 0, 0, 0)
            wrong += tuple(drawn[y, x]) != wanted
    assert wrong == 0
    assert 0 < np.count_nonzero(drawn[..., 3]) < WIDTH * HEIGHT


@pytest.mark.parametrize("size", [(0, 9), (9, 0)])
def test_a_view_without_room_has_no_rim(size: tuple[int, int]) -> None:
    assert edge_image(Channel.of_rect(AREA), Viewport(), *size).isNull()


@pytest.mark.parametrize("angle", [0.0, 20.0])
def test_a_rim_out_of_view_costs_and_draws_nothing(angle: float) -> None:
    viewport = Viewport().turned(angle, 0.0, 0.0).panned(500.0, 500.0)
    drawn = pixels_from_image(edge_image(Channel.of_rect(AREA), viewport, WIDTH, HEIGHT))
    assert not drawn.any()


@pytest.mark.parametrize("angle", [0.0, 90.0, 33.0])
def test_a_view_of_a_quarter_has_the_rim_within_a_pixel(angle: float) -> None:
    viewport = Viewport().zoomed(0.25, 0.0, 0.0).turned(angle, 10.0, 10.0).panned(12.0, 4.0)
    selected = Rect(8, 8, 64, 80)
    drawn = pixels_from_image(edge_image(Channel.of_rect(selected), viewport, WIDTH, HEIGHT))
    rows, columns = np.nonzero(drawn[..., 3])
    assert len(rows) > 40
    for x, y in zip(columns, rows, strict=True):
        across, down = viewport.to_document(x + 0.5, y + 0.5)
        beside = min(across - selected.left, selected.right - across)
        below = min(down - selected.top, selected.bottom - down)
        assert abs(min(beside, below)) <= 1.5 / viewport.scale + 1
