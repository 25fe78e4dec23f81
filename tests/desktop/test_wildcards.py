"""Choices in braces are drawn, and nothing else in a prompt is touched."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.prompt_history import PromptHistory
from desktop.styles import STYLES, style_of, with_style
from desktop.wildcards import expanded, has_choices


def draws(text: str) -> set[str]:
    return {expanded(text, Random(seed)) for seed in range(60)}


def test_one_of_the_choices_is_drawn_each_as_often_as_the_others() -> None:
    assert draws("a {red|blue} cat") == {"a red cat", "a blue cat"}
    assert draws("{a|b}{1|2}") == {"a1", "a2", "b1", "b2"}
    assert draws("a {very |}small cat") == {"a very small cat", "a small cat"}


def test_choices_may_hold_choices() -> None:
    assert draws("{a {big|small} cat|a dog}") == {"a big cat", "a small cat", "a dog"}


def test_the_same_seed_draws_the_same() -> None:
    text = "{a|b|c|d} {e|f|g|h}"
    assert expanded(text, Random(5)) == expanded(text, Random(5))


@pytest.mark.parametrize("text", ["", "a cat", "{cat}", "a | b", "}a|b{", "{a", "a|b}", "{{x}}"])
def test_braces_without_a_choice_stay(text: str) -> None:
    assert not has_choices(text)
    assert expanded(text, Random(1)) == text


@given(st.text(alphabet="{|}ab", max_size=40))
def test_drawing_always_ends_without_choices(text: str) -> None:
    assert not has_choices(expanded(text, Random(0)))


def test_a_style_takes_the_place_of_the_one_before() -> None:
    flat, pixel = STYLES[1], STYLES[2]
    prompt = with_style("a cat ", flat)
    assert prompt == "a cat, flat style"
    assert style_of(prompt) == flat
    assert with_style(prompt, pixel) == "a cat, pixel art"
    assert with_style(prompt, None) == "a cat"
    assert style_of("a cat") is None


def test_earlier_prompts_are_walked_through_and_the_draft_waits_at_the_end() -> None:
    history = PromptHistory()
    assert history.older("draft") is None
    history.know(("c", "b", "a"))
    assert [history.older("draft"), history.older("c"), history.older("b")] == ["c", "b", "a"]
    assert history.older("a") is None
    assert [history.newer("a"), history.newer("b"), history.newer("c")] == ["b", "c", "draft"]
    assert history.newer("draft") is None


def test_what_is_shown_already_is_passed_over() -> None:
    history = PromptHistory()
    history.know(("c", "b"))
    assert history.older("c") == "b"
    assert history.newer("b") == "c"
