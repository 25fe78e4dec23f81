"""A Python for the card, built with the real uv from an index on this computer."""

import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from desktop.card.building import NEEDS, Recipe, build, removing
from desktop.card.place import Place, State
from desktop.card.uv import Uv, own_program
from desktop.errors import CardEngineFailed
from engine.errors import FetchFailed
from engine.weights import download
from engine.weights.network import Network, Route
from tests.certificates import Authority, make_authority
from tests.package_index import address, offer, wheel
from tests.source_server import Source, serve, serving

ROOT = Path(__file__).resolve().parents[3]
LARGE = "/files/large-1.0-py3-none-any.whl"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Signs certificates for servers on this computer."""
    return make_authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def source(authority: Authority) -> Iterator[Source]:
    """Where packages come from."""
    with serving(authority.server("packages")) as source:
        yield source


@pytest.fixture
def recipe(source: Source, authority: Authority, tmp_path: Path) -> Recipe:
    """How to build a Python with a package `paints`, which needs a large one."""
    text = "x" * 400_000
    wheels = {
        "paints-2.0-py3-none-any.whl": wheel(
            "paints", "2.0", {"paints.py": "import large\nprint(large.DEVICE)"}, ["large"]
        ),
        "large-1.0-py3-none-any.whl": wheel(
            "large", "1.0", {"large.py": f"DEVICE = 'cuda'\nTEXT = '{text}'"}
        ),
    }
    pins = offer(source, wheels)
    # a newer one, which nobody has pinned
    offer(source, wheels | {"large-9.0-py3-none-any.whl": wheel("large", "9.0", {"large.py": ""})})
    place = Place(tmp_path / "card-engine", pins)
    trust = {"SSL_CERT_FILE": str(authority.certificate), "UV_SYSTEM_CERTS": "0"}
    uv = Uv(own_program(tmp_path), place.root, address(source), more=trust)
    connect = partial(connected, authority)
    return Recipe(place, uv, connect, painted, lambda _: 10**12, needs=("paints",))


def connected(authority: Authority, origin: str) -> Network:
    return Network(Route(mirror=origin), trust=authority.client(), stall=2.0)


def painted(python: Path) -> str:
    """What the built Python says when it imports what was put into it."""
    asked = (python, "-I", "-c", "import paints")
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def fetched(source: Source) -> list[str]:
    """Names of the packages that were asked for, sorted."""
    return sorted({each.path[7:] for each in source.asked if each.path.endswith(".whl")})


def test_a_python_is_built_from_pinned_packages_alone(recipe: Recipe, source: Source) -> None:
    assert recipe.place.state is State.ABSENT
    told = list(build(recipe))
    assert recipe.place.state is State.READY
    assert painted(recipe.place.python) == "cuda"
    assert fetched(source) == ["large-1.0-py3-none-any.whl", "paints-2.0-py3-none-any.whl"]
    sizes = [(report.done, report.total) for report in told if report.total]
    assert sizes == sorted(sizes)
    assert sizes[-1][0] == sizes[-1][1] > 400_000
    assert not recipe.place.wheels.exists()
    assert recipe.place.size() > 400_000
    list(removing(recipe.place))
    assert recipe.place.state is State.ABSENT


def test_what_broke_off_in_the_middle_of_a_file_goes_on_from_there(
    recipe: Recipe, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "MOST_FAILURES", 1)
    source.scripts[LARGE] = [serve(stop_after=200_000), serve(stop_after=0)]
    with pytest.raises(FetchFailed, match="cannot be reached"):
        list(build(recipe))
    assert recipe.place.state is State.PARTLY
    list(build(recipe))
    assert recipe.place.state is State.READY
    first, *later = [each.start for each in source.asked if each.path == LARGE]
    assert first == 0
    assert all(start >= 190_000 for start in later)


@pytest.mark.slow
def test_closing_it_stops_uv_and_keeps_what_is_there(recipe: Recipe, source: Source) -> None:
    work = build(recipe)
    assert any(report.what == "installing" for report in work)
    work.close()  # type: ignore[attr-defined]
    assert recipe.place.state is State.PARTLY
    asked = len(source.asked)
    list(build(recipe))
    assert recipe.place.state is State.READY
    assert not [each for each in source.asked[asked:] if each.path.endswith(".whl")]


def test_a_package_that_is_not_pinned_is_not_fetched(recipe: Recipe, source: Source) -> None:
    other = recipe.place.pins.split("sha256:")[0].split("--hash")[0] + "\nlarge==9.0\n"
    with pytest.raises(CardEngineFailed, match="another large-9"):
        list(build(replace(recipe, place=Place(recipe.place.root, other), needs=("large",))))
    assert fetched(source) == []


def test_a_changed_package_is_refused(recipe: Recipe, source: Source) -> None:
    source.files[LARGE] = bytes(len(source.files[LARGE]))
    with pytest.raises(FetchFailed, match="damaged twice"):
        list(build(recipe))
    assert recipe.place.state is State.PARTLY


def test_too_little_room_is_said_before_anything_is_fetched(recipe: Recipe, source: Source) -> None:
    with pytest.raises(FetchFailed, match="not enough room"):
        list(build(replace(recipe, free=lambda _: 1_000_000_000)))
    assert fetched(source) == []


def test_an_engine_that_finds_no_card_does_not_count(recipe: Recipe) -> None:
    with pytest.raises(CardEngineFailed, match=r"computes on “cpu”.*driver"):
        list(build(replace(recipe, paint=lambda _: "cpu")))
    assert recipe.place.state is State.PARTLY


def test_an_index_that_cannot_be_reached_is_said_in_a_sentence(recipe: Recipe) -> None:
    nowhere = replace(recipe.uv, index="https://localhost:1/simple", more={"UV_HTTP_RETRIES": "0"})
    with pytest.raises(CardEngineFailed, match="Asking for the packages did not succeed"):
        list(build(replace(recipe, uv=nowhere)))


def test_other_pins_make_what_is_there_outdated(recipe: Recipe) -> None:
    recipe.place.python.parent.mkdir(parents=True)
    recipe.place.python.touch()
    assert recipe.place.state is State.PARTLY
    recipe.place.finish()
    assert recipe.place.state is State.READY
    assert Place(recipe.place.root, "torch==9").state is State.OUTDATED
    (recipe.place.root / "ready.json").write_text("[")
    assert recipe.place.state is State.PARTLY


def test_uv_sees_nothing_of_the_users_own_settings(
    recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_INDEX_URL", "https://elsewhere.example/simple")
    monkeypatch.setenv("PIP_INDEX_URL", "https://elsewhere.example/simple")
    seen = replace(recipe.uv, proxy="http://proxy.example:8080").environment()
    assert "elsewhere" not in str(seen)
    assert seen["UV_CACHE_DIR"] == str(recipe.place.root / "cache")
    assert seen["HTTPS_PROXY"] == "http://proxy.example:8080"


def test_the_engine_needs_what_the_project_says_but_for_the_window() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    said = {each.split(">")[0].split("=")[0]: each for each in project["dependencies"]}
    assert {each.split("=")[0] for each in NEEDS} == said.keys() - {
        "PySide6-Essentials",
        "psd-tools",
    }
    assert {each for each in said.values() if "==" in each} <= set(NEEDS)
