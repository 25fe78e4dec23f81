"""The gallery with its search, trash and dropped files, the queue, models, unsaved work."""

import subprocess
import sys
import time

from PIL import Image

from tests.screenshots import ROOT, StepFailed
from tests.tour.shelf import SIDE, TITLE
from tests.tour.walk import Walk

SHOWN = "What is shown"
ROW = 6
"""Pictures of the gallery side by side."""
DOWN = 6
"""Clicks of the wheel."""
CARD = 196
"""Logical pixels between the middles of two of the cards that take what is dropped."""


def gallery(walk: Walk) -> None:
    """Everything is there; words find it, a description finds it, another picture finds it."""
    walk.press("F5", "F3")
    walk.paint("a red apple")
    walk.paint("a yellow star")
    walk.press("F4")
    walk.until_seen("Search", "EditableText")
    walk.until_seen(".+", "ListItem")
    walk.keep("gallery")
    _search(walk, "star")
    walk.until("what is found", lambda: all("star" in words for words in _found(walk)))
    walk.click(".*star.*", "ListItem")
    walk.until_seen("Make again")
    walk.keep("found")
    _search(walk, "")
    walk.click("By meaning")
    _search(walk, "something round and red")
    # A frame of the film may be as round and as red as any apple.
    walk.until("an apple in front", lambda: any("apple" in each for each in _found(walk)[:ROW]))
    walk.keep("found-by-meaning")
    _search(walk, "")
    walk.click("By meaning")
    walk.click(".*star.*", "ListItem")
    walk.menu("Gallery", "More like it")
    walk.until_seen("Show all")
    walk.until("the nearest first", lambda: any("star" in each for each in _found(walk)[:1]))
    walk.keep("more-like-it")
    walk.click("Show all")


def trash(walk: Walk) -> None:
    """Discard a picture, take that back, discard it again, find it in the trash, bring it back."""
    walk.press("F5", "F4")
    walk.until_seen(".+", "ListItem")
    count = len(_found(walk))
    walk.click(".+", "ListItem")
    walk.press("Delete")
    walk.until_seen("Undo.*", "Button")
    walk.keep("discarded")
    walk.click("Undo.*", "Button")
    walk.until_gone("Undo.*", "Button")
    walk.until("the picture again", lambda: len(_found(walk)) == count)
    walk.click(".+", "ListItem")
    walk.press("Delete")
    walk.until_seen("Undo.*", "Button")
    walk.click("Trash")
    walk.until("the trash", lambda: len(_found(walk)) == 1)
    walk.click(".+", "ListItem")
    walk.keep("trash")
    walk.click("Bring back")
    walk.until("an empty trash", lambda: not _found(walk))
    walk.click("Trash")
    walk.until("all pictures", lambda: len(_found(walk)) == count)


def drop(walk: Walk) -> None:
    """A file that Easel wrote, dropped from another program, brings prompt and seed back."""
    walk.press("F3")
    walk.paint("a yellow star")
    walk.press("F5")
    walk.prompt("something else")
    file = max(walk.home.rglob("gallery/**/*.png"), key=lambda each: each.stat().st_mtime)
    with Image.open(file) as picture:
        words = str(picture.info["prompt"])
    canvas = walk.thing("Canvas", "Client")
    left, top = canvas.at(0.02, 0.04)
    command = (sys.executable, str(ROOT / "tests/tour/shelf.py"), str(file), str(left), str(top))
    shelf = subprocess.Popen(command, env=walk.environment)
    try:
        walk.until("the other program", lambda: walk.desk.window_called(f"^{TITLE}$"))
        walk.settle()
        x, y = left + SIDE // 2, top + SIDE // 2
        middle = canvas.at()
        there = middle[0] + 3 * CARD // 2, middle[1]  # the last of four cards
        steps = [(x + (there[0] - x) * n // 8, y + (there[1] - y) * n // 8) for n in range(9)]
        walk.carry(*steps)
        time.sleep(0.5)  # while the button is held there is no answer to wait for
        walk.keep("dropping")
        walk.let_go()
        walk.until("the prompt of the file", lambda: walk.prompt_now() == words)
        lock = walk.thing("Keep this seed")
        if not lock.checked:
            raise StepFailed("the seed of the file is not kept")
    finally:
        shelf.terminate()
        shelf.wait(10)
    walk.keep("restored")
    walk.click("Keep this seed")


def models(walk: Walk) -> None:
    """The page of models stands beside the window, and goes again."""
    walk.press("F3")
    walk.menu("Generate", "Models…")
    walk.until_seen("Get: Kandinsky 2.2", "Button")
    walk.desk.xdotool("mousemove", "--sync", str(600 * walk.scale), str(400 * walk.scale))
    for _ in range(DOWN):
        walk.desk.xdotool("click", "5")  # past the Starter, whose folder is this computer's own
    walk.keep("models")
    walk.click("Close", "Button")
    walk.until_gone("Get: Kandinsky 2.2", "Button")


def recover(walk: Walk) -> None:
    """The program is killed; the next start offers what was not saved, and opens it."""
    walk.press("F5", "F3")
    walk.paint("a yellow star")
    walk.until_seen(r"Picture 1, .*agreement.*")
    walk.click(r"Picture 1, .*", "CheckBox")
    walk.press("Return")
    walk.tab("Layers")
    walk.until_seen("Layers, top layer first")
    walk.settle()  # by which time it is kept
    walk.kill()
    walk.start()
    walk.until_seen("Decide later", "Button")
    walk.keep("unsaved")
    walk.click("Open\\b.*", "Button", nth=0)
    walk.until_gone("Decide later", "Button")
    walk.keep("recovered")


def queue(walk: Walk) -> None:
    """Three runs: the order is changed, the queue is paused and goes on, Cancel forgets it."""
    walk.press("F3")
    for words in ("a blue boat", "a cat", "a red car"):
        walk.prompt(words)
        walk.press("Return")
    walk.until_seen("Queue", "CheckBox")
    walk.click("Queue", "CheckBox")
    walk.until_seen("Earlier: a red car")
    walk.click("Pause")
    walk.until_seen("Go on")
    walk.click("Earlier: a red car")
    walk.until("the new order", lambda: _waits(walk) == ["a red car", "a cat"])
    walk.keep("queue")
    walk.click("Go on")
    walk.until_seen("Pause")
    walk.click("Cancel")
    walk.until("the end", lambda: walk.view.busy is False, 10)
    walk.until_gone("Queue", "CheckBox")
    walk.keep("cancelled")


def _search(walk: Walk, words: str) -> None:
    walk.press("ctrl+f", "BackSpace")
    walk.write(words)


def _found(walk: Walk) -> list[str]:
    """The words of the pictures in view, in their order."""
    return [each.name for each in walk.view.things if each.role == "ListItem"]


def _waits(walk: Walk) -> list[str]:
    """The words of what waits, the next one first."""
    rows = [each for each in walk.view.things if each.name.startswith("Earlier: ")]
    rows.sort(key=lambda each: each.place[1])
    return [each.name.removeprefix("Earlier: ") for each in rows]
