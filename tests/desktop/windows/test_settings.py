"""The window of settings: made from the table, found by words, and what is changed works."""

from collections.abc import Iterator
from dataclasses import fields, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QSpinBox,
)
from pytestqt.qtbot import QtBot

from desktop.controls.setting_row import SettingRow
from desktop.paths import Paths
from desktop.settings import GROUPS, Settings
from desktop.theme import DARK
from desktop.windows.keys import KeysWindow
from desktop.windows.settings import SettingsWindow
from tests.shell import PATIENCE, Shell, icons, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|raise")

OTHER = Settings(
    language="de",
    theme="dark",
    scale="150",
    calm=True,
    device="cpu",
    precision="half",
    threads=2,
    memory=8,
    thrifty=True,
    previews=False,
    steps=9,
    guidance=3.5,
    prior_steps=5,
    prior_guidance=1.0,
    sampler="ddim",
    feather=9,
    grow=-4,
    match_colours=10,
    undo_memory=128,
    autosave=7,
    export_quality=50,
    export_lossless=True,
    export_notes=False,
    key_scheme="krita",
    wheel_scrolls=True,
)
"""Another value for every control that is worked without a window of its own."""


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


@pytest.fixture
def window(shell: Shell) -> SettingsWindow:
    shell.workbench.actions_by_verb["settings.show"].trigger()
    (window,) = shell.window.findChildren(SettingsWindow)
    return window


def work(row: SettingRow, value: object) -> None:
    """Give the control of a row a value as a person would."""
    match row.control:
        case QCheckBox() as check:
            check.setChecked(bool(value))
        case QComboBox() as box:
            box.setCurrentIndex(box.findData(value))
            box.activated.emit(box.currentIndex())
        case QSpinBox() | QDoubleSpinBox() as number:
            number.setValue(value)  # type: ignore[arg-type]
        case _:
            raise AssertionError(row.field.name)


def test_there_is_a_row_for_every_setting_of_the_table_on_the_page_of_its_group(
    window: SettingsWindow,
) -> None:
    for number, group in enumerate(GROUPS):
        window.groups.setCurrentRow(number)
        assert window.shown == [
            f.name for f in fields(Settings) if f.metadata.get("group") == group
        ]


def test_what_is_shown_is_what_was_chosen(qtbot: QtBot, paths: Paths) -> None:
    # Whoever shows a value reports none, or settings would change by being looked at.
    page = SettingsWindow(None, icons(paths))  # type: ignore[arg-type]
    qtbot.addWidget(page)
    reported: list[object] = []
    page.changed.connect(reported.append)
    page.show_values(OTHER)
    shown = {name: row.reset.isEnabled() for name, row in page.rows.items()}
    assert reported == []
    assert {name for name, changed in shown.items() if not changed} == {
        "gallery_folder",
        "models_folder",
        "own_keys",
        "unsaved_folder",
    }


def test_every_control_changes_its_setting_and_its_button_takes_it_back(
    window: SettingsWindow, shell: Shell
) -> None:
    usual = shell.studio.settings
    for name, row in window.rows.items():
        value = getattr(OTHER, name)
        if value == getattr(usual, name):
            continue
        work(row, value)
        assert shell.studio.settings == replace(usual, **{name: value}), name
        row.reset.click()
        assert shell.studio.settings == usual, name


def test_a_number_below_the_lowest_leaves_the_choice_to_the_model(
    window: SettingsWindow, shell: Shell
) -> None:
    steps = window.rows["steps"].control
    assert isinstance(steps, QSpinBox)
    assert steps.text() == "As the model has it"
    steps.stepUp()
    assert shell.studio.settings.steps == 1
    steps.stepDown()
    assert shell.studio.settings.steps is None


def test_a_folder_is_chosen_in_a_window_of_the_system(
    window: SettingsWindow, shell: Shell, paths: Paths
) -> None:
    row = window.rows["gallery_folder"]
    (choose,) = (each for each in row.findChildren(QPushButton) if each.text() == "Choose…")
    choose.click()
    (dialog,) = row.findChildren(QFileDialog)
    dialog.fileSelected.emit("/pictures <b>of mine</b>")
    dialog.close()
    assert isinstance(row.control, QLineEdit)
    assert row.control.text() == "/pictures <b>of mine</b>"
    assert Settings.load(paths.settings_file).gallery_folder == "/pictures <b>of mine</b>"
    assert paths.moved("/pictures", "").gallery.as_posix().endswith("/pictures")
    assert paths.moved("", "").gallery == paths.gallery


def test_settings_are_found_by_their_names_and_by_what_they_do(window: SettingsWindow) -> None:
    window.search.setText("memory")
    assert window.shown == ["precision", "memory", "thrifty", "undo_memory"]
    window.search.setText("no such thing")
    assert window.shown == []
    window.search.clear()
    assert "language" in window.shown


