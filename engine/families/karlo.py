"""Karlo v1 alpha as published: shapes, schedules and files.

Lee et al. 2022 (kakaobrain). The publisher's hashes are not known here, so its files count as not
verified against the publisher. Its own image tower is published pickled only; the same weights come
as safetensors with the CLIP model that it was taken from, whose hashes are known.
"""

from engine.families.family import ON_EMBEDDINGS, Family, FileSpec, Part, Place, Repository
from engine.requests import Generate, Guide, Inpaint, Sampling, Upscale
from engine.specs import (
    Betas,
    Conditioning,
    Prediction,
    PriorSpec,
    ProjectionSpec,
    ScheduleSpec,
    Spacing,
    SuperResolutionSpec,
    TextSpec,
    UNetSpec,
    Variance,
    VisionSpec,
)

FOLDER = "karlo-v1-alpha"
CLIP_FOLDER = "clip-vit-large-patch14"

# CLIP ViT-L/14 (OpenAI), trained with the quick approximation of GELU.
TEXT = TextSpec(width=768, layers=12, heads=12, embed_dim=768, pad=0, quick_gelu=True)
VISION = VisionSpec(width=1024, layers=24, heads=16, embed_dim=768, patch=14, quick_gelu=True)
PRIOR = PriorSpec(embed_dim=768, heads=32)
# The published settings clip at 5; the authors' own sampler, at 10.
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
PROJECTION = ProjectionSpec(embed_dim=768, time_width=4 * 320, context_width=1536)
DECODER_SCHEDULE = ScheduleSpec(
    betas=Betas.COSINE,
    prediction=Prediction.NOISE,
    spacing=Spacing.ROUNDED,
    clip=1.0,
    variance=Variance.LEARNED_RANGE,
)
# The side of its picture follows from the scale: the settings of the second network name none.
SUPER_RESOLUTION = SuperResolutionSpec(
    unet=UNetSpec(
        in_channels=6,
        out_channels=3,
        channels=(320, 640, 960, 1280),
        blocks=3,
        attention=(False, False, False, False),
        conditioning=Conditioning.NONE,
        scale_shift=False,
        head_width=8,
    ),
    schedule=ScheduleSpec(
        betas=Betas.COSINE, prediction=Prediction.NOISE, spacing=Spacing.ROUNDED, clip=1.0
    ),
    scale=4,
    steps=7,
)

# Sizes in bytes, where they are known.
FILES: tuple[tuple[str, int | None], ...] = (
    ("model_index.json", 734),
    ("prior/config.json", 252),
    ("prior/diffusion_pytorch_model.safetensors", 4_088_157_592),
    ("prior_scheduler/scheduler_config.json", None),
    ("decoder/config.json", None),
    ("decoder/diffusion_pytorch_model.safetensors", 3_541_838_088),
    ("decoder_scheduler/scheduler_config.json", None),
    ("super_res_first/config.json", None),
    ("super_res_first/diffusion_pytorch_model.safetensors", 2_766_362_780),
    ("super_res_last/config.json", 858),
    ("super_res_last/diffusion_pytorch_model.safetensors", 2_766_362_780),
    ("super_res_scheduler/scheduler_config.json", None),
    ("text_proj/config.json", 203),
    ("text_proj/diffusion_pytorch_model.safetensors", 31_514_808),
    ("text_encoder/config.json", None),
    ("text_encoder/model.safetensors", 494_625_272),
    ("tokenizer/vocab.json", None),
    ("tokenizer/merges.txt", None),
    ("tokenizer/tokenizer_config.json", None),
    ("tokenizer/special_tokens_map.json", 377),
)
CLIP_FILES: tuple[tuple[str, int, str], ...] = (
    ("config.json", 4_519, "8a09b467700c58138c29d53c605b34ebc69beaadd13274a8a2af8ad2c2f4032a"),
    (
        "model.safetensors",
        1_710_540_580,
        "a2bf730a0c7debf160f7a6b50b3aaf3703e7e88ac73de7a314903141db026dcb",
    ),
)

KARLO = Family(
    name="karlo",
    title="Karlo v1 alpha",
    description=(
        "Paints at 64 pixels and enlarges to 256. It has no inpainting checkpoint: known pixels "
        "are kept by blending them in while it paints."
    ),
    text=TEXT,
    vision=VISION,
    prior=PRIOR,
    prior_schedule=PRIOR_SCHEDULE,
    decoder=DECODER,
    decoder_schedule=DECODER_SCHEDULE,
    projection=PROJECTION,
    super_resolution=SUPER_RESOLUTION,
    base=64,
    native=256,
    preset=Sampling(
        steps=25,
        guidance=8.0,
        prior_steps=25,
        prior_guidance=4.0,
        sampler="ddpm",
        guidance_from=0.0,
        guidance_until=1.0,
        deep_every=1,
    ),
    licence="CreativeML Open RAIL-M",
    licence_file="CreativeML-Open-RAIL-M.txt",
    repositories=(
        Repository(folder=FOLDER, published="kakaobrain/karlo-v1-alpha"),
        Repository(
            folder=CLIP_FOLDER,
            published="openai/clip-vit-large-patch14",
            revision="32bd64288804d66eefd0ccbe215aa642df71cc41",
        ),
    ),
    places=(
        Place(part=Part.TOKENIZER, repository=FOLDER, subfolder="tokenizer", base=None),
        Place(part=Part.TEXT, repository=FOLDER, subfolder="text_encoder", base="model"),
        Place(part=Part.VISION, repository=CLIP_FOLDER, subfolder="", base="model"),
        Place(part=Part.PRIOR, repository=FOLDER, subfolder="prior", scheduler="prior_scheduler"),
        Place(part=Part.PROJECTION, repository=FOLDER, subfolder="text_proj"),
        Place(
            part=Part.DECODER, repository=FOLDER, subfolder="decoder", scheduler="decoder_scheduler"
        ),
        Place(
            part=Part.SUPER_FIRST,
            repository=FOLDER,
            subfolder="super_res_first",
            scheduler="super_res_scheduler",
        ),
        Place(
            part=Part.SUPER_LAST,
            repository=FOLDER,
            subfolder="super_res_last",
            scheduler="super_res_scheduler",
        ),
    ),
    files=(
        *(FileSpec(repository=FOLDER, path=path, size=size) for path, size in FILES),
        *(
            FileSpec(repository=CLIP_FOLDER, path=path, size=size, sha256=sha256)
            for path, size, sha256 in CLIP_FILES
        ),
    ),
    tasks=ON_EMBEDDINGS | {Generate, Guide, Inpaint, Upscale},
)
