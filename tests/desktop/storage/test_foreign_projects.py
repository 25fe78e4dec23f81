"""OpenRaster of other programs: what Easel does not know is said, with what is safe and to do."""

import io

import numpy as np
import pytest
from PIL import Image

from desktop.document.blend import BlendMode
from desktop.errors import ProjectDamaged
from desktop.storage.archive import pack
from desktop.storage.project import MIMETYPE, STACK
from desktop.storage.project_reading import read_project


def foreign(stack: bytes, **pictures: bytes) -> bytes:
    """An archive of another program: what is in the stack, from above, and its PNG files."""
    found = {f"data/{name}.png": content for name, content in pictures.items()}
    return pack(
        {"mimetype": MIMETYPE}
        | found
        | {STACK: b'<image w="64" h="48"><stack>' + stack + b"</stack></image>"}
    )


def png(pixels: np.ndarray) -> bytes:
    """A PNG file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


GREY = png(np.full((48, 64, 3), 128, np.uint8))
GROUND = b'<layer name="ground" src="data/a.png"/>'


def test_unknown_ways_to_mix_are_shown_as_normal_and_told_by_layer() -> None:
    stack = b'<layer name="Glow" src="data/a.png" composite-op="krita:dissolve"/>' + GROUND
    opened = read_project(foreign(stack, a=GREY), "boat.ora")
    assert [layer.mode for layer in opened.project.picture.layers] == [BlendMode.NORMAL] * 2
    happened, safe, to_do = opened.note.split(". ")
    assert happened == (
        "“boat.ora” was opened, but these layers mix in ways that Easel does not know and are "
        "shown as normal: “Glow” (krita:dissolve)"
    )
    assert safe == "The file was not changed, and saving makes a new one"
    assert to_do.startswith("Choose other blend modes here, or merge these layers")


def test_of_many_such_layers_some_are_named() -> None:
    layer = b'<layer name="L%d" src="data/a.png" composite-op="svg:dst-in"/>'
    stack = b"".join(layer % number for number in range(9)) + GROUND
    note = read_project(foreign(stack, a=GREY), "boat.ora").note
    assert note.count("svg:dst-in") == 3
    assert "(svg:dst-in), …. The file" in note


@pytest.mark.parametrize(
    ("element", "told"),
    [
        (b'<text name="Title" x="3">Boats</text>', "“Title” (text)"),
        (b'<filter type="blur"/>', "“filter” (filter)"),
        (b'<layer name="Sign" src="data/sign.SVG"/>', "“Sign” (svg)"),
    ],
)
def test_what_has_no_pixels_is_left_out_and_told(element: bytes, told: str) -> None:
    opened = read_project(foreign(element + GROUND, a=GREY), "boat.ora")
    assert [layer.name for layer in opened.project.picture.layers] == ["ground"]
    assert f"without what Easel cannot show: {told}. The file was not changed" in opened.note


def test_deep_colours_are_told_and_each_loss_has_a_line() -> None:
    deep = png(np.full((48, 64), 40_000, np.uint16))
    stack = b'<text name="T"/><layer src="data/a.png" composite-op="x:y"/>' + GROUND
    note = read_project(foreign(stack, a=deep), "boat.ora").note
    lines = note.split("\n")
    assert len(lines) == 3
    assert "16 bits per colour were reduced to 8. The file was not changed" in lines[2]


def test_what_was_made_with_what_easel_knows_needs_no_words() -> None:
    assert read_project(foreign(GROUND, a=GREY), "boat.ora").note == ""


def test_a_rescued_archive_of_another_program_says_both() -> None:
    stack = b'<layer name="gone" src="data/b.png"/><text name="Title"/>' + GROUND
    content = foreign(stack, a=GREY)
    with pytest.raises(ProjectDamaged):
        read_project(content, "boat.ora")
    first, second = read_project(content, "boat.ora", rescue=True).note.split("\n")
    assert "1 of 2 layers" in first
    assert "“Title” (text)" in second
