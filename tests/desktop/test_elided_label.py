"""Lines of text that end in … where there is no room."""

from pytestqt.qtbot import QtBot

from desktop.controls.elided_label import ElidedLabel

TEXT = "The larger model fits more in than this one"


def label_of(qtbot: QtBot, share: float, *, remark: bool) -> ElidedLabel:
    """A label that has room for a share of its text."""
    label = ElidedLabel(TEXT, remark=remark)
    qtbot.addWidget(label)
    label.resize(round(share * label.fontMetrics().horizontalAdvance(TEXT)) + 1, 20)
    return label


def test_a_line_shows_what_has_room(qtbot: QtBot) -> None:
    assert label_of(qtbot, 1.1, remark=False).shown == TEXT
    some = label_of(qtbot, 0.3, remark=False)
    assert some.shown.endswith("…")
    assert some.toolTip() == TEXT


def test_a_remark_is_not_shown_where_most_of_it_would_be_cut_off(qtbot: QtBot) -> None:
    assert label_of(qtbot, 1.1, remark=True).shown == TEXT
    assert label_of(qtbot, 0.7, remark=True).shown.endswith("…")
    assert label_of(qtbot, 0.3, remark=True).shown == ""
