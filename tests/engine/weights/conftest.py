"""A network of three parameters and files of it, whole and damaged."""

import json
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine import families
from engine.families import Family
from engine.specs import CompactSpec, MoVQSpec, UNetSpec
from tests.certificates import Authority, make_authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Signs certificates for servers on this computer."""
    return make_authority(tmp_path_factory.mktemp("certificates"))


class Tiny(nn.Module):
    """Two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 3)
        self.second = nn.Linear(3, 2, bias=False)


@pytest.fixture
def tiny() -> Callable[[], nn.Module]:
    """Builds the network."""
    return Tiny


@pytest.fixture
def weights() -> dict[str, Tensor]:
    """Its weights; every value is exact in half precision."""
    return {
        "first.weight": torch.arange(12.0).reshape(3, 4),
        "first.bias": torch.tensor([0.5, -0.25, 8.0]),
        "second.weight": torch.arange(6.0).reshape(2, 3) - 3,
    }


@pytest.fixture(scope="session")
def write_raw() -> Callable[..., Path]:
    """Write a file with any header (text or table) and any data behind it."""

    def write(path: Path, header: dict[str, object] | bytes, data: bytes = b"") -> Path:
        text = header if isinstance(header, bytes) else json.dumps(header).encode()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(struct.pack("<Q", len(text)) + text + data)
        return path

    return write


@pytest.fixture
def embedded() -> Family:
    """The Starter, smaller still."""
    starter = families.find("starter")
    decoder = UNetSpec(
        in_channels=4,
        out_channels=8,
        channels=(8, 16),
        blocks=1,
        attention=(False, True),
        conditioning=starter.decoder.conditioning,
        head_width=8,
        context_width=8,
        context_tokens=2,
        embed_dim=8,
        groups=4,
    )
    return replace(
        starter,
        decoder=decoder,
        inpaint=replace(decoder, in_channels=9),
        autoencoder=MoVQSpec(channels=(32, 32), blocks=1, codebook=4),
        upscaler=CompactSpec(features=4, convolutions=1, scale=4),
    )
