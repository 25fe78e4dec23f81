"""Brings the translations up to date, by Qt's own tools, for `python3 run.py translate`.

It finds every text (lupdate for what is in `tr`, `tests.texts` for the rest), merges them into
resources/translations/easel_*.ts, where people translate them (Qt Linguist opens these files), and
compiles what the program reads. What is still missing is named; the exit code is then 1.
"""

import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests.texts import ROOT, Text, all_texts, templates

FOLDER = ROOT / "resources" / "translations"
TEMPLATES = FOLDER / "templates.txt"
LANGUAGES = ("de", "en", "es", "fr", "ja", "pt", "zh_CN")
PLURALS_ONLY = "en"
"""The language that the program is written in needs words for one and for many, nothing else."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text of a .ts file with its translations: one, or one for each form of the plural."""

    context: str
    source: str
    forms: tuple[str, ...]
    numerus: bool


def main() -> int:
    """Update, compile, and say what is missing; the exit code."""
    texts = all_texts()
    for language in LANGUAGES:
        update(language, FOLDER / file_of(language), texts)
        run("lrelease", "-silent", FOLDER / file_of(language), "-qm", compiled(language))
    write_templates(TEMPLATES, texts)
    missing = [
        f"{language}: {each.context}: {each.source!r}"
        for language in LANGUAGES
        for each in messages(FOLDER / file_of(language))
        if not all(each.forms)
    ]
    print("\n".join(missing) or "Nothing is missing.")
    return 1 if missing else 0


def file_of(language: str) -> str:
    """Return the name of the file that people translate."""
    return f"easel_{language}.ts"


def compiled(language: str) -> Path:
    """Return the file that the program reads."""
    return FOLDER / f"easel_{language}.qm"


def update(language: str, file: Path, texts: list[Text]) -> None:
    """Merge every text of the code into `file`; translations of texts that are gone go too."""
    sources = sorted(str(path) for path in (ROOT / "desktop").rglob("*.py"))
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "texts.py"
        listed.write_text("\n".join(map(_call, texts)) + "\n", encoding="utf-8")
        words = ["-silent", "-no-obsolete", "-locations", "none", "-sort-messages"]
        words += ["-source-language", "en", "-target-language", language]
        words += ["-pluralonly"] if language == PLURALS_ONLY else []
        run("lupdate", *words, *sources, listed, "-ts", file)


def write_templates(file: Path, texts: list[Text]) -> None:
    """Write the sentences with values in them, one a line."""
    lines = [each.replace("\n", "\\n") + "\n" for each in templates(texts)]
    file.write_text("".join(lines), encoding="utf-8")


def messages(file: Path) -> Iterator[Message]:
    """Yield what a .ts file holds."""
    for context in ElementTree.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            numerus = message.get("numerus") == "yes"
            forms = [form.text or "" for form in translation.iter("numerusform")]
            yield Message(
                context.findtext("name", ""),
                message.findtext("source", ""),
                tuple(forms) if numerus else (translation.text or "",),
                numerus,
            )


def run(tool: str, *words: object) -> None:
    """Run one of Qt's tools, as PySide6 brings them."""
    program = Path(sysconfig.get_path("scripts")) / f"pyside6-{tool}"
    subprocess.run([str(program), *map(str, words)], check=True, cwd=ROOT)


def _call(text: Text) -> str:
    return f"QT_TRANSLATE_NOOP({_quoted(text.context)}, {_quoted(text.source)})"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


if __name__ == "__main__":
    sys.exit(main())
