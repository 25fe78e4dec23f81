"""What can be asked about what is there: more, again, variations, larger."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from desktop.ask import build_request, with_pictures
from desktop.asked import EVERYTHING, Asked
from desktop.candidates import Candidate
from desktop.document.channel import Channel
from desktop.document.composite import composite
from desktop.document.document import Document
from desktop.document.edits import place_image
from desktop.document.geometry import Rect
from desktop.document.picture import Picture, check_picture
from desktop.errors import NotRepeatable
from desktop.placing import Placing, noted
from desktop.questions import (
    Choices,
    again,
    enlarge_layer,
    enlarge_picture,
    more,
    vary_candidate,
    vary_layer,
    vary_picture,
)
from desktop.settings import Settings
from engine.errors import InvalidRequest
from engine.events import Image
from engine.families import find
from engine.requests import Generate, Guide, Inpaint, Painting, Sampling, Upscale, Vary
from tests.fakes import FakeEngine, square

FRAME = Rect(10, 20, 64, 48)
OLD = np.random.default_rng(1).integers(0, 256, (48, 64, 3), np.uint8)
DOT = Rect(30, 40, 8, 8)
STARTER = find("starter")


def choices(count: int = 4, **settings: int) -> Choices:
    return Choices(count, Sampling(seed=500), Settings(**settings), STARTER)  # type: ignore[arg-type]


def painted() -> Picture:
    return place_image(OLD, FRAME, "old").apply(Picture(FRAME))


def masked() -> Picture:
    return replace(painted(), mask=Channel.of_rect(DOT))


def asked_in(picture: Picture, follow: int = 0) -> Asked:
    """What a press of the button asks of that picture."""
    settings = Settings(count=2, feather=2, follow=follow)
    request = build_request(picture, "a cat", seed=7, settings=settings, family=STARTER)
    look = partial(with_pictures, picture, None)
    return Asked(request, picture, picture.frame, look=look)


def answers(asked: Asked) -> list[Candidate]:
    asked = asked.whole()
    images = [each for each in FakeEngine().run(asked.request) if isinstance(each, Image)]
    return [Candidate.of(image, asked) for image in images]


def accepted(picture: Picture, follow: int = 0) -> Picture:
    """The picture once the first answer of a run in it was accepted."""
    document = Document(picture)
    answer = answers(asked_in(picture, follow))[0]
    Placing(document).candidate(answer, "Accept picture", done=True)
    return document.picture


def kind(asked: Asked) -> type[Painting]:
    return type(asked.request)


@pytest.mark.parametrize(
    ("picture", "request_class"),
    [(Picture(FRAME), Generate), (masked(), Inpaint), (painted(), Guide)],
    ids=["generate", "inpaint", "guide"],
)
def test_more_is_the_same_from_other_noise_beside_what_is_there(
    picture: Picture, request_class: type[Painting]
) -> None:
    first = answers(asked_in(picture))[0]
    further = more(first, Picture(Rect(0, 0, 9, 9)), choices())
    assert kind(further) is request_class
    assert (further.frame, further.adds, further.request.count) == (FRAME, True, 4)
    assert further.request.sampling.seed == 500


def test_more_of_what_came_out_of_a_file_is_asked_by_its_notes_in_the_picture_as_it_is() -> None:
    stored = replace(answers(asked_in(masked()))[0], asked=None)
    further = more(stored, masked(), choices())
    assert isinstance(further.request, Inpaint)
    assert (further.request.prompt, further.frame) == ("a cat", FRAME)
    assert np.array_equal(further.request.image[..., :3], OLD)
    assert further.request.mask.sum() == 64 * 255


def test_again_shows_the_picture_without_the_layer_and_replaces_it() -> None:
    picture = accepted(masked())
    layer = picture.layers[1]
    question = again(layer, picture, choices()).whole()
    assert isinstance(question.request, Inpaint)
    assert np.array_equal(question.request.image[..., :3], OLD)
    assert (question.request.mask.sum(), question.request.seam.feather) == (64 * 255, 2)
    assert (question.replaces, question.frame) == (layer.id, FRAME)


def test_again_for_a_layer_that_was_moved_is_asked_where_it_is_now() -> None:
    picture = accepted(masked())
    assert picture.layers[1].result is not None
    moved = replace(picture.layers[1], result=picture.layers[1].result.translated(5, 6))
    assert again(moved, picture, choices()).frame == FRAME.translated(5, 6)


@pytest.mark.parametrize("picture", [Picture(FRAME), painted()], ids=["generate", "guide"])
def test_again_for_a_layer_that_fills_its_frame(picture: Picture) -> None:
    result = accepted(picture)
    question = again(result.layers[-1], result, choices())
    assert (question.frame, question.replaces) == (FRAME, result.layers[-1].id)


def test_variations_asked_for_again_are_of_the_picture() -> None:
    document = Document(painted())
    varied = answers(vary_picture(painted(), choices(composition=40)))[0]
    Placing(document).candidate(varied, "Keep", done=False)
    request = again(document.picture.layers[-1], document.picture, choices()).whole().request
    assert isinstance(request, Vary)
    assert request.idea.image is not None
    assert request.idea.image[..., :3].any()


def test_a_fill_asked_for_again_still_takes_after_the_rest() -> None:
    picture = accepted(masked(), follow=60)
    request = again(picture.layers[1], picture, choices()).whole().request
    assert isinstance(request, Inpaint)
    assert request.like is not None
    assert request.like.idea.image is not None
    assert request.like.idea.image[..., :3].any()


def test_a_fill_in_which_nothing_is_marked_any_more_is_refused_at_once() -> None:
    notes = dict(answers(asked_in(masked()))[0].notes)
    picture = noted(place_image(OLD, FRAME, "opened"), notes).apply(painted())
    with pytest.raises(InvalidRequest, match="marked"):
        again(picture.layers[-1], picture, choices())


def test_a_layer_that_nobody_asked_for_cannot_be_asked_for_again() -> None:
    with pytest.raises(NotRepeatable, match="variations"):
        again(painted().layers[0], painted(), choices())


def test_variations_of_a_candidate_begin_with_what_the_decoder_was_told() -> None:
    first = answers(asked_in(Picture(FRAME)))[0]
    question = vary_candidate(first, choices(meaning=25))
    assert isinstance(question.request, Vary)
    assert question.request.idea.embedding is first.embedding
    assert (question.request.meaning, question.request.composition) == (0.25, 1.0)
    assert (question.frame, question.adds) == (FRAME, True)


def test_where_the_composition_is_to_stay_variations_begin_with_the_picture_itself() -> None:
    first = answers(asked_in(Picture(FRAME)))[0]
    question = vary_candidate(first, choices(composition=40))
    assert isinstance(question.request, Vary)
    assert question.request.idea.image is first.pixels
    assert question.request.composition == 0.4


def test_variations_of_a_layer_lie_where_it_lies_and_have_its_shape() -> None:
    picture = place_image(square(3, 20, 40), Rect(5, 6, 20, 40), "tall").apply(painted())
    question = vary_layer(picture.layers[1], picture, choices()).whole()
    assert isinstance(question.request, Vary)
    assert question.request.idea.image is not None
    assert np.array_equal(question.request.idea.image[..., :3], square(3, 20, 40))
    assert question.frame == Rect(5, 6, 20, 40)
    assert (question.request.width, question.request.height) == STARTER.size_like(20, 40)


def test_variations_of_all_are_of_what_is_seen() -> None:
    question = vary_picture(painted(), choices()).whole()
    assert isinstance(question.request, Vary)
    assert question.request.idea.image is not None
    assert np.array_equal(question.request.idea.image[..., :3], OLD)


@pytest.mark.parametrize("ask", [vary_picture, lambda p, c: enlarge_picture(p, 2, c)])
def test_of_an_empty_picture_nothing_can_be_asked(ask: object) -> None:
    with pytest.raises(InvalidRequest, match="no picture yet"):
        ask(Picture(FRAME), choices())  # type: ignore[operator]


def test_an_enlarged_layer_takes_the_place_of_the_small_one() -> None:
    document = Document(painted())
    layer = document.picture.layers[0]
    question = enlarge_layer(layer, document.picture, 2, choices()).whole()
    assert isinstance(question.request, Upscale)
    assert question.request.image.shape == (48, 64, 3)
    (large,) = answers(question)
    assert large.before is question.request.image
    Placing(document).candidate(large, "Accept picture", done=True)
    assert [each.bounds() for each in document.picture.layers] == [Rect(10, 20, 128, 96)]
    assert document.picture.frame == FRAME


def test_the_enlarged_picture_is_one_layer_and_the_frame_grows_with_it() -> None:
    document = Document(place_image(OLD, Rect(74, 20, 64, 48), "beside").apply(painted()))
    question = enlarge_picture(document.picture, 4, choices())
    assert question.replaces == EVERYTHING
    (large,) = answers(question)
    Placing(document).candidate(large, "Accept picture", done=True)
    assert [each.bounds() for each in document.picture.layers] == [Rect(10, 20, 512, 192)]
    assert document.picture.frame == Rect(10, 20, 256, 192)
    check_picture(document.picture)
    document.undo()
    assert np.array_equal(composite(document.picture, FRAME)[..., :3], OLD)
