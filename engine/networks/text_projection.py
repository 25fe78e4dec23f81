"""Karlo's `text_proj`: image embedding and text -> what its decoder is told.

Ramesh et al. 2022 (arXiv 2204.06125), section 2.1: both embeddings are added to the time embedding,
and the image embedding becomes four more context tokens before those of the text. Parameter names
are the published ones.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.networks.condition import Condition
from engine.specs import ProjectionSpec


class TextProjection(nn.Module):
    """The projections, and the learned embedding that means "no picture in particular"."""

    def __init__(self, spec: ProjectionSpec) -> None:
        super().__init__()
        width = spec.embed_dim
        self.spec = spec
        self.learned_classifier_free_guidance_embeddings = nn.Parameter(torch.zeros(width))
        self.embedding_proj = nn.Linear(width, spec.time_width)
        self.clip_image_embeddings_project_to_time_embeddings = nn.Linear(width, spec.time_width)
        self.clip_extra_context_tokens_proj = nn.Linear(width, spec.tokens * spec.context_width)
        self.encoder_hidden_states_proj = nn.Linear(width, spec.context_width)
        self.text_encoder_hidden_states_norm = nn.LayerNorm(spec.context_width)

    @property
    def nothing(self) -> Tensor:
        """(1,D), what stands for the image embedding in the unconditional half; not zeros."""
        return self.learned_classifier_free_guidance_embeddings[None]

    def forward(
        self, embed: Tensor, text_states: Tensor, text_embed: Tensor, text_mask: Tensor
    ) -> Condition:
        """Image embedding (B,D), text states (B,T,D), text embedding (B,D), mask (B,T) bool.

        The condition has 4+T context tokens; those of the image are never masked.
        """
        dtype = self.embedding_proj.weight.dtype
        embed, text_states, text_embed = (x.to(dtype) for x in (embed, text_states, text_embed))
        time = self.clip_image_embeddings_project_to_time_embeddings(embed)
        # The published layout keeps the tokens in the last place: (B, context_width, tokens).
        flat = self.clip_extra_context_tokens_proj(embed)
        image = flat.unflatten(-1, (-1, self.spec.tokens)).transpose(1, 2)  # (B,4,W)
        words = self.encoder_hidden_states_proj(text_states)
        words = self.text_encoder_hidden_states_norm(words)  # (B,T,W)
        return Condition(
            time=time + self.embedding_proj(text_embed),
            context=torch.cat([image, words], dim=1),
            mask=functional.pad(text_mask, (self.spec.tokens, 0), value=True),
        )
