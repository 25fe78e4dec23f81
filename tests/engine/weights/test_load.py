"""Loading real files into networks: precisions, strictness, memory, and files that change."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.errors import WeightsDamaged
from engine.weights.load import load, stored_tensors
from engine.weights.reading import Target, all_finite
from engine.weights.remap import Recipe, same_names

Build = Callable[[], nn.Module]
Weights = dict[str, Tensor]


def load_file(tiny: Build, path: Path, target: Target | None = None) -> nn.Module:
    """`tiny` with the weights of one file."""
    return load(tiny, stored_tensors([path]), same_names, target or Target())


def saved(weights: Weights, path: Path) -> Path:
    """The file of `weights`."""
    save_file(weights, path)
    return path


@pytest.mark.parametrize("disk", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("wanted", [torch.float32, torch.float16, torch.bfloat16])
def test_any_precision_on_disk_becomes_the_wanted_one(
    disk: torch.dtype, wanted: torch.dtype, tiny: Build, weights: Weights, tmp_path: Path
) -> None:
    path = saved(
        {name: value.to(disk) for name, value in weights.items()}, tmp_path / "x.safetensors"
    )
    network = load_file(tiny, path, Target(dtype=wanted))
    state = network.state_dict()
    assert all(state[name].dtype is wanted for name in weights)
    assert all(torch.equal(state[name].float(), weights[name]) for name in weights)


def test_a_loaded_network_is_frozen_and_in_evaluation_mode(
    tiny: Build, weights: Weights, tmp_path: Path
) -> None:
    network = load_file(tiny, saved(weights, tmp_path / "x.safetensors"))
    assert not network.training
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_what_only_counts_from_zero_is_left_unread(
    tiny: Build, weights: Weights, tmp_path: Path
) -> None:
    weights["text_model.embeddings.position_ids"] = torch.arange(77)[None]
    network = load_file(tiny, saved(weights, tmp_path / "x.safetensors"))
    assert set(network.state_dict()) == {"first.weight", "first.bias", "second.weight"}


def without(name: str) -> Callable[[Weights], None]:
    """Take a tensor away."""
    return lambda weights: weights.__delitem__(name)


def put(name: str, value: Tensor) -> Callable[[Weights], None]:
    """Put a tensor in or over another."""
    return lambda weights: weights.__setitem__(name, value)


DAMAGES = {
    "missing": (without("first.bias"), "it lacks “first.bias”"),
    "surplus": (put("third.weight", torch.zeros(2)), "it also holds “third.weight”"),
    "renamed": (
        lambda weights: weights.update({"a": weights.pop("first.bias"), "b": torch.ones(1)}),
        "it lacks “first.bias”",
    ),
    "wrong shape": (
        put("first.weight", torch.zeros(4, 3)),
        "“first.weight” is 4×3 where 3×4 is needed",
    ),
    "whole numbers": (
        put("first.bias", torch.tensor([1, 2, 3])),
        "stores “first.bias” as whole numbers",
    ),
    "bytes": (
        put("first.bias", torch.zeros(3, dtype=torch.int8)),
        "stores “first.bias” as “I8”, which no model of this kind uses",
    ),
    "NaN": (
        put("first.bias", torch.tensor([1.0, float("nan"), 2.0])),
        "in “first.bias” that are no numbers",
    ),
    "infinity": (
        put("second.weight", torch.full((2, 3), float("inf"))),
        "in “second.weight” that are no numbers",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_file_that_is_not_the_model_is_refused_with_the_first_fault(
    name: str, tiny: Build, weights: Weights, tmp_path: Path
) -> None:
    damage, sentence = DAMAGES[name]
    damage(weights)
    path = saved(weights, tmp_path / "x.safetensors")
    with pytest.raises(WeightsDamaged, match=sentence) as caught:
        load_file(tiny, path)
    assert str(caught.value).startswith(f"The model file {path} ")
    assert str(caught.value).endswith("your pictures and the other files are not touched.")


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16], ids=str)
def test_numbers_whose_sum_is_too_large_are_numbers(dtype: torch.dtype) -> None:
    largest = torch.full((5,), torch.finfo(dtype).max, dtype=dtype)
    assert all_finite(largest)
    assert all_finite(torch.empty(0, dtype=dtype))
    for fault in (float("nan"), float("inf"), -float("inf")):
        assert not all_finite(torch.cat([largest, torch.tensor([fault], dtype=dtype)]))
    both = torch.tensor([float("inf"), -float("inf")], dtype=dtype)
    assert not all_finite(both)


def test_an_empty_file_of_tensors_is_refused(tiny: Build, tmp_path: Path, write_raw) -> None:
    with pytest.raises(WeightsDamaged, match="holds nothing"):
        load_file(tiny, write_raw(tmp_path / "x.safetensors", {}))


def test_a_tensor_in_two_files_is_refused(weights: Weights, tmp_path: Path) -> None:
    files = [saved(weights, tmp_path / "a.safetensors"), saved(weights, tmp_path / "b.safetensors")]
    with pytest.raises(WeightsDamaged, match="which another file of the model holds too"):
        stored_tensors(files)


def test_shards_are_one_model(tiny: Build, weights: Weights, tmp_path: Path) -> None:
    last = {"second.weight": weights["second.weight"]}
    rest = {name: value for name, value in weights.items() if name not in last}
    files = [saved(rest, tmp_path / "a.safetensors"), saved(last, tmp_path / "b.safetensors")]
    state = load(tiny, stored_tensors(files), same_names, Target()).state_dict()
    assert all(torch.equal(state[name], weights[name]) for name in weights)


def test_parts_are_joined_and_turned_as_the_recipe_says(tmp_path: Path) -> None:
    q, k = torch.arange(6.0).reshape(2, 3), torch.arange(3.0).reshape(1, 3)
    path = saved({"q": q, "k": k}, tmp_path / "x.safetensors")
    build = lambda: nn.ParameterDict({"a": torch.zeros(3, 3)})  # noqa: E731
    joined = load(build, stored_tensors([path]), lambda _: (Recipe("a", ("q", "k")),), Target())
    assert torch.equal(joined["a"], torch.cat([q, k]))

    turn = (Recipe("a", ("q", "k"), dim=1, transposed=True),)
    turned = load(build, stored_tensors([path]), lambda _: turn, Target())
    assert torch.equal(turned["a"], torch.cat([q.T, k.T], dim=1))
    assert turned["a"].is_contiguous()


def test_a_model_in_use_survives_its_file_being_cut_short_or_overwritten(
    tiny: Build, weights: Weights, tmp_path: Path
) -> None:
    path = saved(weights, tmp_path / "x.safetensors")
    network = load_file(tiny, path)
    with path.open("r+b") as file:
        file.seek(-24, 2)
        file.write(b"\xff" * 24)
    path.write_bytes(b"")
    assert torch.equal(network.state_dict()["second.weight"], weights["second.weight"])
    with pytest.raises(WeightsDamaged, match="cut off"):
        load_file(tiny, path)


def test_a_file_cut_short_after_its_header_was_read_is_refused(
    tiny: Build, weights: Weights, tmp_path: Path
) -> None:
    path = saved(weights, tmp_path / "x.safetensors")
    stored = stored_tensors([path])
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(WeightsDamaged, match="was cut off while it was being read"):
        load(tiny, stored, same_names, Target())


MEASURE = """
import sys, torch
from pathlib import Path
from torch import nn
from engine.weights.load import load, stored_tensors
from engine.weights.reading import Target, all_finite
from engine.weights.remap import same_names
path = Path(sys.argv[1])
build = lambda: nn.ModuleList(nn.Linear(2560, 2560, bias=False) for _ in range(10))
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024
torch.isfinite(torch.zeros(9)).all()
before = peak()
load(build, stored_tensors([path]), same_names, Target(dtype=torch.bfloat16))
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak memory as Linux reports it")
@pytest.mark.slow
def test_loading_never_holds_a_second_copy(tmp_path: Path) -> None:
    tensors = {f"{layer}.weight": torch.ones(2560, 2560) for layer in range(10)}
    path = saved(tensors, tmp_path / "x.safetensors")
    one = 2560 * 2560 * 4
    ran = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
    )
    grown = int(ran.stdout)
    assert 5 * one * 0.9 < grown < 6.9 * one, "half of ten tensors, and not two more"
