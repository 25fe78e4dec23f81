"""Who may import whom: the dependency rule as one table, and what a bare import loads.

Every import counts, also one inside a function or under TYPE_CHECKING, except in the column that
says "at module level". A name is forbidden together with everything below it.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STANDARD = frozenset(sys.stdlib_module_names)
WIDGETS = ("PySide6.QtWidgets", "PySide6.QtGui")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`where`: globs of files. Either `never` names what is forbidden or `only` what is allowed."""

    where: tuple[str, ...]
    never: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    of: tuple[str, ...] = ("",)
    exempt: tuple[str, ...] = ()
    at_module_level: bool = False

    def forbids(self, name: str) -> bool:
        """Whether a file under this rule may not import `name`."""
        if self.only:
            return below(name, self.of) and not below(name, self.only)
        return below(name, self.never)


RULES = {
    "the engine knows no screen": Rule(where=("engine/**/*.py",), never=("PySide6", "desktop")),
    "the cheap part of the engine loads no torch": Rule(
        where=(
            "engine/*init__.py",
            "engine/interface.py",
            "engine/requests.py",
            "engine/request_checks.py",
            "engine/sampling.py",
            "engine/events.py",
            "engine/blending.py",
            "engine/crossing.py",
            "engine/file_names.py",
            "engine/fill.py",
            "engine/errors.py",
            "engine/specs.py",
            "engine/families/*.py",
            "engine/machine.py",
            "engine/scarcity.py",
            "engine/estimates.py",
            "engine/ways.py",
            "engine/weights/store.py",
            "engine/weights/header.py",
            "engine/weights/variants.py",
            "engine/weights/recognise.py",
            "engine/weights/shrink.py",
            "engine/weights/fetch.py",
            "engine/weights/download.py",
            "engine/weights/part_file.py",
            "engine/weights/network.py",
            "engine/weights/network_faults.py",
            "engine/command_line/*.py",
        ),
        never=("torch", "torchvision", "open_clip"),
        at_module_level=True,
    ),
    "networks know shapes and nothing of diffusion": Rule(
        where=("engine/networks/*.py",),
        never=("engine.diffusion", "engine.families", "engine.weights", "engine.tasks"),
    ),
    "diffusion knows no network": Rule(
        where=("engine/diffusion/*.py",),
        never=("engine.networks", "engine.families", "engine.weights", "engine.tasks"),
    ),
    "nothing imports the training": Rule(
        where=("engine/**/*.py", "desktop/**/*.py"),
        never=("engine.training",),
        exempt=("engine/training/",),
    ),
    "the oracles are for tests": Rule(
        where=("engine/**/*.py", "desktop/**/*.py"), never=("diffusers", "transformers")
    ),
    "the document is plain values": Rule(
        where=("desktop/document/*.py",), only=("numpy", "desktop.document", *sorted(STANDARD))
    ),
    "storage and questions need no window and no torch": Rule(
        where=("desktop/storage/*.py", "desktop/ask.py"), never=("PySide6", "torch")
    ),
    "the studio sees no widget": Rule(
        where=("desktop/studio.py", "desktop/jobs.py", "desktop/worker.py"), never=WIDGETS
    ),
    "the window asks the engine at its door": Rule(
        where=("desktop/**/*.py",),
        of=("engine",),
        only=(
            "engine.Engine",
            "engine.interface",
            "engine.requests",
            "engine.events",
            "engine.blending",
            "engine.child",
            "engine.errors",
            "engine.families",
            "engine.file_names",
            "engine.estimates",
            "engine.machine",
            "engine.picture_file",
            "engine.weights.store",
            "engine.weights.fetch",
            "engine.weights.download",
            "engine.weights.network",
            "engine.weights.recognise",
            "engine.weights.shrink",
            "engine.weights.part_file",
            "engine.weights.variants",
            "engine.weights.pickled",
            "engine.elsewhere",
            "engine.wishes",
        ),
        exempt=("desktop/app.py", "desktop/self_test.py"),
    ),
    "panels and tools do not know each other": Rule(
        where=("desktop/panels/*.py", "desktop/tools/*.py"),
        of=("desktop.panels", "desktop.tools", "desktop.windows"),
        # What every tool is made of, and the two parts of the layers panel.
        only=("desktop.tools.tool", "desktop.panels.layer_model", "desktop.panels.layer_row"),
    ),
}


