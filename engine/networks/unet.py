"""The ADM UNet: decoder, inpainting decoder and super-resolution network, by spec alone.

Dhariwal & Nichol 2021 (arXiv 2105.05233), with the added keys and values of GLIDE (arXiv
2112.10741) and the image conditioning of Kandinsky 2.2. Parameter names are the published ones.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.networks.condition import Condition, Contexts, Prepared, Times
from engine.networks.doubling import DoublingConv
from engine.networks.layers import (
    TimeMLP,
    added,
    enlarged,
    fast_layout,
    picture_of,
    silu,
    timestep_embedding,
    tokens_of,
)
from engine.networks.packing import Conv, Linear
from engine.specs import Conditioning, UNetSpec

LARGEST_TABLE = 64_000_000
"""Bytes of Times that are made in advance."""


class ResBlock(nn.Module):
    """Residual block told the time, optionally halving or doubling its picture."""

    def __init__(
        self, channels_in: int, channels: int, spec: UNetSpec, resize: str | None = None
    ) -> None:
        super().__init__()
        self.place = 0
        """Which of the network's residual blocks this is."""
        self.scale_shift = spec.scale_shift
        self.resize = resize
        self.norm1 = nn.GroupNorm(spec.groups, channels_in, eps=1e-5)
        kind = DoublingConv if resize == "up" else Conv
        self.conv1 = kind(channels_in, channels)
        self.time_emb_proj = Linear(4 * spec.channels[0], channels * (2 if spec.scale_shift else 1))
        self.norm2 = nn.GroupNorm(spec.groups, channels, eps=1e-5)
        self.conv2 = Conv(channels, channels)
        self.conv_shortcut = Conv(channels_in, channels, 1) if channels_in != channels else None

    def forward(self, x: Tensor, times: Times) -> Tensor:
        """(B,Cin,H,W) -> (B,C,H',W')."""
        h = silu(self.norm1(x))
        if self.resize == "down":
            h, x = functional.avg_pool2d(h, 2), functional.avg_pool2d(x, 2)
        h = self.conv1(h)
        time = times[self.place][:, :, None, None]
        if self.scale_shift:
            scale, shift = time.chunk(2, dim=1)
            normed = self.norm2(h)
            own = None if torch.is_grad_enabled() else normed
            h = torch.addcmul(shift, normed, 1 + scale, out=own)
        else:
            h = self.norm2(added(h, time))
        h = self.conv2(silu(h))
        if self.resize == "up":
            return added(h, enlarged(x, 2))
        return added(h, x if self.conv_shortcut is None else self.conv_shortcut(x))


