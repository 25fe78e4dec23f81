"""What a project's pictures meant, in the order of their making: a line to go back along.

Every result that lies on a layer says what the decoder was told; those embeddings are the beads.
Between two of them one goes along the sphere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop.asked import Asked
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.reduced import reduced
from desktop.mixing import mix_of
from desktop.questions import Choices
from desktop.storage.gallery_record import read_embedding
from engine.errors import InvalidRequest
from engine.requests import Blending, Embedding, Idea, Ingredient, Pixels

SIDE = 128
"""Pixels of the longer side of a bead's picture."""
NO_BEADS = (
    "There is nothing to go back to yet; accept a result that this model painted, and it is a bead "
    "of this line."
)


@dataclass(frozen=True, slots=True, eq=False)
class Bead:
    """One result: its name, what the decoder was told, and what its layer shows, small."""

    name: str
    embedding: Embedding
    pixels: Pixels


def beads(picture: Picture, model: str) -> tuple[Bead, ...]:
    """Return the results of `model` among the layers of `picture`, in the order of their making."""
    found: list[tuple[int, Bead]] = []
    for layer in picture.walk():
        embedding = read_embedding(layer.notes.get("embedding", ""))
        bounds = layer.bounds()
        if embedding is None or layer.notes.get("model") != model or bounds.is_empty:
            continue
        found.append((layer.id, Bead(layer.name, embedding, _small(layer, bounds))))
    return tuple(bead for _id, bead in sorted(found, key=lambda each: each[0]))


def at(line: Sequence[Bead], position: float, now: Picture, choices: Choices) -> Asked:
    """Ask for what is meant at a place of the line: 1 is the first bead, 1.5 midway to the second.

    Raises InvalidRequest where the line is empty.
    """
    if not line:
        raise InvalidRequest(NO_BEADS)
    place = min(max(position - 1, 0.0), len(line) - 1.0)
    first = min(int(place), len(line) - 1)
    share = place - first
    parts = [Ingredient(idea=Idea(embedding=line[first].embedding), weight=1 - share)]
    if share:
        further = Idea(embedding=line[first + 1].embedding)
        parts.append(Ingredient(idea=further, weight=share))
    return mix_of(tuple(parts), Blending.SPHERICAL, now, choices)


def _small(layer: Layer, bounds: Rect) -> Pixels:
    """What the layer shows by itself, though it may be hidden."""
    bare = replace(layer, visible=True, opacity=1.0)
    step = max(1, max(bounds.width, bounds.height) // SIDE)
    return reduced(Picture(bounds, layers=(bare,)), bounds, step)
