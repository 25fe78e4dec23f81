"""The prior: a causal transformer that turns a text into a CLIP image embedding.

One class for every published family (diffusers' PriorTransformer layout); parameter names are the
published ones. Ramesh et al. 2022 (arXiv 2204.06125), section 2.2.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.networks.layers import TimeMLP, timestep_embedding
from engine.networks.packing import Linear
from engine.specs import PriorSpec

HIDDEN = -10000.0
"""Added where a token may not look, as the published networks were trained; twice this stays finite
in float16."""


@dataclass(frozen=True, slots=True, eq=False)
class Remembered:
    """Keys and values (B,heads,T,head width) of tokens that have been through a block."""

    keys: Tensor
    values: Tensor

    def part(self, tokens: slice) -> "Remembered":
        """Some of the tokens."""
        return Remembered(self.keys[:, :, tokens], self.values[:, :, tokens])


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """All of the prior's work that depends on neither x nor the step before: made once per run.

    text: one entry per block, of the text states (without the padding that all rows share) and the
    text embedding, T tokens. times: the same for the time token of each timestep, one token each.
    hidden: (B,1,1,T) additive, what of the text is padding.
    """

    text: tuple[Remembered, ...]
    times: tuple[Remembered, ...]
    timesteps: tuple[int, ...]
    hidden: Tensor

    def before(self, block: int, timestep: int, rows: slice) -> Remembered:
        """What a token behind the time token of `timestep` sees at `block`, T+1 tokens."""
        text, times, at = self.text[block], self.times[block], self.timesteps.index(timestep)
        here = slice(at, at + 1)
        return Remembered(
            torch.cat([text.keys[rows], times.keys[rows, :, here]], dim=2),
            torch.cat([text.values[rows], times.values[rows, :, here]], dim=2),
        )


class Attention(nn.Module):
    """Multi-head self-attention under an additive mask."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.to_q = Linear(width, width)
        self.to_k = Linear(width, width)
        self.to_v = Linear(width, width)
        self.to_out = nn.ModuleList([Linear(width, width)])

    def forward(self, x: Tensor, mask: Tensor, before: Remembered | None = None) -> Tensor:
        """X (B,T,C) -> (B,T,C), which also looks at what came `before`, P tokens.

        mask: additive, broadcastable to (B,heads,T,P+T).
        """
        seen = self.remember(x)
        if before is not None:
            keys = torch.cat([before.keys, seen.keys], dim=2)
            seen = Remembered(keys, torch.cat([before.values, seen.values], dim=2))
        q = self._split(self.to_q(x))
        mixed = functional.scaled_dot_product_attention(q, seen.keys, seen.values, attn_mask=mask)
        return self.to_out[0](mixed.transpose(1, 2).flatten(2))

    def remember(self, x: Tensor) -> Remembered:
        """Keys and values of tokens (B,T,C)."""
        return Remembered(self._split(self.to_k(x)), self._split(self.to_v(x)))

    def _split(self, tokens: Tensor) -> Tensor:
        return tokens.unflatten(-1, (self.heads, -1)).transpose(1, 2)  # (B,heads,T,head width)


