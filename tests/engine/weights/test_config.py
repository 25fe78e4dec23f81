"""Published settings files against our families, read leniently and checked strictly."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine import families
from engine.errors import WeightsDamaged
from engine.families import karlo
from engine.specs import Betas, Spacing
from engine.weights import config
from engine.weights.config import Config

KANDINSKY, KARLO = families.find("kandinsky22"), families.find("karlo")

PRIOR = {
    "_class_name": "PriorTransformer",
    "additional_embeddings": 4,
    "attention_head_dim": 64,
    "dropout": 0.0,
    "embedding_dim": 1280,
    "num_attention_heads": 32,
    "num_embeddings": 77,
    "num_layers": 20,
}
UNET = {
    "addition_embed_type": "image",
    "attention_head_dim": 64,
    "block_out_channels": [384, 768, 1152, 1536],
    "class_embed_type": None,
    "cross_attention_dim": 768,
    "down_block_types": ["ResnetDownsampleBlock2D", *["SimpleCrossAttnDownBlock2D"] * 3],
    "encoder_hid_dim": 1280,
    "encoder_hid_dim_type": "image_proj",
    "in_channels": 4,
    "layers_per_block": 3,
    "norm_num_groups": 32,
    "out_channels": 8,
    "resnet_time_scale_shift": "scale_shift",
}
MOVQ = {
    "block_out_channels": [128, 256, 256, 512],
    "down_block_types": [*["DownEncoderBlock2D"] * 3, "AttnDownEncoderBlock2D"],
    "latent_channels": 4,
    "layers_per_block": 2,
    "norm_num_groups": 32,
    "norm_type": "spatial",
    "num_vq_embeddings": 16384,
    "scaling_factor": 0.18215,
    "vq_embed_dim": 4,
}
TEXT = {
    "hidden_act": "gelu",
    "hidden_size": 1280,
    "intermediate_size": 5120,
    "num_attention_heads": 20,
    "num_hidden_layers": 32,
    "projection_dim": 1280,
    "max_position_embeddings": 77,
    "vocab_size": 49408,
    "pad_token_id": 1,
}
VISION = {
    "hidden_act": "gelu",
    "hidden_size": 1664,
    "intermediate_size": 8192,
    "num_attention_heads": 16,
    "num_hidden_layers": 48,
    "projection_dim": 1280,
    "image_size": 224,
    "patch_size": 14,
}
PRIOR_SCHEDULER = {
    "_class_name": "UnCLIPScheduler",
    "clip_sample": True,
    "clip_sample_range": 10.0,
    "num_train_timesteps": 1000,
    "prediction_type": "sample",
    "variance_type": "fixed_small_log",
}
SCHEDULER = {
    "_class_name": "DDPMScheduler",
    "num_train_timesteps": 1000,
    "beta_schedule": "linear",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "clip_sample": True,
    "set_alpha_to_one": False,
    "steps_offset": 1,
    "prediction_type": "epsilon",
    "thresholding": False,
}


def written(path: Path, values: object) -> Config:
    """The settings file of `values`."""
    path.write_text(json.dumps(values), encoding="utf-8")
    return Config(path)


READERS = {
    "prior": (PRIOR, config.prior_spec, KANDINSKY.prior, {"num_layers": 19}),
    "unet": (UNET, config.unet_spec, KANDINSKY.decoder, {"block_out_channels": [384, 768]}),
    "movq": (MOVQ, config.movq_spec, KANDINSKY.autoencoder, {"norm_num_groups": 16}),
    "text": (TEXT, config.text_spec, KANDINSKY.text, {"hidden_act": "quick_gelu"}),
    "vision": (VISION, config.vision_spec, KANDINSKY.vision, {"intermediate_size": 6656}),
    "prior schedule": (
        PRIOR_SCHEDULER,
        config.schedule_spec,
        KANDINSKY.prior_schedule,
        {"clip_sample_range": 5.0},
    ),
    "decoder schedule": (
        SCHEDULER,
        config.schedule_spec,
        KANDINSKY.decoder_schedule,
        {"clip_sample": False},
    ),
}


@pytest.mark.parametrize("name", READERS)
def test_the_published_settings_are_the_family(name: str, tmp_path: Path) -> None:
    values, read, spec, _ = READERS[name]
    settings = written(tmp_path / "config.json", values)
    assert read(settings, spec) == spec
    config.check(settings, read(settings, spec), spec, "Kandinsky 2.2")


@pytest.mark.parametrize("name", READERS)
def test_one_changed_setting_is_refused(name: str, tmp_path: Path) -> None:
    values, read, spec, change = READERS[name]
    settings = written(tmp_path / "config.json", {**values, **change})
    with pytest.raises(WeightsDamaged, match=r"config\.json says .* where Kandinsky 2\.2 has "):
        config.check(settings, read(settings, spec), spec, "Kandinsky 2.2")


@pytest.mark.parametrize("name", ["prior", "unet", "movq", "text", "vision"])
def test_settings_that_are_silent_are_taken_to_agree(name: str, tmp_path: Path) -> None:
    _, read, spec, _ = READERS[name]
    assert read(written(tmp_path / "config.json", {}), spec) == spec


def test_a_repeated_key_counts_as_its_last(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(
        '{"num_layers": 3, "architectures": ["x"], "architectures": null, "num_layers": 20}'
    )
    assert config.prior_spec(Config(path), KANDINSKY.prior) == KANDINSKY.prior


def test_karlos_learned_variance_and_missing_betas_are_understood(tmp_path: Path) -> None:
    values = {
        "_class_name": "UnCLIPScheduler",
        "clip_sample": True,
        "clip_sample_range": 1.0,
        "prediction_type": "epsilon",
        "variance_type": "learned_range",
    }
    settings = written(tmp_path / "scheduler_config.json", values)
    assert config.schedule_spec(settings, karlo.DECODER_SCHEDULE) == KARLO.decoder_schedule


def test_the_inpainting_schedule_does_not_clip(tmp_path: Path) -> None:
    settings = written(tmp_path / "s.json", {**SCHEDULER, "clip_sample": False})
    spec = config.schedule_spec(settings, KANDINSKY.decoder_schedule)
    assert spec == KANDINSKY.inpaint_schedule == replace(KANDINSKY.decoder_schedule, clip=None)


def test_a_scheduler_that_says_nothing_has_the_published_defaults(tmp_path: Path) -> None:
    spec = config.schedule_spec(written(tmp_path / "s.json", {}), KANDINSKY.decoder_schedule)
    assert (spec.betas, spec.spacing, spec.clip, spec.offset) == (
        Betas.LINEAR,
        Spacing.LEADING,
        1.0,
        0,
    )
    assert (spec.beta_start, spec.beta_end) == (0.0001, 0.02)


@pytest.mark.parametrize(
    "change", [{"beta_schedule": "sigmoid"}, {"prediction_type": "x"}, {"variance_type": "y"}]
)
def test_an_unknown_kind_of_schedule_is_refused(change: dict[str, str], tmp_path: Path) -> None:
    settings = written(tmp_path / "s.json", {**SCHEDULER, **change})
    with pytest.raises(WeightsDamaged, match="a noise schedule that Easel does not know"):
        config.schedule_spec(settings, KANDINSKY.decoder_schedule)


BROKEN = {
    "no json": ("{", "cannot be read"),
    "no table": ("[]", "is no table of settings"),
    "text for a number": ('{"num_layers": "many"}', "says 'many' for “num_layers”, where a whole"),
    "more than any network has": ('{"num_layers": 9999999999}', "says 9999999999 for “num_lay"),
    "less than none": ('{"num_layers": -1}', "says -1 for “num_layers”, where a whole"),
    "true for a number": ('{"num_layers": true}', "says True for “num_layers”, where a whole"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_settings_file_is_named(name: str, tmp_path: Path) -> None:
    text, sentence = BROKEN[name]
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(WeightsDamaged, match=sentence) as caught:
        config.prior_spec(Config(path), KANDINSKY.prior)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"hidden_size": 0}, "says 0 for “hidden_size”"),
        ({"intermediate_size": 10**400}, "says a number for “intermediate_size” that is too large"),
    ],
)
def test_a_number_that_cannot_be_reckoned_with_is_named(
    change: dict[str, int], sentence: str, tmp_path: Path
) -> None:
    settings = written(tmp_path / "config.json", {**TEXT, **change})
    with pytest.raises(WeightsDamaged, match=sentence):
        config.text_spec(settings, KANDINSKY.text)
