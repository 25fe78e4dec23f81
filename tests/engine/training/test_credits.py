"""The credits page names everybody whose pictures the Starter model learnt from."""

from pathlib import Path

from engine.training.credits import PAGE, RESOURCE, credits_page, write
from engine.training.sources import sources

PROJECT = Path(__file__).parents[3]


def test_every_source_is_credited_with_its_licence() -> None:
    lines = credits_page().splitlines()
    for source in sources().values():
        told = [line for line in lines if f"| {source.attribution} |" in line]
        assert len(told) == 1
        assert source.licence == "public-domain" or "](https://" in told[0]


def test_the_authors_of_game_icons_are_named_and_no_mail_address_is() -> None:
    page = credits_page()
    assert "Lorc, Delapouite" in page
    assert "Caro Asercion" in page
    assert "@" not in page.replace("| npm @", "")


def test_the_pages_in_the_project_are_those_the_command_writes(tmp_path: Path) -> None:
    for path in write(tmp_path):
        assert path.read_text(encoding="utf-8") == credits_page()
    for path in (PAGE, RESOURCE):
        assert (PROJECT / path).read_text(encoding="utf-8") == credits_page()
