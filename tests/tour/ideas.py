"""Flows 5, 6 and 9: mix on a pad of four corners, a film, reword, looks at many ideas."""

from PIL import Image

from tests.screenshots import StepFailed
from tests.tour.walk import Walk

TRAY = "Pictures of this run"
CORNERS = ("a blue ball", "a green leaf")
"""Beside what the desk begins with."""


def mix(walk: Walk) -> None:
    """Two ideas, then four on the corners of the pad; the preview follows; the mix is painted."""
    walk.menu("Help", "Try: mix two ideas")
    walk.sketched()
    walk.keep("mix-two")
    for words in CORNERS:
        walk.click("Words to put into the mix")
        walk.write(words)
        walk.press("Return")
    walk.menu("View", "Reset the panels")
    walk.press("F6")
    walk.sketched()
    walk.scroll_up(walk.thing("Style and subject apart"))
    pad = walk.thing("Pad between the first four ideas")
    before = _preview(walk)
    walk.drag(pad.at(0.5, 0.5), pad.at(0.4, 0.45), pad.at(0.3, 0.35), pad.at(0.28, 0.3))
    walk.sketched()
    if _preview(walk) == before:
        raise StepFailed("the preview does not follow the pad")
    walk.keep("mix-four")
    walk.click("Paint the mix")
    walk.painted()
    walk.choose(1)
    walk.keep("mixed")
    walk.press("Escape")


def film(walk: Walk) -> None:
    """A film between two ends, painted, played, and saved as a GIF."""
    walk.menu("Help", "Try: mix two ideas")
    walk.sketched()
    walk.press("F8")
    walk.click("Where the film begins, .*")
    walk.click("What the frame shows", "MenuItem")
    walk.until_gone("Where the film begins, empty")
    walk.paint("a red apple")
    walk.choose(1)
    walk.click("Where the film ends, .*")
    walk.keep("film-end")
    walk.click("The picture chosen in the tray", "MenuItem")
    walk.until_gone("Where the film ends, empty")
    walk.click("Paint the film")
    walk.painted()
    walk.keep("film")
    walk.click("Save the film")
    walk.until("the window to save in", lambda: walk.desk.window_called("^Save the film$"))
    walk.settle()
    file = walk.home / "Pictures" / "film.gif"
    walk.press("ctrl+a")
    walk.write(str(file))
    walk.keep("film-save")
    walk.press("Return")
    walk.until("the film", file.exists)
    walk.settle()
    with Image.open(file) as made:
        frames = getattr(made, "n_frames", 1)
    if frames < 4:
        raise StepFailed(f"the film has {frames} frames")
    walk.keep("film-saved")


def reword(walk: Walk) -> None:
    """From summer to autumn in five steps; one of them is chosen, and painted."""
    walk.menu("Help", "Try: from summer to autumn")
    walk.sketched()
    walk.keep("reword")
    strip = walk.thing("The way from 0 to 100 per cent")
    walk.desk.click(*strip.at(0.7, 0.4))  # the fourth of five
    walk.settle()
    walk.click("Paint the change")
    walk.painted()
    walk.choose(1)
    walk.keep("reworded")
    walk.press("Escape")


def looks(walk: Walk) -> None:
    """Many ideas for the prompt, coarsely; two are chosen and painted in full."""
    walk.prompt("a flower")
    walk.press("F9")
    walk.click("Look at ideas")
    walk.sketched()
    walk.until_seen(r"“a flower”.*")
    walk.keep("looks")


def _preview(walk: Walk) -> bytes:
    return walk.settle(walk.thing("Preview of the mix").place)
