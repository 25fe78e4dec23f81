"""MoVQ computed in strips of rows: the same numbers as in one piece, with a pause after each.

A convolution needs one row more on either side, so strips overlap by that; a norm's statistics are
taken of the whole picture first, so no seam can arise. Only whole feature maps are kept, two at a
time: blocks write over their input, and what lies between their two convolutions has one place for
a whole level. Everything else lives as long as a strip, which also stays in the processor's cache.
To stop is to close the generator.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Callable, Generator, Iterator
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.networks.doubling import PHASES, phase_of
from engine.networks.layers import tokens_of
from engine.networks.movq import (
    Attention,
    Downsample,
    Level,
    MidBlock,
    MoVQ,
    ResBlock,
    SpatialNorm,
    Upsample,
    levels,
)
from engine.networks.packing import Conv

STRIP_BYTES = 4_000_000
"""A strip of a feature map is about this large."""

EPSILON = 1e-6
"""Keeps a constant group's deviation from being divided by."""

ATTENTION_WORK = 12e9
"""Operations of one part of an attention."""

Strips: TypeAlias = Generator[float, None, Tensor]
"""Of one picture. Yields after each part the operations (multiplications and additions) it took."""

Put: TypeAlias = Callable[[slice, Tensor], None]
"""(rows, result (1,C,rows,W)): puts a part of a convolution's result where it belongs."""


def decoded(network: MoVQ, latents: Tensor) -> Strips:
    """What `network.decode(latents)` returns: (1,Z,h,w) -> (1,3,f·h,f·w)."""
    decoder = network.decoder
    with torch.no_grad():
        x = decoder.conv_in(network.post_quant_conv(_side_by_side(latents)))
    x = yield from _middle(decoder.mid_block, _side_by_side(x), latents)
    for level in levels(decoder.up_blocks):
        x = yield from _level(level, x, latents)
    return (yield from _convolved(x, decoder.conv_norm_out, decoder.conv_out, latents))


def encoded(network: MoVQ, pixels: Tensor) -> Strips:
    """What `network.encode(pixels)` returns: (1,3,H,W) -> (1,Z,H/f,W/f)."""
    encoder = network.encoder
    x = yield from _convolved(pixels, None, encoder.conv_in, None)
    for level in levels(encoder.down_blocks):
        x = yield from _level(level, x, None)
    x = yield from _middle(encoder.mid_block, x, None)
    x = yield from _convolved(x, encoder.conv_norm_out, encoder.conv_out, None)
    with torch.no_grad():
        return network.quant_conv(x)


def finished(strips: Strips) -> Tensor:
    """The result, without a pause."""
    while True:
        try:
            next(strips)
        except StopIteration as stop:
            return stop.value


def _level(level: Level, x: Tensor, latents: Tensor | None) -> Strips:
    between: Tensor | None = None
    for index, block in enumerate(level.resnets):
        x, between = yield from _block(block, x, between, latents)
        if level.with_attention:
            x = yield from _attended(level.attentions[index], x, latents)
    del between  # before the picture grows
    for resize in (*getattr(level, "downsamplers", ()), *getattr(level, "upsamplers", ())):
        x = yield from (
            _halved(resize, x) if isinstance(resize, Downsample) else _doubled(resize, x)
        )
    return x


def _middle(middle: MidBlock, x: Tensor, latents: Tensor | None) -> Strips:
    x, between = yield from _block(middle.resnets[0], x, None, latents)
    x = yield from _attended(middle.attentions[0], x, latents)
    return (yield from _block(middle.resnets[1], x, between, latents))[0]


def _block(
    block: nn.Module, x: Tensor, between: Tensor | None, latents: Tensor | None
) -> Generator[float, None, tuple[Tensor, Tensor]]:
    """The block's result, over its input where that has room, and memory of the same shape.

    between: such memory, from the block before.
    """
    assert isinstance(block, ResBlock)
    shortcut, channels = block.conv_shortcut, block.conv1.out_channels
    if shortcut is None:
        h, out = _empty(x, channels) if between is None else between, x
    elif 2 * channels == x.shape[1]:
        h, out = x.split(channels, 1)
    else:
        h, out = _empty(x, channels), _empty(x, channels)

    def put(rows: slice, result: Tensor) -> None:
        if shortcut is not None:
            beside = shortcut(x[:, :, rows])  # before `h` is written, which may be where x is
            out[:, :, rows] = beside
        h[:, :, rows] = result

    def add(rows: slice, result: Tensor) -> None:
        out[:, :, rows].add_(result)

    yield from _strip_by_strip(x, block.norm1, block.conv1, latents, put)
    yield from _strip_by_strip(h, block.norm2, block.conv2, latents, add)
    return out, h


