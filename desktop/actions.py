"""Every verb of the menus in one table: what it calls, menu, text, keys, icon.

Menus, shortcuts, tool bar and the sheet of keys are made from this table and from nothing else.
What other schemes of keys change of it stands in `desktop.key_schemes`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from desktop.icons import Icons

CONTEXT = "actions"
BEHIND = re.compile(r"\(&\w\)")


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a menu; `keys` are those of Easel's own scheme.

    verb: "object.method", with ":word" where it is called with a word.
    starts_group: a line above it. checkable: it has a mark; one of a `family` excludes the others.
    """

    verb: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str | None = None
    starts_group: bool = False
    checkable: bool = False
    family: str = ""


_FILE = "&File"
_EDIT = "&Edit"
_SELECT = "&Select"
_LAYER = "&Layer"
_FRAME = "F&rame"
_TOOLS = "&Tools"
_VIEW = "&View"
_GENERATE = "&Generate"
_GALLERY = "Galler&y"
_HELP = "&Help"


def _chosen(name: str, text: str, icon: str, *, starts_group: bool = False) -> Row:
    """A verb for what is chosen in the gallery, whose own keys work there."""
    return Row(f"gallery.choose:{name}", _GALLERY, text, (), icon, starts_group)


def _tool(name: str, text: str, *keys: str, starts_group: bool = False) -> Row:
    verb, icon = f"hand.take:{name}", f"tool-{name}"
    return Row(verb, _TOOLS, text, keys, icon, starts_group, checkable=True, family="tools")


ADD_MASK = "Add layer ma&sk"
TO_MASK, FROM_MASK = "Paint the layer's mask", "Paint the layer, not its mask"
"""What the verb of a layer's mask is called once there is one."""

