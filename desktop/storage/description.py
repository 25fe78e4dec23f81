"""What is said of a picture beside its pixels, as values for JSON.

Projects and the journal of unsaved work say the same; they differ in where pixels go, which a
`Keeper` decides. `desktop.storage.manifest` reads it.
"""

from typing import Protocol

from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.plane import Plane
from desktop.document.result import Result
from desktop.storage.project import Kept, Project
from engine.requests import Pixels


class Keeper(Protocol):
    """Keeps pixels somewhere, and says where in terms of its own."""

    def plane(self, name: str, plane: Plane, /) -> dict[str, object]:
        """Keep a plane under a name; what is returned lets it be found again."""
        ...

    def pixels(self, layer: Layer, /) -> dict[str, object]:
        """Keep what a layer shows."""
        ...

    def picture(self, name: str, pixels: Pixels, /) -> str:
        """Keep HxWxC pixels; returns the name under which they were kept."""
        ...


def described(project: Project, keeper: Keeper) -> dict[str, object]:
    """Return all of a project as JSON values, its pixels kept by `keeper`."""
    return _Describer(keeper).project(project)


def numbers(rect: Rect) -> list[int]:
    """Return a rectangle as a list for JSON."""
    return [rect.left, rect.top, rect.width, rect.height]


class _Describer:
    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def project(self, project: Project) -> dict[str, object]:
        picture, keeper = project.picture, self._keeper
        chosen = picture.selection
        return {
            "frame": numbers(picture.frame),
            "layers": [self._layer(layer) for layer in picture.layers],
            "mask": keeper.plane("easel/mask.png", picture.mask),
            "selection": None if chosen is None else keeper.plane("easel/selection.png", chosen),
            "saved": [
                {"name": name, "area": keeper.plane(f"easel/saved-{number}.png", channel)}
                for number, (name, channel) in enumerate(picture.saved)
            ],
            "guides": [{"vertical": g.vertical, "place": g.place} for g in picture.guides],
            "prompts": dict(project.prompts),
            "candidates": [
                self._kept(f"easel/candidate-{n}", kept)
                for n, kept in enumerate(project.candidates)
            ],
        }

    def _layer(self, layer: Layer) -> dict[str, object]:
        said: dict[str, object] = {
            "id": layer.id,
            "name": layer.name,
            "visible": layer.visible,
            "opacity": layer.opacity,
            "mode": layer.mode.value,
            "locked": layer.locked,
            "alpha_locked": layer.alpha_locked,
            "notes": dict(layer.notes),
        }
        if layer.mask is not None:
            said["mask"] = self._keeper.plane(f"easel/layer-{layer.id}-mask.png", layer.mask)
        if layer.children is not None:
            said["isolated"] = layer.isolated
            said["children"] = [self._layer(child) for child in layer.children]
            return said
        said["pixels"] = self._keeper.pixels(layer)
        if layer.result is not None:
            said["result"] = self._result(f"easel/layer-{layer.id}-result", layer.result)
        return said

    def _kept(self, name: str, kept: Kept) -> dict[str, object]:
        said: dict[str, object] = {
            "file": self._keeper.picture(f"{name}.png", kept.pixels),
            "notes": dict(kept.notes),
        }
        if kept.frame is not None:
            said["frame"] = numbers(kept.frame)
        if kept.result is not None:
            said["result"] = self._result(f"{name}-result", kept.result)
        if kept.replaces is not None:
            said["replaces"] = kept.replaces
        if kept.agreement is not None:
            said["agreement"] = kept.agreement
        return said

    def _result(self, name: str, result: Result) -> dict[str, object]:
        seam, keeper = result.seam, self._keeper
        frame = {} if result.frame is None else {"frame": numbers(result.frame)}
        return {
            **frame,
            "area": numbers(result.area),
            "raw": keeper.plane(f"{name}-raw.png", result.raw),
            "mask": keeper.plane(f"{name}-mask.png", result.mask),
            "below": keeper.plane(f"{name}-below.png", result.below),
            "feather": seam.feather,
            "grow": seam.grow,
            "match_colours": seam.match_colours,
        }
