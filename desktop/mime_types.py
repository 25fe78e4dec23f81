"""Names of what only Easel drags and takes; nothing is imported for them."""

LAYER_TYPE = "application/x-easel-layer"
"""The id of a layer, as text: says to Qt where a layer may be dropped."""
