"""Every network against diffusers' or transformers' own, in float32 and float64."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import ModuleType

import pytest
import torch
from torch import Tensor, nn

from engine import families
from engine.families import Part
from engine.networks.condition import Condition
from engine.networks.unet import UNet
from engine.specs import Conditioning
from engine.weights import parts
from engine.weights.reading import Target

pytestmark = pytest.mark.oracle
diffusers: ModuleType = pytest.importorskip("diffusers")

TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-9}
PRECISION = pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
KARLO = families.find("karlo")
Noise = Callable[..., Tensor]
Distance = Callable[[Tensor, Tensor], float]


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    """Nothing is trained here."""
    with torch.inference_mode():
        yield


@PRECISION
def test_the_prior_is_diffusers_prior(dtype, small, reference, noise, distance) -> None:
    theirs = reference(Part.PRIOR).to(dtype)
    ours = parts.load_prior(small.store, small.family, Target(dtype=dtype))
    x, embed, states = (noise(2, *s).to(dtype) for s in ((32,), (32,), (11, 32)))
    mask = torch.arange(11)[None] < torch.tensor([[4], [11]])

    for timestep in (0, 417, 999):
        mine = ours(x, torch.tensor([timestep] * 2), states, embed, mask)
        reply = theirs(x, timestep, embed, states, mask).predicted_image_embedding
        assert distance(mine, reply) < TOLERANCE[dtype]
    assert distance(ours.unstandardise(x), theirs.post_process_latents(x)) < TOLERANCE[dtype]


@PRECISION
@pytest.mark.parametrize("part", [Part.DECODER, Part.INPAINT])
@pytest.mark.slow
def test_a_decoder_is_diffusers_unet(dtype, part, small, reference, noise, distance) -> None:
    theirs = reference(part).to(dtype)
    load = parts.load_decoder if part is Part.DECODER else parts.load_inpaint
    ours = load(small.store, small.family, Target(dtype=dtype))
    x, embed = noise(2, ours.spec.in_channels, 8, 12).to(dtype), noise(2, 32).to(dtype)

    condition = ours.condition(embed)
    for timestep in (1, 481, 961):
        mine = ours(x, torch.tensor([timestep] * 2), condition)
        reply = theirs(x, timestep, None, added_cond_kwargs={"image_embeds": embed}).sample
        assert distance(mine, reply) < TOLERANCE[dtype]


@PRECISION
def test_a_decoder_with_a_ready_made_condition_is_karlos(
    dtype, small, noise, distance, randomise
) -> None:
    spec = replace(
        small.family.decoder, conditioning=Conditioning.PROJECTED, in_channels=3, out_channels=6
    )
    theirs = diffusers.UNet2DConditionModel(
        sample_size=8, class_embed_type="identity", **karlo_settings(spec)
    )
    theirs = theirs.to(dtype).eval()
    randomise(theirs, 3)
    ours = UNet(spec).to(dtype).eval()
    ours.load_state_dict(theirs.state_dict())
    x, time, context = (noise(2, *s).to(dtype) for s in ((3, 8, 8), (64,), (5, 24)))
    mask = torch.tensor([[True] * 5, [True, True, True, False, False]])

    mine = ours(x, torch.tensor([700, 700]), Condition(time=time, context=context, mask=mask))
    reply = theirs(x, 700, context, class_labels=time, attention_mask=mask).sample
    assert distance(mine, reply) < TOLERANCE[dtype]


def karlo_settings(spec) -> dict[str, object]:
    """A conditioned UNet whose context and time addition come from outside."""
    last = len(spec.channels) - 1
    return {
        "in_channels": spec.in_channels,
        "out_channels": spec.out_channels,
        "block_out_channels": spec.channels,
        "layers_per_block": spec.blocks,
        "attention_head_dim": spec.head_width,
        "cross_attention_dim": spec.context_width,
        "norm_num_groups": spec.groups,
        "down_block_types": ("ResnetDownsampleBlock2D", *["SimpleCrossAttnDownBlock2D"] * last),
        "up_block_types": (*["SimpleCrossAttnUpBlock2D"] * last, "ResnetUpsampleBlock2D"),
        "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
        "resnet_time_scale_shift": "scale_shift",
    }


@PRECISION
def test_super_resolution_is_diffusers_unconditioned_unet(
    dtype, small, noise, distance, randomise
) -> None:
    spec = replace(
        small.family.decoder,
        conditioning=Conditioning.NONE,
        attention=(False,) * 3,
        scale_shift=False,
        in_channels=6,
        out_channels=3,
    )
    theirs = diffusers.UNet2DModel(
        in_channels=6,
        out_channels=3,
        block_out_channels=spec.channels,
        layers_per_block=spec.blocks,
        norm_num_groups=spec.groups,
        add_attention=False,
        down_block_types=("ResnetDownsampleBlock2D",) * 3,
        up_block_types=("ResnetUpsampleBlock2D",) * 3,
        resnet_time_scale_shift="default",
    )
    theirs = theirs.to(dtype).eval()
    randomise(theirs, 3)
    ours = UNet(spec).to(dtype).eval()
    ours.load_state_dict(theirs.state_dict())
    x = noise(2, 6, 16, 8).to(dtype)

    mine = ours(x, torch.tensor([166, 166]))
    assert distance(mine, theirs(x, 166).sample) < TOLERANCE[dtype]


@PRECISION
def test_the_autoencoder_is_diffusers_movq(dtype, small, reference, noise, distance) -> None:
    theirs = reference(Part.AUTOENCODER).to(dtype)
    ours = parts.load_autoencoder(small.store, small.family, Target(dtype=dtype))
    pixels, latents = noise(2, 3, 32, 24).to(dtype), noise(2, 4, 8, 6).to(dtype)

    assert distance(ours.encode(pixels), theirs.encode(pixels).latents) < TOLERANCE[dtype]
    reply = theirs.decode(latents, force_not_quantize=True).sample
    assert distance(ours.decode(latents), reply) < TOLERANCE[dtype]


@PRECISION
@pytest.mark.parametrize("quick_gelu", [False, True])
def test_the_text_tower_is_transformers_clip(dtype, quick_gelu, small, reference, distance) -> None:
    small = with_family(small, text=replace(small.family.text, quick_gelu=quick_gelu))
    theirs = reference(Part.TEXT).to(dtype)
    ours = parts.load_text(small.store, small.family, Target(dtype=dtype))
    ids = torch.tensor([[62, 5, 9, 7, 63] + [63] * 6, [62, 40, 41, 42, 43, 44, 45, 46, 47, 48, 63]])

    states, embed = ours(ids)
    reply = theirs(ids)
    assert distance(states, reply.last_hidden_state) < TOLERANCE[dtype]
    assert distance(embed, reply.text_embeds) < TOLERANCE[dtype]


def with_family(small, **changes):
    """The same folder for a changed family; in place, since the reference is made of it too."""
    object.__setattr__(small, "family", replace(small.family, **changes))
    return small


@PRECISION
@pytest.mark.parametrize("quick_gelu", [False, True])
def test_the_image_tower_is_transformers_clip(
    dtype, quick_gelu, small, reference, noise, distance
) -> None:
    small = with_family(small, vision=replace(small.family.vision, quick_gelu=quick_gelu))
    theirs = reference(Part.VISION).to(dtype)
    ours = parts.load_vision(small.store, small.family, Target(dtype=dtype))
    pixels = noise(2, 3, 28, 28).to(dtype)
    assert distance(ours(pixels), theirs(pixels).image_embeds) < TOLERANCE[dtype]


@dataclass(frozen=True)
class Question:
    """How a part is loaded and asked, and its parameters that cannot show in the answer."""

    load: Callable[..., nn.Module]
    ask: Callable[[nn.Module, Noise], Tensor]
    silent: tuple[str, ...] = ()


def ask_prior(network: nn.Module, noise: Noise) -> Tensor:
    """One prediction, moved to CLIP's space."""
    mask = torch.ones(1, 11, dtype=torch.bool)
    x = network(noise(1, 32), torch.tensor([500]), noise(1, 11, 32), noise(1, 32), mask)
    return network.unstandardise(x)  # pyright: ignore


