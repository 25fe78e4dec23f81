"""What can be written after `easel`: verbs, the options that several of them share, and faults."""

import argparse
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypedDict

from engine import families
from engine.command_line import models
from engine.errors import InvalidRequest
from engine.requests import MOST_IMAGES, Request, Sampling

RESOURCES = Path(__file__).resolve().parents[2] / "resources"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and what the names of its files begin with."""

    request: Request
    name: str


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be asked for.

    summary: one line of the list of verbs. example: a whole command. describe: adds its own
    options. ask: makes the request of them; raises InvalidRequest.
    """

    name: str
    summary: str
    example: str
    describe: Callable[[argparse.ArgumentParser], None]
    ask: Callable[[argparse.Namespace], Asked]


class Parser(argparse.ArgumentParser):
    """A parser whose faults are one sentence, as all others are."""

    def error(self, message: str) -> NoReturn:
        """Raise InvalidRequest."""
        raise InvalidRequest(f"{message[:1].upper()}{message[1:]}; see {self.prog} --help.")


def parser_of(verbs: Sequence[Verb]) -> Parser:
    """The whole command line."""
    parser = Parser(prog="easel", description="Paint pictures without a window.")
    added = parser.add_subparsers(dest="verb", required=True, metavar="VERB", title="verbs")
    for verb in verbs:
        described = added.add_parser(
            verb.name,
            help=verb.summary,
            description=f"{verb.summary[:1].upper()}{verb.summary[1:]}.",
            epilog=f"example:  {verb.example}",
        )
        verb.describe(described)
        add_model_options(described)
    listing = added.add_parser(
        models.NAME,
        help=models.SUMMARY,
        description=f"{models.SUMMARY[:1].upper()}{models.SUMMARY[1:]}.",
        epilog="example:  easel models --models downloads --json",
    )
    listing.add_argument("--json", action="store_true", help="print as JSON")
    add_folders(listing.add_argument)
    return parser


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Which model works, where it is, and in which form the answer is printed."""
    group = parser.add_argument_group("model and answer")
    group.add_argument(
        "--family",
        default="starter",
        choices=[family.name for family in families.all()],
        help="which model works (default: starter)",
    )
    add_folders(group.add_argument)
    group.add_argument("--json", action="store_true", help="print files, seeds and times as JSON")


def add_folders(add: Callable[..., object]) -> None:
    """Where models are looked for."""
    add(
        "--models",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="look for models in this folder first",
    )


def check_folders(folders: Sequence[Path]) -> None:
    """Raise InvalidRequest for a folder of models that is not there."""
    for folder in folders:
        if not folder.is_dir():
            raise InvalidRequest(f"There is no folder {folder}; check how --models is written.")


def add_painting_options(
    parser: argparse.ArgumentParser, count: int = 1, *, sized: bool = True
) -> None:
    """How many pictures, how large, from which seed, and how they are sampled.

    sized: whether a size can be asked for.
    """
    add = parser.add_argument_group("pictures").add_argument
    add(
        "--count",
        type=int,
        default=count,
        metavar="N",
        help=f"pictures, 1 to {MOST_IMAGES} (default {count})",
    )
    add(
        "--seed",
        type=int,
        metavar="N",
        help="of the first picture; the others count up (default: by chance)",
    )
    parser.set_defaults(size=None)
    if sized:
        add("--size", metavar="WxH", help="in pixels (default: the model's own)")
    add_out(add)
    add = parser.add_argument_group("sampling (defaults: the model's own)").add_argument
    add("--steps", type=int, metavar="N", help="of the decoder")
    add("--guidance", type=float, metavar="G", help="how closely the decoder follows, 1: freely")
    add("--prior-steps", type=int, metavar="N", help="of the prior, which reads texts")
    add("--prior-guidance", type=float, metavar="G", help="how closely the prior follows")
    text = "ddpm, ddim, dpm++2m or unipc; the last two need fewer steps"
    add("--sampler", metavar="NAME", help=text)
    for name, end in (("from", "begins"), ("until", "ends")):
        text = f"share of the way at which guidance {end}; the decoder's other steps take half"
        add(f"--guidance-{name}", type=float, metavar="0..1", help=text)
    text = "compute the decoder's lower levels at one of so many steps only: quicker, less exact"
    add("--deep-every", type=int, metavar="N", help=text)


def add_out(add: Callable[..., object]) -> None:
    """Where pictures are written."""
    add("--out", type=Path, default=Path(), metavar="DIR", help="folder for the PNG files")


class Painting(TypedDict):
    """The fields that every painting request has."""

    count: int
    width: int | None
    height: int | None
    sampling: Sampling


def painting_of(options: argparse.Namespace) -> Painting:
    """The fields that `add_painting_options` describes. Raises InvalidRequest."""
    width, height = size_of(options.size) if options.size else (None, None)
    sampling = Sampling(
        seed=secrets.randbelow(2**32) if options.seed is None else options.seed,
        steps=options.steps,
        guidance=options.guidance,
        prior_steps=options.prior_steps,
        prior_guidance=options.prior_guidance,
        sampler=options.sampler,
        guidance_from=options.guidance_from,
        guidance_until=options.guidance_until,
        deep_every=options.deep_every,
    )
    return Painting(count=options.count, width=width, height=height, sampling=sampling)


def size_of(text: str) -> tuple[int, int]:
    """`256x192` -> width and height. Raises InvalidRequest."""
    match = re.fullmatch(r"(\d{1,6})[x×](\d{1,6})", text.strip().lower())
    if match is None:
        raise InvalidRequest(f"The size {text!r} is not understood; write it like 256x192.")
    return int(match[1]), int(match[2])
