"""Pictures become layers where they should, and a file says only what is true of what it shows."""

import numpy as np
import pytest

from desktop.document.composite import composite
from desktop.document.document import Document
from desktop.document.edits import remove_layer, set_visible, shift_layer
from desktop.document.geometry import Rect
from desktop.document.picture import Picture, check_picture
from desktop.placing import Placing
from tests.fakes import square

FRAME = Rect(100, 50, 64, 32)


@pytest.fixture
def document() -> Document:
    return Document(Picture(FRAME))


@pytest.fixture
def placing(document: Document) -> Placing:
    return Placing(document)


def of(prompt: str) -> dict[str, str]:
    return {"prompt": prompt, "seed": "1"}


def test_a_picture_of_the_frames_size_lies_in_it_bit_for_bit(
    document: Document, placing: Placing
) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (32, 64, 3), np.uint8)
    placing.in_frame(noise, "noise", "Accept picture", {})
    assert document.picture.layers[0].raster.bounds() == FRAME
    assert np.array_equal(composite(document.picture, FRAME)[..., :3], noise)
    assert document.undo_name == "Accept picture"


def test_a_picture_of_another_size_is_scaled_to_the_frame(
    document: Document, placing: Placing
) -> None:
    placing.in_frame(square(5, 256, 256), "flat", "Accept picture", {})
    assert document.picture.layers[0].raster.bounds() == FRAME
    assert np.array_equal(composite(document.picture, FRAME)[..., :3], square(5, 64, 32))


def test_an_outside_picture_keeps_its_size_and_shares_its_middle_with_the_frame(
    document: Document, placing: Placing
) -> None:
    placing.around_frame(square(5, 200, 100), "photo", "Open picture")
    assert document.picture.layers[0].raster.bounds() == Rect(32, 16, 200, 100)


def test_a_long_prompt_on_many_lines_makes_a_short_name_on_one(
    document: Document, placing: Placing
) -> None:
    placing.in_frame(square(1, 256, 256), "a  red\napple " * 40, "Accept picture", {})
    placing.in_frame(square(1, 256, 256), " \n", "Accept picture", {})
    name, blank = (layer.name for layer in document.picture.layers)
    assert name.startswith("a red apple a red")
    assert len(name) == 60
    assert blank == "Picture"


def test_the_file_tells_of_what_can_be_seen_the_uppermost_first(
    document: Document, placing: Placing
) -> None:
    for prompt in ("lowest", "hidden", "top"):
        placing.in_frame(square(1, 256, 256), prompt, "Accept picture", of(prompt))
    placing.around_frame(square(2, 256, 256), "a photo", "Open picture")
    document.do(set_visible(document.picture.layers[1].id, False))
    assert placing.texts(document.picture) == {
        "prompt": "top",
        "seed": "1",
        "prompt 2": "lowest",
        "seed 2": "1",
    }


def test_a_moved_layer_is_still_known(document: Document, placing: Placing) -> None:
    placing.in_frame(square(1, 256, 256), "moved", "Accept picture", of("moved"))
    document.do(shift_layer(document.picture.layers[0].id, 5, 5))
    assert placing.texts(document.picture)["prompt"] == "moved"


def test_no_id_comes_back_so_that_undo_never_mixes_up_two_pictures(
    document: Document, placing: Placing
) -> None:
    placing.in_frame(square(1, 256, 256), "first", "Accept picture", of("first"))
    document.do(remove_layer(document.picture.layers[0].id))
    placing.in_frame(square(2, 256, 256), "second", "Accept picture", of("second"))
    assert placing.texts(document.picture)["prompt"] == "second"
    document.undo()
    document.undo()
    assert placing.texts(document.picture)["prompt"] == "first"
    check_picture(document.picture)


def test_layers_that_were_there_before_keep_their_ids_to_themselves(document: Document) -> None:
    Placing(document).in_frame(square(1, 256, 256), "old", "Accept picture", {})
    placing = Placing(document)
    placing.in_frame(square(2, 256, 256), "new", "Accept picture", of("new"))
    check_picture(document.picture)
    assert placing.texts(document.picture) == of("new")
