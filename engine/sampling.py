"""How prior and decoder are sampled: a part of every request, checked when it is made."""

from dataclasses import dataclass

from engine.errors import InvalidRequest

LARGEST_SEED = 2**63 - 1
MOST_STEPS_APART = 10
"""Steps between two looks at the decoder's lower levels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the prior and the decoder are sampled. `None` means the loaded family's preset.

    Image `i` of a run starts from noise of a CPU generator seeded with `seed + i`, so a candidate
    can be made again alone, whatever the batch.

    The last three and a small number of steps by another sampler trade likeness for time; what each
    loses is in docs/benchmarks.md. guidance_from, guidance_until, 0..1: the part of the way, 0 pure
    noise and 1 the picture, on which the decoder is guided; the rest takes half the work.
    deep_every, 1..10: the decoder's lower levels are computed at one of so many steps, 1 is all.

    Raises InvalidRequest for a seed outside 0..2**63-1, steps outside 1..1000, guidance outside
    0..50, a part of the way that is none, deep_every outside 1..10.
    """

    seed: int = 0
    steps: int | None = None
    guidance: float | None = None
    prior_steps: int | None = None
    prior_guidance: float | None = None
    sampler: str | None = None
    guidance_from: float | None = None
    guidance_until: float | None = None
    deep_every: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.seed <= LARGEST_SEED:
            raise InvalidRequest(
                f"The seed {self.seed} cannot be used; choose a whole number from 0 to "
                f"{LARGEST_SEED}."
            )
        for name, steps in (("steps", self.steps), ("prior steps", self.prior_steps)):
            if steps is not None and not 1 <= steps <= 1000:
                raise InvalidRequest(f"{steps} {name} cannot be used; choose from 1 to 1000.")
        for name, scale in (("guidance", self.guidance), ("prior guidance", self.prior_guidance)):
            if scale is not None and not 0.0 <= scale <= 50.0:
                raise InvalidRequest(f"A {name} of {scale} cannot be used; choose from 0 to 50.")
        begin = 0.0 if self.guidance_from is None else self.guidance_from
        end = 1.0 if self.guidance_until is None else self.guidance_until
        if not 0.0 <= begin <= end <= 1.0:
            raise InvalidRequest(
                f"Guidance from {begin:g} until {end:g} of the way cannot be used; choose two "
                "numbers from 0 to 1, the smaller one first."
            )
        if self.deep_every is not None and not 1 <= self.deep_every <= MOST_STEPS_APART:
            raise InvalidRequest(
                f"Every {self.deep_every} steps cannot be used; choose 1 to {MOST_STEPS_APART}."
            )
