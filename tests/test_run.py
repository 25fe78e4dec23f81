"""The set-up makes an environment once, again when that was interrupted, and runs what is asked."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import torch

ROOT = Path(__file__).resolve().parent.parent

Calls = list[tuple[str, ...]]


@pytest.fixture
def run() -> ModuleType:
    """run.py as a module of this test alone."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the environment of a project without dependencies is to be made."""
    for name in ("requirements.lock", "requirements-cuda.lock", "pyproject.toml"):
        (tmp_path / name).touch()
    monkeypatch.setattr(run, "ROOT", tmp_path)
    return tmp_path / ".venv"


@pytest.fixture
def installs(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The environments into which something was installed, without installing anything."""
    into: list[Path] = []
    monkeypatch.setattr(run, "install", into.append)
    return into


@pytest.fixture
def calls(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What was run with the environment's Python, all of it successful."""
    made: Calls = []
    answering(run, monkeypatch, made, lambda _: 0)
    return made


def answering(
    run: ModuleType, patch: pytest.MonkeyPatch, made: Calls, code: Callable[[tuple[str, ...]], int]
) -> None:
    """Record what is run and let `code` say how it ended; nothing is asked of the system."""

    def python(*arguments: str) -> int:
        made.append(arguments)
        return code(arguments)

    patch.setattr(run, "python", python)
    patch.setattr(run, "prepare_window", lambda: None)
    patch.setattr(run, "prepare_screen", lambda: None)
    patch.setattr(run, "prepare_faults", lambda: None)


def without_pip(run: ModuleType, patch: pytest.MonkeyPatch) -> None:
    """Make environments without pip, which takes most of the time, and do not miss it."""
    builder = run.venv.EnvBuilder
    patch.setattr(run.venv, "EnvBuilder", lambda with_pip: builder(with_pip=False))
    patch.setattr(run, "works", lambda folder: run.python_of(folder).exists())


def half_made(folder: Path, stamp: str) -> Path:
    """An environment that was interrupted: no interpreter, one stray file; that file."""
    folder.mkdir()
    (folder / "easel.stamp").write_text(stamp)
    (folder / "stray").touch()
    return folder / "stray"


@pytest.mark.slow
def test_a_half_made_environment_is_made_again(
    run: ModuleType, folder: Path, installs: list[Path]
) -> None:
    stray = half_made(folder, "made from an older lock")
    run.set_up(folder)
    assert (stray.exists(), run.works(folder), installs) == (False, True, [folder])


def test_a_whole_environment_is_left_alone_until_the_lock_changes(
    run: ModuleType, folder: Path, installs: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    stray = half_made(folder, run.fingerprint())
    run.set_up(folder)
    assert (stray.exists(), installs) == (True, [])
    (folder.parent / "requirements.lock").write_text("changed")
    monkeypatch.setattr(run, "works", lambda _: True)
    run.set_up(folder)
    run.set_up(folder)
    assert (stray.exists(), installs) == (True, [folder])


def test_an_environment_whose_first_installation_failed_is_made_again_though_it_works(
    run: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_pip(run, monkeypatch)

    def fail(_: Path) -> None:
        (folder / "stray").touch()
        raise run.SetupFailed("no connection")

    monkeypatch.setattr(run, "install", fail)
    with pytest.raises(run.SetupFailed):
        run.set_up(folder)
    assert ((folder / "stray").exists(), run.works(folder)) == (True, True)
    monkeypatch.setattr(run, "install", lambda _: None)
    run.set_up(folder)
    assert ((folder / "stray").exists(), run.works(folder)) == (False, True)


def test_pip_that_fails_ends_in_one_sentence_that_says_what_to_do(run: ModuleType) -> None:
    with pytest.raises(run.SetupFailed, match=r"`pip install` failed .* and try again\.$"):
        run.pip(Path(sys.prefix), "install", "--no-index", "easel-no-such-package")


def test_the_cuda_parts_are_wanted_exactly_when_torch_is_built_for_cuda(run: ModuleType) -> None:
    on_linux_with_cuda = sys.platform == "linux" and torch.version.cuda is not None
    assert run.needs_cuda_parts(Path(sys.prefix)) == on_linux_with_cuda


def test_the_pin_of_the_cpu_build_has_every_hash_of_torch_and_no_other(run: ModuleType) -> None:
    torch = "torch==2.1 \\\n  --hash=b \\\n  --hash=c\n"
    lock = f"sympy==1 \\\n  --hash=a\n{torch}torchvision==3 \\\n  --hash=d\n"
    assert run.cpu_torch(lock) == "torch==2.1+cpu \\\n  --hash=b \\\n  --hash=c\n"
    assert run.cpu_torch("sympy==1 \\\n  --hash=a\n") == ""


def test_an_unknown_word_shows_the_help_and_ends_with_2() -> None:
    command = (sys.executable, "run.py", "dance")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, "python3 run.py test" in done.stdout) == (2, True)


def test_every_word_of_the_help_is_one_that_works(run: ModuleType) -> None:
    told = {line.split()[2].strip("[]") for line in run.__doc__.splitlines()[2:]}
    assert told == set(run.VERBS)


def test_tests_run_last_and_get_what_follows_the_word(run: ModuleType, calls: Calls) -> None:
    assert run.test(["-k", "undo"]) == 0
    tools = [call[1] for call in calls]
    assert tools == ["ruff", "ruff", "pyright", "tests.offline"]
    assert calls[-1][2:] == (*run.SIDE_BY_SIDE, "-k", "undo")


@pytest.mark.parametrize("tool", ["ruff", "pyright", "tests.offline"])
def test_one_failing_tool_fails_the_whole_and_stops_none(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, tool: str
) -> None:
    made: Calls = []
    answering(run, monkeypatch, made, lambda call: int(call[1] == tool))
    assert (run.test([]), len(made)) == (1, 4)


@pytest.mark.parametrize(
    ("codes", "whole"), [((0, 0), 0), ((1, 0), 1), ((0, 5), 0), ((5, 0), 0), ((5, 5), 5)]
)
def test_faults_run_side_by_side_and_those_judged_by_the_clock_alone(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, codes: tuple[int, int], whole: int
) -> None:
    made: Calls = []
    answering(run, monkeypatch, made, lambda _: codes[len(made) - 1])
    assert run.faults(["-k", "save"]) == whole
    assert [("-n" in call, "not alone" in call[call.index("-m", 2) + 1]) for call in made] == [
        (True, True),
        (False, False),
    ]
    assert all(call[-2:] == ("-k", "save") for call in made)


def test_training_passes_everything_on(run: ModuleType, calls: Calls) -> None:
    run.train(["fetch", "--folder", "x"])
    assert calls == [("-m", "engine.training", "fetch", "--folder", "x")]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a screen")
def test_without_a_screen_it_says_so_and_paints_a_red_apple(
    run: ModuleType,
    calls: Calls,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    run.app([])
    assert capsys.readouterr().out.startswith("There is no screen here")
    assert calls == [
        ("main.py", "generate", "a red apple", "--count", "4", "--out", "pictures/"),
    ]


def test_what_is_asked_for_in_words_is_done_without_a_screen(
    run: ModuleType, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    run.app(["generate", "a green frog"])
    assert calls == [("main.py", "generate", "a green frog")]


def test_without_a_screen_there_is_a_sentence_for_a_file(
    run: ModuleType,
    calls: Calls,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    (tmp_path / "boat.ora").touch()
    assert run.app([str(tmp_path / "boat.ora")]) == 2
    assert "no screen" in capsys.readouterr().err
    assert calls == []


def test_with_a_screen_it_opens_the_window(
    run: ModuleType, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    run.app(["--home", "x"])
    assert calls == [("main.py", "--home", "x")]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux needs them")
def test_missing_libraries_are_named_in_one_line_to_type(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "may_install", lambda: False)
    monkeypatch.setattr(run, "LIBRARIES", {"libc.so.6": "libc6", "libnone.so.9": "libnone9"})
    with pytest.raises(run.SetupFailed, match=r"apt-get install -y libnone9 "):
        run.prepare_window()


def test_the_machine_that_judges_a_change_runs_the_same_command() -> None:
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert "python3 run.py test" in script.read_text()
