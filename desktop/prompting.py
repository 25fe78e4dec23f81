"""What the words of the prompt bar ask for: a run, or one for each picture where words vary."""

from dataclasses import dataclass, replace
from functools import partial
from random import Random

from desktop.ask import build_request, with_pictures
from desktop.asked import Asked
from desktop.document.picture import Picture
from desktop.settings import Settings
from desktop.source import Source
from desktop.wildcards import expanded, has_choices
from engine.families import Family


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """All but the words: about the frame of which picture, how many, and how."""

    picture: Picture
    count: int
    seed: int
    settings: Settings
    family: Family
    example: Source | None = None
    """What fills take after in place of the rest of the picture."""

    def asked(self, prompt: str) -> Asked:
        """Return the run that paints `prompt`. Raises InvalidRequest."""
        request = build_request(
            self.picture,
            prompt,
            seed=self.seed,
            settings=replace(self.settings, count=self.count),
            family=self.family,
            example=self.example,
        )
        look = partial(with_pictures, self.picture, self.example)
        return Asked(request, self.picture, self.picture.frame, look=look)


def runs_of(question: Question, prompt: str, negative: str) -> list[Asked]:
    """Return one run, or of choices like {red|blue} one for each picture, chosen by its seed.

    Raises InvalidRequest.
    """
    if has_choices(prompt):
        seeds = range(question.seed, question.seed + question.count)
        runs = [
            replace(question, count=1, seed=seed).asked(expanded(prompt, Random(seed)))
            for seed in seeds
        ]
        runs = [replace(asked, adds=number > 0) for number, asked in enumerate(runs)]
    else:
        runs = [question.asked(prompt)]
    if not negative:
        return runs
    return [replace(each, request=replace(each.request, negative=negative)) for each in runs]
