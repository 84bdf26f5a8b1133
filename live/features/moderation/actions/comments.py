"""What happens to one comment: hidden, shown (approved, brought back), pinned."""

import time
from dataclasses import dataclass

from live.domain.access import Actor
from live.domain.comment import CommentState, seq_of
from live.domain.ids import ShowId, show_of
from live.domain.moderation import arrival
from live.errors import NotFound, found
from live.features.shows.actions import note
from live.hotpath.chat import Chat
from live.hotpath.logs import LogReader
from live.hotpath.shows import ShowLog
from live.store import comments
from live.store.db import Database


@dataclass(frozen=True, slots=True)
class _Said:
    """A comment as it came in."""

    viewer: str
    name: str
    text: str
    platform: str
    why: str


async def hide(
    show_id: ShowId, comment_id: str, *, by: Actor, chat: Chat, log: ShowLog, facts: LogReader,
    db: Database,
) -> None:  # fmt: skip
    """From everyone but the crew and its author; a pin on it goes too. Doing so twice is harmless.

    Raises NotFound, Recovering, RedisUnavailable, Conflict `ended`; StoreUnavailable only for a comment
    that has left the log.
    """
    await _decide(show_id, comment_id, CommentState.HIDDEN, by, chat, log, facts, db)


async def show(
    show_id: ShowId, comment_id: str, *, by: Actor, chat: Chat, log: ShowLog, facts: LogReader,
    db: Database,
) -> None:  # fmt: skip
    """To everyone: approves one that is held, brings back one that is hidden. Raises as `hide`."""
    await _decide(show_id, comment_id, CommentState.SHOWN, by, chat, log, facts, db)


async def pin(
    show_id: ShowId, comment_id: str, *, by: Actor, chat: Chat, log: ShowLog, facts: LogReader,
    db: Database,
) -> None:  # fmt: skip
    """Above the others, in the place of the one before. Raises as `hide`; IllegalMove for a comment that
    not everyone sees."""
    began = time.perf_counter()
    said = await _find(show_id, comment_id, facts, db)
    payload = {"comment": comment_id, "name": said.name, "text": said.text, "by": by.name}
    if await chat.pin(show_id, arrival(said.why), payload):
        await note(show_id, by, "comment:pin", comment_id, log=log, ms=_ms(began))


async def unpin(show_id: ShowId, *, by: Actor, chat: Chat, log: ShowLog) -> None:
    """Nothing is pinned. Raises Recovering, RedisUnavailable, Conflict `ended`."""
    began = time.perf_counter()
    payload = {"comment": "", "name": "", "text": "", "by": by.name}
    if await chat.pin(show_id, CommentState.SHOWN, payload):
        await note(show_id, by, "comment:unpin", "", log=log, ms=_ms(began))


async def _decide(
    show_id: ShowId, comment_id: str, state: CommentState, by: Actor, chat: Chat, log: ShowLog,
    facts: LogReader, db: Database,
) -> None:  # fmt: skip
    began = time.perf_counter()
    said = await _find(show_id, comment_id, facts, db)
    payload = {
        "comment": comment_id,
        "state": state.value,
        "by": by.name,
        "viewer": said.viewer,  # and what it says: for those who have not seen it before
        "name": said.name,
        "text": said.text,
        "platform": said.platform,
    }
    if await chat.set_state(show_id, arrival(said.why), payload):
        verb = "comment:show" if state is CommentState.SHOWN else "comment:hide"
        await note(show_id, by, verb, comment_id, log=log, ms=_ms(began))


async def _find(show_id: ShowId, comment_id: str, facts: LogReader, db: Database) -> _Said:
    """In the log, where it is at once, else in SQL. Raises NotFound."""
    seq = seq_of(comment_id)
    if not seq or show_of(comment_id) != show_id:
        raise NotFound("There is no such comment.")
    fact = await facts.fact(show_id, seq)
    if fact is not None and fact.payload.get("comment") == comment_id and fact.kind == "comment":
        names = ("viewer", "name", "text", "platform", "why")
        return _Said(*(str(fact.payload.get(name, "")) for name in names))
    async with db.read() as session:
        row = found(await comments.find_comment(session, comment_id), "comment")
    return _Said(row.viewer, row.name, row.text, row.platform, row.why)


def _ms(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
