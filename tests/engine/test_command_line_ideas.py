"""The verbs that work on embeddings: what they ask of the engine and what they print."""

import json
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

import main as program
from desktop.app import WITHOUT_A_WINDOW
from engine import families
from engine.command_line import main, models
from engine.command_line.options import parser_of
from engine.command_line.verbs import VERBS
from engine.errors import InvalidRequest
from engine.events import Embedded, Event, Finished, Word
from engine.request_checks import check_share
from engine.requests import (
    Blending,
    Change,
    Embed,
    Idea,
    Ingredient,
    Mix,
    Morph,
    PathNoise,
    Request,
    Reword,
    Sampling,
    Vary,
)
from tests.fakes import FakeEngine, square
from tests.painting import drawing

SEED = Sampling(seed=7)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two pictures, one of them transparent, and a stored embedding."""
    PillowImage.fromarray(square(1, 8, 6)).save(tmp_path / "cat.png")
    PillowImage.fromarray(np.zeros((6, 8, 4), np.uint8)).save(tmp_path / "Dog 2.png")
    np.save(tmp_path / "idea.npy", np.arange(4, dtype=np.float16))
    return tmp_path


def asked(folder: Path, *argv: str) -> Request:
    """The request of a command; file names in it are those of the folder."""
    engine = FakeEngine()
    written = [str(folder / word) if (folder / word).is_file() else word for word in argv]
    assert main([*written, "--seed", "7", "--out", str(folder / "out")], engine) == 0
    (request,) = engine.requests
    return request


def same(one: object, other: object) -> bool:
    """Equality that looks into arrays, of which requests are full."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if is_dataclass(one) and type(one) is type(other):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    return one == other


