"""Holes are painted as the published pipeline does it, and nothing else is touched."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.autoencoding import rgb_of
from engine.blending import blended
from engine.decode import latent_size, sampled, work_of
from engine.errors import InvalidRequest
from engine.events import Stage, Step
from engine.families import Family
from engine.model import Model
from engine.requests import Context, Inpaint, Mask, Pixels, Sampling, Seam
from engine.tasks.plan import Plan, settings_of, sources_of
from engine.tasks.planning import planned
from tests.painting import LATENT_ONLY, engine_of, finish, images, model_of
from tests.tiny import TINY

BLENDING = replace(TINY, inpaint=None, inpaint_schedule=None)
"""A family without a decoder of its own for holes."""


def picture(height: int, width: int, channels: int = 3) -> Pixels:
    """A smooth picture, opaque, that no two pixels of share."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [40 + 150 * x / width, 60 + 120 * y / height, 90 + 100 * (x + y) / (width + height)]
    planes += [np.full((height, width), 255)] * (channels - 3)
    return np.stack(planes, axis=-1).round().astype(np.uint8)


def hole(height: int, width: int) -> Mask:
    """A rectangle off the middle."""
    mask = np.zeros((height, width), np.uint8)
    mask[height // 4 : height // 4 + height // 3, width // 3 : width // 3 + width // 4] = 255
    return mask


def ask(height: int = 32, width: int = 32, **changes: object) -> Inpaint:
    """A request with most of it filled in."""
    request = Inpaint(
        prompt="a red apple",
        image=picture(height, width),
        mask=hole(height, width),
        count=2,
        sampling=Sampling(seed=5),
    )
    return replace(request, **changes)  # pyright: ignore[reportArgumentType]


def plan_of(model: Model, request: Inpaint) -> Plan:
    """The plan, its noise as fresh as that of a pipeline that did not run the prior."""
    settings = settings_of(request.sampling, TINY.preset)
    plan = finish(planned(model, request, settings))
    return replace(plan, noise=sources_of(plan.seeds, model))


def as_floats(model: Model, plan: Plan, request: Inpaint) -> tuple[Tensor, Tensor]:
    """Latents, and pixels in [0,1] before they are rounded and blended."""
    settings = settings_of(request.sampling, TINY.preset)
    (work,) = work_of(plan, latent_size(LATENT_ONLY, plan.width, plan.height), settings)
    unet, autoencoder = finish(model.inpainter()), finish(model.autoencoder())
    *_, last = sampled(unet, model.inpaint_schedule, work, settings)
    return last.x, rgb_of(autoencoder, last.x)


def seen(plan: Plan, request: Inpaint) -> tuple[Tensor, Tensor]:
    """What the reference is given: the picture in [-1,1] and the mask, 1 where to paint."""
    from engine.canvas import canvas_of
    from engine.context import window_of

    window = window_of(request.mask, request.context, LATENT_ONLY)
    assert (window.width, window.height) == (plan.width, plan.height)
    rgb, holes = canvas_of(request.image, request.mask, window, 1)
    mask = torch.tensor(holes / 255, dtype=torch.float32)[None, None]
    return (rgb * 2 - 1).expand(len(plan.seeds), -1, -1, -1), mask.expand(
        len(plan.seeds), -1, -1, -1
    )


def reference_pipeline(folder: Path, sampler: str):
    """The published pipeline, opened from the same folder."""
    from diffusers import (
        DDIMScheduler,
        DPMSolverMultistepScheduler,
        KandinskyV22InpaintPipeline,
    )

    pipeline = KandinskyV22InpaintPipeline.from_pretrained(folder / "tiny/inpaint")
    pipeline.set_progress_bar_config(disable=True)
    linear = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "linear"}
    leading = {"timestep_spacing": "leading", "steps_offset": 1}
    if sampler == "ddim":
        pipeline.scheduler = DDIMScheduler(**linear, **leading, clip_sample=False)
    if sampler == "dpm++2m":

        class Leading(DPMSolverMultistepScheduler):
            """On the timesteps of the published sampler, which are not this class's own."""

            def set_timesteps(self, num_inference_steps: int, device: object = None) -> None:
                stride = 1000 // num_inference_steps
                own = [index * stride + 1 for index in reversed(range(num_inference_steps))]
                super().set_timesteps(timesteps=own, device=device)

        pipeline.scheduler = Leading(**linear)
    return pipeline


