"""The verbs that work on embeddings: what each is given and which request it makes."""

import math
from argparse import ArgumentParser, Namespace
from pathlib import Path

from engine.command_line.inputs import named, read_idea, read_picture
from engine.command_line.options import Asked, Verb, add_painting_options, painting_of
from engine.errors import InvalidRequest
from engine.requests import (
    Blending,
    Change,
    Embed,
    Generate,
    Ingredient,
    Mix,
    Morph,
    PathNoise,
    Reword,
    Vary,
)


def describe_generate(parser: ArgumentParser) -> None:
    """A prompt."""
    add = parser.add_argument
    add("prompt", metavar="PROMPT", help="what the picture shows, in a few words")
    add("--negative", default="", metavar="TEXT", help="what to steer away from")
    add(
        "--candidates",
        type=int,
        default=None,
        metavar="K",
        help="ideas to compare for each picture; the nearest to the prompt is painted "
        "(default: the model's own number)",
    )
    add_painting_options(parser)


def ask_generate(options: Namespace) -> Asked:
    """Text to picture."""
    request = Generate(
        prompt=options.prompt,
        negative=options.negative,
        prior_candidates=options.candidates,
        **painting_of(options),
    )
    return Asked(request, options.prompt)


def describe_vary(parser: ArgumentParser) -> None:
    """A picture and two strengths."""
    add = parser.add_argument
    add("picture", metavar="PICTURE", help="a picture file, or an embedding (.npy)")
    add(
        "--meaning",
        type=float,
        default=0.0,
        metavar="0..1",
        help="how far what it shows may drift (default 0)",
    )
    add(
        "--composition",
        type=float,
        default=1.0,
        metavar="0..1",
        help="how far the layout may drift; 0 gives the picture back (default 1)",
    )
    add_painting_options(parser, count=4)


def ask_vary(options: Namespace) -> Asked:
    """Variations."""
    request = Vary(
        idea=read_idea(options.picture),
        meaning=options.meaning,
        composition=options.composition,
        **painting_of(options),
    )
    return Asked(request, f"{named(options.picture)} varied")


def describe_mix(parser: ArgumentParser) -> None:
    """Ideas and weights."""
    add = parser.add_argument
    add("ideas", nargs="+", metavar="IDEA", help="a picture file, an embedding (.npy) or a text")
    add(
        "--weights",
        metavar="W,W,…",
        help="one number for each idea, negative ones lead away: --weights=0.7,0.5,-0.2 "
        "(default: equal parts)",
    )
    add(
        "--styles",
        metavar="W,W,…",
        help="weigh style apart from subject: one number for the style of each idea, while "
        "--weights weighs their subjects: --weights=1,0 --styles=0,1 is the first in the style of "
        "the second",
    )
    add(
        "--spherical",
        action="store_true",
        help="mix directions and lengths apart; weights count in proportion",
    )
    add_painting_options(parser)


def ask_mix(options: Namespace) -> Asked:
    """A mix; without weights each idea gets the same share."""
    ideas: list[str] = options.ideas
    weights = [1 / len(ideas)] * len(ideas) if options.weights is None else numbers(options.weights)
    styles = [None] * len(ideas) if options.styles is None else numbers(options.styles)
    for given, name in ((weights, "weights"), (styles, "weights of styles")):
        if len(given) != len(ideas):
            raise InvalidRequest(
                f"There are {len(ideas)} ideas and {len(given)} {name}; give one for each."
            )
    request = Mix(
        ingredients=tuple(
            Ingredient(idea=read_idea(idea), weight=weight, style=style)
            for idea, weight, style in zip(ideas, weights, styles, strict=True)
        ),
        blending=Blending.SPHERICAL if options.spherical else Blending.LINEAR,
        **painting_of(options),
    )
    return Asked(request, named(*ideas))


def numbers(text: str) -> list[float]:
    """`0.5,-1` -> numbers. Raises InvalidRequest."""
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise InvalidRequest(
            f"The weights {text!r} are not understood; write them like --weights=0.7,0.5,-0.2."
        ) from error
    if not all(map(math.isfinite, found)):
        raise InvalidRequest("A weight in the mix is no number; choose one, such as 1.")
    return found


