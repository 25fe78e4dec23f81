"""Lets prior and decoder go on after CLIP was trained further.

Both begin with weights that know the older towers' numbers. What the new towers say is near a
linear map of that, so the best such map is folded into the layers that read and answer it: the
hours of both are kept, and only what is new has to be learned.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.networks.prior import Prior
from engine.networks.unet import ImageContext, ImageTime, UNet
from engine.training.clip import Clip, normalised
from engine.training.draws import parts

PART = 256


@dataclass(frozen=True, slots=True, eq=False)
class Affine:
    """x (…,I) -> x @ matrix.T + shift, (…,O)."""

    matrix: Tensor
    shift: Tensor


def best_map(source: Tensor, target: Tensor) -> Affine:
    """The affine map from source (N,I) to target (N,O) with the least squared error."""
    rows = torch.cat([source, torch.ones(len(source), 1)], dim=1)
    solution: Tensor = torch.linalg.lstsq(rows, target).solution
    return Affine(solution[:-1].T, solution[-1])


@torch.no_grad()
def fold_before(linear: nn.Linear, change: Affine) -> None:
    """Let `linear` answer to x what it answered to the image of x."""
    linear.bias.add_(linear.weight @ change.shift)
    linear.weight.copy_(linear.weight @ change.matrix)


@torch.no_grad()
def fold_after(linear: nn.Linear, change: Affine) -> None:
    """Let `linear` answer the image of what it answered."""
    linear.bias.copy_(change.matrix @ linear.bias + change.shift)
    linear.weight.copy_(change.matrix @ linear.weight)


@torch.no_grad()
def standardise_by(network: Prior, embeddings: Tensor) -> None:
    """Let the prior's own space have the mean and deviation of these (N,D)."""
    network.clip_mean.copy_(embeddings.mean(0, keepdim=True))
    network.clip_std.copy_(embeddings.std(0, keepdim=True))


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What towers say of the same pairs: images (N,D), texts (N,D), states (M,W) of all words."""

    images: Tensor
    texts: Tensor
    states: Tensor


@torch.no_grad()
def said_by(towers: Clip, pictures: Tensor, ids: Tensor) -> Said:
    """What `towers` say of pictures (N,3,H,W) in [-1,1] and their captions' ids (N,T)."""
    images = torch.cat([towers.image(normalised(part)) for part in parts(pictures, PART)])
    states, texts = towers.text(ids)
    words = torch.arange(ids.shape[1])[None] <= ids.argmax(1)[:, None]
    return Said(images, texts, states[words])


@dataclass(frozen=True, slots=True, eq=False)
class Translation:
    """The same pairs in the words of the older and of the new towers."""

    old: Said
    new: Said

    def teach_decoder(self, network: UNet) -> None:
        """Fold the map of embeddings into the two layers that read them."""
        change = best_map(self.new.images, self.old.images)
        assert isinstance(network.encoder_hid_proj, ImageContext)
        assert isinstance(network.add_embedding, ImageTime)
        fold_before(network.encoder_hid_proj.image_embeds, change)
        fold_before(network.add_embedding.image_proj, change)

    @torch.no_grad()
    def teach_prior(self, network: Prior) -> None:
        """Fold the maps into the layers that read texts and embeddings, and the one that answers.

        The prior works on standardised embeddings; those of the new towers become its own.
        """
        old = network.standardise(self.old.images)
        standardise_by(network, self.new.images)
        new = network.standardise(self.new.images)
        fold_before(network.proj_in, best_map(new, old))
        fold_after(network.proj_to_clip_embeddings, best_map(old, new))
        fold_before(network.embedding_proj, best_map(self.new.texts, self.old.texts))
        states = network.encoder_hidden_states_proj
        fold_before(states, best_map(self.new.states, self.old.states))
