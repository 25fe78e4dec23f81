"""The language of the window: one file of Easel's texts, and one of Qt's own for its buttons.

Easel's is loaded before the window is painted, Qt's after it. Both are files that Qt's own tools
compile; where there is none for a language, the texts stay English.
"""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

LANGUAGES = ("en", "de", "es", "fr", "pt", "ja", "zh_CN")
"""What there are texts in. English has a file too: it knows one picture from two."""

TEMPLATES = "easelTemplates"
"""Property of the application: the file of templates that `desktop.speech` reads, where another
language than English is spoken."""

QT_CALLS_IT = {"pt": "pt_BR"}


class Language:
    """The language in use, for as long as this lives."""

    def __init__(self, wanted: str, resources: Path) -> None:
        """`wanted`: one of LANGUAGES, or anything else for that of the system."""
        self.name = wanted if wanted in LANGUAGES else of_system(QLocale.system())
        self._translators: list[QTranslator] = []
        if wanted in LANGUAGES:
            QLocale.setDefault(QLocale(wanted))
        folder = resources / "translations"
        self._install(folder / f"easel_{self.name}.qm")
        app = QCoreApplication.instance()
        if app is not None and self.name != "en":
            app.setProperty(TEMPLATES, str(folder / "templates.txt"))

    def add_qt(self) -> None:
        """Have Qt's own texts in the same language."""
        folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        self._install(folder / f"qtbase_{QT_CALLS_IT.get(self.name, self.name)}.qm")

    def remove(self) -> None:
        """Speak English again."""
        for translator in self._translators:
            QCoreApplication.removeTranslator(translator)
        self._translators.clear()
        app = QCoreApplication.instance()
        if app is not None:
            app.setProperty(TEMPLATES, None)

    def _install(self, file: Path) -> None:
        translator = QTranslator()
        if translator.load(str(file)):
            QCoreApplication.installTranslator(translator)
            self._translators.append(translator)


def of_system(locale: QLocale) -> str:
    """Return the first language that a person asked the system for and that there is."""
    for tag in locale.uiLanguages():
        language, *rest = tag.replace("-", "_").split("_")
        if language in LANGUAGES:
            return language
        if language == "zh" and {"Hans", "CN", "SG"} & set(rest):
            return "zh_CN"
    return "en"
