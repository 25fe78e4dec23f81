"""Karlo's text projection against diffusers', loaded from the published layout."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.pipelines.deprecated.unclip.text_proj import UnCLIPTextProjModel
from torch import Tensor, nn

from engine import families
from engine.errors import WeightsDamaged
from engine.families import Family
from engine.networks.condition import Condition
from engine.networks.text_projection import TextProjection
from engine.specs import ProjectionSpec
from engine.weights import parts
from engine.weights.reading import Target
from engine.weights.store import WeightStore

KARLO = families.find("karlo")
SMALL = replace(KARLO, projection=ProjectionSpec(embed_dim=12, time_width=20, context_width=10))
TOLERANCE = {torch.float32: 1e-6, torch.float64: 1e-12}
PRECISION = pytest.mark.parametrize("dtype", TOLERANCE, ids=str)

Told = tuple[Tensor, Tensor, Tensor, Tensor]
Distance = Callable[[Tensor, Tensor], float]


@pytest.fixture
def reference(tmp_path: Path, randomise: Callable[[nn.Module, int], None]) -> nn.Module:
    """Diffusers' network of random weights, also saved below `tmp_path`."""
    network = UnCLIPTextProjModel(
        clip_embeddings_dim=12, time_embed_dim=20, cross_attention_dim=10
    ).double()
    randomise(network, 3)
    network.save_pretrained(tmp_path / "karlo-v1-alpha/text_proj")  # pyright: ignore
    return network


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    """Nothing is trained here."""
    with torch.inference_mode():
        yield


def loaded(folder: Path, dtype: torch.dtype, family: Family = SMALL) -> TextProjection:
    """Ours, from the same folder."""
    return parts.load_projection(WeightStore([folder]), family, Target(dtype=dtype))


def told(dtype: torch.dtype) -> Told:
    """Image embedding, states, text embedding and mask of two pictures."""
    source = torch.Generator().manual_seed(5)
    sides = ((2, 12), (2, 7, 12), (2, 12))
    first, second, third = (torch.randn(side, generator=source).to(dtype) for side in sides)
    return first, second, third, torch.arange(7)[None] < torch.tensor([[3], [7]])


def theirs(network: Any, asked: Told, unconditional: bool) -> tuple[Tensor, Tensor]:
    """Context tokens and time addition."""
    embed, states, text, _ = asked
    return network(
        image_embeddings=embed[1:] if unconditional else embed,
        prompt_embeds=text,
        text_encoder_hidden_states=states,
        do_classifier_free_guidance=unconditional,
    )


def compared(mine: Condition, reply: tuple[Tensor, Tensor], distance: Distance) -> float:
    """The larger of both distances."""
    assert mine.context is not None
    assert mine.time is not None
    return max(distance(mine.context, reply[0]), distance(mine.time, reply[1]))


@pytest.mark.oracle
@PRECISION
def test_the_projection_is_diffusers(dtype, tmp_path, reference, distance) -> None:
    asked = told(dtype)
    mine = loaded(tmp_path, dtype)(*asked)
    assert compared(mine, theirs(reference.to(dtype), asked, False), distance) < TOLERANCE[dtype]


@pytest.mark.oracle
@PRECISION
def test_the_unconditional_half_is_the_learned_vector(dtype, tmp_path, reference, distance) -> None:
    network, (embed, *rest) = loaded(tmp_path, dtype), told(dtype)
    mine = network(torch.cat([network.nothing, embed[1:]]), *rest)
    reply = theirs(reference.to(dtype), (embed, *rest), True)
    assert compared(mine, reply, distance) < TOLERANCE[dtype]
    zeros = network(torch.cat([torch.zeros_like(embed[:1]), embed[1:]]), *rest)
    assert compared(zeros, reply, distance) > 0.01


@pytest.mark.oracle
def test_tokens_in_the_other_order_do_not_pass(tmp_path, reference, distance) -> None:
    asked = told(torch.float64)
    mine = loaded(tmp_path, torch.float64)(*asked)
    assert mine.context is not None
    wrong = mine.context[:, :4].transpose(1, 2).reshape(2, 4, 10)
    reply = theirs(reference, asked, False)[0][:, :4]
    assert distance(mine.context[:, :4], reply) < 1e-12
    assert distance(wrong, reply) > 0.1


def test_tokens_of_the_picture_are_never_masked(tmp_path, reference) -> None:
    mask = loaded(tmp_path, torch.float32)(*told(torch.float32)).mask
    assert mask is not None
    assert mask.tolist() == [[True] * 7 + [False] * 4, [True] * 11]


def test_every_parameter_shows_in_what_is_told(tmp_path, reference) -> None:
    with torch.inference_mode(mode=False), torch.enable_grad():
        network = loaded(tmp_path, torch.float64).requires_grad_(True)
        embed, *rest = told(torch.float64)
        condition = network(torch.cat([network.nothing, embed[1:]]), *rest)
        assert condition.time is not None
        assert condition.context is not None
        (condition.time.square().sum() + condition.context[:, :, 0].square().sum()).backward()
        mute = [
            name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()
        ]
    assert mute == []


def test_settings_of_another_projection_are_refused(tmp_path, reference) -> None:
    other = replace(
        SMALL, projection=ProjectionSpec(embed_dim=12, time_width=20, context_width=8, tokens=5)
    )
    with pytest.raises(WeightsDamaged, match="says 10 for context width where Karlo v1 alpha has"):
        loaded(tmp_path, torch.float32, other)
