"""Embeddings as the prior tells them: a decoder is shown no others when somebody types.

What a prior says of a caption lies near the pictures of the thing, between several of them, and is
smoother than the embedding of any. A decoder that has only seen embeddings of pictures paints the
average then: an owl without eyes. So a part of its lessons are estimates of the finished prior, of
the noisy embedding of the very picture and of its caption, guided as at run time.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.diffusion.schedules import Schedule
from engine.families import starter
from engine.networks.clip import TextTower
from engine.networks.prior import Prior
from engine.training.prior import Captioned, empty_text, shared_forward

STRONGEST_GUIDANCE = 4.0
"""The preset's; each row has its own between 1 and this."""


@dataclass(frozen=True, slots=True, eq=False)
class Foretold:
    """A finished prior and its text tower, both at rest."""

    prior: Prior
    tower: TextTower

    @torch.no_grad()
    def estimates(self, data: Captioned, chosen: Tensor, generator: torch.Generator) -> Tensor:
        """(B,D) what the prior says of the pictures `chosen` (B,), in CLIP space.

        Each embedding is made noisy to a level of its own, up to where nothing of it is left.
        """
        count = len(chosen)
        words = data.ids[chosen].long()
        words = torch.cat([empty_text(data.ids).expand(count, -1), words])
        words = words[:, : int(words.argmax(1).max()) + 1]
        states, embed = self.tower(words)
        mask = torch.arange(words.shape[1])[None] <= words.argmax(1)[:, None]
        clean = self.prior.standardise(torch.from_numpy(data.embeddings[chosen.numpy()]).float())
        levels = torch.tensor(Schedule.of(starter.PRIOR_SCHEDULE).alpha_bars, dtype=torch.float32)
        timesteps = torch.randint(0, len(levels), (count,), generator=generator)
        signal = levels[timesteps][:, None]
        noise = torch.randn(clean.shape, generator=generator)
        noisy = signal.sqrt() * clean + (1 - signal).sqrt() * noise
        both = shared_forward(
            self.prior,
            noisy.repeat(2, 1)[:, None],
            timesteps.repeat(2)[:, None],
            (states, embed, mask),
        )
        nothing, told = both[:, 0].float().chunk(2)
        guidance = 1 + (STRONGEST_GUIDANCE - 1) * torch.rand(count, 1, generator=generator)
        limit = starter.PRIOR_SCHEDULE.clip or float("inf")
        return self.prior.unstandardise(nothing.lerp(told, guidance).clamp(-limit, limit))
