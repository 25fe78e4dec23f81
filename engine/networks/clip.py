"""CLIP's two towers, each loadable without the other: open_clip's modules behind one method each.

Radford et al. 2021 (arXiv 2103.00020). Outputs are never normalised: prior and decoder were trained
on the raw vectors. Parameter names are open_clip's.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

import torch
from torch import Tensor, nn

from engine.networks.bare_open_clip import bare
from engine.specs import TextSpec, VisionSpec

with bare():
    from open_clip.transformer import (  # pyright: ignore[reportMissingTypeStubs]
        QuickGELU,
        TextTransformer,
        VisionTransformer,
    )


class TextTower(TextTransformer):
    """Token ids -> hidden states and text embedding."""

    def __init__(self, spec: TextSpec) -> None:
        super().__init__(
            context_length=spec.context,
            vocab_size=spec.vocabulary,
            width=spec.width,
            heads=spec.heads,
            layers=spec.layers,
            mlp_ratio=spec.mlp_ratio,
            output_dim=spec.embed_dim,
            act_layer=QuickGELU if spec.quick_gelu else nn.GELU,
        )
        # Made anew in `forward`: a buffer that no file stores would stay behind on the meta device.
        del self.attn_mask
        self.spec = spec

    def build_causal_mask(self) -> Tensor:
        """Nothing; on the meta device making one imports torch's compiler."""
        return torch.empty(0)

    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]  # one kind of answer
        self, ids: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Ids (B,T) int64 -> states (B,T,W) after the last norm, embedding (B,D).

        The end-of-text id is the largest of the vocabulary and padding follows it, so the first
        maximum is the first end-of-text, whatever the padding is.
        """
        x = self.token_embedding(ids) + self.positional_embedding[: ids.shape[1]]
        hidden = torch.full((ids.shape[1],) * 2, float("-inf"), dtype=x.dtype, device=x.device)
        x = self.transformer(x, attn_mask=hidden.triu(diagonal=1))
        states = self.ln_final(x)
        pooled = states[torch.arange(ids.shape[0], device=ids.device), ids.argmax(dim=-1)]
        return states, pooled @ self.text_projection


class ImageTower(VisionTransformer):
    """Normalised pixels -> image embedding."""

    def __init__(self, spec: VisionSpec) -> None:
        super().__init__(
            image_size=spec.image_size,
            patch_size=spec.patch,
            width=spec.width,
            layers=spec.layers,
            heads=spec.heads,
            mlp_ratio=spec.mlp_ratio,
            output_dim=spec.embed_dim,
            act_layer=QuickGELU if spec.quick_gelu else nn.GELU,
        )
        self.spec = spec

    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]  # one kind of answer
        self, pixels: Tensor
    ) -> Tensor:
        """Pixels (B,3,S,S), standardised with CLIP's mean and deviation -> (B,D)."""
        embedding = super().forward(pixels)
        assert isinstance(embedding, Tensor), "tokens were not asked for"
        return embedding
