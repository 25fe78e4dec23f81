"""What the Starter's preset and each cheaper option lose, on the weights of this repository.

`run.py bench -k quality`: some five minutes of two idle processors, most of them for the pictures
in 500 steps. EASEL_BENCH_PROMPTS says how many of the forty everyday prompts are painted, three
more numbers below how many seeds of each. Processor seconds are of one picture, everything read, up
to four of them painted together.
"""

import os
from typing import Any

import pytest

from tests.benchmarks import quality, table
from tests.painting import starter_engine

SEEDS = int(os.environ.get("EASEL_BENCH_SEEDS", "10"))
SEEDS_OF_OTHERS = int(os.environ.get("EASEL_BENCH_OTHER_SEEDS", "2"))
SEEDS_OF_REFERENCE = int(os.environ.get("EASEL_BENCH_REFERENCE_SEEDS", "2"))
EVERY = 2
"""Options are measured on one in so many of the prompts."""

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
    "`prior_steps=25`": ({"prior_steps": 25}, {}),
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
    engine, few = starter_engine(), SEEDS_OF_OTHERS
    record: dict[str, Any] = {
        "prompts": len(quality.chosen()),
        "prompts_of_options": len(quality.chosen(EVERY)),
        "of": len(quality.PROMPTS),
        "seeds": SEEDS,
        "few": few,
        "reference_seeds": SEEDS_OF_REFERENCE,
    }
    many, _ = quality.painted(engine, SEEDS_OF_REFERENCE, **MANY)
    target, cosines = quality.seen(engine, many)
    record["many"] = {"found": quality.found(cosines)}
    preset, _ = quality.painted(engine, SEEDS)
    _, seconds = quality.painted(engine, few)  # as many together as of the others
    vectors, cosines = quality.seen(engine, preset)
    record["preset"] = judged((vectors, cosines), target) | {"seconds": seconds}
    record["between_seeds"] = quality.between_seeds(preset)
    record["deviation"] = quality.agreement_between_seeds(vectors)[1]
    reference, spent = quality.painted(engine, few, **REFERENCE)
    record["reference"] = judged(quality.seen(engine, reference), target) | {"seconds": spent}
    fine, _ = quality.painted(engine, few, EVERY, **FINE)
    own = preset[::EVERY, :few]
    record["of_options"] = judged((vectors[::EVERY, :few], cosines[::EVERY, :few]), target, EVERY)
    record["of_options"] |= {"seconds": seconds, "apart": quality.apart(fine, own)}
    record["options"] = {}
    for name, (asked, other) in OPTIONS.items():
        pictures, spent = quality.painted(engine, few, EVERY, **asked)
        measured = judged(quality.seen(engine, pictures), target, EVERY)
        measured["apart"] = quality.apart(pictures, fine if other else own)
        record["options"][name] = measured | {"seconds": spent}
    table.add_quality(record)
    print("\n" + "\n".join(table.quality(record)))
    assert record["preset"]["agreement"] > record["reference"]["agreement"] - record["deviation"]


def judged(
    seen: tuple[quality.Vectors, quality.Vectors], target: quality.Vectors, every: int = 1
) -> dict[str, Any]:
    """Agreement with the reference's pictures in many steps, and how many are found again.

    seen: embeddings and cosines of pictures of one in `every` of the prompts.
    """
    vectors, cosines = seen
    return {
        "agreement": quality.agreement(vectors, target[::every]),
        "found": quality.found(cosines, every),
    }
