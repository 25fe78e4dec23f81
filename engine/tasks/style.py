"""The style of a picture apart from its subject, in the space of embeddings.

Ours, and not published. The nearest idea is that of text differences (Ramesh et al. 2022, arXiv
2204.06125, section 3.3): the difference of two texts is a direction in which pictures differ too.
Of many words for styles all such differences together span a space V. What of an embedding lies
in V is called its style, what stands upright on V its subject.

With P the projection onto V and m any middle, x = m + P(x − m) + (I − P)(x − m). The subject of a
with the style of b is m + P(b − m) + (I − P)(a − m) = a + P(b − a): no middle is needed.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from engine.tasks.space import length, unit

SUBJECTS = (
    "an apple", "a house", "a cat", "a car", "a flower", "a man", "a boat", "a dog",
)  # fmt: skip
"""With which each word for a style is read, so that what it would say of a subject averages out.

Read bare, a model's unusual words for styles differ as its subjects do.
"""

SMALLEST = 1e-4
"""Of a direction in which the words differ, beside the largest; below that it is rounding."""


def in_context(styles: Sequence[str]) -> tuple[str, ...]:
    """Each style with every one of SUBJECTS, in the manner of a prompt."""
    return tuple(f"{subject}, {style}" for style in styles for subject in SUBJECTS)


def averaged(texts: Tensor) -> Tensor:
    """Of the embeddings of `in_context` (W·S,D) the mean direction of each style (W,D)."""
    return unit(texts).reshape(-1, len(SUBJECTS), texts.shape[-1]).mean(1)


def style_space(words: Tensor) -> Tensor:
    """Where words for styles (W,D) lie -> what their differences span (K,D), K < W.

    The rows are of length 1 and at right angles to each other. K is 0 where all words are one.
    """
    directions = unit(words.cpu())
    differences = (directions - directions.mean(0)).numpy()
    sizes, rows = np.linalg.svd(differences, full_matrices=False)[1:]
    return torch.tensor(rows[sizes > SMALLEST * max(1.0, float(sizes[0]))], device=words.device)


def style_of(x: Tensor, space: Tensor) -> Tensor:
    """P x: what of (…,D) lies in a `style_space`."""
    return x @ space.T @ space


def restyled(subject: Tensor, style: Tensor, space: Tensor) -> Tensor:
    """`subject` with its part in `space` replaced by that of `style`, all (…,D): a + P(b − a)."""
    return subject + style_of(style - subject, space)


def restyled_on_sphere(subject: Tensor, style: Tensor, space: Tensor) -> Tensor:
    """`restyled`, as long as `subject`: the decoder knows embeddings of about one length."""
    return length(subject) * unit(restyled(subject, style, space))
