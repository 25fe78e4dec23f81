"""Projects come back whole, or what is left of them is named; a stranger's file does no harm."""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop.document.blend import BlendMode
from desktop.document.composite import composite
from desktop.document.geometry import Rect
from desktop.document.picture import Layer, Picture, check_picture
from desktop.document.raster import Raster
from desktop.errors import NotWritable, PictureUnreadable, ProjectDamaged, ProjectTooNew
from desktop.storage import project_limits, project_reading
from desktop.storage.archive import MOST_MEMBERS, Archive, NotAnArchive, pack
from desktop.storage.markup import NotMarkup, parse
from desktop.storage.project import MANIFEST, MIMETYPE, STACK, Project
from desktop.storage.project_reading import open_project, read_project
from desktop.storage.project_writing import project_bytes, save_project
from tests.desktop.storage.projects import FRAME, account, bare, everything, members, noise
from tests.desktop.storage.test_images import png_claiming
from tests.quick import quick


def test_a_project_comes_back_in_every_respect(tmp_path: Path) -> None:
    path = tmp_path / "picture.ora"
    save_project(everything(), path)
    opened = open_project(path)
    check_picture(opened.project.picture)
    assert account(opened.project) == account(everything())
    assert opened.note == ""


def test_an_empty_picture_is_a_project_too() -> None:
    project = Project(Picture(FRAME))
    assert account(read_project(project_bytes(project), "a").project) == account(project)


def test_the_same_project_makes_the_same_bytes() -> None:
    content = project_bytes(everything())
    assert project_bytes(read_project(content, "a").project) == content


def test_the_file_is_a_valid_openraster_archive() -> None:
    content = project_bytes(everything())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    found = members(content)
    assert found["mimetype"] == b"image/openraster"
    root = parse(found[STACK])
    assert (root.tag, root.children[0].tag) == ("image", "stack")
    names = [layer.attributes["name"] for layer in root.children[0].children]
    assert names == ["result", "empty", "group", "base"]
    size = int(root.attributes["w"]), int(root.attributes["h"])
    with Image.open(io.BytesIO(found["mergedimage.png"])) as merged:
        assert merged.size == size
    with Image.open(io.BytesIO(found["Thumbnails/thumbnail.png"])) as small:
        assert max(small.size) <= 256


def as_others_see(content: bytes) -> tuple[Picture, np.ndarray]:
    """The stack alone, as a program that knows no easel.json reads it, and the merged picture."""
    found = members(content)
    merged = np.array(Image.open(io.BytesIO(found["mergedimage.png"])).convert("RGBA"))
    del found[MANIFEST]
    return read_project(pack(found), "a").project.picture, merged


def test_other_programs_see_what_easel_shows() -> None:
    picture, merged = as_others_see(project_bytes(everything()))
    shown = composite(picture, picture.frame).astype(int)
    seen = merged[..., 3] > 8  # below that, colours are hardly seen and coarsely kept
    assert np.abs(shown - merged)[..., 3].max() <= 1
    assert np.abs(shown - merged)[seen].max() <= 8
    names = [layer.name for layer in picture.walk()]
    assert names == ["base", "group", "empty", "result"]  # a masked group is one layer for them


def test_groups_without_a_mask_are_groups_for_other_programs() -> None:
    inner = (Layer(2, "a", noise(2, 0, 0)), Layer(3, "b", noise(3, 9, 9), mode=BlendMode.SCREEN))
    group = replace(Layer.group(4, "group", inner), opacity=0.5)
    project = Project(Picture(FRAME, (Layer(1, "base", noise(1, 3, 0)), group)))
    picture, merged = as_others_see(project_bytes(project))
    assert picture.layers[1].children is not None
    assert picture.layers[1].isolated
    assert np.array_equal(composite(picture, picture.frame), merged)


def test_what_another_program_changed_is_read_from_its_stack_with_a_note() -> None:
    found = members(project_bytes(everything()))
    found[STACK] = found[STACK].replace(b'name="base"', b'name="renamed"')
    opened = read_project(pack(found), "a.ora")
    assert opened.project.picture.layers[0].name == "renamed"
    assert "changed by another program" in opened.note


OF_EVERY_VERSION = sorted((Path(__file__).parents[2] / "data/projects").glob("*.ora"))
"""One of everything, as each version has saved it; the next version adds its own."""


