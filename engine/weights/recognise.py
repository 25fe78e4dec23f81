"""What a folder that a person points at holds: by names, headers and shapes, nothing executed.

Two kinds are known: a folder in which models lie under their published names or in the Hugging Face
cache, and a folder that is a model of a known family under a name of its own, a fine-tune say.
Whether it is the whole model is found out by reading it (`engine.inspection`).
"""

from dataclasses import dataclass
from pathlib import Path

from engine import families
from engine.errors import WeightsDamaged, WeightsMissing
from engine.families import Family, Part, Place, Repository
from engine.weights.header import TensorInfo, read_header
from engine.weights.store import WeightStore
from engine.weights.variants import find_files, refuse_pickled


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was found.

    search: the folder to look in, for models under their own names. homes: family name ->
    repository -> the folder that stands for it. parts: what was recognised.
    """

    search: Path | None
    homes: dict[str, dict[str, Path]]
    parts: tuple[Part, ...]


def recognise(folder: Path) -> Recognised:
    """Raises WeightsMissing when nothing in `folder` is of a family that Easel knows.

    Raises WeightsDamaged when what looks like a model is pickled, cut off or of another kind.
    """
    search = folder.parent if folder.name.startswith("models--") else folder
    store = WeightStore([search])
    known = [each for each in families.all() if each.repositories[0].published]
    named = [(each, store.homes(repository)) for each in known for repository in each.repositories]
    if any(homes for _, homes in named):
        parts = tuple(
            part
            for family, homes in named
            if homes
            for part in (place.part for place in family.places)
            if store.has(family, part)
        )
        return Recognised(search, {}, tuple(dict.fromkeys(parts)))
    return recognise_roles(folder, known)


def recognise_roles(folder: Path, known: list[Family]) -> Recognised:
    """The folder as repositories of one family; the first family that fits wins."""
    refusals: list[WeightsDamaged] = []
    for family in known:
        homes: dict[str, Path] = {}
        parts: list[Part] = []
        for repository in family.repositories:
            found, refused = parts_in(folder, family, repository)
            refusals += refused
            if found:
                homes[repository.folder] = folder
                parts += found
        if parts:
            return Recognised(None, {family.name: homes}, tuple(dict.fromkeys(parts)))
    if refusals:
        raise refusals[0]
    refuse_pickled(folder)
    raise WeightsMissing(
        f"There is no model in {folder} that Easel knows. Choose the folder that holds "
        "kandinsky-2-2-prior or karlo-v1-alpha, a fine-tune with a folder “unet” or “prior” in "
        "it, or a Hugging Face cache."
    )


def parts_in(
    folder: Path, family: Family, repository: Repository
) -> tuple[list[Part], list[WeightsDamaged]]:
    """The parts of one repository that `folder` really holds, and why others are not taken."""
    found: list[Part] = []
    refused: list[WeightsDamaged] = []
    for place in family.places:
        if place.repository != repository.folder or not place.base or not place.subfolder:
            continue
        try:
            header = header_of(folder / place.subfolder, place)
        except WeightsMissing:
            continue
        except WeightsDamaged as error:
            refused.append(error)
            continue
        if fits(family, place.part, header):
            found.append(place.part)
        else:
            refused.append(another_kind(folder, place))
    # An autoencoder lies beside decoders of both kinds and says nothing about which this is.
    telling = [part for part in found if part is not Part.AUTOENCODER]
    return (found if telling else []), refused


def header_of(folder: Path, place: Place) -> dict[str, TensorInfo]:
    """All tensors of a part, by the headers of its files."""
    assert place.base is not None
    tensors: dict[str, TensorInfo] = {}
    for path in find_files(folder, place.base):
        tensors |= read_header(path)
    return tensors


def fits(family: Family, part: Part, header: dict[str, TensorInfo]) -> bool:
    """Whether a tensor that tells the kinds apart has the family's shape."""
    sign = sign_of(family, part)
    if sign is None:
        return True
    name, shape = sign
    return name in header and header[name].shape == shape


def sign_of(family: Family, part: Part) -> tuple[str, tuple[int, ...]] | None:
    """Name and shape of such a tensor, None for parts that have none."""
    unets = {Part.DECODER: family.decoder, Part.INPAINT: family.inpaint}
    if family.super_resolution:
        unets |= dict.fromkeys((Part.SUPER_FIRST, Part.SUPER_LAST), family.super_resolution.unet)
    if (unet := unets.get(part)) is not None:
        return "conv_in.weight", (unet.channels[0], unet.in_channels, 3, 3)
    if part is Part.PRIOR:
        return "clip_mean", (1, family.prior.embed_dim)
    if part is Part.TEXT:
        shape = (family.text.vocabulary, family.text.width)
        return "text_model.embeddings.token_embedding.weight", shape
    if part is Part.VISION:
        return "vision_model.embeddings.class_embedding", (family.vision.width,)
    return None


def another_kind(folder: Path, place: Place) -> WeightsDamaged:
    """The sentence for a sound file of another model."""
    return WeightsDamaged(
        f"The folder {folder / place.subfolder} does not hold the {place.part} of a model that "
        "Easel knows; its shapes are others. Nothing was changed; choose another folder."
    )
