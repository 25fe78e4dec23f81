"""Inpaint, outpaint, guide, upscale from the command line: what is asked, what is refused."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from engine.command_line import main
from engine.requests import Context, Guide, Inpaint, Pixels, Sampling, Seam, Upscale
from tests.fakes import FakeEngine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A picture, one with a transparent half, and masks."""
    save(tmp_path / "room.png", picture(3))
    save(tmp_path / "torn.png", torn())
    mask = np.zeros((20, 30), np.uint8)
    mask[5:10, 5:10], mask[12:15, 12:15] = 255, 100
    save(tmp_path / "mask.png", mask)
    save(tmp_path / "small.png", mask[:10])
    return tmp_path


def save(path: Path, pixels: np.ndarray) -> None:
    """A PNG file."""
    PillowImage.fromarray(pixels).save(path)


def picture(channels: int) -> Pixels:
    """Noise."""
    chance = np.random.default_rng(4)
    return chance.integers(1, 256, (20, 30, channels), dtype=np.uint8)


def torn() -> Pixels:
    """A picture of which the right half is missing."""
    pixels = picture(4)
    pixels[..., 3] = 255
    pixels[:, 15:, 3] = 0
    return pixels


def asked(folder: Path, *argv: str) -> object:
    """The one request that a command makes; file names are in the folder."""
    engine = FakeEngine()
    named = [str(folder / part) if part.endswith((".png", ".sft")) else part for part in argv]
    assert main([*named, "--out", str(folder / "out")], engine) == 0
    (request,) = engine.requests
    return request


def test_a_mask_says_where_to_paint(folder: Path) -> None:
    options = "--seed 3 --count 2 --negative dogs --near --feather 4 --grow -2 --match-colours 1"
    request = asked(folder, "inpaint", "room.png", "a cat", "--mask", "mask.png", *options.split())
    assert isinstance(request, Inpaint)
    assert (request.prompt, request.negative, request.count) == ("a cat", "dogs", 2)
    assert request.context is Context.NEAR
    assert request.seam == Seam(feather=4, grow=-2, match_colours=1)
    assert request.sampling == Sampling(seed=3)
    assert np.array_equal(request.image, picture(3))
    assert (request.mask[6, 6], request.mask[13, 13], request.mask[0, 0]) == (255, 100, 0)


def test_a_mask_can_be_the_other_way_round(folder: Path) -> None:
    request = asked(folder, "inpaint", "room.png", "a cat", "--mask", "mask.png", "--invert")
    assert isinstance(request, Inpaint)
    assert (request.mask[6, 6], request.mask[13, 13], request.mask[0, 0]) == (0, 155, 255)


def test_without_a_mask_what_is_transparent_is_painted(folder: Path) -> None:
    request = asked(folder, "inpaint", "torn.png", "a cat")
    assert isinstance(request, Inpaint)
    assert not request.mask.any()
    assert np.array_equal(request.image, torn())
    assert request.seam == Seam()


@pytest.mark.parametrize("name", ["room.png", "torn.png"])
def test_a_picture_is_continued_on_every_side(folder: Path, name: str) -> None:
    sides = "--left 1 --right 2 --top 3 --bottom 4"
    request = asked(folder, "outpaint", name, "a cat", *sides.split())
    assert isinstance(request, Inpaint)
    assert request.image.shape == (27, 33, 4)
    inner = request.image[3:23, 1:31]
    given = torn() if name == "torn.png" else np.dstack([picture(3), np.full((20, 30), 255)])
    assert np.array_equal(inner, given)
    assert request.image[..., 3].sum() == inner[..., 3].sum()
    assert not request.mask.any()


def test_a_picture_guides(folder: Path) -> None:
    options = ("--strength", "0.3", "--size", "64x48")
    request = asked(folder, "guide", "room.png", "a castle", *options)
    assert isinstance(request, Guide)
    assert (request.prompt, request.strength) == ("a castle", 0.3)
    assert (request.width, request.height) == (64, 48)


def test_a_picture_is_enlarged(folder: Path) -> None:
    request = asked(folder, "upscale", "torn.png", "--scale", "2", "--upscaler", "some.sft")
    assert isinstance(request, Upscale)
    assert (request.scale, request.upscaler) == (2, folder / "some.sft")
    assert np.array_equal(request.image, torn())


def test_files_are_named_after_picture_and_prompt(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(folder, "outpaint", "room.png", "by the sea", "--left", "8", "--seed", "7")
    asked(folder, "upscale", "room.png")
    names = [Path(line).name for line in capsys.readouterr().out.splitlines()]
    assert names == ["room-by-the-sea-7.png", "room-4x.png"]


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["inpaint", "room.png", "a cat"], "say with --mask where to paint"),
        (["inpaint", "room.png", "a cat", "--invert"], "no mask to invert"),
        (["inpaint", "room.png", "", "--mask", "mask.png"], "The prompt is empty"),
        (["inpaint", "room.png", "a cat", "--mask", "small.png"], "not of the picture's size"),
        (["inpaint", "room.png", "a cat", "--mask", "none.png"], "There is no file"),
        (["inpaint", "none.png", "a cat"], "There is no file"),
        (["inpaint", "torn.png", "a cat", "--feather", "999"], "choose 0 to 256"),
        (["inpaint", "torn.png", "a cat", "--size", "9x9"], "Unrecognized arguments"),
        (["outpaint", "room.png", "a cat"], "Nothing would be added"),
        (["outpaint", "room.png", "a cat", "--left", "-8"], "Nothing would be added"),
        (["outpaint", "room.png", "a cat", "--top", "20000"], "16384 on a side"),
        (["guide", "room.png", "a cat", "--strength", "2"], "choose from 0 to 1"),
        (["upscale", "room.png", "--scale", "3"], "choose 2 or 4"),
    ],
)
def test_a_wrong_request_is_one_sentence_and_two(
    folder: Path, capsys: pytest.CaptureFixture[str], argv: list[str], sentence: str
) -> None:
    engine = FakeEngine()
    named = [str(folder / part) if part.endswith(".png") else part for part in argv]
    assert main([*named, "--out", str(folder)], engine) == 2
    out, err = capsys.readouterr()
    assert (out, engine.requests) == ("", [])
    assert sentence in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("verb", ["inpaint", "outpaint", "guide", "upscale"])
def test_each_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"], FakeEngine())
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert f"example: easel {verb}" in told
    assert "PICTURE" in told
