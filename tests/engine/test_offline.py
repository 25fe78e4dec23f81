"""The engine never asks a hub for anything, whatever the environment and a model's settings say.

The library that would is never imported; that the same surroundings do lead it out is the control.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMED = "stranger/model"

PAINT = """
import sys
from pathlib import Path
from engine import families
from engine.requests import Generate, Sampling
from engine.unclip import UnclipEngine
from engine.weights.store import WeightStore
engine = UnclipEngine(families.find("starter"), WeightStore([Path("resources")]))
sampling = Sampling(seed=7, steps=2, prior_steps=2)
list(engine.run(Generate(prompt=sys.argv[1], sampling=sampling)))
print(sorted(name for name in sys.modules if name.split(".")[0] in
    ("huggingface_hub", "hf_xet", "transformers", "requests", "aiohttp", "httpx")))
"""
ASK = """
import sys
from huggingface_hub import hf_hub_download
try:
    hf_hub_download(sys.argv[1], "open_clip_config.json")
except Exception as error:
    print(type(error).__name__)
"""


class Hub:
    """Counts who asks."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.asked.append(self.path)
                self.send_error(404)

            do_HEAD = do_GET

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A hub on this computer that the surroundings name."""
    hub = Hub()
    thread = threading.Thread(target=hub.server.serve_forever, args=(0.02,))
    thread.start()
    yield hub
    hub.server.shutdown()
    hub.server.server_close()
    thread.join()


def run(code: str, hub: Hub, home: Path) -> str:
    """Run `code` where everything invites a library to go online; return its last line."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    inviting = {
        "HF_ENDPOINT": hub.address,
        "HF_HOME": str(home / "hub"),
        "HOME": str(home),
        "HF_TOKEN": "hf_secret",
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        (sys.executable, "-c", code, NAMED),
        cwd=ROOT,
        env=kept | inviting,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()[-1]


@pytest.mark.slow
def test_painting_imports_nothing_that_could_go_online(hub: Hub, tmp_path: Path) -> None:
    assert run(PAINT, hub, tmp_path) == "[]"
    assert hub.asked == []
    assert not (tmp_path / "hub").exists()


@pytest.mark.slow
def test_in_the_same_surroundings_the_hubs_own_library_does_go_online(
    hub: Hub, tmp_path: Path
) -> None:
    run(ASK, hub, tmp_path)
    assert any("stranger/model" in path for path in hub.asked)
