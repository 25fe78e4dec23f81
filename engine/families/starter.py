"""The Starter: the small model trained by Easel's authors and shipped with it.

These sizes are what `engine.training` builds and what the engine loads: one place for both.
"""

from dataclasses import replace

from engine.families.family import ON_EMBEDDINGS, Family, FileSpec, Part, Place, Repository
from engine.requests import Generate, Guide, Inpaint, Sampling, Upscale
from engine.specs import (
    Betas,
    CompactSpec,
    Conditioning,
    MoVQSpec,
    Prediction,
    PriorSpec,
    ScheduleSpec,
    Spacing,
    TextSpec,
    UNetSpec,
    VisionSpec,
)

BASE = 64
"""Side of the picture that the decoder paints, in pixels; the upscaler quadruples it."""

EMBED_DIM = 256
VOCABULARY = 4096

TEXT = TextSpec(
    width=EMBED_DIM,
    layers=4,
    heads=4,
    embed_dim=EMBED_DIM,
    context=32,
    vocabulary=VOCABULARY,
    pad=VOCABULARY - 1,
)
VISION = VisionSpec(width=256, layers=5, heads=4, embed_dim=EMBED_DIM, patch=16, image_size=BASE)
PRIOR = PriorSpec(embed_dim=EMBED_DIM, heads=4, layers=8, text_tokens=TEXT.context)
PRIOR_SCHEDULE = ScheduleSpec(
    betas=Betas.COSINE, prediction=Prediction.CLEAN, spacing=Spacing.ROUNDED, clip=6.0
)
DECODER = UNetSpec(
    in_channels=4,
    out_channels=8,
    channels=(128, 128, 192),
    blocks=1,
    attention=(False, True, True),
    conditioning=Conditioning.IMAGE,
    context_width=64,
    embed_dim=EMBED_DIM,
)
DECODER_SCHEDULE = ScheduleSpec(
    betas=Betas.LINEAR, prediction=Prediction.VELOCITY, spacing=Spacing.LEADING, clip=None, offset=1
)
AUTOENCODER = MoVQSpec(channels=(32, 64, 96), blocks=1, codebook=16, lowest_attention=False)
UPSCALER = CompactSpec(features=32, convolutions=8, scale=4)

FOLDER = "starter"
FILES = (
    "prior/model_index.json",
    "prior/prior/config.json",
    "prior/prior/diffusion_pytorch_model.safetensors",
    "prior/text_encoder/config.json",
    "prior/text_encoder/model.safetensors",
    "prior/image_encoder/config.json",
    "prior/image_encoder/model.safetensors",
    "prior/image_processor/preprocessor_config.json",
    "prior/tokenizer/vocab.json",
    "prior/tokenizer/merges.txt",
    "prior/tokenizer/tokenizer_config.json",
    "prior/tokenizer/special_tokens_map.json",
    "prior/scheduler/scheduler_config.json",
    "decoder/model_index.json",
    "decoder/unet/config.json",
    "decoder/unet/diffusion_pytorch_model.safetensors",
    "decoder/movq/config.json",
    "decoder/movq/diffusion_pytorch_model.safetensors",
    "decoder/scheduler/scheduler_config.json",
    "inpaint/conv_in.safetensors",
    "upscaler/compact.safetensors",
)

STARTER = Family(
    name="starter",
    title="Starter",
    description="Small and quick; comes with Easel. Simple pictures of everyday things.",
    text=TEXT,
    vision=VISION,
    prior=PRIOR,
    prior_schedule=PRIOR_SCHEDULE,
    decoder=DECODER,
    decoder_schedule=DECODER_SCHEDULE,
    inpaint=replace(DECODER, in_channels=9),
    inpaint_schedule=DECODER_SCHEDULE,
    inpaint_columns=True,
    inpaint_spread=False,
    autoencoder=AUTOENCODER,
    upscaler=UPSCALER,
    base=BASE,
    native=BASE * UPSCALER.scale,
    preset=Sampling(
        steps=25,
        guidance=2.0,
        prior_steps=15,
        prior_guidance=4.0,
        sampler="ddpm",
        guidance_from=0.0,
        guidance_until=1.0,
        deep_every=2,
    ),
    prior_candidates=4,
    licence="Apache-2.0",
    licence_file="Apache-2.0.txt",
    repositories=(Repository(folder=FOLDER),),
    places=(
        Place(part=Part.TOKENIZER, repository=FOLDER, subfolder="prior/tokenizer", base=None),
        Place(part=Part.TEXT, repository=FOLDER, subfolder="prior/text_encoder", base="model"),
        Place(part=Part.VISION, repository=FOLDER, subfolder="prior/image_encoder", base="model"),
        Place(part=Part.PRIOR, repository=FOLDER, subfolder="prior/prior"),
        Place(part=Part.DECODER, repository=FOLDER, subfolder="decoder/unet"),
        Place(part=Part.INPAINT, repository=FOLDER, subfolder="inpaint", base="conv_in"),
        Place(part=Part.AUTOENCODER, repository=FOLDER, subfolder="decoder/movq"),
        Place(part=Part.UPSCALER, repository=FOLDER, subfolder="upscaler", base="compact"),
    ),
    files=tuple(FileSpec(repository=FOLDER, path=path) for path in FILES),
    tasks=ON_EMBEDDINGS | {Generate, Guide, Inpaint, Upscale},
)
