"""Every network of the published families in its real size, and one question for both sides.

A question is asked of our network, loaded by the engine's own loader, and of the one that diffusers
or transformers load from the same file; either answers with named tensors.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import torch
from torch import Tensor

from engine import families
from engine.families import Family, Part
from engine.networks.condition import Condition
from engine.weights import parts
from engine.weights.reading import Target
from engine.weights.store import WeightStore
from tests.oracle import settings

Answer: TypeAlias = dict[str, Tensor]
KANDINSKY, KARLO = families.find("kandinsky22"), families.find("karlo")


@dataclass(frozen=True, kw_only=True)
class Case:
    """keys: which published list of tensors. reference: name of the class, "library.Class".

    ours: (store, target) -> network. ask and ask_reference: (network, noise) -> answer.
    """

    title: str
    family: Family
    part: Part
    keys: str
    settings: Mapping[str, object]
    reference: str
    ours: Callable[[WeightStore, Target], Any]
    ask: Callable[[Any, "Noise"], Answer]
    ask_reference: Callable[[Any, "Noise"], Answer]
    stored: str = "F32"

    def folder(self, models: Path) -> Path:
        """Where the network belongs below a folder of models."""
        place = self.family.place(self.part)
        return models / place.repository / place.subfolder

    def file(self, models: Path) -> Path:
        """Its weights."""
        return self.folder(models) / f"{self.family.place(self.part).base}.safetensors"


class Noise:
    """Normal numbers of any shape, the same in every process, in the format that is compared."""

    def __init__(self, dtype: torch.dtype) -> None:
        self._source = torch.Generator().manual_seed(5)
        self._dtype = dtype

    def __call__(self, *shape: int) -> Tensor:
        """The next ones."""
        return torch.randn(shape, generator=self._source).to(self._dtype)


TWO = torch.tensor([417, 417])
ONE = torch.tensor([481])
MASK = torch.arange(77)[None] < torch.tensor([[7], [77]])
IDS = torch.randint(1, 49406, (2, 77), generator=torch.Generator().manual_seed(1))
IDS[:, 0], IDS[0, 9:], IDS[1, 76] = 49406, 49407, 49407


def ask_prior(network: Any, noise: Noise) -> Answer:
    """Two texts, one of them short; the answer in CLIP's space."""
    width = network.spec.embed_dim
    x, embed, states = noise(2, width), noise(2, width), noise(2, 77, width)
    return {"": network.unstandardise(network(x, TWO, states, embed, MASK))}


def ask_their_prior(network: Any, noise: Noise) -> Answer:
    """The same."""
    width = network.config.embedding_dim
    x, embed, states = noise(2, width), noise(2, width), noise(2, 77, width)
    reply = network(x, 417, embed, states, MASK).predicted_image_embedding
    return {"": network.post_process_latents(reply)}


def ask_decoder(network: Any, noise: Noise) -> Answer:
    """Latents of 512 × 384 pixels."""
    x, embed = noise(1, network.spec.in_channels, 48, 64), noise(1, 1280)
    return {"": network(x, ONE, network.condition(embed))}


def ask_their_decoder(network: Any, noise: Noise) -> Answer:
    """The same."""
    x, embed = noise(1, network.config.in_channels, 48, 64), noise(1, 1280)
    return {"": network(x, 481, None, added_cond_kwargs={"image_embeds": embed}).sample}


def ask_movq(network: Any, noise: Noise) -> Answer:
    """384 × 256 pixels both ways."""
    return {
        "encode": network.encode(noise(1, 3, 256, 384)),
        "decode": network.decode(noise(1, 4, 32, 48)),
    }


def ask_their_movq(network: Any, noise: Noise) -> Answer:
    """The same, never quantised."""
    return {
        "encode": network.encode(noise(1, 3, 256, 384)).latents,
        "decode": network.decode(noise(1, 4, 32, 48), force_not_quantize=True).sample,
    }


def ask_text(network: Any, noise: Noise) -> Answer:
    """A short text and one that fills the tower."""
    states, embed = network(IDS)
    return {"states": states, "embedding": embed}


def ask_their_text(network: Any, noise: Noise) -> Answer:
    """The same."""
    reply = network(IDS)
    return {"states": reply.last_hidden_state, "embedding": reply.text_embeds}


def ask_vision(network: Any, noise: Noise) -> Answer:
    """One picture."""
    return {"": network(noise(1, 3, 224, 224))}


def ask_their_vision(network: Any, noise: Noise) -> Answer:
    """The same."""
    return {"": network(noise(1, 3, 224, 224)).image_embeds}


def ask_projection(network: Any, noise: Noise) -> Answer:
    """An embedding and, before it, none; two texts."""
    embed, text, states = noise(1, 768), noise(2, 768), noise(2, 77, 768)
    told: Condition = network(torch.cat([network.nothing, embed]), states, text, MASK)
    assert told.context is not None
    assert told.time is not None
    return {"context": told.context, "time": told.time}


def ask_their_projection(network: Any, noise: Noise) -> Answer:
    """The same."""
    embed, text, states = noise(1, 768), noise(2, 768), noise(2, 77, 768)
    context, time = network(
        image_embeddings=embed,
        prompt_embeds=text,
        text_encoder_hidden_states=states,
        do_classifier_free_guidance=True,
    )
    return {"context": context, "time": time}


TOLD = torch.arange(81)[None] < torch.tensor([[11]])


def ask_karlo(network: Any, noise: Noise) -> Answer:
    """64 × 64 pixels, most of the context masked."""
    x, time, context = noise(1, 3, 64, 64), noise(1, 1280), noise(1, 81, 1536)
    return {"": network(x, ONE, Condition(time=time, context=context, mask=TOLD))}


