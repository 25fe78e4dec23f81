"""Answers in files: known again by the weights, and never believed when something is wrong."""

import os
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.errors import WeightsDamaged, WeightsMissing
from engine.weights.kept_answers import LOOK, KeptAnswers, name_of

ANSWER = np.random.default_rng(3).standard_normal(32).astype(np.float32)


def write(path: Path, seed: int = 1, count: int = 100_000) -> Path:
    """A file of weights."""
    values = torch.randn(count, generator=torch.Generator().manual_seed(seed))
    save_file({"weight": values}, path)
    return path


def test_an_answer_comes_back_bit_for_bit_in_a_later_start(tmp_path: Path) -> None:
    KeptAnswers(tmp_path / "new" / "answers").keep("name", ANSWER)
    kept = KeptAnswers(tmp_path / "new" / "answers").recall("name", 32)
    assert kept is not None
    assert kept.tobytes() == ANSWER.tobytes()
    assert [path.name for path in (tmp_path / "new" / "answers").iterdir()] == ["name"]


def test_what_was_not_kept_is_not_known(tmp_path: Path) -> None:
    assert KeptAnswers(tmp_path).recall("name", 32) is None


def test_no_damage_is_believed(tmp_path: Path) -> None:
    answers = KeptAnswers(tmp_path)
    answers.keep("name", ANSWER)
    whole = (tmp_path / "name").read_bytes()
    damaged = [whole[:cut] for cut in range(len(whole))] + [whole + b"\0"]
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1
        damaged.append(bytes(flipped))
    for content in damaged:
        (tmp_path / "name").write_bytes(content)
        assert answers.recall("name", 32) is None
    (tmp_path / "name").write_bytes(whole)
    assert answers.recall("name", 32) is not None
    (tmp_path / "name").rename(tmp_path / "other")
    assert answers.recall("other", 32) is None
    answers.keep("name", ANSWER)
    assert answers.recall("name", 16) is None


def test_where_nothing_can_be_written_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for folder in (None, tmp_path / "file", tmp_path / "file" / "below"):
        answers = KeptAnswers(folder)
        answers.keep("name", ANSWER)
        assert answers.recall("name", 32) is None
    (tmp_path / "name").mkdir()
    KeptAnswers(tmp_path).keep("name", ANSWER)
    assert {path.name for path in tmp_path.iterdir()} == {"file", "name"}


def test_weights_are_known_by_what_is_in_them(tmp_path: Path) -> None:
    path = write(tmp_path / "one.safetensors")
    name = name_of([path], "float32")
    moved = path.rename(tmp_path / "two.safetensors")
    os.utime(moved, (0, 0))
    assert name_of([moved], "float32") == name
    others = [
        name_of([moved], "bfloat16"),
        name_of([moved], "float", "32"),
        name_of([moved, moved], "float32"),
        name_of([write(path, seed=2)], "float32"),
        name_of([write(path, count=100_001)], "float32"),
    ]
    assert len({name, *others}) == 6


def test_a_change_at_either_end_or_in_a_place_that_is_looked_at_is_seen(tmp_path: Path) -> None:
    path = write(tmp_path / "weights.safetensors")
    whole, name = path.read_bytes(), name_of([path])
    for place in (len(whole) - 1, len(whole) // 2 // LOOK * LOOK, len(whole) - LOOK):
        changed = bytearray(whole)
        changed[place] ^= 1
        path.write_bytes(changed)
        assert name_of([path]) != name


def test_little_of_a_large_file_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "weights.safetensors", count=10_000_000)
    before = bytes_read()
    name_of([path])
    assert bytes_read() - before < 1_000_000
    before = bytes_read()
    path.read_bytes()
    assert bytes_read() - before > 40_000_000


def bytes_read() -> int:
    """By this process so far, out of files and pipes."""
    counts = Path("/proc/self/io")
    if not counts.exists():
        pytest.skip("counted by Linux alone")
    return int(counts.read_text().split()[1])


def test_what_reading_would_refuse_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing):
        name_of([tmp_path / "nowhere.safetensors"])
    (tmp_path / "pickle.safetensors").write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(WeightsDamaged, match="pickle"):
        name_of([tmp_path / "pickle.safetensors"])