@pytest.mark.parametrize("file", OF_EVERY_VERSION, ids=lambda file: file.stem)
def test_a_project_of_every_version_opens_as_it_was_seen_then(file: Path) -> None:
    opened = open_project(file)
    assert opened.note == ""
    picture = opened.project.picture
    canvas = picture.frame
    for layer in picture.walk():
        canvas = canvas.united(layer.raster.bounds())
    merged = np.asarray(Image.open(io.BytesIO(members(file.read_bytes())["mergedimage.png"])))
    assert np.array_equal(composite(picture, canvas), merged)
    names = [layer.name for layer in picture.walk()]
    assert names == ["base", "inner ü <&>", "masked", "group", "empty", "result"]
    assert len(opened.project.candidates) == len(everything().candidates)


def test_there_is_a_project_of_the_version_that_is_being_made() -> None:
    assert version("easel") in [file.stem for file in OF_EVERY_VERSION]


def test_a_later_format_is_not_opened() -> None:
    found = members(project_bytes(everything()))
    manifest = json.loads(found[MANIFEST]) | {"format": 999}
    found[MANIFEST] = json.dumps(manifest).encode()
    with pytest.raises(ProjectTooNew, match="later version"):
        read_project(pack(found), "a.ora")


def test_one_damaged_layer_is_named_and_the_others_are_rescued() -> None:
    found = members(project_bytes(everything()))
    found["data/layer-1.png"] = found["data/layer-6.png"]
    with pytest.raises(ProjectDamaged, match="5 of its 6 layers") as caught:
        read_project(pack(found), "a.ora")
    assert caught.value.rescuable == 5
    opened = read_project(pack(found), "a.ora", rescue=True)
    assert [layer.id for layer in opened.project.picture.walk()] == [3, 4, 2, 7, 6]
    assert "rescued" in opened.note


def outcome(content: bytes) -> str:
    """What becomes of a file; an unforeseen exception is let through."""
    try:
        opened = read_project(content, "a.ora", rescue=True)
    except (ProjectDamaged, ProjectTooNew):
        return "refused"
    check_picture(opened.project.picture)
    return "rescued" if opened.note else "whole"


def test_a_file_cut_anywhere_is_refused_or_rescued_and_never_taken_for_whole() -> None:
    content = project_bytes(everything())
    ends = [len(content) * n // 200 for n in range(200)]
    outcomes = [outcome(content[:end]) for end in ends]
    assert "whole" not in outcomes
    assert outcomes.count("rescued") > 100
    assert outcome(content) == "whole"


def contents(raster: Raster) -> bytes:
    """The pixels of a raster, wherever they lie."""
    return raster.read(raster.bounds()).tobytes()


def test_a_flipped_bit_is_never_wrong_pixels() -> None:
    content = project_bytes(everything())
    unmasked = [layer for layer in everything().picture.walk() if layer.mask is None]
    truth = {layer.name: contents(layer.raster) for layer in unmasked}
    generator = np.random.default_rng(11)
    for _ in range(150):
        broken = bytearray(content)
        broken[generator.integers(len(content))] ^= 1 << generator.integers(8)
        try:
            picture = read_project(bytes(broken), "a.ora", rescue=True).project.picture
        except (ProjectDamaged, ProjectTooNew):
            continue
        for layer in picture.walk():
            if layer.mask is None and layer.name in truth:
                assert contents(layer.raster) == truth[layer.name]


def test_without_sums_the_control_lets_wrong_pixels_through() -> None:
    """What the test above must be able to find: an archive whose own sums are right again."""
    found = members(project_bytes(everything()))
    found["data/layer-1.png"] = found["data/layer-6.png"]
    del found[MANIFEST]
    picture = read_project(pack(found), "a.ora").project.picture
    truth = everything().picture.layer(1).raster
    assert contents(picture.layers[0].raster) != contents(truth)


def test_a_manifest_that_the_directory_calls_otherwise_is_damage_and_all_of_it_is_rescued() -> None:
    content = bytearray(project_bytes(everything()))
    content[content.rindex(b"easel.json")] ^= 2
    with pytest.raises(ProjectDamaged, match="6 of its 6 layers can be rescued"):
        read_project(bytes(content), "a.ora")
    opened = read_project(bytes(content), "a.ora", rescue=True)
    assert account(opened.project) == account(everything())
    assert "rescued" in opened.note


def test_a_failed_save_leaves_the_old_project(tmp_path: Path) -> None:
    with pytest.raises(NotWritable):
        save_project(everything(), tmp_path / "no folder" / "a.ora")
    with pytest.raises(PictureUnreadable):
        open_project(tmp_path / "a.ora")


# Archives that are not what they say


def refused(content: bytes) -> None:
    """Assert that a file is refused in a sentence and at once."""
    with quick(1.0), pytest.raises(ProjectDamaged):
        read_project(content, "a.ora")


def test_the_least_archive_opens() -> None:
    assert read_project(pack(bare()), "a").project.picture.frame == Rect(0, 0, 1, 1)


@pytest.mark.parametrize(
    "name", ["../../x.png", "/etc/x.png", "C:x.png", "a\\..\\x", "n" * 300 + "/\0"]
)
def test_names_that_lead_elsewhere_are_ignored(name: str) -> None:
    buffer = io.BytesIO(pack(bare()))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"x")
    archive = Archive(buffer.getvalue(), MIMETYPE)
    assert (list(archive.names), archive.ignored) == (["mimetype", STACK], 1)


