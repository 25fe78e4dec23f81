"""What the encoders made of the draws, kept on disk: what is there is left alone."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.families import starter
from engine.networks.clip import ImageTower
from engine.networks.movq import MoVQ
from engine.training.draws import Draws
from engine.training.encodings import encode, open_encodings

COUNT = 3


@pytest.fixture
def draws() -> Draws:
    """Two shards of noise."""
    source = np.random.default_rng(0)
    shards = source.integers(0, 256, (2, COUNT, starter.BASE, starter.BASE, 3), dtype=np.uint8)
    return Draws(tuple(shards), ("noise",) * 2 * COUNT, (4, 7))


@pytest.fixture
def networks() -> tuple[MoVQ, ImageTower]:
    """Encoders of random weights."""
    torch.manual_seed(0)
    return MoVQ(starter.AUTOENCODER).eval(), ImageTower(starter.VISION).eval()


def test_deleted_embeddings_are_made_anew_and_latents_are_left_alone(
    draws: Draws,
    networks: tuple[MoVQ, ImageTower],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch, "compile", lambda function: function)  # six pictures do not repay it
    encode(draws, *networks, tmp_path)
    first = open_encodings(tmp_path, (4, 7), networks[1])
    assert first.latents.shape == (2 * COUNT, 4, 16, 16)
    assert first.embeddings.shape == (2 * COUNT, starter.EMBED_DIM)

    torch.nn.init.zeros_(networks[0].quant_conv.weight)
    np.save(tmp_path / "embeddings-004.npy", np.zeros((COUNT, starter.EMBED_DIM), np.float16))
    (tmp_path / "embeddings-007.npy").unlink()
    encode(draws, *networks, tmp_path)

    second = open_encodings(tmp_path, (4, 7), networks[1])
    assert np.array_equal(second.latents, first.latents)
    assert not second.embeddings[:COUNT].any(), "what was there was not left alone"
    assert np.array_equal(second.embeddings[COUNT:], first.embeddings[COUNT:])
