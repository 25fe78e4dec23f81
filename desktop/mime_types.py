"""Names by which things are dragged and copied; nothing is imported for them."""

LAYER_TYPE = "application/x-easel-layer"
"""The id of a layer, as text: says to Qt where a layer may be dropped."""
DECODED = "application/x-qt-image"
"""Pixels as they are, which Qt encodes for programs that ask for a picture."""
