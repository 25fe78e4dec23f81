"""The composer: what it draws, that it can be repeated, and that held-out combinations stay out."""

import os
import re
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.training import tables
from engine.training.backgrounds import WHITE
from engine.training.composer import Composer, Mix
from engine.training.drafts import Draft, HueTurn
from engine.training.sprites import SpriteSet
from engine.training.words import plural, with_article

DRAWS = 5_000
HELD = tables.held_out()


def says(caption: str, *phrases: str) -> bool:
    """Whether the caption has every one of the phrases as whole words."""
    return all(re.search(rf"\b{re.escape(phrase)}\b", caption) for phrase in phrases)


def leaks(draft: Draft) -> list[str]:
    """Held-out combinations that a reader finds in the caption, without the rule's own code."""
    caption = draft.caption.lower()
    found = [colour for colour in HELD["colours"] if says(caption, colour)]
    found += [pair for pair in HELD["pairs"] if says(caption, *map(with_article, pair.split()))]
    for number, thing in map(str.split, HELD["counts"]):
        found += [f"{number} {thing}"] * says(caption, f"{number} {plural(thing)}")
    for thing, place in map(str.split, HELD["places"]):
        phrases = tables.scenes()["scenes"][place]["phrases"]
        told = any(caption.startswith(f"{with_article(thing)} {phrase}") for phrase in phrases)
        found += [f"{thing} {place}"] * told
    rows = [placement.thing.row for placement in draft.placements]
    for thing, style in map(str.split, HELD["styles"]):
        found += [f"{thing} {style}" for row in rows if row.style == style and thing in row.names]
    return found


@pytest.mark.slow
def test_training_never_draws_a_held_out_combination(sprite_folder: Path) -> None:
    composer = Composer(sprite_folder, seed=1, split="train")
    assert [leak for _ in range(DRAWS) for leak in leaks(composer.draft())] == []


@pytest.mark.slow
def test_without_the_rule_held_out_combinations_are_drawn(sprite_folder: Path) -> None:
    composer = Composer(sprite_folder, seed=1, split="all")
    found = Counter(leak for _ in range(DRAWS) for leak in leaks(composer.draft()))
    assert found.total() > 20
    assert len(found) > 5


def test_the_held_split_draws_only_what_training_never_shows(sprite_folder: Path) -> None:
    held = Composer(sprite_folder, seed=1, split="held")
    rule = held.rule
    assert all(rule.covers(held.draft()) for _ in range(50))


def test_synonyms_do_not_slip_past_the_rule(sprite_folder: Path) -> None:
    composer = Composer(sprite_folder, seed=1, split="all")
    draft = next(d for d in iter(composer.draft, None) if d.layout == "two")
    assert composer.rule.covers(replace(draft, caption="a kitten next to a puppy"))
    assert composer.rule.covers(replace(draft, caption="pizza above two burgers"))


@pytest.mark.slow
def test_a_hundred_thousand_draws_of_the_whole_set_leak_nothing() -> None:
    if "EASEL_SPRITES" not in os.environ:
        pytest.skip("EASEL_SPRITES does not name a folder with the whole sprite set")
    composer = Composer(Path(os.environ["EASEL_SPRITES"]), seed=2, split="train")
    assert [leak for _ in range(100_000) for leak in leaks(composer.draft())] == []


def test_the_same_seed_draws_the_same_pairs(sprite_folder: Path) -> None:
    first, second = (Composer(sprite_folder, seed=5) for _ in range(2))
    for _ in range(60):
        one, two = first.sample(), second.sample()
        assert (one.caption, one.boxes) == (two.caption, two.boxes)
        assert np.array_equal(one.pixels, two.pixels)


def test_another_seed_draws_other_pairs(sprite_folder: Path) -> None:
    first, second = (Composer(sprite_folder, seed=seed) for seed in (5, 6))
    captions = [{composer.sample().caption for _ in range(60)} for composer in (first, second)]
    assert len(captions[0] & captions[1]) < 10


def test_layouts_are_drawn_as_often_as_the_mix_says(sprite_folder: Path) -> None:
    mix = Mix(single=50, scene=20, two=20, count=10, pattern=0)
    composer = Composer(sprite_folder, seed=3, mix=mix)
    seen = Counter(composer.draft().layout for _ in range(2_000))
    shares = {name: seen[name] / 20 for name in mix.layouts()}
    assert shares == pytest.approx(mix.layouts(), abs=4)


def test_a_plain_picture_is_one_upright_thing_in_its_own_colours_on_white(
    sprite_folder: Path,
) -> None:
    only = Mix(single=0, plain=1, scene=0, two=0, count=0, pattern=0)
    composer = Composer(sprite_folder, seed=3, mix=only)
    for draft in (composer.draft() for _ in range(300)):
        (placement,) = draft.placements
        assert not placement.stance.flip
        assert (placement.stance.angle, placement.stance.x, placement.stance.y) == (0, 64, 64)
        assert not isinstance(placement.thing.finish, HueTurn)
        assert (composer.paint(draft).pixels[0] == 255).all()
        assert not says(draft.caption, "background")
        assert not leaks(draft)


NOTHING = Mix(single=0, scene=0, two=0, count=0, pattern=0)
"""To which one layout is added."""


def test_coloured_pictures_are_plain_ones_in_a_colour_that_is_said(sprite_folder: Path) -> None:
    composer = Composer(sprite_folder, seed=3, mix=replace(NOTHING, coloured=1))
    for draft in (composer.draft() for _ in range(200)):
        (placement,) = draft.placements
        assert isinstance(placement.thing.finish, HueTurn)
        assert placement.thing.said is not None
        assert says(draft.caption, placement.thing.said)
        assert (placement.stance.angle, placement.stance.x, placement.stance.y) == (0, 64, 64)
        assert not leaks(draft)


