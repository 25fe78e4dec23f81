"""The key maps as pure data: complete, without doubles, and reversible."""

import pytest
import torch

from engine.weights import remap
from engine.weights.load import joined_shape
from engine.weights.remap import Recipe

TOWERS = {"text": remap.text_tower(2), "image": remap.image_tower(2)}


@pytest.mark.parametrize("tower", TOWERS)
def test_every_name_is_used_once_on_both_sides(tower: str) -> None:
    targets = [recipe.target for recipe in TOWERS[tower]]
    sources = [source for recipe in TOWERS[tower] for source in recipe.sources]
    assert len(set(targets)) == len(targets)
    assert len(set(sources)) == len(sources)
    assert len(sources) - len(targets) == 2 * 4, "per layer two matrices and two biases fewer"


def test_what_was_mapped_can_be_published_again() -> None:
    recipes = (Recipe("a", ("q", "k", "v")), Recipe("b", ("w",), transposed=True))
    state = {"a": torch.arange(12.0).reshape(6, 2), "b": torch.arange(6.0).reshape(2, 3)}
    files = remap.published(recipes, state)
    assert {name: tuple(value.shape) for name, value in files.items()} == {
        "q": (2, 2),
        "k": (2, 2),
        "v": (2, 2),
        "w": (3, 2),
    }
    assert torch.equal(torch.cat([files["q"], files["k"], files["v"]]), state["a"])
    assert torch.equal(files["w"].T, state["b"])
    assert all(value.is_contiguous() for value in files.values())


def test_position_ids_are_ignored_and_nothing_else() -> None:
    assert remap.is_ignored("text_model.embeddings.position_ids")
    assert not remap.is_ignored("text_model.embeddings.position_embedding.weight")
    assert not remap.is_ignored("position_ids.weight")


def test_old_names_concern_attention_alone() -> None:
    names = [
        "encoder.mid_block.attentions.0.to_q.weight",
        "encoder.mid_block.attentions.0.to_out.0.bias",
        "encoder.mid_block.attentions.0.group_norm.weight",
        "encoder.conv_in.weight",
    ]
    assert [recipe.sources[0] for recipe in remap.old_attention_names(names)] == [
        "encoder.mid_block.attentions.0.query.weight",
        "encoder.mid_block.attentions.0.proj_attn.bias",
        "encoder.mid_block.attentions.0.group_norm.weight",
        "encoder.conv_in.weight",
    ]


@pytest.mark.parametrize(
    ("recipe", "shapes", "joined"),
    [
        (Recipe("a", ("x",)), [(2, 3)], (2, 3)),
        (Recipe("a", ("x",), transposed=True), [(2, 3)], (3, 2)),
        (Recipe("a", ("x", "y")), [(2, 3), (4, 3)], (6, 3)),
        (Recipe("a", ("x", "y"), dim=1), [(2, 3), (2, 5)], (2, 8)),
        (Recipe("a", ("x", "y")), [(2, 3), (2, 5)], None),
        (Recipe("a", ("x", "y")), [(2, 3), (2,)], None),
        (Recipe("a", ("x", "y")), [(), ()], None),
    ],
)
def test_shapes_are_joined_as_tensors_would_be(recipe: Recipe, shapes, joined) -> None:
    assert joined_shape(recipe, shapes) == joined