class Attention(nn.Module):
    """Self-attention whose keys and values are preceded by those of the context.

    `head_width` is channels per head (the published key `attention_head_dim` means that here). The
    context is not normalised; there is no feed-forward.
    """

    def __init__(self, channels: int, spec: UNetSpec) -> None:
        super().__init__()
        self.place = 0
        """Which of the network's attentions this is."""
        self.head_width = spec.head_width
        self.group_norm = nn.GroupNorm(spec.groups, channels, eps=1e-5)
        self.to_q = Linear(channels, channels)
        self.to_k = Linear(channels, channels)
        self.to_v = Linear(channels, channels)
        self.add_k_proj = Linear(spec.context_width, channels)
        self.add_v_proj = Linear(spec.context_width, channels)
        self.to_out = nn.ModuleList([Linear(channels, channels)])

    def told(self, context: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values of context (B,N,context_width), both (B,N,C)."""
        return self.add_k_proj(context), self.add_v_proj(context)

    def forward(self, x: Tensor, contexts: Contexts, bias: Tensor | None) -> Tensor:
        """X (B,C,H,W), bias (B,N) additive on the context or None -> (B,C,H,W)."""
        tokens = tokens_of(self.group_norm(x))  # (B,HW,C)
        keys, values = contexts[self.place]
        keys = torch.cat([keys, self.to_k(tokens)], dim=1)
        values = torch.cat([values, self.to_v(tokens)], dim=1)
        q, k, v = (self.heads(part) for part in (self.to_q(tokens), keys, values))
        if bias is not None:
            # Always; the reference takes a mask as long as the picture for one of the picture.
            bias = functional.pad(bias, (0, tokens.shape[1]))[:, None, None]  # (B,1,1,N+HW)
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        out = self.to_out[0](mixed.transpose(1, 2).flatten(2))
        return added(picture_of(out, x), x)

    def heads(self, tokens: Tensor) -> Tensor:
        """(B,T,C) -> (B,heads,T,head_width)."""
        return tokens.unflatten(-1, (-1, self.head_width)).transpose(1, 2)


class Level(nn.Module):
    """One resolution of either arm: blocks, attention behind each where asked, resizing."""

    def __init__(
        self,
        blocks: list[ResBlock],
        attentions: list[Attention],
        name: str,
        resize: ResBlock | None,
    ) -> None:
        super().__init__()
        self.resnets = nn.ModuleList(blocks)
        if attentions:
            self.attentions = nn.ModuleList(attentions)
        if resize is not None:
            self.add_module(name, nn.ModuleList([resize]))
        self.resize = name if resize is not None else None
        self.with_attention = bool(attentions)

    def block(self, index: int, x: Tensor, times: Times, prepared: Prepared) -> Tensor:
        """Residual block `index` and its attention."""
        x = self.resnets[index](x, times)
        if self.with_attention:
            x = self.attentions[index](x, prepared.contexts, prepared.bias)
        return x

    def resized(self, x: Tensor, times: Times) -> Tensor:
        """Through the resizing block."""
        assert self.resize is not None, "this level keeps its size"
        return self.get_submodule(f"{self.resize}.0")(x, times)


class MidBlock(nn.Module):
    """Two residual blocks at the lowest resolution, attention between where there is context."""

    def __init__(self, channels: int, spec: UNetSpec) -> None:
        super().__init__()
        self.resnets = nn.ModuleList(ResBlock(channels, channels, spec) for _ in range(2))
        self.with_attention = any(spec.attention)
        if self.with_attention:
            self.attentions = nn.ModuleList([Attention(channels, spec)])

    def forward(self, x: Tensor, times: Times, prepared: Prepared) -> Tensor:
        """(B,C,h,w) -> (B,C,h,w)."""
        x = self.resnets[0](x, times)
        if self.with_attention:
            x = self.attentions[0](x, prepared.contexts, prepared.bias)
        return self.resnets[1](x, times)


class ImageContext(nn.Module):
    """Image embedding -> context tokens (Kandinsky 2.2's `encoder_hid_proj`)."""

    def __init__(self, spec: UNetSpec) -> None:
        super().__init__()
        self.tokens = spec.context_tokens
        self.image_embeds = Linear(spec.embed_dim, spec.context_tokens * spec.context_width)
        self.norm = nn.LayerNorm(spec.context_width)

    def forward(self, embed: Tensor) -> Tensor:
        """(B,D) -> (B,N,context_width)."""
        return self.norm(self.image_embeds(embed).unflatten(-1, (self.tokens, -1)))


class ImageTime(nn.Module):
    """Image embedding -> an addition to the time embedding (Kandinsky 2.2's `add_embedding`)."""

    def __init__(self, spec: UNetSpec) -> None:
        super().__init__()
        self.image_proj = Linear(spec.embed_dim, 4 * spec.channels[0])
        self.image_norm = nn.LayerNorm(4 * spec.channels[0])

    def forward(self, embed: Tensor) -> Tensor:
        """(B,D) -> (B,4·C0)."""
        return self.image_norm(self.image_proj(embed))


class UNet(nn.Module):
    """The whole network: down, middle, up, and a skip from every step down to its twin."""

    def __init__(self, spec: UNetSpec) -> None:
        super().__init__()
        self.spec = spec
        first = spec.channels[0]
        self.conv_in = Conv(spec.in_channels, first)
        self.time_embedding = TimeMLP(first, 4 * first)
        if spec.conditioning is Conditioning.IMAGE:
            self.encoder_hid_proj = ImageContext(spec)
            self.add_embedding = ImageTime(spec)
        skips = [first]
        self.down_blocks = nn.ModuleList()
        for index in range(len(spec.channels)):
            self.down_blocks.append(down_level(spec, index, skips))
        self.mid_block = MidBlock(spec.channels[-1], spec)
        self.up_blocks = nn.ModuleList()
        for index in reversed(range(len(spec.channels))):
            self.up_blocks.append(up_level(spec, index, skips))
        self.conv_norm_out = nn.GroupNorm(spec.groups, first, eps=1e-5)
        self.conv_out = Conv(first, spec.out_channels)
        for modules in (inside(self, ResBlock), inside(self, Attention)):
            for place, module in enumerate(modules):
                module.place = place

    def condition(self, embed: Tensor) -> Condition:
        """What an image embedding (B,D) tells this network; only for `Conditioning.IMAGE`."""
        embed = embed.to(self.conv_in.weight.dtype)
        return Condition(time=self.add_embedding(embed), context=self.encoder_hid_proj(embed))

    def forward(self, x: Tensor, timesteps: Tensor, condition: Condition | None = None) -> Tensor:
        """X (B,in,H,W), timesteps (B,) -> (B,out,H,W); H and W multiples of 2^(levels-1)."""
        condition = condition or Condition()
        times = self._times(timesteps, condition.time)
        return self._run(x, times, self._prepared(condition))[0]

    @torch.no_grad()
    def prepared(self, condition: Condition, timesteps: Sequence[int] = ()) -> Prepared:
        """Do what all steps under `condition` share.

        timesteps: those that `step` will be asked for, as far as they are known.
        """
        return self._prepared(condition, timesteps)

    def _prepared(self, condition: Condition, timesteps: Sequence[int] = ()) -> Prepared:
        attentions, context = inside(self, Attention), condition.context
        assert context is not None or not attentions, "attention needs a context"
        return Prepared(
            time=condition.time,
            bias=None if condition.mask is None else self._bias(condition.mask),
            contexts=[] if context is None else [layer.told(context) for layer in attentions],
            times=self._table(timesteps, condition),
        )

    def step(self, x: Tensor, timestep: int, prepared: Prepared) -> Tensor:
        """The same as `forward` with everything prepared."""
        return self.step_and_deep(x, timestep, prepared)[0]

    @torch.no_grad()
    def step_and_deep(
        self, x: Tensor, timestep: int, prepared: Prepared, deep: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """The answer (B,out,H,W), and what the levels below the first contributed (B,C1,H,W).

        With `deep` from an earlier step those levels are not computed (DeepCache, Ma et al. 2023,
        arXiv 2312.00858): some four times as fast, and approximate.
        """
        times = prepared.times.get(timestep)
        if times is None:
            steps = torch.full((len(x),), timestep, device=x.device)
            times = self._times(steps, prepared.time)
        return self._run(fast_layout(x.to(self.conv_in.weight.dtype)), times, prepared, deep)

    def _run(
        self, x: Tensor, times: Times, prepared: Prepared, deep: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        x = self.conv_in(x)
        skips = [x]
        down, up = list(levels(self.down_blocks)), list(levels(self.up_blocks))
        for level in down if deep is None else down[:1]:
            x = self._descend(level, x, times, prepared, skips)
        if deep is None:
            x = self.mid_block(x, times, prepared)
            for level in up[:-1]:
                x = self._ascend(level, x, times, prepared, skips)
            deep = x
        else:
            skips.pop()  # the way down to the second level, which is not gone
        x = self._ascend(up[-1], deep, times, prepared, skips)
        return self.conv_out(silu(self.conv_norm_out(x))), deep

    @staticmethod
    def _descend(
        level: Level, x: Tensor, times: Times, prepared: Prepared, skips: list[Tensor]
    ) -> Tensor:
        for index in range(len(level.resnets)):
            x = level.block(index, x, times, prepared)
            skips.append(x)
        if level.resize:
            x = level.resized(x, times)
            skips.append(x)
        return x

    @staticmethod
    def _ascend(
        level: Level, x: Tensor, times: Times, prepared: Prepared, skips: list[Tensor]
    ) -> Tensor:
        for index in range(len(level.resnets)):
            x = level.block(index, torch.cat([x, skips.pop()], dim=1), times, prepared)
        return level.resized(x, times) if level.resize else x

    def _times(self, timesteps: Tensor, addition: Tensor | None) -> Times:
        """Of timesteps (B,), with `addition` (B,E) to their embeddings."""
        sinusoid = timestep_embedding(timesteps, self.spec.channels[0])
        emb = self.time_embedding(sinusoid.to(self.conv_in.weight.dtype))
        emb = functional.silu(emb if addition is None else emb + addition)
        return [block.time_emb_proj(emb) for block in inside(self, ResBlock)]

    def _table(self, timesteps: Sequence[int], condition: Condition) -> Mapping[int, Times]:
        """Times of all `timesteps` by few large products; empty where that would take much room."""
        if not timesteps:
            return {}
        rows = 1 if condition.time is None else len(condition.time)
        width = sum(block.time_emb_proj.out_features for block in inside(self, ResBlock))
        weight = self.conv_in.weight
        if len(timesteps) * rows * width * weight.element_size() > LARGEST_TABLE:
            return {}
        steps = torch.tensor(timesteps, device=weight.device).repeat_interleave(rows)
        addition = None if condition.time is None else condition.time.repeat(len(timesteps), 1)
        parts = [told.unflatten(0, (-1, rows)) for told in self._times(steps, addition)]
        return {t: [part[index] for part in parts] for index, t in enumerate(timesteps)}

    def _bias(self, mask: Tensor) -> Tensor:
        """(B,N) bool -> (B,N) additive: -10000 on padding, as the networks were trained."""
        return (~mask).to(self.conv_in.weight.dtype) * -10000.0


Inside = TypeVar("Inside", ResBlock, Attention)


def inside(network: nn.Module, kind: type[Inside]) -> list[Inside]:
    """The modules of `kind` in a fixed order, which their `place` counts."""
    return [module for module in network.modules() if isinstance(module, kind)]


def levels(blocks: nn.ModuleList) -> Iterator[Level]:
    """Iterate with the type that a ModuleList forgets."""
    for block in blocks:
        assert isinstance(block, Level), "an arm is made of levels"
        yield block


def down_level(spec: UNetSpec, index: int, skips: list[int]) -> Level:
    """Level `index` on the way down; appends the widths it leaves for the way up."""
    width = spec.channels[index]
    before = spec.channels[max(index - 1, 0)]
    blocks = [ResBlock(before if i == 0 else width, width, spec) for i in range(spec.blocks)]
    attentions = [Attention(width, spec) for _ in blocks] if spec.attention[index] else []
    last = index == len(spec.channels) - 1
    resize = None if last else ResBlock(width, width, spec, "down")
    skips += [width] * (spec.blocks + (0 if last else 1))
    return Level(blocks, attentions, "downsamplers", resize)


def up_level(spec: UNetSpec, index: int, skips: list[int]) -> Level:
    """Level `index` on the way up; takes the widths of its skips off the end of `skips`."""
    width = spec.channels[index]
    below = spec.channels[min(index + 1, len(spec.channels) - 1)]
    blocks = [
        ResBlock((below if i == 0 else width) + skips.pop(), width, spec)
        for i in range(spec.blocks + 1)
    ]
    attentions = [Attention(width, spec) for _ in blocks] if spec.attention[index] else []
    resize = ResBlock(width, width, spec, "up") if index else None
    return Level(blocks, attentions, "upsamplers", resize)
