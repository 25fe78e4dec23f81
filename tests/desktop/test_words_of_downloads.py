"""What a download's end is told by is in the language of the person, to its last sentence."""

from collections.abc import Iterator

import httpx
import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from desktop.language import Language
from desktop.speech import said
from engine.weights.network_faults import KEPT, final, refusal
from tests.texts import ROOT


@pytest.fixture
def german(qapp: QApplication) -> Iterator[Language]:
    before = QLocale()
    language = Language("de", ROOT / "resources")
    yield language
    language.remove()
    QLocale.setDefault(before)


def ends(status: int) -> str:
    told = refusal(httpx.Response(status))
    assert told is not None
    return str(told)


@pytest.mark.parametrize("status", [401, 403, 404, 407, 418])
def test_a_refusal_is_translated_whole(german: Language, status: int) -> None:
    assert ends(status).endswith(KEPT)
    assert KEPT not in said(ends(status))


@pytest.mark.parametrize("fault", ["407 Proxy Authentication Required", "502 Bad Gateway"])
def test_a_proxy_that_refuses_is_told_of_in_the_same_way(german: Language, fault: str) -> None:
    told = str(final(httpx.ProxyError(fault)))
    assert told.endswith(KEPT)
    assert KEPT not in said(told)


def test_two_sentences_that_are_known_only_apart_stay_as_they_are(german: Language) -> None:
    glued = f"Nobody knows this. {KEPT}"
    assert said(glued) == glued