def ask_unet(network: UNet, noise: Noise) -> Tensor:
    """One prediction."""
    x = noise(1, network.spec.in_channels, 8, 8)
    return network(x, torch.tensor([500]), network.condition(noise(1, 32)))


# A key's bias moves all of a softmax's entries alike; only added keys make it visible.
QUESTIONS = {
    Part.PRIOR: Question(parts.load_prior, ask_prior, ("attn1.to_k.bias",)),
    Part.DECODER: Question(parts.load_decoder, ask_unet),
    Part.INPAINT: Question(parts.load_inpaint, ask_unet),
    Part.AUTOENCODER: Question(
        parts.load_autoencoder,
        lambda network, noise: network.decode(network.encode(noise(1, 3, 16, 16))),
        ("attentions.0.to_k.bias", "attentions.1.to_k.bias", "quantize.embedding.weight"),
    ),
    Part.TEXT: Question(
        parts.load_text, lambda network, _: network(torch.tensor([[62, 1, 63] + [63] * 8]))[1]
    ),
    Part.VISION: Question(parts.load_vision, lambda network, noise: network(noise(1, 3, 28, 28))),
}


@pytest.mark.parametrize("part", QUESTIONS)
@pytest.mark.slow
def test_every_parameter_shows_in_what_is_compared(part, small, reference, noise) -> None:
    with torch.inference_mode(mode=False), torch.enable_grad():
        reference(part)
        question = QUESTIONS[part]
        network = question.load(small.store, small.family, Target(dtype=torch.float64))
        network.requires_grad_(True)
        question.ask(network, noise).square().sum().backward()
        mute = {
            name
            for name, parameter in network.named_parameters()
            if parameter.grad is None or parameter.grad.abs().max() < 1e-9
        }
    assert {name for name in mute if not name.endswith(question.silent or ("-",))} == set()


def test_a_wrong_activation_does_not_pass_for_the_right_one(small, reference, distance) -> None:
    theirs = reference(Part.TEXT)
    (small.folder(Part.TEXT) / "config.json").unlink()
    small = with_family(small, text=replace(small.family.text, quick_gelu=True))
    ours = parts.load_text(small.store, small.family, Target(dtype=torch.float64))
    ids = torch.tensor([[62, 5, 9, 7, 63] + [63] * 6])
    assert distance(ours(ids)[1], theirs(ids).text_embeds) > 1e-3
