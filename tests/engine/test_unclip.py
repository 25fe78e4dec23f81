"""Text to picture, the whole way, on a tiny family of random weights."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from engine import autoencoding, decode, open_engine
from engine.errors import InvalidRequest, NotFinite, OutOfMemory, UnsupportedTask, WeightsMissing
from engine.events import Finished, Image, Loading, Stage, Step
from engine.families import Family, Part
from engine.memory import Residency
from engine.requests import LARGEST_SEED, Embed, Generate, Pixels, Sampling
from engine.unclip import UnclipEngine
from engine.ways import Way
from engine.weights.kept_answers import KeptAnswers
from engine.weights.reading import Target
from engine.weights.store import WeightStore
from engine.wishes import Wishes
from tests.tiny import TINY, write_tiny

PAINTING = tuple(stage for stage in Stage if stage not in (Stage.PICTURE, Stage.INVERSION))
"""The stages of a run that is given no picture."""


def engine_of(folder: Path, family: Family = TINY, target: Target | None = None) -> UnclipEngine:
    """An engine that keeps its networks."""
    residency = Residency(target or Target(), keep=True)
    return UnclipEngine(family, WeightStore([folder]), residency)


def pictures(engine: UnclipEngine, request: Generate) -> list[Pixels]:
    """What a run paints."""
    return [event.pixels for event in engine.run(request) if isinstance(event, Image)]


def ask(count: int = 2, seed: int = 5, **sampling: float | str) -> Generate:
    """A request with most of it filled in."""
    chosen = Sampling(seed=seed, **sampling)  # pyright: ignore[reportArgumentType]
    return Generate(prompt="a red apple", count=count, sampling=chosen)


@pytest.mark.slow
def test_a_run_can_be_repeated_bit_for_bit(weights: Path) -> None:
    engine = engine_of(weights)
    first, second = pictures(engine, ask()), pictures(engine, ask())
    third = pictures(engine_of(weights), ask())
    assert np.array_equal(first, second)
    assert np.array_equal(first, third)
    assert not np.array_equal(first[0], first[1])


@pytest.mark.slow
def test_a_candidate_is_made_again_alone(weights: Path) -> None:
    """Sums inside a convolution may be ordered by batch size, so one grey level is allowed."""
    engine = engine_of(weights)
    batch = [event for event in engine.run(ask(count=3)) if isinstance(event, Image)]
    for image in batch:
        again = replace(ask(count=1), sampling=image.sampling)
        (alone,) = pictures(engine, again)
        assert np.abs(alone.astype(int) - image.pixels.astype(int)).max() <= 1
    assert [image.seed for image in batch] == [5, 6, 7]


def test_the_image_tower_stays_only_when_a_picture_was_looked_at(weights: Path) -> None:
    residency = Residency(Target(), keep=True)
    engine = UnclipEngine(TINY, WeightStore([weights]), residency)
    list(engine.warm_up())
    first = pictures(engine, ask(count=1, steps=1))
    assert Part.VISION not in residency.parts
    assert {Part.TEXT, Part.PRIOR, Part.DECODER} < residency.parts
    list(engine.run(Embed(images=(first[0],))))
    assert Part.VISION in residency.parts
    again = pictures(engine, ask(count=1, steps=1))
    assert np.array_equal(first, again)
    assert Part.VISION in residency.parts


def parts_read(engine: UnclipEngine) -> tuple[list[str], list[Pixels]]:
    """What one run reads, and what it paints."""
    events = list(engine.run(ask(count=1, steps=1)))
    read = [event.part for event in events if isinstance(event, Loading)]
    return read, [event.pixels for event in events if isinstance(event, Image)]


def test_the_image_tower_is_read_for_nothing_in_the_first_start_alone(
    weights: Path, tmp_path: Path
) -> None:
    def started(folder: Path = weights, target: Target | None = None) -> UnclipEngine:
        residency = Residency(target or Target(), keep=True)
        answers = KeptAnswers(tmp_path / "answers")
        return UnclipEngine(TINY, WeightStore([folder]), residency, answers)

    first, painted = parts_read(started())
    second, again = parts_read(started())
    assert set(first) - set(second) == {Part.VISION}
    assert set(second) < set(first)
    assert np.array_equal(painted, again)
    assert Part.VISION in parts_read(started(write_tiny(tmp_path / "others", seed=12)))[0]
    assert Part.VISION in parts_read(started(target=Target(torch.float16)))[0]
    assert Part.VISION in parts_read(engine_of(weights))[0]
    for kept in (tmp_path / "answers").iterdir():
        kept.write_bytes(kept.read_bytes()[:-1] + b"?")
    third, mended = parts_read(started())
    assert Part.VISION in third
    assert np.array_equal(painted, mended)
    assert Part.VISION not in parts_read(started())[0]


def test_the_seed_after_the_largest_is_zero(weights: Path) -> None:
    events = engine_of(weights).run(ask(seed=LARGEST_SEED, steps=1))
    assert [event.seed for event in events if isinstance(event, Image)] == [LARGEST_SEED, 0]


def test_events_come_in_order_and_count_every_step(weights: Path) -> None:
    events = list(engine_of(weights).run(ask(count=2, steps=3, prior_steps=2)))
    steps = [(event.stage, event.index, event.total) for event in events if isinstance(event, Step)]
    assert steps == [
        (Stage.TEXT, 1, 1),
        (Stage.PRIOR, 1, 2),
        (Stage.PRIOR, 2, 2),
        (Stage.DECODER, 1, 3),
        (Stage.DECODER, 2, 3),
        (Stage.DECODER, 3, 3),
        (Stage.AUTOENCODER, 1, 2),
        (Stage.UPSCALER, 1, 2),
        (Stage.AUTOENCODER, 2, 2),
        (Stage.UPSCALER, 2, 2),
    ]
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert tuple(stage for stage, _ in finished.seconds) == PAINTING
    assert finished.peak_bytes > 10_000_000


def test_images_say_how_they_were_made(weights: Path) -> None:
    request = ask(steps=2)
    first, second = (e for e in engine_of(weights).run(request) if isinstance(e, Image))
    image = first
    assert image.sampling == replace(TINY.preset, seed=5, steps=2)
    assert image.request is request
    seconds = [dict(image.seconds), dict(second.seconds)]
    assert tuple(seconds[0]) == tuple(seconds[1]) == PAINTING
    assert seconds[0][Stage.DECODER] == seconds[1][Stage.DECODER] > 0
    assert seconds[0][Stage.AUTOENCODER] < seconds[1][Stage.AUTOENCODER]
    assert (image.model, image.embedding.shape, image.embedding.dtype) == ("tiny", (32,), "float16")
    assert image.pixels.shape == (32, 32, 3)


def test_the_first_decoder_step_shows_what_is_coming(weights: Path) -> None:
    steps = [e for e in engine_of(weights).run(ask(count=2)) if isinstance(e, Step)]
    previews = [len(e.previews) for e in steps if e.stage is Stage.DECODER]
    assert previews[0] == 2
    assert all(not e.previews for e in steps if e.stage is not Stage.DECODER)


def test_pictures_painted_in_groups_are_all_shown_by_and_by(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode, "PREVIEW_SECONDS", 0.0)
    monkeypatch.setattr(decode, "PREVIEW_SHARE", 0.0)
    way = Way("cpu", "float32", keep=True, latents=2 * 8 * 8)
    engine = UnclipEngine(TINY, WeightStore([weights]), Residency(Target(), keep=True, way=way))
    steps = [e for e in engine.run(ask(count=4, steps=3)) if isinstance(e, Step)]
    shown = [len(e.previews) for e in steps if e.stage is Stage.DECODER]
    assert shown == [2, 2, 2, 4, 4, 4]


def test_whoever_wants_no_previews_gets_none(weights: Path) -> None:
    engine = open_engine([weights], TINY, Wishes(previews=False))
    steps = [e for e in engine.run(ask(count=2)) if isinstance(e, Step)]
    assert steps
    assert not any(e.previews for e in steps)


def test_odd_sizes_are_the_middle_of_the_next_size_of_the_grid(weights: Path) -> None:
    engine = engine_of(weights)
    (large,) = pictures(engine, replace(ask(count=1), width=48, height=32))
    (small,) = pictures(engine, replace(ask(count=1), width=43, height=30))
    assert large.shape == (32, 48, 3)
    assert np.array_equal(small, large[1:31, 2:45])


def test_a_warm_engine_loads_nothing(weights: Path) -> None:
    engine = engine_of(weights)
    warming = list(engine.warm_up())
    assert len(warming) == 6
    assert list(engine.warm_up()) == []
    assert not [event for event in engine.run(ask()) if isinstance(event, Loading)]


@pytest.mark.slow
def test_a_large_model_holds_one_part_at_a_time_and_paints_the_same(weights: Path) -> None:
    residency = Residency(Target(), keep=False)
    engine = UnclipEngine(TINY, WeightStore([weights]), residency)
    assert list(engine.warm_up()) == []
    painted: list[Pixels] = []
    for event in engine.run(ask()):
        assert len(residency.parts) <= 1
        painted += [event.pixels] if isinstance(event, Image) else []
    assert np.array_equal(painted, pictures(engine_of(weights), ask()))


def test_what_does_not_fit_at_once_is_painted_in_groups(
    weights: Path,
) -> None:
    together = pictures(engine_of(weights), ask(count=3))
    way = Way("cpu", "float32", keep=True, latents=2 * 8 * 8)
    engine = UnclipEngine(TINY, WeightStore([weights]), Residency.of(way))
    events = list(engine.run(ask(count=3)))
    grouped = [event.pixels for event in events if isinstance(event, Image)]
    steps = [e for e in events if isinstance(e, Step) and e.stage is Stage.DECODER]
    assert [(e.index, e.total) for e in steps] == [(index, 8) for index in range(1, 9)]
    assert np.abs(np.stack(grouped).astype(int) - np.stack(together)).max() <= 1


ROOMY, TIGHT = Way("cpu", "float32", keep=True), Way("cpu", "float32", keep=False, latents=1)


def engine_short_of_memory(
    weights: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> UnclipEngine:
    """An engine whose allocator gives up at the second picture, for the first `times` times."""
    made, painted = list[int](), autoencoding.picture_of

    def scarce(*arguments: object) -> object:
        made.append(1)
        if len(made) % 2 == 0 and len(made) <= 2 * times:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried …")
        return painted(*arguments)  # pyright: ignore

    monkeypatch.setattr(decode, "picture_of", scarce)
    return UnclipEngine(TINY, WeightStore([weights]), Residency.of(ROOMY, TIGHT))


@pytest.mark.slow
def test_running_out_of_memory_leads_to_a_smaller_way_and_the_same_pictures(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_short_of_memory(weights, monkeypatch, times=1)
    images = [event for event in engine.run(ask(count=3)) if isinstance(event, Image)]
    assert [image.index for image in images] == [0, 1, 2]
    expected = pictures(engine_of(weights), ask(count=3))
    found = np.stack([image.pixels for image in images]).astype(int)
    assert np.abs(found - np.stack(expected)).max() <= 1


@pytest.mark.slow
def test_running_out_of_memory_twice_is_a_sentence_and_everything_is_released(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_short_of_memory(weights, monkeypatch, times=9)
    with pytest.raises(OutOfMemory, match="pixels should fit"):
        list(engine.run(ask(count=4)))
    assert engine._model.residency.parts == frozenset()  # noqa: SLF001


def test_a_fault_that_is_no_lack_of_memory_is_not_tried_again(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise RuntimeError("shapes do not fit")

    monkeypatch.setattr(decode, "picture_of", broken)
    engine = UnclipEngine(TINY, WeightStore([weights]), Residency.of(ROOMY, TIGHT))
    with pytest.raises(RuntimeError, match="shapes"):
        list(engine.run(ask()))
    assert engine._model.residency.way == ROOMY  # noqa: SLF001


@pytest.mark.slow
def test_a_run_can_be_closed_anywhere_and_the_next_one_works(weights: Path) -> None:
    engine = engine_of(weights)
    expected = pictures(engine, ask())
    for length in (1, 3, 6, 9):
        stream = engine.run(ask())
        for _ in range(length):
            next(stream)
        stream.close()  # pyright: ignore[reportAttributeAccessIssue]
    assert np.array_equal(pictures(engine, ask()), expected)


@pytest.mark.parametrize("sampler", ["ddim", "dpm++2m"])
def test_samplers_change_the_picture(weights: Path, sampler: str) -> None:
    engine = engine_of(weights)
    painted = pictures(engine, ask(sampler=sampler))
    assert not np.array_equal(painted, pictures(engine, ask()))


def damaged_copy(weights: Path, folder: Path, bias: float) -> Path:
    """The tiny family with a decoder whose answers are as large as `bias`."""
    write_tiny(folder)
    path = folder / "tiny/decoder/unet/diffusion_pytorch_model.safetensors"
    state = load_file(path)
    state["conv_out.bias"][0] = bias
    save_file(state, path, metadata={"format": "pt"})
    return folder


@pytest.mark.slow
def test_an_overflow_in_half_precision_is_painted_in_float32(weights: Path, tmp_path: Path) -> None:
    folder = damaged_copy(weights, tmp_path, bias=1e5)
    exact = pictures(engine_of(folder), ask())
    again = pictures(engine_of(folder, target=Target(torch.float16)), ask())
    assert np.array_equal(again, exact)


@pytest.mark.parametrize("clip", [None, 1.0])
def test_an_overflow_in_float32_is_a_sentence_and_no_black_picture(
    weights: Path, tmp_path: Path, clip: float | None
) -> None:
    folder = damaged_copy(weights, tmp_path, bias=3e38)
    family = replace(TINY, decoder_schedule=replace(TINY.decoder_schedule, clip=clip))
    (folder / "tiny/decoder/scheduler/scheduler_config.json").unlink()
    with pytest.raises(NotFinite, match="choose a lower guidance"):
        pictures(engine_of(folder, family), ask())


@pytest.mark.parametrize(
    ("sampling", "sentence"),
    [({"sampler": "magic"}, "choose one of ddpm"), ({"prior_steps": 1}, "choose at least 2")],
)
def test_impossible_sampling_is_a_sentence(
    weights: Path, sampling: dict[str, float | str], sentence: str
) -> None:
    with pytest.raises(InvalidRequest, match=sentence):
        pictures(engine_of(weights), ask(**sampling))  # pyright: ignore[reportArgumentType]


def test_a_family_is_not_asked_for_what_it_cannot_do(weights: Path) -> None:
    engine = engine_of(weights, replace(TINY, tasks=frozenset()))
    assert not engine.supports(Generate)
    with pytest.raises(UnsupportedTask, match="choose another model"):
        pictures(engine, ask())


def test_without_weights_the_missing_file_is_named(tmp_path: Path) -> None:
    engine = open_engine([tmp_path], TINY)
    with pytest.raises(WeightsMissing, match="tiny"):
        list(engine.run(ask()))