def _convolved(
    x: Tensor, norm: nn.Module | None, conv: nn.Module, latents: Tensor | None
) -> Strips:
    """3x3 convolution of SiLU of norm of x (1,C,H,W), or of x itself."""
    assert isinstance(conv, Conv)
    out = _empty(x, conv.out_channels)

    def put(rows: slice, result: Tensor) -> None:
        out[:, :, rows] = result

    yield from _strip_by_strip(x, norm, conv, latents, put)
    return out


def _strip_by_strip(
    x: Tensor, norm: nn.Module | None, conv: nn.Module, latents: Tensor | None, put: Put
) -> Generator[float, None, None]:
    """The same, `put` where it belongs; rows of x whose results are put are not read again."""
    assert isinstance(conv, Conv)
    with torch.no_grad():
        ready, height = _Ready(x, norm, latents), x.shape[2]
        above = x.new_zeros(1, 1, x.shape[3], x.shape[1])
    for top, bottom in _strips(x, ready.factor):
        with torch.no_grad():
            below = int(bottom == height)
            rows = torch.cat([above, ready.rows(top, bottom)], dim=1)  # (1,rows,W,C)
            rows = functional.pad(rows, (0, 0, 0, 0, 0, below)) if below else rows
            result = conv.inner(rows.permute(0, 3, 1, 2))
            put(slice(max(top - 1, 0), bottom - 1 + below), result)
            above = rows[:, -2:].clone()
        yield 2.0 * conv.products * result.shape[2] * result.shape[3]


