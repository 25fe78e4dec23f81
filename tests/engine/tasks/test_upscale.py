"""Enlarging as a request: the family's own network or a file, and what is refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.errors import (
    EngineError,
    InvalidRequest,
    UnsupportedTask,
    WeightsDamaged,
    WeightsMissing,
)
from engine.events import Finished, Image, Loading, Stage, Step
from engine.families import Family
from engine.memory import Residency
from engine.networks.compact import Compact
from engine.requests import Pixels, Upscale
from engine.specs import CompactSpec
from engine.unclip import UnclipEngine
from engine.weights.reading import Target
from engine.weights.store import WeightStore
from tests.tiny import TINY, random_state, write_tiny

FAMILY = replace(TINY, tasks=frozenset({Upscale}))


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny family's weights."""
    return write_tiny(tmp_path_factory.mktemp("weights"))


def engine_of(folder: Path, family: Family = FAMILY) -> UnclipEngine:
    """An engine that keeps its networks."""
    return UnclipEngine(family, WeightStore([folder]), Residency(Target(), keep=True))


def picture(height: int = 20, width: int = 30, channels: int = 3) -> Pixels:
    """Noise."""
    chance = np.random.default_rng(4)
    return chance.integers(0, 256, (height, width, channels), dtype=np.uint8)


def write_compact(path: Path, scale: int, seed: int = 1) -> Compact:
    """A random upscaler as a file, and the network that is in it."""
    network = Compact(CompactSpec(features=8, convolutions=2, scale=scale))
    state = random_state(network, torch.Generator().manual_seed(seed))
    save_file(state, path)
    network.load_state_dict(state)
    return network.requires_grad_(False).eval()


def test_the_familys_own_network_enlarges(weights: Path) -> None:
    events = list(engine_of(weights).run(Upscale(image=picture(), scale=2)))
    assert [type(event) for event in events] == [Loading, Step, Image, Finished]
    image, finished = events[-2:]
    assert isinstance(image, Image)
    assert image.pixels.shape == (40, 60, 3)
    assert (image.embedding.shape, image.model) == ((0,), "tiny")
    assert isinstance(finished, Finished)
    assert [stage for stage, _ in finished.seconds] == [Stage.LOADING, Stage.UPSCALER]


@pytest.mark.parametrize(("factor", "scale"), [(2, 2), (2, 4), (4, 4), (4, 2), (3, 2)])
def test_a_file_enlarges_whatever_its_own_factor(
    weights: Path, tmp_path: Path, factor: int, scale: int
) -> None:
    path = tmp_path / "some.safetensors"
    network = write_compact(path, factor)
    request = Upscale(image=picture(channels=4), scale=scale, upscaler=path)
    (image,) = (e for e in engine_of(weights).run(request) if isinstance(e, Image))
    assert image.pixels.shape == (20 * scale, 30 * scale, 4)
    if factor == scale:
        opaque = replace(request, image=np.ascontiguousarray(request.image[..., :3]))
        (image,) = (e for e in engine_of(weights).run(opaque) if isinstance(e, Image))
        rgb = torch.tensor(opaque.image).permute(2, 0, 1)[None] / 255
        expected = (network(rgb).clamp(0, 1) * 255).round()[0].permute(1, 2, 0).numpy()
        assert np.abs(image.pixels - expected).max() <= 1


@pytest.mark.parametrize("by_file", [False, True], ids=["own network", "file"])
def test_what_the_event_carries_makes_the_picture_again(
    weights: Path, tmp_path: Path, by_file: bool
) -> None:
    file = tmp_path / "some.safetensors"
    write_compact(file, 2)
    request = Upscale(image=picture(), scale=2, upscaler=file if by_file else None)
    (image,) = (e for e in engine_of(weights).run(request) if isinstance(e, Image))
    assert isinstance(image.request, Upscale)
    told = replace(image.request, sampling=image.sampling)
    (again,) = (e for e in engine_of(weights).run(told) if isinstance(e, Image))
    assert np.array_equal(again.pixels, image.pixels)
    other = replace(told, image=255 - told.image)
    (another,) = (e for e in engine_of(weights).run(other) if isinstance(e, Image))
    assert not np.array_equal(another.pixels, image.pixels)


def test_a_run_can_be_closed_between_tiles(weights: Path) -> None:
    stream = engine_of(weights).run(Upscale(image=picture(400, 300), scale=2))
    assert [type(next(stream)) for _ in range(3)] == [Loading, Step, Step]
    stream.close()


def test_without_any_upscaler_one_sentence_says_what_to_do(weights: Path) -> None:
    engine = engine_of(weights, replace(FAMILY, upscaler=None))
    with pytest.raises(UnsupportedTask, match="no upscaler of its own; choose an upscaler file"):
        list(engine.run(Upscale(image=picture())))


def write_nothing(path: Path) -> None:
    """No file."""


def write_pickle(path: Path) -> None:
    """What other programs call an upscaler, under a harmless name."""
    torch.save({"body.0.weight": torch.ones(3)}, path)


def write_stranger(path: Path) -> None:
    """A sound file of something else."""
    save_file({"some.weight": torch.ones(3)}, path)


def write_misfit(path: Path) -> None:
    """The names of an upscaler, but not its shapes."""
    write_compact(path, 2)
    network = Compact(CompactSpec(features=8, convolutions=2, scale=2))
    state = random_state(network, torch.Generator().manual_seed(1))
    save_file(state | {"body.2.weight": torch.ones(5)}, path)


def write_grey(path: Path) -> None:
    """An upscaler that sees one channel."""
    network = Compact(CompactSpec(features=8, convolutions=2, scale=2))
    state = random_state(network, torch.Generator().manual_seed(1))
    first, last = state["body.0.weight"], "body.6"
    state["body.0.weight"] = first[:, :1].contiguous()
    state |= {f"{last}.weight": torch.ones(4, 8, 3, 3), f"{last}.bias": torch.ones(4)}
    save_file(state, path)


def write_same_size(path: Path) -> None:
    """A network that cleans and does not enlarge."""
    write_compact(path, 1)


@pytest.mark.parametrize(
    ("write", "error", "sentence"),
    [
        (write_nothing, WeightsMissing, "cannot be read"),
        (write_pickle, WeightsDamaged, "a pickle file by another name"),
        (write_stranger, InvalidRequest, "of a kind that is not known here"),
        (write_misfit, InvalidRequest, "does not fit together"),
        (write_grey, InvalidRequest, "does not enlarge colour pictures"),
        (write_same_size, InvalidRequest, "does not enlarge colour pictures"),
    ],
)
def test_a_file_of_no_use_is_a_sentence(
    weights: Path, tmp_path: Path, write, error: type[EngineError], sentence: str
) -> None:
    path = tmp_path / "upscaler.safetensors"
    write(path)
    with pytest.raises(error, match=sentence):
        list(engine_of(weights).run(Upscale(image=picture(), upscaler=path)))


def test_a_safetensors_file_by_another_name_is_read(weights: Path, tmp_path: Path) -> None:
    path = tmp_path / "upscaler.pth"
    write_compact(path, 2)
    events = list(engine_of(weights).run(Upscale(image=picture(), scale=2, upscaler=path)))
    assert any(isinstance(event, Image) for event in events)
