"""The door to training: `python -m engine.training VERB`, with --help for the list of verbs.

Each verb is a function of its own module, imported only when it is asked for.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.errors import EngineError

RESOURCES = Path(__file__).parents[2] / "resources"
SHEETS = Path(__file__).parents[2] / "docs" / "starter"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code of the process."""
    parser = argparse.ArgumentParser(prog="python -m engine.training", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="verb")
    for name, (add_options, run) in VERBS.items():
        verb = verbs.add_parser(name, help=run.__doc__)
        add_options(verb)
        verb.set_defaults(run=run)
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _folder_option(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--folder", type=Path, help="where the sprite set is (default: a cache)")


def _fetch_options(verb: argparse.ArgumentParser) -> None:
    _folder_option(verb)
    verb.add_argument("--workers", type=int, default=2, help="processes that draw")
    verb.add_argument("--only", nargs="*", default=[], metavar="SOURCE", help="only these sources")


def _fetch(options: argparse.Namespace) -> None:
    """Get the packages and rebuild the sprite set; goes on where it stopped."""
    from engine.training.fetch import rebuild
    from engine.training.sprites import default_folder

    folder = options.folder or default_folder()
    for built in rebuild(folder, options.workers, options.only):
        print(f"{built.done} of {built.total} drawn, {built.missing} impossible", flush=True)
    print(f"The sprite set is in {folder}; missing.json there lists what could not be drawn.")


def _check_options(verb: argparse.ArgumentParser) -> None:
    _folder_option(verb)
    verb.add_argument("--against", type=Path, required=True, help="another sprite folder")


def _check(options: argparse.Namespace) -> None:
    """Compare a rebuilt sprite set with another one."""
    from engine.training.compare import compare
    from engine.training.sprites import default_folder

    print(f"{'source':28}{'rows':>7}{'mean':>8}{'worst':>8}{'far':>6}{'missing':>9}")
    for each in compare(options.folder or default_folder(), options.against):
        numbers = f"{each.rows:7}{each.mean:8.2f}{each.worst:8.1f}{len(each.far):6}"
        print(f"{each.source:28}{numbers}{len(each.missing):9}")
        for row in (*each.missing, *each.far)[:10]:
            print(f"    {row}")


def _credits_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--project", type=Path, default=Path(__file__).parents[2])


def _credits(options: argparse.Namespace) -> None:
    """Write the credits of the pictures into docs/ and resources/."""
    from engine.training.credits import write

    for path in write(options.project):
        print(path)


def _train_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("stages", nargs="*", help="all of them by default")
    _folder_option(verb)
    verb.add_argument("--minutes", type=float, help="budget of each named stage")
    verb.add_argument("--threads", type=int, help="as many as torch finds by default")
    verb.add_argument(
        "--further",
        type=int,
        nargs="+",
        metavar="SEED",
        help="go on from finished weights, on late draws of these seeds alone",
    )
    verb.add_argument("--order", type=int, default=0, help="seed of the batches of --further")
    verb.add_argument("--rate", type=float, help="highest learning rate of --further")


def _train(options: argparse.Namespace) -> None:
    """Train the stages of the Starter; each goes on where it stopped."""
    from engine.training.starter import Further, train

    seeds = options.further
    order, rate = options.order, options.rate
    further = Further(seeds=tuple(seeds), order=order, rate=rate) if seeds else None
    train(_workshop(options), options.stages, options.minutes, options.threads, further)


def _adopt_options(verb: argparse.ArgumentParser) -> None:
    _folder_option(verb)
    verb.add_argument("--resources", type=Path, default=RESOURCES)


def _adopt(options: argparse.Namespace) -> None:
    """Let stages without a checkpoint begin with the weights of an exported Starter."""
    from engine.training.adopt import adopt
    from engine.training.sprites import default_folder

    for path in adopt(options.resources, (options.folder or default_folder()).parent):
        print(path)


def _halfway_options(verb: argparse.ArgumentParser) -> None:
    _folder_option(verb)
    verb.add_argument("stage", help="a stage that went on from finished weights")


def _halfway(options: argparse.Namespace) -> None:
    """Let a stage end halfway between the weights it began with and those it ended with."""
    from engine.training.halfway import go_halfway

    print(go_halfway(_workshop(options) / options.stage))


def _export_options(verb: argparse.ArgumentParser) -> None:
    _folder_option(verb)
    verb.add_argument("--out", type=Path, default=RESOURCES / "starter")


def _export(options: argparse.Namespace) -> None:
    """Write the trained Starter in the published layout."""
    from engine.training.sprites import default_folder
    from engine.training.starter import Workshop, export_starter

    export_starter(Workshop((options.folder or default_folder()).parent), options.out)


def _measure(options: argparse.Namespace) -> None:
    """Print figures of the encoders on drawings that no stage saw."""
    from engine.training.sprites import default_folder
    from engine.training.starter import Workshop, measured

    for name, figure in measured(Workshop((options.folder or default_folder()).parent)).items():
        print(f"{name:12}{figure:8.4f}")


def _evaluate_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("prompts", type=Path, help="a file with one prompt a line")
    verb.add_argument("--out", type=Path, required=True, help="the contact sheet")
    verb.add_argument("--resources", type=Path, default=RESOURCES)
    verb.add_argument("--seed", type=int, default=0)


def _evaluate(options: argparse.Namespace) -> None:
    """Paint four pictures for every prompt onto a contact sheet."""
    from engine.training.evaluate import evaluate

    evaluate(options.prompts, options.out, options.resources, options.seed)


def _words(options: argparse.Namespace) -> None:
    """Teach the finished text tower everyday words that no caption uses; export takes them."""
    import logging

    from engine.training.starter import Workshop, learn_words

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    made = learn_words(Workshop(_workshop(options)))
    print(f"{made.words} new words; the tokens of {made.captions} captions are what they were.")


def _synonyms_options(verb: argparse.ArgumentParser) -> None:
    _folder_option(verb)
    verb.add_argument("pairs", type=Path, help="a file with lines of WORD: NAME")


def _synonyms(options: argparse.Namespace) -> None:
    """Measure by retrieval which words of a list the text tower knows, before and after."""
    from engine.training.open_vocabulary import share_known
    from engine.training.starter import Workshop

    shop = Workshop(_workshop(options))
    for line in share_known(
        shop.folder, shop.finished_clip().text, shop.tokenizer(), options.pairs
    ):
        print(line, flush=True)


def _workshop(options: argparse.Namespace) -> Path:
    from engine.training.sprites import default_folder

    return (options.folder or default_folder()).parent


def _evaluator_options(verb: argparse.ArgumentParser) -> None:
    _folder_option(verb)
    verb.add_argument("--minutes", type=float, default=25.0, help="in all; goes on below that")


def _evaluator(options: argparse.Namespace) -> None:
    """Train the judge's own eyes, apart from the Starter."""
    import logging

    import torch

    from engine.training.verdict import Courtroom

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    Courtroom(_workshop(options), RESOURCES).train(options.minutes)


def _judge_options(verb: argparse.ArgumentParser) -> None:
    _folder_option(verb)
    verb.add_argument("--resources", type=Path, default=RESOURCES)
    verb.add_argument("--out", type=Path, default=SHEETS, help="folder of the sheets")


def _judge(options: argparse.Namespace) -> None:
    """Paint the held-out combinations and print every figure of the judge, with its control."""
    from engine.training.verdict import Courtroom, figures, held_sheet, peer_sheet

    room = Courtroom(_workshop(options), options.resources)
    held_sheet(room, options.out / "held-out.png")
    for line in figures(room):
        print(line, flush=True)
    peer_sheet(room, options.out / "peers.png")


def _sheets_options(verb: argparse.ArgumentParser) -> None:
    _judge_options(verb)
    kinds = ("holes", "extended", "varied", "mixed")
    verb.add_argument("kinds", nargs="*", choices=(*kinds, []), default=[], help="all by default")


def _sheets(options: argparse.Namespace) -> None:
    """Draw sheets of holes filled, scenes extended, pictures varied and mixed."""
    from engine.training.sprites import default_folder
    from engine.training.task_sheets import KINDS, write_sheets

    sprites = options.folder or default_folder()
    for path in write_sheets(sprites, options.resources, options.out, options.kinds or list(KINDS)):
        print(path, flush=True)


def _curves_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--logs", type=Path, default=SHEETS / "logs")
    verb.add_argument("--out", type=Path, default=SHEETS / "curves.png")


def _curves(options: argparse.Namespace) -> None:
    """Draw the loss curves of the kept logs."""
    from engine.training.curves import draw, read

    draw([read(log) for log in sorted(options.logs.glob("*.jsonl"))], options.out)
    print(options.out)


def _enlarging_options(verb: argparse.ArgumentParser) -> None:
    _folder_option(verb)
    verb.add_argument("--resources", type=Path, default=RESOURCES)


def _enlarging(options: argparse.Namespace) -> None:
    """Measure the upscaler beside bicubic and Lanczos, and its seams."""
    from engine.training.enlarging import figures
    from engine.training.sprites import default_folder

    for name, figure in figures(options.resources, options.folder or default_folder()).items():
        print(f"{name:12}{figure:8.2f}")


def _no_options(verb: argparse.ArgumentParser) -> None: ...


def _sizes(options: argparse.Namespace) -> None:  # every verb takes options
    """Measure how fast candidate sizes of the networks train here."""
    from engine.training.sizes import speeds

    print("| stage | size | parameters | pictures/s | GFLOP/s |")
    print("| --- | --- | ---: | ---: | ---: |")
    for each in speeds():
        rates = f"{each.pictures:.1f} | {each.gigaflops:.0f}"
        print(f"| {each.stage} | {each.size} | {each.parameters:.1f} M | {rates} |", flush=True)


Verb = tuple[Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace], None]]

VERBS: dict[str, Verb] = {
    "fetch": (_fetch_options, _fetch),
    "train": (_train_options, _train),
    "adopt": (_adopt_options, _adopt),
    "halfway": (_halfway_options, _halfway),
    "export": (_export_options, _export),
    "measure": (_folder_option, _measure),
    "evaluate": (_evaluate_options, _evaluate),
    "words": (_folder_option, _words),
    "synonyms": (_synonyms_options, _synonyms),
    "evaluator": (_evaluator_options, _evaluator),
    "judge": (_judge_options, _judge),
    "sheets": (_sheets_options, _sheets),
    "sizes": (_no_options, _sizes),
    "curves": (_curves_options, _curves),
    "enlarging": (_enlarging_options, _enlarging),
    "check": (_check_options, _check),
    "credits": (_credits_options, _credits),
}

if __name__ == "__main__":
    sys.exit(main())
