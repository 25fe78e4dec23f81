"""The training loop: it learns, and a stopped run goes on as if it had never stopped."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine.training.loop import Loss, Plan, Trainer, learning_rate

PLAN = Plan(minutes=1, rate=0.05, warm_up=1, half_life=2)


def line_fit(network: nn.Linear) -> Loss:
    """Learn y = 2x + 1."""

    def loss(generator: torch.Generator) -> Mapping[str, Tensor]:
        x = torch.randn(16, 1, generator=generator)
        return {"loss": (network(x).float() - (2 * x + 1)).square().mean()}

    return loss


def trainer(folder: Path, plan: Plan = PLAN) -> tuple[Trainer, Loss]:
    torch.manual_seed(0)
    network = nn.Linear(1, 1)
    return Trainer(network, plan, folder), line_fit(network)


def weights(module: nn.Module) -> list[float]:
    return [
        float(value) for parameter in module.parameters() for value in parameter.detach().flatten()
    ]


def test_the_loss_falls(tmp_path: Path) -> None:
    learner, loss = trainer(tmp_path)
    first = learner.one_step(loss)["loss"]
    for _ in range(200):
        last = learner.one_step(loss)["loss"]
    assert last < 0.01 * first


def test_a_resumed_run_continues_exactly(tmp_path: Path) -> None:
    plain, loss = trainer(tmp_path / "plain")
    for _ in range(6):
        plain.seconds = 0.0
        plain.one_step(loss)

    stopped, loss = trainer(tmp_path / "stopped")
    for _ in range(3):
        stopped.seconds = 0.0
        stopped.one_step(loss)
    stopped.seconds = 0.0
    stopped.save(None)
    resumed, loss = trainer(tmp_path / "stopped")
    assert resumed.step == 3
    for _ in range(3):
        resumed.seconds = 0.0
        resumed.one_step(loss)

    assert weights(resumed.network) == weights(plain.network)
    assert weights(resumed.average) == weights(plain.average)


def test_a_run_stops_when_its_minutes_are_spent(tmp_path: Path) -> None:
    learner, loss = trainer(tmp_path, replace(PLAN, minutes=0.002))
    learner.run(loss)
    assert 0.12 <= learner.seconds < 2.0
    assert learner.checkpoint.exists()


def test_the_average_is_smoother_than_the_weights(tmp_path: Path) -> None:
    learner, loss = trainer(tmp_path, replace(PLAN, half_life=50, rate=0.5))
    for _ in range(300):
        learner.one_step(loss)
    true = [2.0, 1.0]
    jitter, errors = [], []
    for _ in range(50):
        learner.one_step(loss)
        jitter.append(max(abs(a - b) for a, b in zip(weights(learner.network), true, strict=True)))
        errors.append(max(abs(a - b) for a, b in zip(weights(learner.average), true, strict=True)))
    assert sum(errors) <= sum(jitter)


def test_a_loss_that_is_not_a_number_stops_the_run(tmp_path: Path) -> None:
    learner, _ = trainer(tmp_path)
    with pytest.raises(FloatingPointError, match="step"):
        learner.record({"loss": float("nan")})


def test_the_log_holds_one_line_of_numbers_each_time(tmp_path: Path) -> None:
    learner, _ = trainer(tmp_path)
    learner.record({"loss": 0.5})
    learner.record({"loss": 0.25})
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["loss"] for line in lines] == [0.5, 0.25]


@pytest.mark.parametrize(
    ("step", "spent", "share"), [(0, 0.0, 0.1), (9, 0.0, 1.0), (99, 0.5, 1.0), (99, 0.75, 0.5)]
)
def test_the_rate_warms_up_and_falls_by_the_clock(step: int, spent: float, share: float) -> None:
    plan = Plan(minutes=1, rate=2.0, warm_up=10, fall=0.5)
    assert learning_rate(plan, step, spent) == pytest.approx(2.0 * share)
