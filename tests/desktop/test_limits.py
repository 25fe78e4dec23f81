"""Controls say where the Starter is too weak for what they do."""

import pytest

from desktop.limits import limit_of


@pytest.mark.parametrize(
    "effect",
    [
        "mix",
        "reword",
        "film",
        "looks",
        "vary",
        "enlarge",
        "fill",
        "extend",
        "over",
    ],
)
def test_each_way_to_work_with_ideas_says_what_a_larger_model_would_give(effect: str) -> None:
    assert "larger model" in limit_of("starter", effect)
    assert limit_of("kandinsky22", effect) == ""
