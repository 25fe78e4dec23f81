"""More layers, or deeper groups, than Easel opens: the limit is named, nothing is called damage."""

import json

import pytest

from desktop.errors import ProjectDamaged
from desktop.storage.archive import pack
from desktop.storage.project import MANIFEST, STACK
from desktop.storage.project_limits import DEEPEST, MOST_LAYERS
from desktop.storage.project_reading import read_project
from desktop.storage.project_writing import project_bytes
from tests.desktop.storage.projects import bare, everything, members
from tests.quick import quick

LIMIT = "more than 1,000 layers, or groups more than 50 deep"
Layers = list[dict[str, object]]


def row(count: int) -> Layers:
    """Empty layers beside each other."""
    return [{"id": n, "name": "a", "pixels": {}} for n in range(count)]


def nest(depth: int) -> Layers:
    """An empty layer in groups."""
    inner: dict[str, object] = {"id": 0, "name": "a", "pixels": {}}
    for n in range(depth):
        inner = {"id": n + 1, "name": "g", "children": [inner]}
    return [inner]


def own(layers: Layers) -> bytes:
    """A project of Easel's with these layers in its manifest."""
    found = members(project_bytes(everything()))
    found[MANIFEST] = json.dumps(json.loads(found[MANIFEST]) | {"layers": layers}).encode()
    return pack(found)


def foreign(inside: bytes) -> bytes:
    """A file of another program."""
    return pack(bare(**{STACK: b"<image w='9' h='9'><stack>" + inside + b"</stack></image>"}))


FILES = {
    "a manifest of 1,001 layers": own(row(MOST_LAYERS + 1)),
    "a manifest of 5,000": own(row(5_000)),
    "200 groups in each other": own(nest(200)),
    "a stack of 1,001": foreign(b"<stack/>" * (MOST_LAYERS + 1)),
    "a stack of 6,000": foreign(b"<stack/>" * 6_000),
    "a stack 200 deep": foreign(b"<stack>" * 200 + b"</stack>" * 200),
}


@pytest.mark.parametrize("what", FILES)
def test_more_layers_than_easel_opens_are_refused_with_the_limit(what: str) -> None:
    with quick(1.0), pytest.raises(ProjectDamaged, match=LIMIT) as raised:
        read_project(FILES[what], "a.ora")
    assert "it was not changed" in str(raised.value)


@pytest.mark.parametrize("layers", [row(MOST_LAYERS), nest(DEEPEST)], ids=["many", "deep"])
def test_as_many_layers_as_are_allowed_open(layers: Layers) -> None:
    picture = read_project(own(layers), "a.ora").project.picture
    assert len(list(picture.walk())) == (MOST_LAYERS if len(layers) > 1 else DEEPEST + 1)


def test_as_many_layers_of_another_program_open() -> None:
    picture = read_project(foreign(b"<stack/>" * MOST_LAYERS), "a.ora").project.picture
    assert len(picture.layers) == MOST_LAYERS
