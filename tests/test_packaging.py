"""What is handed to users: the audit of a bundle, what is laid out, and the program's own test."""

import ast
import gzip
import shutil
import struct
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "packaging"))

import audit  # noqa: E402  # a folder of scripts
import publisher  # noqa: E402
from bundled_licences import lay_out_licences  # noqa: E402
from icons import SIZES  # noqa: E402
from judges import judged  # noqa: E402
from linux.deb import packages  # noqa: E402
from linux.tree import METAINFO, day_of, lay_out  # noqa: E402
from linux.trim import trim  # noqa: E402

import main  # noqa: E402

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A folder that holds all an audit asks for, and a program that links nothing."""
    for name in audit.NEEDED + audit.NEEDED_ON_LINUX:
        file = tmp_path / "easel/_internal" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"something")
    (tmp_path / "easel/easel").write_bytes(b"#!/bin/sh\n")
    (tmp_path / "easel/easel").chmod(0o755)
    return tmp_path / "easel"


@pytest.fixture(scope="module")
def icons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The icon in every format."""
    folder = tmp_path_factory.mktemp("icons")
    # in a process of its own: it makes an application without a window
    code = (
        "import sys; from pathlib import Path; from icons import make_icons;"
        "make_icons(*map(Path, sys.argv[1:]))"
    )
    drawing = ROOT / "resources/icons/easel.svg"
    ran = (sys.executable, "-c", code, drawing, folder)
    subprocess.run(ran, cwd=ROOT / "packaging", check=True)
    return folder


def test_a_whole_bundle_passes_its_audit(bundle: Path) -> None:
    assert audit.faults(bundle, linux=True) == []


@pytest.mark.parametrize("name", audit.NEEDED_ON_LINUX + audit.NEEDED[:1])
def test_a_bundle_without_a_needed_part_fails(bundle: Path, name: str) -> None:
    (bundle / "_internal" / name).unlink()
    (fault,) = audit.faults(bundle, linux=True)
    assert name in fault


def test_a_bundle_that_grew_too_large_fails(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "LARGEST", audit.size_of(bundle) - 1)
    (fault,) = audit.faults(bundle, linux=True)
    assert "bytes" in fault


@pytest.mark.skipif(sys.platform != "linux", reason="reads programs of Linux")
def test_a_library_that_nobody_brings_is_named(bundle: Path) -> None:
    python = Path(sys.executable).resolve()
    (bundle / "_internal/python").write_bytes(python.read_bytes())
    wanted = audit.wanted_libraries(bundle)
    assert "libc.so.6" in wanted
    unknown = {"libc.so.6"} | {name for name in wanted if name not in audit.SYSTEM}
    known = {name: brings for name, brings in audit.SYSTEM.items() if name not in unknown}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit, "SYSTEM", known)
        found = audit.faults(bundle, linux=True)
    assert any("libc.so.6" in fault for fault in found)
    assert "libc6" in packages(wanted, audit.SYSTEM)


@pytest.mark.skipif(not shutil.which("cc"), reason="makes a library of its own")
def test_no_library_searches_a_folder_of_the_building_machine(bundle: Path) -> None:
    library = bundle / "_internal/libours.so"
    search = ("-Wl,-rpath,/build/machine/lib:$ORIGIN/near", "-Wl,--enable-new-dtags")
    command = ("cc", "-shared", "-nostdlib", "-x", "c", "/dev/null", *search, "-o", library)
    subprocess.run(command, check=True)
    (fault,) = audit.faults(bundle, linux=True)
    assert fault.startswith("_internal/libours.so searches a folder")
    trim(bundle)
    assert audit.run_paths(audit.dynamic_section(library)) == ["$ORIGIN/near"]
    assert audit.faults(bundle, linux=True) == []


def test_every_licence_is_laid_in_and_listed(tmp_path: Path) -> None:
    lay_out_licences(["PIL.Image", "PySide6.QtCore", "spandrel", "json"], [], tmp_path)
    listed = (tmp_path / "bundled.md").read_text(encoding="utf-8")
    for name in ("Python", "pillow", "pyside6_essentials", "spandrel", "uv", "pyinstaller"):
        assert f"\n| {name} | " in listed
        assert any(file.stat().st_size > 500 for file in (tmp_path / "bundled" / name).iterdir())
    assert "json" not in listed
    qt = {file.name for file in (tmp_path / "bundled/pyside6_essentials").iterdir()}
    assert {"LGPL-3.0.txt", "GPL-3.0.txt", "qt-FreeType.txt", "qt-ICU.txt"} <= qt


def test_a_part_without_a_licence_stops_the_build(tmp_path: Path) -> None:
    nobodys = tmp_path / "libnobody.so.1"
    nobodys.touch()
    with pytest.raises(SystemExit, match=r"libnobody\.so\.1"):
        lay_out_licences([], [str(nobodys)], tmp_path / "licences")


def left_out() -> list[str]:
    """The modules that the spec leaves out."""
    spec = ast.parse((ROOT / "packaging/easel.spec").read_text(encoding="utf-8"))
    (value,) = (
        node.value
        for node in spec.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "NEVER_IMPORTED"
    )
    return eval(ast.unparse(value))


def imported(folders: tuple[str, ...]) -> set[str]:
    """Modules that the files in these folders import, wherever in them."""
    found: set[str] = set()
    for file in (file for folder in folders for file in (ROOT / folder).rglob("*.py")):
        if "training" not in file.parts:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    found |= {node.module} | {f"{node.module}.{a.name}" for a in node.names}
    return found