def below(name: str, roots: tuple[str, ...]) -> bool:
    """Whether dotted `name` is one of `roots` or inside one; "" is the root of everything."""
    return any(not root or name == root or name.startswith(f"{root}.") for root in roots)


def imported(source: str, at_module_level: bool = False) -> Iterator[str]:
    """Dotted names that `source` imports; `from a import b` is `a.b`, so that modules show too."""
    tree = ast.parse(source)
    for node in outside_functions(tree) if at_module_level else ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{alias.name}" for alias in names)
            case _:
                pass


def outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs when the module is imported."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from outside_functions(child)


def offences(rule: Rule, root: Path) -> list[str]:
    """What breaks `rule` below `root`, as "file imports name"."""
    files = {path for glob in rule.where for path in root.glob(glob)}
    found = {str(path.relative_to(root)): path for path in files}
    return [
        f"{name} imports {module}"
        for name, path in sorted(found.items())
        if not name.startswith(rule.exempt or ("\0",))
        for module in imported(path.read_text(encoding="utf-8"), rule.at_module_level)
        if rule.forbids(module)
    ]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
@pytest.mark.slow
def test_no_file_breaks_the_dependency_rule(rule: Rule) -> None:
    assert offences(rule, ROOT) == []


BREAKS = {
    "the engine knows no screen": ("engine/new.py", "def f():\n    from PySide6 import QtCore"),
    "the cheap part of the engine loads no torch": ("engine/specs.py", "import torch.nn"),
    "networks know shapes and nothing of diffusion": (
        "engine/networks/new.py",
        "from engine.diffusion.samplers import ddim",
    ),
    "diffusion knows no network": ("engine/diffusion/new.py", "from engine import networks"),
    "nothing imports the training": ("desktop/new.py", "import engine.training.starter"),
    "the oracles are for tests": ("engine/new.py", "from diffusers import DDPMScheduler"),
    "the document is plain values": ("desktop/document/new.py", "from PIL import Image"),
    "storage and questions need no window and no torch": ("desktop/ask.py", "import torch"),
    "the studio sees no widget": ("desktop/jobs.py", "from PySide6 import QtCore, QtWidgets"),
    "the window asks the engine at its door": ("desktop/new.py", "from engine import decode"),
    "panels and tools do not know each other": (
        "desktop/panels/new.py",
        "from desktop.panels import layers",
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_made_up_file_that_breaks_the_rule_is_caught(name: str, tmp_path: Path) -> None:
    place, source = BREAKS[name]
    file = tmp_path / place
    file.parent.mkdir(parents=True)
    file.write_text(source, encoding="utf-8")
    assert len(offences(RULES[name], tmp_path)) == 1


def test_torch_inside_a_function_of_the_cheap_part_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine/__init__.py").write_text("def open_engine():\n    import torch\n")
    assert offences(RULES["the cheap part of the engine loads no torch"], tmp_path) == []


def loaded_after(statement: str) -> set[str]:
    """Top-level packages that a fresh interpreter holds after `statement`."""
    source = f"import sys\n{statement}\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    command = (sys.executable, "-c", source)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


HEAVY = {"torch", "torchvision", "open_clip", "PySide6"}


@pytest.mark.parametrize(
    "statement",
    ["import engine", "import engine.families", "import desktop.document.edits", "import main"],
)
def test_a_bare_import_loads_neither_torch_nor_qt(statement: str) -> None:
    assert loaded_after(statement) & HEAVY == set()


def test_what_is_loaded_is_really_seen() -> None:
    assert loaded_after("import PySide6.QtCore") & HEAVY == {"PySide6"}
