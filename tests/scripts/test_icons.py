"""The app's icons are real pictures of the sizes that the manifest promises."""

import struct
import zlib

from scripts.icons import GROUND, LAMP, icon


def pixels(png: bytes) -> tuple[int, bytes]:
    """Width, and the pixels of all rows."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    parts, at = {}, 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        data = png[at + 8 : at + 8 + size]
        assert (
            zlib.crc32(kind + data) == struct.unpack(">I", png[at + 8 + size : at + 12 + size])[0]
        )
        parts[kind] = data
        at += 12 + size
    width, height, depth, colour = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    assert (height, depth, colour) == (width, 8, 6)
    raw = zlib.decompress(parts[b"IDAT"])
    rows = [raw[at + 1 : at + 1 + 4 * width] for at in range(0, len(raw), 4 * width + 1)]
    return width, b"".join(rows)


def pixel(png: bytes, x: float, y: float) -> tuple[int, ...]:
    """`x` and `y` in the drawing's 22 units."""
    width, all_rows = pixels(png)
    at = 4 * (int(y / 22 * width) * width + int(x / 22 * width))
    return tuple(all_rows[at : at + 4])


def test_the_mark_is_drawn_where_the_drawing_has_it() -> None:
    png = icon(64)
    assert pixel(png, 7, 9.5) == (*LAMP, 255)
    assert pixel(png, 11, 2) == (*GROUND, 255)
    assert pixel(png, 0, 0)[3] == 0  # the corner is round


def test_a_launcher_may_cut_its_own_shape_out_of_the_other() -> None:
    png = icon(64, is_maskable=True)
    width, all_rows = pixels(png)
    assert set(all_rows[3::4]) == {255}
    middle = (width - 1) / 2
    for at in range(0, len(all_rows), 4):
        y, x = divmod(at // 4, width)
        if ((x - middle) ** 2 + (y - middle) ** 2) ** 0.5 > 0.4 * width:
            assert tuple(all_rows[at : at + 3]) == GROUND
