"""Stage 3, the prior: from a caption to the embedding of a picture that it describes.

The text part of the sequence depends neither on the timestep nor on the noise, and no text token
looks at what follows it. So one caption is read once and several noise levels are answered behind
it, each seeing the text and itself but not its neighbours: the same numbers as separate runs for a
fifth of the work.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.diffusion.schedules import Schedule
from engine.families import starter
from engine.networks.clip import TextTower
from engine.networks.prior import Prior
from engine.training.draws import random_indices
from engine.training.loop import START, Plan, Trainer
from engine.training.translation import Translation, standardise_by

BATCH = 96
LEVELS = 6
TEXT_DROP = 0.1
HIDDEN = -10000.0


def shared_mask(text_mask: Tensor, levels: int) -> Tensor:
    """Additive mask (B,1,N,N), N = T+1+3·levels: each level sees the text and itself."""
    text = text_mask.shape[1] + 1
    length = text + 3 * levels
    group = torch.cat([torch.zeros(text, dtype=torch.long), 1 + torch.arange(3 * levels) // 3])
    position = torch.arange(length)
    allowed = (position[None] <= position[:, None]) & (
        (group[None] == 0) | (group[None] == group[:, None])
    )
    keys = functional.pad(text_mask, (0, 1 + 3 * levels), value=True)
    hidden = ~(allowed[None] & keys[:, None, :])
    return (hidden.float() * HIDDEN)[:, None]


def shared_forward(
    network: Prior, noisy: Tensor, timesteps: Tensor, text: tuple[Tensor, Tensor, Tensor]
) -> Tensor:
    """Clean estimates (B,L,D) of noisy (B,L,D) at timesteps (B,L), behind one text each.

    text: states (B,T,D) with T up to the prior's own number, embedding (B,D), mask (B,T).
    """
    states, embed, mask = text
    batch, levels, width = noisy.shape
    prefix = network.prefix_tokens(states, embed)
    suffix = network.suffix_tokens(noisy.reshape(-1, width), timesteps.reshape(-1))
    suffix = suffix.unflatten(0, (batch, levels)).flatten(1, 2)  # (B,3L,C)
    positions = network.positional_embedding
    full = network.spec.text_tokens
    place = torch.cat(
        [
            positions[:, : states.shape[1]],
            positions[:, full : full + 1],
            positions[:, full + 1 :].repeat(1, levels, 1),
        ],
        dim=1,
    )
    tokens = torch.cat([prefix, suffix], dim=1) + place
    bias = shared_mask(mask, levels).to(tokens.dtype)
    for block in network.transformer_blocks:
        tokens = block(tokens, bias)
    queries = tokens[:, states.shape[1] + 1 :].unflatten(1, (levels, 3))[:, :, 2]
    return network.proj_to_clip_embeddings(network.norm_out(queries))


@dataclass(frozen=True, slots=True, eq=False)
class Captioned:
    """Embeddings (N,D) of pictures and token ids (N,T) of their captions."""

    embeddings: NDArray[np.float16]
    ids: Tensor


def empty_text(ids: Tensor) -> Tensor:
    """Token ids (T,) of no text at all, for captions of ids (N,T)."""
    empty = torch.full((ids.shape[1],), int(ids.max()), dtype=torch.long)
    empty[0] = int(ids[0, 0])
    return empty


def train(
    data: tuple[Captioned, Captioned],
    tower: TextTower,
    folder: Path,
    plan: Plan,
    translation: Translation | None,
) -> Prior:
    """The averaged prior; data: early and late, and of its minutes the last are spent on the late.

    The tower stays. translation: between the towers that its first weights know and those of now.
    """
    early, late = data
    torch.manual_seed(3)
    network = Prior(starter.PRIOR)
    nn.init.normal_(network.positional_embedding, std=0.02)
    nn.init.normal_(network.prd_embedding, std=0.02)
    known = torch.from_numpy(early.embeddings[:50000].astype(np.float32))
    trainer = Trainer(network, plan, folder)
    if trainer.step == 0:
        for each in (network, trainer.average):
            assert isinstance(each, Prior)
            if translation:
                translation.teach_prior(each)
            elif not (folder / START).exists():
                standardise_by(each, known)
    alpha_bar = torch.tensor(Schedule.of(starter.PRIOR_SCHEDULE).alpha_bars, dtype=torch.float32)
    empty = empty_text(early.ids)

    def loss(generator: torch.Generator) -> Mapping[str, Tensor]:
        mix = late if trainer.late else early
        chosen = random_indices(BATCH, len(mix.ids), generator)
        words = mix.ids[torch.from_numpy(chosen)].long()
        words[torch.rand(BATCH, generator=generator) < TEXT_DROP] = empty
        words = words[:, : int(words.argmax(1).max()) + 1]
        with torch.no_grad():
            states, embed = tower(words)
        mask = torch.arange(words.shape[1])[None] <= words.argmax(1)[:, None]
        clean = network.standardise(torch.from_numpy(mix.embeddings[chosen].astype(np.float32)))[
            :, None
        ]
        noise = torch.randn(BATCH, LEVELS, clean.shape[-1], generator=generator)
        timesteps = torch.randint(0, len(alpha_bar), (BATCH, LEVELS), generator=generator)
        signal = alpha_bar[timesteps][..., None]
        noisy = signal.sqrt() * clean + (1 - signal).sqrt() * noise
        estimate = shared_forward(network, noisy, timesteps, (states, embed, mask)).float()
        return {"loss": (estimate - clean).square().mean()}

    average = trainer.run(loss)
    assert isinstance(average, Prior)
    return average
