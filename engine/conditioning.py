"""Words to a CLIP image embedding: text tower and prior. Ramesh et al. 2022 (arXiv 2204.06125).

B is the number of pictures, D the width of the embedding, T the tokens of a text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.diffusion.guidance import guided
from engine.diffusion.noise import NoiseSource
from engine.diffusion.prediction import Network, denoiser
from engine.diffusion.samplers import Sample, ddpm
from engine.diffusion.schedules import Schedule
from engine.finite import check_finite
from engine.networks.clip import ImageTower, TextTower
from engine.networks.prior import Prior
from engine.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """What the prior is told: states (N,T,D), embed (N,D), mask (N,T) bool, True where real."""

    states: Tensor
    embed: Tensor
    mask: Tensor

    def last(self, count: int) -> "Text":
        """The last `count` rows."""
        return Text(self.states[-count:], self.embed[-count:], self.mask[-count:])

    def rows(self, indices: Sequence[int]) -> "Text":
        """These rows, in this order."""
        chosen = list(indices)
        return Text(self.states[chosen], self.embed[chosen], self.mask[chosen])

    def repeated(self, count: int) -> "Text":
        """Every row `count` times, copies side by side."""
        rows = (self.states, self.embed, self.mask)
        return Text(*(tensor.repeat_interleave(count, dim=0) for tensor in rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorRun:
    """How the prior is sampled. timesteps: falling. guidance: 1 leaves the negative text out."""

    schedule: Schedule
    timesteps: tuple[int, ...]
    guidance: float
    noise: NoiseSource


def encode_texts(tower: TextTower, tokenizer: Tokenizer, texts: Sequence[str], device: str) -> Text:
    """One row for each text, N = len(texts)."""
    tokens = [tokenizer.encode(text) for text in texts]
    ids = torch.tensor([encoded.ids for encoded in tokens], device=device)
    lengths = torch.tensor([encoded.length for encoded in tokens], device=device)
    states, embed = tower(ids)
    # By length, never by comparing with the padding id, which may be that of end-of-text.
    mask = torch.arange(ids.shape[1], device=device)[None] < lengths[:, None]
    return Text(states, embed, mask)


def embed_texts(
    tower: TextTower, tokenizer: Tokenizer, texts: Sequence[str], device: str
) -> Tensor:
    """(N,D): the embeddings alone, without work on padding.

    No token looks ahead, so what follows the longest text changes nothing.
    """
    tokens = [tokenizer.encode(text) for text in texts]
    longest = max(encoded.length for encoded in tokens)
    ids = torch.tensor([encoded.ids[:longest] for encoded in tokens], device=device)
    return tower(ids)[1]


def sample_prior(prior: Prior, text: Text, start: Tensor, run: PriorRun) -> Iterator[Sample]:
    """From noise `start` (B,D) to a standardised embedding, ancestrally, as it was published.

    text: 2B rows, [negative, positive]; with a guidance of 1 B rows are enough.
    Raises NotFinite.
    """
    predict = guided(_told(prior, text, run.timesteps), run.guidance)
    denoise = denoiser(predict, run.schedule)
    for sample in ddpm(denoise, start, run.schedule, run.timesteps, run.noise):
        check_finite(sample.x)
        yield sample


def _told(prior: Prior, text: Text, timesteps: Sequence[int]) -> Network:
    """The prior as a function of x and t; of a shorter batch, the text's last rows count."""
    prompt = prior.prompt(text.states, text.embed, text.mask, timesteps)

    def predict(x: Tensor, t: int) -> Tensor:
        return prior.step(x, t, prompt)

    return predict


def no_picture(tower: ImageTower, side: int, device: str) -> Tensor:
    """(1,D), Kandinsky's unconditional embedding: the image tower's answer to normalised zeros."""
    dtype = next(tower.parameters()).dtype
    embed: Tensor = tower(torch.zeros(1, 3, side, side, device=device, dtype=dtype))
    return embed.float()
