"""Three sets of keys as data, and what a person changed of them: which verb has which keys.

Easel's own keys stand in the table of actions; the other schemes say only what differs. Keys are
written as Qt writes them ("Ctrl+Shift+E"). No key ever belongs to two verbs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from desktop.actions import ROWS
from desktop.setting_fields import KeyChanges

Keys: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """title: how the program is called whose keys these are. changes: by verb.

    eraser_toggles: the key of the eraser, pressed again, takes the brush.
    """

    title: str
    changes: Mapping[str, Keys] = field(default_factory=dict[str, Keys])
    eraser_toggles: bool = True


SCHEMES: dict[str, Scheme] = {
    "easel": Scheme("Easel"),
    "krita": Scheme(
        "Krita",
        {
            "exchange.export": ("Ctrl+Alt+Shift+W",),
            "layer.clear": ("Del", "Backspace"),
            "layer.add": ("Ins", "Ctrl+Shift+N"),
            "layer.flatten": ("Ctrl+Shift+E",),
            "adjust.begin:levels": ("Ctrl+L",),
            "adjust.begin:hue": ("Ctrl+U",),
            "select.none": ("Ctrl+Shift+A",),
            "prompt.write": ("Ctrl+Shift+L",),
            "hand.take:frame": ("Shift+F",),
            "hand.take:move": ("T",),
            "hand.take:fill": ("F", "G"),
            "hand.take:pick": ("P",),
            "hand.take:shape": ("Ctrl+R",),
            "hand.take:pan": (),
            "hand.take:zoom": (),
            "hand.take:turn": (),
            "hand.thinner": ("I",),
            "hand.denser": ("O",),
            "canvas.mirror": ("M",),
            "window.canvas_only": ("Tab",),
        },
    ),
    "photoshop": Scheme(
        "Photoshop",
        {
            "exchange.export": ("Ctrl+Alt+Shift+W",),
            "studio.redo": ("Ctrl+Shift+Z",),
            "layer.clear": ("Del", "Backspace"),
            "layer.fill": ("Alt+Backspace", "Shift+F5"),
            "layer.add": ("Ctrl+Shift+N",),
            "layer.flatten": ("Ctrl+Shift+E",),
            "adjust.begin:levels": ("Ctrl+L",),
            "adjust.begin:hue": ("Ctrl+U",),
            "select.all": ("Ctrl+A",),
            "select.none": ("Ctrl+D",),
            "reshape.begin:feather": ("Shift+F6",),
            "prompt.write": ("Ctrl+Shift+L",),
            "hand.take:frame": ("K",),
            "canvas.zoom_in": ("Ctrl++", "Ctrl+="),
            "canvas.zoom_out": ("Ctrl+-",),
            "canvas.fit": ("Ctrl+0",),
            "window.actual_size": ("Ctrl+1",),
            "window.canvas_only": ("Tab", "F"),
        },
        eraser_toggles=False,
    ),
}


def keys_of(scheme: str, own: KeyChanges = ()) -> dict[str, Keys]:
    """Return the keys of every verb. Where `own` gives a key away, nothing else has it."""
    changes = SCHEMES[scheme].changes
    usual = {row.verb: changes.get(row.verb, row.keys) for row in ROWS}
    taken: set[str] = set()
    keys: dict[str, Keys] = {}
    for verb, wanted in (*own, *usual.items()):
        if verb in usual and verb not in keys:
            keys[verb] = tuple(key for key in dict.fromkeys(wanted) if key not in taken)
            taken.update(wanted)
    return keys


def owner_of(key: str, keys: Mapping[str, Keys]) -> str | None:
    """Return the verb that has a key."""
    return next((verb for verb, each in keys.items() if key in each), None)


def given(verb: str, wanted: Keys, scheme: str, own: KeyChanges) -> KeyChanges:
    """Return what is changed of a scheme once `verb` has the wanted keys and no other verb has."""
    chosen = {
        other: tuple(key for key in keys if key not in wanted) for other, keys in dict(own).items()
    }
    return tidied({**chosen, verb: wanted}, scheme)


def tidied(chosen: Mapping[str, Keys], scheme: str) -> KeyChanges:
    """Return the changes without those that say what the scheme says anyway."""
    usual = keys_of(scheme)
    kept = {verb: keys for verb, keys in chosen.items() if usual.get(verb) != keys}
    return tuple(sorted(kept.items()))


def without(verb: str, own: KeyChanges) -> KeyChanges:
    """Return the changes with one verb as in the scheme again."""
    return tuple((other, keys) for other, keys in own if other != verb)