@pytest.mark.slow
def test_nothing_that_is_left_out_of_a_bundle_is_imported_by_what_is_in_it() -> None:
    def asked_for(folders: tuple[str, ...]) -> list[str]:
        names = imported(folders)
        return [each for each in left_out() if any(f"{n}.".startswith(f"{each}.") for n in names)]

    found = asked_for(("desktop", "engine"))
    assert found == ["uv"]  # a developer's copy asks its environment for it; a bundle has the file
    assert "pytest" in asked_for(("tests",))


def test_icons_come_in_every_size_and_format(icons: Path) -> None:
    for size in SIZES:
        width, height = struct.unpack(">II", (icons / f"{size}.png").read_bytes()[16:24])
        assert (width, height) == (size, size)
    assert (icons / "easel.ico").read_bytes()[:4] == b"\x00\x00\x01\x00"
    assert (icons / "easel.icns").read_bytes()[:4] == b"icns"


def test_all_is_laid_out_where_a_desktop_looks_for_it(
    bundle: Path, icons: Path, tmp_path: Path
) -> None:
    usr = lay_out(bundle, icons, tmp_path / "root", VERSION)
    assert (usr / "bin/easel").resolve() == usr / "lib/easel/easel"
    assert (usr / "lib/easel/easel").stat().st_mode & 0o777 == 0o755
    assert (usr / "lib/easel/_internal/resources/icons/easel.svg").stat().st_mode & 0o777 == 0o644
    for name in ("applications/easel.desktop", "mime/packages/easel.xml"):
        assert (usr / "share" / name).exists()
    assert (usr / "share/icons/hicolor/48x48/apps/easel.png").exists()


@pytest.mark.skipif(not shutil.which("appstreamcli"), reason="asks the program appstreamcli")
def test_software_centres_accept_what_is_laid_out(
    bundle: Path, icons: Path, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    usr = lay_out(bundle, icons, root, VERSION)

    def judge() -> int:
        asked = ("appstreamcli", "validate-tree", "--no-net", root)
        return subprocess.run(asked, capture_output=True, check=False).returncode

    assert judge() == 0
    (usr / "share/applications/easel.desktop").unlink()
    assert judge() != 0


def test_manual_page_and_metadata_tell_version_and_day_of_the_changelog(
    bundle: Path, icons: Path, tmp_path: Path
) -> None:
    usr = lay_out(bundle, icons, tmp_path / "root", VERSION)
    manual = gzip.decompress((usr / "share/man/man1/easel.1.gz").read_bytes()).decode()
    metainfo = (usr / "share/metainfo" / METAINFO).read_text("utf-8")
    day = day_of(VERSION, (ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert manual.startswith(f'.TH EASEL 1 {day} "Easel {VERSION}" ')
    assert f'<release version="{VERSION}" date="{day}">' in metainfo
    assert "{" not in manual + metainfo


def test_a_version_of_which_the_changelog_does_not_tell_the_day_is_not_packed() -> None:
    with pytest.raises(ValueError, match=r"for 1\.2\.0"):
        day_of("1.2.0", "## [1.2.0]\n## [1x2.0] - 2026-11-26\n")


def test_the_version_is_written_down_in_one_place() -> None:
    programs = [path for room in ("desktop", "engine") for path in (ROOT / room).rglob("*.py")]
    scripts = [path for path in (ROOT / "packaging").rglob("*") if path.suffix != ".pyc"]
    paths = (*programs, *scripts, *ROOT.glob("*.py"), *ROOT.glob("*.toml"))
    told = {path.name for path in paths if path.is_file() and VERSION.encode() in path.read_bytes()}
    assert told == {"pyproject.toml"}


def test_the_manual_page_names_every_verb() -> None:
    manual = (ROOT / "packaging/linux/easel.1").read_text("utf-8")
    named = next(line for line in manual.splitlines() if line.startswith(".BR generate"))
    assert set(named.removeprefix(".BR ").split(" | ")) == main.VERBS


def test_who_publishes_is_said_in_one_place() -> None:
    said = (publisher.NAME, publisher.MAIL, publisher.ID, "example.org")
    scripts = [path for path in (ROOT / "packaging").rglob("*") if path.is_file()]
    texts = {path: path.read_bytes().decode(errors="replace") for path in scripts}
    found = {path.name for path, text in texts.items() if any(each in text for each in said)}
    assert {name for name in found if not name.endswith(".pyc")} == {"publisher.py"}


@pytest.mark.skipif(sys.platform == "win32", reason="the judges are Debian's")
@pytest.mark.parametrize("judge", ["desktop-file-validate", "appstreamcli", "lintian", ""])
@pytest.mark.parametrize("how", ["finds an error", "is not installed"])
def test_one_judge_that_finds_an_error_or_is_not_there_fails_the_whole(
    judge: str, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("desktop-file-validate", "appstreamcli", "lintian"):
        if name != judge or how == "finds an error":
            (programs / name).write_text(f"#!/bin/sh\nexit {int(name == judge)}\n")
            (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    (tmp_path / "easel_0_amd64.deb").touch()
    assert judged(tmp_path, tmp_path / "AppDir") == (1 if judge else 0)


def test_without_a_package_lintian_has_not_judged(tmp_path: Path) -> None:
    assert judged(tmp_path, tmp_path / "AppDir") == 1


@pytest.mark.slow
def test_the_program_tests_itself() -> None:
    asked = (sys.executable, "main.py", "--self-test")
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert told.returncode == 0, told.stderr
    assert "works here: a picture of 256 × 256" in told.stdout
