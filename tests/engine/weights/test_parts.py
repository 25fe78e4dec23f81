"""Parts of a model found, checked and loaded out of folders in the published layout."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from engine.errors import WeightsDamaged, WeightsMissing
from engine.families import Family, Part
from engine.networks.compact import Compact
from engine.networks.movq import MoVQ
from engine.networks.unet import UNet
from engine.weights import parts
from engine.weights.reading import Target
from engine.weights.remap import old_name
from engine.weights.store import WeightStore

Randomise = Callable[..., None]


def save(network: nn.Module, path: Path) -> dict[str, torch.Tensor]:
    """Write a network's weights; give them back."""
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {name: value.detach() for name, value in network.state_dict().items()}
    save_file(state, path)
    return state


def same(network: nn.Module, state: dict[str, torch.Tensor]) -> bool:
    """Whether a network holds exactly these weights."""
    found = network.state_dict()
    return found.keys() == state.keys() and all(
        torch.equal(found[name], state[name]) for name in state
    )


def test_the_starters_inpainting_decoder_is_its_decoder_with_five_more_columns(
    embedded: Family, tmp_path: Path, randomise: Randomise
) -> None:
    assert embedded.inpaint is not None
    whole = UNet(embedded.inpaint)
    randomise(whole, 1)
    state = {name: value.detach().clone() for name, value in whole.state_dict().items()}
    columns = state["conv_in.weight"]
    home = tmp_path / "starter"
    (home / "inpaint").mkdir(parents=True)
    (home / "decoder/unet").mkdir(parents=True)
    save_file(
        {**state, "conv_in.weight": columns[:, :4].contiguous()},
        home / "decoder/unet/diffusion_pytorch_model.safetensors",
    )
    save_file({"conv_in.weight": columns[:, 4:].contiguous()}, home / "inpaint/conv_in.safetensors")

    network = parts.load_inpaint(WeightStore([tmp_path]), embedded, Target())
    assert same(network, state)
    decoder = parts.load_decoder(WeightStore([tmp_path]), embedded, Target())
    assert torch.equal(decoder.conv_in.weight, columns[:, :4])


def test_the_upscaler_is_loaded_from_its_one_file(
    embedded: Family, tmp_path: Path, randomise: Randomise
) -> None:
    assert embedded.upscaler is not None
    network = Compact(embedded.upscaler)
    randomise(network, 1)
    state = save(network, tmp_path / "starter/upscaler/compact.safetensors")
    assert same(parts.load_upscaler(WeightStore([tmp_path]), embedded, Target()), state)


def test_an_autoencoder_under_the_old_names_of_attention_is_accepted(
    embedded: Family, tmp_path: Path, randomise: Randomise
) -> None:
    assert embedded.autoencoder is not None
    spec = replace(embedded.autoencoder, lowest_attention=True)
    family = replace(embedded, autoencoder=spec)
    network = MoVQ(spec)
    randomise(network, 1)
    state = {name: value.detach() for name, value in network.state_dict().items()}
    old = {old_name(name): value for name, value in state.items()}
    assert "decoder.mid_block.attentions.0.proj_attn.weight" in old
    folder = tmp_path / "starter/decoder/movq"
    folder.mkdir(parents=True)
    save_file(old, folder / "diffusion_pytorch_model.safetensors")
    assert same(parts.load_autoencoder(WeightStore([tmp_path]), family, Target()), state)


@pytest.fixture
def decoder_folder(embedded: Family, tmp_path: Path) -> Path:
    """The embedded decoder's folder, random weights in it."""
    folder = tmp_path / "starter/decoder/unet"
    save(UNet(embedded.decoder), folder / "diffusion_pytorch_model.safetensors")
    return folder


def test_settings_of_another_model_are_refused_by_name(
    embedded: Family, tmp_path: Path, decoder_folder: Path
) -> None:
    (decoder_folder / "config.json").write_text(json.dumps({"attention_head_dim": 64}))
    with pytest.raises(WeightsDamaged, match="says 64 for head width where Starter has 8"):
        parts.load_decoder(WeightStore([tmp_path]), embedded, Target())


def test_a_schedule_of_another_model_is_refused_by_name(
    embedded: Family, tmp_path: Path, decoder_folder: Path
) -> None:
    path = decoder_folder.parent / "scheduler/scheduler_config.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"beta_schedule": "squaredcos_cap_v2", "clip_sample": False}))
    with pytest.raises(WeightsDamaged, match="says squaredcos_cap_v2 for betas where Starter has"):
        parts.load_decoder(WeightStore([tmp_path]), embedded, Target())


def test_a_part_of_another_kind_in_the_decoders_place_is_refused(
    embedded: Family, tmp_path: Path, decoder_folder: Path
) -> None:
    assert embedded.upscaler is not None
    save(Compact(embedded.upscaler), decoder_folder / "diffusion_pytorch_model.safetensors")
    with pytest.raises(WeightsDamaged, match="is not the model expected here: it lacks “conv_in"):
        parts.load_decoder(WeightStore([tmp_path]), embedded, Target())


def test_a_part_that_is_not_there_is_named(embedded: Family, tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"starter/prior/prior/diffusion_pytorch_model") as no:
        parts.load_prior(WeightStore([tmp_path]), embedded, Target())
    assert str(no.value).endswith("it comes with Easel, so install Easel again.")
    assert not WeightStore([tmp_path]).has(embedded, Part.PRIOR)
