"""Stage 1, the autoencoder: 64x64 pictures to 16x16x4 latents and back.

Loss: L1, plus L1 of the differences between neighbours (edges are what flat drawings are made of)
and L1 of the two colour axes (without it a whole axis, green to purple, is given up for outlines),
with a little noise on the latents so that the decoder forgives what diffusion leaves behind.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.families import starter
from engine.networks.movq import MoVQ, SpatialNorm
from engine.training.draws import Draws, as_signed, random_indices
from engine.training.loop import Plan, Trainer, channels_last

BATCH = 16
LATENT_NOISE = 0.05


def gradients(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Differences between neighbours, right and below."""
    return pictures[..., :, 1:] - pictures[..., :, :-1], pictures[..., 1:, :] - pictures[
        ..., :-1, :
    ]


def edge_error(output: Tensor, target: Tensor) -> Tensor:
    """L1 of the differences between neighbours."""
    right, below = zip(gradients(output), gradients(target), strict=True)
    return (right[0] - right[1]).abs().mean() + (below[0] - below[1]).abs().mean()


def colours(pictures: Tensor) -> Tensor:
    """Orange-blue and green-purple axes (B,2,H/2,W/2) of RGB (B,3,H,W), the YCoCg transform's."""
    red, green, blue = functional.avg_pool2d(pictures, 2).unbind(1)
    return torch.stack([red - blue, green - (red + blue) / 2], dim=1)


def reconstruction_loss(output: Tensor, target: Tensor) -> Tensor:
    """L1 of pixels, of edges and of colours."""
    chroma = (colours(output) - colours(target)).abs().mean()
    return (output - target).abs().mean() + edge_error(output, target) + chroma


def decibels(output: Tensor, target: Tensor) -> Tensor:
    """Peak signal-to-noise ratio of a batch in [-1,1], taken as one picture."""
    return 10 * torch.log10(4 / (output.detach() - target).square().mean())


def network_for_training() -> MoVQ:
    """A new autoencoder whose modulated norms begin as plain ones: scale 1, shift 0.

    Drawn at random the scale is about 0, and next to nothing gets through the first decoder.
    """
    network = MoVQ(starter.AUTOENCODER)
    for module in network.modules():
        if isinstance(module, SpatialNorm):
            for layer, start in ((module.conv_y, 1.0), (module.conv_b, 0.0)):
                assert layer.bias is not None, "the published layer has a bias"
                nn.init.normal_(layer.weight, std=0.02)
                nn.init.constant_(layer.bias, start)
    return network


def train(draws: Draws, folder: Path, plan: Plan) -> MoVQ:
    """The averaged autoencoder, its latents folded to mean 0 and deviation 1."""
    torch.manual_seed(1)
    network = channels_last(network_for_training())
    trainer = Trainer(network, plan, folder)
    # Normalisation and activation at full resolution are bound by memory; fused they take half the
    # time.
    encode, decode = torch.compile(network.encode), torch.compile(network.decode)

    def loss(generator: torch.Generator) -> Mapping[str, Tensor]:
        pictures = as_signed(draws.pictures(random_indices(BATCH, len(draws), generator)))
        pictures = pictures.to(memory_format=torch.channels_last)
        latents = encode(pictures).float()
        spread = (
            latents.mean((0, 2, 3)).square().sum() + (latents.std((0, 2, 3)) - 1).square().sum()
        )
        noise = torch.randn(latents.shape, generator=generator) * LATENT_NOISE
        output = decode(latents + noise).float()
        rebuilt = reconstruction_loss(output, pictures)
        psnr = decibels(output, pictures)
        return {"loss": rebuilt + 0.01 * spread, "rebuilt": rebuilt, "spread": spread, "psnr": psnr}

    average = trainer.run(loss)
    assert isinstance(average, MoVQ)
    fold(average, *latent_statistics(average, draws))
    return average


def train_decoding(network: MoVQ, draws: Draws, folder: Path, plan: Plan) -> MoVQ:
    """`network` with its decoding half trained further; the averaged weights.

    What it makes of a picture is the same number for number, so that prior, decoder and all stored
    latents stay right: only what is painted from a latent becomes sharper.
    """
    torch.manual_seed(1)
    network.requires_grad_(True)
    for half in (network.encoder, network.quant_conv):
        half.requires_grad_(False)
    # Not with the channels last: without bfloat16 that takes a seventh longer.
    trainer = Trainer(network, plan, folder)
    encode, decode = torch.compile(network.encode), torch.compile(network.decode)

    def loss(generator: torch.Generator) -> Mapping[str, Tensor]:
        pictures = as_signed(draws.pictures(random_indices(BATCH, len(draws), generator)))
        with torch.no_grad():
            latents = encode(pictures).float()
        noise = torch.randn(latents.shape, generator=generator) * LATENT_NOISE
        output = decode(latents + noise).float()
        return {"loss": reconstruction_loss(output, pictures), "psnr": decibels(output, pictures)}

    average = trainer.run(loss)
    assert isinstance(average, MoVQ)
    return average


@torch.no_grad()
def latent_statistics(network: MoVQ, draws: Draws, count: int = 512) -> tuple[Tensor, Tensor]:
    """Mean and deviation (Z,) of every latent channel over `count` pictures."""
    generator = torch.Generator().manual_seed(2)
    pictures = as_signed(draws.pictures(random_indices(count, len(draws), generator)))
    latents = torch.cat([network.encode(part) for part in pictures.split(64)])
    return latents.mean((0, 2, 3)), latents.std((0, 2, 3))


@torch.no_grad()
def fold(network: MoVQ, mean: Tensor, deviation: Tensor) -> None:
    """Make latents (z - mean)/deviation without changing what is decoded.

    The Kandinsky pipelines never apply a scaling factor, so it has to live in the weights: in
    `quant_conv` on the way in, and in every 1x1 convolution that reads the latents on the way out.
    """
    into = network.quant_conv
    assert into.bias is not None, "the published layer has a bias"
    into.weight.div_(deviation[:, None, None, None])
    into.bias.copy_((into.bias - mean) / deviation)
    readers: list[nn.Conv2d] = [network.post_quant_conv]
    for module in network.modules():
        if isinstance(module, SpatialNorm):
            readers += [module.conv_y, module.conv_b]
    for reader in readers:
        assert reader.bias is not None
        reader.bias.add_((reader.weight[:, :, 0, 0] * mean[None]).sum(1))
        reader.weight.mul_(deviation[None, :, None, None])
