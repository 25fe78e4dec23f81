"""What a download's end is told by is in the language of the person, to its last sentence."""

from collections.abc import Iterator

import httpx
import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication

from desktop.language import Language
from desktop.speech import said
from engine.weights.fetch import filled_up
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


@pytest.mark.parametrize("language", ["de", "es", "fr", "ja", "pt", "zh_CN"])
def test_a_full_disk_is_told_whole_in_every_language_and_the_button_by_its_name(
    language: str, qapp: QApplication
) -> None:
    before = QLocale()
    spoken = Language(language, ROOT / "resources")
    try:
        told = said(str(filled_up(ROOT, 5_500_000_000, lambda _: 0)))
        button = QCoreApplication.translate("ModelCard", "Continue")
        assert "press Continue" not in told
        assert button in told
        assert told.count(QLocale().toString(5.5, "f", 1)) == 1
        assert told.count(QLocale().toString(7.1, "f", 1)) == 1
    finally:
        spoken.remove()
        QLocale.setDefault(before)


def test_two_sentences_that_are_known_only_apart_stay_as_they_are(german: Language) -> None:
    glued = f"Nobody knows this. {KEPT}"
    assert said(glued) == glued
