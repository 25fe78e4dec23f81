"""Where things live on this computer; made once at the start, nobody else asks the system.

Naming a folder creates nothing: whoever writes makes the folder it writes into. A named tuple and
no dataclass, whose import costs a noticeable part of the time to the first paint (decision 14).
"""

from pathlib import Path
from typing import NamedTuple

RESOURCES = Path(__file__).resolve().parent.parent / "resources"


class Paths(NamedTuple):
    """Every folder the application uses; all absolute."""

    config: Path
    data: Path
    cache: Path
    models: Path
    recovery: Path
    logs: Path
    resources: Path
    gallery: Path
    """Where every finished picture is kept."""

    @property
    def settings_file(self) -> Path:
        """What the user chose, as JSON."""
        return self.config / "settings.json"

    def moved(self, gallery: str, models: str) -> "Paths":
        """Return the paths with other folders for pictures and models; empty leaves the usual."""
        return self._replace(
            gallery=Path(gallery).absolute() if gallery else self.gallery,
            models=Path(models).absolute() if models else self.models,
        )

    @classmethod
    def default(cls) -> "Paths":
        """The folders this system gives to an application of ours."""
        from platformdirs import PlatformDirs  # not needed with --home

        system = PlatformDirs("Easel", appauthor=False)
        data = system.user_data_path
        return cls(
            config=system.user_config_path,
            data=data,
            cache=system.user_cache_path,
            models=data / "models",
            recovery=data / "recovery",
            logs=system.user_log_path,
            resources=RESOURCES,
            gallery=data / "gallery",
        )

    @classmethod
    def under(cls, folder: Path) -> "Paths":
        """Everything the user owns inside one folder (`--home`, tests); resources stay."""
        home = folder.absolute()
        return cls(
            config=home / "config",
            data=home / "data",
            cache=home / "cache",
            models=home / "models",
            recovery=home / "recovery",
            logs=home / "logs",
            resources=RESOURCES,
            gallery=home / "data" / "gallery",
        )
