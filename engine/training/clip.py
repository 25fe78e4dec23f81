"""Stage 2, CLIP: a text tower and an image tower that agree, trained together on drawn pictures.

Contrastive loss of Radford et al. 2021 (arXiv 2103.00020) plus one of our own: a small head, thrown
away afterwards, has to redraw the picture at 32x32 from its embedding. Without it the embedding
forgets whatever captions do not say, and the decoder, which sees nothing else, has to invent it.
The squared error weighs what is wrong in the large most, and the head is half a linear map: what
the principal components of the pictures could hold, the embedding should hold as well.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.families import starter
from engine.networks.clip import ImageTower, TextTower
from engine.tokenizer import Tokenizer
from engine.training.draws import Draws, as_signed, random_indices
from engine.training.loop import Plan, Trainer

BATCH = 128
REDRAW_WEIGHT = 50.0
MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073])[:, None, None]
DEVIATION = torch.tensor([0.26862954, 0.26130258, 0.27577711])[:, None, None]


def normalised(signed: Tensor) -> Tensor:
    """(B,3,H,W) in [-1,1] -> what the image tower reads."""
    return ((signed + 1) / 2 - MEAN) / DEVIATION


def token_ids(captions: tuple[str, ...], tokenizer: Tokenizer) -> Tensor:
    """(N,T) int16 ids of every caption."""
    return torch.from_numpy(
        np.array([tokenizer.encode(caption).ids for caption in captions], dtype=np.int16)
    )


class Redraw(nn.Module):
    """Embedding (B,D) -> a 32x32 RGB picture in about [-1,1]: a linear map and its correction."""

    def __init__(self, embed_dim: int) -> None:
        super().__init__()
        self.linear = nn.Linear(embed_dim, 3 * 32 * 32)
        self.start = nn.Linear(embed_dim, 96 * 8 * 8)
        self.convolutions = nn.Sequential(
            nn.SiLU(),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(96, 64, 3, padding=1),
            nn.SiLU(),
            nn.Conv2d(64, 48, 3, padding=1),
            nn.SiLU(),
            nn.Conv2d(48, 12, 3, padding=1),
            nn.PixelShuffle(2),
        )

    def forward(self, embed: Tensor) -> Tensor:
        """(B,3,32,32)."""
        corrected = self.convolutions(self.start(embed).unflatten(1, (96, 8, 8)))
        return corrected + self.linear(embed).unflatten(1, (3, 32, 32))


class Clip(nn.Module):
    """Both towers, the temperature, and the head that redraws."""

    def __init__(self) -> None:
        super().__init__()
        self.text = TextTower(starter.TEXT)
        self.image = ImageTower(starter.VISION)
        self.log_scale = nn.Parameter(torch.tensor(float(np.log(1 / 0.07))))
        self.redraw = Redraw(starter.EMBED_DIM)

    def shared(self) -> dict[str, Tensor]:
        """The weights that other stages see: all but the head's and the temperature."""
        towers = ("text.", "image.")
        return {name: t for name, t in self.state_dict().items() if name.startswith(towers)}

    def losses(self, pictures: Tensor, ids: Tensor) -> dict[str, Tensor]:
        """Losses by name for pictures (B,3,64,64) in [-1,1] and ids (B,T); the share of hits."""
        image = self.image(normalised(pictures))
        _, text = self.text(ids)
        with torch.autocast("cpu", enabled=False):
            agreement = functional.normalize(image.float()) @ functional.normalize(text.float()).T
            logits = agreement * self.log_scale.exp().clamp(max=100)
            right = torch.arange(len(logits))
            contrast = (
                functional.cross_entropy(logits, right) + functional.cross_entropy(logits.T, right)
            ) / 2
        redrawn = self.redraw(image).float()
        redraw = (redrawn - functional.avg_pool2d(pictures, 2)).square().mean()
        hits = (logits.detach().argmax(1) == right).float().mean()
        loss = contrast + REDRAW_WEIGHT * redraw
        return {"loss": loss, "contrast": contrast, "redraw": redraw, "hits": hits}


def train(early: Draws, late: Draws, tokenizer: Tokenizer, folder: Path, plan: Plan) -> Clip:
    """The averaged towers; of the minutes the last are spent on `late`."""
    torch.manual_seed(2)
    network = Clip()
    trainer = Trainer(network, plan, folder)
    ids = {id(draws): token_ids(draws.captions, tokenizer) for draws in (early, late)}

    def loss(generator: torch.Generator) -> Mapping[str, Tensor]:
        draws = late if trainer.late else early
        chosen = random_indices(BATCH, len(draws), generator)
        batch = ids[id(draws)][torch.from_numpy(chosen)].long()
        longest = int(batch.argmax(1).max()) + 1  # padding costs time and teaches nothing
        return network.losses(as_signed(draws.pictures(chosen)), batch[:, :longest])

    average = trainer.run(loss)
    assert isinstance(average, Clip)
    return average
