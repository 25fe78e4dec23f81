"""One process, one side of one case in one number format: load, ask, write down.

python -m tests.oracle.side CASE ours|reference float32|bfloat16 FOLDER
"""

import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SIDES = ("ours", "reference")
FORMATS = ("float32", "bfloat16")


def main(arguments: Sequence[str]) -> int:
    """Write FOLDER/CASE/side-format.safetensors (the answer) and .json (memory and time)."""
    name, side, form, folder = arguments
    # Only here: the process that starts these ones reads the names above and needs no torch.
    import torch
    from safetensors.torch import save_file

    from engine import torchvision_operators

    torchvision_operators.ensure()
    from engine.weights.reading import Target
    from engine.weights.store import WeightStore
    from tests.oracle.cases import CASES, Noise

    case, dtype, models = CASES[name], getattr(torch, form), Path(folder) / "models"
    torch.set_num_threads(1)
    with torch.inference_mode():
        if side == "ours":
            # Packed, as the engine holds what it computes with on such a processor.
            network = case.ours(WeightStore([models]), Target(dtype=dtype, packed=True))
            loaded = peak_bytes()
            answer = case.ask(network, Noise(dtype))
        else:
            kind = class_of(case.reference)
            network = kind.from_pretrained(case.folder(models), torch_dtype=dtype).eval()
            loaded = peak_bytes()
            answer = case.ask_reference(network, Noise(dtype))
    out = Path(folder) / name / f"{side}-{form}"
    out.parent.mkdir(parents=True, exist_ok=True)
    tensors = {key or "answer": value.float().contiguous() for key, value in answer.items()}
    save_file(tensors, out.with_suffix(".safetensors"))
    measured = {"loaded_bytes": loaded, "peak_bytes": peak_bytes(), "torch": torch.__version__}
    out.with_suffix(".json").write_text(json.dumps(measured), encoding="utf-8")
    return 0


def class_of(path: str) -> Any:
    """The class of that dotted name."""
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def peak_bytes() -> int:
    """Highest resident memory of this process since it began its program.

    Not `getrusage`, which also counts what the process was before that. Linux only; 0 elsewhere.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
