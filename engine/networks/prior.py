"""The prior: a causal transformer that turns a text into a CLIP image embedding.

One class for every published family (diffusers' PriorTransformer layout); parameter names are the
published ones. Ramesh et al. 2022 (arXiv 2204.06125), section 2.2.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.networks.layers import TimeMLP, timestep_embedding
from engine.specs import PriorSpec


class Attention(nn.Module):
    """Multi-head self-attention under an additive mask."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(width, width)
        self.to_k = nn.Linear(width, width)
        self.to_v = nn.Linear(width, width)
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """X (B,T,C), mask broadcastable to (B,heads,T,T), additive -> (B,T,C)."""
        q, k, v = (
            layer(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for layer in (self.to_q, self.to_k, self.to_v)
        )
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.to_out[0](mixed.transpose(1, 2).flatten(2))


class Projection(nn.Module):
    """First half of the feed-forward: widen, then exact GELU."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.proj = nn.Linear(width, inner)

    def forward(self, x: Tensor) -> Tensor:
        """(…, width) -> (…, inner)."""
        return functional.gelu(self.proj(x))


class FeedForward(nn.Module):
    """Two linear layers with GELU between, four times as wide inside."""

    def __init__(self, width: int) -> None:
        super().__init__()
        # Index 1 is the published place of a dropout that is never used at run time.
        self.net = nn.ModuleList(
            [Projection(width, 4 * width), nn.Identity(), nn.Linear(4 * width, width)]
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B,T,C) -> (B,T,C)."""
        return self.net[2](self.net[0](x))


class Block(nn.Module):
    """Pre-norm transformer block. There is no norm2: the published layout skips that number."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attn1 = Attention(width, heads)
        self.norm3 = nn.LayerNorm(width)
        self.ff = FeedForward(width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(B,T,C) -> (B,T,C)."""
        x = x + self.attn1(self.norm1(x), mask)
        return x + self.ff(self.norm3(x))


class Standard(nn.Module):
    """The two vectors of a prior that say where embeddings lie, without the prior."""

    def __init__(self, spec: PriorSpec) -> None:
        super().__init__()
        self.clip_mean = nn.Parameter(torch.zeros(1, spec.embed_dim), requires_grad=False)
        self.clip_std = nn.Parameter(torch.ones(1, spec.embed_dim), requires_grad=False)

    def standardise(self, embedding: Tensor) -> Tensor:
        """CLIP space -> the prior's space, (B,D)."""
        return (embedding - self.clip_mean) / self.clip_std

    def unstandardise(self, x: Tensor) -> Tensor:
        """The prior's space -> CLIP space, (B,D)."""
        return x * self.clip_std + self.clip_mean


class Prior(nn.Module):
    """Predicts the clean, standardised image embedding from a noisy one and the text.

    Tokens in order: text states, text embedding, timestep, noisy embedding, query. The answer is
    read from the query, the last of them. `standardise` and `unstandardise` move between CLIP space
    and the space the prior works in (mean 0, deviation 1 in each coordinate).
    """

    clip_mean: Tensor
    clip_std: Tensor

    def __init__(self, spec: PriorSpec) -> None:
        super().__init__()
        width = spec.width
        self.spec = spec
        self.time_embedding = TimeMLP(width, width)
        self.proj_in = nn.Linear(spec.embed_dim, width)
        self.embedding_proj = nn.Linear(spec.embed_dim, width)
        self.encoder_hidden_states_proj = nn.Linear(spec.embed_dim, width)
        self.positional_embedding = nn.Parameter(torch.zeros(1, spec.text_tokens + 4, width))
        self.prd_embedding = nn.Parameter(torch.zeros(1, 1, width))
        self.transformer_blocks = nn.ModuleList(
            Block(width, spec.heads) for _ in range(spec.layers)
        )
        self.norm_out = nn.LayerNorm(width)
        self.proj_to_clip_embeddings = nn.Linear(width, spec.embed_dim)
        # Parameters, not buffers, in the published files: they are stored and therefore loaded.
        self.clip_mean = nn.Parameter(torch.zeros(1, spec.embed_dim), requires_grad=False)
        self.clip_std = nn.Parameter(torch.ones(1, spec.embed_dim), requires_grad=False)

    def forward(
        self,
        x: Tensor,
        timesteps: Tensor,
        text_states: Tensor,
        text_embed: Tensor,
        text_mask: Tensor,
    ) -> Tensor:
        """Clean estimate (B,D) of x.

        x (B,D) noisy and standardised; timesteps (B,) training steps; text_states (B,T,D) after the
        text tower's last norm; text_embed (B,D); text_mask (B,T) bool, True for real tokens
        including the first end-of-text.
        """
        dtype = self.proj_in.weight.dtype
        prefix = self.prefix_tokens(text_states.to(dtype), text_embed.to(dtype))
        tokens = torch.cat([prefix, self.suffix_tokens(x.to(dtype), timesteps)], dim=1)
        tokens = tokens + self.positional_embedding
        mask = self.attention_mask(text_mask, tokens.dtype)
        for block in self.transformer_blocks:
            tokens = block(tokens, mask)
        return self.proj_to_clip_embeddings(self.norm_out(tokens[:, -1]))

    def prefix_tokens(self, text_states: Tensor, text_embed: Tensor) -> Tensor:
        """(B,T+1,C): what does not change from step to step."""
        return torch.cat(
            [
                self.encoder_hidden_states_proj(text_states),
                self.embedding_proj(text_embed)[:, None],
            ],
            dim=1,
        )

    def suffix_tokens(self, x: Tensor, timesteps: Tensor) -> Tensor:
        """(B,3,C): timestep, noisy embedding, query."""
        time = self.time_embedding(timestep_embedding(timesteps, self.spec.width).to(x.dtype))
        query = self.prd_embedding.expand(x.shape[0], -1, -1)
        return torch.cat([time[:, None], self.proj_in(x)[:, None], query], dim=1)

    def attention_mask(self, text_mask: Tensor, dtype: torch.dtype) -> Tensor:
        """(B,1,N,N) additive: causal, and padded text tokens hidden from everybody.

        -10000 each, as the published networks were trained; both together stay finite in float16.
        """
        length = self.spec.text_tokens + 4
        hidden = torch.full((length, length), -10000.0, device=text_mask.device)
        causal = torch.triu(hidden, diagonal=1)
        padded = functional.pad((~text_mask).float() * -10000.0, (0, 4))
        return (causal[None] + padded[:, None, :])[:, None].to(dtype)

    def standardise(self, embedding: Tensor) -> Tensor:
        """CLIP space -> the prior's space, (B,D)."""
        return (embedding - self.clip_mean) / self.clip_std

    def unstandardise(self, x: Tensor) -> Tensor:
        """The prior's space -> CLIP space, (B,D)."""
        return x * self.clip_std + self.clip_mean
