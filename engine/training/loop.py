"""The training loop of every stage: bf16 arithmetic on fp32 weights, EMA, checkpoints that resume.

A stage hands in its network and a function from a random generator to a loss. The learning rate
follows the clock, not a step count: warm-up, constant, and a linear fall over the last part of the
stage's budget, so that a stage can be told in minutes how long it may take on any machine.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import json
import logging
import math
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from engine.training import precision
from engine.training.optimiser import Optimiser

log = logging.getLogger(__name__)

Loss = Callable[[torch.Generator], Mapping[str, Tensor]]
"""Draws a batch and returns named losses; "loss" is the one that is minimised."""

LATE = 0.25
"""Share of the minutes after which CLIP, prior and decoder see what people ask for most."""

CHECKPOINT = "checkpoint.pt"
"""The one file that a stopped run goes on from."""

START = "start.pt"
"""Weights that a stage without a checkpoint begins with, beside where its checkpoint will be."""

FINAL = "final.pt"
"""The averaged weights of a stage when its minutes were spent."""

Network = TypeVar("Network", bound=nn.Module)

Watch = Callable[[nn.Module, int], None]
"""Called with the averaged network and the step at every checkpoint: writes sheets, measures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long and how fast a stage learns. `half_life` of the weight average is in steps."""

    minutes: float
    rate: float
    warm_up: int = 200
    fall: float = 0.3
    decay: float = 0.01
    half_life: float = 200.0
    checkpoint_minutes: float = 4.0
    clip: float = 1.0
    late_from: float = LATE
    """Share of the minutes after which what people ask for most is all that is seen."""
    order: int = 0
    """Seed of the batches: another one where a stage goes on with lessons that it had before."""


def channels_last(network: Network) -> Network:
    """Put the channels of every kernel last: so convolutions train fastest here."""
    network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    return network


def learning_rate(plan: Plan, step: int, spent: float) -> float:
    """Rate at `step` after `spent` (0..1) of the stage's minutes."""
    warm = min(1.0, (step + 1) / plan.warm_up)
    left = (1.0 - spent) / plan.fall
    return plan.rate * warm * min(1.0, max(left, 0.02))


def begin_with(network: nn.Module, path: Path) -> None:
    """Load the weights in `path`; what it lacks (a head that is never exported) stays new."""
    state = torch.load(path, weights_only=True)
    unexpected = network.load_state_dict(state, strict=False).unexpected_keys
    assert not unexpected, f"{path} is of another network: {unexpected[:3]}"


class Trainer:
    """One stage's network, optimiser, weight average, clock and log, all of which resume."""

    def __init__(self, network: nn.Module, plan: Plan, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.network, self.plan, self.folder = network, plan, folder
        if (folder / START).exists():
            begin_with(network, folder / START)
        self.average = deepcopy(network).requires_grad_(False)
        self.optimiser = Optimiser(network, plan.decay)
        self.generator = torch.Generator().manual_seed(plan.order)
        self.step, self.seconds = 0, 0.0
        if self.checkpoint.exists():
            self.restore()

    @property
    def checkpoint(self) -> Path:
        """The one file that a stopped run goes on from."""
        return self.folder / CHECKPOINT

    @property
    def spent(self) -> float:
        """Share 0..1 of the stage's minutes that is spent."""
        return self.seconds / (self.plan.minutes * 60)

    @property
    def late(self) -> bool:
        """Whether only what people ask for most is to be seen from now on."""
        return self.spent >= self.plan.late_from

    def run(self, loss: Loss, watch: Watch | None = None) -> nn.Module:
        """Train until the stage's minutes are spent; returns the averaged network."""
        saved = time.monotonic()
        sums: dict[str, float] = {}
        since = 0
        while self.seconds < self.plan.minutes * 60:
            started = time.monotonic()
            for name, value in self.one_step(loss).items():
                sums[name] = sums.get(name, 0.0) + value
            since += 1
            self.seconds += time.monotonic() - started
            if since == 50:
                self.record({name: value / since for name, value in sums.items()})
                sums, since = {}, 0
            if time.monotonic() - saved > self.plan.checkpoint_minutes * 60:
                self.save(watch)
                saved = time.monotonic()
        self.save(watch)
        return self.average

    def one_step(self, loss: Loss) -> dict[str, float]:
        """Forward, backward, update; the losses as numbers."""
        rate = learning_rate(self.plan, self.step, self.spent)
        with precision.autocast():
            losses = loss(self.generator)
        losses["loss"].backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.plan.clip)
        self.optimiser.step(rate)
        self.step += 1
        self.follow()
        return {name: float(value.detach()) for name, value in losses.items()}

    @torch.no_grad()
    def follow(self) -> None:
        """Move the average towards the weights; quickly at first, when they are still poor."""
        keep = min(0.5 ** (1 / self.plan.half_life), 1 - 1 / (1 + self.step / 4))
        for mean, value in zip(self.average.parameters(), self.network.parameters(), strict=True):
            mean.lerp_(value, 1 - keep)

    def record(self, losses: Mapping[str, float]) -> None:
        """Append a line to log.jsonl."""
        line = {"step": self.step, "minutes": round(self.seconds / 60, 2)}
        with (self.folder / "log.jsonl").open("a") as file:
            file.write(
                json.dumps(line | {name: round(value, 5) for name, value in losses.items()}) + "\n"
            )
        if not math.isfinite(losses["loss"]):
            raise FloatingPointError(
                f"the loss of {self.folder.name} is {losses['loss']} at step {self.step}"
            )

    def save(self, watch: Watch | None) -> None:
        """Write the checkpoint beside the old one, then put it in its place."""
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "generator": self.generator.get_state(),
            "step": self.step,
            "seconds": self.seconds,
        }
        partial = self.checkpoint.with_suffix(".part")
        torch.save(state, partial)
        partial.replace(self.checkpoint)
        log.info("%s: step %d, %.1f minutes", self.folder.name, self.step, self.seconds / 60)
        if watch:
            watch(self.average, self.step)

    def restore(self) -> None:
        """Go on from the checkpoint (our own file: torch's restricted reader is enough)."""
        state = torch.load(self.checkpoint, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.generator.set_state(state["generator"])
        self.step, self.seconds = state["step"], state["seconds"]
