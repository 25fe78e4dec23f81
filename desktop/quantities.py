"""Numbers, sizes of files and times as they are written in the user's language."""

from PySide6.QtCore import QDateTime, QLocale

SIZES = QLocale.DataSizeFormat.DataSizeSIFormat


def number(value: float, decimals: int = 0) -> str:
    """`1,234` or `0.31`."""
    if decimals == 0:
        return QLocale().toString(round(value))
    return QLocale().toString(value, "f", decimals)


def file_size(count: int) -> str:
    """Three digits and a unit, of thousands: `512 bytes`, `12 MB`, `1.5 GB`."""
    scaled = float(count)
    while scaled >= 1000:
        scaled /= 1000
    exact = count < 1000 or scaled >= 99.95
    return QLocale().formattedDataSize(count, 0 if exact else 1, SIZES)


def duration(seconds: float) -> str:
    """`8 s`, `3 min`, `2.5 h`, as roughly as an estimate is."""
    if seconds < 90:
        return f"{number(max(seconds, 1))} s"
    if seconds < 5_400:
        return f"{number(seconds / 60)} min"
    return f"{number(seconds / 3600, 1)} h"


def moment(seconds: float) -> str:
    """Date and time of day of a moment in seconds since 1970, here."""
    when = QDateTime.fromSecsSinceEpoch(round(seconds))
    return QLocale().toString(when, QLocale.FormatType.ShortFormat)
