"""The decoder's error: that of a decoder which says nothing is the power of what it should say."""

import torch

from engine.networks.unet import UNet
from engine.training.decoder import INPAINTING, network_for_training
from engine.training.decoder_error import errors

LATENTS = torch.randn(70, 4, 16, 16, generator=torch.Generator().manual_seed(1))
TOLD = torch.randn(70, 256, generator=torch.Generator().manual_seed(2))


def test_a_decoder_that_answers_zero_is_wrong_by_the_whole_velocity() -> None:
    found = errors(network_for_training().eval(), LATENTS, {"own": TOLD})
    assert abs(found["own"] - 1.0) < 0.02, "noise and latents have power one, and so any mixture"


def test_what_a_decoder_is_told_matters_and_the_noise_is_the_same() -> None:
    torch.manual_seed(3)
    network = UNet(INPAINTING).requires_grad_(False).eval()
    found = errors(network, LATENTS[:4], {"own": TOLD[:4], "again": TOLD[:4], "other": TOLD[4:8]})
    assert found["own"] == found["again"]
    assert found["own"] != found["other"]
