"""Stage 4, the decoder: from an embedding to latents, and into holes that keep what is around them.

Velocity prediction (Salimans & Ho 2022, arXiv 2202.00512) on the published linear schedule: what
to paint is decided where almost nothing but noise is left, and there a network that predicts noise
has to answer nearly its input, with all that matters in the last decimals. The weight of an error
in the clean latents rises with the signal, up to a limit, as in min-SNR weighting (Hang et al.
2023, arXiv 2303.09556). One network of nine input channels learns both; without a picture to keep
the last five are zero and contribute nothing.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from engine.diffusion.schedules import Schedule
from engine.families import starter
from engine.networks.unet import UNet
from engine.training.draws import random_indices
from engine.training.encodings import Encodings
from engine.training.foretold import Foretold
from engine.training.holes import random_keep
from engine.training.loop import Plan, Trainer, channels_last
from engine.training.prior import Captioned
from engine.training.translation import Translation

BATCH = 64
EMBEDDING_DROP = 0.08
EMBEDDING_NOISE = 0.25
"""Largest noise on the embedding, in deviations: the prior is never quite right either."""
FORETOLD = 0.5
"""Share of the late lessons whose embedding is what the prior says instead."""
HOLES = 0.2
LARGEST_WEIGHT = 5.0
"""Of an error in the clean latents, where 1 is that at pure noise."""
INPAINTING = replace(starter.DECODER, in_channels=9)


def network_for_training() -> UNet:
    """Nine input channels, the last layer at zero so that the first answer is zero."""
    network = UNet(INPAINTING)
    nn.init.zeros_(network.conv_out.weight)
    assert network.conv_out.bias is not None
    nn.init.zeros_(network.conv_out.bias)
    for name, parameter in network.named_parameters():
        # Every residual block starts as the identity.
        if name.endswith(("conv2.weight", "to_out.0.weight")):
            nn.init.zeros_(parameter)
    return network


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """Early and late encodings; a finished prior, if there is one, and the late captions."""

    early: Encodings
    late: Encodings
    foretold: tuple[Foretold, Captioned] | None = None


def train(lessons: Lessons, folder: Path, plan: Plan, translation: Translation | None) -> UNet:
    """The averaged nine-channel decoder; of its minutes the last are spent on the late lessons.

    translation: between the towers that its first weights know and those that made the encodings.
    """
    torch.manual_seed(4)
    network = channels_last(network_for_training())
    trainer = Trainer(network, plan, folder)
    if trainer.step == 0 and translation:
        for each in (network, trainer.average):
            assert isinstance(each, UNet)
            translation.teach_decoder(each)
    alpha_bar = torch.tensor(Schedule.of(starter.DECODER_SCHEDULE).alpha_bars, dtype=torch.float32)
    known = lessons.early.embeddings[:20000].astype(np.float32)
    deviation = torch.from_numpy(known).std(0)

    @torch.compile
    def answer(x: Tensor, timesteps: Tensor, embed: Tensor) -> Tensor:
        return network(x, timesteps, network.condition(embed))[:, : starter.DECODER.in_channels]

    def loss(generator: torch.Generator) -> Mapping[str, Tensor]:
        late = trainer.late
        data = lessons.late if late else lessons.early
        chosen = random_indices(BATCH, len(data), generator)
        clean = torch.from_numpy(np.asarray(data.latents[chosen], np.float32))
        embed = torch.from_numpy(data.embeddings[chosen].astype(np.float32))
        amount = torch.rand(BATCH, 1, generator=generator) * EMBEDDING_NOISE
        embed = embed + amount * deviation * torch.randn(embed.shape, generator=generator)
        if late and lessons.foretold:
            prior, captions = lessons.foretold
            rows = torch.rand(BATCH, generator=generator) < FORETOLD
            embed[rows] = prior.estimates(captions, torch.from_numpy(chosen)[rows], generator)
        embed[torch.rand(BATCH, generator=generator) < EMBEDDING_DROP] = data.nothing
        timesteps = torch.randint(0, len(alpha_bar), (BATCH,), generator=generator)
        signal = alpha_bar[timesteps][:, None, None, None]
        noise = torch.randn(clean.shape, generator=generator)
        noisy = signal.sqrt() * clean + (1 - signal).sqrt() * noise
        x = torch.cat([noisy, kept(clean, generator)], dim=1).to(memory_format=torch.channels_last)
        velocity = signal.sqrt() * noise - (1 - signal).sqrt() * clean
        error = (answer(x, timesteps, embed).float() - velocity).square().mean((1, 2, 3))
        left = (
            1 - alpha_bar[timesteps]
        )  # an error e of the velocity is left.sqrt() * e in the clean
        weight = (left * LARGEST_WEIGHT).clamp(max=1.0)
        at_noise = (timesteps > 600).float()
        return {
            "loss": (error * weight).mean(),
            "error": error.mean(),
            "at_noise": (error * at_noise).sum() / at_noise.sum().clamp(min=1),
        }

    average = trainer.run(loss)
    assert isinstance(average, UNet)
    return average


def kept(clean: Tensor, generator: torch.Generator) -> Tensor:
    """(B,5,h,w): masked latents and keep mask where there is a hole, zeros for the rest."""
    count = round(len(clean) * HOLES)
    extra = torch.zeros(len(clean), clean.shape[1] + 1, *clean.shape[2:])
    keep = random_keep(count, clean.shape[-1], generator)
    extra[:count] = torch.cat([clean[:count] * keep, keep], dim=1)
    return extra
