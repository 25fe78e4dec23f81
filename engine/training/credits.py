"""The credits of the starter's pictures, written from the sources table.

Licences that ask for attribution (CC BY, MIT, Apache-2.0) are met by one line a source; the clip
art and game-icons.net also name the people who drew.
"""

import gzip
import json
import re
from collections import Counter
from pathlib import Path

from engine.training import tables
from engine.training.sources import Source, packages, sources

PAGE = Path("docs/credits.md")
RESOURCE = Path("resources/licences/starter-pictures.md")
_LICENCES = {
    "MIT": "[MIT](https://opensource.org/license/mit)",
    "Apache-2.0": "[Apache 2.0](https://www.apache.org/licenses/LICENSE-2.0)",
    "CC-BY-4.0": "[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)",
    "CC-BY-3.0": "[CC BY 3.0](https://creativecommons.org/licenses/by/3.0/)",
    "CC0-1.0": "[CC0 1.0](https://creativecommons.org/publicdomain/zero/1.0/)",
    "public-domain": "public domain",
}
_CHANGES = (
    "All pictures were drawn anew at 256 pixels, framed and centred; in training they are"
    " recoloured, scaled and put together. The pictures themselves are not part of this software:"
    " the weights of the Starter model were learnt from them."
)
_OPEN_CLIP_ART = "Open Clip Art Library 0.18; "
_UNKNOWN = "unknown author"


def write(project: Path) -> list[Path]:
    """Write the page and the resource below the project folder; returns their paths."""
    text = credits_page()
    for path in (PAGE, RESOURCE):
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    return [project / PAGE, project / RESOURCE]


def credits_page() -> str:
    """The whole page in Markdown."""
    rows = [_line(source) for source in sources().values()]
    table = [
        "| Pictures | Licence | Credit | Package | Number |",
        "| --- | --- | --- | --- | --- |",
    ]
    parts = [
        "# Credits for the pictures of the Starter model",
        f"The Starter model was trained on {_total():,} pictures by these people. {_CHANGES}",
        "\n".join([*table, *rows]),
        "## game-icons.net",
        "Icons made by " + ", ".join(_game_icon_authors()) + ", licensed under CC BY 3.0.",
        "## Open Clip Art Library",
        "Public domain drawings by " + ", ".join(_clip_artists()) + ", and others unnamed.",
        "## Licences",
        "\n".join(f"* {_LICENCES[name]}: {count:,} pictures" for name, count in _by_licence()),
    ]
    return "\n\n".join(parts) + "\n"


def _line(source: Source) -> str:
    package = packages()[source.package]
    where = f"{package.registry} {package.name} {package.version}"
    licence = _LICENCES[source.licence]
    return f"| {source.title} | {licence} | {source.attribution} | {where} | {source.images:,} |"


def _total() -> int:
    return sum(source.images for source in sources().values())


def _by_licence() -> list[tuple[str, int]]:
    count: Counter[str] = Counter()
    for source in sources().values():
        count[source.licence] += source.images
    return count.most_common()


def _game_icon_authors() -> list[str]:
    text = (tables.FOLDER / "game-icons-authors.json").read_text(encoding="utf-8")
    authors: list[str] = json.loads(text)
    return authors


def _clip_artists() -> list[str]:
    lines = gzip.decompress(tables.CAPTIONS.read_bytes()).decode().splitlines()
    told = [str(json.loads(line)["attribution"]) for line in lines if _OPEN_CLIP_ART in line]
    names = {_person(text.removeprefix(_OPEN_CLIP_ART)) for text in told} - {_UNKNOWN, ""}
    return sorted(names, key=lambda name: (name.casefold(), name))


def _person(text: str) -> str:
    """The name without mail addresses, which people did not give to be printed in programs."""
    return re.sub(r"\s*[(<]?\S+@\S+", "", text).strip()