ROWS = (
    Row("files.new_picture", _FILE, "&New", ("Ctrl+N",), "new"),
    Row("exchange.open_picture", _FILE, "&Open…", ("Ctrl+O",), "open"),
    Row("exchange.save_project", _FILE, "&Save", ("Ctrl+S",), "save", True),
    Row("exchange.save_project_as", _FILE, "Save &as…", ("Ctrl+Shift+S",), "save-as"),
    Row("exchange.export", _FILE, "&Export…", ("Ctrl+Shift+E",), "export"),
    Row("window.recover", _FILE, "&Recover…", (), "recover"),
    Row("window.close", _FILE, "&Quit", ("Ctrl+Q",), "quit", True),
    Row("studio.undo", _EDIT, "&Undo", ("Ctrl+Z",), "undo"),
    Row("studio.redo", _EDIT, "&Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
    Row("clipboard.cut", _EDIT, "Cu&t", ("Ctrl+X",), "cut", True),
    Row("clipboard.copy", _EDIT, "&Copy", ("Ctrl+C",), "copy"),
    Row("clipboard.copy_merged", _EDIT, "Copy &merged", ("Ctrl+Shift+C",), "copy-merged"),
    Row("clipboard.paste", _EDIT, "&Paste", ("Ctrl+V",), "paste"),
    Row("clipboard.paste_in_place", _EDIT, "Paste &in place", ("Ctrl+Alt+V",), "paste-in-place"),
    Row("layer.clear", _EDIT, "C&lear", ("Backspace", "Del"), "erase", True),
    Row("layer.fill", _EDIT, "&Fill with the colour", ("Shift+Backspace",), "tool-fill"),
    Row("window.change_keys", _EDIT, "&Keys…", (), "keyboard", True),
    Row("settings.show", _EDIT, "&Settings…", ("Ctrl+,",), "settings"),
    Row("select.all", _SELECT, "&All", ("Ctrl+A",), "select-all"),
    Row("select.none", _SELECT, "&None", ("Ctrl+D", "Ctrl+Shift+A"), "select-none"),
    Row("select.invert", _SELECT, "&Invert", ("Ctrl+Shift+I",), "select-invert"),
    Row("select.frame", _SELECT, "The &frame", (), "tool-frame"),
    Row("layer.select_pixels", _SELECT, "&Pixels of the layer"),
    Row("reshape.begin:grow", _SELECT, "&Grow…", ("Alt+Shift+Up",), "select-grow", True),
    Row("reshape.begin:shrink", _SELECT, "S&hrink…", ("Alt+Shift+Down",), "select-shrink"),
    Row("reshape.begin:feather", _SELECT, "&Soften the rim…", (), "select-soften"),
    Row("window.selections", _SELECT, "Save&d selections…"),
    Row(
        "hand.toggle_mask",
        _SELECT,
        "&Paint the mask",
        ("Q",),
        "mask",
        starts_group=True,
        checkable=True,
    ),
    Row("select.to_mask", _SELECT, "&Mask the selection", ("Ctrl+Shift+Q",)),
    Row("select.from_mask", _SELECT, "Select the mas&k"),
    Row("select.invert_mask", _SELECT, "In&vert the mask"),
    Row("select.clear_mask", _SELECT, "&Clear the mask"),
    Row("layer.add", _LAYER, "&New layer", ("Ctrl+Shift+N", "Ins"), "layer-add"),
    Row("layer.add_group", _LAYER, "&Group", ("Ctrl+G",), "group"),
    Row("layer.dissolve", _LAYER, "&Ungroup", ("Ctrl+Shift+G",), "ungroup"),
    Row("layer.duplicate", _LAYER, "&Duplicate", ("Ctrl+J",), "duplicate"),
    Row("layer.delete", _LAYER, "D&elete", ("Shift+Del",), "discard"),
    Row("layer.merge", _LAYER, "&Merge down", ("Ctrl+E",), "merge", starts_group=True),
    Row("layer.flatten", _LAYER, "Merge all &visible", ("Ctrl+Alt+Shift+E",), "flatten"),
    Row("layer.add_mask", _LAYER, ADD_MASK, (), "layer-mask", starts_group=True),
    Row("layer.apply_mask", _LAYER, "&Apply layer mask"),
    Row("layer.remove_mask", _LAYER, "Dele&te layer mask"),
    Row("layer.flip:across", _LAYER, "Fl&ip horizontally", starts_group=True),
    Row("layer.flip:down", _LAYER, "Flip verticall&y"),
    Row("adjust.begin:levels", _LAYER, "&Levels…", (), "levels", starts_group=True),
    Row("adjust.begin:hue", _LAYER, "&Hue and saturation…", (), "hue"),
    Row("adjust.begin:blur", _LAYER, "&Blur…", (), "blur"),
    Row("adjust.begin:sharpen", _LAYER, "Sha&rpen…", (), "sharpen"),
    Row("frame.around_picture", _FRAME, "Around the &picture", icon="fit"),
    Row("frame.around_selection", _FRAME, "Around the &selection"),
    Row("frame.turn", _FRAME, "&Turn by a quarter"),
    Row("window.extend", _FRAME, "&Extend the picture…", ("Ctrl+Alt+E",), starts_group=True),
    _tool("frame", "&Frame", "F"),
    _tool("move", "&Move", "V"),
    _tool("transform", "Free &transform", "Ctrl+T"),
    _tool("brush", "&Brush", "B", starts_group=True),
    _tool("eraser", "&Eraser", "E"),
    _tool("fill", "Fi&ll and gradient", "G"),
    _tool("pick", "Eye&dropper", "I"),
    _tool("shape", "&Rectangle and ellipse", "M", starts_group=True),
    _tool("lasso", "L&asso and polygon", "L"),
    _tool("wand", "&Wand", "W"),
    _tool("crop", "&Crop", "C"),
    _tool("pan", "&Hand", "H", starts_group=True),
    _tool("zoom", "&Zoom", "Z"),
    _tool("turn", "T&urn the view", "R"),
    Row("hand.smaller", _TOOLS, "&Smaller brush", ("[",), starts_group=True),
    Row("hand.larger", _TOOLS, "Lar&ger brush", ("]",)),
    Row("hand.softer", _TOOLS, "S&ofter brush", ("Shift+[", "{")),
    Row("hand.harder", _TOOLS, "Harder brus&h", ("Shift+]", "}")),
    Row("hand.thinner", _TOOLS, "Less o&pacity", (",",)),
    Row("hand.denser", _TOOLS, "More opacit&y", (".",)),
    Row("hand.swap", _TOOLS, "Swap &colours", ("X",), "swap", starts_group=True),
    Row("hand.reset", _TOOLS, "Bla&ck on white", ("D",)),
    Row("canvas.zoom_in", _VIEW, "Zoom &in", ("Ctrl++", "Ctrl+=", "+"), "zoom-in"),
    Row("canvas.zoom_out", _VIEW, "Zoom &out", ("Ctrl+-", "-"), "zoom-out"),
    Row("window.actual_size", _VIEW, "&100 %", ("Ctrl+1", "1"), "actual-size"),
    Row("canvas.fit", _VIEW, "&Fit", ("Ctrl+0", "2"), "fit"),
    Row("canvas.fit_frame", _VIEW, "Fit the f&rame", ("3",), "tool-frame"),
    Row("canvas.turn_left", _VIEW, "Turn l&eft", ("4",), "turn-left", starts_group=True),
    Row("canvas.turn_right", _VIEW, "Turn ri&ght", ("6",), "turn-right"),
    Row("canvas.turn_upright", _VIEW, "&Upright", ("5",), "upright"),
    Row("canvas.mirror", _VIEW, "&Mirror", ("Ctrl+M",), "mirror"),
    Row(
        "window.canvas_only",
        _VIEW,
        "&Canvas only",
        ("Tab", "F11"),
        "canvas-only",
        starts_group=True,
        checkable=True,
    ),
    Row("window.reset_docks", _VIEW, "Reset the &panels", (), "panels"),
    Row("window.show_create", _VIEW, "Create pa&ge", ("F3",), "generate", starts_group=True),
    Row("window.show_canvas", _VIEW, "Canvas pa&ge", ("F5",), "tool-frame"),
    Row("settings.use_theme:light", _VIEW, "&Light", (), "light", True),
    Row("settings.use_theme:dark", _VIEW, "&Dark", (), "dark"),
    Row("settings.use_theme:contrast", _VIEW, "&High contrast", (), "contrast"),
    Row("settings.use_theme:system", _VIEW, "Follow the &system", (), "system"),
    Row("prompt.generate", _GENERATE, "&Generate", ("Ctrl+Return", "Ctrl+Enter"), "generate"),
    Row("studio.cancel", _GENERATE, "&Cancel", ("Esc",), "cancel"),
    Row("prompt.write", _GENERATE, "&Write the prompt", ("Ctrl+L",)),
    Row("prompt.surprise", _GENERATE, "&Surprise me", icon="surprise"),
    Row("follow.offer", _GENERATE, "Fill like a picture…", ("Ctrl+Alt+L",)),
    Row("prompt.renew_seed", _GENERATE, "New s&eed", icon="new-seed"),
    Row("ideas.show_mix", _GENERATE, "Mi&x ideas", ("F6",), "mix", True),
    Row("ideas.show_sheet", _GENERATE, "Contact sheet of the mix", ("Ctrl+F6",)),
    Row("ideas.show_reword", _GENERATE, "Re&word a picture", ("F7",), "reword"),
    Row("ideas.show_film", _GENERATE, "&Film between two ideas", ("F8",), "film"),
    Row("ideas.show_looks", _GENERATE, "L&ook at many ideas first", ("F9",), "looks"),
    Row("ideas.show_path", _GENERATE, "Back along what was meant", ("Ctrl+F8",), "history"),
    Row("ideas.show_words", _GENERATE, "Words near the picture", ("Ctrl+F7",), "meaning"),
    Row("candidates.next", _GENERATE, "&Next picture", ("Alt+Right",), "next", True),
    Row("candidates.previous", _GENERATE, "&Previous picture", ("Alt+Left",), "previous"),
    Row(
        "tray.accept",
        _GENERATE,
        "&Accept",
        ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"),
        "accept",
        True,
    ),
    Row("tray.keep", _GENERATE, "&Keep as layer", icon="keep"),
    Row("tray.discard", _GENERATE, "&Discard", icon="discard"),
    Row("tray.reject", _GENERATE, "&Reject all", icon="close"),
    Row("paint.more", _GENERATE, "Four &more", ("Ctrl+Shift+M",), starts_group=True),
    Row("paint.vary", _GENERATE, "&Variations of the chosen picture", ("Ctrl+Shift+V",)),
    Row("paint.vary_layer", _GENERATE, "Variations of the &layer"),
    Row("paint.vary_picture", _GENERATE, "Variations of all of &it"),
    Row("paint.again", _GENERATE, "The layer a&gain, with its settings", ("Ctrl+Shift+R",)),
    Row("paint.enlarge_layer:2", _GENERATE, "Enlarge the layer twice", starts_group=True),
    Row("paint.enlarge_layer:4", _GENERATE, "Enlarge the layer four times"),
    Row("paint.enlarge_picture:2", _GENERATE, "Enlarge all of it twice"),
    Row("paint.enlarge_picture:4", _GENERATE, "Enlarge all of it four times"),
    Row("window.models", _GENERATE, "M&odels…", icon="folder", starts_group=True),
    Row("window.show_gallery", _GALLERY, "&Show the gallery", ("F4",), "gallery", checkable=True),
    Row("gallery.search", _GALLERY, "S&earch", ("Ctrl+F",), "tool-zoom"),
    _chosen("vary", "&Vary", "vary", starts_group=True),
    _chosen("mix", "&Mix", "mix"),
    _chosen("make_again", "Make &again", "again"),
    _chosen("reuse", "&Use its settings", "reuse"),
    _chosen("open_on_canvas", "Put on the &canvas", "to-canvas", starts_group=True),
    _chosen("save", "Save a co&py…", "save"),
    _chosen("more_like", "More &like it", "similar", starts_group=True),
    _chosen("less_like", "&Not like it", "unlike"),
    _chosen("open_stack", "Open the stack", "stack"),
    _chosen("favour", "&Favourite", "star", starts_group=True),
    _chosen("discard", "&Discard", "discard"),
    Row("window.show_guide", _HELP, "&Guide", ("Shift+F1",), "about"),
    Row("window.show_keys", _HELP, "&Keys and gestures", ("F1",), "keyboard"),
    Row("tries.begin:erase", _HELP, "Try: &erase and describe", (), "mask", starts_group=True),
    Row("tries.begin:uncrop", _HELP, "Try: past the e&dge", (), "tool-frame"),
    Row("tries.begin:mix", _HELP, "Try: &mix two ideas", (), "mix"),
    Row("tries.begin:reword", _HELP, "Try: from &summer to autumn", (), "reword"),
    Row("tries.begin:panorama", _HELP, "Try: a &panorama", (), "film"),
    Row("window.about", _HELP, "&About Easel", icon="about", starts_group=True),
)


def translated(text: str) -> str:
    """Return a text of the table in the user's language."""
    return QCoreApplication.translate(CONTEXT, text)


def plain(text: str) -> str:
    """Return a text of the table as it is read outside of a menu.

    Where words have no Latin letters, the letter to press stands behind them: `開く(&O)…`.
    """
    return BEHIND.sub("", translated(text)).replace("&", "").removesuffix("…").rstrip()


def add_menus(
    window: QMainWindow,
    icons: Icons,
    objects: Mapping[str, QObject],
    first: Callable[[], object] | None = None,
) -> dict[str, QAction]:
    """Fill the menu bar; return the actions by verb. `objects` are those that the verbs name.

    first: called before each verb that finds the picture as the verb before has left it.
    """
    menus: dict[str, QMenu] = {}
    made: dict[str, QAction] = {}
    families: dict[str, QActionGroup] = {}
    for row in ROWS:
        if row.menu not in menus:
            menus[row.menu] = window.menuBar().addMenu(translated(row.menu))
        if row.starts_group:
            menus[row.menu].addSeparator()
        action = _action(window, row, icons)
        if first is not None and row.menu != _VIEW and row.verb != "studio.cancel":
            action.triggered.connect(_without_arguments(first))
        action.triggered.connect(_without_arguments(called(row.verb, objects)))
        if row.family:
            if row.family not in families:
                families[row.family] = QActionGroup(window)
            families[row.family].addAction(action)
        menus[row.menu].addAction(action)
        made[row.verb] = action
    return made


def called(verb: str, objects: Mapping[str, QObject]) -> Callable[[], object]:
    """Return what a verb calls."""
    name, _, word = verb.partition(":")
    owner, method = name.split(".")
    bound = getattr(objects[owner], method)
    return partial(bound, word) if word else bound


def _action(window: QMainWindow, row: Row, icons: Icons) -> QAction:
    action = QAction(translated(row.text), window)
    action.setObjectName(row.verb)
    action.setCheckable(row.checkable)
    action.setAutoRepeat(not row.checkable)  # a key held down would turn it on and off
    if row.icon:
        action.setIcon(icons(row.icon))
    return action


def _without_arguments(verb: Callable[[], object]) -> Callable[[], None]:
    """Swallow `checked`, which Qt would give to a method with a default argument."""

    def call(_checked: bool = False) -> None:
        verb()

    return call
