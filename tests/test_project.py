"""The project as a whole: versions, the lock, names, sizes and the words of the set-up."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
import tomllib
from importlib.metadata import metadata, version
from pathlib import Path

import engine

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-cuda.lock")
ADDRESS = re.compile(
    r"https?:|file:|--(?:extra-)?index-url|--find-links|@ |\w\.(?:org|com|net|io)\b"
)
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==\S+", re.MULTILINE)
SOURCES = sorted([*ROOT.glob("engine/**/*.py"), *ROOT.glob("desktop/**/*.py")])
MOST_LINES = 400
VAGUE_NAMES = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}


def project() -> dict[str, object]:
    """The [project] table of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def normal(name: str) -> str:
    """A distribution's name as the lock writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def unhashed(lock: str) -> list[str]:
    """Pins without a single hash."""
    entries = re.split(r"\n(?=\S)", lock)
    return [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry]


def prints(source: str) -> list[int]:
    """Lines on which `source` calls print."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    ]


def test_the_installed_version_is_that_of_pyproject_and_of_the_program() -> None:
    command = (sys.executable, "main.py", "--version")
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert version("easel") == project()["version"]
    assert said == f"Easel {project()['version']}\n"


def test_the_changelog_has_a_section_for_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in text or f"## [{project()['version']}]" in text


def test_the_licence_in_pyproject_is_the_one_in_the_file() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert project()["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0" in licence


def test_every_pin_of_the_lock_has_a_hash() -> None:
    assert [unhashed((ROOT / name).read_text()) for name in LOCKS] == [[], []]


def test_a_pin_without_a_hash_would_be_found() -> None:
    assert unhashed("a==1 \\\n    --hash=sha256:00\nb==2\nc==3 \\\n    --hash=sha256:00") == [
        "b==2"
    ]


def test_the_lock_names_no_address() -> None:
    assert [ADDRESS.findall((ROOT / name).read_text()) for name in LOCKS] == [[], []]


def test_an_address_in_the_lock_would_be_found() -> None:
    lines = ("--index-url x", "a @ file:///x", "https://x", "# from pypi.example.org")
    assert all(map(ADDRESS.search, lines))


def test_everything_pyproject_asks_for_is_pinned() -> None:
    asked = metadata("easel").get_all("Requires-Dist") or []
    names = {normal(re.split(r"[ ;<>=!~\[(]", line, maxsplit=1)[0]) for line in asked}
    assert names - set(PIN.findall((ROOT / LOCKS[0]).read_text())) == set()


def test_no_part_of_cuda_is_in_the_lock_that_everybody_installs() -> None:
    pinned = PIN.findall((ROOT / LOCKS[0]).read_text())
    assert [name for name in pinned if name.startswith(("nvidia", "cuda", "triton"))] == []
    assert "nvidia-cublas" in PIN.findall((ROOT / LOCKS[1]).read_text())


def test_the_folder_packaging_does_not_hide_the_library_packaging() -> None:
    assert not (ROOT / "packaging/__init__.py").exists()
    library = importlib.import_module("packaging").__file__ or ""
    assert "site-packages" in library


def test_every_public_name_of_the_engine_has_a_docstring_of_its_own() -> None:
    assert [name for name in engine.__all__ if not inspect.getdoc(getattr(engine, name))] == []


def rooms() -> list[str]:
    """Every folder of the program, as the map of the house would name it."""
    folders = {path.relative_to(ROOT).parent for path in SOURCES}
    return sorted(f"{folder.as_posix()}/" for folder in folders)


def off_the_map(page: str) -> list[str]:
    """Folders whose name stands nowhere on the page."""
    return [room for room in rooms() if f"{room.split('/')[-2]}/" not in page]


def test_every_folder_stands_on_the_map_of_the_house() -> None:
    assert off_the_map((ROOT / "docs/developing.md").read_text(encoding="utf-8")) == []


def test_a_folder_that_is_not_on_the_map_would_be_found() -> None:
    assert "desktop/card/" in off_the_map("| `engine/` | requests in, events out |")


def test_no_file_is_longer_than_the_alarm() -> None:
    lines = {path: path.read_text(encoding="utf-8").count("\n") for path in SOURCES}
    assert {path.name: count for path, count in lines.items() if count > MOST_LINES} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [path for path in SOURCES if path.stem in VAGUE_NAMES] == []


def test_nothing_prints_but_the_doors_of_the_command_line() -> None:
    command_line = {f"engine/command_line/{name}.py" for name in ("__init__", "progress")}
    doors = {*command_line, "engine/training/__main__.py", "desktop/self_test.py"}
    found = {str(path.relative_to(ROOT)): prints(path.read_text()) for path in SOURCES}
    assert {name for name, lines in found.items() if lines} - doors == set()


def test_a_print_would_be_found() -> None:
    assert prints("x = 1\nif x:\n    print(x)\n") == [3]
