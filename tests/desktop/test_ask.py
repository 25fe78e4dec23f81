"""What a press of the button means and asks of the engine, as a table."""

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.ask import (
    Meaning,
    build_request,
    looking,
    meaning_in,
    meaning_of,
    request_size,
    wanted_in,
    with_pictures,
)
from desktop.document.channel import Channel
from desktop.document.composite import composite
from desktop.document.document import Document
from desktop.document.edits import Edit, place_image
from desktop.document.geometry import Rect, Size
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Raster
from desktop.intent import REST, Intent
from desktop.settings import Settings
from engine.errors import InvalidRequest
from engine.families import find
from engine.requests import Generate, Guide, Inpaint

STARTER = find("starter")


EMPTY = Picture(Rect(30, -40, 256, 256))


def ask_of(
    picture: Picture, prompt: str = "a red apple", **choices: object
) -> Generate | Inpaint | Guide:
    """What the engine is asked in the end."""
    request = with_pictures(picture, None, sketch_of(picture, prompt, **choices))
    assert isinstance(request, Generate | Inpaint | Guide)
    return request


def sketch_of(
    picture: Picture, prompt: str = "a red apple", **choices: object
) -> Generate | Inpaint | Guide:
    """What is asked as long as nobody has looked at the frame."""
    return build_request(
        picture,
        prompt,
        seed=7,
        settings=Settings(**{"count": 3} | choices),  # type: ignore[arg-type]
        family=STARTER,
    )


def ask(prompt: str = "a red apple", **choices: object) -> Generate:
    """Ask for what belongs into an empty frame."""
    request = ask_of(EMPTY, prompt, **choices)
    assert isinstance(request, Generate)
    return request


WHOLE = Rect(0, 0, 64, 64)
DOT, EDGE = Rect(20, 20, 8, 8), Rect(60, 0, 4, 64)


def painted(*holes: Rect) -> Picture:
    """A picture of 64 pixels that fills its frame, but for holes."""
    pixels = np.random.default_rng(3).integers(0, 256, (64, 64, 4), np.uint8)
    pixels[..., 3] = 255
    for hole in holes:
        pixels[hole.top : hole.bottom, hole.left : hole.right] = 0
    return place_image(pixels, WHOLE, "old").apply(Picture(WHOLE))


def with_mask(picture: Picture, area: Rect, grey: int = 255) -> Picture:
    return replace(picture, mask=Channel.of_rect(area, grey))


def with_selection(picture: Picture, area: Rect) -> Picture:
    return replace(picture, selection=Channel.of_rect(area))


def framed(picture: Picture, frame: Rect) -> Picture:
    return replace(picture, frame=frame)


def hidden(picture: Picture) -> Picture:
    return replace(picture, layers=(replace(picture.layers[0], visible=False),))


MEANINGS = {
    "an empty picture": (EMPTY, Meaning.NEW),
    "an empty picture with a mask": (with_mask(EMPTY, EMPTY.frame), Meaning.NEW),
    "a hidden layer": (hidden(painted()), Meaning.NEW),
    "a frame beside the picture": (framed(painted(), Rect(64, 0, 64, 64)), Meaning.NEW),
    "everything masked": (with_mask(painted(), WHOLE), Meaning.NEW),
    "everything that is there masked": (
        with_mask(framed(painted(), Rect(32, 0, 64, 64)), WHOLE),
        Meaning.NEW,
    ),
    "a mask": (with_mask(painted(), DOT), Meaning.FILL),
    "a grey mask over everything": (with_mask(painted(), WHOLE, 128), Meaning.FILL),
    "a selection": (with_selection(painted(), DOT), Meaning.FILL),
    "erased pixels": (painted(DOT), Meaning.FILL),
    "erased pixels and a mask": (with_mask(painted(DOT), EDGE), Meaning.FILL),
    "a frame over the edge": (framed(painted(), Rect(32, 0, 64, 64)), Meaning.EXTEND),
    "a frame over the edge, and a mask": (
        with_mask(framed(painted(), Rect(32, 0, 64, 64)), EDGE),
        Meaning.EXTEND,
    ),
    "a frame around the picture": (framed(painted(), Rect(-8, -8, 80, 80)), Meaning.EXTEND),
    "a full frame": (painted(), Meaning.OVER),
    "a part of the picture": (framed(painted(), Rect(8, 8, 16, 16)), Meaning.OVER),
    "a mask elsewhere": (
        with_mask(framed(painted(), Rect(32, 32, 16, 16)), DOT),
        Meaning.OVER,
    ),
    "a selection elsewhere": (
        with_selection(framed(painted(), Rect(32, 32, 16, 16)), DOT),
        Meaning.OVER,
    ),
}

