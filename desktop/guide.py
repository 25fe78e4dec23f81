"""The pages of the guide, for the window and for docs/guide.md: how each flow goes. Data.

Pictures are called by their names in resources/help, which `tests/guide.py` makes from the tour.
"""

from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

CONTEXT = "Guide"


@dataclass(frozen=True, slots=True)
class GuidePage:
    """One flow. steps: sentences in their order. picture: what a step of the tour is called."""

    name: str
    title: object
    picture: str
    steps: tuple[object, ...]


PAGES = (
    GuidePage(
        "create",
        QT_TRANSLATE_NOOP("Guide", "Make new pictures"),
        "created",
        (
            QT_TRANSLATE_NOOP(
                "Guide",
                "On the page Create (F3) write what you would like to see and press Enter. The "
                "dice button writes an idea, the palette adds a style, the crossed circle opens a "
                "line for what to avoid, and the clock lists earlier prompts (Alt+Up, Alt+Down).",
            ),
            QT_TRANSLATE_NOOP(
                "Guide",
                "Of {red|blue} every picture draws one word by chance. Pictures says how many are "
                "painted, up to ten; a closed lock keeps the seed, and the same prompt and seed "
                "give the same picture again.",
            ),
            QT_TRANSLATE_NOOP(
                "Guide",
                "Below each picture: variations, open on the canvas (Enter), mix, mark as a "
                "favourite (F), save. The number in its corner is how well it agrees with the "
                "prompt, 1 at most.",
            ),
        ),
    ),
    GuidePage(
        "erase",
        QT_TRANSLATE_NOOP("Guide", "Erase and describe"),
        "in-place",
        (
            QT_TRANSLATE_NOOP(
                "Guide",
                "Press Q and paint over what is to go with the brush (B), or select it, or erase "
                "it (E). Write what is to be there and press Enter: the button says Fill.",
            ),
            QT_TRANSLATE_NOOP(
                "Guide",
                "With the lasso (L) draw around an area, or click its corners and press Enter. "
                "Shift adds to what is selected, Alt takes away.",
            ),
            QT_TRANSLATE_NOOP(
                "Guide",
                "The candidates are shown in place. Hold the backslash key to look at the "
                "original, and press Enter to accept one. It becomes a layer; the panel Result "
                "changes its feather, growth and colours afterwards, or paints it again.",
            ),
        ),
    ),
    GuidePage(
        "extend",
        QT_TRANSLATE_NOOP("Guide", "Past the edge"),
        "continued",
        (
            QT_TRANSLATE_NOOP(
                "Guide",
                "Move the frame (F) over the edge of the picture. What is empty in it is painted, "
                "the rest stays; the label says how much of the frame overlaps the picture.",
            ),
            QT_TRANSLATE_NOOP(
                "Guide",
                "Frame ▸ Extend the picture… plans frames around it, by a share or to "
                "proportions. They are painted one after the other, each as one step that undo "
                "takes back; Cancel stops, and what is painted stays.",
            ),
        ),
    ),
    GuidePage(
        "tray",
        QT_TRANSLATE_NOOP("Guide", "Choose in the tray"),
        "four-more",
        (
            QT_TRANSLATE_NOOP(
                "Guide",
                "The tray lies at the frame. Left and Right choose, Enter accepts, Shift+Enter "
                "keeps the picture as a layer and leaves the others, Delete discards it, Esc "
                "rejects all. The first tile is the original.",
            ),
            QT_TRANSLATE_NOOP(
                "Guide",
                "4 more paints further ones, Vary paints variations of the chosen one. Drag tiles "
                "to the canvas, into a mix, or out of the window. The tray is saved with "
                "the project.",
            ),
        ),
    ),
    GuidePage(
        "vary",
        QT_TRANSLATE_NOOP("Guide", "Variations"),
        "vary",
        (
            QT_TRANSLATE_NOOP(
                "Guide",
                "The panel Vary paints variations of the chosen picture, of a layer or of all that "
                "is seen. Meaning says how far the idea may drift, Layout how far things may move.",
            ),
        ),
    ),
    GuidePage(
        "locks",
        QT_TRANSLATE_NOOP("Guide", "The two locks"),
        "composition-kept",
        (
            QT_TRANSLATE_NOOP(
                "Guide",
                "In the panel Vary a lock stands beside each slider. The lock of Meaning keeps the "
                "idea and puts it into another picture; the lock of Layout keeps where things are "
                "and puts another idea there. A second click opens it again.",
            ),
        ),
    ),
    GuidePage(
        "enlarge",
        QT_TRANSLATE_NOOP("Guide", "Enlarge"),
        "enlarged",
        (
            QT_TRANSLATE_NOOP(
                "Guide",
                "The panel Vary and the menu Generate enlarge a layer, or all of the picture, "
                "twice or four times. In the tray the slider shows before and after beside each "
                "other on the canvas.",
            ),
        ),
    ),
    GuidePage(
        "mix",
        QT_TRANSLATE_NOOP("Guide", "Mix ideas"),
        "mix-four",
        (
            QT_TRANSLATE_NOOP(
                "Guide",
                "Put pictures, words and results on the mixing desk (F6): drop them, or click an "
                "empty well. Each has a weight, which may lead away from it, and can be muted or "
                "heard alone. The point on the pad moves between the first four; the preview "
                "follows.",
            ),
            QT_TRANSLATE_NOOP(
                "Guide",
                "Style and subject apart gives each idea two weights: what it shows, and how it is "
                "painted. With no weight for the style of one and none for the subject of another, "
                "the one is painted in the manner of the other.",
            ),
        ),
    ),
    GuidePage(
        "film",
        QT_TRANSLATE_NOOP("Guide", "Make a film"),
        "film",
        (
            QT_TRANSLATE_NOOP(
                "Guide",
                "On the page Film (F8) put a picture at both ends: drop it, or click the place. "
                "Paint the film paints what lies between them; it plays in the middle, and its "
                "frames lie in the tray too.",
            ),
            QT_TRANSLATE_NOOP(
                "Guide",
                "Pace says how long each frame is seen. Save… writes an animated GIF or WebP, or "
                "a folder of frames.",
            ),
        ),
    ),
    GuidePage(
        "reword",
        QT_TRANSLATE_NOOP("Guide", "Reword a picture"),
        "reword",
        (
            QT_TRANSLATE_NOOP(
                "Guide",
                "Say from what to what (F7). The strip shows the way in five pictures, so that you "
                "see where it goes wrong; the slider says how far to go. Several changes can be "
                "stacked, and the composition can be kept.",
            ),
        ),
    ),
    GuidePage(
        "looks",
        QT_TRANSLATE_NOOP("Guide", "Look at many ideas first"),
        "looks",
        (
            QT_TRANSLATE_NOOP(
                "Guide",
                "Looks (F9) draws many ideas for the prompt in a few steps, with their agreement. "
                "Click those you want, and only these are painted in full.",
            ),
        ),
    ),
    GuidePage(
        "gallery",
        QT_TRANSLATE_NOOP("Guide", "Find it again"),
        "found",
        (
            QT_TRANSLATE_NOOP(
                "Guide",
                "The gallery (F4) keeps every finished picture with prompt, seed, model and idea. "
                "Search by words, or by meaning; More like it sorts all of them by nearness to "
                "what is chosen, Not like it leads away.",
            ),
            QT_TRANSLATE_NOOP(
                "Guide",
                "Near duplicates in stacks, the switch beside the trash, shows one picture for all "
                "of nearly the same idea, with their number; Open stack shows them.",
            ),
            QT_TRANSLATE_NOOP(
                "Guide",
                "Make again paints the very same picture; Use settings brings back prompt and "
                "seed. Discarded pictures stay in the trash for thirty days. A picture file that "
                "Easel wrote brings its settings back when you drop it on the canvas, on the card "
                "Use its settings.",
            ),
        ),
    ),
    GuidePage(
        "queue",
        QT_TRANSLATE_NOOP("Guide", "Let things wait"),
        "queue",
        (
            QT_TRANSLATE_NOOP(
                "Guide",
                "Enter in the prompt while something is painted queues the next run. The button "
                "beside the progress shows the queue: change its order, take runs out, pause it. "
                "Cancel (Esc) stops at once and forgets what waits.",
            ),
            QT_TRANSLATE_NOOP(
                "Guide",
                "What has failed is put aside there, and Try again puts it back. When you look "
                "elsewhere, title and task bar tell that pictures are ready.",
            ),
        ),
    ),
    GuidePage(
        "models",
        QT_TRANSLATE_NOOP("Guide", "Get a larger model"),
        "models",
        (
            QT_TRANSLATE_NOOP(
                "Guide",
                "The page of Generate ▸ Models… says of each model what it can do, how large it "
                "is, its licence, and what this computer needs for it. Get shows the licence "
                "before the first byte; a download can be paused and goes on after a restart.",
            ),
            QT_TRANSLATE_NOOP(
                "Guide",
                "With I have the files a folder is used where it lies. Verify reads every file "
                "again, Save space keeps a copy of half the size, and Remove frees the room. On "
                "Linux, Use my NVIDIA card builds an engine for the card in your own folder.",
            ),
        ),
    ),
    GuidePage(
        "recover",
        QT_TRANSLATE_NOOP("Guide", "Unsaved work"),
        "unsaved",
        (
            QT_TRANSLATE_NOOP(
                "Guide",
                "Easel keeps unsaved work after every action. When it ended before you saved, the "
                "next start shows what there is, with a small picture: open it and go on.",
            ),
            QT_TRANSLATE_NOOP(
                "Guide",
                "What you discard, or close without saving, can be found for thirty days under "
                "File ▸ Recover…. Beside a project lie its last three versions.",
            ),
        ),
    ),
    GuidePage(
        "first",
        QT_TRANSLATE_NOOP("Guide", "The first start"),
        "first-start",
        (
            QT_TRANSLATE_NOOP(
                "Guide",
                "A prompt is written already: press Enter and it is painted, on this computer and "
                "without a network. Write your own over it, or drop or paste a picture.",
            ),
            QT_TRANSLATE_NOOP(
                "Guide",
                "Five things are ready on the first page and in the menu Help: erase and describe, "
                "past the edge, a mix, a rewording and a panorama. They run on the Starter, the "
                "small model that comes with Easel; Generate ▸ Models… has larger ones.",
            ),
        ),
    ),
)


def shown(text: object) -> str:
    """Return a text of a page in the user's language."""
    return QCoreApplication.translate(CONTEXT, str(text))


def as_markdown(pictures: str) -> str:
    """Return all pages in English; `pictures` is the folder of the pictures, seen from the file."""
    lines = ["# Guide", "", "The same pages are in the window: Help ▸ Guide."]
    for page in PAGES:
        lines += ["", f"## {page.title}", "", f"![{page.title}]({pictures}/{page.picture}.png)"]
        for step in page.steps:
            lines += ["", str(step)]
    return "\n".join(lines) + "\n"
