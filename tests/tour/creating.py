"""Flow 1, new pictures from words, and flow 12, the first start and the five things to try."""

from tests.screenshots import StepFailed
from tests.tour.walk import Walk, named

TRIES = {
    "erase": ("Erase and describe", "Fill"),
    "uncrop": ("Past the edge", "Extend"),
    "mix": ("Mix two ideas", ""),
    "reword": ("From summer to autumn", ""),
    "panorama": ("A panorama", ""),
}
"""What each is called, and what the button of the prompt then says, where it is to be pressed."""


def first_run(walk: Walk) -> None:
    """The first start: a prompt is written, Enter paints it, and a bar offers larger models."""
    if not walk.prompt_now():
        raise StepFailed("no prompt is written at the first start")
    for title, _ in TRIES.values():
        walk.thing(named(f"Try it: {title}"))
    walk.keep("first-start")
    walk.press("Return")
    walk.until("a run to begin", lambda: walk.view.busy)
    walk.until_seen("Cancel", "Button")
    walk.keep("first-run")
    walk.until("the run to end", lambda: walk.view.busy is False, 600)
    walk.thing("Do not show this again")
    walk.keep("first-pictures")
    walk.click("Do not show this again")
    walk.until_gone("Do not show this again")


def tries(walk: Walk) -> None:
    """Each of the five things to try, begun from the menu Help, stands ready."""
    for name, (title, button) in TRIES.items():
        walk.menu("Help", rf"Try: .*{_last_word(title)}.*")
        if name == "panorama":
            walk.until("the window Extend", lambda: walk.desk.window_called("^Extend the picture$"))
        if button:
            walk.until_seen(button, "Button")
        if name in ("mix", "reword"):
            walk.sketched()
        walk.keep(f"try-{name}")
        if name == "panorama":
            walk.press("Escape")


def _last_word(title: str) -> str:
    return title.split()[-1].lower()


def create(walk: Walk) -> None:
    """Surprise me, styles, words to choose among, what to avoid, earlier prompts."""
    walk.press("F3")
    before = walk.prompt_now()
    walk.click("Surprise me")
    walk.until("another prompt", lambda: walk.prompt_now() not in ("", before))
    walk.keep("surprise")
    walk.prompt("a red apple")
    walk.click("Style")
    walk.until_seen("Watercolour", "MenuItem")
    walk.keep("styles")
    walk.click("Watercolour", "MenuItem")
    walk.until("the style", lambda: walk.prompt_now().endswith("watercolour with soft washes"))
    walk.click("Style")
    walk.click("No style", "MenuItem")
    walk.until("no style", lambda: walk.prompt_now() == "a red apple")
    walk.click("Avoid", "CheckBox")
    walk.click("Avoid", "EditableText")
    walk.write("leaves")
    walk.keep("avoid")
    walk.click("Avoid", "CheckBox")
    walk.paint("a {red|blue} balloon")
    walk.keep("wildcards")
    walk.prompt("a cat")
    walk.press("alt+Up")
    walk.until("the earlier prompt", lambda: "balloon" in walk.prompt_now())
    walk.prompt("a cat")
    walk.click("Earlier prompts")
    walk.until_seen("Search your prompts")
    walk.write("ball")
    walk.keep("history")
    walk.press("Return")
    walk.until("the prompt that was found", lambda: "balloon" in walk.prompt_now())


def results(walk: Walk) -> None:
    """What can be done with each picture: mark it, vary it, open it on the canvas."""
    walk.press("F3")
    walk.paint("a red apple")
    walk.until_seen(r"Picture 1, .*agreement.*")
    walk.keep("created")
    walk.click(r"Favourite: Picture 1.*")
    walk.until_seen(r"Picture 1, .*a favourite")
    walk.keep("favourite")
    walk.click(r"Variations: Picture 1.*")
    walk.painted()
    walk.until_seen(r"Picture 1, .*agreement.*")
    walk.keep("varied")
    walk.click(r"Picture 1, .*", "CheckBox")
    walk.press("Return")
    walk.until_seen("Layers, top layer first")
    walk.keep("on-the-canvas")