def describe_morph(parser: ArgumentParser) -> None:
    """Two ends."""
    add = parser.add_argument
    for end, place in (("start", "first"), ("end", "last")):
        add(end, metavar=end.upper(), help=f"the {place} picture, embedding (.npy) or text")
    add(
        "--keep-ends",
        action="store_true",
        help="begin and end with the given pictures themselves; both have to be pictures",
    )
    add_painting_options(parser, count=5)


def ask_morph(options: Namespace) -> Asked:
    """A path of pictures."""
    request = Morph(
        start=read_idea(options.start),
        end=read_idea(options.end),
        noise=PathNoise.INVERTED if options.keep_ends else PathNoise.FIXED,
        **painting_of(options),
    )
    return Asked(request, f"{named(options.start)} to {named(options.end)}")


def describe_reword(parser: ArgumentParser) -> None:
    """A picture and changes of its description."""
    add = parser.add_argument
    add("picture", metavar="PICTURE", help="a picture file")
    add(
        "--to",
        action="append",
        required=True,
        metavar="TEXT",
        help="what it should become; may be given several times for several changes",
    )
    add(
        "--from",
        dest="before",
        action="append",
        default=[],
        metavar="TEXT",
        help="what it shows now; once for each --to, or not at all",
    )
    add(
        "--amount",
        action="append",
        type=float,
        default=[],
        metavar="0..1",
        help="how far; once for each --to, or once for all (default 0.5)",
    )
    add(
        "--new-composition",
        action="store_true",
        help="paint from new noise instead of the picture's own",
    )
    add_painting_options(parser)


def ask_reword(options: Namespace) -> Asked:
    """Changes are paired in the order in which they are written."""
    after: list[str] = options.to
    before: list[str] = options.before or [""] * len(after)
    amounts: list[float] = options.amount or [0.5]
    if len(amounts) == 1:
        amounts = amounts * len(after)
    if not len(after) == len(before) == len(amounts):
        raise InvalidRequest(
            f"--to is given {len(after)} times, --from {len(before)} and --amount {len(amounts)} "
            "times; give each as often, or leave --from and --amount out."
        )
    request = Reword(
        image=read_picture(Path(options.picture)),
        changes=tuple(
            Change(before=old, after=new, amount=amount)
            for old, new, amount in zip(before, after, amounts, strict=True)
        ),
        keep_composition=not options.new_composition,
        **painting_of(options),
    )
    return Asked(request, f"{named(options.picture)} {after[0]}")


def describe_embed(parser: ArgumentParser) -> None:
    """Pictures and texts."""
    add = parser.add_argument
    add("pictures", nargs="*", metavar="PICTURE", help="picture files")
    add(
        "--text",
        action="append",
        default=[],
        metavar="TEXT",
        help="a text to compare with each picture; may be given several times",
    )
    add("--words", type=int, default=5, metavar="N", help="nearest words to list (default 5)")
    add(
        "--save",
        dest="out",
        type=Path,
        metavar="DIR",
        help="write each picture's embedding here as a .npy file, for vary, mix and morph",
    )


def ask_embed(options: Namespace) -> Asked:
    """Embeddings are named after their pictures."""
    pictures: list[str] = options.pictures
    request = Embed(
        images=tuple(read_picture(Path(picture)) for picture in pictures),
        texts=tuple(options.text),
        words=options.words,
    )
    return Asked(request, "\n".join(Path(picture).stem for picture in pictures))


VERBS = (
    Verb(
        "generate",
        "paint what a prompt says",
        'easel generate "a red apple on a table" --count 4 --out pictures',
        describe_generate,
        ask_generate,
    ),
    Verb(
        "vary",
        "paint relatives of a picture",
        "easel vary apple.png --meaning 0.2 --composition 0.5",
        describe_vary,
        ask_vary,
    ),
    Verb(
        "mix",
        "paint one picture out of several pictures and texts",
        'easel mix cat.png "a knight" --weights=0.6,0.4',
        describe_mix,
        ask_mix,
    ),
    Verb(
        "morph",
        "paint the way from one picture or text to another",
        "easel morph cat.png dog.png --keep-ends --count 9",
        describe_morph,
        ask_morph,
    ),
    Verb(
        "reword",
        "turn a picture from one description towards another",
        'easel reword house.png --from "a house" --to "a house in winter" --amount 0.6',
        describe_reword,
        ask_reword,
    ),
    Verb(
        "embed",
        "tell what a picture is nearest to, and how well texts agree with it",
        'easel embed apple.png --text "a red apple" --text "a house"',
        describe_embed,
        ask_embed,
    ),
)
