"""What a model asks of a machine is said before it is there, from sizes and from what was seen."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from engine.estimates import Speed, memory_needed, numbers_of, seconds_per_picture, speed_of
from engine.families import Family, Part
from engine.families.offers import OFFERS, offer
from engine.networks.clip import ImageTower, TextTower
from engine.networks.movq import MoVQ
from engine.networks.prior import Prior
from engine.networks.text_projection import TextProjection
from engine.networks.unet import UNet

MEASURED = Path(__file__).parents[2] / "docs" / "benchmarks.json"
PAINTING = 0.79
"""Of the time that a picture of the Starter takes, that of decoder and autoencoder (0.77..0.81)."""
OF_FOUR = 0.55
"""Of that time, what each of four pictures takes that are painted together."""


def test_memory_is_that_of_the_largest_part_in_two_bytes_for_a_number() -> None:
    largest = 2 * 1_844_907_264  # the image tower, whose file is as long in two bytes a number
    assert largest < memory_needed(offer("kandinsky22")) < largest + 500_000_000
    decoder = offer("kandinsky22-inpaint").files[-1].size or 0
    needed = memory_needed(offer("kandinsky22-inpaint"))
    assert decoder / 2 < needed < decoder / 2 + 500_000_000


def networks_of(family: Family, part: Part) -> list[nn.Module]:
    """What is in the published file of a part, without numbers."""
    with torch.device("meta"):
        match part:
            case Part.TEXT:
                return [TextTower(family.text)]
            case Part.VISION:  # Karlo's is a file of both towers
                both = family.place(part).subfolder == ""
                text = [TextTower(family.text)] if both else []
                return [ImageTower(family.vision), *text]
            case Part.PRIOR:
                return [Prior(family.prior)]
            case Part.PROJECTION:
                assert family.projection is not None
                return [TextProjection(family.projection)]
            case Part.DECODER:
                return [UNet(family.decoder)]
            case Part.INPAINT:
                assert family.inpaint is not None
                return [UNet(family.inpaint)]
            case Part.AUTOENCODER:
                assert family.autoencoder is not None
                return [MoVQ(family.autoencoder)]
            case _:
                assert family.super_resolution is not None
                return [UNet(family.super_resolution.unet)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["kandinsky22", "kandinsky22-inpaint", "karlo"])
def test_a_published_part_has_as_many_numbers_as_its_network(name: str) -> None:
    counts = numbers_of(offer(name))
    assert counts.keys() == set(offer(name).parts) - {Part.TOKENIZER}
    for part, count in counts.items():
        networks = networks_of(offer(name).family, part)
        real = sum(values.numel() for each in networks for values in each.state_dict().values())
        assert count == pytest.approx(real, rel=0.01), part


def test_a_speed_seen_with_one_model_gives_the_seconds_of_another() -> None:
    starter, large = offer("starter"), offer("kandinsky22")
    speed = speed_of(starter, count=2, seconds=1.0, device="cpu")
    assert speed is not None
    assert speed.device == "cpu"
    assert speed.teraflops == pytest.approx(2 * starter.work)
    assert seconds_per_picture(starter, speed) == pytest.approx(0.5)
    assert seconds_per_picture(large, speed) == pytest.approx(large.work / speed.teraflops / 6)
    card = Speed("cuda", speed.teraflops)
    assert seconds_per_picture(large, card) == pytest.approx(large.work / speed.teraflops)


@pytest.mark.parametrize(("count", "seconds"), [(0, 1.0), (1, 0.0)])
def test_nothing_is_learned_from_nothing(count: int, seconds: float) -> None:
    assert speed_of(OFFERS[0], count, seconds, "cpu") is None


def measured(*parts: tuple[str, int]) -> float:
    """Seconds of the processor that were measured for so many of each part."""
    found: dict[str, Any] = json.loads(MEASURED.read_text(encoding="utf-8"))
    return sum(count * found[name]["ours"]["cpu"] for name, count in parts)


@pytest.mark.parametrize("together", [1.0, OF_FOUR], ids=["one picture a run", "four"])
@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("kandinsky22", (("decoder", 50), ("movq", 1), ("prior", 25))),
        ("karlo", (("decoder", 25), ("super", 7))),
    ],
)
def test_what_is_derived_for_larger_models_is_within_twice_of_what_was_measured(
    name: str, parts: tuple[tuple[str, int], ...], together: float
) -> None:
    spent = PAINTING * together * measured(("starter-default float32", 1))
    speed = speed_of(offer("starter"), 1, spent, "cpu")
    assert speed is not None
    real = measured(*((f"{name}-{part} bfloat16", count) for part, count in parts))
    assert real / 2 < seconds_per_picture(offer(name), speed) < 2 * real
    as_slow_as_the_starter = Speed("cuda", speed.teraflops)
    assert seconds_per_picture(offer(name), as_slow_as_the_starter) > 2 * real
