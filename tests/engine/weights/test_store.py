"""Where models are found, which of their files are missing, and whether they are unchanged."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from engine import families
from engine.errors import WeightsDamaged, WeightsMissing
from engine.families import Family, FileSpec, Part
from engine.weights import store as store_module
from engine.weights.store import WeightStore

KANDINSKY = families.find("kandinsky22")
STARTER = families.find("starter")
REVISION = "9fc51ad5732afc5d031724219d22e6c42179c5a8"
CACHE = "models--kandinsky-community--kandinsky-2-2-prior"


def put(path: Path, content: bytes = b"x") -> Path:
    """A file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "folder",
    [
        "kandinsky-2-2-prior/prior",
        f"{CACHE}/snapshots/{REVISION}/prior",
        f"{CACHE}/snapshots/0123456789abcdef/prior",
    ],
)
def test_a_published_part_is_found_by_its_folder_or_in_a_cache(folder: str, tmp_path: Path) -> None:
    put(tmp_path / folder / "diffusion_pytorch_model.safetensors")
    assert WeightStore([tmp_path]).locate(KANDINSKY, Part.PRIOR) == tmp_path / folder


def test_the_pinned_revision_is_preferred_to_another(tmp_path: Path) -> None:
    for revision in ("0000", REVISION, "ffff"):
        put(tmp_path / CACHE / "snapshots" / revision / "prior/diffusion_pytorch_model.safetensors")
    assert REVISION in WeightStore([tmp_path]).locate(KANDINSKY, Part.PRIOR).parts


def test_a_cache_of_links_into_blobs_is_followed(tmp_path: Path) -> None:
    blob = put(tmp_path / CACHE / "blobs" / "abc")
    link = tmp_path / CACHE / "snapshots" / REVISION / "prior/diffusion_pytorch_model.safetensors"
    link.parent.mkdir(parents=True)
    try:
        link.symlink_to(blob)
    except OSError:
        pytest.skip("this system does not let us make links")
    assert WeightStore([tmp_path]).locate(KANDINSKY, Part.PRIOR) == link.parent


def test_the_searched_folder_may_be_the_model_itself(tmp_path: Path) -> None:
    put(tmp_path / "starter/upscaler/compact.safetensors")
    for searched in (tmp_path, tmp_path / "starter"):
        found = WeightStore([searched]).locate(STARTER, Part.UPSCALER)
        assert found == tmp_path / "starter/upscaler"


def test_the_first_folder_that_has_the_part_wins(tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in "abc")
    (first / "starter/upscaler").mkdir(parents=True)
    for folder in (second, third):
        put(folder / "starter/upscaler/compact.safetensors")
    found = WeightStore([first, second, third]).locate(STARTER, Part.UPSCALER)
    assert found == second / "starter/upscaler"


def test_a_folder_of_plain_files_is_found_when_something_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "starter/prior/tokenizer").mkdir(parents=True)
    assert not WeightStore([tmp_path]).has(STARTER, Part.TOKENIZER)
    put(tmp_path / "starter/prior/tokenizer/vocab.json")
    assert WeightStore([tmp_path]).has(STARTER, Part.TOKENIZER)


SENTENCES = {
    STARTER: (
        "Starter cannot be used: starter/prior/prior/diffusion_pytorch_model.safetensors is not "
        "on this computer; it comes with Easel, so install Easel again."
    ),
    KANDINSKY: (
        "Kandinsky 2.2 cannot be used: "
        "kandinsky-2-2-prior/prior/diffusion_pytorch_model.safetensors is not on this computer; "
        "download the model or choose the folder that holds kandinsky-2-2-prior."
    ),
}


@pytest.mark.parametrize("family", SENTENCES, ids=lambda family: family.name)
def test_a_missing_part_is_named_with_what_to_do(family: Family, tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing) as caught:
        WeightStore([tmp_path, tmp_path / "nowhere"]).locate(family, Part.PRIOR)
    assert str(caught.value) == SENTENCES[family]


def test_a_pickled_model_alone_is_refused_with_the_reason(tmp_path: Path) -> None:
    name = "kandinsky-2-2-prior/prior/diffusion_pytorch_model.bin"
    path = put(tmp_path / name, b"\x80\x02}.")
    with pytest.raises(WeightsDamaged) as caught:
        WeightStore([tmp_path]).locate(KANDINSKY, Part.PRIOR)
    assert str(caught.value) == (
        f"The model file {path} is pickled, and opening such a file could run any program hidden "
        "in it; get the model as .safetensors and put that in its place."
    )


def test_a_pickled_twin_beside_the_model_does_no_harm(tmp_path: Path) -> None:
    folder = tmp_path / "kandinsky-2-2-prior/prior"
    put(folder / "diffusion_pytorch_model.bin")
    put(folder / "diffusion_pytorch_model.safetensors")
    assert WeightStore([tmp_path]).locate(KANDINSKY, Part.PRIOR) == folder


CONTENT = {"prior/config.json": b"{}", "model.safetensors": bytes(range(256)) * 40}


