"""One piece of work for both sides: a published network in its real size, and what it is asked.

A side loads its network from the same file of random weights and answers with a function that does
the work once; `shares` says how many steps of a run that is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import torch
from torch import Tensor

from engine import families
from engine.specs import UNetSpec
from tests.oracle import settings

Work: TypeAlias = Callable[[], Tensor]
KANDINSKY, KARLO = families.find("kandinsky22"), families.find("karlo")
STEPS = tuple(range(961, 0, -40))
"""Of a run of 25."""
GUIDANCE = 4.0
TEXT = torch.arange(77)[None] < torch.tensor([[2], [12]])
"""Nothing, and a prompt of ten words."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """ours, theirs: (file, dtype) -> Work. keys: which published tensors; none: they are here."""

    title: str
    ours: Callable[[Path, torch.dtype], Work]
    theirs: Callable[[Path, torch.dtype], Work]
    keys: str = ""
    settings: Mapping[str, object] = field(default_factory=dict[str, object])
    shares: tuple[int, int] = (1, 1)


def noise(dtype: torch.dtype, *shape: int) -> Tensor:
    """The same normal numbers on both sides."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(len(shape))).to(dtype)


def loaded(build: Callable[[], Any], file: Path, dtype: torch.dtype) -> Any:
    """Our network as the engine loads it and holds it in memory."""
    from engine.weights import remap
    from engine.weights.load import load, stored_tensors
    from engine.weights.reading import Target

    return load(build, stored_tensors([file]), remap.same_names, Target(dtype, packed=True))


def published(name: str, file: Path, dtype: torch.dtype) -> Any:
    """The reference's network as `from_pretrained` makes it."""
    from engine import torchvision_operators

    torchvision_operators.ensure()
    import diffusers

    network = getattr(diffusers, name).from_pretrained(file.parent, torch_dtype=dtype)
    return network.eval().requires_grad_(False)


def guided(both: Tensor) -> Tensor:
    """[unconditional, conditional] -> steered."""
    base, told = both.chunk(2)
    return base + GUIDANCE * (told - base)


def our_prior(file: Path, dtype: torch.dtype) -> Work:
    """A guided run: the prompt and 25 steps."""
    from engine.networks.prior import Prior

    prior = loaded(lambda: Prior(KANDINSKY.prior), file, dtype)
    x, embed, states = prior_inputs(dtype)

    def work() -> Tensor:
        prompt = prior.prompt(states, embed, TEXT, STEPS)
        return [prior.step(x, t, prompt) for t in STEPS][-1]

    return work


def their_prior(file: Path, dtype: torch.dtype) -> Work:
    """One guided step of such a run, the last."""
    prior = published("PriorTransformer", file, dtype)
    x, embed, states = prior_inputs(dtype)
    return lambda: prior(x, STEPS[-1], embed, states, TEXT).predicted_image_embedding


def prior_inputs(dtype: torch.dtype) -> tuple[Tensor, Tensor, Tensor]:
    """The noisy embedding, text embedding, text states of two rows."""
    return noise(dtype, 2, 1280), noise(dtype, 2, 1280), noise(dtype, 2, 77, 1280)


def our_unet(file: Path, dtype: torch.dtype, spec: UNetSpec) -> Any:
    """A UNet by its spec."""
    from engine.networks.unet import UNet

    return loaded(lambda: UNet(spec), file, dtype)


def our_decoder(file: Path, dtype: torch.dtype) -> Work:
    """One guided step at 512 × 512 pixels."""
    unet = our_unet(file, dtype, KANDINSKY.decoder)
    prepared = unet.prepared(unet.condition(noise(dtype, 2, 1280)), STEPS)
    x = noise(dtype, 1, 4, 64, 64)
    return lambda: guided(unet.step(torch.cat([x, x]), STEPS[9], prepared)[:, :4])


def their_decoder(file: Path, dtype: torch.dtype) -> Work:
    """The same."""
    unet = published("UNet2DConditionModel", file, dtype)
    x, told = noise(dtype, 1, 4, 64, 64), {"image_embeds": noise(dtype, 2, 1280)}

    def work() -> Tensor:
        both = unet(torch.cat([x, x]), STEPS[9], None, added_cond_kwargs=told).sample
        return guided(both[:, :4])

    return work


