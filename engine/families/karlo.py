"""Karlo v1 alpha as published: shapes, schedules and files.

Lee et al. 2022 (kakaobrain). It declares no task yet: the projection of its text (`text_proj`) and
its two super-resolution networks are not part of the engine. The publisher's hashes are not known
here, so its files count as not verified against the publisher.
"""

from engine.families.family import Family, FileSpec, Part, Place, Repository
from engine.requests import Sampling
from engine.specs import (
    Betas,
    Conditioning,
    Prediction,
    PriorSpec,
    ScheduleSpec,
    Spacing,
    TextSpec,
    UNetSpec,
    Variance,
    VisionSpec,
)

FOLDER = "karlo-v1-alpha"

# CLIP ViT-L/14 (OpenAI). The image tower is published elsewhere, hence no place for it below.
TEXT = TextSpec(width=768, layers=12, heads=12, embed_dim=768, pad=0, quick_gelu=True)
VISION = VisionSpec(width=1024, layers=24, heads=16, embed_dim=768, patch=14, quick_gelu=True)
PRIOR = PriorSpec(embed_dim=768, heads=32)
PRIOR_SCHEDULE = ScheduleSpec(
    betas=Betas.COSINE, prediction=Prediction.CLEAN, spacing=Spacing.ROUNDED, clip=5.0
)
DECODER = UNetSpec(
    in_channels=3,
    out_channels=6,
    channels=(320, 640, 960, 1280),
    blocks=3,
    attention=(False, True, True, True),
    conditioning=Conditioning.PROJECTED,
    context_width=1536,
    context_tokens=81,
    embed_dim=768,
)
DECODER_SCHEDULE = ScheduleSpec(
    betas=Betas.COSINE,
    prediction=Prediction.NOISE,
    spacing=Spacing.ROUNDED,
    clip=1.0,
    variance=Variance.LEARNED_RANGE,
)
SUPER_RESOLUTION = UNetSpec(
    in_channels=6,
    out_channels=3,
    channels=(320, 640, 960, 1280),
    blocks=3,
    attention=(False, False, False, False),
    conditioning=Conditioning.NONE,
    scale_shift=False,
)

FILES: tuple[tuple[str, int], ...] = (
    ("prior/diffusion_pytorch_model.safetensors", 4_088_157_592),
    ("decoder/diffusion_pytorch_model.safetensors", 3_541_838_088),
    ("super_res_first/diffusion_pytorch_model.safetensors", 2_766_362_780),
    ("super_res_last/diffusion_pytorch_model.safetensors", 2_766_362_780),
    ("text_proj/diffusion_pytorch_model.safetensors", 31_514_808),
    ("text_encoder/model.safetensors", 494_625_272),
)

KARLO = Family(
    name="karlo",
    title="Karlo v1 alpha",
    description="Paints at 64 pixels and enlarges; known to the engine, not yet usable.",
    text=TEXT,
    vision=VISION,
    prior=PRIOR,
    prior_schedule=PRIOR_SCHEDULE,
    decoder=DECODER,
    decoder_schedule=DECODER_SCHEDULE,
    base=64,
    native=256,
    preset=Sampling(steps=25, guidance=8.0, prior_steps=25, prior_guidance=4.0, sampler="ddpm"),
    licence="CreativeML Open RAIL-M",
    licence_file="CreativeML-Open-RAIL-M.txt",
    repositories=(Repository(folder=FOLDER, published="kakaobrain/karlo-v1-alpha"),),
    places=(
        Place(part=Part.TOKENIZER, repository=FOLDER, subfolder="tokenizer", base=None),
        Place(part=Part.TEXT, repository=FOLDER, subfolder="text_encoder", base="model"),
        Place(part=Part.PRIOR, repository=FOLDER, subfolder="prior"),
        Place(part=Part.DECODER, repository=FOLDER, subfolder="decoder"),
    ),
    files=tuple(FileSpec(repository=FOLDER, path=path, size=size) for path, size in FILES),
    tasks=frozenset(),
)