@pytest.fixture
def family() -> Family:
    """A family of two pinned files."""
    files = tuple(
        FileSpec(
            repository="kandinsky-2-2-prior",
            path=path,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )
        for path, content in CONTENT.items()
    )
    return replace(KANDINSKY, files=files)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Both files."""
    for path, content in CONTENT.items():
        put(tmp_path / "kandinsky-2-2-prior" / path, content)
    return tmp_path / "kandinsky-2-2-prior"


def test_missing_lists_what_is_not_there_or_not_of_its_size(family: Family, home: Path) -> None:
    store = WeightStore([home.parent])
    assert store.missing(family) == ()
    (home / "model.safetensors").write_bytes(b"short")
    (home / "prior/config.json").unlink()
    assert store.missing(family) == family.files


@pytest.mark.parametrize("name", ["model.safetensors", "model.bf16.safetensors"])
def test_a_file_that_goes_while_it_is_looked_at_is_not_here(
    name: str, family: Family, home: Path
) -> None:
    published = family.files[-1]
    path = home / name
    if ".bf16" in name:
        put(path, save({"weight": np.zeros(3, np.float32)}))
    assert store_module.has_its_length(path, published)
    path.unlink()
    assert not store_module.has_its_length(path, published)


def test_verifying_reads_everything_and_says_how_far_it_is(
    family: Family, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "CHUNK", 4096)
    reports = list(WeightStore([home.parent]).verify(family))
    assert [(report.file.path, report.done, report.total) for report in reports] == [
        ("prior/config.json", 2, 2),
        ("model.safetensors", 4096, 10240),
        ("model.safetensors", 8192, 10240),
        ("model.safetensors", 10240, 10240),
    ]
    assert all(report.known for report in reports)


@pytest.mark.parametrize("bit", [0, 8 * 5000 + 3, 8 * 10240 - 1])
def test_one_changed_bit_is_found(bit: int, family: Family, home: Path) -> None:
    content = bytearray(CONTENT["model.safetensors"])
    content[bit // 8] ^= 1 << bit % 8
    (home / "model.safetensors").write_bytes(content)
    with pytest.raises(WeightsDamaged, match=r"model\.safetensors has changed since it was"):
        list(WeightStore([home.parent]).verify(family))


def test_a_file_of_another_size_is_named_with_both_sizes(family: Family, home: Path) -> None:
    (home / "model.safetensors").write_bytes(b"short")
    with pytest.raises(WeightsDamaged, match="is 5 bytes long where 10,240 are expected"):
        list(WeightStore([home.parent]).verify(family))


def test_a_file_that_is_not_there_is_named(family: Family, home: Path) -> None:
    (home / "model.safetensors").unlink()
    with pytest.raises(WeightsMissing, match=r"The file model\.safetensors of Kandinsky 2\.2 is"):
        list(WeightStore([home.parent]).verify(family))


def unpinned(family: Family) -> Family:
    """The same files, their hashes not known."""
    return replace(
        family, files=tuple(replace(file, sha256=None, size=None) for file in family.files)
    )


def test_a_file_without_a_published_hash_is_read_but_not_called_known(
    family: Family, home: Path
) -> None:
    reports = list(WeightStore([home.parent]).verify(unpinned(family)))
    assert [report.known for report in reports] == [False, False]


def test_a_list_of_hashes_beside_the_model_is_believed(family: Family, home: Path) -> None:
    lines = [f"{file.sha256}  {file.path}\n" for file in family.files]
    (home / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    store = WeightStore([home.parent])
    assert all(report.known for report in store.verify(unpinned(family)))
    (home / "prior/config.json").write_bytes(b"[]")
    with pytest.raises(WeightsDamaged, match=r"config\.json has changed"):
        list(store.verify(unpinned(family)))


def test_the_store_is_imported_without_torch() -> None:
    code = (
        "import sys, engine.weights.store, engine.weights.config; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


READ = """
import sys
from itertools import islice
from pathlib import Path
{work}
status = Path("/proc/self/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""
VERIFY = """
from dataclasses import replace
from engine import families
from engine.families import FileSpec
from engine.weights.store import WeightStore
size = Path(sys.argv[1]).stat().st_size
file = FileSpec(repository="kandinsky-2-2-decoder", path="unet/large.safetensors", size=size)
family = replace(families.find("kandinsky22"), files=(file,))
reports = list(islice(WeightStore([Path(sys.argv[1]).parents[2]]).verify(family), 30))
assert [each.done for each in reports] == [16_000_000 * n for n in range(1, 31)]
assert {each.total for each in reports} == {size}
"""
WHOLE = "Path(sys.argv[1]).read_bytes()"


def peak(path: Path, work: str) -> int:
    """Bytes that a process needs at most for `work` on a file."""
    done = subprocess.run(
        (sys.executable, "-c", READ.format(work=work), str(path)),
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout) * 1024


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="sparse files and memory as Linux has them")
def test_twenty_gigabytes_are_read_bit_by_bit_and_reading_can_be_stopped(tmp_path: Path) -> None:
    path = tmp_path / "kandinsky-2-2-decoder/unet/large.safetensors"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.truncate(20_000_000_000)
    assert peak(path, VERIFY) < 200_000_000
    os.truncate(path, 400_000_000)  # the control, not on twenty
    assert peak(path, WHOLE) > 400_000_000
