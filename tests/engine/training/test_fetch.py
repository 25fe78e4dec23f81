"""Rebuilding: verified packages, row by row, going on where it stopped; and the check of it."""

import gzip
import io
import json
import tarfile
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.errors import FetchFailed
from engine.training import tables
from engine.training.__main__ import main
from engine.training.compare import compare
from engine.training.composer import Composer
from engine.training.fetch import Built, rebuild
from engine.training.packages import digest, obtain
from engine.training.sources import Package, packages, sources
from engine.training.sprites import SpriteSet

ICONS = {
    "icons": {
        "disc": {"body": '<circle cx="8" cy="8" r="6" fill="#00a000"/>'},
        "bar": {"body": '<path d="M1 7h14v2H1z" fill="currentColor"/>'},
        "nothing": {"body": "<g/>"},
    },
    "aliases": {"circle": {"parent": "disc"}},
}
# A 2 by 2 picture of MakeCode Arcade: red, white / white, transparent.
PIXELS = "hwQCAAIAAAAS AAAAAQAAAA==".replace(" ", "")


def package_archive(path: Path, files: dict[str, object]) -> str:
    """Write an npm archive; returns its SHA-256."""
    path.parent.mkdir(parents=True)
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            data = json.dumps(content).encode()
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return digest(path)


