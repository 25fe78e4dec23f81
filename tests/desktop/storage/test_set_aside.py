"""What cannot be read gets out of the way, whole, and never takes the place of another."""

from pathlib import Path

from desktop.model_choices import ModelChoices
from desktop.settings import Settings
from desktop.storage.set_aside import set_aside


def test_the_second_damaged_file_does_not_replace_the_first(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    for content in ("one", "two"):
        file.write_text(content)
        set_aside(file)
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {"settings.json.damaged": "one", "settings.json.damaged-2": "two"}


def test_a_folder_in_the_place_of_the_settings_is_kept_with_all_that_is_in_it(
    tmp_path: Path,
) -> None:
    file = tmp_path / "settings.json"
    (file / "inner").mkdir(parents=True)
    assert "settings.json.damaged" in Settings.load(file).note
    assert (tmp_path / "settings.json.damaged" / "inner").is_dir()
    Settings().save(file)
    assert Settings.load(file).note == ""


def test_choices_of_models_that_cannot_be_read_are_kept_and_said(tmp_path: Path) -> None:
    file = tmp_path / "models.json"
    for content in ("{", "[]", '{"mirror"'):
        file.write_text(content)
        choices = ModelChoices.load(file)
        assert choices.chosen == "starter"
        assert "models.json.damaged" in choices.note
    assert len(list(tmp_path.iterdir())) == 3
