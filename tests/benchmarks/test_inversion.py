"""How much of a picture comes back through its recovered noise, by steps: `run.py bench`.

No time is measured, so a busy machine does no harm. Figures go to docs/ideas.md by hand.
"""

import numpy as np
import pytest

from engine import families
from engine.autoencoding import rgb_of
from engine.images import to_pixels
from engine.requests import Idea, Sampling, Vary
from engine.tasks.recovery import latents_of
from tests.painting import RESOURCES, drawing, finish, model_of, pictures, psnr, starter_engine


@pytest.mark.benchmark
def test_a_picture_comes_back_better_with_more_steps(capsys: pytest.CaptureFixture[str]) -> None:
    model = model_of(RESOURCES, families.find("starter"))
    found: dict[int, list[float]] = {}
    for kind in ("apple", "house"):
        picture = drawing(kind, 256)
        latents = finish(latents_of(model, (picture,), (256, 256)))
        rgb = rgb_of(finish(model.autoencoder()), latents)
        expected = to_pixels(finish(model.upscaler())(rgb))[0]
        for steps in (5, 10, 25, 50):
            request = Vary(
                idea=Idea(image=picture), composition=0.0, sampling=Sampling(steps=steps)
            )
            (back,) = pictures(starter_engine(), request)
            found.setdefault(steps, []).append(psnr(back, expected))
    means = {steps: float(np.mean(decibels)) for steps, decibels in found.items()}
    with capsys.disabled():
        print()
        for steps, decibels in found.items():
            print(f"{steps:3} steps  " + "  ".join(f"{value:.1f} dB" for value in decibels))
    assert list(means.values()) == sorted(means.values())
