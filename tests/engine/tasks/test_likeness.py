"""What fills a hole may take after a picture: beside the prompt, or in its place."""

import json

import numpy as np
import pytest

from desktop.storage.request_reading import request_in
from engine.errors import InvalidRequest
from engine.model import Model
from engine.picture_file import notes
from engine.requests import Idea, Inpaint, Likeness, Sampling, Vary
from engine.tasks.likeness import looked_at, without_holes
from engine.tasks.plan import Plan
from engine.tasks.planning import planned, settings_for
from engine.tasks.space import angle_between, unit
from engine.unclip import UnclipEngine
from tests.engine.tasks.test_inpaint import ask, picture
from tests.painting import finish, images

OTHER = np.ascontiguousarray(255 - picture(24, 24))


def like(share: float) -> Likeness:
    return Likeness(idea=Idea(image=OTHER), share=share)


def plan_of(model: Model, request: Inpaint | Vary) -> Plan:
    if isinstance(request, Inpaint):
        request = finish(looked_at(model, request))
    return finish(planned(model, request, settings_for(request, model.family.preset)))


def test_the_share_is_the_way_from_the_prompt_to_the_picture(model: Model) -> None:
    """Half of it lies in the middle of the arc; nothing of it is the prompt alone."""
    words = plan_of(model, ask())
    none = plan_of(model, ask(like=like(0.0)))
    half = plan_of(model, ask(like=like(0.5)))
    whole = plan_of(model, ask(like=like(1.0), prompt=""))
    assert np.allclose(none.embedding, words.embedding, rtol=1e-4, atol=1e-5)
    arc = angle_between(words.embedding, whole.embedding)
    assert bool((arc > 0.05).all()), "else the test would prove nothing"
    assert np.allclose(angle_between(words.embedding, half.embedding), arc / 2, atol=1e-3)
    alone = plan_of(model, Vary(idea=Idea(image=OTHER), count=2, sampling=Sampling(seed=5)))
    assert np.allclose(unit(whole.embedding), unit(alone.embedding), atol=2e-3)
    assert whole.keep is not None


def test_a_negative_prompt_is_heeded_without_a_prompt(model: Model) -> None:
    plain = plan_of(model, ask(like=like(1.0), prompt=""))
    away = plan_of(model, ask(like=like(1.0), prompt="", negative="a dog"))
    assert np.array_equal(plain.embedding, away.embedding)
    assert not np.allclose(plain.against, away.against)


def test_only_where_the_picture_says_all_the_prompt_may_be_empty() -> None:
    with pytest.raises(InvalidRequest, match="prompt is empty"):
        ask(prompt="", like=like(0.99))
    with pytest.raises(InvalidRequest, match="prompt is empty"):
        ask(prompt="")
    with pytest.raises(InvalidRequest, match="write words into the prompt"):
        Likeness(idea=Idea(text="a dog"))


def test_transparent_pixels_say_nothing() -> None:
    """Whatever lies below them; seen as white they would."""
    whole = picture(16, 16, 4)
    holed = whole.copy()
    holed[4:9, 4:9, 3] = 0
    other = holed.copy()
    other[4:9, 4:9, :3] = 255
    assert np.array_equal(without_holes(holed), without_holes(other))
    smooth = without_holes(holed).astype(int) - whole[..., :3]
    assert np.abs(smooth).max() < 20 < np.abs(other[..., :3].astype(int) - whole[..., :3]).max()
    assert np.array_equal(without_holes(whole), whole[..., :3])


def test_a_result_is_repeated_without_the_picture_that_it_took_after(engine: UnclipEngine) -> None:
    request = ask(count=1, like=like(1.0), prompt="")
    (first,) = images(engine.run(request))
    told = notes(first)
    assert len(json.loads(told["request"])["like"]["idea"]["embedding"]["float16"]) > 8
    again = request_in(told, lambda _digest: request.image)
    assert isinstance(again, Inpaint)
    assert again.like is not None
    assert again.like.idea.image is None
    (second,) = images(engine.run(again))
    assert np.abs(second.pixels.astype(int) - first.pixels).max() <= 1
