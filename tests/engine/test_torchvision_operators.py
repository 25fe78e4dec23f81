"""torchvision can be imported beside any build of torch; a fresh interpreter shows each claim."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine import torchvision_operators

CONTROL = """
import torch, torch.library
torch.library.register_fake("torchvision::nms")(lambda dets, scores, iou_threshold: dets)
"""
DECLARED = "from engine import torchvision_operators as o; o.declare_operators()\n"


def python(source: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.slow
def test_torchvision_is_imported_after_the_fallback() -> None:
    done = python(
        "from engine import torchvision_operators as o; o.ensure(); o.ensure()\n"
        "import torchvision; print('imported')"
    )
    assert done.stdout == "imported\n", done.stderr


@pytest.mark.slow
def test_shape_rules_are_refused_without_a_declared_operator() -> None:
    refused = python(CONTROL)
    assert refused.returncode == 1
    assert "operator torchvision::nms does not exist" in refused.stderr


@pytest.mark.slow
def test_a_declared_operator_takes_shape_rules_and_still_refuses_to_compute() -> None:
    done = python(
        f"{DECLARED}{CONTROL}print('accepted')\n"
        "torch.ops.torchvision.nms(torch.ones(1, 4), torch.ones(1), 0.5)"
    )
    assert (done.stdout, done.returncode) == ("accepted\n", 1)
    assert "NotImplementedError" in done.stderr


def test_only_compiled_files_count_as_operators(tmp_path: Path) -> None:
    (tmp_path / "_C_stub.pyi").touch()
    assert torchvision_operators.operator_file((tmp_path, tmp_path / "absent")) is None
    (tmp_path / "_C.so").touch()
    assert torchvision_operators.operator_file((tmp_path,)) == tmp_path / "_C.so"


def test_a_file_that_is_no_library_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "_C.so").write_bytes(b"not a library")
    assert not torchvision_operators.load_operators(tmp_path / "_C.so")


def test_a_package_that_is_not_installed_has_no_folders() -> None:
    assert torchvision_operators.package_folders("no_such_package_anywhere") == ()
