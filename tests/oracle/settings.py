"""The published settings of the published networks, as diffusers and transformers read them."""

UNCONDITIONED = {
    "_class_name": "UNet2DModel",
    "act_fn": "silu",
    "add_attention": False,
    "attention_head_dim": 8,
    "block_out_channels": [320, 640, 960, 1280],
    "down_block_types": ["ResnetDownsampleBlock2D"] * 4,
    "downsample_padding": 1,
    "flip_sin_to_cos": True,
    "freq_shift": 0,
    "in_channels": 6,
    "layers_per_block": 3,
    "norm_eps": 1e-05,
    "norm_num_groups": 32,
    "out_channels": 3,
    "resnet_time_scale_shift": "default",
    "sample_size": 256,
    "up_block_types": ["ResnetUpsampleBlock2D"] * 4,
}

CONDITIONED = {
    "_class_name": "UNet2DConditionModel",
    "act_fn": "silu",
    "attention_head_dim": 64,
    "down_block_types": ["ResnetDownsampleBlock2D", *["SimpleCrossAttnDownBlock2D"] * 3],
    "downsample_padding": 1,
    "flip_sin_to_cos": True,
    "freq_shift": 0,
    "layers_per_block": 3,
    "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
    "norm_eps": 1e-05,
    "norm_num_groups": 32,
    "resnet_time_scale_shift": "scale_shift",
    "sample_size": 64,
    "up_block_types": [*["SimpleCrossAttnUpBlock2D"] * 3, "ResnetUpsampleBlock2D"],
}

KANDINSKY_DECODER = CONDITIONED | {
    "addition_embed_type": "image",
    "addition_embed_type_num_heads": 64,
    "block_out_channels": [384, 768, 1152, 1536],
    "cross_attention_dim": 768,
    "encoder_hid_dim": 1280,
    "encoder_hid_dim_type": "image_proj",
    "in_channels": 4,
    "out_channels": 8,
}
KARLO_DECODER = CONDITIONED | {
    "block_out_channels": [320, 640, 960, 1280],
    "class_embed_type": "identity",
    "cross_attention_dim": 1536,
    "in_channels": 3,
    "out_channels": 6,
}

PRIOR = {
    "_class_name": "PriorTransformer",
    "additional_embeddings": 4,
    "attention_head_dim": 64,
    "dropout": 0.0,
    "num_attention_heads": 32,
    "num_embeddings": 77,
    "num_layers": 20,
}

MOVQ = {
    "_class_name": "VQModel",
    "act_fn": "silu",
    "block_out_channels": [128, 256, 256, 512],
    "down_block_types": [*["DownEncoderBlock2D"] * 3, "AttnDownEncoderBlock2D"],
    "in_channels": 3,
    "latent_channels": 4,
    "layers_per_block": 2,
    "norm_num_groups": 32,
    "norm_type": "spatial",
    "num_vq_embeddings": 16384,
    "out_channels": 3,
    "sample_size": 32,
    "scaling_factor": 0.18215,
    "up_block_types": ["AttnUpDecoderBlock2D", *["UpDecoderBlock2D"] * 3],
    "vq_embed_dim": 4,
}

PROJECTION = {
    "_class_name": "UnCLIPTextProjModel",
    "clip_embeddings_dim": 768,
    "clip_extra_context_tokens": 4,
    "cross_attention_dim": 1536,
    "time_embed_dim": 1280,
}

BIG_TEXT = {
    "model_type": "clip_text_model",
    "hidden_act": "gelu",
    "hidden_size": 1280,
    "intermediate_size": 5120,
    "num_attention_heads": 20,
    "num_hidden_layers": 32,
    "projection_dim": 1280,
    "max_position_embeddings": 77,
    "vocab_size": 49408,
    "layer_norm_eps": 1e-05,
    "bos_token_id": 0,
    "eos_token_id": 2,
    "pad_token_id": 1,
}
LARGE_TEXT = BIG_TEXT | {
    "hidden_act": "quick_gelu",
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_attention_heads": 12,
    "num_hidden_layers": 12,
    "projection_dim": 768,
}
BIG_VISION = {
    "model_type": "clip_vision_model",
    "hidden_act": "gelu",
    "hidden_size": 1664,
    "intermediate_size": 8192,
    "num_attention_heads": 16,
    "num_hidden_layers": 48,
    "projection_dim": 1280,
    "image_size": 224,
    "patch_size": 14,
    "num_channels": 3,
    "layer_norm_eps": 1e-05,
}
LARGE_VISION = BIG_VISION | {
    "hidden_act": "quick_gelu",
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "num_hidden_layers": 24,
    "projection_dim": 768,
}
