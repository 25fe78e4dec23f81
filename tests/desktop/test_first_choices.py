"""What is known before the window is painted: colours, language and scale, from any file at all."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale

from desktop.first_choices import FirstChoices, first_choices
from desktop.language import of_system
from desktop.settings import LANGUAGES, SCALES, Settings


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ('{"theme": "dark"}', FirstChoices(theme="dark")),
        ('{"language": "ja", "scale": "150", "count": 3}', FirstChoices("system", "ja", "150")),
        ('{"theme": 7, "language": ["de"]}', FirstChoices()),
        ("{", FirstChoices()),
        ("[]", FirstChoices()),
        ("{}", FirstChoices()),
    ],
)
def test_what_is_usable_is_taken(tmp_path: Path, text: str, chosen: FirstChoices) -> None:
    (tmp_path / "settings.json").write_text(text)
    assert first_choices(tmp_path / "settings.json") == chosen


def test_no_file_means_the_system(tmp_path: Path) -> None:
    assert first_choices(tmp_path / "settings.json") == FirstChoices()


def test_what_the_settings_save_is_what_is_read(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    Settings(theme="contrast", language="pt", scale="200").save(file)
    assert first_choices(file) == FirstChoices("contrast", "pt", "200")
    assert set(FirstChoices._fields) <= set(json.loads(file.read_text()))


@pytest.mark.parametrize(
    ("scale", "factor"),
    [("system", None), ("100", "1.0"), ("175", "1.75"), ("9999999", "2.0"), ("1", "1.0")],
)
def test_the_scale_is_never_one_that_hides_the_way_back(scale: str, factor: str | None) -> None:
    assert FirstChoices(scale=scale).scale_factor == factor


def test_every_scale_of_the_settings_is_one() -> None:
    assert [FirstChoices(scale=scale).scale_factor for scale in SCALES] == [
        None,
        "1.0",
        "1.25",
        "1.5",
        "1.75",
        "2.0",
    ]


@pytest.mark.parametrize(
    ("locale", "language"),
    [("de_AT", "de"), ("pt_PT", "pt"), ("zh_SG", "zh_CN"), ("zh_TW", "en"), ("fi_FI", "en")],
)
def test_the_language_of_the_system_is_taken_where_there_is_one(locale: str, language: str) -> None:
    assert of_system(QLocale(locale)) == language
    assert language in LANGUAGES
