"""Projects of ours and of other programs, and the journal of what is not in one yet."""

import json
import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random

from desktop.document.picture import check_picture
from desktop.errors import DesktopError, ProjectDamaged
from desktop.storage.archive import pack
from desktop.storage.journal import Journal
from desktop.storage.journal_reading import last_state, recovered
from desktop.storage.project import MANIFEST
from desktop.storage.project_reading import read_project
from desktop.storage.project_writing import project_bytes
from tests.desktop.storage.projects import account, everything, members


@cache
def saved() -> object:
    """All that there is in the project that was saved, to be compared with."""
    return account(everything())


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


def open_exactly(content: bytes, folder: Path) -> str:
    """Open; what is not said to be damaged must be what was saved."""
    outcome = open_project(content, folder)
    if outcome != "opened":
        return outcome
    opened = read_project(content, "m.ora").project
    assert account(opened) == saved(), "wrong and not said"
    return "opened"


def open_without_sums(content: bytes, folder: Path) -> str:
    """The control: the same with sums that fit whatever is there, as if there were none."""
    outcome = open_project(content, folder)
    if outcome != "opened":
        return outcome
    opened = read_project(content, "m.ora").project
    return "opened" if account(opened) == saved() else "wrong"


def exchanged(content: bytes, random: Random) -> bytes:
    """A project in which some picture stands in another's place; the archive's sums are right."""
    found = members(content)
    one, other = random.sample([name for name in found if name.startswith("data/")], 2)
    found[one] = found[other]
    return pack(found)


def exchanged_and_signed(content: bytes, random: Random) -> bytes:
    """The same with the manifest's sums made right as well."""
    found = members(exchanged(content, random))
    said = json.loads(found[MANIFEST])
    said["sha256"] = {name: sha256(found[name]).hexdigest() for name in said["sha256"]}
    found[MANIFEST] = json.dumps(said).encode()
    return pack(found)


def journals() -> list[bytes]:
    """Two states of unsaved work, one behind the other."""
    folder, project = Path(tempfile.mkdtemp()), everything()
    journal = Journal(folder)
    for at in (5.0, 6.0):
        journal.write(project, {"at": at, "home": "/x/a.ora", "saved": False})
    journal.close()
    return [path.read_bytes() for path in folder.iterdir()]


def open_journal(content: bytes, folder: Path) -> str:
    """Look what is unsaved at the start, and open it."""
    (folder / "journal-0000").write_bytes(content)
    last_state(folder)
    try:
        found = recovered(folder)
    except ProjectDamaged:
        return "refused"
    check_picture(found.project.picture)
    if found.lost:
        return "rescued"
    assert account(found.project) == saved(), "wrong and not said"
    return "opened"
