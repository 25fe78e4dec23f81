"""What a press of Generate asks of the engine, as a table."""

import pytest

from desktop.ask import build_request, request_size
from desktop.document.geometry import Rect, Size
from desktop.document.picture import Picture
from desktop.settings import Settings
from engine.errors import InvalidRequest
from engine.families import find
from engine.requests import Generate

STARTER = find("starter")


def ask(prompt: str = "a red apple", **choices: object) -> Generate:
    return build_request(
        Picture(Rect(30, -40, 256, 256)),
        prompt,
        count=3,
        seed=7,
        settings=Settings(**choices),  # type: ignore[arg-type]
        family=STARTER,
    )


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
