"""Records of measurements in docs/benchmarks.json, and the page that is made of them."""

import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.networks import CASES

ROOT = Path(__file__).parents[2]
RECORDS = ROOT / "docs" / "benchmarks.json"
PAGE = ROOT / "docs" / "benchmarks.md"

HEAD = """# Measurements

Written by `python3 run.py bench`; each row by `python3 run.py bench -k NAME`. Ours and diffusers
0.42.1 in processes of their own that work in turn (A B A B …), on the same file of random weights
in the published layout and size, the same inputs and format, this machine's processor
({machine}). Seconds are medians; ratios are theirs / ours, so more is better. Processor seconds
count all threads and are what to trust where the machine was busy (its load is in the last
column). "apart": largest difference of the answers over the largest value.

## A step

| work (NAME) | format | ours s | theirs s | ratio | ours cpu | theirs cpu | ratio | apart | load |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""

START = """
## From the file to the end of the first step, and the peak of memory

Ours / theirs. Theirs without the package accelerate, which is not part of this environment.

| work | format | load s | to first step s | ratio | cpu ratio | peak GiB |
| --- | --- | ---: | ---: | ---: | ---: | ---: |
"""


def add(record: Mapping[str, Any]) -> None:
    """Put a record in the place of the older one of its kind and write the page."""
    records = read()
    records[f"{record['case']} {record['dtype']}"] = dict(record)
    RECORDS.write_text(json.dumps(records, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    PAGE.write_text(page(records), encoding="utf-8")


def read() -> dict[str, Any]:
    """All records there are."""
    return json.loads(RECORDS.read_text(encoding="utf-8")) if RECORDS.exists() else {}


def page(records: Mapping[str, Any]) -> str:
    """The whole page."""
    known = [record for record in records.values() if record["case"] in CASES]
    order = list(CASES)
    known.sort(key=lambda record: (order.index(record["case"]), record["dtype"]))
    text = HEAD.format(machine=f"{platform.machine()}, {platform.system()}")
    text += "".join(line(record) + "\n" for record in known)
    text += START + "".join(start(record) + "\n" for record in known)
    return text + "".join(f"\n{note}\n" for note in records.get("notes", {}).get("texts", ()))


def line(record: Mapping[str, Any]) -> str:
    """The row of a step."""
    ours, theirs = record["ours"], record["theirs"]
    cells = [f"{CASES[record['case']].title} (`{record['case']}`)", record["dtype"]]
    for kind in ("wall", "cpu"):
        cells += [f"{side[kind]:.3g}" for side in (ours, theirs)]
        cells.append(f"{theirs[kind] / ours[kind]:.1f}")
    return "| " + " | ".join([*cells, f"{record['apart']:.1e}", f"{record['load']}"]) + " |"


def start(record: Mapping[str, Any]) -> str:
    """The row of loading and memory."""
    ours, theirs = record["ours"], record["theirs"]
    cells = [
        CASES[record["case"]].title,
        record["dtype"],
        f"{ours['load_wall']:.2g} / {theirs['load_wall']:.2g}",
        f"{ours['first_wall']:.3g} / {theirs['first_wall']:.3g}",
        f"{theirs['first_wall'] / ours['first_wall']:.1f}",
        f"{theirs['first_cpu'] / ours['first_cpu']:.1f}",
        f"{ours['peak']:.2f} / {theirs['peak']:.2f}",
    ]
    return "| " + " | ".join(cells) + " |"