def our_movq(file: Path, dtype: torch.dtype) -> Work:
    """512 × 512 pixels out of latents."""
    from engine.networks import streamed
    from engine.networks.movq import MoVQ

    assert KANDINSKY.autoencoder is not None
    spec = KANDINSKY.autoencoder
    movq = loaded(lambda: MoVQ(spec), file, dtype)
    latents = noise(dtype, 1, 4, 64, 64)
    return lambda: streamed.finished(streamed.decoded(movq, latents))


def their_movq(file: Path, dtype: torch.dtype) -> Work:
    """The same."""
    movq = published("VQModel", file, dtype)
    latents = noise(dtype, 1, 4, 64, 64)
    return lambda: movq.decode(latents, force_not_quantize=True).sample


KARLO_TOLD = torch.arange(81)[None] < torch.tensor([[6], [16]])


def our_karlo(file: Path, dtype: torch.dtype) -> Work:
    """One guided step at 64 × 64 pixels."""
    from engine.networks.condition import Condition

    unet = our_unet(file, dtype, KARLO.decoder)
    time, context = noise(dtype, 2, 1280), noise(dtype, 2, 81, 1536)
    prepared = unet.prepared(Condition(time=time, context=context, mask=KARLO_TOLD), STEPS)
    x = noise(dtype, 1, 3, 64, 64)
    return lambda: guided(unet.step(torch.cat([x, x]), STEPS[9], prepared)[:, :3])


def their_karlo(file: Path, dtype: torch.dtype) -> Work:
    """The same."""
    unet = published("UNet2DConditionModel", file, dtype)
    time, context = noise(dtype, 2, 1280), noise(dtype, 2, 81, 1536)
    x = noise(dtype, 1, 3, 64, 64)

    def work() -> Tensor:
        both = torch.cat([x, x])
        reply = unet(both, STEPS[9], context, class_labels=time, attention_mask=KARLO_TOLD).sample
        return guided(reply[:, :3])

    return work


def our_super_resolution(file: Path, dtype: torch.dtype) -> Work:
    """One of its seven steps, at 256 × 256 pixels."""
    from engine.families.karlo import SUPER_RESOLUTION
    from engine.networks.condition import Condition

    unet = our_unet(file, dtype, SUPER_RESOLUTION.unet)
    prepared = unet.prepared(Condition(), STEPS)
    x = noise(dtype, 1, 6, 256, 256)
    return lambda: unet.step(x, STEPS[9], prepared)


def their_super_resolution(file: Path, dtype: torch.dtype) -> Work:
    """The same."""
    unet = published("UNet2DModel", file, dtype)
    x = noise(dtype, 1, 6, 256, 256)
    return lambda: unet(x, STEPS[9]).sample


CASES = {
    "kandinsky22-prior": Case(
        title="Kandinsky 2.2 prior, one of 25 guided steps",
        keys="kandinsky22.prior",
        settings=settings.PRIOR | {"embedding_dim": 1280},
        ours=our_prior,
        theirs=their_prior,
        shares=(25, 1),
    ),
    "kandinsky22-decoder": Case(
        title="Kandinsky 2.2 decoder, guided step, 512²",
        keys="kandinsky22.unet",
        settings=settings.KANDINSKY_DECODER,
        ours=our_decoder,
        theirs=their_decoder,
    ),
    "kandinsky22-movq": Case(
        title="Kandinsky 2.2 MoVQ, decode, 512²",
        keys="kandinsky22.movq",
        settings=settings.MOVQ,
        ours=our_movq,
        theirs=their_movq,
    ),
    "karlo-decoder": Case(
        title="Karlo decoder, guided step, 64²",
        keys="karlo.decoder",
        settings=settings.KARLO_DECODER,
        ours=our_karlo,
        theirs=their_karlo,
    ),
    "karlo-super": Case(
        title="Karlo super-resolution, one of 7 steps, 256²",
        keys="karlo.super_res_first",
        settings=settings.UNCONDITIONED,
        ours=our_super_resolution,
        theirs=their_super_resolution,
    ),
}
