"""Damage, by a seed: octets of anything, and what lies behind the checksums of the formats we read.

Half of what a mutator makes is noise, as disks and networks make it; the other half is what a
stranger would write: values that cannot be, under sums that are right.
"""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from random import Random
from typing import TypeAlias

Mutator: TypeAlias = Callable[[bytes, Random], bytes]

EDGES = (0, 1, 0x7F, 0x80, 0xFE, 0xFF)
NUMBERS = (0, 1, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
NASTY: tuple[object, ...] = (
    None,
    True,
    -1,
    0,
    1,
    2**31,
    2**53,
    2**64,
    10**19,
    10**400,
    -(10**400),
    0.5,
    1e308,
    -0.0,
    "",
    "\ud800",
    "\0",
    "../../x",
    "//host/share/x.png",
    "/etc/passwd",
    "<img src='file:///etc/passwd'>",
    "\u202egnp.exe",
    "9" * 5000,
    "x" * 200_000,
    [],
    {},
    [[]] * 50,
    {"": {}},
    ["\ud800", -1, None],
)
"""Values of JSON that a reader may not have thought of."""


def octets(content: bytes, random: Random) -> bytes:
    """Flip, set, cut out, repeat, insert or swap some octets, or cut the end off."""
    changed = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        random.choice(_CHANGES)(changed, random)
    return bytes(changed)


def _flip(content: bytearray, random: Random) -> None:
    if content:
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)


def _set(content: bytearray, random: Random) -> None:
    if content:
        content[random.randrange(len(content))] = random.choice(EDGES)


def _number(content: bytearray, random: Random) -> None:
    size = random.choice((2, 4))
    if len(content) > size:
        place = random.randrange(len(content) - size)
        value = random.choice(NUMBERS) & (1 << 8 * size) - 1
        content[place : place + size] = value.to_bytes(size, random.choice(("big", "little")))


def _span(content: bytearray, random: Random) -> slice:
    start = random.randrange(len(content) + 1)
    return slice(start, start + random.choice((1, 4, 16, 256)))


def _cut_out(content: bytearray, random: Random) -> None:
    del content[_span(content, random)]


def _zero(content: bytearray, random: Random) -> None:
    span = _span(content, random)
    content[span] = bytes(len(content[span]))


def _repeat(content: bytearray, random: Random) -> None:
    piece = content[_span(content, random)]
    place = random.randrange(len(content) + 1)
    content[place:place] = piece * random.choice((1, 2, 64))


def _insert(content: bytearray, random: Random) -> None:
    place = random.randrange(len(content) + 1)
    content[place:place] = random.randbytes(random.choice((1, 3, 32)))


def _swap(content: bytearray, random: Random) -> None:
    one, other = _span(content, random), _span(content, random)
    content[one], content[other] = content[other], content[one]


def _end(content: bytearray, random: Random) -> None:
    del content[random.randrange(len(content) + 1) :]


_CHANGES = (_flip, _flip, _set, _number, _number, _cut_out, _zero, _repeat, _insert, _swap, _end)


def half_noise(inside: Mutator) -> Mutator:
    """Every other time what `inside` does, else noise; sometimes both."""

    def mutate(content: bytes, random: Random) -> bytes:
        choice = random.random()
        if choice < 0.45:
            return octets(content, random)
        changed = inside(content, random)
        return changed if choice < 0.95 else octets(changed, random)

    return mutate


# --- PNG: chunks whose sums are made right again -------------------------------------------------


def png(content: bytes, random: Random) -> bytes:
    """Change, drop, repeat or move chunks of a PNG; their sums are right."""
    start, chunks = content[:8], _chunks(content)
    for _ in range(random.choice((1, 1, 2, 3))):
        place = random.randrange(len(chunks))
        kind, body = chunks[place]
        match random.randrange(8):
            case 0:
                del chunks[place]
            case 1:
                chunks.insert(random.randrange(len(chunks) + 1), (kind, body))
            case 2:
                chunks[place] = (random.choice(_KINDS), body)
            case 3:
                chunks.insert(place, (random.choice(_KINDS), _nasty_text(random)))
            case 4 if kind == b"IDAT":
                chunks[place] = (kind, zlib.compress(octets(_inflated(body), random)))
            case _:
                chunks[place] = (kind, octets(body, random))
        if not chunks:
            break
    return start + b"".join(map(_chunk, chunks))