KINDS = {
    Meaning.NEW: Generate,
    Meaning.FILL: Inpaint,
    Meaning.EXTEND: Inpaint,
    Meaning.OVER: Guide,
}


@pytest.mark.parametrize(("picture", "meaning"), MEANINGS.values(), ids=MEANINGS.keys())
def test_what_a_run_means_is_said_beforehand_and_is_what_is_asked(
    picture: Picture, meaning: Meaning
) -> None:
    assert meaning_of(picture) is meaning
    assert type(ask_of(picture)) is KINDS[meaning]


@pytest.mark.parametrize("seed", range(12))
def test_a_frame_of_many_tiles_means_the_same_piece_by_piece(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("desktop.ask.AT_ONCE", 1)
    random = np.random.default_rng(seed)
    left, top = random.integers(-300, 300, 2)
    frame = Rect(int(left), int(top), 700, 600)
    pixels = np.zeros((600, 500, 4), np.uint8)
    if seed % 4:
        pixels[...] = 200
        pixels[100:110, 300:310] = 0 if seed % 3 else 200
    layers = (Layer(1, "a", Raster.from_array(pixels, 0, 0)),)
    if seed % 4 == 3:
        frame = Rect(20, 30, 450, 540)
    mask = Channel.empty(255 if seed % 5 == 4 else 0)
    if seed % 2:
        mask = mask.filled(255, Rect(250, 250, 20, 20))
    selection = Channel.of_rect(Rect(0, 0, 300, 10)) if seed % 3 == 1 else None
    picture = Picture(frame, layers, mask=mask, selection=selection)
    pieces = list(looking(picture))
    assert pieces[-1] is meaning_in(picture, wanted_in(picture))
    assert pieces[:-1] == [None] * (len(pieces) - 1)


def intent_of_a_large_frame(monkeypatch: pytest.MonkeyPatch) -> tuple[Intent, Document]:
    """A frame of six tiles, one to be looked at in each turn; half of it is painted."""
    monkeypatch.setattr("desktop.ask.AT_ONCE", 1)
    document = Document(Picture(Rect(0, 0, 700, 500)))
    return Intent(document), document


def painted_half(width: int = 350) -> Edit:
    pixels = np.full((500, width, 3), 90, np.uint8)
    return place_image(pixels, Rect(0, 0, width, 500), "half")


def test_a_large_frame_is_looked_at_in_turns(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    intent, document = intent_of_a_large_frame(monkeypatch)
    assert intent.meaning is Meaning.NEW
    with qtbot.waitSignal(intent.changed) as told:
        document.do(painted_half())
    assert told.args == [Meaning.EXTEND]
    assert intent.meaning is Meaning.EXTEND
    intent.close()


def test_who_asks_before_all_was_looked_at_is_told_what_is_so(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent, document = intent_of_a_large_frame(monkeypatch)
    told: list[object] = []
    intent.changed.connect(told.append)
    document.do(painted_half())
    qtbot.wait(REST + 2)
    assert intent.meaning is Meaning.EXTEND
    document.do(painted_half(700))
    assert intent.meaning is Meaning.OVER
    qtbot.wait(REST + 100)
    assert told == [Meaning.EXTEND, Meaning.OVER]
    intent.close()


def test_what_changes_while_it_is_looked_at_is_looked_at_again(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent, document = intent_of_a_large_frame(monkeypatch)
    told: list[object] = []
    intent.changed.connect(told.append)
    document.do(painted_half())
    qtbot.wait(REST + 2)
    document.do(painted_half(700))
    qtbot.waitUntil(lambda: told[-1:] == [Meaning.OVER])
    intent.close()


def test_every_meaning_is_in_the_table() -> None:
    assert {meaning for _, meaning in MEANINGS.values()} == set(Meaning)


def test_a_hole_is_asked_for_with_the_frames_pixels_and_the_mask_within_it() -> None:
    picture = with_mask(framed(painted(), Rect(16, 16, 64, 32)), DOT)
    request = ask_of(picture, feather=3, grow=2, match_colours=25)
    assert isinstance(request, Inpaint)
    assert np.array_equal(request.image, composite(picture, picture.frame))
    assert (request.mask.shape, request.mask.sum()) == ((32, 64), 8 * 8 * 255)
    assert request.mask[4, 4] == 255
    assert (request.seam.feather, request.seam.grow, request.seam.match_colours) == (3, 2, 0.25)


@pytest.mark.parametrize("picture", [with_mask(painted(), DOT), painted()], ids=["fill", "over"])
def test_what_is_asked_holds_no_pixels_of_the_frame_before_it_is_looked_at(
    picture: Picture,
) -> None:
    sketch, request = sketch_of(picture, follow=50), ask_of(picture, follow=50)
    assert isinstance(sketch, Inpaint | Guide)
    assert isinstance(request, type(sketch))
    assert sketch.image.shape == request.image.shape
    assert (sketch.image.base is not None, sketch.image.strides) == (True, (0, 0, 0))
    assert request.image.any()
    if isinstance(sketch, Inpaint) and isinstance(request, Inpaint):
        assert sketch.like is not None
        assert request.like is not None
        assert not np.any(sketch.like.idea.image)
        assert np.any(request.like.idea.image)


def test_the_mask_goes_before_the_selection() -> None:
    request = ask_of(with_selection(with_mask(painted(), DOT), EDGE))
    assert isinstance(request, Inpaint)
    assert (request.mask[24, 24], request.mask[24, 62]) == (255, 0)


def test_painting_over_takes_the_frames_pixels_and_the_strength() -> None:
    request = ask_of(painted(), strength=35)
    assert isinstance(request, Guide)
    assert np.array_equal(request.image, composite(painted(), WHOLE))
    assert (request.strength, request.width, request.count) == (0.35, None, 3)


@pytest.mark.parametrize(
    ("frame", "asked"),
    [
        (Size(256, 256), (256, 256)),
        (Size(1024, 1024), (256, 256)),
        (Size(64, 64), (256, 256)),
        (Size(1024, 512), (384, 192)),
        (Size(512, 1024), (192, 384)),
        (Size(300, 256), (256, 256)),
        (Size(4000, 10), (1536, 64)),
        (Size(1, 9000), (64, 1536)),
    ],
)
def test_the_shape_is_the_frames_and_the_area_the_models(
    frame: Size, asked: tuple[int, int]
) -> None:
    assert request_size(frame, STARTER) == asked


def test_the_large_model_is_asked_for_its_own_size() -> None:
    kandinsky = find("kandinsky22")
    assert request_size(Size(256, 256), kandinsky) == (kandinsky.native, kandinsky.native)


def test_prompt_count_seed_and_size_arrive() -> None:
    request = ask()
    assert (request.prompt, request.count, request.sampling.seed) == ("a red apple", 3, 7)
    assert (request.width, request.height) == (256, 256)


def test_settings_left_alone_leave_the_models_preset() -> None:
    sampling = ask().sampling
    assert sampling.steps is None
    assert sampling.guidance is None
    assert sampling.sampler is None


def test_chosen_settings_arrive() -> None:
    sampling = ask(
        steps=5, guidance=1.5, prior_steps=6, prior_guidance=2.5, sampler="ddim"
    ).sampling
    assert (sampling.steps, sampling.guidance, sampling.sampler) == (5, 1.5, "ddim")
    assert (sampling.prior_steps, sampling.prior_guidance) == (6, 2.5)


@pytest.mark.parametrize("prompt", ["", "   \n\t", "x" * 100_000])
def test_a_prompt_that_cannot_be_painted_is_refused_in_words(prompt: str) -> None:
    with pytest.raises(InvalidRequest, match=r"prompt .*(describe|shorten)"):
        ask(prompt)


def test_what_no_file_can_hold_is_replaced_at_the_door() -> None:
    assert ask("a\ud800b\x00c").prompt == "a\ufffdb\ufffdc"


def test_every_other_character_stays_as_it_was_typed() -> None:
    prompt = "«кот» 🐈 \u202etac\u202c <b>bold</b>\nsecond line"
    assert ask(prompt).prompt == prompt
