"""What a picture takes in memory while it is read, and so how large one may be.

Pillow holds it in 4 bytes a pixel, 1 where it has no colours, and what is made of it has 4 more: 64
million pixels are about 600 MB with the program itself. Two decoders hold more than that while they
work, and are allowed fewer pixels for it.
"""

from PIL import Image

BUDGET = 512_000_000
"""Bytes, at the fullest moment."""
USUAL = 8
"""Bytes a pixel of what Pillow holds and of what is made of it: never less in all."""
OF_WEBP = 16
"""Bytes a pixel: two canvases of the decoder, what it hands over, and what Pillow makes of that."""
COEFFICIENT = 2
"""Bytes: a progressive JPEG comes in scans, which its decoder adds up before it paints."""


def held(image: Image.Image) -> int:
    """Return the bytes a pixel that are held until `image` is decoded."""
    if image.format == "WEBP":
        return OF_WEBP
    pillow = 4 if len(image.getbands()) > 1 or image.mode in ("I", "F") else 1
    return pillow + (_of_scans(image) if image.info.get("progressive") else 0)


def most_pixels(image: Image.Image, most: int) -> int:
    """Return how many pixels may be opened as they are: `most`, or fewer."""
    decoding = held(image)
    return most if decoding <= USUAL else min(most, BUDGET // decoding)


def can_be_reduced(image: Image.Image) -> bool:
    """Whether there is room for the whole of it and for a quarter of it."""
    return image.width * image.height * (held(image) + 1) <= BUDGET


def _of_scans(image: Image.Image) -> int:
    """Bytes a pixel of the coefficients; of some components there are fewer than of others."""
    layers: list[tuple[int, int, int, int]] = getattr(image, "layer", None) or [(1, 1, 1, 0)] * 4
    finest = max(across * down for _, across, down, _ in layers)
    whole = COEFFICIENT * sum(across * down for _, across, down, _ in layers)
    return -(-whole // finest)
