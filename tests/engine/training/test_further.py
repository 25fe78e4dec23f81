"""Stages that go on from finished weights: on late draws alone, and with what they know kept."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.families import starter
from engine.networks.clip import TextTower
from engine.networks.prior import Prior
from engine.training import clip, prior
from engine.training.loop import FINAL, LATE, START, Plan, Trainer
from engine.training.starter import RECIPE, Further, Workshop, planned

DONE = Plan(minutes=0, rate=1e-3)


def test_only_the_named_stages_get_other_minutes_and_lessons() -> None:
    recipe = planned(["decoder"], 7, Further(seeds=(12, 13), order=3))
    assert (recipe.decoder.minutes, recipe.decoder.late_from, recipe.decoder.order) == (7, 0, 3)
    assert recipe.decoder.rate == RECIPE.decoder.rate
    assert planned(["decoder"], 7, Further(seeds=(12,), rate=1e-5)).decoder.rate == 1e-5
    assert recipe.prior == RECIPE.prior
    assert recipe.late_seeds == (12, 13)
    assert planned(["prior"], None, None) == RECIPE
    assert RECIPE.decoder.late_from == LATE


def test_what_goes_on_sees_the_late_draws_of_its_seeds_and_no_early_ones(
    sprite_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "sprites").symlink_to(sprite_folder)
    small = replace(RECIPE, shard_size=6, shards=1)
    further = Workshop(tmp_path, planned(["decoder"], 7, Further(seeds=(12, 14)), small))
    assert further.draws().captions == further.draws(late=True).captions
    assert sorted(path.name for path in (tmp_path / "late").iterdir() if path.suffix == ".npy") == [
        "pictures-012.npy",
        "pictures-014.npy",
    ]
    assert not (tmp_path / "draws").exists()
    assert Workshop(tmp_path, small).draws().captions != further.draws().captions


def test_late_lessons_begin_when_the_plan_says_so(tmp_path: Path) -> None:
    network = torch.nn.Linear(2, 2)
    late = Trainer(network, replace(DONE, minutes=1.0, late_from=0.5), tmp_path)
    assert not late.late
    late.seconds = 31.0
    assert late.late
    assert Trainer(network, replace(DONE, minutes=1.0, late_from=0.0), tmp_path).late


@pytest.mark.slow
def test_a_prior_that_goes_on_measures_embeddings_as_it_did(tmp_path: Path) -> None:
    generator = torch.Generator().manual_seed(1)
    embeddings = torch.randn(40, starter.EMBED_DIM, generator=generator) * 3 + 1
    ids = torch.zeros(40, starter.TEXT.context, dtype=torch.long)
    captioned = prior.Captioned(embeddings.numpy().astype(np.float16), ids)
    known = Prior(starter.PRIOR)
    known.clip_mean.fill_(0.25)
    (tmp_path / "on").mkdir()
    torch.save(known.state_dict(), tmp_path / "on" / START)
    tower = TextTower(starter.TEXT)

    new = prior.train((captioned, captioned), tower, tmp_path / "new", DONE, None)
    on = prior.train((captioned, captioned), tower, tmp_path / "on", DONE, None)

    assert (on.clip_mean == 0.25).all()
    torch.testing.assert_close(new.clip_mean.flatten(), embeddings.mean(0), rtol=1e-2, atol=1e-2)


@pytest.mark.slow
def test_the_same_towers_need_no_translation(sprite_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "sprites").symlink_to(sprite_folder)
    shop = Workshop(tmp_path, replace(RECIPE, shard_size=100, late_seeds=(10,)))
    towers = clip.Clip()
    for stage in ("clip", "decoder"):
        (tmp_path / stage).mkdir()
    torch.save(towers.state_dict(), tmp_path / "clip" / FINAL)
    torch.save(towers.shared(), tmp_path / "clip" / START)
    (tmp_path / "decoder" / START).touch()
    assert shop.translation("decoder") is None

    other = clip.Clip()
    torch.save(other.shared(), tmp_path / "clip" / START)
    assert shop.translation("decoder") is not None
