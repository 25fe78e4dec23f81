"""Tries whether the engine as it is set can paint at all, with a picture that nobody keeps."""

from collections.abc import Callable
from time import monotonic

from desktop.jobs import Job
from desktop.quantities import number
from desktop.runs import Runs
from desktop.worker import Cancelled, Done, Failed
from engine.events import Image
from engine.requests import Generate, Sampling

STEPS = 2
"""Of prior and decoder: enough to see whether numbers come out."""

UNDER_WAY = "A small picture is being painted to test the device; nothing of yours changes."
GIVEN_UP = "The test of the device was given up; it says nothing about the device."


def try_device(runs: Runs, hear: Callable[[str, bool], object]) -> Job:
    """Paint behind what is painted already; `hear` gets one sentence, and whether it works.

    Whoever cancels the job hears that it was given up.
    """
    sampling = Sampling(seed=1, steps=STEPS, prior_steps=STEPS)
    began, came = monotonic(), [False]

    def listen(_job: Job, report: object) -> None:
        match report:
            case Image():
                came[0] = True
            case Done() if came[0]:
                seconds = number(monotonic() - began, 1)
                hear(f"It works: a small picture on “{runs.device}” took {seconds} s.", True)
            case Failed():
                hear(str(report.error) if report.expected else _FAULT, False)
            case Cancelled():
                hear(GIVEN_UP, False)
            case _:
                pass

    return runs.ask(Generate(prompt="a red apple", sampling=sampling), listen)


_FAULT = (
    "It does not work: the engine failed in a way nobody foresaw. Nothing of yours is lost; "
    "choose the processor instead."
)
