"""Karlo's way of painting, the whole of it, on a tiny family of random weights."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.decode import painted
from engine.errors import UnsupportedTask, WeightsDamaged, WeightsMissing
from engine.events import Event, Image, Loading, Stage, Step
from engine.families import Family, Part
from engine.memory import Residency
from engine.model import Model
from engine.requests import (
    Change,
    Generate,
    Guide,
    Idea,
    Ingredient,
    Inpaint,
    Mix,
    Reword,
    Sampling,
    Upscale,
    Vary,
)
from engine.specs import Variance
from engine.super_resolution import bicubic
from engine.tasks.meaning import nothing_of
from engine.tasks.plan import Plan, seeds_of, settings_of, sources_of
from engine.unclip import UnclipEngine
from engine.weights.reading import Target
from engine.weights.store import WeightStore
from tests.painting import drawing, engine_of, finish, model_of, pictures, plan_of
from tests.tiny_karlo import SUPER, TINY_KARLO, write_tiny_karlo


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny family's weights."""
    return write_tiny_karlo(tmp_path_factory.mktemp("karlo"))


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    """Nothing is trained here."""
    with torch.inference_mode():
        yield


def keeping_none(folder: Path) -> UnclipEngine:
    """An engine that has one network in memory at a time."""
    return UnclipEngine(TINY_KARLO, WeightStore([folder]), Residency(Target(), keep=False))


def ask(count: int = 2, negative: str = "", **sampling: float | str) -> Generate:
    """A request with most of it filled in."""
    chosen = Sampling(seed=5, **sampling)  # pyright: ignore[reportArgumentType]
    return Generate(prompt="a red apple", negative=negative, count=count, sampling=chosen)


def as_floats(model: Model, plan: Plan, sampling: Sampling) -> Tensor:
    """The plan painted: (B,3,H,W) in [0,1], before it is rounded."""
    found: dict[int, Tensor] = {}

    def done(index: int, rgb: Tensor) -> Event:
        found[index] = rgb
        return Step(Stage.UPSCALER, index, index)

    list(painted(model, plan, settings_of(sampling, model.family.preset), done))
    return torch.cat([found[index] for index in sorted(found)])


def generators(count: int = 2) -> list[torch.Generator]:
    """The same noise as a request of the seed 5."""
    return [torch.Generator().manual_seed(5 + index) for index in range(count)]


@pytest.fixture(scope="session")
def published(weights: Path) -> Any:
    """Diffusers' text-to-picture pipeline, part by part from the same folder.

    Opened whole it no longer finds `text_proj` by the name in the published index.
    """
    import diffusers
    import transformers
    from diffusers.pipelines.deprecated.unclip.text_proj import UnCLIPTextProjModel

    scheduler, super_res = diffusers.UnCLIPScheduler, diffusers.UNet2DModel
    kinds: dict[str, Any] = {
        "prior": diffusers.PriorTransformer,
        "decoder": diffusers.UNet2DConditionModel,
        "text_proj": UnCLIPTextProjModel,
        "text_encoder": transformers.CLIPTextModelWithProjection,
        "tokenizer": transformers.CLIPTokenizer,
        "super_res_first": super_res,
        "super_res_last": super_res,
        "prior_scheduler": scheduler,
        "decoder_scheduler": scheduler,
        "super_res_scheduler": scheduler,
    }
    home = weights / "tiny-karlo"
    found = {name: kind.from_pretrained(home / name) for name, kind in kinds.items()}
    pipeline = diffusers.UnCLIPPipeline(**found)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


