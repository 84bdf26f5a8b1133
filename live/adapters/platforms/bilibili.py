"""Bilibili's danmaku in XML: `<d p="seconds,mode,size,colour,unix,pool,user,row">text</d>`.

A video's file has a hash in the place of the user and one row number for each line; what live recorders write
(BililiveRecorder and its kin) has attributes `user` and `uid` beside, 0 as row, milliseconds as unix time, and
`<sc ts="seconds" user="…" price="yuan">` for super chats. Both come as any file may: with characters that XML forbids, or
broken off in the middle.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from live.adapters.platforms.base import NO_WORDS, NOBODY, Read, Said, Skipped, plain

PLATFORM = "bilibili"
DRAWN = ("7", "8", "9")  # modes: text that is moved about, scripts, and scripts of another kind
TEXT, SUPER_CHAT = "d", "sc"
_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
_FORBIDDEN = bytes(c for c in range(0x20) if c not in b"\t\n\r")


class _Printable:
    """The file without the bytes that no XML 1.0 may hold; in UTF-8 they are nothing else."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        kept = chunk.translate(None, _FORBIDDEN)
        return kept if kept or not chunk else b" "  # an empty answer would be the end


def read(file: BinaryIO) -> Iterator[Read]:
    """All that was said, one element in memory at a time. A file that breaks off ends in a Skipped."""
    root: Element | None = None
    place = 0
    try:
        for event, element in iterparse(_Printable(file), events=("start", "end"), forbid_dtd=True):
            root = element if root is None else root
            if event == "start":
                continue
            if element.tag in (TEXT, SUPER_CHAT):
                place += 1
                yield _read_element(element, place)
            root.clear()
    except (ParseError, DefusedXmlException, ValueError) as error:
        yield Skipped("invalid", f"The file cannot be read on after {place} comments: {error}.")


def _read_element(element: Element, place: int) -> Read:
    parts = element.get("p", "").split(",")
    parts += [""] * (8 - len(parts))
    seconds = element.get("ts", "") if element.tag == SUPER_CHAT else parts[0]
    offset_ms = _ms(seconds)
    if offset_ms is None:
        return Skipped("invalid", f"Comment {place} does not say when it was.")
    if element.tag == TEXT and parts[1] in DRAWN:
        return Skipped("effect", "It is drawn on the picture, not said.")
    text = plain(element.text or "")
    name = plain(element.get("user", ""))
    user_id = element.get("uid", "") or name or parts[6]
    tip = _yuan(element.get("price", "")) if element.tag == SUPER_CHAT else ""
    if not text and not tip:
        return NO_WORDS
    if not user_id:
        return NOBODY
    at_ms = _unix_ms(parts[4])
    message_id = _message_id(parts[7], place, element)
    return Said(PLATFORM, message_id, user_id, name, text, at_ms, offset_ms, tip)


def _yuan(price: str) -> str:
    """A super chat's price, which is in yuan."""
    return f"¥{price}" if _PRICE.fullmatch(price) else ""


def _message_id(row: str, place: int, element: Element) -> str:
    """The row, or, where all rows are 0, what makes this line this one."""
    if row.strip("0"):
        return row
    parts = (str(place), element.get("p", ""), element.get("ts", ""), element.get("user", ""))
    said = "\0".join((*parts, element.text or "")).encode("utf-8", "surrogatepass")
    return sha256(said).hexdigest()[:32]


def _ms(seconds: str) -> int | None:
    try:
        return int(float(seconds) * 1000)
    except (ValueError, OverflowError):
        return None


def _unix_ms(unix: str) -> int | None:
    """In seconds or in milliseconds."""
    if not unix.isascii() or not unix.isdigit() or len(unix) > 15 or not int(unix):
        return None
    return int(unix) if len(unix) > 11 else int(unix) * 1000
