"""A model of true size through the real downloader: 5 GB that are zeros, over TLS, and the memory.

Run by `python3 run.py bench -k true_size`; needs 6 GB of room and writes them.
"""

import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.certificates import make_authority
from tests.source_server import Source, Zeros, serving

SIZE = 5_012_309_584
"""Of Kandinsky 2.2's decoder."""
ADDRESS = "owner/model/resolve/abc/unet/diffusion_pytorch_model.safetensors"
MOST_MEMORY = 200_000_000
BEFORE_THE_KILL = 10_000_000
"""Bytes that are here when the process is killed: more than a chunk."""
PATIENCE = 120.0

CHILD = """
import json, resource, ssl, sys, time
from pathlib import Path
from engine.weights.download import Wanted, download
from engine.weights.network import Network, Route
trust = ssl.create_default_context(cafile=sys.argv[1])
wanted = Wanted(Path(sys.argv[3]), sys.argv[4], int(sys.argv[5]), sys.argv[6])
network = Network(Route(mirror=sys.argv[2]), trust=trust)
begun = time.perf_counter()
reports = 0
for report in download(wanted, network):
    reports += 1
used = resource.getrusage(resource.RUSAGE_SELF)
# Not ru_maxrss: it begins with what the parent had.
status = Path("/proc/self/status").read_text()
peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
print(json.dumps({"peak": int(peak) * 1024, "seconds": time.perf_counter() - begun,
                  "cpu": used.ru_utime + used.ru_stime, "reports": reports,
                  "doing": str(report.doing)}))
"""


@pytest.mark.benchmark
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the peak")
def test_five_gigabytes_of_true_size_need_little_memory(tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    digest = hashlib.sha256()
    block = bytes(16_000_000)
    for _ in range(SIZE // len(block)):
        digest.update(block)
    digest.update(bytes(SIZE % len(block)))
    source = Source({f"/{ADDRESS}": Zeros(SIZE)}, piece=1_000_000)
    target = tmp_path / "models/unet/diffusion_pytorch_model.safetensors"
    words = (str(authority.certificate), "", str(target), ADDRESS, str(SIZE), digest.hexdigest())
    with serving(authority.server("localhost"), source):
        words = (words[0], source.address, *words[2:])
        child = subprocess.Popen((sys.executable, "-c", CHILD, *words), stdout=subprocess.PIPE)
        part = target.with_name(f".{target.name}.part")
        deadline = time.monotonic() + PATIENCE
        while not part.exists() or part.stat().st_size < BEFORE_THE_KILL:
            assert time.monotonic() < deadline, "nothing arrives"
            time.sleep(0.01)
        child.kill()
        child.communicate()
        here = part.stat().st_size
        done = subprocess.run(
            (sys.executable, "-c", CHILD, *words), stdout=subprocess.PIPE, check=True
        )
    measured = json.loads(done.stdout) | {"here": here, "second start": source.starts[-1]}
    print(measured)
    assert target.stat().st_size == SIZE
    assert measured["doing"] == "verified"
    assert measured["peak"] <= MOST_MEMORY
    assert here - 8_000_000 <= source.starts[-1] <= here
    target.unlink()
