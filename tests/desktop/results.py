"""Results of the engine, placed as layers."""

from collections.abc import Mapping

from desktop.document.edits import Edit
from desktop.document.pixel_edits import Join, place_joined
from desktop.document.raster import Raster
from desktop.document.result import Result


def place_result(result: Result, name: str, join: Join, notes: Mapping[str, str]) -> Edit:
    """Join a result and put it on a new top layer."""
    raster = Raster.from_array(join(result), *result.area.corner)
    return place_joined(result, raster, name, notes)
