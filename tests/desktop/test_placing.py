"""Pictures become layers where they should, and a file says only what is true of what it shows."""

from dataclasses import replace

import numpy as np
import pytest

from desktop.asked import Asked
from desktop.candidates import Candidate
from desktop.document.channel import Channel
from desktop.document.composite import composite
from desktop.document.document import Document
from desktop.document.edits import (
    Edit,
    move_frame,
    place_image,
    remove_layer,
    set_locked,
    set_visible,
    shift_layer,
)
from desktop.document.geometry import Rect, Size, centred
from desktop.document.picture import Picture, check_picture
from desktop.document.raster import Raster
from desktop.document.result import Seam
from desktop.joining import result_of
from desktop.placing import Placing
from desktop.storage.images import OpenedLayer
from engine.blending import Patch
from engine.requests import Inpaint, Pixels
from tests.fakes import square

FRAME = Rect(100, 50, 64, 32)


@pytest.fixture
def document() -> Document:
    return Document(Picture(FRAME))


@pytest.fixture
def placing(document: Document) -> Placing:
    return Placing(document)


def made(pixels: Pixels, prompt: str, notes: dict[str, str]) -> Candidate:
    """A candidate for the frame."""
    return Candidate(pixels, FRAME, 1, {"prompt": prompt, **notes})


def accept(placing: Placing, candidate: Candidate) -> None:
    placing.candidate(candidate, "Accept picture", done=True)


def of(prompt: str) -> dict[str, str]:
    return {"prompt": prompt, "seed": "1"}


def test_a_picture_of_the_frames_size_lies_in_it_bit_for_bit(
    document: Document, placing: Placing
) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (32, 64, 3), np.uint8)
    accept(placing, made(noise, "noise", {}))
    assert document.picture.layers[0].raster.bounds() == FRAME
    assert np.array_equal(composite(document.picture, FRAME)[..., :3], noise)
    assert document.undo_name == "Accept picture"


def test_a_picture_of_another_size_is_scaled_to_the_frame(
    document: Document, placing: Placing
) -> None:
    accept(placing, made(square(5, 256, 256), "flat", {}))
    assert document.picture.layers[0].raster.bounds() == FRAME
    assert np.array_equal(composite(document.picture, FRAME)[..., :3], square(5, 64, 32))


def test_an_outside_picture_keeps_its_size_and_shares_its_middle_with_the_frame(
    document: Document, placing: Placing
) -> None:
    placing.loose(square(5, 200, 100), "photo", "Open picture")
    assert document.picture.layers[0].raster.bounds() == Rect(32, 16, 200, 100)


def test_an_opened_picture_goes_where_the_frame_is_by_then(
    document: Document, placing: Placing
) -> None:
    area = centred(Size(200, 100), FRAME)
    raster = Raster.from_array(square(5, 200, 100), *area.corner)
    document.do(move_frame(FRAME.translated(300, -7)))
    placing.opened(OpenedLayer(raster, area, "photo"), "Open picture")
    layer = document.picture.layers[0]
    assert (layer.name, document.undo_name) == ("photo", "Open picture")
    assert layer.raster.bounds() == Rect(332, 9, 200, 100)


def test_a_long_prompt_on_many_lines_makes_a_short_name_on_one(
    document: Document, placing: Placing
) -> None:
    placing.candidate(
        made(square(1, 256, 256), "a  red\napple " * 40, {}), "Accept picture", done=True
    )
    accept(placing, made(square(1, 256, 256), " \n", {}))
    name, blank = (layer.name for layer in document.picture.layers)
    assert name.startswith("a red apple a red")
    assert len(name) == 60
    assert blank == "Picture"


def test_the_file_tells_of_what_can_be_seen_the_uppermost_first(
    document: Document, placing: Placing
) -> None:
    for prompt in ("lowest", "hidden", "top"):
        placing.candidate(
            made(square(1, 256, 256), prompt, of(prompt)), "Accept picture", done=True
        )
    placing.loose(square(2, 256, 256), "a photo", "Open picture")
    document.do(set_visible(document.picture.layers[1].id, False))
    assert placing.texts(document.picture) == {
        "frame": "100,50,64,32",
        "prompt": "top",
        "seed": "1",
        "frame 2": "100,50,64,32",
        "prompt 2": "lowest",
        "seed 2": "1",
    }


def test_a_moved_layer_is_still_known(document: Document, placing: Placing) -> None:
    accept(placing, made(square(1, 256, 256), "moved", of("moved")))
    document.do(shift_layer(document.picture.layers[0].id, 5, 5))
    said = placing.texts(document.picture)
    assert (said["prompt"], said["frame"]) == ("moved", "105,55,64,32")


