"""The ADM UNet: decoder, inpainting decoder and super-resolution network, by spec alone.

Dhariwal & Nichol 2021 (arXiv 2105.05233), with the added keys and values of GLIDE (arXiv
2112.10741) and the image conditioning of Kandinsky 2.2. Parameter names are the published ones.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.networks.layers import TimeMLP, enlarged, timestep_embedding
from engine.specs import Conditioning, UNetSpec


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """What a UNet is told besides x and t; made once per run, the same at every step.

    time: (B,4·C0), added to the time embedding. context: (B,N,context_width) extra tokens for every
    attention, or None. mask: (B,N) bool, False where a context token is padding, or None.
    """

    time: Tensor | None = None
    context: Tensor | None = None
    mask: Tensor | None = None


class ResBlock(nn.Module):
    """Residual block told the time, optionally halving or doubling its picture."""

    def __init__(
        self, channels_in: int, channels: int, spec: UNetSpec, resize: str | None = None
    ) -> None:
        super().__init__()
        self.scale_shift = spec.scale_shift
        self.resize = resize
        self.norm1 = nn.GroupNorm(spec.groups, channels_in, eps=1e-5)
        self.conv1 = nn.Conv2d(channels_in, channels, 3, padding=1)
        self.time_emb_proj = nn.Linear(
            4 * spec.channels[0], channels * (2 if spec.scale_shift else 1)
        )
        self.norm2 = nn.GroupNorm(spec.groups, channels, eps=1e-5)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv_shortcut = (
            nn.Conv2d(channels_in, channels, 1) if channels_in != channels else None
        )

    def forward(self, x: Tensor, emb: Tensor) -> Tensor:
        """X (B,Cin,H,W), emb (B,E) after its SiLU -> (B,C,H',W')."""
        h = functional.silu(self.norm1(x))
        h, x = self.resized(h), self.resized(x)
        h = self.conv1(h)
        time = self.time_emb_proj(emb)[:, :, None, None]
        if self.scale_shift:
            scale, shift = time.chunk(2, dim=1)
            h = torch.addcmul(shift, self.norm2(h), 1 + scale)
        else:
            h = self.norm2(h + time)
        h = self.conv2(functional.silu(h))
        return h + (x if self.conv_shortcut is None else self.conv_shortcut(x))

    def resized(self, x: Tensor) -> Tensor:
        """Half the size by averaging, double by repeating, or as it is."""
        if self.resize == "down":
            return functional.avg_pool2d(x, 2)
        if self.resize == "up":
            return enlarged(x, 2)
        return x


class Attention(nn.Module):
    """Self-attention whose keys and values are preceded by those of the context.

    `head_width` is channels per head (the published key `attention_head_dim` means that here). The
    context is not normalised; there is no feed-forward.
    """

    def __init__(self, channels: int, spec: UNetSpec) -> None:
        super().__init__()
        self.head_width = spec.head_width
        self.group_norm = nn.GroupNorm(spec.groups, channels, eps=1e-5)
        self.to_q = nn.Linear(channels, channels)
        self.to_k = nn.Linear(channels, channels)
        self.to_v = nn.Linear(channels, channels)
        self.add_k_proj = nn.Linear(spec.context_width, channels)
        self.add_v_proj = nn.Linear(spec.context_width, channels)
        self.to_out = nn.ModuleList([nn.Linear(channels, channels)])

    def forward(self, x: Tensor, context: Tensor, mask: Tensor | None) -> Tensor:
        """X (B,C,H,W), context (B,N,W), mask (B,N) bool or None -> (B,C,H,W)."""
        tokens = self.group_norm(x).flatten(2).transpose(1, 2)  # (B,HW,C)
        keys = torch.cat([self.add_k_proj(context), self.to_k(tokens)], dim=1)
        values = torch.cat([self.add_v_proj(context), self.to_v(tokens)], dim=1)
        q, k, v = (self.heads(part) for part in (self.to_q(tokens), keys, values))
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=self.bias(mask, tokens))
        out = self.to_out[0](mixed.transpose(1, 2).flatten(2))
        return x + out.transpose(1, 2).reshape(x.shape)

    def heads(self, tokens: Tensor) -> Tensor:
        """(B,T,C) -> (B,heads,T,head_width)."""
        return tokens.unflatten(-1, (-1, self.head_width)).transpose(1, 2)

    @staticmethod
    def bias(mask: Tensor | None, tokens: Tensor) -> Tensor | None:
        """(B,1,1,N+HW) additive: -10000 on padded context, 0 elsewhere; None without a mask."""
        if mask is None:
            return None
        hidden = (~mask).to(tokens.dtype) * -10000.0
        return functional.pad(hidden, (0, tokens.shape[1]))[:, None, None]


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

    def block(self, index: int, x: Tensor, emb: Tensor, condition: Condition) -> Tensor:
        """Residual block `index` and its attention."""
        x = self.resnets[index](x, emb)
        if self.with_attention:
            assert condition.context is not None, "attention needs a context"
            x = self.attentions[index](x, condition.context, condition.mask)
        return x

    def resized(self, x: Tensor, emb: Tensor) -> Tensor:
        """Through the resizing block."""
        assert self.resize is not None, "this level keeps its size"
        return self.get_submodule(f"{self.resize}.0")(x, emb)


class MidBlock(nn.Module):
    """Two residual blocks at the lowest resolution, attention between where there is context."""

    def __init__(self, channels: int, spec: UNetSpec) -> None:
        super().__init__()
        self.resnets = nn.ModuleList(ResBlock(channels, channels, spec) for _ in range(2))
        self.with_attention = any(spec.attention)
        if self.with_attention:
            self.attentions = nn.ModuleList([Attention(channels, spec)])

    def forward(self, x: Tensor, emb: Tensor, condition: Condition) -> Tensor:
        """(B,C,h,w) -> (B,C,h,w)."""
        x = self.resnets[0](x, emb)
        if self.with_attention:
            assert condition.context is not None, "attention needs a context"
            x = self.attentions[0](x, condition.context, condition.mask)
        return self.resnets[1](x, emb)


class ImageContext(nn.Module):
    """Image embedding -> context tokens (Kandinsky 2.2's `encoder_hid_proj`)."""

    def __init__(self, spec: UNetSpec) -> None:
        super().__init__()
        self.tokens = spec.context_tokens
        self.image_embeds = nn.Linear(spec.embed_dim, spec.context_tokens * spec.context_width)
        self.norm = nn.LayerNorm(spec.context_width)

    def forward(self, embed: Tensor) -> Tensor:
        """(B,D) -> (B,N,context_width)."""
        return self.norm(self.image_embeds(embed).unflatten(-1, (self.tokens, -1)))


class ImageTime(nn.Module):
    """Image embedding -> an addition to the time embedding (Kandinsky 2.2's `add_embedding`)."""

    def __init__(self, spec: UNetSpec) -> None:
        super().__init__()
        self.image_proj = nn.Linear(spec.embed_dim, 4 * spec.channels[0])
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
        self.conv_in = nn.Conv2d(spec.in_channels, first, 3, padding=1)
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
        self.conv_out = nn.Conv2d(first, spec.out_channels, 3, padding=1)

    def condition(self, embed: Tensor) -> Condition:
        """What an image embedding (B,D) tells this network; only for `Conditioning.IMAGE`."""
        embed = embed.to(self.conv_in.weight.dtype)
        return Condition(time=self.add_embedding(embed), context=self.encoder_hid_proj(embed))

    def forward(self, x: Tensor, timesteps: Tensor, condition: Condition | None = None) -> Tensor:
        """X (B,in,H,W), timesteps (B,) -> (B,out,H,W); H and W multiples of 2^(levels-1)."""
        condition = condition or Condition()
        sinusoid = timestep_embedding(timesteps, self.spec.channels[0]).to(x.dtype)
        emb = self.time_embedding(sinusoid)
        emb = functional.silu(emb if condition.time is None else emb + condition.time)
        x = self.conv_in(x)
        skips = [x]
        for level in levels(self.down_blocks):
            for index in range(len(level.resnets)):
                x = level.block(index, x, emb, condition)
                skips.append(x)
            if level.resize:
                x = level.resized(x, emb)
                skips.append(x)
        x = self.mid_block(x, emb, condition)
        for level in levels(self.up_blocks):
            for index in range(len(level.resnets)):
                x = level.block(index, torch.cat([x, skips.pop()], dim=1), emb, condition)
            if level.resize:
                x = level.resized(x, emb)
        return self.conv_out(functional.silu(self.conv_norm_out(x)))


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
