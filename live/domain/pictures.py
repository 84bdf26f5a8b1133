"""Addresses of pictures that were sent to us: each is kept large, and small for lists."""

import re

NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)
SMALL_SUFFIX = "-240"
_ADDRESS = re.compile(rf"/pictures/({NAME.pattern})\.webp", re.ASCII)
_STATIC = re.compile(r"/static(/\w[\w.-]*)+(\?v=\w+)?", re.ASCII)  # no dot segments, however spelt


def address_of(name: str) -> str:
    return f"/pictures/{name}.webp"


def small_of(address: str) -> str:
    """Of the same picture, small; "" for one that we keep no small one of."""
    found = _ADDRESS.fullmatch(address)
    return f"/pictures/{found[1]}{SMALL_SUFFIX}.webp" if found else ""


def is_own(address: str) -> bool:
    """Whether it is a picture that was sent to us, or one that comes with the product."""
    return bool(_ADDRESS.fullmatch(address) or _STATIC.fullmatch(address))


def is_kept(file: str) -> bool:
    """Whether a file of that name can be a picture of ours."""
    name = file.removesuffix(".webp").removesuffix(SMALL_SUFFIX)
    return file.endswith(".webp") and NAME.fullmatch(name) is not None