def test_no_id_comes_back_so_that_undo_never_mixes_up_two_pictures(
    document: Document, placing: Placing
) -> None:
    accept(placing, made(square(1, 256, 256), "first", of("first")))
    document.do(remove_layer(document.picture.layers[0].id))
    placing.candidate(
        made(square(2, 256, 256), "second", of("second")), "Accept picture", done=True
    )
    assert placing.texts(document.picture)["prompt"] == "second"
    document.undo()
    document.undo()
    assert placing.texts(document.picture)["prompt"] == "first"
    check_picture(document.picture)


def test_layers_that_were_there_before_keep_their_ids_to_themselves(document: Document) -> None:
    accept(Placing(document), made(square(1, 256, 256), "old", {}))
    placing = Placing(document)
    accept(placing, made(square(2, 256, 256), "new", of("new")))
    check_picture(document.picture)
    said = placing.texts(document.picture)
    assert {key: said[key] for key in said if not key.startswith("frame")} == {
        **of("new"),
        "prompt 2": "old",
    }


BELOW = np.random.default_rng(4).integers(0, 256, (32, 64, 3), np.uint8)
DOT = Rect(110, 60, 8, 8)


def filled(document: Document, replaces: int | None = None) -> Candidate:
    """A candidate for a hole in the frame."""
    mask = np.zeros((32, 64), np.uint8)
    mask[10:18, 10:18] = 255
    seen = composite(document.picture, FRAME)
    result = result_of(Patch(square(9, 64, 32), mask, 0, 0), seen, FRAME, Seam(feather=2))
    request = Inpaint(prompt="a hole", image=seen, mask=mask)
    asked = Asked(request, document.picture, FRAME, replaces)
    return Candidate(
        square(9, 64, 32),
        FRAME,
        1,
        {"prompt": "a hole"},
        result=result,
        asked=asked,
        replaces=replaces,
    )


def test_what_fills_a_hole_is_a_result_layer_and_the_mask_has_done_its_work(
    document: Document, placing: Placing
) -> None:
    document.do(place_image(BELOW, FRAME, "old"))
    elsewhere = Channel.of_rect(DOT).added(Channel.of_rect(Rect(0, 0, 9, 9)))
    document.do(Edit("Mask", lambda picture: replace(picture, mask=elsewhere)))
    accept(placing, filled(document))
    layer, shown = document.picture.layers[1], composite(document.picture, FRAME)
    assert layer.result is not None
    assert (layer.name, layer.notes["prompt"], layer.result.frame) == ("a hole", "a hole", FRAME)
    assert np.array_equal(shown[14, 14, :3], square(9, 1, 1)[0, 0])
    shown[6:22, 6:22, :3] = BELOW[6:22, 6:22]
    assert np.array_equal(shown[..., :3], BELOW)
    assert document.picture.mask.bounds() == Rect(0, 0, 9, 9), "outside the frame it stays"
    document.undo()
    assert document.picture.mask is elsewhere


def test_a_kept_layer_leaves_the_mask_for_the_next_one(
    document: Document, placing: Placing
) -> None:
    document.do(place_image(BELOW, FRAME, "old"))
    document.do(Edit("Mask", lambda picture: replace(picture, mask=Channel.of_rect(DOT))))
    placing.candidate(filled(document), "Keep as layer", done=False)
    assert document.picture.mask.bounds() == DOT


def test_an_answer_asked_for_again_takes_the_place_of_the_layer_it_came_from(
    document: Document, placing: Placing
) -> None:
    document.do(place_image(BELOW, FRAME, "old"))
    accept(placing, filled(document))
    document.do(place_image(BELOW[:4, :4], Rect(0, 0, 4, 4), "above"))
    first = document.picture.layers[1].id
    accept(placing, filled(document, replaces=first))
    assert [layer.name for layer in document.picture.layers] == ["old", "a hole", "above"]
    assert document.picture.layers[1].id != first
    check_picture(document.picture)


def test_what_has_no_words_of_its_own_keeps_the_name_of_the_layer_it_replaces(
    document: Document, placing: Placing
) -> None:
    document.do(place_image(BELOW, FRAME, "a green tree"))
    (old,) = document.picture.layers
    enlarged = Candidate(square(9, 64, 32), FRAME, 1, {"model": "starter"}, replaces=old.id)
    accept(placing, enlarged)
    assert [layer.name for layer in document.picture.layers] == ["a green tree"]
    accept(placing, Candidate(square(9, 64, 32), FRAME, 1, {"model": "starter"}))
    assert [layer.name for layer in document.picture.layers] == ["a green tree", "Picture"]


@pytest.mark.parametrize("how", ["gone", "locked"])
def test_an_answer_whose_layer_cannot_be_replaced_lies_on_top(
    document: Document, placing: Placing, how: str
) -> None:
    document.do(place_image(BELOW, FRAME, "old"))
    if how == "locked":
        document.do(set_locked(1, True))
    accept(placing, filled(document, replaces=1 if how == "locked" else 77))
    assert [layer.name for layer in document.picture.layers] == ["old", "a hole"]
