"""Folders that people point at: under their own names, in a cache, or a fine-tune of any name."""

import json
import struct
from pathlib import Path

import pytest

from engine import families
from engine.errors import WeightsDamaged, WeightsMissing
from engine.families import Part
from engine.weights.recognise import recognise, sign_of
from engine.weights.store import WeightStore

KANDINSKY = families.find("kandinsky22")
KARLO = families.find("karlo")
UNET = "unet/diffusion_pytorch_model.safetensors"


def network(path: Path, name: str, shape: tuple[int, ...]) -> None:
    """A weight file with one tensor of zeros."""
    size = 4
    for length in shape:
        size *= length
    entry = {name: {"dtype": "F32", "shape": shape, "data_offsets": [0, size]}}
    text = json.dumps(entry).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + size)


def part_of(folder: Path, family: families.Family, part: Part) -> None:
    """A file that bears the part's sign."""
    sign = sign_of(family, part)
    assert sign is not None
    place = family.place(part)
    network(folder / place.subfolder / f"{place.base}.safetensors", *sign)


@pytest.mark.parametrize(
    "name",
    [
        "kandinsky-2-2-prior",
        "models--kandinsky-community--kandinsky-2-2-prior/snapshots/0123",
    ],
)
def test_published_names_and_caches_are_searched_where_they_are(name: str, tmp_path: Path) -> None:
    part_of(tmp_path / name, KANDINSKY, Part.PRIOR)
    found = recognise(tmp_path)
    assert found.search == tmp_path
    assert found.homes == {}
    assert found.parts == (Part.PRIOR,)


def test_a_folder_of_the_cache_itself_leads_to_the_cache(tmp_path: Path) -> None:
    home = tmp_path / "models--kandinsky-community--kandinsky-2-2-prior"
    part_of(home / "snapshots/0123", KANDINSKY, Part.PRIOR)
    assert recognise(home).search == tmp_path


@pytest.mark.parametrize(
    ("part", "repository"),
    [
        (Part.DECODER, "kandinsky-2-2-decoder"),
        (Part.INPAINT, "kandinsky-2-2-decoder-inpaint"),
        (Part.PRIOR, "kandinsky-2-2-prior"),
    ],
)
def test_a_fine_tune_of_any_name_stands_for_what_it_was_made_from(
    part: Part, repository: str, tmp_path: Path
) -> None:
    folder = tmp_path / "my own cats"
    part_of(folder, KANDINSKY, part)
    found = recognise(folder)
    assert found.search is None
    assert found.homes == {"kandinsky22": {repository: folder}}
    family = KANDINSKY.standing(found.homes["kandinsky22"])
    place = KANDINSKY.place(part)
    assert WeightStore([]).locate(family, part) == folder / place.subfolder


def test_karlo_is_told_from_kandinsky_by_its_shapes(tmp_path: Path) -> None:
    part_of(tmp_path / "a", KARLO, Part.PRIOR)
    part_of(tmp_path / "a", KARLO, Part.DECODER)
    assert recognise(tmp_path / "a").homes == {"karlo": {"karlo-v1-alpha": tmp_path / "a"}}


def test_a_model_of_another_kind_is_refused_in_words(tmp_path: Path) -> None:
    network(tmp_path / UNET, "conv_in.weight", (320, 4, 3, 3))
    with pytest.raises(WeightsDamaged, match=r"does not hold the .*its shapes are others"):
        recognise(tmp_path)


@pytest.mark.parametrize("name", ["weights.SafeTensors", "diffusion_pytorch_model.safetensors"])
def test_a_pickle_is_never_opened_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    content = b"\x80\x04cos\nsystem\n(S'touch " + str(canary).encode() + b"'\ntR."
    (tmp_path / "unet").mkdir()
    (tmp_path / "unet" / name).write_bytes(content)
    with pytest.raises((WeightsDamaged, WeightsMissing)):
        recognise(tmp_path)
    assert not canary.exists()


def test_pickled_weights_are_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "unet").mkdir()
    (tmp_path / "unet/diffusion_pytorch_model.bin").write_bytes(b"\x80\x02.")
    with pytest.raises(WeightsDamaged, match="pickled"):
        recognise(tmp_path)


@pytest.mark.parametrize("name", ["model.ckpt", "pytorch_model.bin"])
def test_a_folder_with_a_pickled_model_and_nothing_else_says_why_it_is_not_taken(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(b"\x80\x02.")
    with pytest.raises(WeightsDamaged, match="could run any program hidden in it"):
        recognise(tmp_path)


@pytest.mark.parametrize("name", ["holiday.jpg", "firmware.bin"])
def test_a_folder_without_a_model_says_what_to_look_for(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(bytes(512))
    with pytest.raises(WeightsMissing, match="Hugging Face cache"):
        recognise(tmp_path)