_KINDS = (b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"eXIf", b"iTXt", b"zTXt", b"tEXt", b"acTL", b"fcTL")
_KINDS += (b"fdAT", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"IDAT", b"IEND")


BOMB = zlib.compress(bytes(3_000_000), 9)


def _nasty_text(random: Random) -> bytes:
    return random.choice(
        (
            b"key\0\0" + BOMB,
            b"prompt\0\1\0\0\0" + BOMB,
            b"prompt\0\0\0\0\0" + b"\xed\xa0\x80" * 9,
            b"request\0\0\0\0\0{" * 99,
            random.randbytes(40),
        )
    )


def _chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    found, place = [], 8
    while place + 12 <= len(content):
        (size,) = struct.unpack_from(">I", content, place)
        found.append((content[place + 4 : place + 8], content[place + 8 : place + 8 + size]))
        place += 12 + size
    return found


def _chunk(chunk: tuple[bytes, bytes]) -> bytes:
    kind, body = chunk
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompress(body)
    except zlib.error:
        return body


# --- JSON: values and keys ----------------------------------------------------------------------


def text(content: bytes, random: Random) -> bytes:
    """Change values and keys of a JSON text; what is no JSON gets noise."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return octets(content, random)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        value = value_changed(value, random)
    if random.random() < 0.03:
        depth = random.choice((100, 900, 5_000))
        return b"[" * depth + json.dumps(value).encode() + b"]" * depth
    return json.dumps(value).encode()


def value_changed(value: object, random: Random) -> object:
    """A value of JSON in which one thing, at any depth, is another."""
    inner = isinstance(value, dict | list) and value and random.random() < 0.85
    if isinstance(value, dict) and inner:
        return _dict_changed(dict(value), random)
    if isinstance(value, list) and inner:
        items = list(value)
        place = random.randrange(len(items))
        match random.randrange(6):
            case 0:
                del items[place]
            case 1:
                items *= random.choice((2, 40))
            case _:
                items[place] = value_changed(items[place], random)
        return items
    if isinstance(value, int | float) and random.random() < 0.4:
        return random.choice((-value, value + 1, value - 1, value * 2, str(value), [value]))
    return random.choice(NASTY)


def _dict_changed(items: dict[str, object], random: Random) -> object:
    key = random.choice(list(items))
    match random.randrange(8):
        case 0:
            del items[key]
        case 1:
            items[random.choice(("", "\ud800", "x" * 99, key + " ", "__proto__"))] = items[key]
        case 2:
            items[key] = items[random.choice(list(items))]
        case _:
            items[key] = value_changed(items[key], random)
    return items


# --- zip: members --------------------------------------------------------------------------------


def archive(content: bytes, random: Random) -> bytes:
    """Change members of a project and write it anew: the archive's own sums are right."""
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        members = {entry.filename: found.read(entry) for entry in found.infolist()}
    names = [name for name in members if name != "mimetype"]
    for _ in range(random.choice((1, 1, 2))):
        name = random.choice(names)
        kind = png if name.endswith(".png") else text if name.endswith(".json") else octets
        members[name] = kind(members[name], random)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, member in members.items():
            plain = name == "mimetype" or name.endswith(".png") or random.random() < 0.2
            method = zipfile.ZIP_STORED if plain else zipfile.ZIP_DEFLATED
            made.writestr(zipfile.ZipInfo(name), member, method)
    return buffer.getvalue()


# --- safetensors: the header ---------------------------------------------------------------------


def header(content: bytes, random: Random) -> bytes:
    """Change the header of a safetensors file; the length before it is right, or is not."""
    (size,) = struct.unpack_from("<Q", content)
    told, data = content[8 : 8 + size], content[8 + size :]
    match random.randrange(8):
        case 0:
            data = octets(data, random)
        case 1:
            told = octets(told, random)
        case _:
            told = text(told, random)
    said = len(told) if random.random() < 0.9 else random.choice((0, 2**63, 2**64 - 1, size * 2))
    return struct.pack("<Q", said) + told + data
