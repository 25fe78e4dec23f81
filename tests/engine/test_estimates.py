"""What a model asks of a machine is said before it is there, from sizes and from what was seen."""

from dataclasses import dataclass

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
    assert seconds_per_picture(large, speed) == pytest.approx(large.work / speed.teraflops / 4)
    card = Speed("cuda", speed.teraflops)
    assert seconds_per_picture(large, card) == pytest.approx(large.work / speed.teraflops)


@pytest.mark.parametrize(("count", "seconds"), [(0, 1.0), (1, 0.0)])
def test_nothing_is_learned_from_nothing(count: int, seconds: float) -> None:
    assert speed_of(OFFERS[0], count, seconds, "cpu") is None


@dataclass(frozen=True)
class Processor:
    """Seconds of a processor with two cores.

    starter: one picture with the preset. decoder, prior: a step. movq: a picture. super: a step of
    super-resolution.
    """

    starter: float
    kandinsky_decoder: float
    kandinsky_prior: float
    kandinsky_movq: float
    karlo_decoder: float
    karlo_super: float

    @property
    def kandinsky22(self) -> float:
        """50 steps of the decoder, 25 of the prior."""
        return 50 * self.kandinsky_decoder + 25 * self.kandinsky_prior + self.kandinsky_movq

    @property
    def karlo(self) -> float:
        """25 steps of the decoder, 7 of super-resolution."""
        return 25 * self.karlo_decoder + 7 * self.karlo_super


PROCESSORS = {
    # The Starter in float32, the others in bfloat16 by `run.py bench` (docs/benchmarks.json; the
    # Starter's row there has been taken on the other processor since).
    "AVX-512 with bfloat16": Processor(1.64, 4.69, 0.113, 5.81, 3.21, 23.1),
    # All in float32, the Starter by `run.py bench`, the prior by `-k kandinsky22-prior` on two
    # threads, the others by the same work on one thread of a busy machine.
    "AVX2 alone": Processor(2.14, 21.6, 1.08, 28.2, 16.5, 109.0),
}


@pytest.mark.parametrize("together", [1.0, OF_FOUR], ids=["one picture a run", "four"])
@pytest.mark.parametrize("name", ["kandinsky22", "karlo"])
@pytest.mark.parametrize("processor", PROCESSORS.values(), ids=PROCESSORS.keys())
def test_what_is_derived_for_larger_models_is_within_three_times_of_what_was_measured(
    processor: Processor, name: str, together: float
) -> None:
    speed = speed_of(offer("starter"), 1, PAINTING * together * processor.starter, "cpu")
    assert speed is not None
    real: float = getattr(processor, name)
    assert real / 3 < seconds_per_picture(offer(name), speed) < 3 * real


@pytest.mark.parametrize("name", ["kandinsky22", "karlo"])
def test_a_large_model_as_slow_as_the_starter_would_be_three_times_off(name: str) -> None:
    processor = PROCESSORS["AVX-512 with bfloat16"]
    speed = speed_of(offer("starter"), 1, PAINTING * processor.starter, "cpu")
    assert speed is not None
    as_slow = Speed("cuda", speed.teraflops)
    assert seconds_per_picture(offer(name), as_slow) > 3 * getattr(processor, name)
