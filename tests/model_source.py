"""Published models of a few kilobytes: files with sizes and hashes, as the real lists have them."""

import hashlib
import json
import random
import struct
from dataclasses import dataclass, replace

from engine.families import Family, FileSpec
from engine.families.offers import OFFERS, Offer
from tests.source_server import Source

SETTINGS = b"{}"


def weights(seed: int, numbers: int = 30_000) -> bytes:
    """A safetensors file of one tensor of float32."""
    text = json.dumps(
        {"a": {"dtype": "F32", "shape": [numbers], "data_offsets": [0, 4 * numbers]}}
    ).encode()
    chance = random.Random(seed)
    values = struct.pack(f"<{numbers}f", *(chance.uniform(-1, 1) for _ in range(numbers)))
    return struct.pack("<Q", len(text)) + text + values


@dataclass(frozen=True)
class Published:
    """The offers with short files in the place of the real ones, and what a server would send."""

    offers: tuple[Offer, ...]
    files: dict[str, bytes]

    def fill(self, source: Source) -> None:
        """Have `source` serve them."""
        source.files.update(self.files)


def publish() -> Published:
    """Kandinsky 2.2 and Karlo, a few hundred kilobytes each; the Starter stays as it is."""
    families: dict[str, Family] = {}
    files: dict[str, bytes] = {}
    for family in {offer.family.name: offer.family for offer in OFFERS}.values():
        if family.repositories[0].published:
            families[family.name] = shortened(family, files)
    offers = tuple(
        replace(offer, family=families.get(offer.family.name, offer.family)) for offer in OFFERS
    )
    return Published(offers, files)


def shortened(family: Family, files: dict[str, bytes]) -> Family:
    """The family with short files; what the server has to send is put into `files`."""
    specs: list[FileSpec] = []
    for number, file in enumerate(family.files):
        octets = weights(number) if file.path.endswith(".safetensors") else SETTINGS
        repository = family.repository(file.repository)
        address = f"/{repository.published}/resolve/{repository.revision or 'main'}/{file.path}"
        files[address] = octets
        known = file.sha256 is not None
        sha256 = hashlib.sha256(octets).hexdigest() if known else None
        specs.append(replace(file, size=len(octets) if file.size else None, sha256=sha256))
    return replace(family, files=tuple(specs))