@pytest.fixture(scope="session")
def published_variations(published: Any, weights: Path) -> Any:
    """The pipeline for variations, of the same parts and the image tower of CLIP."""
    import diffusers
    import transformers

    tower = transformers.CLIPVisionModelWithProjection.from_pretrained(weights / "tiny-clip")
    wanted = diffusers.UnCLIPImageVariationPipeline.__annotations__
    found = {name: part for name, part in published.components.items() if name in wanted}
    pipeline = diffusers.UnCLIPImageVariationPipeline(
        **found,
        image_encoder=tower,
        feature_extractor=None,  # pyright: ignore
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


@cache
def text_to_picture(pipeline: Any, request: Generate) -> Tensor:
    """What diffusers paints: (2,3,H,W) in [0,1]; once for all that compare with it."""
    sampling = request.sampling
    rgb = pipeline(
        request.prompt,
        num_images_per_prompt=2,
        prior_num_inference_steps=sampling.prior_steps,
        decoder_num_inference_steps=sampling.steps,
        prior_guidance_scale=sampling.prior_guidance,
        decoder_guidance_scale=sampling.guidance,
        generator=generators(),
        output_type="np",
    ).images
    return torch.tensor(rgb).permute(0, 3, 1, 2)


def variations(pipeline: Any, standardised: Tensor, sampling: Sampling) -> Tensor:
    """The same for pictures as CLIP sees them."""
    rgb = pipeline(
        standardised,
        decoder_num_inference_steps=sampling.steps,
        decoder_guidance_scale=sampling.guidance,
        generator=generators(),
        output_type="np",
    ).images
    return torch.tensor(rgb).permute(0, 3, 1, 2)


def agree(ours: Tensor, theirs: Tensor) -> bool:
    """Whether 99 of 100 values agree to 1e-4 and all to 5e-3, of the largest.

    The first clean estimate is (x - noise) / 5e-5, clipped: where it falls between the ends of the
    clip, by chance in a few pixels of a run, it carries the rounding of float32 20,000-fold.
    """
    assert ours.shape == theirs.shape
    apart = ((ours - theirs).abs() / theirs.abs().max()).flatten()
    return bool(apart.quantile(0.99) < 1e-4 and apart.max() < 5e-3)


def telling(rgb: Tensor) -> bool:
    """Whether pictures differ from each other and are not mostly black and white."""
    between = ((rgb > 0.01) & (rgb < 0.99)).float().mean()
    return bool(between > 0.3 and (rgb[0] - rgb[1]).abs().mean() > 0.05)


PATHS = [(2, 4.0), (7, 4.0), (25, 4.0), (7, 1.0)]
PATH_NAMES = ["2 steps", "7 steps", "25 steps", "guidance off"]


@pytest.mark.oracle
@pytest.mark.parametrize(("steps", "guidance"), PATHS, ids=PATH_NAMES)
@pytest.mark.slow
def test_text_to_picture_agrees_with_the_published_pipeline(
    weights: Path, published: Any, steps: int, guidance: float
) -> None:
    request = ask(steps=steps, prior_steps=steps, guidance=guidance, prior_guidance=guidance)
    model = model_of(weights, TINY_KARLO)
    ours = as_floats(model, plan_of(model, request), request.sampling)
    theirs = text_to_picture(published, request)
    assert agree(ours, theirs)
    assert telling(theirs)


def variation_plan(model: Model, standardised: Tensor) -> Plan:
    """Pictures to be painted again, nothing said about them."""
    embedding, seeds = finish(model.image_tower())(standardised), seeds_of(5, 2)
    return Plan(
        embedding=embedding,
        against=finish(nothing_of(model)).expand_as(embedding),
        width=32,
        height=32,
        seeds=seeds,
        noise=sources_of(seeds, model),
    )


@pytest.mark.oracle
@pytest.mark.parametrize(("steps", "guidance"), PATHS, ids=PATH_NAMES)
@pytest.mark.slow
def test_variations_agree_with_the_published_pipeline(
    weights: Path, published_variations: Any, steps: int, guidance: float
) -> None:
    sampling, model = (
        Sampling(seed=5, steps=steps, guidance=guidance),
        model_of(weights, TINY_KARLO),
    )
    # With other pictures, more pixels than one in a hundred begin between the ends of the clip.
    pixels = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(4))
    ours = as_floats(model, variation_plan(model, pixels), sampling)
    theirs = variations(published_variations, pixels, sampling)
    assert agree(ours, theirs)
    assert telling(theirs)


Spoil = Callable[[Family], Family]

WRONG: dict[str, Spoil] = {
    "the prior clips elsewhere": lambda family: replace(
        family, prior_schedule=replace(family.prior_schedule, clip=1.0)
    ),
    "variance not learned": lambda family: replace(
        family, decoder_schedule=replace(family.decoder_schedule, variance=Variance.FIXED_SMALL)
    ),
    "six steps of super-resolution": lambda family: replace(
        family, super_resolution=replace(SUPER, steps=6)
    ),
    "the first network takes the last step too": lambda family: replace(
        family,
        places=tuple(
            replace(place, subfolder=place.subfolder.replace("_last", "_first"))
            for place in family.places
        ),
    ),
}


