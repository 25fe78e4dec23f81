"""The verbs that work on pixels: painting into, around and over a picture, and enlarging it."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

import numpy as np

from engine.command_line.inputs import named, read_picture
from engine.command_line.options import (
    Asked,
    Verb,
    add_out,
    add_painting_options,
    painting_of,
)
from engine.errors import InvalidRequest
from engine.requests import (
    LARGEST_INPUT,
    Context,
    Guide,
    Inpaint,
    Mask,
    Pixels,
    Seam,
    Upscale,
)

SIDES = ("left", "right", "top", "bottom")


def describe_prompted(parser: ArgumentParser) -> None:
    """A picture and a prompt."""
    add = parser.add_argument
    add("picture", metavar="PICTURE", help="a picture file")
    add("prompt", metavar="PROMPT", help="what is to be painted, in a few words")
    add("--negative", default="", metavar="TEXT", help="what to steer away from")


def describe_inpaint(parser: ArgumentParser) -> None:
    """Where to paint."""
    describe_prompted(parser)
    add = parser.add_argument
    add(
        "--mask",
        type=Path,
        metavar="FILE",
        help="a picture of the same size: white is painted, black is kept, grey is mixed "
        "(default: what is transparent in PICTURE is painted)",
    )
    add("--invert", action="store_true", help="paint where the mask is black instead")
    add_seam_options(parser)
    add_painting_options(parser, sized=False)


def describe_outpaint(parser: ArgumentParser) -> None:
    """How much to add."""
    describe_prompted(parser)
    for side in SIDES:
        text = f"pixels to add at the {side} (default 0)"
        parser.add_argument(f"--{side}", type=int, default=0, metavar="N", help=text)
    add_seam_options(parser)
    add_painting_options(parser, sized=False)


def add_seam_options(parser: ArgumentParser) -> None:
    """How new and old pixels meet, and how much the decoder sees."""
    seam = Seam()
    add = parser.add_argument_group("surroundings and seam").add_argument
    add(
        "--near",
        action="store_true",
        help="look only at what is near the hole: more detail, less of the whole",
    )
    add(
        "--feather",
        type=int,
        default=seam.feather,
        metavar="N",
        help=f"pixels over which new fades into old (default {seam.feather})",
    )
    add(
        "--grow",
        type=int,
        default=seam.grow,
        metavar="N",
        help="pixels to enlarge the mask by; negative ones shrink it (default 0)",
    )
    add(
        "--match-colours",
        type=float,
        default=seam.match_colours,
        metavar="0..1",
        help=f"how far new colours follow the old ones around (default {seam.match_colours})",
    )


def ask_inpaint(options: Namespace) -> Asked:
    """A hole."""
    image = read_picture(Path(options.picture))
    mask = np.zeros(image.shape[:2], np.uint8)
    if options.mask is not None:
        mask = read_mask(options.mask)
        mask = 255 - mask if options.invert else mask
    elif options.invert:
        raise InvalidRequest("There is no mask to invert; give one with --mask.")
    elif image.shape[2] == 3 or image[..., 3].all():
        raise InvalidRequest(
            f"Nothing in {options.picture} is transparent; say with --mask where to paint."
        )
    return asked_to_fill(options, image, mask)


def ask_outpaint(options: Namespace) -> Asked:
    """A picture on a larger canvas."""
    margins = {side: int(getattr(options, side)) for side in SIDES}
    if min(margins.values()) < 0 or not any(margins.values()):
        raise InvalidRequest(
            "Nothing would be added; say how many pixels, such as --right 64 or --top 32."
        )
    image = extended(read_picture(Path(options.picture)), margins)
    return asked_to_fill(options, image, np.zeros(image.shape[:2], np.uint8))


def asked_to_fill(options: Namespace, image: Pixels, mask: Mask) -> Asked:
    """Inpainting and outpainting are one request."""
    request = Inpaint(
        prompt=options.prompt,
        negative=options.negative,
        image=image,
        mask=mask,
        context=Context.NEAR if options.near else Context.WHOLE,
        seam=Seam(feather=options.feather, grow=options.grow, match_colours=options.match_colours),
        **painting_of(options),
    )
    return Asked(request, f"{named(options.picture)} {options.prompt}")


def read_mask(path: Path) -> Mask:
    """The lightness of a picture; transparent counts as black."""
    picture = read_picture(path)
    if picture.shape[2] == 4:
        picture = picture[..., :3] * (picture[..., 3:] > 127)
    weights = np.array([0.299, 0.587, 0.114])
    return (picture @ weights).round().astype(np.uint8)


def extended(image: Pixels, margins: dict[str, int]) -> Pixels:
    """The picture with transparent margins, HxWx4. Raises InvalidRequest when it gets too large."""
    height = image.shape[0] + margins["top"] + margins["bottom"]
    width = image.shape[1] + margins["left"] + margins["right"]
    if max(height, width) > LARGEST_INPUT:
        raise InvalidRequest(
            f"The picture would have {width} × {height} pixels; add fewer, up to "
            f"{LARGEST_INPUT} on a side."
        )
    canvas = np.zeros((height, width, 4), np.uint8)
    top, left = margins["top"], margins["left"]
    area = canvas[top : top + image.shape[0], left : left + image.shape[1]]
    area[..., 3] = 255
    area[..., : image.shape[2]] = image
    return canvas


def describe_guide(parser: ArgumentParser) -> None:
    """How much may change."""
    describe_prompted(parser)
    parser.add_argument(
        "--strength",
        type=float,
        default=0.6,
        metavar="0..1",
        help="how much of the picture may go: 0 keeps it, 1 ignores it (default 0.6)",
    )
    add_painting_options(parser)


def ask_guide(options: Namespace) -> Asked:
    """A picture to begin from."""
    request = Guide(
        prompt=options.prompt,
        negative=options.negative,
        image=read_picture(Path(options.picture)),
        strength=options.strength,
        **painting_of(options),
    )
    return Asked(request, f"{named(options.picture)} {options.prompt}")


def describe_upscale(parser: ArgumentParser) -> None:
    """How much larger, and by what."""
    add = parser.add_argument
    add("picture", metavar="PICTURE", help="a picture file; transparency is kept")
    add("--scale", type=int, default=4, metavar="2|4", help="how many times (default 4)")
    add(
        "--upscaler",
        type=Path,
        metavar="FILE",
        help="an upscaler, as a safetensors file (default: the model's own)",
    )
    add_out(parser.add_argument)


def ask_upscale(options: Namespace) -> Asked:
    """A larger picture."""
    image = read_picture(Path(options.picture))
    request = Upscale(image=image, scale=options.scale, upscaler=options.upscaler)
    return Asked(request, f"{named(options.picture)} {options.scale}x")


VERBS = (
    Verb(
        "inpaint",
        "paint into a part of a picture and keep the rest",
        'easel inpaint room.png "a cat on the sofa" --mask sofa.png --feather 12',
        describe_inpaint,
        ask_inpaint,
    ),
    Verb(
        "outpaint",
        "continue a picture beyond its borders",
        'easel outpaint house.png "a house by the sea" --left 128 --right 128',
        describe_outpaint,
        ask_outpaint,
    ),
    Verb(
        "guide",
        "paint a prompt over a picture",
        'easel guide sketch.png "a castle on a hill" --strength 0.7',
        describe_guide,
        ask_guide,
    ),
    Verb(
        "upscale",
        "enlarge a picture two or four times",
        "easel upscale apple.png --scale 2",
        describe_upscale,
        ask_upscale,
    ),
)
