"""How much memory there is, asked of the system itself; no torch."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

CONTROL_GROUPS = Path("/sys/fs/cgroup")
MEMBERSHIPS = Path("/proc/self/cgroup")


def free_memory() -> int:
    """Bytes that this program can still get: of what the machine has free, what its limits leave.

    Half of all where the system does not tell.
    """
    return max(0, min([free_in_machine(), *left_by_limits(), *left_by_groups()]))


def free_in_machine() -> int:
    """Bytes that programs can still get; half of all where the system does not tell."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            line = next(line for line in lines if line.startswith("MemAvailable:"))
        return int(line.split()[1]) * 1024
    except OSError:
        return free_on_windows() if sys.platform == "win32" else all_memory() // 2


def left_by_limits() -> Iterator[int]:
    """Bytes of address space that the limit of this process leaves; nothing without a limit."""
    if sys.platform != "linux":
        return
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        yield limit - pages * os.sysconf("SC_PAGE_SIZE")


def left_by_groups() -> Iterator[int]:
    """Bytes that the control groups of this process leave: containers, services, sandboxes."""
    with suppress(OSError):
        for line in MEMBERSHIPS.read_text(encoding="utf-8").splitlines():
            _, kinds, path = line.split(":", 2)
            if kinds == "":
                yield from left_above(CONTROL_GROUPS, path, "memory.max", "memory.current")
            elif "memory" in kinds.split(","):
                names = ("memory.limit_in_bytes", "memory.usage_in_bytes")
                yield from left_above(CONTROL_GROUPS / "memory", path, *names)


def left_above(root: Path, path: str, most: str, used: str) -> Iterator[int]:
    """The same of one group and all above it, by the names of two files; "max" is no limit.

    In a container the path may be the host's, of which nothing but the root is there.
    """
    here = root / path.lstrip("/")
    for group in (here, *here.parents):
        if not group.is_relative_to(root):
            return
        with suppress(OSError, ValueError):
            yield int((group / most).read_text()) - int((group / used).read_text()) + cached(group)


def cached(group: Path) -> int:
    """Bytes of files that the system drops first when the group needs room."""
    for line in (group / "memory.stat").read_text().splitlines():
        name, _, count = line.partition(" ")
        if name in ("inactive_file", "total_inactive_file"):
            return int(count)
    return 0


def peak_bytes() -> int:
    """Highest resident memory of this program so far; 0 on systems that do not tell (Windows).

    On Linux not by `getrusage`, which also counts what the process was before it began its program:
    a copy of the window's process, which may be the larger of the two.
    """
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


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
