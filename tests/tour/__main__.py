"""A walk through what Easel does, in the real window by keys and mouse: a picture of each step.

`python -m tests.tour` writes docs/tour/*.png and ends with 1 when a step does not do what a person
would see. What is clicked is found by its accessible name. `tests/guide.py` makes the guide of it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.screenshots import ACCENTS, ROOT, StepFailed, prepare, screen
from tests.tour import creating, editing, ideas, keeping
from tests.tour.walk import Flow, Flows, Walk

OUTPUT = ROOT / "docs" / "tour"
SIZE = (1280, 800)
STEPS = 8
"""Of prior and decoder: this is about the window, not about the pictures."""

FLOWS: tuple[Flow, ...] = (
    creating.first_run,
    creating.create,
    creating.results,
    editing.erase_and_describe,
    editing.tray,
    editing.restart,
    editing.extend,
    editing.vary,
    editing.enlarge,
    ideas.mix,
    ideas.film,
    ideas.reword,
    ideas.looks,
    keeping.gallery,
    keeping.trash,
    keeping.drop,
    keeping.queue,
    creating.tries,
    keeping.models,
    keeping.recover,
)


def main() -> int:
    """Walk through all flows; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--schemes", nargs="+", default=["light"], choices=list(ACCENTS))
    parser.add_argument("--scale", type=int, default=1, help="device pixels per logical pixel")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where the pictures go")
    names = [flow.__name__ for flow in FLOWS]
    parser.add_argument("--only", nargs="+", default=names, choices=names, help="these flows")
    options = parser.parse_args()
    flows = [flow for flow in FLOWS if flow.__name__ in options.only]
    options.output.mkdir(parents=True, exist_ok=True)
    for scheme in options.schemes:
        try:
            walk_through(scheme, options.scale, options.output, flows)
        except (StepFailed, subprocess.SubprocessError) as fault:
            print(f"{scheme}: {fault}", file=sys.stderr)
            return 1
        print(f"{scheme}: {', '.join(options.only)}: all seen")
    return 0


def walk_through(scheme: str, scale: int, output: Path, flows: Flows) -> None:
    """The flows one after the other in one window."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="easel-"))) / "ada"
        prepare(home, scheme, None)
        settings = {"theme": scheme, "count": 2, "steps": STEPS, "prior_steps": STEPS}
        settings["language"] = "en"
        (home / "config" / "settings.json").write_text(json.dumps(settings))
        environment = stack.enter_context(screen(scale, home, *SIZE))
        walk = Walk(environment, home, output, scheme, scale)
        with walk.begun():
            for flow in flows:
                print(f"  {flow.__name__}", flush=True)
                walk.begin_flow(1 + FLOWS.index(flow))
                try:
                    flow(walk)
                except StepFailed as fault:
                    walk.desk.capture(output / "failed.png")
                    print(*walk.view.things, sep="\n")
                    raise StepFailed(f"{flow.__name__}: {fault}") from fault


if __name__ == "__main__":
    sys.exit(main())
