"""What the user chose, as one frozen value: each field with its default, range, label and help.

The window of settings, what is read from a file and the tests are made from this table and from
nothing else. A file of settings is never trusted: a value that cannot be used falls back to its
default alone, a file that cannot be read at all is kept beside as `.damaged` and named in one
sentence.
"""

import json
from contextlib import suppress
from dataclasses import Field, asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from desktop.setting_fields import (
    KeyChanges,
    choice,
    folder,
    number,
    switch,
    taken,
    usable,
)
from desktop.storage.files import write_atomically
from desktop.storage.set_aside import said_of
from engine.requests import LARGEST_SEED, MOST_IMAGES

AUTOMATIC = "Automatic"
AS_THE_MODEL = "As the model has it"

GROUPS = {
    "looks": "Appearance",
    "engine": "Engine",
    "painting": "Painting",
    "files": "Files and folders",
    "keys": "Keys and mouse",
}
"""The pages of the window of settings: name and title."""

LANGUAGES = {
    "system": "As the system",
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "pt": "Português",
    "ja": "日本語",
    "zh_CN": "简体中文",
}
"""Each in its own words, so that whoever took the wrong one finds back."""

THEMES = {
    "system": "As the system",
    "light": "Light",
    "dark": "Dark",
    "contrast": "High contrast",
}
SCALES = {"system": "As the system"} | {
    str(each): f"{each} %" for each in (100, 125, 150, 175, 200)
}
DEVICES = {
    "": "The fastest there is",
    "cuda": "NVIDIA card",
    "mps": "Apple card",
    "cpu": "Processor",
}
PRECISIONS = {
    "": "As the model needs it",
    "full": "Full (32 bits)",
    "half": "Half (16 bits)",
}
SAMPLERS = {name: name for name in ("ddpm", "ddim", "dpm++2m", "unipc")}
SCHEMES = {"easel": "Easel", "krita": "Krita", "photoshop": "Photoshop"}