@pytest.mark.oracle
@pytest.mark.parametrize("change", WRONG)
@pytest.mark.slow
def test_the_comparison_notices_a_wrong_family(
    weights: Path, tmp_path: Path, published: Any, change: str
) -> None:
    folder = shutil.copytree(weights, tmp_path / "copy")
    for settings in folder.glob("*/*_scheduler/scheduler_config.json"):
        settings.unlink()  # else the wrong schedule would be refused
    request = ask(steps=7, prior_steps=7)
    model = model_of(folder, WRONG[change](TINY_KARLO))
    ours = as_floats(model, plan_of(model, request), request.sampling)
    theirs = text_to_picture(published, replace(request, sampling=completed(request.sampling)))
    assert not agree(ours, theirs)


def completed(sampling: Sampling) -> Sampling:
    """With the preset's guidance filled in."""
    return settings_of(sampling, TINY_KARLO.preset).sampling(sampling.seed)


@pytest.mark.oracle
@pytest.mark.parametrize("wrong", ["no text", "zeros for nothing", "another seed"])
def test_the_comparison_notices_a_wrong_plan(weights: Path, published: Any, wrong: str) -> None:
    request = ask(steps=7, prior_steps=7, guidance=4.0, prior_guidance=4.0)
    model = model_of(weights, TINY_KARLO)
    plan = plan_of(model, request)
    changes: dict[str, dict[str, Any]] = {
        "no text": {"text": None},
        "zeros for nothing": {"against": torch.zeros_like(plan.against)},
        "another seed": {"noise": sources_of(seeds_of(6, 2), model)},
    }
    ours = as_floats(model, replace(plan, **changes[wrong]), request.sampling)
    assert not agree(ours, text_to_picture(published, request))


@pytest.mark.slow
def test_events_count_every_step_of_both_enlarging_networks(weights: Path) -> None:
    events = list(keeping_none(weights).run(ask(steps=2, prior_steps=2)))
    steps = [(e.stage, e.index, e.total) for e in events if isinstance(e, Step)]
    assert steps == [
        (Stage.TEXT, 1, 1),
        *((Stage.PRIOR, index, 2) for index in (1, 2)),
        *((Stage.DECODER, index, 2) for index in (1, 2)),
        *((Stage.UPSCALER, index, 14) for index in range(1, 15)),
    ]
    assert [event.part for event in events if isinstance(event, Loading)] == [
        "text encoder",
        "prior",
        "text projection",
        "decoder",
        "super-resolution",
        "last step of super-resolution",
    ]
    assert [event.index for event in events if isinstance(event, Image)] == [0, 1]


def test_the_first_decoder_step_shows_what_is_coming(weights: Path) -> None:
    events = list(engine_of(weights, TINY_KARLO).run(ask()))
    previews = [e.previews for e in events if isinstance(e, Step) and e.stage is Stage.DECODER]
    assert [picture.shape for picture in previews[0]] == [(8, 8, 3)] * 2


@pytest.mark.slow
def test_one_network_at_a_time_paints_the_same(weights: Path) -> None:
    large, kept = keeping_none(weights), engine_of(weights, TINY_KARLO)
    assert len(list(kept.warm_up())) == 6
    assert np.array_equal(pictures(large, ask()), pictures(kept, ask()))
    assert list(kept.warm_up()) == []


@pytest.mark.slow
def test_odd_sizes_are_the_middle_of_the_next_size_of_the_grid(weights: Path) -> None:
    engine = engine_of(weights, TINY_KARLO)
    (large,) = pictures(engine, replace(ask(count=1), width=40, height=24))
    (small,) = pictures(engine, replace(ask(count=1), width=33, height=20))
    assert large.shape == (24, 40, 3)
    assert np.array_equal(small, large[2:22, 3:36])


def test_a_candidate_is_made_again_alone(weights: Path) -> None:
    engine = engine_of(weights, TINY_KARLO)
    batch = [event for event in engine.run(ask(count=3)) if isinstance(event, Image)]
    for image in batch:
        (alone,) = pictures(engine, replace(ask(count=1), sampling=image.sampling))
        assert np.abs(alone - image.pixels).max() <= 1


