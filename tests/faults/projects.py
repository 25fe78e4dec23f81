"""Projects of ours and of other programs."""

from pathlib import Path

from desktop.document.picture import check_picture
from desktop.errors import DesktopError, ProjectDamaged
from desktop.storage.archive import pack
from desktop.storage.project import MANIFEST
from desktop.storage.project_reading import read_project
from desktop.storage.project_writing import project_bytes
from tests.desktop.storage.test_project import everything, members


def projects() -> list[bytes]:
    """Of ours, with one of everything in it."""
    return [project_bytes(everything())]


def foreign_projects() -> list[bytes]:
    """As another program writes them."""
    found = members(projects()[0])
    del found[MANIFEST]
    return [pack(found)]


def open_project(content: bytes, folder: Path) -> str:
    """Open, and rescue what is left where a person would be asked."""
    try:
        opened = read_project(content, "m.ora")
        outcome = "opened" if not opened.note else "rescued"
    except ProjectDamaged as error:
        if not error.rescuable:
            return "refused"
        opened, outcome = read_project(content, "m.ora", rescue=True), "rescued"
    except DesktopError:
        return "refused"
    check_picture(opened.project.picture)
    return outcome
