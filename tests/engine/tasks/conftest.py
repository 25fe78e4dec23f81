"""The tiny family, opened once."""

from pathlib import Path

import pytest

from engine.model import Model
from engine.unclip import UnclipEngine
from tests.painting import LATENT_ONLY, engine_of, model_of


@pytest.fixture(scope="session")
def model(weights: Path) -> Model:
    """The tiny family."""
    return model_of(weights)


@pytest.fixture(scope="session")
def engine(weights: Path) -> UnclipEngine:
    """An engine of the tiny family."""
    return engine_of(weights)


@pytest.fixture(scope="session")
def base_engine(weights: Path) -> UnclipEngine:
    """The same without the upscaler."""
    return engine_of(weights, LATENT_ONLY)
