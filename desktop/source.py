"""What an idea can be made of, as a plain value: a picture, a text, or an earlier result."""

from dataclasses import dataclass

from desktop.document.geometry import Rect
from engine.requests import Embedding, Idea, Pixels


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """Something that has a place in the space of ideas.

    pixels: HxWx3 or HxWx4; None of a text. text: empty of a picture. embedding: what the decoder
    was told when `model` painted it, nearer to the idea than a look at the picture. frame: where in
    the document the picture lies, if it does.
    """

    name: str
    pixels: Pixels | None = None
    text: str = ""
    embedding: Embedding | None = None
    model: str = ""
    frame: Rect | None = None

    def __post_init__(self) -> None:
        """State what the program guarantees."""
        assert (self.pixels is None) == bool(self.text), "a source is a picture or a text"

    def idea(self, model: str) -> Idea:
        """Return it as `model` is to read it: embeddings of another one mean nothing to it.

        Raises InvalidRequest.
        """
        if self.pixels is None:
            return Idea(text=self.text)
        if self.embedding is not None and self.embedding.any() and self.model == model:
            return Idea(embedding=self.embedding)
        return Idea(image=self.pixels)
