"""Collects torch; takes the place of the hook that comes with PyInstaller's collection.

That one also takes 130 MB of test programs. torch reads some of its own sources while it is
imported, hence "pyz+py", and refuses to start without the program it shares memory with.
"""

from pathlib import Path

from PyInstaller.utils.hooks import (
    PY_DYLIB_PATTERNS,
    collect_dynamic_libs,
    collect_submodules,
    get_module_file_attribute,
)

FOR_TESTS_ONLY = ("libtorchbind_test", "libjitbackend_test", "libbackend_with_compiler", "libaoti_")

hiddenimports = collect_submodules("torch", filter=lambda name: "tensorboard" not in name)
warn_on_missing_hiddenimports = False
module_collection_mode = "pyz+py"
LIBRARIES = [*PY_DYLIB_PATTERNS, "*.so.*"]
datas = []
binaries = [
    (file, folder)
    for file, folder in collect_dynamic_libs("torch", search_patterns=LIBRARIES)
    if not Path(file).name.startswith(FOR_TESTS_ONLY)
]
sharing = Path(get_module_file_attribute("torch")).parent / "bin/torch_shm_manager"
if sharing.exists():
    binaries.append((str(sharing), "torch/bin"))
# cuDNN and its kin look for one another beside the file that a link leads to
bindepend_symlink_suppression = ["**/torch/lib/*.so*", "**/nvidia/*/lib/*.so*"]
