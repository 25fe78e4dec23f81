"""Kandinsky 2.2 as published: shapes, schedules and the files with their sizes and hashes.

Razzhigaev et al. 2023 (arXiv 2310.03502). Everything is Apache-2.0.
"""

from dataclasses import replace

from engine.families.family import ON_EMBEDDINGS, Family, FileSpec, Part, Place, Repository
from engine.requests import Generate, Guide, Inpaint, Sampling, Upscale
from engine.specs import (
    Betas,
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

PRIOR_FOLDER = "kandinsky-2-2-prior"
DECODER_FOLDER = "kandinsky-2-2-decoder"
INPAINT_FOLDER = "kandinsky-2-2-decoder-inpaint"

# CLIP ViT-bigG-14 (OpenCLIP, LAION-2B).
TEXT = TextSpec(width=1280, layers=32, heads=20, embed_dim=1280)
VISION = VisionSpec(
    width=1664, layers=48, heads=16, embed_dim=1280, patch=14, mlp_ratio=8192 / 1664
)
PRIOR = PriorSpec(embed_dim=1280, heads=32)
PRIOR_SCHEDULE = ScheduleSpec(
    betas=Betas.COSINE, prediction=Prediction.CLEAN, spacing=Spacing.ROUNDED, clip=10.0
)
DECODER = UNetSpec(
    in_channels=4,
    out_channels=8,
    channels=(384, 768, 1152, 1536),
    blocks=3,
    attention=(False, True, True, True),
    conditioning=Conditioning.IMAGE,
)
# The output has channels for a learned variance; the published scheduler does not use them.
DECODER_SCHEDULE = ScheduleSpec(
    betas=Betas.LINEAR, prediction=Prediction.NOISE, spacing=Spacing.LEADING, clip=1.0, offset=1
)
AUTOENCODER = MoVQSpec(channels=(128, 256, 256, 512), blocks=2)

PRIOR_FILES: tuple[tuple[str, int, str], ...] = (
    ("model_index.json", 501, "26cba76e560b6da612d65b8e7beac9be04442df8df2e1743b8466454988d1f5e"),
    (
        "text_encoder/config.json",
        2_017,
        "3dec84fa855c0b7f531eea433e805a1194086c38c5635baceda8cbed4f727f1b",
    ),
    (
        "text_encoder/model.safetensors",
        2_778_702_976,
        "6eaafeea664d7ab87df17274d6114dfdf092c587c7cd56c13cf84aacdebc0332",
    ),
    (
        "image_processor/preprocessor_config.json",
        315,
        "0a70aaa5de2ccb5e222b0e7e3ea347a3da051c3588c763cdd23b4d80bbf96b65",
    ),
    (
        "tokenizer/merges.txt",
        524_619,
        "9fd691f7c8039210e0fced15865466c65820d09b63988b0174bfe25de299051a",
    ),
    (
        "tokenizer/special_tokens_map.json",
        389,
        "f8c0d6c39aee3f8431078ef6646567b0aba7f2246e9c54b8b99d55c22b707cbf",
    ),
    (
        "tokenizer/tokenizer_config.json",
        904,
        "e19f34ef773563fb695f96cfcae1e4c7b112ab6ad532f6962061df5242d924f0",
    ),
    (
        "tokenizer/vocab.json",
        862_328,
        "5047b556ce86ccaf6aa22b3ffccfc52d391ea4accdab9c2f2407da5b742d4363",
    ),
    (
        "image_encoder/config.json",
        2_013,
        "1d53c2b4b74c5f85171d313adda3e3b8771ff5c698ee66a29710d0ac822298e4",
    ),
    (
        "image_encoder/model.safetensors",
        3_689_912_664,
        "657723e09f46a7c3957df651601029f66b1748afb12b419816330f16ed45d64d",
    ),
    (
        "scheduler/scheduler_config.json",
        229,
        "5ba056e705a3317f60d79a3756a3409b0a53f1129b76a6aa5097ce9f513d143e",
    ),
    ("prior/config.json", 252, "e36f9ae41677b87a8ca72853f1246704228c49c280adcfa8a8e100ef47d2ee5a"),
    (
        "prior/diffusion_pytorch_model.safetensors",
        4_104_940_968,
        "ab139b2df9e40ed0b1eda8dc6270a139a796c5fa3af76cd6b0573f620dca6dde",
    ),
)
DECODER_FILES: tuple[tuple[str, int, str], ...] = (
    ("model_index.json", 250, "5cde694d9f2a436adcdf0874c7f2b863d03bfcf54dbaf98926d2ef55bfe32918"),
    ("movq/config.json", 660, "b7448f3ea8aecf233629b20c1f606887e22244656edcee1be6a419079717a23e"),
    (
        "movq/diffusion_pytorch_model.safetensors",
        271_380_364,
        "43a5860fea195a7116f2471396c5cc9535fade9b63c4857d8a192ffd924b7002",
    ),
    (
        "scheduler/scheduler_config.json",
        317,
        "b0900b16ee3e47c7b1e3c3fda579835d8dbc8bb5ba8434395412fed5c732c597",
    ),
    ("unet/config.json", 1_665, "4f30206052776397195b5f1c9df9d7f7e34f50b1cb1ad9a027856021a94b62d6"),
    (
        "unet/diffusion_pytorch_model.safetensors",
        5_012_309_584,
        "3cc2f07442b9de0f18fb3f22247790872c094c4acc9dbe68552f96fd2e5c1ea1",
    ),
)
# Its movq folder is left out: byte for byte that of the decoder.
INPAINT_FILES: tuple[tuple[str, int, str], ...] = (
    ("model_index.json", 257, "6dfda60c9ec616ddd4f38cdf01a2adf3e1c6cf074e925f7bb77980d543aee8b1"),
    (
        "scheduler/scheduler_config.json",
        318,
        "801b60ec20835a36bf8c0cd2dab9f2c72d0b938ec87202a6b5b3eeb2714e1b97",
    ),
    ("unet/config.json", 1_665, "35e05e11683958668f34f2d99fb63524c26863f5d21257fda3c4a684e9f3131d"),
    (
        "unet/diffusion_pytorch_model.safetensors",
        5_012_378_704,
        "098b846d2378b4b44a33e0bd47f89f2886b72a10200cbf9e96d5fae3c471543f",
    ),
)

KANDINSKY22 = Family(
    name="kandinsky22",
    title="Kandinsky 2.2",
    description="Large and detailed; 512 to 1024 pixels. A graphics card makes it quick.",
    text=TEXT,
    vision=VISION,
    prior=PRIOR,
    prior_schedule=PRIOR_SCHEDULE,
    decoder=DECODER,
    decoder_schedule=DECODER_SCHEDULE,
    inpaint=replace(DECODER, in_channels=9),
    inpaint_schedule=replace(DECODER_SCHEDULE, clip=None),
    autoencoder=AUTOENCODER,
    base=512,
    native=512,
    preset=Sampling(
        steps=50,
        guidance=4.0,
        prior_steps=25,
        prior_guidance=4.0,
        sampler="ddpm",
        guidance_from=0.0,
        guidance_until=1.0,
        deep_every=1,
    ),
    licence="Apache-2.0",
    licence_file="Apache-2.0.txt",
    repositories=(
        Repository(
            folder=PRIOR_FOLDER,
            published="kandinsky-community/kandinsky-2-2-prior",
            revision="9fc51ad5732afc5d031724219d22e6c42179c5a8",
        ),
        Repository(
            folder=DECODER_FOLDER,
            published="kandinsky-community/kandinsky-2-2-decoder",
            revision="9ae140d347fed8ce6e8bb3005dcc1f48543bb8e3",
        ),
        Repository(
            folder=INPAINT_FOLDER,
            published="kandinsky-community/kandinsky-2-2-decoder-inpaint",
            revision="db790ad5cbcabed886f069ef2710774657621702",
        ),
    ),
    places=(
        Place(part=Part.TOKENIZER, repository=PRIOR_FOLDER, subfolder="tokenizer", base=None),
        Place(part=Part.TEXT, repository=PRIOR_FOLDER, subfolder="text_encoder", base="model"),
        Place(
            part=Part.VISION,
            repository=PRIOR_FOLDER,
            subfolder="image_encoder",
            base="model",
            width=2,
        ),
        Place(part=Part.PRIOR, repository=PRIOR_FOLDER, subfolder="prior"),
        Place(part=Part.DECODER, repository=DECODER_FOLDER, subfolder="unet"),
        Place(part=Part.INPAINT, repository=INPAINT_FOLDER, subfolder="unet"),
        Place(part=Part.AUTOENCODER, repository=DECODER_FOLDER, subfolder="movq"),
    ),
    files=tuple(
        FileSpec(repository=folder, path=path, size=size, sha256=sha256)
        for folder, files in (
            (PRIOR_FOLDER, PRIOR_FILES),
            (DECODER_FOLDER, DECODER_FILES),
            (INPAINT_FOLDER, INPAINT_FILES),
        )
        for path, size, sha256 in files
    ),
    tasks=ON_EMBEDDINGS | {Generate, Guide, Inpaint, Upscale},
)
