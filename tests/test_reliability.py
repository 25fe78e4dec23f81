"""docs/reliability.md names tests that exist: a promise without a test would be an empty one."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMED = re.compile(r"`(test_\w+)`")
DEFINED = re.compile(r"^def (test_\w+)", re.MULTILINE)


def absent(page: str) -> list[str]:
    """Tests that `page` names in a table and nobody has written."""
    sources = ROOT.joinpath("tests").rglob("test_*.py")
    known = {name for path in sources for name in DEFINED.findall(path.read_text("utf-8"))}
    return [name for name in NAMED.findall(page) if name not in known]


def test_every_test_that_the_table_of_promises_names_exists() -> None:
    assert absent((ROOT / "docs/reliability.md").read_text("utf-8")) == []


def test_a_test_that_does_not_exist_would_be_found() -> None:
    assert absent("| fault | promise | 0 | `test_nobody_wrote_this` | none |") == [
        "test_nobody_wrote_this"
    ]
