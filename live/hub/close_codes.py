"""Every close code that the hub sends, each with what the client should do about it.

htmx's `hx-ws` reconnects by itself after 1001, 1005, 1006, 1011, 1012, 1013 and 1014 only; a page adds
ours with `reconnectCodes` (`RECONNECT_CODES` below) in its htmx configuration. 1006 is never sent: it is
what a client sees when a line just breaks, and means "reconnect".
"""

from enum import IntEnum


class CloseCode(IntEnum):
    """A member is an int on the wire; `reconnect` says whether the same client may come again."""

    reconnect: bool

    def __new__(cls, code: int, reconnect: bool) -> "CloseCode":
        member = int.__new__(cls, code)
        member._value_ = code
        member.reconnect = reconnect
        return member

    @property
    def reason(self) -> str:
        """Its name, as the close frame, the log and `/metrics` have it."""
        return self.name.lower()

    @property
    def payload(self) -> bytes:
        """Of the close frame."""
        return self.to_bytes(2) + self.reason.encode()

    NORMAL = 1000, False  # the client has hung up
    BROKEN = 1002, False  # no frames of RFC 6455; the server's own finding, as the next
    NOT_TEXT = 1007, False  # a text frame that is not UTF-8
    BINARY = 1003, False  # we speak text frames only
    TOO_BIG = 1009, False  # a second message above MESSAGE_MAX, or one that the server did not take
    INTERNAL = 1011, True  # our fault, logged
    RESTART = 1012, True  # this process stops; another answers. Spread the return over some seconds
    TRY_LATER = 1013, True  # Redis or the database is away; nothing was lost
    MALFORMED = 4000, False  # several messages that we could not read: mend the client first
    NOT_SIGNED_IN = 4001, False  # no token in time, or one that is not valid (any more)
    NO_SUCH_SHOW = 4004, False
    WRONG_PROTOCOL = 4006, False  # offered subprotocols, and ours is not among them
    SLOW = 4008, True  # did not read for SLOW_S seconds: come again with `since`
    SILENT = (
        4010,
        True,
    )  # answered no ping: the line is dead, or the program hangs; the server's own finding
    FLOOD = 4029, False  # said more than any page does, pings included (`pace.py`)


FOUND_BY_SERVER = frozenset(
    {CloseCode.BROKEN, CloseCode.NOT_TEXT, CloseCode.TOO_BIG, CloseCode.SILENT}
)
FAULTS = FOUND_BY_SERVER - {CloseCode.SILENT} | {  # said in the log, once for each client
    CloseCode.BINARY,
    CloseCode.MALFORMED,
    CloseCode.WRONG_PROTOCOL,
    CloseCode.SLOW,
    CloseCode.FLOOD,
}

# What a browser should reconnect after: htmx's own list and ours.
RECONNECT_CODES = sorted(
    {1001, 1005, 1006, 1014} | {int(code) for code in CloseCode if code.reconnect}
)
