"""The judge: right where the answer is known, and wrong where it must be."""

import numpy as np
import pytest
import torch

from engine.training import tables
from engine.training.colours import PALETTE
from engine.training.evaluator import READ, WORDS, Evaluator, WordTable, losses
from engine.training.judge import Judge, Shown, distances, exchanged, share_coloured, share_found
from engine.training.measured_colour import HUES, asked_colour, colour_of
from engine.training.verdict import coloured_prompts


def disc(colour: str, behind: str = "white", side: int = 64) -> np.ndarray:
    """A filled disc in the middle of a plain picture."""
    picture = np.full((side, side, 3), PALETTE[behind], np.uint8)
    rows, columns = np.mgrid[:side, :side] - side / 2
    picture[rows**2 + columns**2 < (side / 3) ** 2] = PALETTE[colour]
    return picture


class Knowing(Judge):
    """Sees the mean colour of a picture, reads the named one."""

    def seen(self, pictures: np.ndarray) -> torch.Tensor:
        middle = torch.from_numpy(pictures[:, 32, 32].astype(np.float32)) - 128
        return torch.nn.functional.normalize(middle, dim=-1)

    def read(self, captions: list[str]) -> torch.Tensor:
        named = [PALETTE[caption.split()[1]] for caption in captions]
        return torch.nn.functional.normalize(torch.tensor(named).float() - 128, dim=-1)

    def rivals(self, prompt: str) -> list[str]:
        return [f"a {name} disc" for name in HUES if name not in prompt]


ROWS = [Shown(f"a {name} disc", disc(name)[None]) for name in HUES]


def test_every_picture_is_found_by_its_own_prompt_and_none_by_the_next() -> None:
    judge = Knowing(None, None, None)  # type: ignore[arg-type]
    assert share_found(judge, ROWS) == (1.0, 1.0)
    found, beaten = share_found(judge, exchanged(ROWS))
    assert (found, beaten < 0.75) == (0.0, True)


@pytest.mark.parametrize("behind", ["white", "grey", "black"])
def test_every_named_colour_is_measured_as_itself(behind: str) -> None:
    assert {name: colour_of(disc(name, behind)) for name in HUES} == {n: n for n in HUES}


def test_what_is_behind_the_thing_is_not_its_colour() -> None:
    assert colour_of(disc("red", behind="blue")) == "red"
    assert colour_of(disc("black")) is None


def test_the_share_of_right_colours_falls_when_prompts_are_exchanged() -> None:
    assert share_coloured(ROWS) == (1.0, len(HUES))
    assert share_coloured(exchanged(ROWS)) == (0.0, len(HUES))


def test_only_one_measurable_colour_is_asked_for() -> None:
    assert asked_colour("a red car, 3d style") == "red"
    assert asked_colour("a red and a blue car") is None
    assert asked_colour("a reddish car") is None


def test_a_copy_is_at_no_distance_and_another_picture_is() -> None:
    known = np.stack([disc(name) for name in HUES])
    assert distances(known[:2], known).tolist() == pytest.approx([0, 0], abs=1e-4)
    assert distances(disc("brown")[None], known)[0] > 10


def test_no_coloured_prompt_is_a_held_out_combination() -> None:
    held = set(tables.held_out()["prompts"])
    assert len(coloured_prompts()) > 20
    assert held.isdisjoint(coloured_prompts())
    assert "a yellow car" in coloured_prompts()


def test_words_have_their_own_index_or_share_a_bucket() -> None:
    table = WordTable.of(["a cat", "a dog"])
    known, unknown = table.indices(["a cat a", "a zebra"])
    assert known.tolist()[:4] == [1, known[1], 1, 0]
    assert unknown[1] >= WORDS
    assert table.indices(["a " * 50]).shape == (1, READ)


def test_a_few_steps_teach_the_evaluator_to_tell_two_pictures_apart() -> None:
    torch.manual_seed(0)
    network = Evaluator()
    optimiser = torch.optim.Adam(network.parameters(), 2e-3)
    table = WordTable.of(["a red disc", "a blue disc"])
    pictures = (
        torch.from_numpy(np.stack([disc("red"), disc("blue")])).permute(0, 3, 1, 2) / 127.5 - 1
    )
    words = table.indices(["a red disc", "a blue disc", "a blue disc", "a red disc"]).unflatten(
        0, (2, 2)
    )
    first = losses(network, pictures, words)
    for _ in range(12):
        found = losses(network, pictures, words)
        optimiser.zero_grad()
        found["loss"].backward()
        optimiser.step()
    assert found["loss"] < first["loss"] / 2
    assert found["hits"] == 1
