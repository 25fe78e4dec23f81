"""What the Starter's preset and each cheaper option lose, on the weights of this repository.

`run.py bench -k quality`. EASEL_BENCH_PROMPTS says how many of the forty everyday prompts are
painted, three more numbers below how many seeds of each. Processor seconds are of one picture,
everything read, up to four of them painted together.
"""

import os
from typing import Any

import pytest

from tests.benchmarks import quality, table
from tests.painting import starter_engine

SEEDS = int(os.environ.get("EASEL_BENCH_SEEDS", "10"))
SEEDS_OF_OTHERS = int(os.environ.get("EASEL_BENCH_OTHER_SEEDS", "4"))
SEEDS_OF_REFERENCE = int(os.environ.get("EASEL_BENCH_REFERENCE_SEEDS", "2"))
REFERENCE = {"steps": 100, "sampler": "ddpm", "deep_every": 1, "candidates": 1}
"""The published pipelines' defaults; our answers are theirs (tests/engine/test_starter.py)."""

MANY = REFERENCE | {"steps": 500, "seed": 1000}
"""Of other seeds: whoever shares a seed with them shares the embedding, and would agree for that.
"""
FINE = {"steps": 100, "sampler": "ddim"}
"""Where solvers without noise lead with many steps."""

OPTIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "`guidance_until=0.8`": ({"guidance_until": 0.8}, {}),
    "`guidance_until=0.6`": ({"guidance_until": 0.6}, {}),
    "`guidance_from=0.1, guidance_until=0.8`": (
        {"guidance_from": 0.1, "guidance_until": 0.8},
        {},
    ),
    "`deep_every=1`": ({"deep_every": 1}, {}),
    "`deep_every=3`": ({"deep_every": 3}, {}),
    "`prior_steps=15`": ({"prior_steps": 15}, {}),
    "`sampler=ddim, steps=25`": ({"sampler": "ddim", "steps": 25}, FINE),
    "`sampler=dpm++2m, steps=15`": ({"sampler": "dpm++2m", "steps": 15}, FINE),
    "`sampler=dpm++2m, steps=10`": ({"sampler": "dpm++2m", "steps": 10}, FINE),
    "`sampler=unipc, steps=15`": ({"sampler": "unipc", "steps": 15}, FINE),
    "`sampler=unipc, steps=10`": ({"sampler": "unipc", "steps": 10}, FINE),
    "`sampler=unipc, steps=10, guidance_until=0.8`": (
        {"sampler": "unipc", "steps": 10, "guidance_until": 0.8},
        FINE,
    ),
}
"""Name -> what is asked for, and from what the picture's change is measured; {}: the preset."""


@pytest.mark.benchmark
def test_quality_of_the_preset_and_of_every_option() -> None:
    engine = starter_engine()
    record: dict[str, Any] = {
        "prompts": quality.ASKED,
        "of": len(quality.PROMPTS),
        "seeds": SEEDS,
        "few": SEEDS_OF_OTHERS,
        "reference_seeds": SEEDS_OF_REFERENCE,
    }
    many, _ = quality.painted(engine, SEEDS_OF_REFERENCE, **MANY)
    target, cosines = quality.seen(engine, many)
    record["many"] = {"found": quality.found(cosines)}
    preset, _ = quality.painted(engine, SEEDS)
    _, seconds = quality.painted(engine, SEEDS_OF_OTHERS)  # as many together as of the others
    vectors, cosines = quality.seen(engine, preset)
    record["preset"] = judged(
        vectors[:, :SEEDS_OF_OTHERS], cosines[:, :SEEDS_OF_OTHERS], target
    ) | {"seconds": seconds}
    record["between_seeds"] = quality.between_seeds(preset)
    record["deviation"] = quality.agreement_between_seeds(vectors)[1]
    few = SEEDS_OF_OTHERS
    reference, spent = quality.painted(engine, few, **REFERENCE)
    record["reference"] = judged(*quality.seen(engine, reference), target) | {"seconds": spent}
    fine, _ = quality.painted(engine, few, **FINE)
    record["preset"]["apart"] = quality.apart(fine, preset)
    record["options"] = {}
    for name, (asked, other) in OPTIONS.items():
        pictures, seconds = quality.painted(engine, few, **asked)
        measured = judged(*quality.seen(engine, pictures), target)
        measured["apart"] = quality.apart(pictures, fine if other else preset)
        record["options"][name] = measured | {"seconds": seconds}
    table.add_quality(record)
    print("\n" + "\n".join(table.quality(record)))
    assert record["preset"]["agreement"] > record["reference"]["agreement"] - record["deviation"]


def judged(vectors: quality.Vectors, cosines: quality.Vectors, target: quality.Vectors) -> Any:
    """Agreement with the reference's pictures in many steps, and how many are found again."""
    return {
        "agreement": quality.agreement(vectors, target),
        "found": quality.found(cosines),
    }
