"""From … to …: the changes that are stacked on a picture, as a value, and what they ask for."""

from dataclasses import dataclass, replace

from desktop.asked import Asked
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.questions import Choices
from desktop.source import Source
from engine.errors import InvalidRequest
from engine.requests import Change, Reword

STRIP = (0, 25, 50, 75, 100)
"""Per cent of a change that a strip shows: where it begins to work, and where it goes wrong."""
FIRST_AMOUNT = 50
NO_PICTURE = "There is no picture to reword yet; put one in, such as what the frame shows."
NOT_A_PICTURE = "Words cannot be reworded; put in a picture."
NO_CHANGE = "Nothing is to be changed yet; write what the picture should become."


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One change: from `before`, which may be empty, to `after`, as far as `amount` per cent."""

    id: int
    before: str = ""
    after: str = ""
    amount: int = FIRST_AMOUNT
    on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rewording:
    """A picture and the changes on it. keep: paint from the picture's own noise."""

    source: Source | None = None
    differences: tuple[Difference, ...] = (Difference(id=1),)
    keep: bool = True

    def added(self) -> "Rewording":
        """Stack another change on the others."""
        new = Difference(id=1 + max((each.id for each in self.differences), default=0))
        return replace(self, differences=(*self.differences, new))

    def without(self, difference_id: int) -> "Rewording":
        """Take a change away."""
        kept = tuple(each for each in self.differences if each.id != difference_id)
        return replace(self, differences=kept)

    def changed(self, difference_id: int, **values: object) -> "Rewording":
        """Change the fields of one change."""
        differences = tuple(
            replace(each, **values) if each.id == difference_id else each  # type: ignore[arg-type]
            for each in self.differences
        )
        return replace(self, differences=differences)


def reword(rewording: Rewording, now: Picture, choices: Choices) -> Asked:
    """Ask for the changed picture where the picture lies. Raises InvalidRequest."""
    source = rewording.source
    if source is None:
        raise InvalidRequest(NO_PICTURE)
    if source.pixels is None:
        raise InvalidRequest(NOT_A_PICTURE)
    changes = tuple(
        Change(before=each.before.strip(), after=each.after.strip(), amount=each.amount / 100)
        for each in rewording.differences
        if each.on and each.after.strip()
    )
    if not changes:
        raise InvalidRequest(NO_CHANGE)
    request = Reword(
        image=source.pixels,
        changes=changes,
        keep_composition=rewording.keep,
        count=choices.count,
        sampling=choices.sampling,
    )
    return Asked(request, now, place_of(source, now.frame))


def strip(
    rewording: Rewording, difference_id: int, now: Picture, choices: Choices
) -> tuple[Reword, ...]:
    """The same picture with one change at every amount of STRIP. Raises InvalidRequest."""
    steps: list[Reword] = []
    for amount in STRIP:
        asked = reword(rewording.changed(difference_id, amount=amount, on=True), now, choices)
        assert isinstance(asked.request, Reword)
        steps.append(replace(asked.request, count=1))
    return tuple(steps)


def place_of(source: Source, frame: Rect) -> Rect:
    """Where what is made of a picture belongs: its own place, else as much of the frame as fits."""
    if source.frame is not None:
        return source.frame
    assert source.pixels is not None
    height, width = source.pixels.shape[:2]
    scale = min(frame.width / width, frame.height / height)
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    left = frame.left + (frame.width - across) // 2
    return Rect(left, frame.top + (frame.height - down) // 2, across, down)
