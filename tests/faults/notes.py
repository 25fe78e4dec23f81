"""What a picture says about itself: how that is changed, and all that is done with it."""

import json
from contextlib import closing
from pathlib import Path
from random import Random

from desktop.errors import NotRepeatable
from desktop.restoring import restored_in
from desktop.storage.gallery import Gallery
from desktop.storage.gallery_entry import NewEntry
from desktop.storage.gallery_record import frame_in, of_file, read_embedding
from desktop.storage.picture_notes import notes_in
from desktop.storage.request_reading import mask_in, negative_in, request_in
from engine.picture_file import encoded, notes
from tests.desktop.storage.pictures import result
from tests.desktop.storage.test_request_reading import REQUESTS
from tests.faults import mutation
from tests.faults.pictures import noise


def requests() -> list[bytes]:
    """The notes of one picture of every kind, as JSON."""
    return [json.dumps(notes(result(request=request))).encode() for request in REQUESTS]


def damaged_notes(content: bytes, random: Random) -> bytes:
    """Change the texts, or the JSON inside that of the request."""
    said: dict[str, object] = json.loads(content)
    if random.random() < 0.7:
        inside = mutation.half_noise(mutation.text)(str(said["request"]).encode(), random)
        said["request"] = inside.decode("utf-8", "surrogateescape")
    else:
        said = mutation.value_changed(said, random)  # type: ignore[assignment]
    return json.dumps(said).encode()


def open_notes(content: bytes, folder: Path) -> str:
    """All that is done with the notes of a stranger's picture, once they are inside a PNG."""
    told = json.loads(content)
    texts = {k: v for k, v in told.items() if isinstance(v, str)} if isinstance(told, dict) else {}
    path = folder / "picture.png"
    path.write_bytes(encoded(noise(8, 8, 3), texts))
    said = notes_in(path.read_bytes())
    restored_in(said), frame_in(said), mask_in(said), negative_in(said)
    read_embedding(said.get("embedding", ""))
    kept_in_gallery(folder, of_file(path))
    try:
        request_in(said, lambda _: noise(8, 8, 3))
    except NotRepeatable:
        return "refused"
    return "opened"


def kept_in_gallery(folder: Path, new: NewEntry) -> None:
    """Keep a picture with these notes, and find it again."""
    with closing(Gallery(folder / "gallery")) as gallery:
        kept = gallery.add(new)
        details = gallery.details(kept)
        assert details is not None