@pytest.mark.parametrize("layout", ["plain_two", "plain_count"])
def test_plain_things_together_are_of_one_size_in_their_own_colours_on_white(
    sprite_folder: Path, layout: str
) -> None:
    composer = Composer(sprite_folder, seed=3, mix=replace(NOTHING, **{layout: 1}))
    for draft in (composer.draft() for _ in range(200)):
        assert len(draft.placements) > 1
        assert len({placement.stance.size for placement in draft.placements}) == 1
        assert not any(isinstance(each.thing.finish, HueTurn) for each in draft.placements)
        assert draft.background == WHITE.background
        assert not says(draft.caption, "background")
        assert not leaks(draft)


def test_a_plain_scene_has_one_thing_in_the_middle_of_any_place(sprite_folder: Path) -> None:
    composer = Composer(sprite_folder, seed=3, mix=replace(NOTHING, plain_scene=1))
    drafts = [composer.draft() for _ in range(400)]
    assert {d.placements[0].stance.x for d in drafts if len(d.placements) == 1} == {64}
    places = Counter(place for draft in drafts for place in draft.place)
    assert set(places) == set(tables.scenes()["scenes"])
    assert not any(map(leaks, drafts))


@pytest.mark.parametrize(("varied", "plain"), [("two", "plain_two"), ("count", "plain_count")])
def test_the_varied_layouts_are_not_plain(sprite_folder: Path, varied: str, plain: str) -> None:
    grounds: dict[str, int] = {}
    for layout in (varied, plain):
        composer = Composer(sprite_folder, seed=3, mix=replace(NOTHING, **{layout: 1}))
        grounds[layout] = len({composer.draft().background for _ in range(100)})
    assert grounds[plain] == 1 < grounds[varied]


def test_a_category_of_weight_zero_is_left_out(sprite_folder: Path) -> None:
    mix = Mix(categories={**Mix().categories, "people": 0.0})
    composer = Composer(sprite_folder, seed=3, mix=mix)
    drafts = [composer.draft() for _ in range(500)]
    drawn = {placement.thing.row.category for d in drafts for placement in d.placements}
    assert "people" not in drawn
    assert "animals" in drawn


def test_a_mix_that_leaves_nothing_is_refused(sprite_folder: Path) -> None:
    with pytest.raises(ValueError, match="exclude all"):
        Composer(sprite_folder, seed=3, mix=Mix(styles={}))


@pytest.mark.slow
def test_captions_are_short_lower_case_sentences_without_doubled_articles(
    sprite_folder: Path,
) -> None:
    composer = Composer(sprite_folder, seed=4)
    captions = [composer.sample().caption for _ in range(200)]
    assert all(caption == caption.lower().strip() and "  " not in caption for caption in captions)
    assert not [c for c in captions if re.search(r"\b(an?|the) (an?|the)\b|\ba [aeio]", c)]
    assert max(len(caption.split()) for caption in captions) <= 40


def test_boxes_cover_everything_that_differs_from_the_background(sprite_folder: Path) -> None:
    mix = Mix(scene=0, pattern=0, count=5, two=5, single=5)
    composer = Composer(sprite_folder, seed=7, mix=mix)
    for _ in range(40):
        draft = composer.draft()
        with_things = composer.paint(draft)
        behind = composer.paint(replace(draft, placements=()))
        changed = (with_things.pixels != behind.pixels).any(-1)
        for box in with_things.boxes:
            assert changed[box.top : box.bottom, box.left : box.right].any() or changed.sum() == 0
            changed[max(0, box.top - 1) : box.bottom + 1, max(0, box.left - 1) : box.right + 1] = (
                False
            )
        assert changed.sum() == 0


def test_left_and_right_are_true(sprite_folder: Path) -> None:
    mix = Mix(single=0, scene=0, count=0, pattern=0, two=1)
    composer = Composer(sprite_folder, seed=8, mix=mix)
    told = 0
    while told < 50:
        draft = composer.draft()
        match = re.search("(.+) to the (left|right) of (.+)", draft.caption)
        if match and all(placement.thing.phrase for placement in draft.placements):
            left, right = sorted(draft.placements, key=lambda placement: placement.stance.x)
            first, second = (left, right) if match[2] == "left" else (right, left)
            assert first.thing.phrase.lower() in match[1].lower()
            assert second.thing.phrase.lower() in match[3].lower()
            told += 1


def test_pictures_of_256_pixels_show_the_same_as_those_of_128(sprite_folder: Path) -> None:
    small, large = (Composer(sprite_folder, seed=9, side=side) for side in (128, 256))
    for _ in range(20):
        one, two = small.sample(), large.sample()
        assert two.pixels.shape == (256, 256, 3)
        assert one.caption == two.caption
        averaged = two.pixels.reshape(128, 2, 128, 2, 3).mean((1, 3))
        assert np.abs(averaged - one.pixels).mean() < 4


def test_a_table_that_does_not_fit_its_pictures_is_refused(
    sprite_folder: Path, tmp_path: Path
) -> None:
    table = (sprite_folder / "captions.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "captions.jsonl").write_text("\n".join(table[:-1]), encoding="utf-8")
    np.save(tmp_path / "rgba128.npy", np.load(sprite_folder / "rgba128.npy"))
    with pytest.raises(ValueError, match="500 sprites for 499 rows"):
        SpriteSet(tmp_path)


@pytest.mark.benchmark
def test_eight_hundred_pairs_are_drawn_in_a_second(sprite_folder: Path) -> None:
    composer = Composer(sprite_folder, seed=0)
    for _ in range(500):
        composer.sample()
    begun = time.perf_counter()
    for _ in range(2_000):
        composer.sample()
    assert 2_000 / (time.perf_counter() - begun) >= 800
