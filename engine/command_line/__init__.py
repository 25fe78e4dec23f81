"""The engine without a window: `easel VERB …` writes files and prints their paths.

The one place in the engine that prints. Progress and faults go to stderr, results to stdout. A verb
is one entry of `verbs.VERBS`: its options, the request they describe, and the name of its files.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from engine import open_engine
from engine.command_line import models
from engine.command_line.options import RESOURCES, check_folders, parser_of
from engine.command_line.progress import Progress
from engine.command_line.saving import check_writable, save_all
from engine.command_line.verbs import VERBS
from engine.errors import EngineError
from engine.interface import Engine

REFUSED = 2
INTERRUPTED = 130


def main(argv: Sequence[str], engine: Engine | None = None) -> int:
    """Do what `argv` (without the program's name) says and return the exit code.

    0: done. 2: one sentence on stderr says what is wrong with the request, the model or the folder.
    130: interrupted; finished pictures are kept. `engine` stands in for the real one in tests.
    """
    try:
        print(_answer(argv, engine))
    except EngineError as error:
        print(error, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("Stopped; pictures that were finished are kept.", file=sys.stderr)
        return INTERRUPTED
    return 0


def _answer(argv: Sequence[str], engine: Engine | None) -> str:
    """What goes to stdout. Raises EngineError."""
    options = parser_of(VERBS).parse_args(argv)
    check_folders(options.models)
    if options.verb == models.NAME:
        return models.answer([*options.models, RESOURCES], options.json)
    asked = next(verb for verb in VERBS if verb.name == options.verb).ask(options)
    if options.out is not None:
        check_writable(options.out)
    chosen = engine or open_engine([*options.models, RESOURCES], options.family, cache=_cache())
    result = save_all(chosen.run(asked.request), asked, options.out, Progress(sys.stderr))
    return result.as_json() if options.json else result.as_text()


def _cache() -> Path:
    """Where the window keeps the same."""
    from platformdirs import user_cache_path

    return user_cache_path("Easel", appauthor=False) / "answers"
