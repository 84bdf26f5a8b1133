"""What the hub asks of the rest of the system, as functions handed to it by `live/runtime.py`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from live.domain.attendance import Change
from live.domain.events import Fact
from live.errors import LiveError
from live.hub.broker import Position
from live.hub.topics import Audience, Screen, Who


@dataclass(frozen=True, slots=True)
class Sample:
    """A show's numbers at one moment. Equal `version`s mean that nothing needs to be sent."""

    version: object
    numbers: Mapping[str, object]  # `data` of the `tally` event for staff
    public: Mapping[str, object]  # the same for viewers and overlays: nothing about money


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an order or a comment: exactly what HTTP would have said."""

    status: int
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All of them may raise LiveError; a NotNow closes the socket with TRY_LATER.

    `present` and `present_personal` answer partial id → HTML whose root carries that id. What is given a
    position answers with every fact up to there: the caller counts these as told, and asks for them once.
    """

    now_ms: Callable[[], int]  # unix milliseconds of `runtime.clock`
    heard: Callable[
        [str, Position, Sequence[Fact]], None
    ]  # (show_id, position after them, consecutive facts): told to all clients here just now
    sample: Callable[[str, Position], Awaitable[Sample]]  # (show_id, position)
    present: Callable[
        [str, Position, Audience], Awaitable[Mapping[str, str]]
    ]  # (show_id, position, audience)
    present_personal: Callable[
        [str, Position, str, str], Awaitable[Mapping[str, str]]
    ]  # (show_id, position, viewer_id, lang)
    snapshot: Callable[
        [str, Position, Who], Awaitable[Mapping[str, object]]
    ]  # (show_id, position, who)
    # (show_id, what has changed); False: nothing was noted, and everyone has to be told anew.
    tell_presence: Callable[[str, Change], Awaitable[bool]]
    picture_plays: Callable[[str], Awaitable[None]]  # one of the crew sees it, here and now
    show_exists: Callable[[str], Awaitable[bool]]
    origin_allowed: Callable[[WebSocket], bool]
    # Seconds until its address may do one more of this, `socket` or `poll`; 0: it may.
    wait_s: Callable[[HTTPConnection, str], float]
    # Both are asked again while a socket of staff is open, and answer as things then are.
    authenticate_api: Callable[[str, str], Awaitable[Who | None]]  # (token, show_id)
    authenticate_page: Callable[[HTTPConnection, str, Screen], Awaitable[Who | None]]
    place_order: Callable[
        [str, Who, str, int, str], Awaitable[Reply]
    ]  # (show, who, offer, quantity, key)
    # (who, offer, quantity, key, answered): as place_order, but at once; `answered` gets status and body later.
    # What it raises, place_order would answer.
    put_order: Callable[[Who, str, int, str, Callable[[int, bytes], None]], None]
    post_comment: Callable[[str, Who, str], Awaitable[Reply]]  # (show_id, who, text)
    problem: Callable[[LiveError], Mapping[str, object]]  # the body with which HTTP would refuse
