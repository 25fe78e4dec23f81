"""What the settings mean for the engine's process: how it treats the machine, and what it may use.

Pure; the engine is opened anew where one of these fields changes.
"""

from dataclasses import fields

from desktop.settings import Settings
from engine.child import ChildOptions, Interpreter
from engine.wishes import Wishes

NICENESS = 5
"""The engine steps back this far, so that the window stays fluid on two cores."""

GIGABYTE = 10**9

FIELDS = tuple(f.name for f in fields(Settings) if f.metadata.get("begins") == "engine")
"""The settings that an engine is started with."""


def child_options(settings: Settings, for_card: Interpreter | None = None) -> ChildOptions:
    """Return how the engine's process treats the machine.

    for_card: a Python built for an NVIDIA card, which serves unless another device is wanted.
    """
    return ChildOptions(
        threads=settings.threads or None,
        niceness=NICENESS,
        interpreter=for_card if settings.device in ("", "cuda") else None,
    )


def wishes(settings: Settings) -> Wishes:
    """Return what the engine may use."""
    return Wishes(
        device=settings.device,
        precision=settings.precision,
        memory=settings.memory * GIGABYTE or None,
        previews=settings.previews,
        thrifty=settings.thrifty,
    )


def needs_another_engine(old: Settings, new: Settings) -> bool:
    """Whether what was changed works only in an engine that is started with it."""
    return any(getattr(old, name) != getattr(new, name) for name in FIELDS)
