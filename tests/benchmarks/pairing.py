"""Two processes, ours and the reference's, that work in turn: A B A B."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.cases import CASES
from tests.oracle import random_weights

ROOT = Path(__file__).parents[2]
ROUNDS = int(os.environ.get("EASEL_BENCH_ROUNDS", "3"))
SIDES = ("ours", "theirs")


@dataclass
class Side:
    """A process; `begun` is what it said of its start, `steps` of each step."""

    process: "subprocess.Popen[str]"
    begun: dict[str, Any]
    steps: list[dict[str, float]]

    def told(self) -> Any:
        """The next thing it says."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the process ended with {self.process.wait()}"
        return json.loads(line)

    def work(self) -> None:
        """Once more."""
        assert self.process.stdin is not None
        self.process.stdin.write("again\n")
        self.process.stdin.flush()
        self.steps.append(self.told())


@contextmanager
def started(side: str, case: str, file: Path, form: str) -> Iterator[Side]:
    """A side that has loaded and done its first step."""
    command = [sys.executable, "-m", "tests.benchmarks.side"]
    command += [side, case, str(file), form, str(file.parent / side)]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes) as process:
        try:
            here = Side(process, {}, [])
            here.begun = here.told()
            yield here
        finally:
            process.kill()


def compared(case: str, form: str, folder: Path) -> dict[str, Any]:
    """One record: for each side seconds and GiB, and how far the answers lie apart."""
    file = folder / case / "diffusion_pytorch_model.safetensors"
    file.parent.mkdir(parents=True, exist_ok=True)
    if CASES[case].keys and not file.exists():
        random_weights.write(file, random_weights.published_shapes(CASES[case].keys))
        (file.parent / "config.json").write_text(json.dumps(dict(CASES[case].settings)))
    record: dict[str, Any] = {"case": case, "dtype": form, "load": round(os.getloadavg()[0], 1)}
    with started("ours", case, file, form) as ours, started("theirs", case, file, form) as theirs:
        both = {"ours": ours, "theirs": theirs}
        for _ in range(ROUNDS):
            for side in both.values():
                side.work()
        for (name, side), share in zip(both.items(), CASES[case].shares, strict=True):
            record[name] = summary(side, share)
    answers = [np.load(file.parent / f"{side}.npy") for side in SIDES]
    if answers[0].shape != answers[1].shape:
        return record  # other sizes: they did not do the same work
    apart = np.abs(answers[0] - answers[1]).max() / np.abs(answers[1]).max()
    return record | {"apart": float(apart)}


def summary(side: Side, share: int) -> dict[str, float]:
    """Medians of the steps, and what the start took."""
    assert side.process.stdin is not None
    side.process.stdin.close()
    begun = side.begun
    return {
        "wall": statistics.median(step["wall"] for step in side.steps) / share,
        "cpu": statistics.median(step["cpu"] for step in side.steps) / share,
        "import": begun["import"]["cpu"],
        "import_wall": begun["import"]["wall"],
        "first_wall": begun["load"]["wall"] + begun["first"]["wall"] / share,
        "first_cpu": begun["load"]["cpu"] + begun["first"]["cpu"] / share,
        "load_wall": begun["load"]["wall"],
        "load_cpu": begun["load"]["cpu"],
        "peak": side.told()["peak"],
    }