def oracle_floats(folder: Path, plan: Plan, request: Inpaint) -> tuple[Tensor, Tensor]:
    """Latents and pixels from diffusers' pipeline on the same noise."""
    sampler = request.sampling.sampler or "ddpm"
    pipeline = reference_pipeline(folder, sampler)
    rgb, mask = seen(plan, request)
    settings = settings_of(request.sampling, TINY.preset)
    latents = pipeline(
        image_embeds=plan.embedding,
        negative_image_embeds=plan.against,
        image=rgb.clone(),
        mask_image=mask.clone(),
        height=plan.height,
        width=plan.width,
        num_inference_steps=settings.steps,
        guidance_scale=settings.guidance,
        generator=[torch.Generator().manual_seed(seed) for seed in plan.seeds],
        output_type="latent",
    ).images
    with torch.no_grad():
        decoded = pipeline.movq.decode(latents, force_not_quantize=True).sample
    return latents, (decoded * 0.5 + 0.5).clamp(0, 1)


def relative(ours: Tensor, theirs: Tensor) -> float:
    """Largest difference over the largest value."""
    assert ours.shape == theirs.shape
    return float((ours - theirs).abs().max() / theirs.abs().max())


@pytest.mark.oracle
# diffusers 0.42.1 hands tensors to numpy in a way that numpy 2 calls deprecated.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize(
    ("steps", "size", "guidance", "sampler"),
    [
        (1, (16, 16), 4.0, "ddpm"),
        (2, (16, 24), 4.0, "ddpm"),
        (7, (24, 16), 1.0, "ddpm"),
        (25, (16, 16), 4.0, "ddpm"),
        (7, (16, 24), 4.0, "ddim"),
        (7, (16, 16), 4.0, "dpm++2m"),
    ],
)
@pytest.mark.slow
def test_a_hole_is_painted_as_the_published_pipeline_paints_it(
    weights: Path, steps: int, size: tuple[int, int], guidance: float, sampler: str
) -> None:
    sampling = Sampling(seed=5, steps=steps, guidance=guidance, sampler=sampler)
    request = ask(*size, sampling=sampling)
    model = model_of(weights, LATENT_ONLY)
    plan = plan_of(model, request)
    assert (plan.height, plan.width) == size
    ours, theirs = as_floats(model, plan, request), oracle_floats(weights, plan, request)
    assert relative(ours[0], theirs[0]) <= 1e-5
    assert relative(ours[1], theirs[1]) <= 1e-3
    assert theirs[1].std() > 0.01, "a plain picture would prove nothing"
    assert plan.keep is not None
    assert 0.2 < float(plan.keep.mask.mean()) < 0.9


@pytest.mark.oracle
def test_the_comparison_notices_a_hole_that_is_not_spread(weights: Path) -> None:
    request = ask(16, 16)
    narrow = replace(LATENT_ONLY, inpaint_spread=False)
    model = model_of(weights, narrow)
    plan = plan_of(model, request)
    ours, theirs = as_floats(model, plan, request), oracle_floats(weights, plan, request)
    assert relative(ours[0], theirs[0]) > 0.01


@pytest.mark.oracle
def test_holes_spread_as_in_the_reference() -> None:
    from diffusers.pipelines.kandinsky2_2.pipeline_kandinsky2_2_inpainting import prepare_mask

    from engine.keep_mask import spread

    holes = (torch.rand(3, 1, 9, 13, generator=torch.Generator().manual_seed(1)) < 0.1).float()
    assert torch.equal(1 - spread(holes), prepare_mask(1 - holes))


@pytest.mark.parametrize("family", [TINY, BLENDING], ids=["own decoder", "blending"])
@pytest.mark.parametrize("size", [(32, 32), (50, 37), (300, 90), (11, 7)])
@pytest.mark.parametrize("context", list(Context))
@pytest.mark.slow
def test_what_is_not_asked_for_comes_back_bit_for_bit(
    weights: Path, family: Family, size: tuple[int, int], context: Context
) -> None:
    seam = Seam(feather=0, match_colours=1)
    request = ask(*size, context=context, seam=seam, count=1)
    (image,) = images(engine_of(weights, family).run(request))
    outside = request.mask == 0
    assert image.pixels.shape == (*size, 3)
    assert np.array_equal(image.pixels[outside], request.image[outside])
    assert not np.array_equal(image.pixels[~outside], request.image[~outside])


