"""Emoji are also called what the Unicode standard calls them, where that says something new."""

import pytest

from engine.training import tables
from engine.training.captions import Row, load_rows
from engine.training.official_names import official_name, with_official_names


def emoji(code: str, *names: str) -> Row:
    return Row(number=0, id="", source="", style="flat", category="faces", group=code, names=names)


SAID_ELSEWHERE = emoji("w1", "smiling face of a robot")


def added(row: Row, *others: Row) -> tuple[str, ...]:
    return with_official_names([row, *others])[0].names[len(row.names) :]


def test_the_name_of_the_standard_comes_last() -> None:
    robot = emoji("u1F916", "robot")
    assert with_official_names([robot, SAID_ELSEWHERE])[0].names == ("robot", "robot face")


def test_a_word_that_nothing_else_is_called_by_is_not_taken_up() -> None:
    assert added(emoji("u1F916", "robot")) == ()


@pytest.mark.parametrize(
    "row",
    [
        emoji("u1F511", "Key"),
        emoji("u2764", "red heart", "heavy black heart"),
        emoji("wkey", "key"),
        emoji("u1F468 u1F4BB", "man with a computer"),
    ],
    ids=["known already", "about the sign", "no emoji", "two signs"],
)
def test_nothing_is_added_to(row: Row) -> None:
    words = emoji("w", "heavy black key heart man")
    assert added(row, words) == ()


def test_what_tells_the_sign_from_others_is_not_said() -> None:
    heart = emoji("u2764", "red heart")
    assert official_name(heart) == "heavy black heart"
    assert added(heart, emoji("w", "heavy black heart")) == ()


def test_the_table_gets_names_of_words_that_it_has() -> None:
    rows = load_rows(tables.CAPTIONS)
    pairs = list(zip(rows, with_official_names(rows), strict=True))
    known = {word for row in rows for name in row.names for word in name.lower().split()}
    new = {row.names[-1] for before, row in pairs if row is not before}
    assert {"robot face", "unicorn face", "dove of peace"} <= new
    assert len(new) == 140, "docs/starter.md says so"
    assert known.issuperset(word for name in new for word in name.split())
    assert all(row.names[: len(before.names)] == before.names for before, row in pairs)
