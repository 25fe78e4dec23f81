"""Files that a command names: pictures and stored embeddings; InvalidRequest for bad ones."""

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from engine.errors import InvalidRequest
from engine.requests import LARGEST_INPUT, Embedding, Idea, Pixels

EMBEDDING = ".npy"
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
ENDINGS = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", EMBEDDING}


def read_picture(path: Path) -> Pixels:
    """HxWx3, or HxWx4 where something is transparent; turned as the camera was held."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as picture:
                return _pixels(picture)
    except FileNotFoundError as error:
        raise InvalidRequest(f"There is no file {path}; check how it is written.") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidRequest(
            f"The picture {path} is too large; use one of up to {LARGEST_INPUT} pixels on a side."
        ) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise InvalidRequest(
            f"The file {path} cannot be read as a picture; save it as PNG or JPEG first."
        ) from error


def _pixels(picture: Image.Image) -> Pixels:
    upright = ImageOps.exif_transpose(picture)
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    return np.asarray(upright.convert("RGBA" if has_alpha else "RGB"))


def read_embedding(path: Path) -> Embedding:
    """What `embed --save` wrote."""
    try:
        with path.open("rb") as file:
            array = np.lib.format.read_array(file, allow_pickle=False)
    except FileNotFoundError as error:
        raise InvalidRequest(f"There is no file {path}; check how it is written.") from error
    except (OSError, ValueError, EOFError) as error:
        raise InvalidRequest(
            f"The file {path} is no stored embedding; make one with easel embed --save."
        ) from error
    if array.ndim != 1 or array.dtype.kind != "f":
        raise InvalidRequest(
            f"The file {path} is no stored embedding; make one with easel embed --save."
        )
    return array.astype(np.float16)


def read_idea(text: str) -> Idea:
    """A file where `text` names one, or looks as if it should; else the text itself."""
    path = Path(text)
    if path.suffix.lower() not in ENDINGS and not path.is_file():
        return Idea(text=text)
    if path.suffix.lower() == EMBEDDING:
        return Idea(embedding=read_embedding(path))
    return Idea(image=read_picture(path))


def named(*ideas: str) -> str:
    """What files made of these ideas are called: file names without endings, texts as they are."""
    return " ".join(
        Path(idea).stem if Path(idea).suffix.lower() in ENDINGS else idea for idea in ideas
    )
