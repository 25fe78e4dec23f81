"""The engine without a window: `generate PROMPT …` writes PNG files and prints their paths.

The one place in the engine that prints. Progress and faults go to stderr, results to stdout.
"""

import argparse
import json
import re
import secrets
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from engine import families, open_engine
from engine.errors import EngineError, InvalidRequest
from engine.events import Event, Finished, Image, Loading, Step
from engine.interface import Engine
from engine.picture_file import prompt_of, save_image
from engine.requests import Generate, Painting, Sampling

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
REFUSED = 2
INTERRUPTED = 130
BAR_WIDTH = 24
LONGEST_NAME = 40


def main(argv: Sequence[str], engine: Engine | None = None) -> int:
    """Do what `argv` (without the program's name) says and return the exit code.

    0: done. 2: one sentence on stderr says what is wrong with the request, the model or the folder.
    130: interrupted; finished pictures are kept. `engine` stands in for the real one in tests.
    """
    options = _parser().parse_args(argv)
    try:
        request = request_of(options)
        check_writable(options.out)
        chosen = engine or open_engine([*options.models, RESOURCES], options.family)
        result = save_all(chosen.run(request), request, options.out, Progress(sys.stderr))
    except EngineError as error:
        print(error, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("Stopped; pictures that were finished are kept.", file=sys.stderr)
        return INTERRUPTED
    print(result.as_json() if options.json else "\n".join(map(str, result.paths)))
    return 0


def request_of(options: argparse.Namespace) -> Generate:
    """The request that the options describe. Raises InvalidRequest."""
    width, height = size_of(options.size) if options.size else (None, None)
    sampling = Sampling(
        seed=secrets.randbelow(2**32) if options.seed is None else options.seed,
        steps=options.steps,
        guidance=options.guidance,
        sampler=options.sampler,
    )
    return Generate(
        prompt=options.prompt,
        negative=options.negative,
        count=options.count,
        width=width,
        height=height,
        sampling=sampling,
    )


def size_of(text: str) -> tuple[int, int]:
    """`256x192` -> width and height. Raises InvalidRequest."""
    match = re.fullmatch(r"(\d{1,6})[x×](\d{1,6})", text.strip().lower())
    if match is None:
        raise InvalidRequest(f"The size {text!r} is not understood; write it like 256x192.")
    return int(match[1]), int(match[2])


def check_writable(folder: Path) -> None:
    """Make `folder` and try it, before minutes are spent on painting. Raises InvalidRequest."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _unwritable(folder, error) from error


@dataclass(slots=True)
class Result:
    """What a run left behind."""

    request: Painting
    paths: list[Path] = field(default_factory=list[Path])
    seeds: list[int] = field(default_factory=list[int])
    finished: Finished | None = None

    def as_json(self) -> str:
        """Files and seeds, seconds per stage, peak memory."""
        pictures = [
            {"file": str(path), "seed": seed}
            for path, seed in zip(self.paths, self.seeds, strict=True)
        ]
        report: dict[str, object] = {"prompt": prompt_of(self.request), "pictures": pictures}
        if self.finished is not None:
            report["seconds"] = dict(self.finished.seconds)
            report["peak_bytes"] = self.finished.peak_bytes
        return json.dumps(report, indent=2)


def save_all(
    events: Iterable[Event], request: Painting, folder: Path, progress: "Progress"
) -> Result:
    """Write every picture as it comes, to new files. Raises InvalidRequest when that fails."""
    result = Result(request)
    try:
        for event in events:
            progress.show(event)
            match event:
                case Image():
                    name = f"{name_of(prompt_of(request))}-{event.seed}"
                    result.paths.append(save_image(folder, name, event))
                    result.seeds.append(event.seed)
                case Finished():
                    result.finished = event
                case _:
                    pass
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        progress.end()
    return result


def name_of(prompt: str) -> str:
    """A file name's beginning: the prompt's words, at most 40 letters, without anything special."""
    words = re.findall(r"[a-z0-9]+", prompt.lower())
    return "-".join(words)[:LONGEST_NAME].strip("-") or "picture"


class Progress:
    """One line that is drawn over on a terminal; elsewhere a line for each new stage."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._redraws = stream.isatty()
        self._drawn = ""

    def show(self, event: Event) -> None:
        """Draw where the run is."""
        match event:
            case Loading(part=part):
                self._draw(f"reading the {part}")
            case Step(stage=stage, index=index, total=total):
                filled = BAR_WIDTH * index // total
                bar = "█" * filled + "░" * (BAR_WIDTH - filled)
                self._draw(f"{stage:12}{bar} {index}/{total}" if self._redraws else str(stage))
            case _:
                pass

    def end(self) -> None:
        """Leave the line."""
        if self._redraws and self._drawn:
            print(file=self._stream)

    def _draw(self, line: str) -> None:
        if line != self._drawn:
            start, end = ("\r\x1b[K", "") if self._redraws else ("", "\n")
            print(start + line, end=end, file=self._stream, flush=True)
        self._drawn = line


def _unwritable(folder: Path, error: OSError) -> InvalidRequest:
    reason = error.strerror or type(error).__name__
    return InvalidRequest(
        f"The folder {folder} cannot be written to ({reason}); choose another one with --out."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="easel", description="Paint pictures without a window.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    generate = verbs.add_parser("generate", help="paint what a prompt says")
    add = generate.add_argument
    add("prompt", help="what the picture shows, in a few words")
    add("--negative", default="", help="what to steer away from")
    add("--count", type=int, default=1, help="pictures, 1 to 16 (default 1)")
    add("--seed", type=int, help="of the first picture; the others count up (default: by chance)")
    add("--size", metavar="WxH", help="in pixels (default: the model's own)")
    add("--steps", type=int, help="of the decoder (default: the model's own)")
    add("--guidance", type=float, help="how closely the decoder follows the prompt")
    add("--sampler", help="ddpm, ddim or dpm++2m (default: the model's own)")
    add("--out", type=Path, default=Path(), metavar="DIR", help="folder for the PNG files")
    add("--json", action="store_true", help="print files, seeds and times as JSON")
    add("--models", type=Path, action="append", default=[], metavar="DIR", help="look here first")
    add(
        "--family",
        default="starter",
        choices=[family.name for family in families.all()],
        help="which model paints",
    )
    return parser