def ask_their_karlo(network: Any, noise: Noise) -> Answer:
    """The same."""
    x, time, context = noise(1, 3, 64, 64), noise(1, 1280), noise(1, 81, 1536)
    return {"": network(x, 481, context, class_labels=time, attention_mask=TOLD).sample}


def ask_super(network: Any, noise: Noise) -> Answer:
    """96 × 64 pixels: there is no attention, so the size of the picture changes nothing."""
    return {"": network(noise(1, 6, 64, 96), ONE)}


def ask_their_super(network: Any, noise: Noise) -> Answer:
    """The same."""
    return {"": network(noise(1, 6, 64, 96), 481).sample}


def text_case(family: Family, keys: str, published: Mapping[str, object]) -> Case:
    """A text tower."""
    return Case(
        title=f"{family.title}: text tower",
        family=family,
        part=Part.TEXT,
        keys=keys,
        settings=published,
        reference="transformers.CLIPTextModelWithProjection",
        ours=lambda store, target: parts.load_text(store, family, target),
        ask=ask_text,
        ask_reference=ask_their_text,
    )


def vision_case(
    family: Family, keys: str, published: Mapping[str, object], stored: str = "F32"
) -> Case:
    """An image tower; `stored` is the published format."""
    return Case(
        title=f"{family.title}: image tower",
        family=family,
        part=Part.VISION,
        keys=keys,
        settings=published,
        reference="transformers.CLIPVisionModelWithProjection",
        ours=lambda store, target: parts.load_vision(store, family, target),
        ask=ask_vision,
        ask_reference=ask_their_vision,
        stored=stored,
    )


def prior_case(family: Family, keys: str) -> Case:
    """A prior."""
    return Case(
        title=f"{family.title}: prior",
        family=family,
        part=Part.PRIOR,
        keys=keys,
        settings=settings.PRIOR | {"embedding_dim": family.prior.embed_dim},
        reference="diffusers.PriorTransformer",
        ours=lambda store, target: parts.load_prior(store, family, target),
        ask=ask_prior,
        ask_reference=ask_their_prior,
    )


CASES: dict[str, Case] = {
    "karlo-projection": Case(
        title="Karlo v1 alpha: text projection",
        family=KARLO,
        part=Part.PROJECTION,
        keys="karlo.text_proj",
        settings=settings.PROJECTION,
        reference="diffusers.pipelines.deprecated.unclip.text_proj.UnCLIPTextProjModel",
        ours=lambda store, target: parts.load_projection(store, KARLO, target),
        ask=ask_projection,
        ask_reference=ask_their_projection,
    ),
    "karlo-text": text_case(KARLO, "karlo.text_encoder", settings.LARGE_TEXT),
    "karlo-vision": vision_case(KARLO, "karlo.image_encoder", settings.LARGE_VISION),
    "kandinsky22-movq": Case(
        title="Kandinsky 2.2: MoVQ",
        family=KANDINSKY,
        part=Part.AUTOENCODER,
        keys="kandinsky22.movq",
        settings=settings.MOVQ,
        reference="diffusers.VQModel",
        ours=lambda store, target: parts.load_autoencoder(store, KANDINSKY, target),
        ask=ask_movq,
        ask_reference=ask_their_movq,
    ),
    "kandinsky22-text": text_case(KANDINSKY, "kandinsky22.text_encoder", settings.BIG_TEXT),
    "karlo-prior": prior_case(KARLO, "karlo.prior"),
    "kandinsky22-prior": prior_case(KANDINSKY, "kandinsky22.prior"),
    "karlo-super": Case(
        title="Karlo v1 alpha: super-resolution",
        family=KARLO,
        part=Part.SUPER_FIRST,
        keys="karlo.super_res_first",
        settings=settings.UNCONDITIONED,
        reference="diffusers.UNet2DModel",
        ours=lambda store, target: parts.load_super_resolution(
            store, KARLO, Part.SUPER_FIRST, target
        ),
        ask=ask_super,
        ask_reference=ask_their_super,
    ),
    "karlo-decoder": Case(
        title="Karlo v1 alpha: decoder",
        family=KARLO,
        part=Part.DECODER,
        keys="karlo.decoder",
        settings=settings.KARLO_DECODER,
        reference="diffusers.UNet2DConditionModel",
        ours=lambda store, target: parts.load_decoder(store, KARLO, target),
        ask=ask_karlo,
        ask_reference=ask_their_karlo,
    ),
    "kandinsky22-decoder": Case(
        title="Kandinsky 2.2: decoder",
        family=KANDINSKY,
        part=Part.DECODER,
        keys="kandinsky22.unet",
        settings=settings.KANDINSKY_DECODER,
        reference="diffusers.UNet2DConditionModel",
        ours=lambda store, target: parts.load_decoder(store, KANDINSKY, target),
        ask=ask_decoder,
        ask_reference=ask_their_decoder,
    ),
    "kandinsky22-inpaint": Case(
        title="Kandinsky 2.2: inpainting decoder",
        family=KANDINSKY,
        part=Part.INPAINT,
        keys="kandinsky22.unet_inpaint",
        settings=settings.KANDINSKY_DECODER | {"in_channels": 9},
        reference="diffusers.UNet2DConditionModel",
        ours=lambda store, target: parts.load_inpaint(store, KANDINSKY, target),
        ask=ask_decoder,
        ask_reference=ask_their_decoder,
    ),
    "kandinsky22-vision": vision_case(
        KANDINSKY, "kandinsky22.image_encoder", settings.BIG_VISION, stored="F16"
    ),
}
"""By name, the small ones first."""
