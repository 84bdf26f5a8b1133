"""Viewers say something: screened, counted, kept and shown, in one fact each."""

from collections.abc import Sequence

from live.domain.access import Viewer
from live.domain.comment import Answer, Incoming, Posted, Refused
from live.domain.ids import ShowId
from live.domain.moments import rfc3339
from live.errors import Conflict, LiveError, TooFast
from live.hotpath.chat import Chat

REFUSALS = {
    "ended": "The show has ended.",
    "links_off": "Links are not allowed in this chat.",
    "muted": "You cannot comment for a while.",
    "banned": "You cannot comment in this show.",
}


class SlowMode(TooFast):
    """The chat is in slow mode, and it is not this viewer's turn yet."""

    code = "slow_mode"
    message = "The chat is in slow mode. Wait a moment before the next comment."


async def post(show_id: ShowId, text: str, viewer: Viewer, *, chat: Chat) -> Posted:
    """One comment of one of our own viewers.

    Raises Conflict `ended`, `links_off`, `muted`, `banned`; SlowMode; Recovering, RedisUnavailable.
    """
    answer = await chat.say(show_id, Incoming(viewer.id, viewer.name, text))
    if isinstance(answer, Posted):
        return answer
    raise _error(answer if isinstance(answer, Refused) else Refused("ended"))


async def post_many(
    show_id: ShowId, comments: Sequence[Incoming], *, chat: Chat, ingest_n: int | None = None
) -> list[Answer]:
    """What became of each, in the given order; what one is refused for touches no other.

    A message from outside that came in before is a Duplicate, so all may be sent again after an error.
    Slow mode does not hold for outside. Raises Recovering, RedisUnavailable: some may be in then;
    NotFound: they came through the show's ingest address `ingest_n`, and that is shut.
    """
    return await chat.say_many(show_id, comments, ingest_n)


def _error(refused: Refused) -> LiveError:
    if refused.code == "slow_mode":
        return SlowMode(refused.wait_ms / 1000)
    until = {"until": rfc3339(refused.until_ms)} if refused.until_ms else {}
    return Conflict(REFUSALS[refused.code], code=refused.code, members=until)
