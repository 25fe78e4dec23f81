"""Schemes of keys: whatever is changed, a key does one thing, and what it did can be had again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QKeySequence

from desktop.actions import ROWS
from desktop.key_schemes import SCHEMES, keys_of, owner_of, tidied, without
from desktop.key_schemes import given as with_keys
from desktop.setting_fields import KeyChanges

VERBS = [row.verb for row in ROWS]
KEYS = sorted({key for row in ROWS for key in row.keys} | {"Ctrl+Alt+F12", "Ctrl+F8", "Shift+G"})
CHANGES = st.lists(
    st.tuples(st.sampled_from([*VERBS, "gone.verb"]), st.lists(st.sampled_from(KEYS), max_size=3)),
    max_size=6,
).map(lambda pairs: tuple((verb, tuple(keys)) for verb, keys in pairs))


def flat(keys: dict[str, tuple[str, ...]]) -> list[str]:
    return [key for each in keys.values() for key in each]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_scheme_names_verbs_and_keys_that_exist_as_qt_writes_them(scheme: str) -> None:
    assert set(SCHEMES[scheme].changes) <= set(VERBS)
    keys = flat(keys_of(scheme))
    assert [QKeySequence(key).toString() for key in keys] == keys


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_two_verbs_of_a_scheme_share_a_key(scheme: str) -> None:
    changes = SCHEMES[scheme].changes
    keys = flat({row.verb: changes.get(row.verb, row.keys) for row in ROWS})
    assert sorted(keys) == sorted(set(keys))


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(list(SCHEMES)), CHANGES)
def test_whatever_a_file_of_settings_says_no_key_has_two_verbs(
    scheme: str, own: KeyChanges
) -> None:
    keys = keys_of(scheme, own)
    assert list(dict.fromkeys(VERBS)) == sorted(keys, key=VERBS.index)
    assert sorted(flat(keys)) == sorted(set(flat(keys)))


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(list(SCHEMES)), CHANGES, st.sampled_from(VERBS), st.sampled_from(KEYS))
def test_a_key_that_is_given_belongs_to_its_verb_and_to_no_other(
    scheme: str, own: KeyChanges, verb: str, key: str
) -> None:
    changed = with_keys(verb, (key,), scheme, tidied(dict(own), scheme))
    keys = keys_of(scheme, changed)
    assert keys[verb] == (key,)
    assert [other for other, each in keys.items() if key in each] == [verb]


def test_what_is_as_in_the_scheme_is_not_kept() -> None:
    moved = with_keys("hand.take:brush", ("Ctrl+Alt+F12",), "easel", ())
    assert moved == (("hand.take:brush", ("Ctrl+Alt+F12",)),)
    assert with_keys("hand.take:brush", ("B",), "easel", moved) == ()
    assert without("hand.take:brush", moved) == ()


def test_schemes_differ_where_the_programs_do() -> None:
    owners = {name: owner_of("M", keys_of(name)) for name in SCHEMES}
    assert owners == {
        "easel": "hand.take:shape",
        "krita": "canvas.mirror",
        "photoshop": "hand.take:shape",
    }
    assert owner_of("Ctrl+Alt+F12", keys_of("easel")) is None
