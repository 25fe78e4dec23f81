"""MoVQ autoencoder: pictures to latents and back, the decoder modulated by the latents themselves.

Zheng et al. 2022 (arXiv 2209.09002). Kandinsky never quantises: the codebook is stored and not
used. Parameter names are the published ones.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.networks.layers import added, enlarged, picture_of, silu, tokens_of
from engine.networks.packing import Conv, Linear
from engine.specs import MoVQSpec

EPSILON = 1e-6


class GroupNorm(nn.GroupNorm):
    """Group normalisation that ignores the latents, so that both kinds of norm are called alike."""

    def __init__(self, channels: int, groups: int) -> None:
        super().__init__(groups, channels, eps=EPSILON)

    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]  # one signature for both norms
        self, x: Tensor, latents: Tensor | None = None
    ) -> Tensor:
        """(B,C,H,W) -> (B,C,H,W)."""
        return super().forward(x)


class SpatialNorm(nn.Module):
    """Group normalisation, scaled and shifted per pixel by the latents.

    The 1x1 convolutions run at latent size and their results are enlarged: the same numbers as
    enlarging first (both act on single pixels), for a fraction of the work.
    """

    def __init__(self, channels: int, latent_channels: int) -> None:
        super().__init__()
        # 32 groups whatever the spec says: so it is in the reference, and so the weights are
        # trained.
        self.norm_layer = nn.GroupNorm(32, channels, eps=EPSILON)
        self.conv_y = Conv(latent_channels, channels, 1)
        self.conv_b = Conv(latent_channels, channels, 1)

    def forward(self, x: Tensor, latents: Tensor | None) -> Tensor:
        """X (B,C,H,W), latents (B,Z,h,w) -> (B,C,H,W)."""
        assert latents is not None, "a modulated norm needs the latents"
        factor = x.shape[-1] // latents.shape[-1]
        scale = enlarged(self.conv_y(latents), factor)
        shift = enlarged(self.conv_b(latents), factor)
        return torch.addcmul(shift, self.norm_layer(x), scale)


Norm = Callable[[int], nn.Module]


class ResBlock(nn.Module):
    """Norm, SiLU, convolution, twice, plus the input."""

    def __init__(self, channels_in: int, channels: int, norm: Norm) -> None:
        super().__init__()
        self.norm1 = norm(channels_in)
        self.conv1 = Conv(channels_in, channels)
        self.norm2 = norm(channels)
        self.conv2 = Conv(channels, channels)
        self.conv_shortcut = Conv(channels_in, channels, 1) if channels_in != channels else None

    def forward(self, x: Tensor, latents: Tensor | None) -> Tensor:
        """(B,Cin,H,W) -> (B,C,H,W)."""
        h = self.conv1(silu(self.norm1(x, latents)))
        h = self.conv2(silu(self.norm2(h, latents)))
        return added(h, x if self.conv_shortcut is None else self.conv_shortcut(x))


class Attention(nn.Module):
    """Single-head self-attention over all pixels; encoder and decoder name its norm differently."""

    def __init__(self, channels: int, norm: nn.Module, norm_name: str) -> None:
        super().__init__()
        self.norm_name = norm_name
        self.add_module(norm_name, norm)
        self.to_q = Linear(channels, channels)
        self.to_k = Linear(channels, channels)
        self.to_v = Linear(channels, channels)
        self.to_out = nn.ModuleList([Linear(channels, channels)])

    def forward(self, x: Tensor, latents: Tensor | None) -> Tensor:
        """(B,C,H,W) -> (B,C,H,W)."""
        tokens = tokens_of(self.norm(x, latents))[:, None]  # (B,1,HW,C)
        mixed = functional.scaled_dot_product_attention(
            self.to_q(tokens), self.to_k(tokens), self.to_v(tokens)
        )
        return added(picture_of(self.to_out[0](mixed)[:, 0], x), x)

    def norm(self, x: Tensor, latents: Tensor | None) -> Tensor:
        """What attention sees of x, (B,C,H,W)."""
        return self.get_submodule(self.norm_name)(x, latents)


class MidBlock(nn.Module):
    """Residual block, attention, residual block at the lowest resolution."""

    def __init__(self, channels: int, norm: Norm, norm_name: str) -> None:
        super().__init__()
        self.attentions = nn.ModuleList([Attention(channels, norm(channels), norm_name)])
        self.resnets = nn.ModuleList(ResBlock(channels, channels, norm) for _ in range(2))

    def forward(self, x: Tensor, latents: Tensor | None) -> Tensor:
        """(B,C,h,w) -> (B,C,h,w)."""
        x = self.resnets[0](x, latents)
        return self.resnets[1](self.attentions[0](x, latents), latents)


class Downsample(nn.Module):
    """Stride-2 convolution, padded right and below only."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        """(B,C,H,W) -> (B,C,H/2,W/2)."""
        return self.conv(functional.pad(x, (0, 1, 0, 1)))


class Upsample(nn.Module):
    """Nearest ×2, then a convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = Conv(channels, channels, readable=True)

    def forward(self, x: Tensor) -> Tensor:
        """(B,C,H,W) -> (B,C,2H,2W)."""
        return self.conv(enlarged(x, 2))


