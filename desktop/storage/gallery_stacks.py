"""Near duplicates in a list: the first of the pictures that mean nearly the same leads a stack.

Each picture is compared with the leaders before it, as far as AMONG of them: what is alike is made
at the same time, or comes together in a search, and a list of 100,000 stays a matter of seconds.
"""

from collections.abc import Generator, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from desktop.storage.gallery import Gallery
from desktop.storage.gallery_desk import GalleryDesk
from desktop.storage.gallery_meaning import Meaning
from desktop.storage.gallery_schema import known_errors

NEAR = 0.9
"""Cosine of two embeddings from which pictures are near duplicates. The Starter's four red apples
have 0.94 and more among them, slight variations of one 0.89 and more, red and green apples 0.56."""
AMONG = 512
AT_ONCE = 256

Ids = NDArray[np.int64]
Block = tuple[Ids, NDArray[np.float32]]
Stacks = dict[int, tuple[int, ...]]
"""By the id of the leader all ids of its stack, the leader's first; none of one picture alone."""


def stacks_of(ids: Ids, desk: GalleryDesk) -> Generator[None, None, Stacks]:
    """Find the stacks of a list; pictures of different models are never in the same.

    Pauses after every block, so that somebody else can ask meanwhile or it can be given up.
    """
    found: Stacks = {}
    for model, dimensions in desk.do(_models):
        blocks = _blocks(ids, desk.meaning(model, dimensions))
        found |= yield from stacked(blocks)
    return found


def stacked(blocks: Iterable[Block]) -> Generator[None, None, Stacks]:
    """Find the stacks of pictures in their order, given as ids and unit vectors, one a row.

    Pauses after every block.
    """
    stacks: dict[int, list[int]] = {}
    leaders, vectors = np.zeros(0, np.int64), np.zeros((0, 0), np.float32)
    for ids, rows in blocks:
        if not len(vectors):
            vectors = np.zeros((0, rows.shape[1]), np.float32)
        known = len(leaders)
        # All that may lead: those from before, and whichever of these come to lead.
        scores = rows @ np.concatenate((vectors, rows)).T
        leads = np.ones(known + len(ids), bool)
        everybody = np.concatenate((leaders, ids))
        # Most are near to nobody before them: they lead, and need no closer look.
        for place in np.flatnonzero(_near_to_earlier(scores, known)).tolist():
            mine = np.where(leads[: known + place], scores[place, : known + place], -1.0)
            best = int(mine.argmax())
            if mine[best] >= NEAR:
                stacks.setdefault(int(everybody[best]), []).append(int(ids[place]))
                leads[known + place] = False
        leaders = everybody[leads][-AMONG:]
        vectors = np.concatenate((vectors, rows))[leads][-AMONG:]
        yield
    return {leader: (leader, *stack) for leader, stack in stacks.items()}


def _near_to_earlier(scores: NDArray[np.float32], known: int) -> NDArray[np.bool_]:
    """Which rows of a block are near to a leader from before or to an earlier row of theirs."""
    near = scores >= NEAR
    near[:, known:] &= np.tri(len(scores), k=-1, dtype=bool)
    return np.logical_or.reduce(near, axis=1)


def leaders_of(ids: Ids, stacks: Stacks) -> Ids:
    """Return the list with each stack as its leader alone."""
    hidden = [entry for stack in stacks.values() for entry in stack[1:]]
    return ids[~np.isin(ids, np.array(hidden, np.int64))]


def _blocks(ids: Ids, meaning: Meaning) -> Iterator[Block]:
    for first in range(0, len(ids), AT_ONCE):
        yield meaning.units(ids[first : first + AT_ONCE])


def _models(gallery: Gallery) -> list[tuple[str, int]]:
    with known_errors(gallery.file):
        rows = gallery.connection.execute(
            "SELECT DISTINCT model, length(embedding) FROM details JOIN entries ON id = entry"
            " WHERE typeof(embedding) = 'blob' AND length(embedding) > 1"
        ).fetchall()
    return [(str(model), int(length) // 2) for model, length in rows]