class _Ready:
    """Strips of a feature map after norm and SiLU; the norm's statistics are those of all of it."""

    def __init__(self, x: Tensor, norm: nn.Module | None, latents: Tensor | None) -> None:
        self.factor = 1
        self._x = x
        self._norm = norm.norm_layer if isinstance(norm, SpatialNorm) else norm
        self._modulation: tuple[Tensor, ...] = ()
        if isinstance(self._norm, nn.GroupNorm):
            self._statistics = statistics(x, self._norm.num_groups)
        if isinstance(norm, SpatialNorm):
            assert latents is not None, "a modulated norm needs the latents"
            self.factor = x.shape[-1] // latents.shape[-1]
            # (1,h,1,w,1,C): broadcast over the pixels of each latent pixel, never enlarged.
            self._modulation = tuple(
                of(latents).permute(0, 2, 3, 1)[:, :, None, :, None]
                for of in (norm.conv_b, norm.conv_y)
            )

    def rows(self, top: int, bottom: int) -> Tensor:
        """(1,bottom-top,W,C)."""
        part = _side_by_side(self._x[:, :, top:bottom])
        if not isinstance(self._norm, nn.GroupNorm):
            return part.permute(0, 2, 3, 1)
        mean, variance = self._statistics
        weight, bias = self._norm.weight.to(mean.dtype), self._norm.bias.to(mean.dtype)
        part = functional.batch_norm(part, mean, variance, weight, bias, eps=self._norm.eps)
        part = part.permute(0, 2, 3, 1)
        if self._modulation:
            cells = part.unflatten(2, (-1, self.factor)).unflatten(1, (-1, self.factor))
            here = slice(top // self.factor, bottom // self.factor)
            shift, scale = (of[:, here] for of in self._modulation)
            torch.addcmul(shift, cells, scale, out=cells)
        return functional.silu(part, inplace=True)


def statistics(x: Tensor, groups: int) -> tuple[Tensor, Tensor]:
    """Mean and variance (C,) of each channel's group over all of x (1,C,H,W), at least float32.

    Strip by strip, put together as in Chan, Golub & LeVeque 1983.
    """
    dtype, channels = torch.promote_types(x.dtype, torch.float32), x.shape[1]
    ones = torch.ones(channels, dtype=dtype, device=x.device)
    zeros = torch.zeros_like(ones)
    count, mean, spread = 0, zeros[:groups], zeros[:groups]
    for top, bottom in _strips(x, 1):
        part = _side_by_side(x[:, :, top:bottom])
        pixels = part.shape[2] * part.shape[3]
        _, at, inverse = torch.native_group_norm(
            part, ones, zeros, 1, channels, pixels, groups, EPSILON
        )
        apart, total = at[0] - mean, count + pixels
        within = (inverse[0] ** -2 - EPSILON) * pixels
        spread = spread + within + apart**2 * (count * pixels / total)
        mean, count = mean + apart * (pixels / total), total
    both = torch.stack([mean, (spread / count).clamp(min=0)])
    each = both.repeat_interleave(channels // groups, dim=1)
    return each[0], each[1]


def _attended(attention: nn.Module, x: Tensor, latents: Tensor | None) -> Strips:
    """Self-attention over all pixels, some of the asking ones at a time; over its input."""
    assert isinstance(attention, Attention)
    with torch.no_grad():
        tokens = tokens_of(attention.norm(x, latents))[:, None]  # (1,1,HW,C)
        keys, values = attention.to_k(tokens), attention.to_v(tokens)
    count, width = tokens.shape[2:]
    together = max(1, int(ATTENTION_WORK / (4 * count * width)))
    result = x.permute(0, 2, 3, 1).flatten(1, 2)  # (1,HW,C), a view
    for first in range(0, count, together):
        part = slice(first, first + together)
        with torch.no_grad():
            queries = attention.to_q(tokens[:, :, part])
            mixed = functional.scaled_dot_product_attention(queries, keys, values)
            result[:, part].add_(attention.to_out[0](mixed)[:, 0])
        yield 4.0 * count * width * queries.shape[2]
    return x


def _halved(downsample: nn.Module, x: Tensor) -> Strips:
    """Through a stride-2 convolution that is padded right and below only."""
    assert isinstance(downsample, Downsample)
    conv = downsample.conv
    out = _empty(x[:, :, ::2, ::2], conv.out_channels)
    for top, bottom in _strips(x, 2):
        with torch.no_grad():
            part = x[:, :, top : bottom + 1]
            below = 1 if bottom == x.shape[2] else 0
            result = conv(functional.pad(part, (0, 1, 0, below)))
            out[:, :, top // 2 : bottom // 2] = result
        yield 2.0 * conv.weight.numel() * result.shape[2] * result.shape[3]
    return out


def _doubled(upsample: nn.Module, x: Tensor) -> Strips:
    """Nearest x2 and a 3x3 convolution, as four 2x2 ones of the picture before."""
    assert isinstance(upsample, Upsample)
    conv, height, width = upsample.conv, x.shape[2], x.shape[3]
    assert conv.readable, "its kernel is taken apart here"
    out = x.new_empty(1, height, 2, width, 2, conv.out_channels)
    phases = {each: phase_of(conv.weight, *each) for each in PHASES}
    for top, bottom in _strips(x, 1, share=4):
        with torch.no_grad():
            outside = (1, 1, int(top == 0), int(bottom == height))
            part = functional.pad(x[:, :, max(top - 1, 0) : bottom + 1], outside)
            for (row, column), weight in phases.items():
                seen = part[:, :, row : row + bottom - top + 1, column : column + width + 1]
                result = functional.conv2d(seen, weight, conv.bias).permute(0, 2, 3, 1)
                out[:, top:bottom, row, :, column] = result
        yield 2.0 * 16 / 9 * conv.products * (bottom - top) * width
    return out.flatten(3, 4).flatten(1, 2).permute(0, 3, 1, 2)


def _strips(x: Tensor, multiple: int, share: int = 1) -> Iterator[tuple[int, int]]:
    """(top, bottom) of strips of x (1,C,H,W), tops multiples of `multiple`.

    share: the part of STRIP_BYTES that is to be used.
    """
    row_bytes = x.shape[1] * x.shape[3] * x.element_size()
    least = 1 if multiple > 1 else 2  # below the first row has to come a second
    rows = max(least, STRIP_BYTES // share // row_bytes // multiple) * multiple
    for top in range(0, x.shape[2], rows):
        yield top, min(top + rows, x.shape[2])


def _empty(x: Tensor, channels: int) -> Tensor:
    """(1,channels,H,W) in the fast layout, H and W those of x."""
    return x.new_empty(1, x.shape[2], x.shape[3], channels).permute(0, 3, 1, 2)


def _side_by_side(x: Tensor) -> Tensor:
    """X (1,C,H,W) with the channels of a pixel side by side in memory."""
    return x.contiguous(memory_format=torch.channels_last)