def test_a_negative_prompt_reaches_prior_and_decoder(weights: Path) -> None:
    model = model_of(weights, TINY_KARLO)
    plain, away = plan_of(model, ask()), plan_of(model, ask(negative="blue"))
    assert plain.text is not None
    assert away.text is not None
    assert torch.equal(plain.text.states[1], away.text.states[1])
    assert not torch.equal(plain.text.states[0], away.text.states[0])
    learned = finish(model.projection()).nothing
    assert torch.equal(plain.against, learned.expand(2, -1))
    assert not torch.equal(away.against, plain.against)


def test_a_wrong_schedule_beside_a_network_is_refused(weights: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(weights, tmp_path / "copy")
    path = folder / "tiny-karlo/super_res_scheduler/scheduler_config.json"
    path.write_text(path.read_text().replace("epsilon", "sample"))
    for part in (Part.SUPER_FIRST, Part.SUPER_LAST):
        with pytest.raises(WeightsDamaged, match="says sample for prediction where Tiny Karlo"):
            finish(model_of(folder, TINY_KARLO).super_resolution(part))
    finish(model_of(folder, TINY_KARLO).decoder())


def test_the_image_tower_comes_out_of_a_file_with_both_towers(
    weights: Path, tmp_path: Path
) -> None:
    whole = finish(model_of(weights, TINY_KARLO).image_tower()).state_dict()
    path = shutil.copytree(weights, tmp_path / "copy") / "tiny-clip/model.safetensors"
    tensors = load_file(path)
    own = {name: value for name, value in tensors.items() if name.startswith("vi")}
    save_file(own, path)
    alone = finish(model_of(tmp_path / "copy", TINY_KARLO).image_tower()).state_dict()
    assert len(own) < len(tensors)
    assert all(torch.equal(alone[name], whole[name]) for name in whole | alone)


@pytest.mark.parametrize("surplus", ["vision_model.more", "head.weight"])
def test_what_belongs_to_neither_tower_is_refused(
    weights: Path, tmp_path: Path, surplus: str
) -> None:
    path = shutil.copytree(weights, tmp_path / "copy") / "tiny-clip/model.safetensors"
    save_file(load_file(path) | {surplus: torch.zeros(1)}, path)
    with pytest.raises(WeightsDamaged, match=f"it also holds “{surplus}”"):
        finish(model_of(tmp_path / "copy", TINY_KARLO).image_tower())


def test_a_text_tower_in_the_image_towers_place_is_refused(weights: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(weights, tmp_path / "copy")
    shutil.copy(folder / "tiny-karlo/text_encoder/model.safetensors", folder / "tiny-clip")
    with pytest.raises(WeightsDamaged, match="is not the model expected here: it lacks"):
        finish(model_of(folder, TINY_KARLO).image_tower())


@pytest.mark.slow
def test_without_its_clip_the_missing_file_is_named(weights: Path, tmp_path: Path) -> None:
    shutil.copytree(weights / "tiny-karlo", tmp_path / "tiny-karlo")
    with pytest.raises(WeightsMissing, match=r"tiny-clip/model\.safetensors is not on this"):
        finish(model_of(tmp_path, TINY_KARLO).image_tower())
    assert len(pictures(engine_of(tmp_path, TINY_KARLO), ask())) == 2


@pytest.mark.parametrize("size", [(8, 8), (6, 10)])
def test_enlarging_before_super_resolution_is_clamped_first(size: tuple[int, int]) -> None:
    small = 3 * torch.randn(1, 3, *size, generator=torch.Generator().manual_seed(0))
    large = bicubic(small, 4)
    assert large.shape == (1, 3, 4 * size[0], 4 * size[1])
    assert torch.equal(large, bicubic(small.clamp(-1, 1), 4))
    assert torch.allclose(bicubic(torch.full((1, 3, 4, 4), 0.25), 4), torch.tensor(0.25))


REQUESTS = {
    "vary": Vary(idea=Idea(image=drawing(side=32)), meaning=0.3, sampling=Sampling(steps=2)),
    "vary, layout kept": Vary(
        idea=Idea(image=drawing(side=32)), composition=0.0, sampling=Sampling(steps=2)
    ),
    "mix": Mix(
        ingredients=(
            Ingredient(idea=Idea(image=drawing(side=32))),
            Ingredient(idea=Idea(text="a red apple")),
        ),
        sampling=Sampling(steps=2, prior_steps=2),
    ),
    "reword": Reword(
        image=drawing(side=32),
        changes=(Change(before="an apple", after="a pear"),),
        sampling=Sampling(steps=2),
    ),
    "guide": Guide(
        prompt="a pear", image=drawing(side=32), sampling=Sampling(steps=4, prior_steps=2)
    ),
    "inpaint": Inpaint(
        prompt="a pear",
        image=drawing(side=32),
        mask=np.kron(np.eye(2, dtype=np.uint8) * 255, np.ones((16, 16), np.uint8)),
        sampling=Sampling(steps=2, prior_steps=2),
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_every_task_of_the_decoder_paints_with_karlo(weights: Path, name: str) -> None:
    events = list(engine_of(weights, TINY_KARLO).run(REQUESTS[name]))
    (image,) = (event for event in events if isinstance(event, Image))
    assert image.pixels.shape == (32, 32, 3)
    assert image.pixels.std() > 5


@pytest.mark.parametrize("scale", [2, 4])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.slow
def test_a_small_picture_is_enlarged_by_super_resolution(
    weights: Path, scale: int, channels: int
) -> None:
    picture = np.dstack([drawing(side=16), np.full((16, 16), 200, np.uint8)])[:13, :, :channels]
    request = Upscale(image=picture, scale=scale, sampling=Sampling(seed=3))
    events = list(engine_of(weights, TINY_KARLO).run(request))
    assert [e.index for e in events if isinstance(e, Step)] == list(range(1, 8))
    (image,) = (event for event in events if isinstance(event, Image))
    assert image.pixels.shape == (13 * scale, 16 * scale, channels)
    assert channels == 3 or np.abs(image.pixels[..., 3].astype(int) - 200).max() <= 1
    again, other = (
        pictures(engine_of(weights, TINY_KARLO), replace(request, sampling=Sampling(seed=seed)))
        for seed in (3, 4)
    )
    assert np.array_equal(again[0], image.pixels)
    assert not np.array_equal(other[0], image.pixels)


@pytest.mark.oracle
def test_enlarging_alone_is_what_the_published_networks_make_of_the_picture(
    weights: Path, published: Any
) -> None:
    picture = drawing(side=8)
    request = Upscale(image=picture, scale=4, sampling=Sampling(seed=5))
    ours = pictures(engine_of(weights, TINY_KARLO), request)[0]
    small = torch.tensor(picture).permute(2, 0, 1)[None] / 255 * 2 - 1
    theirs = their_enlargement(published, small, generators(1)[0])
    assert np.quantile(np.abs(ours - theirs), 0.99) <= 1
    assert theirs.std() > 20
    other = their_enlargement(published, -small, generators(1)[0])
    assert np.quantile(np.abs(ours - other), 0.99) > 20


def their_enlargement(pipeline: Any, small: Tensor, generator: torch.Generator) -> np.ndarray:
    """The second half of diffusers' pipeline, step by step: HxWx3 levels."""
    scheduler = pipeline.super_res_scheduler
    scheduler.set_timesteps(7)
    guide = torch.nn.functional.interpolate(
        small, size=[32, 32], mode="bicubic", align_corners=False, antialias=True
    )
    x, steps = torch.randn(1, 3, 32, 32, generator=generator), scheduler.timesteps.tolist()
    for t, following in zip(steps, [*steps[1:], None], strict=True):
        network = pipeline.super_res_last if following is None else pipeline.super_res_first
        noise = network(torch.cat([x, guide], dim=1), t).sample
        step = scheduler.step(noise, t, x, prev_timestep=following, generator=generator)
        x = step.prev_sample
    rgb = (x * 0.5 + 0.5).clamp(0, 1)[0].permute(1, 2, 0)
    return (rgb * 255).round().numpy().astype(int)


def test_a_picture_too_large_for_super_resolution_is_a_sentence(weights: Path) -> None:
    with pytest.raises(UnsupportedTask, match="up to 16 pixels a side by itself; choose an"):
        pictures(engine_of(weights, TINY_KARLO), Upscale(image=drawing(side=17), scale=2))
