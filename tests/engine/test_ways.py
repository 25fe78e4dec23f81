"""Which ways of running fit which machine: every decision as a row of a table."""

import pytest

from engine.families import Part
from engine.ways import LATENTS_AT_ONCE, Device, Way, needs, side_that_fits, ways

GIB = 2**30
KANDINSKY = {
    Part.TEXT: 694_659_840,
    Part.VISION: 1_844_907_264,
    Part.PRIOR: 1_026_225_920,
    Part.DECODER: 1_253_057_288,
    Part.INPAINT: 1_253_074_568,
    Part.AUTOENCODER: 67_832_495,
}
STARTER = {Part.TEXT: 4_000_000, Part.PRIOR: 8_000_000, Part.DECODER: 6_000_000}


def cuda(free: float, short: str = "bfloat16") -> Device:
    """A card with this many GiB free."""
    return Device("cuda", int(free * GIB), short, "float16")


def mps(free: float) -> Device:
    """An Apple card."""
    return Device("mps", int(free * GIB), "float16", "float16")


def cpu(free: float, short: str | None = "bfloat16") -> Device:
    """A processor."""
    return Device("cpu", int(free * GIB), short, "bfloat16")


def described(way: Way) -> str:
    """A way in few words."""
    words = [way.device, way.dtype, "all" if way.keep else "one part"]
    words += ["apart"] if way.apart else []
    return " ".join(words + (["streamed"] if way.streamed else []))


@pytest.mark.parametrize(
    ("devices", "parameters", "first", "last"),
    [
        ([cpu(8)], STARTER, "cpu float32 all", "cpu bfloat16 one part apart"),
        ([cuda(24), cpu(32)], STARTER, "cuda float32 all", "cpu bfloat16 one part apart"),
        ([mps(16), cpu(16)], STARTER, "mps float32 all", "cpu bfloat16 one part apart"),
        ([cpu(64)], KANDINSKY, "cpu bfloat16 all", "cpu bfloat16 one part apart"),
        ([cpu(16)], KANDINSKY, "cpu bfloat16 one part", "cpu bfloat16 one part apart"),
        ([cpu(64, None)], KANDINSKY, "cpu float32 all", "cpu bfloat16 one part apart"),
        ([cpu(16, None)], KANDINSKY, "cpu float32 one part", "cpu bfloat16 one part apart"),
        ([cpu(8, None)], KANDINSKY, "cpu bfloat16 one part", "cpu bfloat16 one part apart"),
        ([cpu(2)], KANDINSKY, "cpu bfloat16 one part apart", "cpu bfloat16 one part apart"),
        ([cuda(24), cpu(64)], KANDINSKY, "cuda bfloat16 all", "cpu bfloat16 one part apart"),
        ([cuda(8), cpu(64)], KANDINSKY, "cuda bfloat16 one part", "cpu bfloat16 one part apart"),
        (
            [cuda(2), cpu(64)],
            KANDINSKY,
            "cuda bfloat16 one part apart streamed",
            "cpu bfloat16 one part apart",
        ),
        (
            [cuda(8, "float16"), cpu(64)],
            KANDINSKY,
            "cuda float16 one part",
            "cpu bfloat16 one part apart",
        ),
        ([mps(32), cpu(32)], KANDINSKY, "mps float16 all", "cpu bfloat16 one part apart"),
        ([mps(8), cpu(8)], KANDINSKY, "mps float16 one part", "cpu bfloat16 one part apart"),
    ],
)
def test_the_fastest_way_that_fits_comes_first(
    devices: list[Device], parameters: dict[Part, int], first: str, last: str
) -> None:
    found = [described(way) for way in ways(devices, parameters)]
    assert (found[0], found[-1]) == (first, last)


def test_every_next_way_on_a_device_needs_less_in_its_format() -> None:
    found = ways([cuda(80), cpu(128)], KANDINSKY)
    assert len(found) > 6
    for device in ("cuda", "cpu"):
        amounts = [needs(way, KANDINSKY) for way in found if way.device == device]
        assert amounts == sorted(amounts, reverse=True)


def test_a_small_model_paints_few_pictures_at_a_time_so_that_steps_stay_short() -> None:
    small, large = ways([cpu(64)], STARTER)[0], ways([cpu(64)], KANDINSKY)[0]
    assert small.latents < large.latents == LATENTS_AT_ONCE


def test_a_way_does_not_need_more_than_what_was_measured_of_the_decoder() -> None:
    """3.4 GiB for the decoder in bfloat16, the interpreter's half GiB apart."""
    alone = Way("cpu", "bfloat16", keep=False)
    assert needs(alone, {Part.DECODER: KANDINSKY[Part.DECODER]}) < 2.9 * GIB


@pytest.mark.parametrize(("free", "side"), [(64, 3000), (4.5, 512), (1, 0)])
def test_what_would_fit_grows_with_the_memory(free: float, side: int) -> None:
    found = side_that_fits(
        Way("cpu", "bfloat16", keep=False), int(free * GIB), KANDINSKY | {Part.VISION: 0}, 8
    )
    assert found % 64 == 0
    assert found == 0 if side == 0 else found >= side