def row(source: str, name: str, **more: object) -> dict[str, object]:
    """A caption row as the table has it."""
    told = {"style": "flat", "caption": name, "subject": name, "category": "objects"}
    owed = {"group": name, "licence": "MIT", "attribution": "Somebody"}
    return {"id": f"{source}:{name}", "source": source, **told, **owed, **more}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two downloaded packages, and tables of five rows that name them."""
    home = tmp_path / "built"
    icons = package_archive(home / "packages/icons/icons.tgz", {"icons.json": ICONS})
    device = {"device": {"art.jres": json.dumps({"cross": {"data": PIXELS}})}}
    pixels = package_archive(
        home / "packages/art/art.tgz", {"built/target.json": {"bundledpkgs": device}}
    )
    pins = [
        {"registry": "npm", "name": name, "version": "1.0.0", "sha256": pin}
        for name, pin in (("icons", icons), ("art", pixels))
    ]
    owed = {"licence": "MIT", "attribution": "Somebody", "images": 1}
    kinds = [
        {"name": "icons", "title": "Icons", "package": "icons", "render": "icons", **owed},
        {"name": "art", "title": "Art", "package": "art", "render": "pixel art", **owed},
    ]
    names = [("icons", "circle"), ("icons", "bar"), ("icons", "nothing"), ("icons", "gone")]
    rows = [row(*name) for name in names] + [row("art", "art:cross", style="pixelart")]
    data = tmp_path / "data"
    data.mkdir()
    table = "".join(json.dumps({"n": n, **each}) + "\n" for n, each in enumerate(rows))
    (data / "captions.jsonl.gz").write_bytes(gzip.compress(table.encode()))
    (data / "sources.json").write_text(json.dumps({"packages": pins, "sources": kinds}))
    tables.held_out()  # read, and kept, while the real tables are still in place
    monkeypatch.setattr(tables, "FOLDER", data)
    monkeypatch.setattr(tables, "CAPTIONS", data / "captions.jsonl.gz")
    monkeypatch.setenv("PATH", "")
    return home


def test_rows_are_rebuilt_and_those_that_cannot_be_are_listed(folder: Path) -> None:
    assert list(rebuild(folder, workers=1))[-1] == Built(done=5, total=5, missing=2)
    assert json.loads((folder / "missing.json").read_text()) == {
        "icons:nothing": "nothing is visible",
        "icons:gone": "the package has no such icon",
    }
    sprites = SpriteSet(folder)
    assert [each.id for each in sprites.rows[:3]] == ["icons:circle", "icons:bar", "art:art:cross"]
    assert tuple(sprites.pixels(sprites.rows[0])[64, 64]) == (0, 160, 0, 255)
    assert tuple(sprites.pixels(sprites.rows[1])[64, 64]) == (0, 0, 0, 255)


def test_pixel_art_is_read_from_its_own_format(folder: Path) -> None:
    list(rebuild(folder, workers=1, only=["art"]))
    sprites = SpriteSet(folder, side=256)
    pixels = sprites.pixels(sprites.rows[0])
    seen = [tuple(int(v) for v in pixels[y, x]) for y in (64, 192) for x in (64, 192)]
    assert seen[0] == (255, 33, 33, 255)
    assert seen[1] == seen[2] == (255, 255, 255, 255)
    assert seen[3] == (0, 0, 0, 0)


def test_the_256_pixel_pack_is_without_loss(folder: Path) -> None:
    list(rebuild(folder, workers=1))
    small, large = SpriteSet(folder), SpriteSet(folder, side=256)
    for each in small.rows[:3]:
        wide = cv2.cvtColor(large.pixels(each), cv2.COLOR_RGBA2mRGBA).astype(float)
        halved = wide.reshape(128, 2, 128, 2, 4).mean((1, 3))
        straight = cv2.cvtColor(small.pixels(each), cv2.COLOR_RGBA2mRGBA)
        assert np.abs(halved - straight).max() <= 2


def test_a_second_run_draws_nothing_again(folder: Path) -> None:
    list(rebuild(folder, workers=1))
    blocks = {path: path.stat().st_mtime_ns for path in (folder / "blocks").iterdir()}
    next(path for path in blocks if path.name == "00004.npz").unlink()
    list(rebuild(folder, workers=1))
    again = {path: path.stat().st_mtime_ns for path in (folder / "blocks").iterdir()}
    assert [path.name for path in blocks if again[path] != blocks[path]] == ["00004.npz"]


def test_the_composer_draws_from_a_rebuilt_folder(folder: Path) -> None:
    list(rebuild(folder, workers=1))
    composer = Composer(folder, seed=0)
    captions = {composer.sample().caption for _ in range(30)}
    assert any("circle" in caption or "bar" in caption for caption in captions)


def test_an_archive_that_was_changed_is_not_unpacked(folder: Path) -> None:
    archive = folder / "packages/icons/icons.tgz"
    archive.write_bytes(archive.read_bytes() + b"x")
    with pytest.raises(FetchFailed, match="npm is not installed here; install it"):
        list(rebuild(folder, workers=1))
    assert not (folder / "packages/icons/unpacked").exists()


def test_a_download_that_is_not_the_pinned_file_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho other > other.tgz\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    wrong = Package(registry="npm", name="icons", version="1.0.0", sha256="0" * 64)
    with pytest.raises(FetchFailed, match="is not the file this project was made with"):
        obtain(wrong, tmp_path / "elsewhere")


def test_the_check_finds_a_sprite_that_differs_and_one_that_is_missing(
    folder: Path, tmp_path: Path
) -> None:
    list(rebuild(folder, workers=1))
    other = tmp_path / "other"
    other.mkdir()
    pixels = np.load(folder / "rgba128.npy")
    pixels[1] = 255 - pixels[1]
    np.save(other / "rgba128.npy", np.concatenate([pixels, pixels[:1]]))
    table = (folder / "captions.jsonl").read_text()
    extra = {"n": 3, **row("icons", "new")}
    (other / "captions.jsonl").write_text(f"{table}{json.dumps(extra)}\n")
    icons, art = compare(folder, other)
    assert (icons.rows, icons.far, icons.missing) == (2, ("icons:bar",), ("icons:new",))
    assert (art.rows, art.worst) == (1, 0.0)


def test_the_command_says_in_one_sentence_what_went_wrong(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "packages/art/art.tgz").unlink()
    assert main(["fetch", "--folder", str(folder), "--workers", "1"]) == 1
    assert capsys.readouterr().err.count(".") >= 1
    assert main(["fetch", "--folder", str(folder), "--workers", "1", "--only", "icons"]) == 0
    assert "4 of 4 drawn, 2 impossible" in capsys.readouterr().out


def test_every_source_names_a_pinned_package_and_every_row_a_source() -> None:
    pinned, known = packages(), sources()
    assert all(name in pinned for source in known.values() for name in source.needs)
    assert all(len(package.sha256) == 64 for package in pinned.values())
    text = gzip.decompress(tables.CAPTIONS.read_bytes()).decode()
    rows = [json.loads(line) for line in text.splitlines()]
    counts = Counter(each["source"] for each in rows)
    assert counts == {name: source.images for name, source in known.items()}
    assert len({each["id"] for each in rows}) == len(rows) == counts.total()
