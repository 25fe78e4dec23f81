"""Settings survive a round trip, and no file of settings keeps the application from starting."""

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from desktop.errors import NotWritable
from desktop.settings import GROUPS, Settings
from engine.requests import LARGEST_SEED

CHOSEN = Settings(
    count=7,
    seed=LARGEST_SEED,
    seed_locked=True,
    theme="dark",
    steps=12,
    guidance=2.5,
    prior_steps=9,
    prior_guidance=0.0,
    sampler="ddim",
    export_quality=35,
    export_lossless=True,
    export_notes=False,
    strength=35,
    feather=20,
    grow=-3,
    match_colours=90,
    key_scheme="krita",
    own_keys=(("hand.swap", ("Shift+X",)), ("studio.undo", ())),
    wheel_scrolls=True,
    meaning=25,
    composition=70,
    language="ja",
    scale="150",
    calm=True,
    device="cpu",
    precision="full",
    threads=3,
    memory=12,
    previews=False,
    undo_memory=2048,
    gallery_folder="/pictures",
    models_folder="/models",
    thrifty=True,
    autosave=5,
    unsaved_folder="/unsaved",
    follow=30,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def written(file: Path, text: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("settings", [Settings(), CHOSEN])
def test_what_was_saved_is_loaded(file: Path, settings: Settings) -> None:
    settings.save(file)
    assert Settings.load(file) == settings
    assert Settings.load(file).note == ""


def test_every_field_of_the_round_trip_differs_from_its_default() -> None:
    # The control of the test above: a field that load forgot would show.
    same = [f.name for f in fields(Settings) if getattr(CHOSEN, f.name) == f.default]
    assert same == ["note"]


def test_no_file_means_defaults_and_not_a_word(file: Path) -> None:
    settings = Settings.load(file)
    assert (settings, settings.note) == (Settings(), "")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "7", "[" * 100_000, '{"count": 3', "\x00\x01", '{"a": "\\ud800'],
    ids=range(9),
)
def test_a_damaged_file_means_defaults_one_sentence_and_is_kept(file: Path, text: str) -> None:
    written(file, text)
    settings = Settings.load(file)
    assert settings == Settings()
    assert "damaged" in settings.note
    assert "settings.json.damaged" in settings.note
    assert file.with_name("settings.json.damaged").read_text(encoding="utf-8") == text
    assert not file.exists()


def test_bytes_that_are_no_text_are_a_damaged_file(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe\x80")
    assert "damaged" in Settings.load(file).note


def test_a_file_that_cannot_be_read_means_defaults_and_one_sentence(file: Path) -> None:
    file.mkdir(parents=True)
    settings = Settings.load(file)
    assert settings == Settings()
    assert "could not be read" in settings.note


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", 0),
        ("count", 17),
        ("count", "4"),
        ("count", True),
        ("count", 4.0),
        ("count", None),
        ("seed", -1),
        ("seed", 2**63),
        ("seed_locked", 1),
        ("theme", "plaid"),
        ("theme", ["dark"]),
        ("theme", None),
        ("steps", 0),
        ("steps", 1e9),
        ("guidance", float("nan")),
        ("guidance", float("inf")),
        ("guidance", -0.5),
        ("guidance", "4"),
        ("sampler", "quick"),
        ("language", "tlh"),
        ("scale", "90"),
        ("scale", 100),
        ("threads", -1),
        ("memory", 1.5),
        ("gallery_folder", None),
        ("gallery_folder", "a\0b"),
    ],
)
def test_a_value_that_cannot_be_used_costs_no_other(file: Path, name: str, value: object) -> None:
    good = {"seed_locked": True, "theme": "dark", "count": 9}
    written(file, json.dumps(good | {name: value}))
    default = getattr(Settings(), name)
    expected = replace(Settings(**good), **{name: default})  # type: ignore[arg-type]
    assert Settings.load(file) == expected


def test_names_from_a_newer_version_are_ignored(file: Path) -> None:
    written(file, '{"count": 2, "holograms": true, "note": "from outside"}')
    settings = Settings.load(file)
    assert (settings, settings.note) == (Settings(count=2), "")


def test_settings_that_cannot_be_saved_say_so(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file is in the way of the folder")
    with pytest.raises(NotWritable, match=r"settings\.json"):
        Settings().save(tmp_path / "config" / "settings.json")


def test_every_setting_of_the_window_says_what_it_does_and_where_it_belongs() -> None:
    shown = [f for f in fields(Settings) if f.metadata.get("group")]
    assert {f.metadata["group"] for f in shown} == set(GROUPS)
    for f in shown:
        assert f.metadata["label"], f.name
        assert f.metadata["help"].endswith("."), f.name
        assert f.metadata.get("begins") in (None, "engine", "restart"), f.name
    elsewhere = {f.name for f in fields(Settings)} - {f.name for f in shown}
    panels = {"count", "seed", "seed_locked", "strength", "follow", "meaning", "composition"}
    assert elsewhere == panels | {"note"}
