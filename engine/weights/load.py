"""Files on disk -> tensors in a network: build it empty, check names and shapes, read, assign."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import TypeAlias, TypeVar

import torch
from torch import nn

from engine.weights.blank import blank
from engine.weights.header import damaged, read_header, shown
from engine.weights.reading import Reader, Stored, Target, opened
from engine.weights.remap import Recipe, is_ignored

READERS = 2
"""Threads that read; the system's part of it is bound by one processor each."""

Network = TypeVar("Network", bound=nn.Module)

Remap: TypeAlias = Callable[[Sequence[str]], tuple[Recipe, ...]]


def load(
    build: Callable[[], Network],
    stored: Mapping[str, Stored],
    remap: Remap,
    target: Target,
) -> Network:
    """The network that `build` makes, with the `stored` weights: frozen, in evaluation mode.

    stored: from `stored_tensors`. remap: names of the network's parameters -> one recipe for each.
    On disk there may be float64, float32, float16 and bfloat16. At no time is there more in memory
    than the network in its target precision and two of its parameters.

    Raises WeightsDamaged for a file that is cut off, lacks or has too many tensors, or holds a
    wrong shape, kind of number, NaN or infinity. All or nothing: a failed load leaves nothing
    behind.
    """
    network = blank(build)
    expected = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    recipes = remap(tuple(expected))
    assert {recipe.target for recipe in recipes} == expected.keys(), (
        "recipes do not fit the network"
    )
    check_names(stored, recipes)
    for recipe in recipes:
        check_shape(recipe, stored, expected[recipe.target])
    read_all(network, recipes, stored, target)
    return network.requires_grad_(False).eval()


def read_all(
    network: nn.Module, recipes: Sequence[Recipe], stored: Mapping[str, Stored], target: Target
) -> None:
    """Read every parameter into its place, by as many threads as torch would use, or READERS."""
    needed = {name: stored[name] for recipe in recipes for name in recipe.sources}
    threads = torch.get_num_threads()
    workers = min(READERS, threads) if target.device == "cpu" else 1
    readers: SimpleQueue[Reader] = SimpleQueue()

    def place(recipe: Recipe) -> None:
        reader = readers.get()
        try:
            reader.place(recipe, network)
        finally:
            readers.put(reader)

    with ExitStack() as stack:
        for _ in range(workers):
            readers.put(Reader(stack.enter_context(opened(needed)), target))
        stack.callback(torch.set_num_threads, threads)
        # Each converts alone; torch's own threads under these two would be in each other's way.
        alone = partial(torch.set_num_threads, max(1, threads // workers))
        with ThreadPoolExecutor(workers, initializer=alone) as pool:
            for _ in pool.map(place, recipes):
                pass


def stored_tensors(files: Sequence[Path], prefix: str = "") -> dict[str, Stored]:
    """`prefix` + name -> Stored for everything in `files`, by their headers alone.

    Raises WeightsMissing or WeightsDamaged as `read_header` does, and WeightsDamaged when a file is
    empty or two files hold the same name.
    """
    stored: dict[str, Stored] = {}
    for path in files:
        header = read_header(path)
        if not header:
            raise damaged(path, "holds nothing")
        for name, info in header.items():
            if prefix + name in stored:
                raise damaged(
                    path, f"holds {shown(name)}, which another file of the model holds too"
                )
            if not is_ignored(name):
                stored[prefix + name] = Stored(path, info)
    return stored


def check_names(stored: Mapping[str, Stored], recipes: Sequence[Recipe]) -> None:
    """Raise WeightsDamaged unless the files hold exactly what the recipes ask for."""
    wanted = {name: None for recipe in recipes for name in recipe.sources}
    absent = [name for name in wanted if name not in stored]
    if absent:
        path = next(iter(stored.values())).path
        raise damaged(path, f"is not the model expected here: it lacks {named(absent)}")
    surplus = [name for name in stored if name not in wanted]
    if surplus:
        raise damaged(
            stored[surplus[0]].path,
            f"is not the model expected here: it also holds {named(surplus)}",
        )


def named(names: Sequence[str]) -> str:
    """The first of `names` and how many more there are."""
    return shown(names[0]) + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def check_shape(recipe: Recipe, stored: Mapping[str, Stored], expected: tuple[int, ...]) -> None:
    """Raise WeightsDamaged unless the sources together have the parameter's shape."""
    first = stored[recipe.sources[0]]
    shapes = [stored[name].info.shape for name in recipe.sources]
    if joined_shape(recipe, shapes) != expected:
        sizes = " and ".join("×".join(map(str, shape)) or "one number" for shape in shapes)
        raise damaged(
            first.path,
            f"is not the model expected here: {shown(recipe.sources[0])} is {sizes} "
            f"where {'×'.join(map(str, expected))} is needed",
        )


def joined_shape(recipe: Recipe, shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...] | None:
    """The shape that `parameter` gives, without doing it; None when the parts do not fit."""
    turned = [shape[::-1] if recipe.transposed else shape for shape in shapes]
    first = turned[0]
    if len(turned) == 1:
        return first
    if any(without(shape, recipe.dim) != without(first, recipe.dim) for shape in turned):
        return None
    if len(first) <= recipe.dim:
        return None
    total = sum(shape[recipe.dim] for shape in turned)
    return (*first[: recipe.dim], total, *first[recipe.dim + 1 :])


def without(shape: tuple[int, ...], dim: int) -> tuple[int, ...]:
    """`shape` without its dimension `dim`."""
    return shape[:dim] + shape[dim + 1 :]
