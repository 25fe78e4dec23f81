"""The engine without a window: requests, files, paths, exit codes, sentences."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from desktop import app
from desktop.paths import Paths
from engine.command_line import main
from engine.errors import OutOfMemory
from engine.picture_file import read_notes
from engine.requests import Generate, Sampling
from tests.fakes import FakeEngine, square


def test_every_option_reaches_the_request(tmp_path: Path) -> None:
    engine = FakeEngine()
    options = "--count 2 --seed 7 --size 48x32 --steps 9 --guidance 2.5 --sampler ddim"
    options += " --candidates 3 --prior-steps 8 --prior-guidance 1.5"
    argv = ["generate", "A red apple!", *options.split(), "--negative", "blue"]
    assert main([*argv, "--out", str(tmp_path)], engine) == 0
    assert engine.requests == [
        Generate(
            prompt="A red apple!",
            negative="blue",
            count=2,
            width=48,
            height=32,
            prior_candidates=3,
            sampling=Sampling(
                seed=7, steps=9, guidance=2.5, prior_steps=8, prior_guidance=1.5, sampler="ddim"
            ),
        )
    ]


def test_the_paths_of_new_files_are_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["generate", "a red apple", "--seed", "7", "--count", "2", "--out", str(tmp_path)]
    assert (main(argv, FakeEngine()), main(argv, FakeEngine())) == (0, 0)
    names = [Path(line).name for line in capsys.readouterr().out.splitlines()]
    first = ["a-red-apple-7.png", "a-red-apple-8.png"]
    assert names == [*first, "a-red-apple-7-2.png", "a-red-apple-8-2.png"]
    assert np.array_equal(np.asarray(PillowImage.open(tmp_path / names[1])), square(8, 32, 32))
    assert read_notes(tmp_path / names[1])["seed"] == "8"


def test_json_tells_files_seeds_and_times(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["generate", "apple", "--seed", "3", "--json", "--out", str(tmp_path)]
    assert main(argv, FakeEngine()) == 0
    assert json.loads(capsys.readouterr().out) == {
        "prompt": "apple",
        "pictures": [{"file": str(tmp_path / "apple-3.png"), "seed": 3}],
        "seconds": {"prior": 0.1, "decoder": 0.1},
        "peak_bytes": 10_000_000,
    }


def test_what_networks_answer_always_is_kept_where_the_window_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caches: list[Path] = []

    def open_engine(_folders: object, _family: str, *, cache: Path) -> FakeEngine:
        caches.append(cache)
        return FakeEngine()

    monkeypatch.setattr("engine.command_line.open_engine", open_engine)
    assert main(["generate", "apple", "--out", str(tmp_path)]) == 0
    assert caches == [app.answers_in(Paths.default())]


def test_without_a_seed_chance_decides(tmp_path: Path) -> None:
    engine = FakeEngine()
    for _ in range(2):
        main(["generate", "apple", "--out", str(tmp_path)], engine)
    seeds = {request.sampling.seed for request in engine.requests}
    assert len(seeds) == 2


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["", "--count", "1"], "The prompt is empty; describe"),
        (["x" * 100_000], "shorten it to 2,000"),
        (["apple", "--count", "99"], "choose 1 to 16"),
        (["apple", "--size", "large"], "write it like 256x192"),
        (["apple", "--size", "9999x9999"], "choose 16 to"),
        (["apple", "--seed", "-1"], "choose a whole number from 0"),
        (["apple", "--out", "FILE/below"], "choose another one with --out"),
        (["apple", "--count", "many"], "see easel generate --help"),
        (["apple", "--family", "dalle"], "Argument --family: invalid choice: 'dalle'"),
        (["apple", "--models", "FILE"], "check how --models is written"),
        ([], "The following arguments are required: PROMPT"),
    ],
)
def test_a_wrong_request_is_one_sentence_and_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], sentence: str
) -> None:
    (tmp_path / "FILE").write_bytes(b"")
    options = [option.replace("FILE", str(tmp_path / "FILE")) for option in options]
    engine = FakeEngine()
    assert main(["generate", "--out", str(tmp_path), *options], engine) == 2
    out, err = capsys.readouterr()
    assert (out, engine.requests) == ("", [])
    assert sentence in err
    assert err.count("\n") == 1


def test_a_fault_in_mid_run_keeps_what_was_finished(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = FakeEngine(error=OutOfMemory("There is not enough memory."), error_after=7)
    argv = ["generate", "apple", "--seed", "1", "--count", "3", "--out", str(tmp_path)]
    assert main(argv, engine) == 2
    assert capsys.readouterr().err.endswith("There is not enough memory.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["apple-1.png"]


def test_ctrl_c_keeps_what_was_finished(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("engine.command_line.save_all", interrupt)
    assert main(["generate", "apple", "--out", str(tmp_path)], FakeEngine()) == 130
    assert "finished are kept" in capsys.readouterr().err


@pytest.mark.slow
def test_the_module_is_the_same_door_and_names_the_missing_model(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "engine", "generate", "apple", "--family", "kandinsky22"]
    done = subprocess.run(
        [*argv, "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not on this computer" in done.stderr.splitlines()[-1]
