"""What of a mixing desk is heard, and what its pad says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.mixing import Desk, ingredients, mix, point_of, shares_at
from desktop.questions import Choices
from desktop.settings import Settings
from desktop.source import Source
from engine.errors import InvalidRequest
from engine.families import find
from engine.requests import Blending, Mix, Sampling

ONE = np.full((8, 8, 3), 40, np.uint8)
NUMBERS = np.ones(256, np.float16)


def text(words: str) -> Source:
    return Source(name=words, text=words)


def desk_of(*weights: int) -> Desk:
    desk = Desk()
    for number, weight in enumerate(weights):
        desk = desk.added(text(f"idea {number}"))
        desk = desk.changed(desk.wells[-1].id, weight=weight)
    return desk


def heard(desk: Desk) -> list[str]:
    return [well.source.text for well in desk.heard]


def test_a_muted_well_is_not_heard_and_a_solo_silences_all_others() -> None:
    desk = desk_of(100, 100, 100)
    first, second, third = (well.id for well in desk.wells)
    assert heard(desk.changed(second, muted=True)) == ["idea 0", "idea 2"]
    assert heard(desk.changed(third, solo=True)) == ["idea 2"]
    both = desk.changed(first, solo=True).changed(third, solo=True)
    assert heard(both) == ["idea 0", "idea 2"]
    assert heard(both.changed(first, muted=True)) == ["idea 2"], "mute is stronger"


@given(st.lists(st.integers(-100, 100), min_size=1, max_size=8))
def test_what_leads_towards_something_adds_up_to_one(weights: list[int]) -> None:
    desk = desk_of(*weights)
    if not any(weight > 0 for weight in weights):
        with pytest.raises(InvalidRequest, match="weight above 0"):
            ingredients(desk, "starter")
        return
    shares = [part.weight for part in ingredients(desk, "starter")]
    assert sum(share for share in shares if share > 0) == pytest.approx(1)
    total = sum(weight for weight in weights if weight > 0)
    assert shares == pytest.approx([weight / total for weight in weights if weight])


def test_an_empty_desk_says_what_to_do() -> None:
    with pytest.raises(InvalidRequest, match="put in a picture or write a text"):
        ingredients(Desk(), "starter")


def test_an_embedding_is_used_by_the_model_that_made_it_alone() -> None:
    result = Source(name="a result", pixels=ONE, embedding=NUMBERS, model="starter")
    assert result.idea("starter").embedding is NUMBERS
    assert result.idea("kandinsky22").image is ONE
    lost = Source(name="one of a file", pixels=ONE, embedding=np.zeros(4, np.float16), model="s")
    assert lost.idea("s").image is ONE


@given(st.floats(0, 1), st.floats(0, 1), st.integers(2, 4))
def test_shares_of_the_pad_add_up_to_one(x: float, y: float, count: int) -> None:
    shares = shares_at(x, y, count)
    assert len(shares) == count
    assert min(shares) >= 0
    assert sum(shares) == pytest.approx(1)


def test_each_corner_of_the_pad_belongs_to_one_idea() -> None:
    corners = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
    for place, corner in enumerate(corners):
        assert [round(share, 6) for share in shares_at(*corner, 4)] == [
            float(place == each) for each in range(4)
        ]
    assert shares_at(0.25, 0.9, 2) == (0.75, 0.25)
    assert shares_at(0.3, 1.0, 3)[2] == 1.0
    assert shares_at(0.3, 0.7, 1) == (1.0,)


@given(st.floats(0, 1), st.floats(0, 0.9), st.sampled_from([2, 3, 4]))
def test_the_pad_shows_the_point_it_was_moved_to(x: float, y: float, count: int) -> None:
    found_x, found_y = point_of(shares_at(x, y, count), count)
    assert found_x == pytest.approx(x, abs=1e-6)
    assert found_y == pytest.approx(0.5 if count == 2 else y, abs=1e-6)


def test_the_pad_weighs_the_first_four_that_are_heard_and_leaves_the_fifth() -> None:
    desk = desk_of(10, 20, 30, 40, 50)
    muted = desk.changed(desk.wells[0].id, muted=True).moved_to(1.0, 1.0)
    assert [well.weight for well in muted.wells] == [10, 0, 0, 0, 100]
    assert [well.weight for well in desk.moved_to(0.0, 0.0).wells] == [100, 0, 0, 0, 50]


def test_a_mix_is_asked_for_in_the_frame_at_a_size_the_model_knows() -> None:
    picture = Picture(Rect(10, 20, 512, 256))
    choices = Choices(3, Sampling(seed=9), Settings(), find("starter"))
    desk = desk_of(60, -20)
    asked = mix(desk, picture, choices)
    assert asked.frame == picture.frame
    request = asked.request
    assert isinstance(request, Mix)
    assert (request.count, request.sampling.seed) == (3, 9)
    assert (request.width or 0) / (request.height or 1) == pytest.approx(2, rel=0.2)
    assert request.blending is Blending.SPHERICAL
    assert [part.weight for part in request.ingredients] == pytest.approx([1.0, -1 / 3])


def test_style_and_subject_apart_begin_alike_and_are_shared_out_each_by_itself() -> None:
    desk = desk_of(60, 20).parted(True)
    assert [(part.weight, part.style) for part in ingredients(desk, "starter")] == [
        (0.75, 0.75),
        (0.25, 0.25),
    ]
    first, second = (well.id for well in desk.wells)
    apart = desk.changed(first, style=0).changed(second, weight=0, style=50)
    assert [(part.weight, part.style) for part in ingredients(apart, "starter")] == [
        (1.0, 0.0),
        (0.0, 1.0),
    ]
    together = ingredients(apart.parted(False), "starter")
    assert [(part.weight, part.style) for part in together] == [(1.0, None)]


def test_the_pad_leaves_styles_as_they_are() -> None:
    moved = desk_of(60, 20).parted(True).moved_to(1.0, 0.5)
    assert [(well.weight, well.style) for well in moved.wells] == [(0, 60), (100, 20)]


def test_a_desk_without_a_style_says_what_to_do() -> None:
    desk = desk_of(60).parted(True)
    with pytest.raises(InvalidRequest, match="give the style of a picture or text"):
        ingredients(desk.changed(desk.wells[0].id, style=-5), "starter")
