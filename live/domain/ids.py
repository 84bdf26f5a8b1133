"""Ids: opaque to the outside; inside, every id of a show's child starts with the show's own id.

So any order, offer or comment leads to its Redis hash tag without a look-up.
"""

import re
from base64 import b32encode
from hashlib import sha256
from typing import NewType

ShowId = NewType("ShowId", str)
ItemId = NewType("ItemId", str)
OfferId = NewType("OfferId", str)
OrderId = NewType("OrderId", str)
ViewerId = NewType("ViewerId", str)

ID_MAX = 64  # characters; ours have 27 at most, a shop's own viewer ids may be longer
_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{ID_MAX}}}")


def show_of(child_id: str) -> ShowId:
    """The show to which an item, offer, order or comment id belongs."""
    return ShowId(child_id.partition("-")[0])


def is_id(text: str) -> bool:
    """True for a string that may stand in a key or a URL as an id."""
    return _ID.fullmatch(text) is not None


def outside_viewer_id(platform: str, user_id: str) -> ViewerId:
    """The viewer whom another platform calls `user_id`: the same at every call, and like no id that we or
    a shop make (`v…`, `s_…`). 120 bits of SHA-256: nobody is taken for somebody else."""
    digest = sha256(f"{platform}\0{user_id}".encode("utf-8", "surrogatepass")).digest()
    return ViewerId("x" + b32encode(digest[:15]).decode().lower())
