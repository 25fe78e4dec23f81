"""Asks the driver which NVIDIA card there is, without torch. It may take a second to answer."""

import ctypes
import sys
from dataclasses import dataclass

LIBRARY = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
LEAST_DRIVER = 13_000
"""What the driver calls CUDA 13.0, which the pinned torch is built for."""


@dataclass(frozen=True, slots=True)
class Card:
    """What the driver says. driver: the newest CUDA it serves, 13.0 is 13000. memory: bytes."""

    name: str
    driver: int
    memory: int

    @property
    def new_enough(self) -> bool:
        """Whether its driver can serve the engine."""
        return self.driver >= LEAST_DRIVER


def find_card() -> Card | None:
    """The first card, or None where there is none or no driver for it."""
    if sys.platform == "darwin":
        return None
    try:
        driver = ctypes.CDLL(LIBRARY)
    except OSError:
        return None
    version, device, count = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    name, memory = ctypes.create_string_buffer(256), ctypes.c_size_t()
    failed = (
        driver.cuInit(0)
        or driver.cuDriverGetVersion(ctypes.byref(version))
        or driver.cuDeviceGetCount(ctypes.byref(count))
        or count.value < 1
        or driver.cuDeviceGet(ctypes.byref(device), 0)
        or driver.cuDeviceGetName(name, len(name), device)
        or driver.cuDeviceTotalMem_v2(ctypes.byref(memory), device)
    )
    if failed:
        return None
    return Card(name.value.decode(errors="replace"), version.value, memory.value)
