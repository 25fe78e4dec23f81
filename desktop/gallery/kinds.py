"""What the gallery calls the ways in which pictures come to be."""

NAMES = {
    "Generate": "Painted from words",
    "Vary": "Variation",
    "Mix": "Mix",
    "Morph": "On a path",
    "Reword": "Reworded",
    "Inpaint": "Filled in",
    "Guide": "Painted over",
    "Upscale": "Enlarged",
}


def kind_name(kind: str) -> str:
    """Return the name for a kind of request; a picture from elsewhere was taken in."""
    return NAMES.get(kind, "Taken in from a file")
