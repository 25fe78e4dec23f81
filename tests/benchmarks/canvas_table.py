"""Records of the canvas's measurements in docs/canvas-benchmarks.json, and the page of them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
RECORDS = ROOT / "docs" / "canvas-benchmarks.json"
PAGE = ROOT / "docs" / "canvas-benchmarks.md"

TITLES = {
    "line-20": "a plain QImage, hard line of 20 px",
    "control-20": "control: a plain QImage, soft brush of 20 px",
    "stroke-20": "stroke, brush of 20 px, at 100 %",
    "line-50": "a plain QImage, hard line of 50 px",
    "control-50": "control: a plain QImage, soft brush of 50 px",
    "stroke-50": "stroke, brush of 50 px, at 100 %",
    "line-200": "a plain QImage, hard line of 200 px",
    "control-200": "control: a plain QImage, soft brush of 200 px",
    "stroke-200": "stroke, brush of 200 px, at 100 %",
    "line-500": "a plain QImage, hard line of 500 px",
    "control-500": "control: a plain QImage, soft brush of 500 px",
    "stroke-500": "stroke, brush of 500 px, at 100 %",
    "stroke-50-fit": "stroke, brush of 50 px, whole picture in view",
    "stroke-busy": "stroke, brush of 50 px, while two processes compute as the engine does",
    "lag-control": "control: lag behind a 125 Hz pen",
    "lag": "lag behind a 125 Hz pen, brush of 50 px",
    "zoom": "zoom by the wheel, whole picture to 400 % and back",
    "pan": "pan, at 100 % and at 40 %",
    "undo": "undo and redo of a stroke across the canvas",
    "large": "stroke, 8192² and twenty layers",
    "reorder": "fifty layers, the lowest to the top and back",
}
"""Cases that are steps: an event until it is painted."""

STEP = {"cpu_p95": 8.0, "wall_p95": 8.0}
VIEW = {"cpu_p95": 16.0, "wall_p95": 16.0}
BARS: dict[str, dict[str, float]] = {
    "stroke-20": STEP,
    "stroke-50": STEP,
    "stroke-200": STEP,
    "stroke-500": STEP,
    "stroke-50-fit": STEP,
    "stroke-busy": {"cpu_p95": 33.0, "wall_p95": 33.0},
    "lag": {"wall_p95": 16.0},
    "zoom": VIEW,
    "pan": VIEW,
    "undo": {"cpu_max": 60.0, "wall_max": 60.0},
    "large": VIEW,
    "reorder": {"cpu_max": 100.0, "wall_max": 100.0},
    "idle": {"share": 0.01},
    "open": {"cpu": 1000.0, "wall": 1000.0, "turn": 16.0},
    "memory": {"opened": 350.0, "more": 200.0},
    "memory-full": {"opened": 350.0, "more": 200.0},
}
"""What is allowed, in milliseconds, parts of a core and MiB."""

HEAD = """# The canvas, measured

Written by `python3 run.py bench -k canvas_keeps_up`; a row by `python3 run.py bench -k NAME`. The
real window on a screen of its own (Xvfb, software rendering, 1240 × 800), driven by events; a step
lasts from the delivery of an event until the canvas is painted; undo and another order of layers
last until nothing is left to be drawn. 4096² with five layers, all painted all over and at rest,
where nothing else is said. The control is one plain QImage, without layers or undo, on which
QPainter lays the dabs of the same brush, an image that was made once, and of which dirty rectangles
are shown; a test holds what it paints to what Easel paints. A hard line by one call of QPainter,
which was the control earlier and is no brush, is measured beside it.

Milliseconds. **cpu** is the processor's time of the window's process, **clock** includes waiting
for other programs: on a machine that is busy with other work (load, the last column) it says little
about the canvas, and is not judged. **nice** below 0: the processes measured, and the screen, went
before the other work, so that the clock says more.

| work (NAME) | cpu p50 | cpu p95 | at most | clock p50 | clock p95 | load |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""


FLOOR = """## Why a large brush is more than six times the control

Of a step that sets a touch of 500 px (10.7 ms of a busy processor, `stroke-500`, five layers) 4.2
go into the touch: 2.6 lay paint over the pixels as they were before the stroke, 0.7 keep how much
of each is covered, the rest finds where. 2.1 lay below, layer and above over one another in each
tile, 1.1 bring that to the window, 0.6 draw the rim of the brush, 0.6 make a new picture and tell
who listens; what is left is Qt's, events and the screen, which the control pays as well. The
control has no layers, no undo and no alpha in its picture, and adds each touch to what is there:
one call in C, one look at each pixel. Easel paints from the pixels before the stroke, so that
crossing its own way never exceeds the opacity and undo costs nothing, and stores straight alpha
exactly; in numpy that is thirteen passes. Another arrangement of them (two channels in one 32-bit
number) was as fast or slower in turns: 151 against 126 microseconds where there is alpha, 151
against 150 where there is none. Two fifths of a step are the touch alone: of the 8.3 ms measured
at rest before part of it was left out (decision 114) 3.2, and six times the control were 3.1.
These parts were measured before one rectangle followed the hand (decision 115), which spares forty
switches to Qt's own threads a step. Half of the program's time in a stroke is spent by Python
between its calls, and ten rectangles a touch cost 70 microseconds each before their first pixel
(decision 123): fewer passes spare little, and fewer rectangles hold more pixels.

`reorder` had two ways, 40 ms and 142 to 202, on one commit. In the slow one the navigator and the
word on the button Generate were found out within the step: their timers, 300 and 100 ms, ended
there or before it, by chance. For fifty layers they took longer than the canvas."""


