"""Progress in words, and a time left that is measured, never guessed."""

from desktop.progress import Progress, ProgressClock
from engine.events import Loading, Stage, Step


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_each_stage_has_a_word_for_a_person() -> None:
    clock = ProgressClock()
    words = [clock.after(Step(stage, 1, 2)).stage for stage in Stage if stage != "loading"]
    assert words == [
        "Prior",
        "Looking",
        "Prior",
        "Recovering",
        "Decoder",
        "Finishing",
        "Finishing",
    ]
    assert clock.after(Loading("prior")) == Progress("Loading the model", 0, 0, None)


def test_the_time_left_is_told_from_the_second_step_on() -> None:
    now = Clock()
    clock = ProgressClock(now)
    left = []
    for index in (1, 2, 3, 4):
        left.append(clock.after(Step(Stage.DECODER, index, 4)).seconds_left)
        now.seconds += 2.0
    assert left == [None, 4.0, 2.0, 0.0]


def test_slow_loading_before_a_stage_does_not_count_as_a_slow_step() -> None:
    now = Clock()
    clock = ProgressClock(now)
    clock.after(Step(Stage.PRIOR, 1, 25))
    clock.after(Loading("decoder"))
    now.seconds += 60.0
    assert clock.after(Step(Stage.DECODER, 1, 11)).seconds_left is None
    now.seconds += 0.5
    assert clock.after(Step(Stage.DECODER, 2, 11)).seconds_left == 4.5


def test_a_second_batch_starts_its_own_count() -> None:
    now = Clock()
    clock = ProgressClock(now)
    clock.after(Step(Stage.DECODER, 1, 2))
    clock.after(Step(Stage.DECODER, 2, 2))
    now.seconds += 30.0
    assert clock.after(Step(Stage.DECODER, 1, 2)).seconds_left is None