MOST_THREADS = 64
MOST_GIGABYTES = 512
MOST_UNDO = 16_384
MOST_MINUTES = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every choice that outlives the window. `seed` is the one used last.

    Sizes of memory: `memory` in GB (10^9 bytes), `undo_memory` in MiB; 0 leaves `threads` and
    `memory` to the engine.
    """

    language: str = choice(
        "system",
        "Language",
        LANGUAGES,
        group="looks",
        begins="restart",
        help="What Easel itself says. Prompts are understood in English, whatever stands here.",
    )
    theme: str = choice(
        "system",
        "Colours",
        THEMES,
        group="looks",
        help="High contrast is black and white with strong outlines.",
    )
    scale: str = choice(
        "system",
        "Size of everything",
        SCALES,
        group="looks",
        begins="restart",
        help="Letters, buttons and icons together. Pictures are shown as before.",
    )
    calm: bool = switch(
        False,
        "Reduced motion",
        group="looks",
        help="Menus appear at once, nothing slides or fades, and the cursor does not blink.",
    )
    device: str = choice(
        "",
        "Computes on",
        DEVICES,
        group="engine",
        begins="engine",
        button="Test device",
        help="If what you choose is not in this computer, the processor does it. "
        "On Linux, Generate ▸ Models… builds an engine for an NVIDIA card.",
    )
    precision: str = choice(
        "",
        "Precision",
        PRECISIONS,
        group="engine",
        begins="engine",
        help="Half takes half the memory and is quicker on cards; a seed may then give a "
        "slightly different picture.",
    )
    threads: int = number(
        0,
        "Threads",
        0,
        MOST_THREADS,
        AUTOMATIC,
        group="engine",
        begins="engine",
        help="How many of the processor's threads paint. Fewer leave room for other programs.",
    )
    memory: int = number(
        0,
        "Memory budget",
        0,
        MOST_GIGABYTES,
        AUTOMATIC,
        unit=" GB",
        group="engine",
        begins="engine",
        help="The most that a model may take. With less it is loaded in parts, which is slower.",
    )
    thrifty: bool = switch(
        False,
        "Load models in parts",
        group="engine",
        begins="engine",
        help="Only the part at work is in memory, and pictures are painted one after the other. "
        "Takes least memory and about twice the time.",
    )
    previews: bool = switch(
        True,
        "Show pictures while they are painted",
        group="engine",
        begins="engine",
        help="Costs a little time of every picture.",
    )
    steps: int | None = number(
        None,
        "Decoder steps",
        1,
        1000,
        AS_THE_MODEL,
        group="painting",
        help="How often the decoder goes over a picture. More take longer and show finer detail.",
    )
    guidance: float | None = number(
        None,
        "Decoder guidance",
        0.0,
        50.0,
        AS_THE_MODEL,
        group="painting",
        help="How strictly the decoder keeps to the idea. Too much makes colours harsh.",
    )
    prior_steps: int | None = number(
        None,
        "Prior steps",
        1,
        1000,
        AS_THE_MODEL,
        group="painting",
        help="How often the prior refines the idea that it makes of your words.",
    )
    prior_guidance: float | None = number(
        None,
        "Prior guidance",
        0.0,
        50.0,
        AS_THE_MODEL,
        group="painting",
        help="How strictly the idea keeps to your words. Less gives more variety.",
    )
    sampler: str | None = choice(
        None,
        "Sampler",
        SAMPLERS,
        AS_THE_MODEL,
        group="painting",
        help="The rule by which noise becomes a picture.",
    )
    feather: int = number(
        8,
        "Feather of results",
        0,
        256,
        unit=" px",
        group="painting",
        help="How softly a filled-in part runs into what was there.",
    )
    grow: int = number(
        0,
        "Growth of the mask",
        -256,
        256,
        unit=" px",
        group="painting",
        help="How far a filled-in part reaches beyond its mask; below 0 it stays inside.",
    )
    match_colours: int = number(
        50,
        "Matching of colours",
        0,
        100,
        unit=" %",
        group="painting",
        help="How far a filled-in part takes on the colours around it.",
    )
    undo_memory: int = number(
        512,
        "Memory for undo",
        64,
        MOST_UNDO,
        unit=" MiB",
        group="painting",
        help="What earlier states of the picture may take. Beyond it the oldest are forgotten.",
    )
    gallery_folder: str = folder(
        "Gallery",
        "In Easel's own folder",
        group="files",
        begins="restart",
        help="Where every finished picture is kept. Pictures made before stay where they are.",
    )
    models_folder: str = folder(
        "Models",
        "In Easel's own folder",
        group="files",
        begins="restart",
        help="Where models that you get are kept. Models got before stay where they are.",
    )
    autosave: int = number(
        0,
        "Save projects by themselves",
        0,
        MOST_MINUTES,
        "Never",
        unit=" min",
        group="files",
        help="How often a picture that has a project file is written into it. Beside that, unsaved "
        "work is kept after every action, for the next start to offer.",
    )
    unsaved_folder: str = folder(
        "Copy of unsaved work",
        "In Easel's own folder",
        group="files",
        help="Where it is kept after every action, for the next start after a crash. It may be "
        "another disk.",
    )
    export_quality: int = number(
        92,
        "Quality of JPEG and WebP",
        1,
        100,
        group="files",
        help="Of files that you export. Smaller numbers make smaller files.",
    )
    export_lossless: bool = switch(
        False, "WebP without loss", group="files", help="Larger files that lose nothing."
    )
    export_notes: bool = switch(
        True,
        "Files say how they were made",
        group="files",
        help="Prompt, seed and settings are written into the files that you save and export.",
    )
    key_scheme: str = choice(
        "easel", "Keys", SCHEMES, group="keys", help="The keys of the program that you know."
    )
    own_keys: KeyChanges = field(
        default=(),
        metadata={
            "label": "Keys of your own",
            "keys": True,
            "group": "keys",
            "help": "What you changed of them.",
        },
    )
    wheel_scrolls: bool = switch(
        False,
        "The wheel scrolls",
        group="keys",
        help="The wheel moves the view, and zooms with Ctrl or Alt; otherwise it zooms.",
    )
    count: int = number(4, "Pictures per run", 1, MOST_IMAGES)
    seed: int = number(0, "Seed", 0, LARGEST_SEED)
    seed_locked: bool = switch(False, "Keep the seed")
    strength: int = number(60, "Strength of painting over", 0, 100, unit=" %")
    follow: int = number(0, "How far new parts take after the rest", 0, 100, unit=" %")
    meaning: int = number(0, "How far the meaning of variations may drift", 0, 100, unit=" %")
    composition: int = number(100, "How far their composition may", 0, 100, unit=" %")
    note: str = field(default="", compare=False, metadata={"transient": True})
    """One sentence for the user when the file was damaged, else empty; not saved."""

    @classmethod
    def load(cls, path: Path) -> "Settings":
        """The settings in `path`; defaults where there is none, with a `note` if it is damaged."""
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, RecursionError):
            return cls(note=said_of(path, "The settings file"))
        if not isinstance(stored, dict):
            return cls(note=said_of(path, "The settings file"))
        return cls(**{f.name: taken(f, stored) for f in _saved() if usable(f, stored)})

    def noting(self, further: str) -> "Settings":
        """Return the same with one more sentence in the note."""
        return replace(self, note=" ".join(filter(None, (self.note, further))))

    def save(self, path: Path) -> None:
        """Write the settings as JSON, all or nothing. Raises NotWritable."""
        with suppress(OSError):  # writing is what says why
            path.parent.mkdir(parents=True, exist_ok=True)
        values = {name: value for name, value in asdict(self).items() if name != "note"}
        write_atomically(path, (json.dumps(values, indent=2) + "\n").encode())


def _saved() -> tuple[Field[Any], ...]:
    return tuple(f for f in fields(Settings) if not f.metadata.get("transient"))
