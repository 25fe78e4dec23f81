"""One side of a comparison, in a process of its own: `python -m tests.benchmarks.side ours CASE …`.

Arguments: side, case, file of weights, format, file for the answer. Prints one JSON object when the
first step is done, then one for each line it reads, and its peak of memory when there are no more.
"""

import time

BEGUN = time.time(), time.process_time()

import json  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable, Sequence  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402


def main(arguments: Sequence[str]) -> None:
    """Load, do the work once, then once more for every line."""
    side, name, file, form, answer = arguments
    import numpy as np
    import torch

    from tests.benchmarks.cases import CASES

    case = CASES[name]
    ready = time.time(), time.process_time()
    with torch.inference_mode():
        loading, work = timed(lambda: getattr(case, side)(Path(file), getattr(torch, form)))
        after_load = peak()
        start = time.perf_counter(), time.process_time()
        first, result = timed(work)
        stepped: tuple[float, float] | None = getattr(work, "stepped", None)
        if stepped is not None:  # a whole run, of which the first step is asked for
            first = {"wall": stepped[0] - start[0], "cpu": stepped[1] - start[1]}
        np.save(answer, result.float().numpy())
        del result
        begun = {"wall": ready[0] - BEGUN[0], "cpu": ready[1] - BEGUN[1]}
        say({"import": begun, "load": loading, "first": first, "load_peak": after_load})
        for _ in sys.stdin:
            say(timed(work)[0])
    say({"peak": peak()})


def timed(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """Seconds on the clock and of the processor, and the result."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}, result


def peak() -> float:
    """Highest resident memory of this program so far, GiB.

    On Linux not by `getrusage`, which also counts what the process was before it began its program:
    a copy of its parent, which has torch too and hid what the Starter needs.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM:"))
        return int(line.split()[1]) / 2**20
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return highest / 2**20 if sys.platform != "darwin" else highest / 2**30


def say(value: object) -> None:
    """One line for the parent."""
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
