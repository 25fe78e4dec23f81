"""The families as data: complete, consistent, and found by name."""

import re
from dataclasses import fields
from pathlib import PurePosixPath

import pytest

from engine import families
from engine.families import Family, Part
from engine.families.family import ON_EMBEDDINGS
from engine.requests import Generate, Guide, Inpaint, Sampling, Upscale

EVERY = pytest.mark.parametrize("family", families.all(), ids=lambda family: family.name)


@EVERY
def test_a_family_is_found_by_its_name(family: Family) -> None:
    assert families.find(family.name) is family


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="starter, kandinsky22, karlo"):
        families.find("dall-e")


@EVERY
def test_every_place_and_file_is_in_a_repository_of_the_family(family: Family) -> None:
    folders = {repository.folder for repository in family.repositories}
    assert {place.repository for place in family.places} <= folders
    assert {file.repository for file in family.files} == folders


@EVERY
def test_every_network_has_its_weight_file_in_the_list(family: Family) -> None:
    listed = {(file.repository, file.path) for file in family.files}
    for place in family.places:
        if place.base:
            path = PurePosixPath(place.subfolder, f"{place.base}.safetensors")
            assert (place.repository, str(path)) in listed


@EVERY
def test_a_preset_leaves_nothing_open(family: Family) -> None:
    assert None not in (getattr(family.preset, field.name) for field in fields(Sampling))


@EVERY
def test_the_text_the_prior_reads_fits_the_text_tower(family: Family) -> None:
    assert family.prior.text_tokens == family.text.context
    assert family.prior.embed_dim == family.text.width == family.text.embed_dim
    assert family.vision.embed_dim == family.prior.embed_dim


def test_only_families_that_can_paint_declare_a_task() -> None:
    tasks = {family.name: family.tasks for family in families.all()}
    assert tasks == {
        "starter": ON_EMBEDDINGS | {Generate, Guide, Inpaint, Upscale},
        "kandinsky22": ON_EMBEDDINGS | {Generate, Guide, Inpaint, Upscale},
        "karlo": ON_EMBEDDINGS | {Generate, Guide, Inpaint, Upscale},
    }


def test_every_file_of_kandinsky_is_pinned_by_size_and_hash() -> None:
    for file in families.find("kandinsky22").files:
        assert file.size is not None
        assert re.fullmatch("[0-9a-f]{64}", file.sha256 or "")


def test_sizes_step_by_the_grid_of_the_decoder() -> None:
    assert {family.name: family.grid for family in families.all()} == {
        "starter": 16,
        "kandinsky22": 64,
        "karlo": 8,
    }


def test_a_family_without_an_upscaler_says_so() -> None:
    assert not families.find("kandinsky22").has(Part.UPSCALER)
    assert families.find("starter").has(Part.UPSCALER)


def test_pictures_grow_from_the_decoders_size_to_the_finished_one() -> None:
    for family in families.all():
        assert family.native == family.base * family.enlargement


def test_karlo_says_that_it_has_no_inpainting_checkpoint() -> None:
    karlo = families.find("karlo")
    assert karlo.inpaint is None
    assert not karlo.has(Part.INPAINT)
    assert "no inpainting checkpoint" in karlo.description


def test_what_karlos_decoder_reads_fits_what_its_projection_makes() -> None:
    karlo = families.find("karlo")
    assert karlo.projection is not None
    assert karlo.projection.embed_dim == karlo.text.embed_dim == karlo.vision.embed_dim
    assert karlo.projection.context_width == karlo.decoder.context_width
    assert karlo.projection.time_width == 4 * karlo.decoder.channels[0]
    assert karlo.projection.tokens + karlo.text.context == karlo.decoder.context_tokens
