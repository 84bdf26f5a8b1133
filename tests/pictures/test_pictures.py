"""What becomes of a picture that somebody sends: small, upright, bare, or refused."""

import io
import os
import struct
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from live.domain.pictures import small_of
from live.pictures import PictureError, Pictures

ORIENTATION, GPS, TURNED = 0x0112, 0x8825, 6  # EXIF: turn by 90° to the right


def packed(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def photo(width: int = 1600, height: int = 1200, mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new(mode, (width, height), "blue")
    image.paste(Image.new(mode, (width // 2, height), "red"), (0, 0))
    return image


def kept(pictures: Pictures, address: str) -> Image.Image:
    whole = (pictures.folder / address.removeprefix("/pictures/")).read_bytes()
    return Image.open(io.BytesIO(whole))


def rgb(image: Image.Image, x: float, y: float) -> tuple[int, ...]:
    at = (int(x * image.width), int(y * image.height))
    found = image.convert("RGB").getpixel(at)
    assert isinstance(found, tuple)
    return found


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    return Pictures(tmp_path / "pictures")


async def test_a_phones_photo_is_small_upright_and_says_nothing_of_where_it_was_taken(
    pictures: Pictures,
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED
    exif.get_ifd(GPS)[1] = "N"
    exif[0x0110] = "Secret Camera"
    address = await pictures.keep(packed(photo(4000, 3000), "JPEG", exif=exif, quality=90))
    large, small = kept(pictures, address), kept(pictures, small_of(address))
    assert (large.format, large.size, small.size) == ("WEBP", (720, 960), (180, 240))
    red, blue = rgb(large, 0.5, 0.1), rgb(large, 0.5, 0.9)
    assert red[0] > 200 > blue[0], "what was left is at the top"
    for one in (large, small):
        assert not one.getexif()
        assert not {"exif", "xmp", "icc_profile"} & set(one.info)
    whole = (pictures.folder / address.removeprefix("/pictures/")).read_bytes()
    assert b"Secret Camera" not in whole


async def test_the_same_picture_is_kept_once_and_what_is_clear_stays_clear(
    pictures: Pictures,
) -> None:
    image = photo(300, 200, "RGBA")
    image.putpixel((0, 0), (0, 0, 0, 0))
    content = packed(image, "PNG")
    address = await pictures.keep(content)
    assert await pictures.keep(content) == address
    assert len(list(pictures.folder.iterdir())) == 2
    large = kept(pictures, address)
    assert (large.size, large.mode) == ((300, 200), "RGBA"), "small ones are not blown up"


async def test_colours_of_another_space_are_those_that_the_camera_saw(pictures: Pictures) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), lab, b"no"):
        address = await pictures.keep(packed(photo(80, 80), "PNG", icc_profile=profile))
        assert rgb(kept(pictures, address), 0.2, 0.5)[0] > 200
    cmyk = await pictures.keep(packed(photo(80, 80).convert("CMYK"), "JPEG"))
    assert kept(pictures, cmyk).mode == "RGB"


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is huge."""

    def chunk(name: bytes, body: bytes) -> bytes:
        whole = name + body
        return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 100_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        (b"GIF89a" + b"\0" * 40, "kind"),
        (b"\xff\xd8\xff\xe0 and so on", "kind"),
        (bomb(30_000, 30_000), "pixels"),
        (bomb(4_000, 4_000), "broken"),
        (packed(photo(), "JPEG", quality=95)[:5000], "broken"),
    ],
)
async def test_what_is_no_picture_is_refused_and_nothing_is_kept(
    pictures: Pictures, content: bytes, code: str
) -> None:
    with pytest.raises(PictureError) as refused:
        await pictures.keep(content)
    assert refused.value.code == code
    assert not pictures.folder.exists()


async def test_only_what_nobody_uses_and_is_old_is_removed(pictures: Pictures) -> None:
    used, old, new = [await pictures.keep(packed(photo(80 + n, 80), "PNG")) for n in (0, 10, 20)]
    (pictures.folder / "left-over.123.part").write_bytes(b"x")
    now = time.time()
    for path in pictures.folder.iterdir():
        name = path.name[:32]
        if name not in new:
            os.utime(path, (now - 1000, now - 1000))
    assert await pictures.remove_unused({used}, now - 500) == 1
    left = {path.name for path in pictures.folder.iterdir()}
    wanted = {one.removeprefix("/pictures/") for a in (used, new) for one in (a, small_of(a))}
    assert left == wanted
    assert old not in wanted
