"""The forms in which people have the published folders: a cache of links, shards, shorter numbers.

Each is painted with, on tiny families, and compared with the plain folder.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine import families
from engine.decode import cropped, latent_size
from engine.families import Family, Repository
from engine.requests import Generate, Sampling
from tests.painting import engine_of, pictures
from tests.tiny import TINY, write_tiny
from tests.tiny_karlo import TINY_KARLO, write_tiny_karlo

ASK = Generate(prompt="a red apple", sampling=Sampling(seed=5, steps=2, prior_steps=2))
KANDINSKY = families.find("kandinsky22")


def written(family: Family, folder: Path) -> Path:
    """The plain folders of a tiny family."""
    return (write_tiny if family is TINY else write_tiny_karlo)(folder)


def into_cache(folder: Path, repository: Repository) -> None:
    """Move a plain folder into a cache: content in blobs, the snapshot made of links to it."""
    assert repository.published is not None
    home = folder / repository.folder
    cache = folder / f"models--{repository.published.replace('/', '--')}"
    snapshot = cache / "snapshots" / "0123abcd"
    (cache / "blobs").mkdir(parents=True)
    for index, file in enumerate(sorted(path for path in home.rglob("*") if path.is_file())):
        blob = cache / "blobs" / f"{index:040x}"
        link = snapshot / file.relative_to(home)
        link.parent.mkdir(parents=True, exist_ok=True)
        file.rename(blob)
        try:
            link.symlink_to(
                Path("../" * len(link.relative_to(cache).parts[:-1])) / "blobs" / blob.name
            )
        except OSError:
            pytest.skip("this system does not let us make links")
    shutil.rmtree(home)


@pytest.mark.parametrize("family", [TINY, TINY_KARLO], ids=lambda family: family.name)
@pytest.mark.slow
def test_a_cache_of_links_paints_like_the_plain_folder(family: Family, tmp_path: Path) -> None:
    plain = pictures(engine_of(written(family, tmp_path), family), ASK)
    published = replace(
        family,
        repositories=tuple(
            replace(repository, published=f"someone/{repository.folder}")
            for repository in family.repositories
        ),
    )
    for repository in published.repositories:
        into_cache(tmp_path, repository)
    assert not [path for path in tmp_path.iterdir() if not path.name.startswith("models--")]
    assert np.array_equal(pictures(engine_of(tmp_path, published), ASK), plain)


def weight_files(folder: Path) -> Iterator[Path]:
    """Every weight file of a tiny family."""
    yield from sorted(folder.rglob("*.safetensors"))


def store_as(path: Path, dtype: torch.dtype) -> None:
    """The same file in another number format."""
    save_file({name: value.to(dtype) for name, value in load_file(path).items()}, path)


def shard(path: Path, pieces: int = 3) -> None:
    """The same network in several files with an index, as `save_pretrained` cuts it."""
    tensors, base = load_file(path), path.name.removesuffix(".safetensors")
    names = sorted(tensors)
    mapping: dict[str, str] = {}
    for piece in range(pieces):
        file = f"{base}-{piece + 1:05}-of-{pieces:05}.safetensors"
        some: dict[str, Tensor] = {name: tensors[name] for name in names[piece::pieces]}
        save_file(some, path.with_name(file), metadata={"format": "pt"})
        mapping |= dict.fromkeys(some, file)
    index = {"metadata": {}, "weight_map": mapping}
    path.with_name(f"{base}.safetensors.index.json").write_text(json.dumps(index))
    path.unlink()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("family", [TINY, TINY_KARLO], ids=lambda family: family.name)
@pytest.mark.slow
def test_shards_paint_like_one_file_in_every_number_format(
    family: Family, dtype: torch.dtype, tmp_path: Path
) -> None:
    folder = written(family, tmp_path)
    for path in weight_files(folder):
        store_as(path, dtype)
    whole = pictures(engine_of(folder, family), ASK)
    for path in list(weight_files(folder)):
        if len(load_file(path)) >= 3:
            shard(path)
    assert len(list(folder.rglob("*.index.json"))) >= 6
    assert np.array_equal(pictures(engine_of(folder, family), ASK), whole)
    assert whole.std() > 5


@pytest.mark.slow
def test_shorter_numbers_on_the_disk_paint_a_little_else(tmp_path: Path) -> None:
    folder = write_tiny(tmp_path)
    exact = pictures(engine_of(folder), ASK)
    for path in weight_files(folder):
        store_as(path, torch.float16)
    half = pictures(engine_of(folder), ASK)
    assert 0 < np.abs(half - exact).max() <= 24
    assert np.abs(half - exact).mean() < 2


@pytest.mark.parametrize("side", range(512, 1537, 64))
def test_kandinsky_paints_every_multiple_of_64_without_cropping(side: int) -> None:
    assert latent_size(KANDINSKY, side, 512) == (64, side // 8)
    assert latent_size(KANDINSKY, 768, side) == (side // 8, 96)


@given(width=st.integers(16, 1536), height=st.integers(16, 1536))
def test_other_sizes_are_cut_from_the_next_multiple(width: int, height: int) -> None:
    for family in (KANDINSKY, families.find("karlo"), families.find("starter")):
        step = family.grid * family.enlargement
        rows, columns = latent_size(family, width, height)
        scale = family.latent_pixel * family.enlargement
        made = (rows * scale, columns * scale)
        for painted, asked in zip(made, (height, width), strict=True):
            assert painted % step == 0
            assert asked <= painted < asked + step
        whole = torch.empty((1, 3, *made), device="meta")
        assert cropped(whole, width, height).shape == (1, 3, height, width)
