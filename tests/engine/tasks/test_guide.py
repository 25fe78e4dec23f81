"""A picture as the beginning of another one: as published, but with its sides the right way."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.autoencoding import rgb_of
from engine.decode import latent_size, sampled, work_of
from engine.events import Stage, Step
from engine.images import to_tensor
from engine.model import Model
from engine.requests import Generate, Guide, Pixels, Sampling
from engine.tasks import guide
from engine.tasks.plan import Plan, settings_of, sources_of
from engine.tasks.planning import planned
from tests.painting import LATENT_ONLY, engine_of, finish, model_of, pictures
from tests.tiny import TINY


def picture(height: int, width: int, channels: int = 3) -> Pixels:
    """Noise."""
    return np.random.default_rng(9).integers(0, 256, (height, width, channels), dtype=np.uint8)


def ask(height: int, width: int, strength: float, **sampling: float | str) -> Guide:
    """A request for two pictures of the given one's size."""
    chosen = Sampling(seed=5, **sampling)  # pyright: ignore[reportArgumentType]
    size = {"width": width, "height": height}
    image = picture(height, width)
    return Guide(
        prompt="a red apple", image=image, strength=strength, count=2, sampling=chosen, **size
    )


def plan_of(model: Model, request: Guide) -> Plan:
    """The plan, its noise that of a pipeline that did not run the prior."""
    settings = settings_of(request.sampling, TINY.preset)
    plan = finish(planned(model, request, settings))
    fresh = replace(plan, noise=sources_of(plan.seeds, model))
    clean = finish(model.autoencoder()).encode(to_tensor(request.image) * 2 - 1)
    start = guide.start_from(model, clean.expand(2, -1, -1, -1), fresh, settings, request.strength)
    return replace(fresh, start=start)


def as_floats(model: Model, plan: Plan, request: Guide) -> Tensor:
    """Pixels in [0,1] before they are rounded."""
    settings = settings_of(request.sampling, TINY.preset)
    (work,) = work_of(plan, latent_size(LATENT_ONLY, plan.width, plan.height), settings)
    *_, last = sampled(finish(model.decoder()), model.decoder_schedule, work, settings)
    return rgb_of(finish(model.autoencoder()), last.x)


def oracle_floats(folder: Path, plan: Plan, request: Guide, swapped: bool = True) -> Tensor:
    """The same from diffusers, whose height and width are given in the wrong order on purpose.

    Its `preprocess` takes (image, height, width) and is called with (image, width, height).
    """
    import PIL.Image
    from diffusers import KandinskyV22Img2ImgPipeline

    pipeline = KandinskyV22Img2ImgPipeline.from_pretrained(folder / "tiny/decoder")
    pipeline.set_progress_bar_config(disable=True)
    settings = settings_of(request.sampling, TINY.preset)
    height, width = request.image.shape[:2]
    return pipeline(
        image_embeds=plan.embedding,
        negative_image_embeds=plan.against,
        image=[PIL.Image.fromarray(request.image)] * len(plan.seeds),
        height=width if swapped else height,
        width=height if swapped else width,
        strength=request.strength,
        num_inference_steps=settings.steps,
        guidance_scale=settings.guidance,
        generator=[torch.Generator().manual_seed(seed) for seed in plan.seeds],
        output_type="pt",
    ).images


@pytest.mark.oracle
# diffusers 0.42.1 hands tensors to numpy in a way that numpy 2 calls deprecated.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize(
    ("size", "strength", "steps", "guidance"),
    [
        ((16, 16), 0.3, 25, 4.0),
        ((16, 24), 0.6, 7, 4.0),
        ((24, 16), 0.99, 2, 4.0),
        ((16, 24), 0.5, 7, 1.0),
    ],
)
def test_a_picture_guides_as_in_the_published_pipeline(
    weights: Path, size: tuple[int, int], strength: float, steps: int, guidance: float
) -> None:
    request = ask(*size, strength, steps=steps, guidance=guidance)
    model = model_of(weights, LATENT_ONLY)
    plan = plan_of(model, request)
    ours, theirs = as_floats(model, plan, request), oracle_floats(weights, plan, request)
    assert ours.shape == theirs.shape == (2, 3, *size)
    assert float((ours - theirs).abs().max()) <= 1e-4
    assert theirs.std() > 0.01, "a plain picture would prove nothing"


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_the_published_pipeline_swaps_the_sides(weights: Path) -> None:
    request = ask(16, 24, 0.6)
    plan = plan_of(model_of(weights, LATENT_ONLY), request)
    assert oracle_floats(weights, plan, request, swapped=False).shape == (2, 3, 24, 16)