CAT, DOG = Idea(image=square(1, 8, 6)), Idea(image=np.zeros((6, 8, 4), np.uint8))
STORED, TEXT = Idea(embedding=np.arange(4, dtype=np.float16)), Idea(text="a red apple")


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["vary", "cat.png"], Vary(idea=CAT, count=4, sampling=SEED)),
        (
            ["vary", "cat.png", "--meaning", "0.25", "--composition", "0.5", "--count", "2"],
            Vary(idea=CAT, meaning=0.25, composition=0.5, count=2, sampling=SEED),
        ),
        (["vary", "idea.npy"], Vary(idea=STORED, count=4, sampling=SEED)),
        (
            ["mix", "cat.png", "a red apple", "idea.npy", "--weights=0.5,-1,2"],
            Mix(
                ingredients=(
                    Ingredient(idea=CAT, weight=0.5),
                    Ingredient(idea=TEXT, weight=-1.0),
                    Ingredient(idea=STORED, weight=2.0),
                ),
                sampling=SEED,
            ),
        ),
        (
            ["mix", "cat.png", "Dog 2.png", "--weights=1,0", "--styles=0,1"],
            Mix(
                ingredients=(
                    Ingredient(idea=CAT, weight=1.0, style=0.0),
                    Ingredient(idea=DOG, weight=0.0, style=1.0),
                ),
                sampling=SEED,
            ),
        ),
        (
            ["mix", "cat.png", "Dog 2.png", "--spherical"],
            Mix(
                ingredients=(Ingredient(idea=CAT, weight=0.5), Ingredient(idea=DOG, weight=0.5)),
                blending=Blending.SPHERICAL,
                sampling=SEED,
            ),
        ),
        (
            ["morph", "cat.png", "Dog 2.png", "--keep-ends", "--count", "3"],
            Morph(start=CAT, end=DOG, noise=PathNoise.INVERTED, count=3, sampling=SEED),
        ),
        (["morph", "a red apple", "cat.png"], Morph(start=TEXT, end=CAT, count=5, sampling=SEED)),
        (
            ["reword", "cat.png", "--to", "a dog"],
            Reword(image=CAT.image, changes=(Change(before="", after="a dog"),), sampling=SEED),
        ),
        (
            [
                "reword",
                "cat.png",
                "--from",
                "cat",
                "--to",
                "dog",
                "--amount",
                "1",
                "--from",
                "day",
                "--to",
                "night",
                "--amount",
                "0.25",
                "--new-composition",
            ],
            Reword(
                image=CAT.image,
                changes=(
                    Change(before="cat", after="dog", amount=1.0),
                    Change(before="day", after="night", amount=0.25),
                ),
                keep_composition=False,
                sampling=SEED,
            ),
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_each_command_is_one_request(folder: Path, argv: list[str], expected: Request) -> None:
    assert same(asked(folder, *argv), expected)


def test_requests_that_differ_are_not_the_same() -> None:
    assert not same(Vary(idea=CAT), Vary(idea=STORED))
    assert not same(Vary(idea=CAT), Vary(idea=CAT, meaning=0.5))


@pytest.mark.parametrize(
    ("argv", "names"),
    [
        (["vary", "cat.png", "--count", "1"], ["cat-varied-7.png"]),
        (["mix", "cat.png", "a knight"], ["cat-a-knight-7.png"]),
        (
            ["morph", "Dog 2.png", "a cat", "--count", "2"],
            ["dog-2-to-a-cat-01.png", "dog-2-to-a-cat-02.png"],
        ),
        (["reword", "cat.png", "--to", "in winter"], ["cat-in-winter-7.png"]),
    ],
    ids=lambda value: value[0],
)
def test_files_are_named_after_what_was_asked(
    folder: Path, capsys: pytest.CaptureFixture[str], argv: list[str], names: list[str]
) -> None:
    asked(folder, *argv)
    printed = [Path(line).name for line in capsys.readouterr().out.splitlines()]
    assert printed == names == sorted(path.name for path in (folder / "out").iterdir())


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["vary", "nothing.png"], "There is no file nothing.png; check how it is written."),
        (["vary", "text.png"], "cannot be read as a picture; save it as PNG or JPEG first."),
        (["vary", "text.npy"], "is no stored embedding; make one with easel embed --save."),
        (["vary", "wrong.npy"], "is no stored embedding"),
        (["vary", "a cat"], "to paint a text, generate it"),
        (["vary", "idea.npy", "--composition", "0.5"], "A stored embedding has no composition"),
        (["vary", "cat.png", "--meaning", "2"], "choose from 0 to 1"),
        (["vary", "cat.png", "--meaning", "nan"], "choose from 0 to 1"),
        (
            ["mix", "cat.png", "--weights", "1,2"],
            "There are 1 ideas and 2 weights; give one for each",
        ),
        (["mix", "cat.png", "--weights", "lots"], "write them like --weights=0.7,0.5,-0.2"),
        (["mix", "cat.png", "--weights", "nan"], "is no number"),
        (["mix", "cat.png", "--weights=-1"], "Nothing would be left of this mix"),
        (["mix", ""], "The prompt is empty"),
        (["morph", "a cat", "cat.png", "--keep-ends"], "Noise can only be recovered from pictures"),
        (["morph", "a cat", "a dog", "--count", "1"], "ask for at least 2"),
        (["reword", "cat.png"], "The following arguments are required: --to"),
        (
            ["reword", "cat.png", "--to", "a", "--to", "b", "--from", "c"],
            "--to is given 2 times, --from 1",
        ),
        (["embed"], "There is nothing to embed"),
        (["embed", "cat.png", "--words", "-1"], "choose 0 to 1000"),
        (["sing"], "Argument VERB: invalid choice: 'sing'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_is_one_sentence_and_two(
    folder: Path, capsys: pytest.CaptureFixture[str], argv: list[str], sentence: str
) -> None:
    (folder / "text.png").write_text("no picture")
    (folder / "text.npy").write_text("no array")
    np.save(folder / "wrong.npy", np.zeros((2, 3)))
    engine = FakeEngine()
    written = [str(folder / word) if (folder / word).is_file() else word for word in argv]
    assert main(written, engine) == 2
    out, err = capsys.readouterr()
    assert (out, engine.requests) == ("", [])
    assert sentence in err
    assert err.count("\n") == 1


class Seer(FakeEngine):
    """Sees an apple in every picture."""

    def run(self, request: Request) -> Iterator[Event]:
        """One answer."""
        assert isinstance(request, Embed)
        pictures, texts = len(request.images), len(request.texts)
        words = (Word("apple", 0.5), Word("pear", 0.25))[: request.words]
        yield Embedded(
            images=np.arange(pictures * 4, dtype=np.float16).reshape(-1, 4),
            texts=np.zeros((texts, 4), np.float16),
            agreement=np.full((pictures, texts), 0.125, np.float32),
            words=tuple(words for _ in range(pictures)),
            model="fake",
        )
        yield Finished((), 1)