class Level(nn.Module):
    """One resolution: residual blocks, attention after each where asked, a change of size."""

    def __init__(self, blocks: list[ResBlock], attentions: list[Attention]) -> None:
        super().__init__()
        self.resnets = nn.ModuleList(blocks)
        if attentions:
            self.attentions = nn.ModuleList(attentions)
        self.with_attention = bool(attentions)

    def forward(self, x: Tensor, latents: Tensor | None) -> Tensor:
        """(B,Cin,H,W) -> (B,C,H',W')."""
        for index, block in enumerate(self.resnets):
            x = block(x, latents)
            if self.with_attention:
                x = self.attentions[index](x, latents)
        for name in ("downsamplers", "upsamplers"):
            for resize in getattr(self, name, ()):
                x = resize(x)
        return x


def levels(blocks: nn.ModuleList) -> Iterator[Level]:
    """Iterate with the type that a ModuleList forgets."""
    for block in blocks:
        assert isinstance(block, Level), "an arm is made of levels"
        yield block


class Encoder(nn.Module):
    """Pictures to latents."""

    def __init__(self, spec: MoVQSpec) -> None:
        super().__init__()

        def norm(channels: int) -> nn.Module:
            return GroupNorm(channels, spec.groups)

        channels = spec.channels
        last = len(channels) - 1
        self.conv_in = Conv(3, channels[0])
        self.down_blocks = nn.ModuleList()
        before = channels[0]
        for index, width in enumerate(channels):
            blocks = [
                ResBlock(before if i == 0 else width, width, norm) for i in range(spec.blocks)
            ]
            attended = index == last and spec.lowest_attention
            level = Level(
                blocks,
                [Attention(width, norm(width), "group_norm") for _ in blocks] if attended else [],
            )
            if index != last:
                level.downsamplers = nn.ModuleList([Downsample(width)])
            self.down_blocks.append(level)
            before = width
        self.mid_block = MidBlock(before, norm, "group_norm")
        self.conv_norm_out = norm(before)
        self.conv_out = Conv(before, spec.latent_channels)

    def forward(self, x: Tensor) -> Tensor:
        """(B,3,H,W) -> (B,Z,H/f,W/f)."""
        x = self.conv_in(x)
        for level in self.down_blocks:
            x = level(x, None)
        x = self.mid_block(x, None)
        return self.conv_out(silu(self.conv_norm_out(x)))


class Decoder(nn.Module):
    """Latents to pictures, every norm modulated by the latents."""

    def __init__(self, spec: MoVQSpec) -> None:
        super().__init__()

        def norm(channels: int) -> nn.Module:
            return SpatialNorm(channels, spec.codebook_width)

        channels = spec.channels[::-1]
        last = len(channels) - 1
        self.conv_in = Conv(spec.latent_channels, channels[0])
        self.mid_block = MidBlock(channels[0], norm, "spatial_norm")
        self.up_blocks = nn.ModuleList()
        before = channels[0]
        for index, width in enumerate(channels):
            blocks = [
                ResBlock(before if i == 0 else width, width, norm) for i in range(spec.blocks + 1)
            ]
            attended = index == 0 and spec.lowest_attention
            level = Level(
                blocks,
                [Attention(width, norm(width), "spatial_norm") for _ in blocks] if attended else [],
            )
            if index != last:
                level.upsamplers = nn.ModuleList([Upsample(width)])
            self.up_blocks.append(level)
            before = width
        self.conv_norm_out = norm(before)
        self.conv_out = Conv(before, 3)

    def forward(self, x: Tensor, latents: Tensor) -> Tensor:
        """X (B,Z,h,w) after post_quant_conv, latents (B,Z,h,w) before it -> (B,3,H,W)."""
        x = self.mid_block(self.conv_in(x), latents)
        for level in self.up_blocks:
            x = level(x, latents)
        return self.conv_out(silu(self.conv_norm_out(x, latents)))


class Codebook(nn.Module):
    """The published codebook: kept so that loading stays strict, never looked up."""

    def __init__(self, size: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(size, width)


class MoVQ(nn.Module):
    """The autoencoder. Latents are used unscaled, as the Kandinsky 2.2 pipelines do."""

    def __init__(self, spec: MoVQSpec) -> None:
        super().__init__()
        self.spec = spec
        self.encoder = Encoder(spec)
        self.quant_conv = Conv(spec.latent_channels, spec.codebook_width, 1)
        self.quantize = Codebook(spec.codebook, spec.codebook_width)
        self.post_quant_conv = Conv(spec.codebook_width, spec.latent_channels, 1)
        self.decoder = Decoder(spec)

    def encode(self, pixels: Tensor) -> Tensor:
        """Pixels (B,3,H,W) in [-1,1] -> latents (B,Z,H/f,W/f); H and W multiples of f."""
        return self.quant_conv(self.encoder(pixels))

    def decode(self, latents: Tensor) -> Tensor:
        """Latents (B,Z,h,w) -> pixels (B,3,f·h,f·w), about [-1,1], not clamped."""
        return self.decoder(self.post_quant_conv(latents), latents)
