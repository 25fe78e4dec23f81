"""The same request again: where bits agree and where only levels do.

Bits: twice in one process, in two processes, with cold and warm networks. One grey level: with
another number of threads, and alone instead of in a batch, because sums are then ordered otherwise.
"""

import hashlib
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.events import Embedded
from engine.requests import Embed, Generate, Idea, Ingredient, Mix, Painting, Sampling, Vary
from tests.painting import drawing, engine_of, images, pictures, starter_engine

SAMPLING = Sampling(seed=5, steps=3, prior_steps=3)
APPLE = Idea(image=drawing(side=16))
REQUESTS: dict[str, Painting] = {
    "generate": Generate(prompt="a red apple", negative="blue", count=2, sampling=SAMPLING),
    "best of two": Generate(prompt="a red apple", prior_candidates=2, count=2, sampling=SAMPLING),
    "vary": Vary(idea=APPLE, meaning=0.5, composition=0.5, count=2, sampling=SAMPLING),
    "mix": Mix(
        ingredients=(Ingredient(idea=APPLE), Ingredient(idea=Idea(text="a cat"), weight=-0.3)),
        count=2,
        sampling=SAMPLING,
    ),
}
every_request = pytest.mark.parametrize("name", REQUESTS)


@pytest.fixture
def threads() -> Iterator[None]:
    """Leave the number of threads as it was."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@every_request
@pytest.mark.slow
def test_twice_is_the_same_to_the_bit(weights: Path, name: str) -> None:
    engine, fresh = engine_of(weights), engine_of(weights)
    runs = [images(one.run(REQUESTS[name])) for one in (engine, engine, fresh)]
    for again in runs[1:]:
        for first, second in zip(runs[0], again, strict=True):
            assert np.array_equal(first.pixels, second.pixels)
            assert np.array_equal(first.embedding, second.embedding)


@every_request
@pytest.mark.slow
def test_alone_is_the_same_but_for_one_level(weights: Path, name: str) -> None:
    engine = engine_of(weights)
    for image in images(engine.run(REQUESTS[name])):
        again = replace(REQUESTS[name], count=1, sampling=image.sampling)
        (alone,) = pictures(engine, again)
        assert np.abs(alone - image.pixels).max() <= 1


@pytest.mark.parametrize("name", ["vary"])  # every stage there is; the others take as long
@pytest.mark.slow
def test_two_threads_paint_the_same_but_for_one_level(
    weights: Path, threads: None, name: str
) -> None:
    painted: list[np.ndarray] = []
    for count in (1, 2):
        torch.set_num_threads(count)
        painted.append(pictures(engine_of(weights), REQUESTS[name]))
    assert np.abs(painted[0] - painted[1]).max() <= 1


def test_two_threads_paint_the_starters_picture_but_for_one_level(threads: None) -> None:
    request = Generate(prompt="a red apple", sampling=replace(SAMPLING, steps=2, prior_steps=2))
    painted: list[np.ndarray] = []
    for count in (1, 2):
        torch.set_num_threads(count)
        painted.append(pictures(starter_engine(), request))
    assert np.abs(painted[0] - painted[1]).max() <= 1


def test_another_seed_is_another_picture(weights: Path) -> None:
    """The control of all the others."""
    request = REQUESTS["generate"]
    other = replace(request, sampling=replace(SAMPLING, seed=7))
    engine = engine_of(weights)
    assert np.abs(pictures(engine, request) - pictures(engine, other)).max() > 10


PROGRAM = """
import hashlib, pickle, sys
from pathlib import Path
from tests.painting import engine_of, images
request = pickle.loads(bytes.fromhex(sys.argv[2]))
painted = images(engine_of(Path(sys.argv[1])).run(request))
print(hashlib.sha256(b"".join(image.pixels.tobytes() for image in painted)).hexdigest())
print(*sys.modules)
"""


@pytest.fixture(scope="module")
def elsewhere(weights: Path) -> tuple[str, set[str]]:
    """What another process paints, as a hash, and the modules it has imported for that."""
    root = Path(__file__).parents[2]
    threads = str(torch.get_num_threads())
    command = [sys.executable, "-c", PROGRAM, str(weights), pickle.dumps(REQUESTS["vary"]).hex()]
    environment = os.environ | {"PYTHONPATH": str(root), "OMP_NUM_THREADS": threads}
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    digest, modules = done.stdout.splitlines()
    return digest, set(modules.split(" "))


def test_two_processes_paint_the_same_to_the_bit(
    weights: Path, elsewhere: tuple[str, set[str]]
) -> None:
    events = engine_of(weights).run(REQUESTS["vary"])
    here = b"".join(image.pixels.tobytes() for image in images(events))
    assert elsewhere[0] == hashlib.sha256(here).hexdigest()


@pytest.mark.slow
def test_painting_imports_nothing_that_it_does_not_need(elsewhere: tuple[str, set[str]]) -> None:
    """The compiler and torchvision alone take longer to import than torch."""
    idle = {"torch._dynamo", "torchvision", "timm", "transformers", "diffusers"}
    assert elsewhere[1] & idle == set()
    assert {"torch", "engine.networks.clip"} <= elsewhere[1]


def test_embeddings_do_not_depend_on_company(weights: Path) -> None:
    house = drawing("house", 16)
    assert APPLE.image is not None
    answers = [
        event
        for pair in ((APPLE.image,), (house, APPLE.image))
        for event in engine_of(weights).run(Embed(images=pair, texts=("a red apple",)))
        if isinstance(event, Embedded)
    ]
    assert np.array_equal(answers[0].images[0], answers[1].images[1])
    assert np.allclose(answers[0].agreement[0], answers[1].agreement[1], atol=1e-6)