def test_a_link_is_ignored() -> None:
    buffer = io.BytesIO(pack(bare()))
    entry = zipfile.ZipInfo("data/link.png")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert Archive(buffer.getvalue(), MIMETYPE).ignored == 1


def test_a_bomb_is_refused_before_anything_is_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in bare(**{"data/zeros": bytes(30_000_000)}).items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), content, kind)
    refused(buffer.getvalue())


def test_a_member_that_lies_about_its_size_is_not_unpacked_beyond_it() -> None:
    stack = b"<image w='1' h='1'><stack/></image>" + b" " * 5_000_000
    content = bytearray(pack(bare(**{STACK: stack})))
    for signature, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = content.index(signature, content.index(signature) + 4)
        struct.pack_into("<I", content, place + at, 10)
    refused(bytes(content))


def test_overlapping_members_are_refused() -> None:
    content = bytearray(pack(bare(**{"data/a.png": b"a", "data/b.png": b"b"})))
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    third = content.index(b"PK\x01\x02", second + 4)
    content[third + 42 : third + 46] = content[second + 42 : second + 46]
    refused(bytes(content))


def test_two_members_of_one_name_are_refused() -> None:
    buffer = io.BytesIO(pack(bare()))
    with (
        zipfile.ZipFile(buffer, "a") as archive,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        archive.writestr(STACK, b"<image w='9' h='9'><stack/></image>")
    refused(buffer.getvalue())


def test_too_many_members_are_refused() -> None:
    refused(pack(bare(**{f"data/{n}": b"" for n in range(MOST_MEMBERS)})))


@pytest.mark.parametrize(
    "change",
    [
        lambda c: b"%PDF-1.7\n" + c,
        lambda c: c.replace(b"image/openraster", b"image/openrastee"),
        lambda c: c[:-22],
        lambda c: b"",
        lambda c: b"PK\x05\x06" + bytes(18),
        lambda c: bytes(1000),
    ],
)
def test_what_is_no_openraster_archive_is_refused(change: Callable[[bytes], bytes]) -> None:
    refused(change(pack(bare())))


def test_a_deflated_mimetype_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", MIMETYPE)
    with pytest.raises(NotAnArchive):
        Archive(buffer.getvalue(), MIMETYPE)


LAUGHS = b"""<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<image w="1" h="1"><stack name="&b;"/></image>"""
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><image w="1" h="1">&a;</image>'


@pytest.mark.parametrize(
    "stack",
    [
        LAUGHS,
        OUTSIDE,
        LAUGHS.decode().encode("utf-16"),
        b"<image w='1' h='1'>",
        b"<image w='1' h='1'/>",
        b"<image w='1000000000' h='1'><stack/></image>",
        b"<image w='-1' h='1'><stack/></image>",
        b"<image w='1' h='1e3'><stack/></image>",
        b"<image w='1' h='1'><stack><layer src='x.png' x='99999999999999'/></stack></image>",
        b"<image w='1' h='1'><stack><layer src='x.png' opacity='nan'/></stack></image>",
        b"<image w='1' h='1'>" + b"<stack>" * 200 + b"</stack>" * 200 + b"</image>",
        b"<image w='1' h='1'><stack>" + b"<layer/>" * 6000 + b"</stack></image>",
        b"\xff\xfe\x00",
        b"",
    ],
)
def test_a_stack_that_is_not_sane_is_refused(stack: bytes) -> None:
    refused(pack(bare(**{STACK: stack})))


def test_a_document_type_is_refused_and_plain_xml_is_read() -> None:
    with pytest.raises(NotMarkup, match="document type"):
        parse(LAUGHS)
    assert parse(b"<a b='&lt;'><c/></a>").attributes == {"b": "<"}


@pytest.mark.parametrize(
    "manifest",
    [
        b"[" * 100_000,
        b"[]",
        b"nothing",
        b'{"format": NaN}',
        b'{"format": 1e999}',
        b'{"format": ' + b"9" * 4000 + b"}",
        b'{"format": true}',
        b"\xff",
    ],
)
def test_a_manifest_that_is_not_sane_leaves_the_stack(manifest: bytes) -> None:
    opened = read_project(pack(bare(**{MANIFEST: manifest})), "a")
    assert opened.project.picture.frame == Rect(0, 0, 1, 1)
    assert "only what" in opened.note


CHANGES: list[dict[str, object]] = [
    {"frame": [0, 0, 10**9, 10**9]},
    {"frame": [0, 0, 0, 5]},
    {"frame": "x"},
    {"layers": 5},
    {"layers": [{"id": 1, "name": "a", "pixels": {}}] * 2},
    {"layers": [{"id": 1, "name": "a", "opacity": 7, "pixels": {}}]},
    {"layers": [{"id": 1, "name": 3, "pixels": {}}]},
    {"mask": {"file": "easel/mask.png", "left": 10**12, "top": 0}},
    {"guides": [{"vertical": "yes", "place": 0}]},
    {"prompts": {"prompt": 5}},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_manifest_that_says_what_cannot_be_is_refused(change: dict[str, object]) -> None:
    found = members(project_bytes(everything()))
    found[MANIFEST] = json.dumps(json.loads(found[MANIFEST]) | change).encode()
    refused(pack(found))


def test_a_path_in_the_manifest_is_never_opened_on_the_disk() -> None:
    found = members(project_bytes(everything()))
    said = json.loads(found[MANIFEST])
    said["layers"][0]["pixels"]["file"] = "/etc/passwd"
    found[MANIFEST] = json.dumps(said).encode()
    with pytest.raises(ProjectDamaged, match="5 of its 6"):
        read_project(pack(found), "a.ora")


def bomb(count: int, side: int = 9_000) -> bytes:
    """A small file that says it holds many large pictures of two colours."""
    layers = b"".join(b"<layer src='data/%d.png'/>" % n for n in range(count))
    stack = b"<image w='9' h='9'><stack>" + layers + b"</stack></image>"
    pictures = {f"data/{n}.png": png_claiming(side, side) for n in range(count)}
    return pack(bare(**{STACK: stack, **pictures}))


def test_more_pixels_than_a_file_of_this_size_could_honestly_have_are_refused_unread() -> None:
    with pytest.raises(ProjectDamaged, match="more pixels than Easel can open"):
        read_project(bomb(4), "a.ora")


def test_a_picture_that_does_not_fit_into_memory_is_refused_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(project_reading, "free_memory", lambda: 500_000_000)
    with pytest.raises(ProjectDamaged, match="does not fit into the memory that is free now"):
        read_project(bomb(1), "a.ora")
    with pytest.raises(ProjectDamaged, match="0 of its 1 layers"):  # it is asked for its pixels
        read_project(bomb(1, 2_500), "a.ora")


def test_what_is_no_png_is_no_picture_of_a_project() -> None:
    found = members(project_bytes(everything()))
    buffer = io.BytesIO()
    Image.new("RGB", (9, 9)).save(buffer, "BMP")
    del found[MANIFEST]
    found["data/layer-1.png"] = buffer.getvalue()
    with pytest.raises(ProjectDamaged, match="3 of its 4 layers"):
        read_project(pack(found), "a.ora")


def test_a_plain_picture_as_large_as_layers_get_packs_less_than_is_allowed() -> None:
    plain = Raster.from_array(np.full((2_048, 2_048, 4), 255, np.uint8), 0, 0)
    project = Project(Picture(Rect(0, 0, 2_048, 2_048), (Layer(1, "a", plain),)))
    assert 3 * 2_048**2 / len(project_bytes(project)) < project_limits.PIXELS_A_BYTE
