"""Pictures come in upright, in sRGB and whole, or not at all."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from desktop.errors import PictureUnreadable
from desktop.storage import picture_memory
from desktop.storage.images import decode_picture, fitted, open_picture

LOSSLESS: dict[str, dict[str, Any]] = {
    "PNG": {},
    "BMP": {},
    "TIFF": {},
    "WEBP": {"lossless": True},
}
Patch = np.ndarray[Any, np.dtype[np.uint8]]


def noise(height: int = 24, width: int = 32, channels: int = 3) -> Patch:
    return np.random.default_rng(7).integers(0, 256, (height, width, channels), np.uint8)


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def opened(content: bytes) -> Patch:
    return decode_picture(content, "a.png").pixels


def png_claiming(width: int, height: int) -> bytes:
    """A tiny file that says it is a picture of that size."""
    return png(width, height, bits=1, kind=0, rows=b"\0" * 100)


def png(width: int, height: int, *, bits: int, kind: int, rows: bytes) -> bytes:
    """A file of these rows, a filter before each; kind: 0 for grey, 2 for RGB, 6 for RGBA."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


def swapped_profile() -> bytes:
    """An RGB profile in which the red channel means green light and the green one red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"tmp_").replace(b"gXYZ", b"rXYZ").replace(b"tmp_", b"gXYZ")


@pytest.mark.parametrize("kind", LOSSLESS)
def test_a_lossless_picture_comes_in_bit_for_bit_and_opaque(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a picture.x"
    path.write_bytes(saved(Image.fromarray(noise()), kind, **LOSSLESS[kind]))
    picture = open_picture(path)
    assert np.array_equal(picture.pixels[..., :3], noise())
    assert (picture.pixels[..., 3] == 255).all()
    assert (picture.name, picture.note) == ("a picture", "")


def test_a_jpeg_comes_in_as_jpeg_can() -> None:
    flat = np.full((16, 16, 3), (200, 40, 90), np.uint8)
    pixels = opened(saved(Image.fromarray(flat), "JPEG", quality=95))
    assert np.abs(pixels[..., :3].astype(int) - flat).max() <= 3


def test_straight_alpha_is_kept() -> None:
    assert np.array_equal(opened(saved(Image.fromarray(noise(channels=4)))), noise(channels=4))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_upright(orientation: int) -> None:
    upright = noise()
    # The inverse of what each value of the Orientation tag (EXIF 2.3, 4.6.4) asks a reader to do.
    lying: dict[int, Callable[[Patch], Patch]] = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: np.rot90(a, 1),
        7: lambda a: np.rot90(a, 2).transpose(1, 0, 2),
        8: lambda a: np.rot90(a, -1),
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(lying[orientation](upright)))
    assert np.array_equal(opened(saved(stored, exif=exif))[..., :3], upright)


def test_colours_are_converted_from_the_embedded_profile() -> None:
    red = Image.new("RGBA", (4, 4), (255, 0, 0, 128))
    pixels = opened(saved(red, icc_profile=swapped_profile()))
    assert np.abs(pixels[0, 0].astype(int) - (0, 255, 0, 128)).max() <= 1


def test_an_srgb_profile_changes_next_to_nothing() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels = opened(saved(Image.fromarray(noise()), icc_profile=srgb))
    assert np.abs(pixels[..., :3].astype(int) - noise()).max() <= 1


def test_a_broken_profile_is_said_and_costs_no_pixel() -> None:
    content = saved(Image.fromarray(noise()), icc_profile=b"no profile at all" * 20)
    picture = decode_picture(content, "photo.png")
    assert np.array_equal(picture.pixels[..., :3], noise())
    assert picture.note == "“photo.png” was opened; its colour profile could not be used."


def test_without_care_the_same_pictures_would_be_wrong() -> None:
    """The control of what is turned, converted and scaled: the pixels as the files hold them."""

    def stored(content: bytes) -> Patch:
        with Image.open(io.BytesIO(content)) as image:
            return np.asarray(image)

    exif = Image.Exif()
    exif[0x0112] = 6
    lying = saved(Image.fromarray(noise(20, 30)), exif=exif)
    assert stored(lying).shape[:2] == opened(lying).shape[1::-1]
    red = saved(Image.new("RGB", (4, 4), (255, 0, 0)), icc_profile=swapped_profile())
    assert stored(red)[0, 0].tolist() == [255, 0, 0]
    assert opened(red)[0, 0, 1] > 250
    printed = saved(Image.new("RGB", (4, 4), (119, 119, 119)).convert("CMYK"), "TIFF")
    assert np.abs(stored(printed)[0, 0, :3].astype(int) - 119).max() > 3
    deep = saved(Image.fromarray(np.array([[257 * 77]], np.uint16)))
    assert stored(deep)[0, 0] == 257 * 77


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "YCbCr", "LAB"])
def test_every_mode_shows_a_mid_grey_picture_as_such(mode: str) -> None:
    grey = Image.new("RGB", (4, 4), (255, 255, 255) if mode == "1" else (119, 119, 119))
    if mode == "LAB":
        srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        converted = ImageCms.profileToProfile(grey, srgb, lab, outputMode="LAB")
        assert converted is not None
    else:
        converted = grey.quantize() if mode == "P" else grey.convert(mode)
    kind = "PNG" if mode in ("1", "L", "LA", "P") else "TIFF"
    pixels = opened(saved(converted, kind))
    expected = 255 if mode == "1" else 119
    assert np.abs(pixels[..., :3].astype(int) - expected).max() <= 3
    assert (pixels[..., 3] == 255).all()


def test_a_palette_with_a_transparent_colour_is_transparent_there() -> None:
    palette = Image.new("P", (2, 1), 1)
    palette.putpalette([10, 20, 30, 200, 100, 50])
    palette.putpixel((0, 0), 0)
    pixels = opened(saved(palette, transparency=0))
    assert pixels[0, :, 3].tolist() == [0, 255]
    assert pixels[0, 1, :3].tolist() == [200, 100, 50]


def test_sixteen_bits_are_scaled_not_clipped_and_said() -> None:
    deep = np.array([[0, 257 * 77, 65535]], np.uint16)
    picture = decode_picture(saved(Image.fromarray(deep)), "scan.png")
    assert picture.pixels[0, :, 0].tolist() == [0, 77, 255]
    assert picture.note == "“scan.png” was opened; its 16 bits per colour were reduced to 8."


@pytest.mark.parametrize(("kind", "channels"), [(2, 3), (6, 4)])
def test_sixteen_bits_of_colours_are_said_too(kind: int, channels: int) -> None:
    deep = np.array([0x0000, 0x4DFF, 0xFFFF, 0x8000][:channels], ">u2")
    file = png(1, 1, bits=16, kind=kind, rows=b"\0" + deep.tobytes())
    picture = decode_picture(file, "scan.png")
    assert picture.pixels[0, 0].tolist() == [0, 77, 255, 128 if channels == 4 else 255]
    assert picture.note == "“scan.png” was opened; its 16 bits per colour were reduced to 8."
    flat = png(1, 1, bits=8, kind=2, rows=b"\0abc")
    assert decode_picture(flat, "scan.png").note == ""


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_of_an_animation_the_first_frame_is_opened_and_that_is_said(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    content = saved(frames[0], kind, save_all=True, append_images=frames[1:], **LOSSLESS[kind])
    picture = decode_picture(content, "a.png")
    assert picture.pixels[0, 0].tolist() == [255, 0, 0, 255]
    assert "only its first frame was opened" in picture.note


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a shopping list\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        saved(Image.new("RGB", (4, 4)), "GIF"),
        saved(Image.new("RGB", (4, 4)), "ICO"),
    ],
    ids=["empty", "text", "postscript", "svg", "gif", "icon"],
)
def test_what_is_no_picture_for_us_is_refused_whatever_its_name(content: bytes) -> None:
    with pytest.raises(PictureUnreadable, match=r"“a\.png” is not a picture Easel can read"):
        decode_picture(content, "a.png")


@pytest.mark.parametrize("name", ["a.ckpt", "a.PT", "pytorch_model.bin", "a.pth"])
def test_a_pickled_model_is_refused_with_the_reason_and_where_models_go(name: str) -> None:
    with pytest.raises(PictureUnreadable, match="could run any program hidden") as refused:
        decode_picture(b"\x80\x04}.", name)
    assert "not opened and your picture is unchanged" in str(refused.value)
    assert str(refused.value).endswith("under Generate ▸ Models…")


@pytest.mark.parametrize("content", [b"", bytes(600), b"PK\x03\x04" + bytes(90), b"\x80"])
def test_any_other_file_called_like_one_is_only_no_picture(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "firmware.bin").write_bytes(content)
    with pytest.raises(PictureUnreadable, match=r"“firmware\.bin” is not a picture Easel can"):
        open_picture(tmp_path / "firmware.bin")


def test_a_model_in_the_place_of_a_picture_is_told_where_it_belongs() -> None:
    with pytest.raises(PictureUnreadable, match=r"is a model and no picture.*Generate ▸ Models"):
        decode_picture(b"\x02\0\0\0\0\0\0\0{}", "a.safetensors")


@pytest.mark.parametrize("kind", [*LOSSLESS, "JPEG"])
def test_a_picture_cut_short_is_damaged(kind: str) -> None:
    content = saved(Image.fromarray(noise(200, 200)), kind)
    with pytest.raises(PictureUnreadable, match="is damaged and cannot be opened"):
        decode_picture(content[: len(content) // 2], "a.png")


def test_floating_point_pixels_are_refused_rather_than_guessed() -> None:
    content = saved(Image.fromarray(np.ones((4, 4), np.float32)), "TIFF")
    with pytest.raises(PictureUnreadable):
        decode_picture(content, "a.tif")


@pytest.mark.parametrize("size", [(9_000, 9_000), (12_000, 12_000), (60_000, 60_000)])
def test_a_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(PictureUnreadable, match=r"is too large.*64 million pixels"):
        decode_picture(png_claiming(*size), "bomb.png")


def test_a_text_without_end_costs_the_text_and_not_the_picture() -> None:
    texts = PngInfo()
    texts.add_text("note", "x" * 3_000_000, zip=True)
    content = saved(Image.fromarray(noise()), pnginfo=texts)
    with pytest.raises(ValueError, match="too large"), Image.open(io.BytesIO(content)) as control:
        control.load()
    picture = decode_picture(content, "a.png")
    assert np.array_equal(picture.pixels[..., :3], noise())
    assert picture.note == "“a.png” was opened; what it says beside was left out."


def test_what_is_not_there_or_is_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(PictureUnreadable, match="is not there any more"):
        open_picture(tmp_path / "gone.png")
    with pytest.raises(
        PictureUnreadable, match="is a folder and no picture; your picture is unchanged"
    ):
        open_picture(tmp_path)
    with pytest.raises(PictureUnreadable, match="could not be read"):
        open_picture(tmp_path / ("n" * 300))


@pytest.mark.parametrize("kind", [*LOSSLESS, "JPEG"])
def test_mutated_files_are_pictures_or_refused_and_never_a_bug(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    good = saved(Image.fromarray(noise()), kind, exif=exif, icc_profile=swapped_profile())
    random = np.random.default_rng(20)
    outcomes = {"opened": 0, "refused": 0}
    for _ in range(300):
        mutated = bytearray(good)
        for place in random.integers(0, len(good), random.integers(1, 9)):
            mutated[place] = random.integers(0, 256)
        try:
            pixels = decode_picture(bytes(mutated), "m").pixels
        except PictureUnreadable:
            outcomes["refused"] += 1
        else:
            assert pixels.dtype == np.uint8
            assert pixels.shape[2] == 4
            outcomes["opened"] += 1
    assert min(outcomes.values()) > 0, outcomes  # else the mutations prove nothing


def test_fitting_to_the_same_size_is_the_same_array() -> None:
    assert fitted(same := noise(), 32, 24) is same
    assert fitted(noise(), 10, 50).shape == (50, 10, 3)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK"])
def test_a_picture_that_is_too_large_is_opened_smaller_and_that_is_said(
    mode: str, tmp_path: Path
) -> None:
    levels = np.repeat(np.repeat(noise(12, 16), 5, axis=0), 5, axis=1)
    picture = Image.fromarray(levels).convert(mode)
    (tmp_path / "wide.tif").write_bytes(saved(picture, "TIFF"))
    found = open_picture(tmp_path / "wide.tif", 200)
    assert found.pixels.shape == (12, 16, 4)
    assert np.array_equal(found.pixels[..., :3], np.asarray(picture.convert("RGB"))[2::5, 2::5])
    assert "it was made smaller because it has too many pixels" in found.note
    assert ("its colours for print were converted" in found.note) == (mode == "CMYK")


@pytest.mark.parametrize("mode", ["1", "P", "I;16"])
def test_what_has_no_mean_or_would_not_fit_is_refused(mode: str, tmp_path: Path) -> None:
    (tmp_path / "wide.png").write_bytes(saved(Image.new(mode, (80, 60))))
    with pytest.raises(PictureUnreadable, match="is too large"):
        open_picture(tmp_path / "wide.png", 1000)


@pytest.mark.parametrize("size", [(20_000, 20_000), (30_000, 3_000_000)])
def test_a_bomb_is_refused_where_large_pictures_are_reduced(
    size: tuple[int, int], tmp_path: Path
) -> None:
    (tmp_path / "bomb.png").write_bytes(png_claiming(*size))
    with pytest.raises(PictureUnreadable, match="is too large"):
        open_picture(tmp_path / "bomb.png")


def header_of(kind: str, mode: str = "RGB", **options: object) -> Image.Image:
    buffer = io.BytesIO()
    Image.new(mode, (64, 64)).save(buffer, kind, **options)
    return Image.open(io.BytesIO(buffer.getvalue()))


@pytest.mark.parametrize(
    ("picture", "megapixels"),
    [
        (header_of("PNG", "RGBA"), 64),
        (header_of("JPEG"), 64),
        (header_of("JPEG", progressive=True), 64),
        (header_of("JPEG", progressive=True, subsampling=0), 51),
        (header_of("JPEG", "CMYK", progressive=True), 42),
        (header_of("TIFF"), 64),
        (header_of("BMP"), 64),
        (header_of("WEBP"), 32),
    ],
)
def test_a_decoder_that_holds_more_is_allowed_fewer_pixels(
    picture: Image.Image, megapixels: int
) -> None:
    assert picture_memory.most_pixels(picture, 64_000_000) // 1_000_000 == megapixels


def test_the_sentence_names_the_limit_of_the_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_memory, "BUDGET", 16 * 2_000_000)
    path = tmp_path / "wide.webp"
    Image.new("RGB", (2000, 1001)).save(path, method=0)
    with pytest.raises(PictureUnreadable, match="smaller than 2 million pixels"):
        open_picture(path)
    Image.new("RGB", (2000, 1000)).save(path, method=0)
    assert open_picture(path).pixels.shape == (1000, 2000, 4)