def test_what_waits_for_the_next_start_says_so_until_it_is_taken_back(
    window: SettingsWindow,
) -> None:
    assert window.later.isHidden()
    work(window.rows["scale"], "150")
    assert not window.later.isHidden()
    window.rows["scale"].reset.click()
    assert window.later.isHidden()


def test_colours_motion_wheel_undo_and_keys_change_at_once(
    window: SettingsWindow, shell: Shell, qapp: QApplication
) -> None:
    work(window.rows["theme"], "dark")
    assert qapp.palette().window().color().name() == DARK.window
    work(window.rows["calm"], True)
    assert not shell.window.isAnimated()
    window.rows["calm"].reset.click()
    work(window.rows["wheel_scrolls"], True)
    assert shell.window.canvas.wheel_scrolls
    work(window.rows["key_scheme"], "krita")
    assert shell.workbench.keymap.scheme == "krita"
    shell.workbench.keymap.give("hand.take:brush", ("P",))
    window.activated.emit()
    window.rows["own_keys"].reset.click()
    assert shell.workbench.keymap.own == ()
    assert shell.studio.settings.own_keys == ()


def test_keys_are_changed_in_their_own_window(window: SettingsWindow, shell: Shell) -> None:
    control = window.rows["own_keys"].control
    assert isinstance(control, QPushButton)
    control.click()
    assert len(shell.window.findChildren(KeysWindow)) == 1


def test_the_memory_for_undo_holds_from_the_next_edit_on(
    window: SettingsWindow, shell: Shell
) -> None:
    work(window.rows["undo_memory"], 64)
    assert shell.studio.document.budget == 64 * 2**20


@pytest.mark.slow
def test_the_engine_is_started_anew_once_for_several_changes_and_not_for_others(
    qtbot: QtBot, window: SettingsWindow, shell: Shell
) -> None:
    asked: list[None] = []
    shell.workbench.settings.engine_outdated.connect(lambda: asked.append(None))
    timer = shell.workbench.settings.quiet
    work(window.rows["feather"], 20)
    timer.timeout.emit()
    assert asked == []
    with qtbot.waitSignal(shell.workbench.settings.engine_outdated):
        work(window.rows["threads"], 2)
        work(window.rows["device"], "cpu")
    assert asked == [None]
    window.rows["threads"].reset.click()
    window.rows["device"].reset.click()
    timer.timeout.emit()
    assert asked == [None, None]


@pytest.mark.slow
def test_a_run_comes_to_its_end_before_the_engine_is_started_anew(
    qtbot: QtBot, window: SettingsWindow, shell: Shell
) -> None:
    pages = shell.workbench.settings
    asked: list[bool] = []
    pages.engine_outdated.connect(lambda: asked.append(shell.studio.busy))
    shell.window.prompt.generate()
    work(window.rows["precision"], "full")
    pages.quiet.timeout.emit()
    assert asked == [] or not shell.studio.busy
    qtbot.waitUntil(lambda: bool(asked), timeout=10_000)
    assert asked == [False]


def test_the_device_is_tried_by_the_button_beside_it(
    qtbot: QtBot, window: SettingsWindow, shell: Shell
) -> None:
    (button,) = [
        each
        for each in window.rows["device"].findChildren(QPushButton)
        if each.text() == "Test device"
    ]
    assert not window.tested.isVisible()
    shell.studio.warm_up()
    button.click()
    assert window.tested.text().startswith("A small picture is being painted to test the device")
    assert window.give_up.isVisible()
    qtbot.waitUntil(lambda: window.tested.text().startswith("It works:"), timeout=PATIENCE)
    assert not window.give_up.isVisible()
    assert shell.studio.candidates.items == ()


def test_a_test_of_the_device_can_be_given_up_and_begun_again(
    qtbot: QtBot, window: SettingsWindow, shell: Shell
) -> None:
    shell.engine.pause = 0.2
    shell.studio.warm_up()
    window.test_requested.emit()
    qtbot.waitUntil(lambda: bool(shell.engine.requests), timeout=PATIENCE)
    qtbot.mouseClick(window.give_up, Qt.MouseButton.LeftButton)
    assert window.tested.text().startswith("The test of the device was given up")
    assert not window.give_up.isVisible()
    assert shell.engine.given_up == shell.engine.requests
    shell.engine.pause = 0.0
    window.test_requested.emit()
    window.test_requested.emit()  # in the place of the first
    assert window.give_up.isVisible()
    qtbot.waitUntil(lambda: window.tested.text().startswith("It works:"), timeout=PATIENCE)
    assert not window.give_up.isVisible()


def test_a_choice_with_a_button_beside_it_has_room_for_its_longest_words(
    qtbot: QtBot, paths: Paths
) -> None:
    (device,) = (field for field in fields(Settings) if field.name == "device")
    row = SettingRow(device, icons(paths))
    qtbot.addWidget(row)
    assert isinstance(row.control, QComboBox)
    row.control.addItem("The quickest of all that may be in this computer")
    row.resize(row.sizeHint())
    row.show()
    assert row.control.width() >= row.control.sizeHint().width() > 270
