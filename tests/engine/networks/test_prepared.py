"""What a run computes once, beside the whole network computed at every step."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from engine.families import Part
from engine.networks import unet
from engine.networks.condition import Condition
from engine.networks.packing import pack
from engine.networks.prior import Prior
from engine.networks.unet import UNet
from engine.weights import parts
from engine.weights.reading import Target

TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-9}
PRECISION = pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
STEPS = (999, 481, 417, 1, 0)
Distance = Callable[[Tensor, Tensor], float]
Noise = Callable[..., Tensor]
Reference = Callable[[Part], nn.Module]


def prior_of(small, reference: Reference, dtype: torch.dtype) -> Prior:
    """The small prior as the engine has it in memory."""
    reference(Part.PRIOR)
    network = parts.load_prior(small.store, small.family, Target(dtype=dtype))
    pack(network)
    return network


def decoder_of(small, reference: Reference, dtype: torch.dtype) -> UNet:
    """The small decoder as the engine has it in memory."""
    reference(Part.DECODER)
    network = parts.load_decoder(small.store, small.family, Target(dtype=dtype))
    pack(network)
    return network


@PRECISION
@pytest.mark.parametrize(
    "lengths", [(4, 11), (2, 2), (11, 11), (1, 7)], ids=lambda pair: f"{pair[0]} and {pair[1]}"
)
def test_the_prior_behind_a_prompt_is_the_whole_prior(
    dtype, lengths, small, reference, noise: Noise, distance: Distance
) -> None:
    prior = prior_of(small, reference, dtype)
    x, embed, states = (noise(2, *s).to(dtype) for s in ((32,), (32,), (11, 32)))
    mask = torch.arange(11)[None] < torch.tensor(lengths)[:, None]
    prompt = prior.prompt(states, embed, mask, STEPS)
    for t in STEPS:
        whole = prior(x, torch.tensor([t, t]), states, embed, mask)
        assert distance(prior.step(x, t, prompt), whole) < TOLERANCE[dtype]
        assert distance(prior.step(x[1:], t, prompt), whole[1:]) < TOLERANCE[dtype]


def test_padding_in_the_middle_is_hidden_too(small, reference, noise, distance) -> None:
    prior = prior_of(small, reference, torch.float64)
    x, embed, states = noise(1, 32), noise(1, 32), noise(1, 11, 32)
    mask = torch.tensor([[True, True, False, True] + [False] * 7])
    prompt = prior.prompt(states, embed, mask, (500,))
    whole = prior(x, torch.tensor([500]), states, embed, mask)
    assert distance(prior.step(x, 500, prompt), whole) < 1e-9
    other = prior.prompt(states, embed, mask.cummin(dim=1).values, (500,))
    assert distance(prior.step(x, 500, other), whole) > 1e-3


def test_a_prompt_knows_one_timestep_from_another(small, reference, noise, distance) -> None:
    prior = prior_of(small, reference, torch.float64)
    x, embed, states = noise(1, 32), noise(1, 32), noise(1, 11, 32)
    prompt = prior.prompt(states, embed, torch.ones(1, 11, dtype=torch.bool), (900, 100))
    assert distance(prior.step(x, 900, prompt), prior.step(x, 100, prompt)) > 1e-3


@PRECISION
@pytest.mark.parametrize("known", [(), STEPS], ids=["unknown", "known"])
@pytest.mark.slow
def test_a_prepared_decoder_is_the_whole_decoder(
    dtype, known, small, reference, noise: Noise, distance: Distance
) -> None:
    decoder = decoder_of(small, reference, dtype)
    x, embed = noise(2, 4, 8, 12).to(dtype), noise(2, 32).to(dtype)
    condition = decoder.condition(embed)
    prepared = decoder.prepared(condition, known)
    assert set(prepared.times) == set(known)
    for t in STEPS:
        whole = decoder(x, torch.tensor([t, t]), condition)
        assert distance(decoder.step(x, t, prepared), whole) < TOLERANCE[dtype]
        alone = decoder.step(x[1:], t, prepared.rows(1, 2))
        assert distance(alone, whole[1:]) < TOLERANCE[dtype]


def test_a_ready_made_condition_with_padding_is_prepared_too(
    small, reference, noise, distance
) -> None:
    decoder = decoder_of(small, reference, torch.float64)
    mask = torch.tensor([[True] * 5, [True, True, True, False, False]])
    condition = Condition(time=noise(2, 64), context=noise(2, 5, 24), mask=mask)
    x = noise(2, 4, 8, 8)
    whole = decoder(x, torch.tensor([300, 300]), condition)
    prepared = decoder.prepared(condition, (300,))
    assert distance(decoder.step(x, 300, prepared), whole) < 1e-9
    assert distance(decoder.step(x[1:], 300, prepared.rows(1, 2)), whole[1:]) < 1e-9
    bare = decoder.prepared(Condition(condition.time, condition.context), (300,))
    assert distance(decoder.step(x, 300, bare), whole) > 1e-3


def test_a_table_that_would_take_much_room_is_not_made(
    small, reference, noise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unet, "LARGEST_TABLE", 1000)
    decoder = decoder_of(small, reference, torch.float32)
    assert decoder.prepared(decoder.condition(noise(2, 32).float()), STEPS).times == {}


def test_deep_features_of_the_same_step_change_nothing_and_of_another_something(
    small, reference, noise, distance
) -> None:
    decoder = decoder_of(small, reference, torch.float64)
    x = noise(2, 4, 8, 8)
    prepared = decoder.prepared(decoder.condition(noise(2, 32)), STEPS)
    whole, deep = decoder.step_and_deep(x, 481, prepared)
    again, _ = decoder.step_and_deep(x, 481, prepared, deep)
    assert torch.equal(again, whole)
    _, other = decoder.step_and_deep(noise(2, 4, 8, 8), 999, prepared)
    assert distance(decoder.step_and_deep(x, 481, prepared, other)[0], whole) > 1e-3
