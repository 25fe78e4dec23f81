"""How much memory this machine has, asked of the system itself; no torch."""

import os
import sys


def free_memory() -> int:
    """Bytes that programs can still get; half of all where the system does not tell."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            line = next(line for line in lines if line.startswith("MemAvailable:"))
        return int(line.split()[1]) * 1024
    except OSError:
        return free_on_windows() if sys.platform == "win32" else all_memory() // 2


def all_memory() -> int:
    """Bytes of memory in this machine; not on Windows."""
    assert sys.platform != "win32", "Windows is asked in another way"
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def free_on_windows() -> int:
    """The third number of GlobalMemoryStatusEx's answer: free physical memory."""
    import ctypes

    status = (ctypes.c_ulonglong * 8)()
    status[0] = ctypes.sizeof(status)  # its lower half is the length that the call asks for
    ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))  # pyright: ignore
    return int(status[2])
