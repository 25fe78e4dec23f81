"""How fluid the canvas is: the real window on a screen of its own, beside a plain QImage.

Each case runs in a process of its own (`canvas_side`) and its figures go into
docs/canvas-benchmarks.md. Judged is the processor's time, which a busy machine hardly changes; the
clock's is written beside it, and judged where the machine's load is low.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import canvas_table
from tests.benchmarks.canvas_side import CASES
from tests.screenshots import PROGRAMS, prepare, screen

ROOT = Path(__file__).parents[2]
QUIET = 0.5
"""Load average below which the clock says something about us and not about others."""

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(
        any(shutil.which(program) is None for program in PROGRAMS), reason="needs a screen"
    ),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a screen with a window manager."""
    home = tmp_path_factory.mktemp("canvas") / "ada"
    prepare(home, "light", None)
    with screen(1, home) as environment:
        yield environment | {"PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("case", list(CASES))
def test_the_canvas_keeps_up(case: str, desk: dict[str, str]) -> None:
    load = round(os.getloadavg()[0], 1)
    command = (sys.executable, "-m", "tests.benchmarks.canvas_side", case)
    done = subprocess.run(
        command, env=desk, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE, timeout=600
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    found |= {"load": load, "nice": os.nice(0)}
    canvas_table.add(case, found)
    print(f"\n{case}: {canvas_table.said(found)}")
    for figure, allowed in canvas_table.BARS.get(case, {}).items():
        if not figure.startswith("wall") or load < QUIET:
            assert found[figure] <= allowed, f"{case}: {figure} {found[figure]:.2f} > {allowed}"
