"""A name from a stranger can be read as it is, letter by letter."""

import pytest

from desktop.visible import visible


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("boat.ora", "boat.ora"),
        ("Bilder für Ada, 絵 ⛵", "Bilder für Ada, 絵 ⛵"),
        ("invoice\u202egnp.exe", "invoice‹U+202E›gnp.exe"),
        ("a\u200bb\ufeff", "a‹U+200B›b‹U+FEFF›"),
        ("two\nlines\tand\x7f\x00", "two␊lines␉and␡␀"),
        ("para\u2029graph", "para‹U+2029›graph"),
        ("half \ud800", "half ‹U+D800›"),
        ("no utf \udcff", "no utf ‹FF›"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🎨", "👩\u200d🎨"),
        ("a\u200db", "a‹U+200D›b"),
        ("\u200d", "‹U+200D›"),
        ("絵\u200d\u202e絵", "絵‹U+200D›‹U+202E›絵"),
    ],
)
def test_everything_in_a_name_is_seen_and_common_names_are_left_alone(
    name: str, shown: str
) -> None:
    assert visible(name) == shown


def test_a_sentence_may_have_lines() -> None:
    assert visible("one\ntwo\u202e", lines=True) == "one\ntwo‹U+202E›"
