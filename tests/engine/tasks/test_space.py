"""Truths about turning and mixing directions."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from engine.tasks.space import angle_between, length, slerp, spherical_mix, turned, unit

seeds = st.integers(0, 10_000)
shares = st.floats(0, 1)


def vectors(seed: int, count: int, width: int = 6) -> Tensor:
    """Random vectors of different lengths, (count, width)."""
    source = torch.Generator().manual_seed(seed)
    return torch.randn(count, width, generator=source, dtype=torch.float64) * 3


@given(seeds, st.floats(-3, 3))
def test_a_turn_keeps_the_length_and_makes_the_angle(seed: int, radians: float) -> None:
    x, towards = vectors(seed, 2)
    result = turned(x, towards, radians)
    assert torch.allclose(length(result), length(x))
    assert float(angle_between(result, x)) == pytest.approx(abs(radians), abs=1e-6)


@given(seeds, shares)
def test_a_path_goes_at_even_speed_and_its_length_changes_evenly(seed: int, share: float) -> None:
    a, b = vectors(seed, 2)
    result = slerp(a, b, share)
    whole = float(angle_between(a, b))
    assert float(angle_between(a, result)) == pytest.approx(share * whole, abs=1e-6)
    assert float(angle_between(result, b)) == pytest.approx((1 - share) * whole, abs=1e-6)
    assert torch.allclose(length(result), (1 - share) * length(a) + share * length(b))


@given(seeds, st.floats(0.01, 10), st.floats(0.01, 10))
def test_the_mean_of_two_is_the_path_between_them(seed: int, one: float, other: float) -> None:
    a, b = vectors(seed, 2)
    expected = slerp(a, b, other / (one + other))
    assert torch.allclose(spherical_mix([a, b], [one, other]), expected, atol=1e-5)


@given(seeds)
@pytest.mark.slow
def test_the_mean_is_where_no_idea_pulls_more_than_the_others(seed: int) -> None:
    """Among random neighbours none has a smaller weighted sum of squared angles."""
    ideas, weights = list(vectors(seed, 3).abs()), [0.5, 1.0, 0.25]
    mean = spherical_mix(ideas, weights)

    def pull(x: Tensor) -> float:
        return sum(
            w * float(angle_between(x, idea)) ** 2 for w, idea in zip(weights, ideas, strict=True)
        )

    neighbours = [turned(mean, towards, 0.05) for towards in vectors(seed + 1, 10)]
    assert all(pull(mean) < pull(neighbour) for neighbour in neighbours)


@given(seeds, st.floats(0.1, 20))
def test_only_proportions_of_weights_count(seed: int, factor: float) -> None:
    ideas, weights = list(vectors(seed, 3)), [1.0, 0.4, -0.3]
    scaled = [factor * weight for weight in weights]
    assert torch.allclose(spherical_mix(ideas, weights), spherical_mix(ideas, scaled), atol=1e-5)


@given(seeds, st.floats(0.05, 0.5))
def test_a_negative_weight_leads_away_by_its_share_of_the_angle(seed: int, weight: float) -> None:
    a, b = vectors(seed, 2)
    whole = float(angle_between(a, b))
    result = spherical_mix([a, b], [1.0, -weight])
    assert float(angle_between(result, b)) == pytest.approx((1 + weight) * whole, abs=1e-5) or (
        (1 + weight) * whole > math.pi
    )
    assert float(angle_between(result, a)) == pytest.approx(weight * whole, abs=1e-5)
    assert torch.allclose(length(result), length(a))


def test_one_idea_and_equal_ideas_stay_what_they_are() -> None:
    (a,) = vectors(3, 1)
    assert torch.allclose(spherical_mix([a], [0.2]), a)
    assert torch.allclose(spherical_mix([a, a, a], [1.0, 2.0, -1.0]), a)
    assert torch.allclose(slerp(a, a, 0.3), a)


def test_nothing_has_no_direction() -> None:
    assert unit(torch.zeros(2, 3)).tolist() == [[0.0] * 3] * 2


def test_small_angles_are_not_lost_in_rounding() -> None:
    a = torch.tensor([1.0, 0.0])
    assert float(angle_between(a, torch.tensor([1.0, 1e-4]))) == pytest.approx(1e-4, rel=1e-3)
