"""An index of Python packages on this computer: tiny wheels, and the pages that uv reads."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from tests.source_server import Source

PAGE = "application/vnd.pypi.simple.v1+json"


def wheel(name: str, version: str, files: Mapping[str, str], needs: Sequence[str] = ()) -> bytes:
    """A wheel of a package that is written in Python, and needs others."""
    info = f"{name}-{version}.dist-info"
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    about += "".join(f"Requires-Dist: {each}\n" for each in needs)
    kind = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    inside = {**files, f"{info}/METADATA": about, f"{info}/WHEEL": kind}
    record = "".join(f"{path},,\n" for path in (*inside, f"{info}/RECORD"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, text in {**inside, f"{info}/RECORD": record}.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return packed.getvalue()


def offer(source: Source, wheels: Mapping[str, bytes]) -> str:
    """Have `source` serve these wheels, by file name; returns the pins that name them."""
    pages: dict[str, list[dict[str, object]]] = {}
    pins = ""
    for file, octets in wheels.items():
        name, version, *_ = file.split("-")
        digest = hashlib.sha256(octets).hexdigest()
        pins += f"{name}=={version} --hash=sha256:{digest}\n"
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            (about,) = filter(
                re.compile(r"[^/]+\.dist-info/METADATA").fullmatch, archive.namelist()
            )
            metadata = archive.read(about)
        path = f"/files/{quote(file)}"
        source.files |= {path: octets, f"{path}.metadata": metadata}
        pages.setdefault(re.sub(r"[-_.]+", "-", name).lower(), []).append(
            {
                "filename": file,
                "url": path,
                "hashes": {"sha256": digest},
                "size": len(octets),
                "core-metadata": {"sha256": hashlib.sha256(metadata).hexdigest()},
            }
        )
    for name, files in pages.items():
        page = {"meta": {"api-version": "1.1"}, "name": name, "files": files}
        source.files[f"/simple/{name}/"] = json.dumps(page).encode()
        source.types[f"/simple/{name}/"] = PAGE
    return pins


def address(source: Source) -> str:
    """What a setting for the index would say."""
    return f"{source.address}/simple"
