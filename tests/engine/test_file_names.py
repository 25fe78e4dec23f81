"""Names of files that are made of words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.file_names import file_stem

ASKED_OF_WINDOWS = ("CON", "PRN", "AUX", "NUL", "COM1", "COM9", "LPT1", "LPT9", "COM¹", "LPT³")


@pytest.mark.parametrize(
    ("words", "stem"),
    [
        ("🍎", "picture"),
        ("🍎\ufe0f", "picture"),
        ("एक लाल सेब", "एक-लाल-सेब"),
        ("𝔞" * 100, "𝔞" * 30),
        ("../../etc", "etc"),
        ("C:\\boot.ini", "C-boot-ini"),
        ("a " * 50, "a-" * 29 + "a"),
        ("a red apple. ", "a-red-apple"),
        ("絵を描く犬", "絵を描く犬"),
    ],
)
def test_names_are_made_of_words_alone(words: str, stem: str) -> None:
    assert file_stem(words) == stem


@pytest.mark.parametrize("device", ASKED_OF_WINDOWS)
def test_no_file_is_called_as_a_device_of_windows(device: str) -> None:
    assert file_stem(f"{device}.", "layer") == f"{device}-layer"
    assert file_stem(f"{device.lower()} {device}") == f"{device.lower()}-{device}"


@given(st.text())
def test_no_words_make_a_name_that_a_system_refuses(words: str) -> None:
    stem = file_stem(words)
    assert not set(stem) & set('/\\:*?"<>|\0. _')
    assert stem.isprintable()
    assert 0 < len(stem.encode("utf-8", errors="strict")) <= 120 + len("-picture")
    assert stem.upper() not in ASKED_OF_WINDOWS