def test_embed_tells_names_and_agreement(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pictures = [str(folder / name) for name in ("cat.png", "Dog 2.png")]
    assert main(["embed", *pictures, "--text", "a cat"], Seer()) == 0
    assert capsys.readouterr().out.splitlines() == [
        "cat:",
        "  near  apple 0.500, pear 0.250",
        "  0.125  a cat",
        "Dog 2:",
        "  near  apple 0.500, pear 0.250",
        "  0.125  a cat",
    ]


def test_embed_as_json_and_into_files_that_can_be_used_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = [str(folder / "cat.png")] * 2
    saved = folder / "new" / "ideas"
    options = ["--json", "--words", "1", "--text", "a", "--save", str(saved)]
    assert main(["embed", *pictures, *options], Seer()) == 0
    report = json.loads(capsys.readouterr().out)
    files = [saved / "cat-fake.npy", saved / "cat-fake-2.npy"]
    assert report["files"] == [str(file) for file in files]
    assert report["pictures"][1] == {
        "name": "cat",
        "agreement": [0.125],
        "words": [{"word": "apple", "agreement": 0.5}],
        "embedding": [4.0, 5.0, 6.0, 7.0],
    }
    request = asked(folder, "vary", str(files[1]))
    assert same(
        request,
        Vary(idea=Idea(embedding=np.arange(4, 8, dtype=np.float16)), count=4, sampling=SEED),
    )


def test_a_picture_is_turned_as_the_camera_was_held(folder: Path) -> None:
    turned = PillowImage.fromarray(drawing(side=16)[:8])
    exif = PillowImage.Exif()
    exif[0x0112] = 6
    turned.save(folder / "phone.jpg", exif=exif)
    request = asked(folder, "vary", "phone.jpg")
    assert isinstance(request, Vary)
    assert request.idea.image is not None
    assert request.idea.image.shape == (16, 8, 3)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_help_shows_what_to_write(capsys: pytest.CaptureFixture[str], verb: object) -> None:
    with pytest.raises(SystemExit) as stop:
        parser_of(VERBS).parse_args([verb.name, "--help"])
    out = capsys.readouterr().out
    assert stop.value.code == 0
    assert verb.example.split()[1] == verb.name
    assert all(part in out for part in ("usage: easel", "example:", "--family", "--json"))


def test_the_list_of_models_says_what_it_is_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser_of(VERBS).parse_args([models.NAME, "--help"])
    out = " ".join(capsys.readouterr().out.split())
    assert all(part in out for part in (models.SUMMARY[1:], "example:", "--models", "--json"))


def test_models_in_a_folder_that_is_not_there_are_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "--models", str(tmp_path / "nowhere")]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "There is no folder" in err


def test_shares_are_named_in_english() -> None:
    for name, begins in (("amount", "An amount of 2"), ("meaning", "A meaning of 2")):
        with pytest.raises(InvalidRequest, match=f"^{begins}"):
            check_share(name, 2)


def test_the_program_knows_every_verb() -> None:
    assert {verb.name for verb in VERBS} | {models.NAME} == program.VERBS


def test_the_programs_own_help_names_every_verb() -> None:
    words = set(WITHOUT_A_WINDOW.replace(",", "").split())
    assert words >= program.VERBS


def test_models_are_listed_with_what_they_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    text = capsys.readouterr().out
    assert "starter  (Starter; on this computer)" in text
    assert "kandinsky22  (Kandinsky 2.2; not on this computer: " in text
    assert "Can: generate, vary, mix, morph, reword" in text
    assert max(map(len, text.splitlines())) <= models.WIDTH


def test_models_as_json_are_complete(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--json"]) == 0
    listed = {model["name"]: model for model in json.loads(capsys.readouterr().out)}
    assert list(listed) == [family.name for family in families.all()]
    assert listed["starter"]["missing"] == []
    assert listed["kandinsky22"]["missing_bytes"] > 10e9
    assert listed["starter"]["licence"] == "Apache-2.0"


def test_every_task_of_a_family_has_a_verb() -> None:
    assert frozenset().union(*(family.tasks for family in families.all())) <= set(models.WORDS)


def test_listing_models_imports_no_torch(capsys: pytest.CaptureFixture[str]) -> None:
    import subprocess

    source = "import sys, main; main.main(['models']); print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", source],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(program.__file__).parent,
    )
    assert done.stdout.splitlines()[-1] == "False"
