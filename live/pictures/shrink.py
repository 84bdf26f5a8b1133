"""One picture from stdin to stdout, as two WebPs without anything that the camera wrote beside them.

A program of its own, for what is sent is not to be trusted: a bomb, or a fault of a decoder, ends this process
and no other. Standard library and Pillow only. Writes both lengths (4 bytes each) and both files, or exits with
the number of a refusal.
"""

import io
import resource
import struct
import sys
from typing import NoReturn

from PIL import Image, ImageCms, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
LARGE, SMALL = 960, 240  # px, the longer side
PIXELS_MAX = 64_000_000
MEMORY_MAX = 1 << 30  # bytes of address space
CPU_MAX_S = 15
QUALITY = 82
NOT_A_PICTURE, TOO_MANY_PIXELS, BROKEN = 10, 11, 12


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_MAX_S, CPU_MAX_S))
    large, small = _shrunk(sys.stdin.buffer.read())
    sys.stdout.buffer.write(struct.pack(">II", len(large), len(small)) + large + small)


def _shrunk(content: bytes) -> tuple[bytes, bytes]:
    Image.MAX_IMAGE_PIXELS = None  # ours is told apart from a broken file
    try:
        image: Image.Image = Image.open(io.BytesIO(content), formats=FORMATS)
    except (OSError, ValueError, SyntaxError):
        _refuse(NOT_A_PICTURE)
    if image.width * image.height > PIXELS_MAX:
        _refuse(TOO_MANY_PIXELS)
    try:
        image.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS, reducing_gap=3.0)
        image = _plain(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError, EOFError):
        _refuse(BROKEN)
    large = _packed(image)
    image.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    return large, _packed(image)


def _plain(image: Image.Image) -> Image.Image:
    """In sRGB, and nothing but its pixels."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    profile = image.info.get("icc_profile")
    turned = image if image.mode in ("RGB", "RGBA", "CMYK") else image.convert(mode)
    if profile:
        turned = _in_srgb(turned, profile, mode)
    bare = Image.new(mode, image.size)
    bare.paste(turned.convert(mode))
    return bare


def _in_srgb(image: Image.Image, profile: bytes, mode: str) -> Image.Image:
    """As it is where the profile is of no use."""
    if image.mode == "CMYK":
        mode = "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        turned = ImageCms.profileToProfile(image, source, target, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return turned or image


def _packed(image: Image.Image) -> bytes:
    packed = io.BytesIO()
    image.save(packed, "WEBP", quality=QUALITY, method=4)
    return packed.getvalue()


def _refuse(number: int) -> NoReturn:
    sys.exit(number)


if __name__ == "__main__":
    main()
