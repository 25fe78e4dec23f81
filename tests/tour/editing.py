"""Flows 2, 3, 4, 7 and 8 on the canvas: fill, extend, choose in the tray, vary, enlarge."""

from tests.screenshots import SECONDS_TO_PAINT, StepFailed
from tests.tour.walk import Walk

TRAY = "Pictures of this run"


def erase_and_describe(walk: Walk) -> None:
    """Mask with the brush and take some of it away, describe, see the candidates in place."""
    walk.menu("Help", "Try: erase and describe")
    walk.until_seen("Fill", "Button")
    walk.menu("Select", "Clear the mask")
    walk.until_seen("Paint over", "Button")
    walk.press("F5", "b", *["bracketright"] * 5)
    before = walk.canvas()
    left, top, width, height = _frame(walk)
    x, y = left + width // 2, top + height // 2
    walk.drag(*((x - 60 + step, y + 20 + step // 4) for step in range(0, 130, 10)))
    masked = walk.changes("a stroke of the mask", before)
    walk.until_seen("Fill", "Button")
    walk.press("e")
    walk.drag(*((x + 40 + step, y + 40) for step in range(0, 60, 10)))
    walk.changes("the eraser on the mask", masked)
    walk.keep("masked")
    walk.paint("a yellow star")
    walk.until_seen(r"Picture 2, .*", inside=TRAY)
    walk.keep("candidates")


def tray(walk: Walk) -> None:
    """Choose by click and key, compare by holding a key, keep one, ask for more, discard one."""
    walk.choose(1)
    first = walk.canvas()
    walk.press("Right")
    walk.until_chosen(2)
    walk.changes("the key to the right", first)
    walk.press("Left")
    walk.until_chosen(1)
    walk.keep("in-place")
    with walk.held("backslash"):
        walk.changes("holding the key for the original", first)
        walk.keep("original")
    walk.press("shift+Return")
    walk.keep("kept-as-layer")
    walk.click("4 more")
    walk.painted()
    walk.choose(3)
    for number in (4, 5, 6):
        walk.press("Right")
        walk.until_chosen(number)
    walk.press("Delete")
    walk.until_gone(r"Picture 6, .*", inside=TRAY)
    walk.keep("four-more")


def restart(walk: Walk) -> None:
    """Save, end, start again with the project: the tray is there, and one of it is accepted."""
    project = walk.home / "Pictures" / "star.ora"
    walk.press("ctrl+s")
    walk.until("the window to save in", lambda: walk.desk.window_called("^Save.*"))
    walk.settle()
    walk.press("ctrl+a")
    walk.write(str(project))
    walk.press("Return")
    walk.until("the project", project.exists)
    walk.settle()
    walk.end()
    walk.start(project)
    walk.until_seen(r"Picture 5, .*", inside=TRAY)
    walk.keep("after-restart")
    walk.choose(1)
    walk.press("Return")
    walk.until_gone(r"Picture 1, .*", inside=TRAY)
    walk.tab("Result")
    walk.settle()
    walk.keep("filled")


def extend(walk: Walk) -> None:
    """Move the frame over the edge by keys, describe, choose, accept; then a plan of frames."""
    walk.menu("Help", "Try: past the edge")
    walk.until_seen("Extend", "Button")
    walk.keep("over-the-edge")
    before = walk.canvas()
    walk.press("ctrl+Return")
    walk.painted()
    walk.choose(1)
    walk.changes("a candidate over the edge", before)
    walk.keep("continued")
    walk.press("Return", "2")
    walk.until_gone(r"Picture 1, .*", inside=TRAY)
    walk.keep("extended")
    walk.menu("Help", "Try: a panorama")
    walk.until("the window Extend", lambda: walk.desk.window_called("^Extend the picture$"))
    walk.keep("how-far")
    walk.press("Return")
    walk.until("a run to begin", lambda: walk.view.busy)
    walk.until("the plan to end", lambda: walk.view.busy is False, SECONDS_TO_PAINT)
    walk.press("ctrl+0")
    walk.keep("panorama")


def vary(walk: Walk) -> None:
    """Variations of the layer with one click; then the same idea elsewhere, by a lock."""
    _tree(walk)
    walk.tab("Vary")
    walk.click("Variations of: Layer")
    walk.painted()
    walk.choose(1)
    walk.keep("vary")
    walk.press("Escape")
    walk.click("Keep the composition, change the meaning")
    walk.until("the lock", lambda: _checked(walk, "Keep the composition, change the meaning"))
    walk.click("Variations of: Layer")
    walk.painted()
    walk.choose(1)
    walk.keep("composition-kept")
    walk.press("Escape")
    walk.click("Keep the meaning, change the composition")
    walk.click("Variations of: Layer")
    walk.painted()
    walk.choose(1)
    walk.keep("meaning-kept")
    walk.press("Escape")
    walk.click("Keep the meaning, change the composition")


def enlarge(walk: Walk) -> None:
    """Twice as large; before and after beside each other under a slider."""
    _tree(walk)
    walk.tab("Vary")
    walk.click("Enlarge: Layer ×2")
    walk.painted()
    walk.choose(1)
    after = walk.canvas()
    slider = walk.thing("Before and after: .*", "Slider")
    walk.drag(*(slider.at(0.06 + share * 0.05) for share in range(10)))
    walk.changes("the slider between before and after", after)
    walk.keep("enlarged")
    walk.press("Escape")


def _tree(walk: Walk) -> None:
    """A green tree on the canvas, with nothing in the tray."""
    walk.menu("Help", "Try: from summer to autumn")
    walk.until("the tree", lambda: walk.prompt_now() == "a green tree")
    walk.menu("View", "Reset the panels")
    walk.settle()


def _frame(walk: Walk) -> tuple[int, int, int, int]:
    frame = walk.view.frame
    if frame is None:
        raise StepFailed("there is no frame")
    return frame


def _checked(walk: Walk, name: str) -> bool:
    found = walk.view.find(name)
    return found is not None and found.checked
