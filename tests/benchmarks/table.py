"""Records of measurements in docs/benchmarks.json, and the page that is made of them."""

import json
import platform
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import torch

from tests.benchmarks import starter
from tests.benchmarks.cases import CASES

ROOT = Path(__file__).parents[2]
RECORDS = ROOT / "docs" / "benchmarks.json"
PAGE = ROOT / "docs" / "benchmarks.md"

HEAD = """# Measurements

Written by `python3 run.py bench`; each row by `python3 run.py bench -k NAME`. Ours and diffusers
0.42.1 in processes of their own that work in turn (A B A B …), on the same file of random weights
in the published layout and size, the same inputs and format, this machine's processor
({machine}). Seconds are medians; ratios are theirs / ours, so more is better. Processor seconds
count all threads and are what to trust where the machine was busy (its load is in the last
column, with the day). "apart": largest difference of the answers over the largest value.

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


READY = """
## From the start of the process to ready

Ours / theirs: imports and reading, seconds on the clock and of the processor.

| work | s | cpu s | cpu ratio |
| --- | ---: | ---: | ---: |
"""

QUALITY = """
## The Starter's preset, and what each cheaper option loses

Written by `python3 run.py bench -k quality` from {prompts} of the {of} everyday prompts, {seeds}
seeds of the preset and {few} of the others; {options}. *Agreement*: mean cosine of the picture's
embedding (the Starter's own image tower) with those of {reference_seeds} pictures a prompt painted
in 500 ancestral steps. *Found*: pictures whose own prompt is the nearest of all {of}; of those of
500 steps {found:.0%}. *Changes the picture by*: root mean square of grey levels, the same seed with
and without; of solvers without noise, against 100 steps of DDIM. Different seeds of one prompt are
{between_seeds:.1f} grey levels apart, and their agreement deviates by {deviation:.3f}.{taken}

"""

GAPS = """
## The longest time between two events, Starter

By `python3 run.py bench -k gaps`; processor time with {threads} at a load of {load}. What is
allowed is 250 ms by the smaller of the two: where others compute the clock is late, and the
processor's time is the sum of all threads.{taken}

"""


MISSED = """
## What is missed, and why

- Rows and tables without a date were taken before decisions 75, 76 and 95; those of the Starter, of
  super-resolution, of options and of times between events on one thread beside trainings: there the
  clock says nothing, and processor time is up to twice that of an idle machine. Without a date, the
  table of options is of a preset of 25 steps of prior and decoder with nothing spared.
- *From the file to the first step in a third of the time.* For the decoders that cannot be: one
  step of ours alone takes about a third of what the reference needs for loading and its first, so
  nothing would be left to read 5 GB in. For the prior a third is 1.0 s of two processors. For a
  megabyte of float32 that becomes packed bfloat16 one busy processor took 0.04 ms in reading, 0.01
  in the look for NaN (0.05 before it became a sum), 0.03 in conversion, 0.24 in the system's
  clearing of pages that stay and 0.24 to 0.37 in oneDNN's reordering: 2.2 to 2.7 s for the prior's
  4.1 GB, half of that on two. Both processors are busy all the while, so a second thread that reads
  ahead would gain nothing. Without the reordering every step would do it again. Asking the system
  for the next four tensors beforehand (`posix_fadvise`) was tried: Karlo's text tower in float32,
  five pairs, medians of 0.93 and 0.94 s of the processor with the file in memory, 0.99 and 1.10
  with it evicted (the second each with asking ahead), and of the clock, on a machine that gave us
  an eighth of itself, 7.7 and 7.8, 8.3 and 8.6. It was not kept.
- *250 ms between two events* are kept on an idle machine with AVX2 alone since two pictures of the
  Starter are painted at a time and its prior answers sixteen embeddings at a time (decision 118):
  before, varying took 254 and sixteen pictures 205 to 331.
- *Half of the reference's peak* is missed by the Starter: 0.38 GiB of 0.52, each measured alone by
  VmHWM, one thread. Half would be 0.26. The interpreter and torch take 0.22 before a model is
  opened (of that 0.07 are pages of libraries), what stays of the weights 0.09 in float32, the run
  0.04, some 0.02 of it oneDNN's own. The image tower is let go of after its one answer, which was
  0.40 before. Parts that are let go of one after the other leave 0.33, measured, and would be read
  again for every run. The other peaks were taken by `getrusage`, which counts what the
  measuring process's parent had in memory, if that was more.
- *1.3 times on super-resolution* is kept since decision 95. One step at 256² in turn, seconds of
  one processor of a busy machine: ours 34.2 and 32.7, the reference's 47.2 and 47.5, 1.4 times.
  Before, nearly all of it was convolutions that both left to one library. Kandinsky's decoder at
  512² took 7.5 instead of 8.3 a step (three of either, one after the other), its peak 2.97 GiB
  instead of 2.91. The peak of super-resolution alone was 2.51 GiB.
- MoVQ's peak at 512² is 0.65 GiB since its blocks write over their input, and it works at most
  0.2 s of one processor between two pauses at 512² in bfloat16; allowed are 2 s.
"""


def add(record: Mapping[str, Any]) -> None:
    """Put a record in the place of the older one of its kind and write the page."""
    put(f"{record['case']} {record['dtype']}", record)


def add_quality(record: Mapping[str, Any]) -> None:
    """The same for what options lose."""
    put("quality", record)


def add_gaps(record: Mapping[str, Any], load: float) -> None:
    """The same for times between events."""
    put("gaps", {"tasks": record, "load": load, "threads": torch.get_num_threads()})


def put(name: str, record: Mapping[str, Any]) -> None:
    """Write a record and the page."""
    records = read()
    records[name] = dict(record) | {"taken": date.today().isoformat()}
    RECORDS.write_text(json.dumps(records, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    PAGE.write_text(page(records), encoding="utf-8")


def read() -> dict[str, Any]:
    """All records there are."""
    return json.loads(RECORDS.read_text(encoding="utf-8")) if RECORDS.exists() else {}


def page(records: Mapping[str, Any]) -> str:
    """The whole page."""
    known = [record for record in records.values() if record.get("case") in CASES]
    order = list(CASES)
    known.sort(key=lambda record: (order.index(record["case"]), record["dtype"]))
    text = HEAD.format(machine=f"{platform.machine()}, {platform.system()}")
    text += "".join(line(record) + "\n" for record in known)
    text += START + "".join(start(record) + "\n" for record in known)
    whole = [record for record in known if record["case"] in starter.CASES]
    text += READY + "".join(ready(record) + "\n" for record in whole[:1]) if whole else ""
    for name, rows, head in (("quality", quality, QUALITY), ("gaps", gaps, GAPS)):
        if name in records:
            text += head.format(**told(records[name])) + "\n".join(rows(records[name])) + "\n"
    text += MISSED
    return text + "".join(f"\n{note}\n" for note in records.get("notes", {}).get("texts", ()))


def line(record: Mapping[str, Any]) -> str:
    """The row of a step."""
    ours, theirs = record["ours"], record["theirs"]
    cells = [f"{CASES[record['case']].title} (`{record['case']}`)", record["dtype"]]
    for kind in ("wall", "cpu"):
        cells += [f"{side[kind]:.3g}" for side in (ours, theirs)]
        cells.append(f"{theirs[kind] / ours[kind]:.1f}")
    apart = f"{record['apart']:.1e}" if "apart" in record else "–"
    load = ", ".join([f"{record['load']}", *([record["taken"]] if "taken" in record else [])])
    return "| " + " | ".join([*cells, apart, load]) + " |"


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


def ready(record: Mapping[str, Any]) -> str:
    """The row of the way from nothing to ready."""
    ours, theirs = record["ours"], record["theirs"]
    walls = [side["import_wall"] + side["load_wall"] for side in (ours, theirs)]
    cpus = [side["import"] + side["load_cpu"] for side in (ours, theirs)]
    cells = ["Starter: everything for a first picture", f"{walls[0]:.3g} / {walls[1]:.3g}"]
    cells += [f"{cpus[0]:.3g} / {cpus[1]:.3g}", f"{cpus[1] / cpus[0]:.1f}"]
    return "| " + " | ".join(cells) + " |"


def told(record: Mapping[str, Any]) -> dict[str, Any]:
    """What the head of a table says of its record."""
    threads = record.get("threads", 1)
    some = record.get("prompts_of_options")
    return dict(record) | {
        "found": record.get("many", {}).get("found", 0.0),
        "taken": f" Taken {record['taken']}." if "taken" in record else "",
        "options": f"options of {some} of them" if some else "options of all of them",
        "threads": "one thread" if threads == 1 else f"{threads} threads",
    }


def quality(record: Mapping[str, Any]) -> list[str]:
    """The rows of what the preset is worth and every option loses."""
    names = ["setting", "cpu s a picture", "ratio", "agreement", "found", "changes the picture by"]
    rows = ["| " + " | ".join(names) + " |", "| --- |" + " ---: |" * (len(names) - 1)]
    seconds = record["preset"].get("seconds", 0.0)
    whole = {"100 steps, one candidate: as the reference": record["reference"]}
    whole["the preset"] = record["preset"]
    if "of_options" in record:
        whole["the preset, prompts and seeds of the options"] = record["of_options"]
    for name, each in (whole | record["options"]).items():
        cells = [name]
        spent = each.get("seconds")
        cells.append(f"{spent:.2f}" if spent else "")
        cells.append(f"{seconds / spent:.1f}" if spent and seconds else "")
        cells += [f"{each['agreement']:.3f}", f"{each['found']:.0%}"]
        cells.append(f"{each['apart']:.1f}" if "apart" in each else "")
        rows.append("| " + " | ".join(cells) + " |")
    return rows


def gaps(record: Mapping[str, Any]) -> list[str]:
    """The rows of times between events."""
    rows = ["| task | ms of the processor | ms on the clock |", "| --- | ---: | ---: |"]
    for name, each in record["tasks"].items():
        rows.append(f"| {name} | {each['cpu'] * 1000:.0f} | {each['wall'] * 1000:.0f} |")
    return rows
