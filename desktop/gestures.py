"""What hand and pen do together with keys: the part of the sheet of keys that cannot be changed."""

from typing import NamedTuple


class Gesture(NamedTuple):
    """Where it works, what the hand does, what comes of it."""

    part: str
    hand: str
    text: str


PAINT, LOOK, SELECT, FRAME, TRAY, PROMPT = (
    "Painting",
    "Getting about",
    "Selecting",
    "Frame and layers",
    "Pictures in the tray",
    "Prompt",
)

GESTURES = (
    Gesture(PAINT, "Shift+click", "Straight line from the last stroke"),
    Gesture(PAINT, "Shift+drag", "Size of the brush"),
    Gesture(PAINT, "Ctrl+click, Alt+click", "Take a colour"),
    Gesture(PAINT, "Alt+right drag", "Size and hardness of the brush"),
    Gesture(PAINT, "Other end of the pen", "Erase"),
    Gesture(PAINT, "Esc in a drag", "As if it had not begun"),
    Gesture(LOOK, "Space+drag, middle drag", "Move the view"),
    Gesture(LOOK, "Wheel, Ctrl+wheel", "Zoom at the pointer"),
    Gesture(LOOK, "Ctrl+Space+drag", "Zoom"),
    Gesture(LOOK, "Two fingers, pinch", "Move the view, zoom, turn"),
    Gesture(SELECT, "Shift+drag", "Add to the selection"),
    Gesture(SELECT, "Alt+drag", "Subtract from the selection"),
    Gesture(SELECT, "Shift+Alt+drag", "Keep what is in both"),
    Gesture(SELECT, "Shift in a drag", "Square or circle"),
    Gesture(SELECT, "Alt in a drag", "Around the middle"),
    Gesture(SELECT, "Enter, double click", "Close a polygon, crop, transform"),
    Gesture(FRAME, "← → ↑ ↓", "Nudge by one pixel"),
    Gesture(FRAME, "Shift+arrow", "Nudge the frame by 64, a layer by 10"),
    Gesture(FRAME, "Alt in a drag", "Without snapping"),
    Gesture(FRAME, "Double click, F2", "Rename a layer"),
    Gesture(TRAY, "← →", "Choose a picture"),
    Gesture(TRAY, "Enter", "Accept it"),
    Gesture(TRAY, "Shift+Enter", "Keep it as a layer"),
    Gesture(TRAY, "Delete", "Discard it"),
    Gesture(TRAY, "Esc", "Reject all"),
    Gesture(TRAY, "hold \\", "Look at the original"),
    Gesture(PROMPT, "Enter", "Paint"),
    Gesture(PROMPT, "Shift+Enter", "New line"),
)
