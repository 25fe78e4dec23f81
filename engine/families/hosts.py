"""Where published models are downloaded from: the one place in which a host is named."""

PUBLISHER = "https://huggingface.co"

HOSTS = (
    "huggingface.co",
    "cdn-lfs.huggingface.co",
    "cdn-lfs.hf.co",
    "cdn-lfs-us-1.hf.co",
    "cdn-lfs-eu-1.hf.co",
    ".xethub.hf.co",
    ".cdn.hf.co",
)
"""Where the publisher keeps its files; a name with a dot in front stands for all below it."""
