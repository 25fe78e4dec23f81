"""A question over the window: one sentence and what can be done. It never blocks the event loop."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop.speech import said
from desktop.visible import visible


class Answer(NamedTuple):
    """What a button says and does. loses: something is gone for good afterwards."""

    text: str
    act: Callable[[], object]
    loses: bool = False


def ask(window: QWidget, sentence: str, answers: list[Answer], leave: str) -> QMessageBox:
    """Ask; `leave` is the button that changes nothing, which Escape presses too.

    `sentence` is shown as plain text, whatever is in it, in the language of the window.
    """
    box = QMessageBox(window)
    box.setWindowTitle("Easel")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(visible(said(sentence), lines=True))
    roles = QMessageBox.ButtonRole
    for answer in answers:
        role = roles.DestructiveRole if answer.loses else roles.AcceptRole
        button = box.addButton(answer.text, role)
        button.clicked.connect(lambda _checked=False, act=answer.act: act())
    stay = box.addButton(leave, roles.RejectRole)
    box.setEscapeButton(stay)
    for button in box.buttons():
        button.setAccessibleName(button.text())
    box.finished.connect(box.deleteLater)
    box.open()
    return box
