"""How many cards go beside each other, and how large they are: as large as all of them fit."""

SMALLEST = 200
LARGEST = 560


def card_layout(count: int, room: tuple[int, int], gap: int, below: int) -> tuple[int, int]:
    """Return columns and the side of a square for `count` cards in a room of width and height.

    below: what a card takes below its square. Cards that would be too small become as small as is
    sensible instead, and the room has to be scrolled.
    """
    width, height = room
    fits = {columns: _side(columns, count, (width, height), gap, below) for columns in _upto(count)}
    columns = max(fits, key=lambda each: (fits[each], -each))
    if fits[columns] >= SMALLEST:
        return columns, min(LARGEST, fits[columns])
    columns = max(1, min(count, (width - gap) // (SMALLEST + gap)))
    return columns, max(SMALLEST // 2, (width - gap) // columns - gap)


def _side(columns: int, count: int, room: tuple[int, int], gap: int, below: int) -> int:
    rows = -(-count // columns)
    return min((room[0] - gap) // columns - gap, (room[1] - gap) // rows - gap - below)


def _upto(count: int) -> range:
    return range(1, max(1, count) + 1)
