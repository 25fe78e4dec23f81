"""What a person wants of the machine decides among its ways, and never leaves none."""

import pytest

from engine.families import Part
from engine.ways import Device, needs, ways
from engine.wishes import Wishes, as_wished, of_ways

GIB = 2**30
LARGE = {Part.PRIOR: 1_000_000_000, Part.DECODER: 1_250_000_000}
CARD = Device("cuda", 24 * GIB, "bfloat16", "float16")
PROCESSOR = Device("cpu", 64 * GIB, None, "bfloat16")


def found(**wishes: object) -> list[tuple[str, str, bool]]:
    """Device, format and whether all is kept, of every way that is left."""
    devices = as_wished([CARD, PROCESSOR], Wishes(**wishes))  # type: ignore[arg-type]
    return [(way.device, way.dtype, way.keep) for way in ways(devices, LARGE)]


def test_without_a_wish_nothing_changes() -> None:
    left = as_wished([CARD, PROCESSOR], Wishes())
    assert ways(left, LARGE) == ways([CARD, PROCESSOR], LARGE)


@pytest.mark.parametrize("device", ["cuda", "cpu"])
def test_the_device_that_is_wanted_is_the_only_one(device: str) -> None:
    assert {each for each, _, _ in found(device=device)} == {device}


def test_a_device_that_is_not_here_leaves_the_processor() -> None:
    assert {device for device, _, _ in found(device="mps")} == {"cpu"}


@pytest.mark.parametrize(
    ("precision", "formats"),
    [("full", {"float32"}), ("half", {"bfloat16"}), ("", {"float32", "bfloat16"})],
)
def test_the_precision_that_is_wanted_is_the_only_one(precision: str, formats: set[str]) -> None:
    assert {dtype for _, dtype, _ in found(precision=precision, device="cpu")} == formats


def test_a_budget_has_a_model_loaded_in_parts() -> None:
    assert found(device="cpu", precision="half")[0] == ("cpu", "bfloat16", True)
    assert found(device="cpu", precision="half", memory=4 * GIB)[0] == ("cpu", "bfloat16", False)


def test_a_budget_that_nothing_fits_still_leaves_the_smallest_way() -> None:
    assert len(found(memory=1)) == 1


def test_thrift_leaves_the_way_that_needs_least_and_no_faster_one() -> None:
    found = ways([PROCESSOR], LARGE)
    (least,) = of_ways(found, Wishes(thrifty=True))
    assert needs(least, LARGE) == min(needs(way, LARGE) for way in found)
    assert of_ways(found, Wishes()) == found
