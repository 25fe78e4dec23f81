"""Exports: every format holds the picture, says how it was made or not, and knows its limits."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from psd_tools import PSDImage

from desktop.document.blend import BlendMode
from desktop.document.channel import Channel
from desktop.document.composite import composite
from desktop.document.geometry import Rect
from desktop.document.picture import Layer, Picture
from desktop.document.raster import Raster
from desktop.errors import NotWritable, PictureTooLarge
from desktop.storage.exports import ExportOptions, Kind, export, exported, notes_in
from desktop.storage.images import decode_picture
from desktop.storage.layered_psd import MODES
from engine.picture_file import read_notes

FRAME = Rect(0, 0, 64, 64)
TEXTS = {"prompt": "a boat – “blue”", "seed": "7"}


def smooth(left: int, top: int, alpha: int = 255) -> Raster:
    """Slow waves of colour, which lossy formats keep."""
    x = np.arange(60) / 20
    wave = (np.sin(x)[:, None] * np.cos(x)[None, :] * 90 + 128).astype(np.uint8)
    pixels = np.dstack([wave, wave.T, 255 - wave, np.full_like(wave, alpha)])
    return Raster.from_array(pixels, left, top)


def picture() -> Picture:
    """Two layers, of which the upper is half transparent and hangs over."""
    layers = (Layer(1, "below", smooth(-5, 3)), Layer(2, "above", smooth(20, 10, 100)))
    return Picture(FRAME, layers)


@pytest.mark.parametrize("kind", [Kind.PNG, Kind.TIFF, Kind.WEBP], ids=lambda kind: kind.name)
def test_lossless_formats_come_back_bit_for_bit(kind: Kind) -> None:
    content = exported(picture(), ExportOptions(kind=kind, lossless=True), TEXTS)
    wanted = composite(picture(), Rect(-5, 3, 85, 67))
    assert np.array_equal(decode_picture(content, "a").pixels, wanted)


def test_jpeg_lays_the_picture_on_its_matte_and_loses_little() -> None:
    content = exported(picture(), ExportOptions(kind=Kind.JPEG, matte=(0, 0, 0)), TEXTS)
    made = decode_picture(content, "a").pixels.astype(int)
    wanted = composite(picture(), Rect(-5, 3, 85, 67)).astype(int)
    flat = wanted[..., :3] * wanted[..., 3:] // 255
    assert np.abs(made[..., :3] - flat).mean() < 2.5


def test_quality_costs_bytes() -> None:
    small, large = (
        len(exported(picture(), ExportOptions(kind=Kind.JPEG, quality=q), {})) for q in (20, 95)
    )
    assert small < large


@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.TIFF, Kind.WEBP], ids=lambda kind: kind.name)
def test_notes_are_kept_or_left_out_by_choice(kind: Kind) -> None:
    options = ExportOptions(kind=kind)
    assert notes_in(exported(picture(), options, TEXTS)) == TEXTS
    content = exported(picture(), replace(options, notes=False), TEXTS)
    assert notes_in(content) == {}
    assert b"boat" not in content


def test_notes_too_long_for_the_format_are_cut_to_the_prompt() -> None:
    content = exported(picture(), ExportOptions(kind=Kind.JPEG), {"prompt": "p" * 90_000, "x": "y"})
    assert set(notes_in(content)) == {"prompt"}


def test_notes_of_a_png_are_text_chunks(tmp_path: Path) -> None:
    path = export(picture(), tmp_path / "a.png", ExportOptions(), TEXTS)
    assert read_notes(path)["prompt"] == TEXTS["prompt"]
    plain = export(picture(), tmp_path / "b.png", ExportOptions(notes=False), TEXTS)
    assert "prompt" not in read_notes(plain)


def test_every_format_but_psd_says_that_it_is_srgb() -> None:
    for kind in (Kind.JPEG, Kind.TIFF, Kind.WEBP):
        with Image.open(io.BytesIO(exported(picture(), ExportOptions(kind=kind), {}))) as image:
            assert "sRGB".encode("utf-16-be") in image.info["icc_profile"]


def test_a_name_gets_its_ending_and_no_other_file_is_replaced(tmp_path: Path) -> None:
    options = ExportOptions(kind=Kind.JPEG)
    assert export(picture(), tmp_path / "a", options, {}).name == "a.jpg"
    assert export(picture(), tmp_path / "a.JPEG", options, {}).name == "a.JPEG"
    with pytest.raises(NotWritable, match="exists already"):
        export(picture(), tmp_path / "a", options, {})


def test_limits_of_a_format_are_told_before_work_starts() -> None:
    wide = Picture(Rect(0, 0, 17_000, 4))
    with pytest.raises(PictureTooLarge, match="WEBP ends at 16,383"):
        exported(wide, ExportOptions(kind=Kind.WEBP), {})
    assert exported(wide, ExportOptions(kind=Kind.JPEG), {})
    with pytest.raises(PictureTooLarge, match="too many"):
        exported(Picture(Rect(0, 0, 10_000, 10_000)), ExportOptions(), {})


def layered() -> Picture:
    """Groups, masks, modes, hidden and empty layers."""
    inner = (
        Layer(2, "inside", smooth(10, 10, 200), mode=BlendMode.MULTIPLY, opacity=0.5),
        Layer(3, "masked", smooth(0, 20), mask=Channel.of_rect(Rect(5, 25, 20, 20), 128)),
    )
    layers = (
        Layer(1, "base", smooth(-5, 3)),
        Layer.group(4, "group", inner),
        Layer(5, "hidden", smooth(0, 0), visible=False),
        Layer(6, "empty", Raster.empty()),
    )
    return Picture(FRAME, layers)


def test_a_psd_holds_layers_groups_masks_modes_and_the_merged_picture() -> None:
    document = PSDImage.open(io.BytesIO(exported(layered(), ExportOptions(kind=Kind.PSD), {})))
    assert [layer.name for layer in document] == ["base", "group", "hidden", "empty"]
    group = document[1]
    inside, masked = group
    assert (inside.blend_mode, inside.opacity) == (MODES[BlendMode.MULTIPLY], 128)
    assert (inside.left, inside.top) == (15, 7)
    assert masked.has_mask()
    assert [layer.visible for layer in document] == [True, True, False, True]
    merged = (document.numpy() * 255 + 0.5).astype(np.uint8)
    wanted = composite(layered(), Rect(-5, 3, 75, 77))
    assert np.array_equal(merged[..., 3], wanted[..., 3])
    opaque = wanted[..., 3] == 255  # elsewhere the format has white laid below
    assert np.abs(merged[opaque].astype(int) - wanted[opaque]).max() <= 1
    pixels = np.array(document[0].topil().convert("RGBA"))
    assert np.array_equal(pixels, smooth(-5, 3).read(Rect(-5, 3, 60, 60)))


def test_photoshop_has_a_name_for_each_of_our_modes() -> None:
    assert set(MODES) == set(BlendMode)
    assert len(set(MODES.values())) == len(MODES)
