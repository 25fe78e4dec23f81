"""What a run leaves behind: files, and the answer that goes to stdout as text or JSON."""

import io
import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.command_line.inputs import EMBEDDING
from engine.command_line.options import Asked
from engine.command_line.progress import Progress
from engine.errors import InvalidRequest
from engine.events import Embedded, Event, Finished, Image
from engine.file_names import file_stem
from engine.picture_file import prompt_of, save_image, save_new
from engine.requests import Embed, Morph, Upscale


def check_writable(folder: Path) -> None:
    """Make `folder` and try it, before minutes are spent on painting. Raises InvalidRequest."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _unwritable(folder, error) from error


@dataclass(slots=True)
class Result:
    """What a run left behind. paths: of every file, in order; seeds: of the pictures."""

    asked: Asked
    paths: list[Path] = field(default_factory=list[Path])
    seeds: list[int] = field(default_factory=list[int])
    embedded: Embedded | None = None
    finished: Finished | None = None

    def as_text(self) -> str:
        """Paths, one a line; of an embedding, what there is to say about it."""
        lines = [str(path) for path in self.paths]
        if self.embedded is not None:
            lines += _told(self.embedded, self.asked)
        return "\n".join(lines)

    def as_json(self) -> str:
        """Files and seeds or embeddings, seconds per stage, peak memory."""
        request = self.asked.request
        report: dict[str, object] = {}
        if isinstance(request, Embed):
            report |= _as_fields(self.embedded, self.asked, self.paths)
        else:
            report["prompt"] = prompt_of(request)
            report["pictures"] = [
                {"file": str(path), "seed": seed}
                for path, seed in zip(self.paths, self.seeds, strict=True)
            ]
        if self.finished is not None:
            report["seconds"] = dict(self.finished.seconds)
            report["peak_bytes"] = self.finished.peak_bytes
        return json.dumps(report, indent=2)


def save_all(
    events: Iterable[Event], asked: Asked, folder: Path | None, progress: Progress
) -> Result:
    """Write every picture as it comes, to new files. Raises InvalidRequest when that fails.

    folder: None where nothing is to be written.
    """
    result = Result(asked)
    try:
        for event in events:
            progress.show(event)
            match event:
                case Image():
                    assert folder is not None, "a run that paints has a folder"
                    result.paths.append(save_image(folder, _file_name(asked, event), event))
                    result.seeds.append(event.seed)
                case Embedded():
                    result.embedded = event
                    result.paths += _saved_embeddings(event, asked, folder)
                case Finished():
                    result.finished = event
                case _:
                    pass
    except OSError as error:
        assert folder is not None, "only writing fails that way"
        raise _unwritable(folder, error) from error
    finally:
        progress.end()
    return result


def _file_name(asked: Asked, image: Image) -> str:
    """Pictures differ by seed; those of a path have one seed and differ by their place."""
    name = file_stem(asked.name.lower())
    if isinstance(asked.request, Upscale):
        return name
    if isinstance(asked.request, Morph):
        return f"{name}-{image.index + 1:02}"
    return f"{name}-{image.seed}"


def _saved_embeddings(embedded: Embedded, asked: Asked, folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    paths: list[Path] = []
    for name, embedding in zip(asked.name.splitlines(), embedded.images, strict=True):
        content = io.BytesIO()
        np.save(content, embedding, allow_pickle=False)
        stem = f"{file_stem(name.lower())}-{embedded.model}"
        paths.append(save_new(folder, stem, content.getvalue(), EMBEDDING))
    return paths


def _told(embedded: Embedded, asked: Asked) -> list[str]:
    """One line for each thing there is to say about each picture."""
    assert isinstance(asked.request, Embed)
    lines: list[str] = []
    for index, name in enumerate(asked.name.splitlines()):
        lines.append(f"{name}:")
        words = ", ".join(f"{word.word} {word.agreement:.3f}" for word in embedded.words[index])
        lines += [f"  near  {words}"] if words else []
        rows = zip(asked.request.texts, embedded.agreement[index], strict=True)
        lines += [f"  {agreement:.3f}  {text}" for text, agreement in rows]
    if not embedded.images.size:
        lines.append(f"{len(embedded.texts)} texts of {embedded.texts.shape[1]} dimensions")
    return lines


def _as_fields(embedded: Embedded | None, asked: Asked, paths: list[Path]) -> dict[str, object]:
    assert isinstance(asked.request, Embed)
    assert embedded is not None, "a run that embeds reports it"
    pictures = [
        {
            "name": name,
            "agreement": row.tolist(),
            "words": [{"word": word.word, "agreement": word.agreement} for word in words],
            "embedding": vector.tolist(),
        }
        for name, row, words, vector in zip(
            asked.name.splitlines(),
            embedded.agreement,
            embedded.words,
            embedded.images,
            strict=True,
        )
    ]
    texts = [
        {"text": text, "embedding": vector.tolist()}
        for text, vector in zip(asked.request.texts, embedded.texts, strict=True)
    ]
    return {
        "model": embedded.model,
        "pictures": pictures,
        "texts": texts,
        "files": [str(path) for path in paths],
    }


def _unwritable(folder: Path, error: OSError) -> InvalidRequest:
    reason = error.strerror or type(error).__name__
    return InvalidRequest(
        f"The folder {folder} cannot be written to ({reason}); choose another one with --out."
    )
