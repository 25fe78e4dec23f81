"""Reading a model without using it says what the engine would say, in the child process too."""

import pickle
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine import open_inspection
from engine.errors import UnsupportedTask, WeightsDamaged
from engine.families import Part
from engine.requests import Generate
from tests.tiny import TINY, write_tiny
from tests.tiny_karlo import TINY_KARLO, write_tiny_karlo

UNET = "tiny/decoder/unet/diffusion_pytorch_model.safetensors"


def parts_of(family: object) -> tuple[Part, ...]:
    return tuple(place.part for place in family.places)  # type: ignore[attr-defined]


@pytest.mark.parametrize("family", [TINY, TINY_KARLO], ids=lambda family: family.name)
def test_every_part_of_a_sound_model_is_read(family: object, tmp_path: Path) -> None:
    (write_tiny if family is TINY else write_tiny_karlo)(tmp_path)
    wanted = parts_of(family)
    seen = [event.part for event in open_inspection([tmp_path], family, wanted).warm_up()]  # type: ignore[arg-type, union-attr]
    assert seen == [part.value for part in wanted]


DAMAGES = {
    "a tensor too many": lambda state: state | {"extra": torch.zeros(1)},
    "a tensor too few": lambda state: {k: v for k, v in state.items() if k != "conv_in.bias"},
    "another shape": lambda state: state | {"conv_in.bias": torch.zeros(3)},
    "whole numbers": lambda state: state | {"conv_in.bias": state["conv_in.bias"].int()},
    "NaN": lambda state: state | {"conv_in.bias": state["conv_in.bias"] * float("nan")},
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_the_engine_would_refuse_is_refused_here(damage: str, tmp_path: Path) -> None:
    path = write_tiny(tmp_path) / UNET
    save_file(DAMAGES[damage](load_file(path)), path)
    with pytest.raises(WeightsDamaged, match="decoder"):
        list(open_inspection([tmp_path], TINY, [Part.DECODER]).warm_up())
    assert list(open_inspection([tmp_path], TINY, [Part.PRIOR]).warm_up())


def test_it_can_be_sent_to_a_child_process_and_can_do_nothing_else(tmp_path: Path) -> None:
    write_tiny(tmp_path)
    sent = pickle.loads(pickle.dumps(partial(open_inspection, [tmp_path], TINY, [Part.PRIOR])))()
    assert [event.part for event in sent.warm_up()] == ["prior"]
    assert not sent.supports(Generate)
    with pytest.raises(UnsupportedTask):
        sent.run(Generate(prompt="x"))


def test_a_fine_tune_in_the_place_of_a_part_is_what_is_read(tmp_path: Path) -> None:
    base, tuned = tmp_path / "base", tmp_path / "tuned"
    write_tiny(base)
    write_tiny(tuned)
    path = tuned / UNET
    save_file(DAMAGES["NaN"](load_file(path)), path)
    family = replace(TINY).standing({"tiny": tuned / "tiny"})
    with pytest.raises(WeightsDamaged, match="tuned"):
        list(open_inspection([base], family, [Part.DECODER]).warm_up())
