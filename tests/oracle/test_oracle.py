"""The tools of the long comparison: what they write, and that they do not call everything equal."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.weights.header import read_header
from engine.weights.load import stored_tensors
from tests.oracle import random_weights
from tests.oracle.__main__ import done, fingerprint, stamp
from tests.oracle.cases import CASES
from tests.oracle.random_weights import scaled, write
from tests.oracle.side import FORMATS, SIDES
from tests.oracle.table import Result, apart, table

SHAPES = {"conv.weight": (8, 4, 3, 3), "conv.bias": (8,), "norm.weight": (8,)}


@pytest.mark.parametrize("dtype", ["F32", "F16"])
def test_random_weights_are_a_file_that_the_loader_takes(dtype: str, tmp_path: Path) -> None:
    write(tmp_path / "new/a.safetensors", SHAPES, dtype)
    header = read_header(tmp_path / "new/a.safetensors")
    assert {name: info.shape for name, info in header.items()} == SHAPES
    assert {info.dtype for info in header.values()} == {dtype}


def test_random_weights_are_the_same_every_time(tmp_path: Path) -> None:
    for name in "ab":
        write(tmp_path / f"{name}.safetensors", SHAPES)
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


@pytest.mark.parametrize(
    ("name", "shape", "mean", "deviation"),
    [
        ("norm.weight", (4096,), 1.0, 0.2),
        ("clip_std", (1, 4096), 1.0, 0.2),
        ("conv.bias", (4096,), 0.0, 0.2),
        ("positional_embedding", (1, 8, 512), 0.0, 0.2),
        ("conv.weight", (64, 16, 3, 3), 0.0, 1 / 12),
    ],
)
def test_no_parameter_is_left_at_zero_or_one(
    name: str, shape: tuple[int, ...], mean: float, deviation: float
) -> None:
    values = np.random.default_rng(1).standard_normal(int(np.prod(shape)), dtype=np.float32)
    drawn = scaled(values, name, shape)
    assert drawn.mean() == pytest.approx(mean, abs=0.02)
    assert drawn.std() == pytest.approx(deviation, rel=0.05)


@pytest.mark.parametrize("name", CASES)
def test_every_case_is_a_part_of_its_family_with_a_published_list(name: str) -> None:
    case = CASES[name]
    assert case.family.has(case.part)
    assert len(random_weights.published_shapes(case.keys)) > 10
    assert case.file(Path("models")).name.endswith(".safetensors")


def results(folder: Path, ours: float, half: float) -> Result:
    """A case whose sides are that far apart in float32 and, from there, ours in bfloat16."""
    exact = np.linspace(-1, 1, 101, dtype=np.float32)
    values = {
        ("reference", "float32"): exact,
        ("reference", "bfloat16"): exact + np.float32(0.01),
        ("ours", "float32"): exact + np.float32(ours),
        ("ours", "bfloat16"): exact + np.float32(half),
    }
    (folder / "case").mkdir()
    for key, value in values.items():
        base = folder / "case" / "-".join(key)
        save_file({"answer": value}, base.with_suffix(".safetensors"))
        base.with_suffix(".json").write_text(json.dumps({"peak_bytes": 3 << 30}))
        base.with_suffix(".stamp").write_text("")
    found = Result.read("A network", folder, "case")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("ours", "half", "agrees"), [(1e-6, 0.01, True), (1e-3, 0.01, False), (1e-6, 0.04, False)]
)
def test_what_differs_is_not_called_equal(
    tmp_path: Path, ours: float, half: float, agrees: bool
) -> None:
    found = results(tmp_path, ours, half)
    assert found.agrees is agrees
    assert found.summary().startswith("agrees" if agrees else "DIFFERS")


def test_shapes_infinities_and_silence_are_infinitely_far() -> None:
    one = np.ones(3, dtype=np.float32)
    assert apart(one[:2], one) == float("inf")
    assert apart(one * np.float32("nan"), one) == float("inf")
    assert apart(one * 0, one * 0) == float("inf")
    assert apart(one, one) == 0


def test_the_table_holds_what_ran_and_nothing_else(tmp_path: Path) -> None:
    found = results(tmp_path, 0, 0.01)
    assert Result.read("Another", tmp_path, "other") is None
    page = table([found])
    assert "| A network |  | 0.0e+00 | 0.0e+00 | 1.0e-02 | 1.0e-02 |" in page
    assert "| A network | 3.0 | 3.0 | 3.0 | 3.0 |" in page


def test_a_case_is_run_again_when_what_it_depends_on_has_changed(tmp_path: Path) -> None:
    (tmp_path / "movq").mkdir()
    assert not done(tmp_path, "movq", "ours", "float32")
    for side in SIDES:
        stamp(tmp_path, "movq", side, FORMATS[0]).write_text(fingerprint(side))
        assert done(tmp_path, "movq", side, FORMATS[0])
    stamp(tmp_path, "movq", "ours", FORMATS[0]).write_text(fingerprint("reference"))
    assert not done(tmp_path, "movq", "ours", FORMATS[0])


def test_a_file_of_published_names_is_what_the_family_reads(tmp_path: Path) -> None:
    case = CASES["karlo-projection"]
    shapes = random_weights.published_shapes(case.keys)
    write(case.file(tmp_path), shapes)
    stored = stored_tensors([case.file(tmp_path)])
    assert {name: tensor.info.shape for name, tensor in stored.items()} == shapes
    assert case.file(tmp_path).stat().st_size == pytest.approx(31_514_808, rel=1e-4)