class Projection(nn.Module):
    """First half of the feed-forward: widen, then exact GELU."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.proj = Linear(width, inner)

    def forward(self, x: Tensor) -> Tensor:
        """(…, width) -> (…, inner)."""
        return functional.gelu(self.proj(x))


class FeedForward(nn.Module):
    """Two linear layers with GELU between, four times as wide inside."""

    def __init__(self, width: int) -> None:
        super().__init__()
        # Index 1 is the published place of a dropout that is never used at run time.
        self.net = nn.ModuleList(
            [Projection(width, 4 * width), nn.Identity(), Linear(4 * width, width)]
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

    def forward(self, x: Tensor, mask: Tensor, before: Remembered | None = None) -> Tensor:
        """(B,T,C) -> (B,T,C); see Attention."""
        x = x + self.attn1(self.norm1(x), mask, before)
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
        self.proj_in = Linear(spec.embed_dim, width)
        self.embedding_proj = Linear(spec.embed_dim, width)
        self.encoder_hidden_states_proj = Linear(spec.embed_dim, width)
        self.positional_embedding = nn.Parameter(torch.zeros(1, spec.text_tokens + 4, width))
        self.prd_embedding = nn.Parameter(torch.zeros(1, 1, width))
        self.transformer_blocks = nn.ModuleList(
            Block(width, spec.heads) for _ in range(spec.layers)
        )
        self.norm_out = nn.LayerNorm(width)
        self.proj_to_clip_embeddings = Linear(width, spec.embed_dim)
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

    @torch.no_grad()
    def prompt(
        self,
        text_states: Tensor,
        text_embed: Tensor,
        text_mask: Tensor,
        timesteps: Sequence[int],
    ) -> Prompt:
        """The part of `forward` that a whole run shares; the same arguments, but every timestep.

        No text token looks at what follows it, and the time token looks at the text and itself:
        neither knows x. Padding behind the longest text is left out, whose share in every softmax
        is exactly zero. Only x and the query are left for `step`.
        """
        dtype, length = self.proj_in.weight.dtype, _longest(text_mask)
        position = self.positional_embedding
        words = self.encoder_hidden_states_proj(text_states[:, :length].to(dtype))
        whole = self.embedding_proj(text_embed.to(dtype))[:, None]
        time = self._time_token(torch.tensor(timesteps, device=words.device))[None]  # (1,S,C)
        tokens = torch.cat(
            [
                words + position[:, :length],
                whole + position[:, -4:-3],
                (time + position[:, -3:-2]).expand(len(words), -1, -1),
            ],
            dim=1,
        )
        hidden = _hidden(text_mask[:, :length], dtype)
        mask = _prompt_mask(length + 1, len(timesteps), dtype, words.device)
        mask = mask + functional.pad(hidden, (0, len(timesteps)))
        seen = list[Remembered]()
        for block in blocks(self.transformer_blocks):
            seen.append(block.attn1.remember(block.norm1(tokens)))
            tokens = block(tokens, mask)
        text = tuple(each.part(slice(length + 1)) for each in seen)
        times = tuple(each.part(slice(length + 1, None)) for each in seen)
        return Prompt(text, times, tuple(timesteps), hidden)

    @torch.no_grad()
    def step(self, x: Tensor, timestep: int, prompt: Prompt) -> Tensor:
        """The same as `forward` behind `prompt`, whose last B rows count: (B,D) from noisy x (B,D).

        timestep: one of those that the prompt was made with.
        """
        rows = slice(len(prompt.hidden) - len(x), None)
        dtype = self.proj_in.weight.dtype
        query = self.prd_embedding.expand(len(x), -1, -1)
        tokens = torch.cat([self.proj_in(x.to(dtype))[:, None], query], dim=1)
        tokens = tokens + self.positional_embedding[:, -2:]
        later = torch.tensor([[0.0, HIDDEN], [0.0, 0.0]], dtype=dtype, device=x.device)
        hidden = functional.pad(prompt.hidden[rows], (0, 1)).expand(-1, -1, 2, -1)
        mask = torch.cat([hidden, later.expand(len(x), 1, -1, -1)], dim=-1)  # (B,1,2,T+3)
        for index, block in enumerate(blocks(self.transformer_blocks)):
            tokens = block(tokens, mask, prompt.before(index, timestep, rows))
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
        time = self._time_token(timesteps)
        query = self.prd_embedding.expand(x.shape[0], -1, -1)
        return torch.cat([time[:, None], self.proj_in(x)[:, None], query], dim=1)

    def _time_token(self, timesteps: Tensor) -> Tensor:
        """(S,) -> (S,C)."""
        sinusoid = timestep_embedding(timesteps, self.spec.width)
        return self.time_embedding(sinusoid.to(self.proj_in.weight.dtype))

    def attention_mask(self, text_mask: Tensor, dtype: torch.dtype) -> Tensor:
        """(B,1,N,N) additive: causal, and padded text tokens hidden from everybody."""
        length = self.spec.text_tokens + 4
        hidden = torch.full((length, length), HIDDEN, device=text_mask.device)
        causal = torch.triu(hidden, diagonal=1)
        padded = functional.pad((~text_mask).float() * HIDDEN, (0, 4))
        return (causal[None] + padded[:, None, :])[:, None].to(dtype)

    def standardise(self, embedding: Tensor) -> Tensor:
        """CLIP space -> the prior's space, (B,D)."""
        return (embedding - self.clip_mean) / self.clip_std

    def unstandardise(self, x: Tensor) -> Tensor:
        """The prior's space -> CLIP space, (B,D)."""
        return x * self.clip_std + self.clip_mean


def blocks(modules: nn.ModuleList) -> Iterator[Block]:
    """Iterate with the type that a ModuleList forgets."""
    for module in modules:
        assert isinstance(module, Block), "the transformer is made of blocks"
        yield module


def _longest(text_mask: Tensor) -> int:
    """How many text tokens there are up to the last real one of any row, at least one."""
    real = text_mask.any(dim=0).nonzero()
    return int(real.max()) + 1 if len(real) else 1


def _hidden(text_mask: Tensor, dtype: torch.dtype) -> Tensor:
    """(B,T) bool -> (B,1,1,T+1) additive; the text embedding behind the text is never hidden."""
    return functional.pad((~text_mask).float() * HIDDEN, (0, 1))[:, None, None].to(dtype)


def _prompt_mask(text: int, times: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    """(N,N) additive, N = text + times: text causal, a time token sees the text and itself."""
    position = torch.arange(text + times, device=device)
    seen = position[None] <= position[:, None]
    seen &= (position[None] < text) | (position[None] == position[:, None])
    return (~seen).to(dtype) * HIDDEN
