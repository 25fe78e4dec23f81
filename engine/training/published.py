"""Specs written as the configuration files of the published Kandinsky 2.2 layout.

The other direction is `engine.weights.config`; reading back what is written here gives the same
specs.
"""

from typing import TypeAlias

from engine.specs import (
    Betas,
    MoVQSpec,
    Prediction,
    PriorSpec,
    ScheduleSpec,
    Spacing,
    TextSpec,
    UNetSpec,
    VisionSpec,
)

Config: TypeAlias = dict[str, object]


def text_config(spec: TextSpec) -> Config:
    """CLIPTextModelWithProjection."""
    return {
        "architectures": ["CLIPTextModelWithProjection"],
        "model_type": "clip_text_model",
        "hidden_act": "quick_gelu" if spec.quick_gelu else "gelu",
        "hidden_size": spec.width,
        "intermediate_size": round(spec.width * spec.mlp_ratio),
        "num_attention_heads": spec.heads,
        "num_hidden_layers": spec.layers,
        "projection_dim": spec.embed_dim,
        "max_position_embeddings": spec.context,
        "vocab_size": spec.vocabulary,
        "layer_norm_eps": 1e-05,
        "bos_token_id": spec.vocabulary - 2,
        "eos_token_id": spec.vocabulary - 1,
        "pad_token_id": spec.pad,
    }


def vision_config(spec: VisionSpec) -> Config:
    """CLIPVisionModelWithProjection."""
    return {
        "architectures": ["CLIPVisionModelWithProjection"],
        "model_type": "clip_vision_model",
        "hidden_act": "quick_gelu" if spec.quick_gelu else "gelu",
        "hidden_size": spec.width,
        "intermediate_size": round(spec.width * spec.mlp_ratio),
        "num_attention_heads": spec.heads,
        "num_hidden_layers": spec.layers,
        "projection_dim": spec.embed_dim,
        "image_size": spec.image_size,
        "patch_size": spec.patch,
        "num_channels": 3,
        "layer_norm_eps": 1e-05,
    }


def image_processor_config(spec: VisionSpec) -> Config:
    """CLIPImageProcessor, in the old style of the published file."""
    return {
        "crop_size": spec.image_size,
        "do_center_crop": True,
        "do_normalize": True,
        "do_resize": True,
        "feature_extractor_type": "CLIPFeatureExtractor",
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
        "resample": 3,
        "size": spec.image_size,
    }


def prior_config(spec: PriorSpec) -> Config:
    """PriorTransformer."""
    return {
        "_class_name": "PriorTransformer",
        "additional_embeddings": 4,
        "attention_head_dim": spec.head_width,
        "dropout": 0.0,
        "embedding_dim": spec.embed_dim,
        "num_attention_heads": spec.heads,
        "num_embeddings": spec.text_tokens,
        "num_layers": spec.layers,
    }


def unet_config(spec: UNetSpec, latent_side: int) -> Config:
    """UNet2DConditionModel with image conditioning."""
    down = [
        "SimpleCrossAttnDownBlock2D" if attended else "ResnetDownsampleBlock2D"
        for attended in spec.attention
    ]
    up = [
        "SimpleCrossAttnUpBlock2D" if attended else "ResnetUpsampleBlock2D"
        for attended in reversed(spec.attention)
    ]
    return {
        "_class_name": "UNet2DConditionModel",
        "act_fn": "silu",
        "addition_embed_type": "image",
        "addition_embed_type_num_heads": 64,
        "attention_head_dim": spec.head_width,
        "block_out_channels": list(spec.channels),
        "center_input_sample": False,
        "cross_attention_dim": spec.context_width,
        "down_block_types": down,
        "downsample_padding": 1,
        "encoder_hid_dim": spec.embed_dim,
        "encoder_hid_dim_type": "image_proj",
        "flip_sin_to_cos": True,
        "freq_shift": 0,
        "in_channels": spec.in_channels,
        "layers_per_block": spec.blocks,
        "mid_block_scale_factor": 1,
        "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
        "norm_eps": 1e-05,
        "norm_num_groups": spec.groups,
        "only_cross_attention": False,
        "out_channels": spec.out_channels,
        "resnet_out_scale_factor": 1.0,
        "resnet_time_scale_shift": "scale_shift" if spec.scale_shift else "default",
        "sample_size": latent_side,
        "up_block_types": up,
    }


def movq_config(spec: MoVQSpec, side: int) -> Config:
    """VQModel with modulated norms."""
    levels = len(spec.channels)
    down, up = ["DownEncoderBlock2D"] * levels, ["UpDecoderBlock2D"] * levels
    if spec.lowest_attention:
        down[-1], up[0] = "AttnDownEncoderBlock2D", "AttnUpDecoderBlock2D"
    return {
        "_class_name": "VQModel",
        "act_fn": "silu",
        "block_out_channels": list(spec.channels),
        "down_block_types": down,
        "in_channels": 3,
        "latent_channels": spec.latent_channels,
        "layers_per_block": spec.blocks,
        "norm_num_groups": spec.groups,
        "norm_type": "spatial",
        "num_vq_embeddings": spec.codebook,
        "out_channels": 3,
        "sample_size": side,
        "up_block_types": up,
        "vq_embed_dim": spec.codebook_width,
    }


def schedule_config(spec: ScheduleSpec) -> Config:
    """DDPMScheduler or UnCLIPScheduler, whichever the spacing belongs to."""
    clip: Config = {"clip_sample": spec.clip is not None, "clip_sample_range": spec.clip or 1.0}
    common: Config = {
        "num_train_timesteps": spec.train_steps,
        "prediction_type": str(spec.prediction),
    }
    if spec.spacing is Spacing.ROUNDED:
        assert spec.betas is Betas.COSINE, "UnCLIPScheduler knows one noise table"
        return (
            {"_class_name": "UnCLIPScheduler", "variance_type": "fixed_small_log"} | common | clip
        )
    assert spec.prediction is not Prediction.CLEAN, "decoders predict noise or velocity"
    return (
        {
            "_class_name": "DDPMScheduler",
            "beta_schedule": str(spec.betas),
            "beta_start": spec.beta_start,
            "beta_end": spec.beta_end,
            "steps_offset": spec.offset,
            "thresholding": False,
        }
        | common
        | clip
    )
