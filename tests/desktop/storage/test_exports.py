"""Exports: every format holds the picture, says how it was made or not, and knows its limits."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from psd_tools import PSDImage

from desktop.document.blend import BlendMode
from desktop.document.channel import Channel
from desktop.document.composite import composite
from desktop.document.edits import place_image, set_opacity, set_visible
from desktop.document.geometry import Rect
from desktop.document.picture import Layer, Picture
from desktop.document.raster import Raster
from desktop.errors import NotWritable, PictureTooLarge
from desktop.storage.exports import (
    ExportOptions,
    Kind,
    export,
    exported,
    kind_of,
    notes_in,
    with_ending,
)
from desktop.storage.images import decode_picture, export_area, open_picture
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


@pytest.mark.parametrize("quality", [1, 50, 92, 100])
def test_jpeg_takes_the_noisiest_picture(quality: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (256, 256, 4), np.uint8)
    noisy = place_image(pixels, Rect(0, 0, 256, 256), "noise").apply(Picture(FRAME))
    content = exported(noisy, ExportOptions(kind=Kind.JPEG, quality=quality), {})
    assert decode_picture(content, "a").pixels.shape == (256, 256, 4)


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


def test_the_ending_tells_the_kind() -> None:
    names = ("a.png", "a.JPEG", "a.webp", "a.b.tiff", "a.psd", "a.bmp", "png")
    kinds = (Kind.PNG, Kind.JPEG, Kind.WEBP, Kind.TIFF, Kind.PSD, None, None)
    assert tuple(kind_of(Path(name)) for name in names) == kinds
    assert with_ending(Path("a.JPEG"), Kind.JPEG) == Path("a.JPEG")
    assert with_ending(Path("a.png"), Kind.JPEG) == Path("a.png.jpg")


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


Patch = np.ndarray[Any, np.dtype[np.uint8]]
PNG = ExportOptions()


def noise() -> Patch:
    return np.random.default_rng(7).integers(0, 256, (24, 32, 3), np.uint8)


def picture_of(*patches: tuple[Patch, int, int]) -> Picture:
    picture = Picture(Rect(0, 0, 100, 80))
    for pixels, left, top in patches:
        area = Rect(left, top, pixels.shape[1], pixels.shape[0])
        picture = place_image(pixels, area, "patch").apply(picture)
    return picture


def test_an_export_is_cropped_to_what_can_be_seen_and_opaque_if_it_is(tmp_path: Path) -> None:
    picture = picture_of((noise(), -40, 300))
    path = export(picture, tmp_path / "a.png", PNG, {"prompt": "a cat ≠ 🐈", "seed": "7"})
    with Image.open(path) as image:
        assert (image.mode, image.size) == ("RGB", (32, 24))
        assert np.array_equal(np.asarray(image), noise())
    assert read_notes(path) == {"prompt": "a cat ≠ 🐈", "seed": "7"}


def test_two_layers_span_both_and_leave_the_rest_transparent(tmp_path: Path) -> None:
    picture = picture_of((noise(), 0, 0), (noise(), 50, 60))
    pixels = open_picture(export(picture, tmp_path / "a.png", PNG, {})).pixels
    assert pixels.shape == (84, 82, 4)
    assert np.array_equal(pixels[60:, 50:, :3], noise())
    assert (pixels[:60, 50:, 3] == 0).all()


def test_what_cannot_be_seen_does_not_count() -> None:
    picture = picture_of((noise(), 0, 0), (noise(), 500, 0), (noise(), 0, 500))
    picture = set_visible(2, False).apply(picture)
    picture = set_opacity(3, 0.0).apply(picture)
    assert export_area(picture) == Rect(0, 0, 32, 24)


def test_an_empty_picture_exports_the_empty_frame(tmp_path: Path) -> None:
    pixels = open_picture(export(picture_of(), tmp_path / "a.png", PNG, {})).pixels
    assert pixels.shape == (80, 100, 4)
    assert not pixels.any()


def test_layers_too_far_apart_for_one_file_are_refused(tmp_path: Path) -> None:
    picture = picture_of((noise(), 0, 0), (noise(), 100_000, 1_000))
    with pytest.raises(PictureTooLarge, match=r"100,032 × 1,024 pixels"):
        export(picture, tmp_path / "a.png", PNG, {})
    assert list(tmp_path.iterdir()) == []


def test_a_name_without_the_ending_gets_it_but_never_over_another_file(tmp_path: Path) -> None:
    picture = picture_of((noise(), 0, 0))
    assert export(picture, tmp_path / "a.jpg", PNG, {}).name == "a.jpg.png"
    (tmp_path / "b.png").write_bytes(b"precious")
    with pytest.raises(NotWritable, match=r"“b\.png” exists already"):
        export(picture, tmp_path / "b", PNG, {})
    assert (tmp_path / "b.png").read_bytes() == b"precious"


def test_exporting_over_a_file_replaces_it(tmp_path: Path) -> None:
    path = tmp_path / "a.PNG"
    path.write_bytes(b"old")
    assert export(picture_of((noise(), 0, 0)), path, PNG, {}) == path
    assert np.array_equal(open_picture(path).pixels[..., :3], noise())
