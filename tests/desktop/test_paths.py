"""Where things live: inside one folder when asked, and nothing made by asking."""

from pathlib import Path

from desktop.paths import Paths


def test_naming_the_folders_creates_none(tmp_path: Path) -> None:
    Paths.under(tmp_path)
    Paths.default()
    assert list(tmp_path.iterdir()) == []


def test_everything_the_user_owns_lies_in_the_folder_asked_for(tmp_path: Path) -> None:
    paths = Paths.under(tmp_path)
    owned = set(Paths._fields) - {"resources"}
    assert all(getattr(paths, name).is_relative_to(tmp_path) for name in owned)
    assert paths.settings_file.is_relative_to(tmp_path)


def test_a_relative_folder_is_made_absolute_so_that_a_later_chdir_changes_nothing() -> None:
    assert Paths.under(Path("somewhere")).data == Path.cwd() / "somewhere" / "data"


def test_the_systems_folders_are_absolute_and_the_resources_are_there() -> None:
    paths = Paths.default()
    assert all(folder.is_absolute() for folder in paths)
    assert paths.resources.is_dir()