def add(case: str, found: Mapping[str, Any]) -> None:
    """Put a record in the place of the older one and write the page."""
    records = json.loads(RECORDS.read_text(encoding="utf-8")) if RECORDS.exists() else {}
    records[case] = dict(found)
    RECORDS.write_text(json.dumps(records, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    PAGE.write_text(page(records), encoding="utf-8")


def said(found: Mapping[str, Any]) -> str:
    """A record on one line."""
    return ", ".join(f"{name} {value:.3g}" for name, value in sorted(found.items()))


def page(records: Mapping[str, Any]) -> str:
    """The whole page."""
    steps = (row(case, records[case]) for case in TITLES if case in records)
    return HEAD + "".join(f"{line}\n" for line in steps) + rest(records)


def row(case: str, found: Mapping[str, Any]) -> str:
    """The row of a case of steps."""
    allowed = BARS.get(case, {})
    bar = next((f"{most:.0f} {name.split('_')[1]}" for name, most in allowed.items()), "")
    cells = [f"{TITLES[case]} (`{case}`)"]
    cells += [f"{found[name]:.2f}" if name in found else "" for name in ("cpu_p50", "cpu_p95")]
    cells.append(bar)
    cells += [f"{found[name]:.2f}" for name in ("wall_p50", "wall_p95")]
    return "| " + " | ".join([*cells, loaded(found)]) + " |"


def loaded(found: Mapping[str, Any]) -> str:
    """How busy the machine was, and what precedence over that work the measured process had."""
    nice = found.get("nice", 0)
    return f"{found['load']}" + (f", nice {nice}" if nice else "")


def rest(records: Mapping[str, Any]) -> str:
    """What is no step."""
    lines = list[str]()
    if "open" in records:
        found = records["open"]
        lines.append(
            "Opening a PNG of 4096² until nothing of it is left to be painted (`open`): "
            f"{found['cpu']:.0f} ms of the processor, {found['wall']:.0f} by the clock at a load "
            f"of {loaded(found)}; at most 1000. The window's thread was held for "
            f"{found.get('turn', float('nan')):.1f} ms at a time; at most 16."
        )
    if "idle" in records:
        share = records["idle"]["share"] * 100
        lines.append(
            f"At rest, a selection being shown (`idle`): {share:.2f} % of a core; at most 1."
        )
    for case, what in (
        ("memory", "a photograph and four layers a quarter of which is painted"),
        ("memory-full", "five layers painted all over, 320 MiB of pixels"),
    ):
        if case in records:
            found = records[case]
            lines.append(
                f"Memory of the window's process, {what} (`{case}`): {found['empty']:.0f} MiB "
                f"empty, {found['at_first']:.0f} once the picture is there, {found['opened']:.0f} "
                f"when it has come to rest (at most 350), {found['more']:.0f} more after twenty "
                f"long strokes (at most 200), {found['rested']:.0f} more after another rest."
            )
    lines += [ratios(records), misses(records), FLOOR]
    return "".join(f"\n{line}\n" for line in lines)


def ratios(records: Mapping[str, Any]) -> str:
    """How many times as long as the control, and as a hard line, a stroke takes."""
    return (
        "A step of a stroke is this many times one of the control (95th percentiles, cpu / clock; "
        f"at most 6 is wanted): {times_of(records, 'control')}. And this many times one in which "
        f"a hard line is drawn: {times_of(records, 'line')}."
    )


def times_of(records: Mapping[str, Any], control: str) -> str:
    """The quotients of the strokes and of one kind of control, for each size of the brush."""
    told = list[str]()
    for size in (20, 50, 200, 500):
        ours, plain = records.get(f"stroke-{size}"), records.get(f"{control}-{size}")
        if ours and plain:
            times = (ours[name] / plain[name] for name in ("cpu_p95", "wall_p95"))
            told.append(f"{size} px: " + " / ".join(f"{ratio:.1f}" for ratio in times))
    return "; ".join(told)


def misses(records: Mapping[str, Any]) -> str:
    """What is above its bar, the clock of a busy machine included."""
    told = [
        f"`{case}` {name} {records[case][name]:.3g} (at most {most:g})"
        for case, bars in BARS.items()
        for name, most in bars.items()
        if name in records.get(case, {}) and records[case][name] > most
    ]
    return "Above what is allowed, by whichever measure: " + ("; ".join(told) or "nothing") + "."
