"""The installed app's icons: our mark (static/art/favicon.svg) as PNG, drawn from its measures, with no library.

Each pixel is covered by as much of a shape as the shape's signed distance says, which is how edges stay smooth.
"""

import struct
import zlib
from pathlib import Path

Colour = tuple[int, int, int]

SIZES = (192, 512)  # what a browser asks of an app that it installs
UNITS = 22.0  # the drawing's own width
GROUND: Colour = (0x0E, 0x10, 0x13)
LINE: Colour = (0xF3, 0xF1, 0xED)
LAMP: Colour = (0xD9, 0x2F, 0x27)
CORNER = 5.0
STROKE = 1.6
SAFE = 0.72  # of a maskable icon's width, for the mark: a launcher cuts a circle of 0.8 out of it


def icons() -> dict[str, bytes]:
    """File name → PNG: for each size one with round corners, and one that a launcher may cut to its own shape."""
    made = {f"{size}.png": icon(size) for size in SIZES}
    return made | {"maskable.png": icon(max(SIZES), is_maskable=True)}


def icon(size: int, *, is_maskable: bool = False) -> bytes:
    """A PNG of `size` pixels."""
    scale = UNITS / size / (SAFE if is_maskable else 1.0)
    shift = (UNITS - scale * size) / 2
    rows = []
    for row in range(size):
        y = (row + 0.5) * scale + shift
        line = bytearray()
        for column in range(size):
            x = (column + 0.5) * scale + shift
            line += _pixel(x, y, scale, is_maskable)
        rows.append(bytes(line))
    return _png(size, rows)


def write(folder: Path) -> None:
    """All of them into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in icons().items():
        (folder / name).write_bytes(content)


def _pixel(x: float, y: float, scale: float, is_maskable: bool) -> bytes:
    """Red, green, blue, opacity; `scale`: the drawing's units in a pixel."""
    alpha = 1.0 if is_maskable else _cover(_box(x, y, 11, 11, 11, 11, CORNER), scale)
    colour: tuple[float, ...] = GROUND
    if not 4 < y < 18:  # nothing but ground, and most of the pixels
        return bytes((*GROUND, round(255 * alpha)))
    frame = abs(_box(x, y, 11, 11, 8, 5.5, 2.5)) - STROKE / 2
    words = min(_line(x, y, a, b, h) for a, b, h in ((6, 9, 13.3), (11, 16, 13.3), (11, 16, 9.5)))
    lamp = ((x - 7) ** 2 + (y - 9.5) ** 2) ** 0.5 - 1.8
    for distance, paint in ((min(frame, words - STROKE / 2), LINE), (lamp, LAMP)):
        part = _cover(distance, scale)
        colour = tuple(old + (new - old) * part for old, new in zip(colour, paint, strict=True))
    return bytes(round(value) for value in (*colour, 255 * alpha))


def _cover(distance: float, scale: float) -> float:
    return min(1.0, max(0.0, 0.5 - distance / scale))


def _box(
    x: float,
    y: float,
    middle_x: float,
    middle_y: float,
    half_x: float,
    half_y: float,
    corner: float,
) -> float:
    """Signed distance to a box with round corners; below 0 inside."""
    over_x = abs(x - middle_x) - half_x + corner
    over_y = abs(y - middle_y) - half_y + corner
    outside = (max(over_x, 0) ** 2 + max(over_y, 0) ** 2) ** 0.5
    return float(outside + min(max(over_x, over_y), 0) - corner)


def _line(x: float, y: float, start: float, end: float, height: float) -> float:
    """Distance to a level line."""
    nearest = min(max(x, start), end)
    return float(((x - nearest) ** 2 + (y - height) ** 2) ** 0.5)


def _png(size: int, rows: list[bytes]) -> bytes:
    """ISO/IEC 15948: RGBA, eight bits, each row unfiltered."""
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    parts = (b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
