"""Collects torchvision's operators, which it loads by a name that PyInstaller cannot see.

Beside a CPU build of torch an extension that was linked against CUDA cannot load; it stays out, and
`engine.torchvision_operators` declares the operators instead.
"""

from importlib.metadata import version

from PyInstaller.utils.hooks import collect_dynamic_libs

for_cpu = "+cpu" in version("torch") and "+cpu" not in version("torchvision")
operators = ["_C*.so", "_C*.pyd", "_C*.dylib"]
binaries = [] if for_cpu else collect_dynamic_libs("torchvision", search_patterns=operators)
module_collection_mode = "pyz+py"
