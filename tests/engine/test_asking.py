"""Cheaper ways of asking the decoder: what each leaves out, and that it changes nothing else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.asking import Asking, Told
from engine.errors import InvalidRequest
from engine.memory import Residency
from engine.model import Model
from engine.networks.unet import UNet
from engine.requests import Generate, Pixels, Sampling
from engine.unclip import UnclipEngine
from engine.ways import Way
from engine.weights.store import WeightStore
from tests.painting import finish, images
from tests.tiny import TINY

ROOMY = Way("cpu", "float32", keep=True)
APART = replace(ROOMY, keep=False, latents=1, apart=True)
SMALLER = (replace(ROOMY, keep=False), APART, replace(APART, streamed=True))
SPARING = {"guidance_from": 0.3, "guidance_until": 0.7, "deep_every": 2}
STEPS = 6


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bool]]:
    """What the decoder computes: for each call its rows, and whether the lower levels too."""
    calls: list[tuple[int, bool]] = []
    real = UNet.step_and_deep

    def counting(unet: UNet, x: Tensor, t: int, prepared, deep: Tensor | None = None):
        calls.append((len(x), deep is None))
        return real(unet, x, t, prepared, deep)

    monkeypatch.setattr(UNet, "step_and_deep", counting)
    return calls


def painted(weights: Path, way: Way = ROOMY, **options: float) -> list[Pixels]:
    """Two pictures in six steps."""
    engine = UnclipEngine(TINY, WeightStore([weights]), Residency.of(way))
    sampling = Sampling(seed=5, steps=STEPS, **options)  # pyright: ignore[reportArgumentType]
    request = Generate(prompt="a red apple", count=2, sampling=sampling)
    return [image.pixels for image in images(engine.run(request))]


def test_options_that_ask_for_everything_change_no_bit(weights: Path) -> None:
    everything = painted(weights, guidance_from=0.0, guidance_until=1.0, deep_every=1)
    assert np.array_equal(everything, painted(weights))


def test_guidance_on_a_part_of_the_way_asks_half_on_the_rest(
    weights: Path, asked: list[tuple[int, bool]]
) -> None:
    """Timesteps of six steps: 831, 665, 499, 333, 167, 1."""
    some = painted(weights, guidance_from=0.3, guidance_until=0.7)
    assert [rows for rows, _ in asked] == [2, 4, 4, 4, 2, 2]
    whole = painted(weights)
    assert [rows for rows, _ in asked[STEPS:]] == [4] * STEPS
    assert not np.array_equal(some, whole)


def test_guidance_nowhere_is_guidance_of_one(weights: Path) -> None:
    nowhere = painted(weights, guidance_from=0.0, guidance_until=0.0)
    assert np.array_equal(nowhere, painted(weights, guidance=1.0))


@pytest.mark.slow
def test_deep_features_are_computed_at_one_of_so_many_steps(
    weights: Path, asked: list[tuple[int, bool]]
) -> None:
    some = painted(weights, deep_every=3)
    assert [deep for _, deep in asked] == [True, False, False, True, False, False]
    assert not np.array_equal(some, painted(weights))


def test_rows_that_join_later_are_computed_whole(
    weights: Path, asked: list[tuple[int, bool]]
) -> None:
    """Guidance begins in the third step, where only half of the deep features are known."""
    painted(weights, deep_every=4, guidance_from=0.4)
    assert asked == [(2, True), (2, False), (4, True), (4, False), (4, True), (4, False)]


@pytest.mark.slow
def test_the_two_halves_of_guidance_are_asked_apart_in_the_smallest_ways(
    weights: Path, asked: list[tuple[int, bool]]
) -> None:
    painted(weights, APART)
    assert {rows for rows, _ in asked} == {1}
    assert len(asked) == 2 * 2 * STEPS


@pytest.mark.parametrize("options", [{}, SPARING], ids=["everything", "every option"])
@pytest.mark.slow
def test_every_way_paints_the_same_picture(weights: Path, options: dict[str, float]) -> None:
    """Sums are ordered by batch size, so one grey level is allowed."""
    roomy = np.stack(painted(weights, **options)).astype(int)
    for way in SMALLER:
        assert np.abs(painted(weights, way, **options) - roomy).max() <= 1


@pytest.fixture
def decoder(weights: Path) -> UNet:
    """The tiny family's."""
    model = Model(TINY, WeightStore([weights]), Residency.of(ROOMY))
    return finish(model.decoder())


def test_halves_asked_apart_are_told_their_own_condition(decoder: UNet) -> None:
    source = torch.Generator().manual_seed(3)
    x, embed = torch.randn(4, 4, 8, 8, generator=source), torch.randn(4, 32, generator=source)
    condition = decoder.condition(embed)
    together = Told(decoder, condition, (500,))(x, 500)
    apart = Told(decoder, condition, (500,), Asking(apart=True))(x, 500)
    assert torch.allclose(apart, together, atol=1e-5)
    swapped = torch.cat([apart[2:], apart[:2]])
    assert not torch.allclose(swapped, together, atol=1e-2)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"guidance_from": 0.6, "guidance_until": 0.4}, "smaller one first"),
        ({"guidance_from": -0.1}, "from 0 to 1"),
        ({"guidance_until": 1.5}, "from 0 to 1"),
        ({"deep_every": 0}, "choose 1 to 10"),
        ({"deep_every": 11}, "choose 1 to 10"),
    ],
)
def test_impossible_options_are_refused(options: dict[str, float], sentence: str) -> None:
    with pytest.raises(InvalidRequest, match=sentence):
        Sampling(**options)  # pyright: ignore[reportArgumentType]