def test_the_plan_starts_from_the_picture_made_noisy(weights: Path) -> None:
    """The parts that the comparison above puts together, found in the plan itself."""
    model, request = model_of(weights, LATENT_ONLY), ask(16, 24, 0.6, steps=5)
    plan = finish(planned(model, request, settings_of(request.sampling, TINY.preset)))
    clean = finish(model.autoencoder()).encode(to_tensor(request.image) * 2 - 1)
    assert plan.start is not None
    assert plan.start.first == 2
    left = model.decoder_schedule.alpha_bar(model.decoder_schedule.timesteps(5)[2])
    noise = (plan.start.latents - left**0.5 * clean) / (1 - left) ** 0.5
    assert abs(float(noise.mean())) < 0.2
    assert abs(float(noise.std()) - 1) < 0.15
    assert not torch.equal(noise[0], noise[1])


def test_at_strength_0_the_picture_comes_back_as_the_autoencoder_has_it(weights: Path) -> None:
    request = replace(ask(16, 24, 0.0), count=1)
    engine, model = engine_of(weights, LATENT_ONLY), model_of(weights, LATENT_ONLY)
    autoencoder = finish(model.autoencoder())
    rgb = rgb_of(autoencoder, autoencoder.encode(to_tensor(request.image) * 2 - 1))
    expected = (rgb[0].permute(1, 2, 0).numpy() * 255).round()
    (painted,) = pictures(engine, request)
    assert np.abs(painted - expected).max() <= 1
    steps = [e for e in engine.run(request) if isinstance(e, Step) and e.stage is Stage.DECODER]
    assert steps == []


@pytest.mark.slow
def test_at_strength_1_the_picture_has_no_part(weights: Path) -> None:
    engine, request = engine_of(weights), ask(32, 48, 1.0)
    painted = pictures(engine, request)
    other = replace(request, image=255 - request.image)
    assert np.array_equal(painted, pictures(engine, other))
    prompted = Generate(
        prompt=request.prompt, count=2, width=48, height=32, sampling=request.sampling
    )
    assert np.array_equal(painted, pictures(engine, prompted))


def test_the_more_strength_the_less_of_the_picture(weights: Path) -> None:
    engine = engine_of(weights)
    unguided = {"steps": 20, "guidance": 1.0}
    same, *others = (
        pictures(engine, replace(ask(32, 32, strength, **unguided), count=1))[0].astype(int)
        for strength in (0.0, 0.1, 0.4, 1.0)
    )
    distances = [float(np.abs(other - same).mean()) for other in others]
    assert distances == sorted(distances)
    assert distances[0] > 0


@pytest.mark.parametrize("size", [(37, 50), (300, 90), (9, 9)])
def test_without_a_size_the_result_is_the_pictures(weights: Path, size: tuple[int, int]) -> None:
    request = replace(ask(32, 32, 0.5), image=picture(*size, 4), width=None, height=None, count=1)
    (painted,) = pictures(engine_of(weights), request)
    assert painted.shape == (*size, 3)


def test_with_a_size_the_picture_is_scaled_and_cut_to_it(weights: Path) -> None:
    engine = engine_of(weights)
    request = replace(ask(32, 48, 0.5), image=picture(64, 64), count=1)
    (painted,) = pictures(engine, request)
    assert painted.shape == (32, 48, 3)
    (odd,) = pictures(engine, replace(request, width=46, height=31))
    assert odd.shape == (31, 46, 3)