def test_a_result_can_be_blended_again(weights: Path) -> None:
    request = ask(60, 60, seam=Seam(feather=3, grow=1, match_colours=0.3))
    first, second = images(engine_of(weights).run(request))
    assert first.patch is not None
    assert not np.array_equal(first.pixels, second.pixels)
    assert np.array_equal(first.pixels, blended(request.image, first.patch, request.seam))
    sharp = replace(request, seam=Seam(feather=0, match_colours=0))
    again, _ = images(engine_of(weights).run(sharp))
    assert np.array_equal(again.pixels, blended(request.image, first.patch, sharp.seam))


def test_transparent_pixels_are_painted_and_the_others_stay(weights: Path) -> None:
    """The same whatever colour the transparent pixels have."""
    image = picture(32, 48, channels=4)
    image[:, 32:, 3] = 0
    request = ask(32, 48, image=image, mask=np.zeros((32, 48), np.uint8), seam=Seam(feather=0))
    first, _ = images(engine_of(weights).run(request))
    assert first.pixels.shape == (32, 48, 3)
    assert np.array_equal(first.pixels[:, :32], image[:, :32, :3])
    other = image.copy()
    other[:, 32:, :3] = 7
    second, _ = images(engine_of(weights).run(replace(request, image=other)))
    assert np.array_equal(first.pixels, second.pixels)


def test_a_grey_mask_mixes_old_and_new(weights: Path) -> None:
    plain = Seam(feather=0, match_colours=0)
    full = ask(32, 32, seam=plain, count=1)
    half = replace(full, mask=(full.mask // 2).astype(np.uint8))
    (all_new,), (mixed,) = (images(engine_of(weights).run(request)) for request in (full, half))
    expected = full.image + (127 / 255) * (all_new.pixels.astype(float) - full.image)
    inside = full.mask > 0
    assert np.abs(mixed.pixels[inside] - expected[inside]).max() <= 1


def test_a_small_hole_in_a_large_picture_is_painted_in_its_own_surroundings(
    weights: Path,
) -> None:
    image, mask = picture(400, 600), np.zeros((400, 600), np.uint8)
    mask[300:310, 500:512] = 255
    request = ask(400, 600, image=image, mask=mask, context=Context.NEAR, count=1)
    (image,) = images(engine_of(weights).run(request))
    assert image.patch is not None
    assert (image.patch.left, image.patch.top) == (494, 293)
    assert image.patch.mask.shape == (24, 24)


@pytest.mark.parametrize("family", [TINY, BLENDING], ids=["own decoder", "blending"])
def test_the_latents_that_are_kept_are_the_pictures(weights: Path, family: Family) -> None:
    model = model_of(weights, family)
    request = ask(32, 32)
    plan = plan_of(model, request)
    assert plan.keep is not None
    settings = settings_of(request.sampling, TINY.preset)
    (work,) = work_of(plan, latent_size(family, plan.width, plan.height), settings)
    own = family.inpaint is not None
    unet = finish(model.inpainter() if own else model.decoder())
    schedule = model.inpaint_schedule if own else model.decoder_schedule
    *_, last = sampled(unet, schedule, work, settings)
    kept = plan.keep.mask.expand_as(last.x) == 1
    assert torch.equal(last.x[kept], plan.keep.clean[kept])
    assert not torch.equal(last.x[~kept], plan.keep.clean[~kept])


def test_the_picture_is_seen_before_it_is_painted(weights: Path) -> None:
    steps = [event.stage for event in engine_of(weights).run(ask()) if isinstance(event, Step)]
    assert steps.count(Stage.PICTURE) == 1
    assert steps.index(Stage.PICTURE) < steps.index(Stage.DECODER)


def test_another_size_than_the_pictures_is_refused(weights: Path) -> None:
    with pytest.raises(InvalidRequest, match="at the size of the picture"):
        images(engine_of(weights).run(replace(ask(), width=64)))
    assert images(engine_of(weights).run(replace(ask(), width=32, height=32)))
