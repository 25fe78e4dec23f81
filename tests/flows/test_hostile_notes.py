"""What a stranger's picture says about how it was made drives nothing by itself."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from desktop.settings import Settings
from engine.picture_file import encoded, save_new
from engine.requests import LARGEST_SEED
from tests.fakes import FakeEngine, square
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()  # which looks at no picture, so that a file's own words stay


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths, engine: FakeEngine) -> Iterator[Shell]:
    with open_shell(qtbot, paths, engine, Settings(count=1)) as shell:
        yield shell


def request(**changed: object) -> dict[str, object]:
    """What a picture of ours says about its request, but for what is changed."""
    sampling = {"seed": 7, "steps": 9, "guidance": 4.0} | {
        key: value for key, value in changed.items() if key in ("seed", "steps", "guidance")
    }
    rest = {key: value for key, value in changed.items() if key not in sampling}
    return {"kind": "Generate", "prompt": "a boat", "count": 1, "sampling": sampling} | rest


def take_in(qtbot: QtBot, shell: Shell, folder: Path, **changed: object) -> int:
    """Put a picture into the gallery that says this; return its id."""
    model = str(changed.pop("model", "starter"))
    said = request(**changed)
    texts = {
        "prompt": "a boat",
        "seed": str(changed.get("seed", 7)),
        "model": model,
        "request": json.dumps(said),
    }
    path = save_new(folder, "theirs", encoded(square(3, 64, 64)[..., :3], texts))
    with qtbot.waitSignal(shell.studio.keeping.added, timeout=PATIENCE) as added:
        shell.studio.keeping.take_in([path])
    return added.args[0][0]


HOSTILE: dict[str, dict[str, object]] = {
    "steps": {"steps": 10**9},
    "negative size": {"width": -1, "height": -1},
    "huge size": {"width": 10**9, "height": 64},
    "seed": {"seed": 2**64},
    "negative seed": {"seed": -1},
    "guidance": {"guidance": 1e300},
    "count": {"count": 10**6},
    "kind": {"kind": "__import__('os')"},
}


@pytest.mark.parametrize("what", HOSTILE)
def test_settings_that_cannot_be_are_refused_in_a_sentence_and_nothing_is_painted(
    what: str, qtbot: QtBot, shell: Shell, engine: FakeEngine, tmp_path: Path
) -> None:
    entry = take_in(qtbot, shell, tmp_path, **HOSTILE[what])
    before = len(engine.requests)
    shell.workbench.pages.gallery.verbs.make_again([entry])
    qtbot.waitUntil(lambda: bool(shell.failures), timeout=PATIENCE)
    assert "does not say how it was made, so it cannot be made again" in shell.failures[-1]
    assert len(engine.requests) == before


def test_a_model_by_a_path_is_named_and_not_looked_for(
    qtbot: QtBot, shell: Shell, engine: FakeEngine, tmp_path: Path
) -> None:
    entry = take_in(qtbot, shell, tmp_path, model="../../etc/passwd")
    before = len(engine.requests)
    shell.workbench.pages.gallery.verbs.make_again([entry])
    qtbot.waitUntil(lambda: bool(shell.failures), timeout=PATIENCE)
    assert "made by the model “../../etc/passwd”, which is not the one in use" in shell.failures[-1]
    assert len(engine.requests) == before


def test_the_same_picture_with_settings_that_can_be_is_painted_again(
    qtbot: QtBot, shell: Shell, engine: FakeEngine, tmp_path: Path
) -> None:
    entry = take_in(qtbot, shell, tmp_path)
    before = len(engine.requests)
    shell.workbench.pages.gallery.verbs.make_again([entry])
    qtbot.waitUntil(lambda: len(engine.requests) == before + 1, timeout=PATIENCE)
    assert engine.requests[-1].sampling.steps == 9  # type: ignore[union-attr]


@pytest.mark.parametrize("seed", [2**64, -1, "x" * 50])
def test_a_seed_that_cannot_be_does_not_get_into_the_prompt_bar(
    seed: object, qtbot: QtBot, shell: Shell, engine: FakeEngine, tmp_path: Path
) -> None:
    entry = take_in(qtbot, shell, tmp_path, seed=seed)
    before = len(engine.requests)
    shell.window.prompt.edit.setPlainText("")
    shell.workbench.pages.gallery.verbs.reuse([entry])
    qtbot.waitUntil(lambda: shell.window.prompt.prompt == "a boat", timeout=PATIENCE)
    text = shell.window.prompt.seed.text()
    assert not text or 0 <= int(text) <= LARGEST_SEED
    assert len(engine.requests) == before
    assert shell.failures == []
