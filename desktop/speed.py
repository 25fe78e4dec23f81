"""What a finished picture of the Starter says about the machine, for estimates of larger models."""

from engine.estimates import Speed, speed_of
from engine.events import Image, Stage
from engine.families.offers import OFFERS


def measured(image: Image, device: str) -> Speed | None:
    """Take what a picture took as a measure of `device`; None where another model painted it."""
    starter = OFFERS[0]
    if image.model != starter.name:
        return None
    seconds = dict(image.seconds)
    spent = sum(seconds.get(stage, 0.0) for stage in (Stage.DECODER, Stage.AUTOENCODER))
    return speed_of(starter, image.index + 1, spent, device)
