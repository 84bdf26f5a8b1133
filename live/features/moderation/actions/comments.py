"""What happens to a comment: it is hidden, shown (approved, brought back), pinned."""

from dataclasses import dataclass

from live.domain.access import Actor
from live.domain.comment import CommentState, seq_of
from live.domain.events import Fact
from live.domain.ids import ShowId, show_of
from live.domain.moderation import arrival
from live.errors import NotFound, NotShown, found
from live.features.shows.actions import on_record
from live.hotpath.chat import Chat
from live.hotpath.logs import LogReader
from live.hotpath.shows import ShowLog
from live.store import comments
from live.store.db import Database


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as it came in."""

    viewer: str
    name: str
    text: str
    platform: str
    why: str
    tip: str


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
    """Above the others, in the place of the one before. Raises as `hide`; NotShown for a comment that not
    everyone sees."""
    async with on_record(show_id, by, "comment:pin", comment_id, log=log) as act:
        said = await find_said(show_id, comment_id, facts, db)
        text = said.text or said.tip  # some give without a word
        payload = {"comment": comment_id, "name": said.name, "text": text, "by": by.name}
        act.is_nothing = not await chat.pin(show_id, arrival(said.why), payload)


async def unpin(show_id: ShowId, *, by: Actor, chat: Chat, log: ShowLog) -> None:
    """Nothing is pinned. Raises Recovering, RedisUnavailable, Conflict `ended`."""
    payload = {"comment": "", "name": "", "text": "", "by": by.name}
    async with on_record(show_id, by, "comment:unpin", log=log) as act:
        act.is_nothing = not await chat.pin(show_id, CommentState.SHOWN, payload)


async def _decide(
    show_id: ShowId, comment_id: str, state: CommentState, by: Actor, chat: Chat, log: ShowLog,
    facts: LogReader, db: Database,
) -> None:  # fmt: skip
    verb = "comment:show" if state is CommentState.SHOWN else "comment:hide"
    async with on_record(show_id, by, verb, comment_id, log=log) as act:
        said = await find_said(show_id, comment_id, facts, db)
        payload = decision(comment_id, said, state, by)
        act.is_nothing = not await chat.set_state(show_id, arrival(said.why), payload)


async def find_said(show_id: ShowId, comment_id: str, facts: LogReader, db: Database) -> Said:
    """In the log, where it is at once, else in SQL. Raises NotFound."""
    seq = seq_of(comment_id)
    if not seq or show_of(comment_id) != show_id:
        raise NotFound("There is no such comment.")
    fact = await facts.fact(show_id, seq)
    if fact is not None and fact.payload.get("comment") == comment_id and fact.kind == "comment":
        return told_in(fact)
    async with db.read() as session:
        return written_in(found(await comments.find_comment(session, comment_id), "comment"))


async def shown_words(
    show_id: ShowId, comment_id: str, *, chat: Chat, facts: LogReader, db: Database
) -> tuple[str, str, str]:
    """The author's name, the text and the tip of a comment that everyone sees. Raises NotFound, NotShown,
    RedisUnavailable, StoreUnavailable."""
    said = await find_said(show_id, comment_id, facts, db)
    state = await chat.state_of(show_id, comment_id, arrival(said.why))
    if state is not CommentState.SHOWN:
        raise NotShown
    return said.name, said.text, said.tip


def told_in(fact: Fact) -> Said:
    """Of a `comment` fact."""
    names = ("viewer", "name", "text", "platform", "why", "tip")
    return Said(*(str(fact.payload.get(name, "")) for name in names))


def written_in(row: comments.Comment) -> Said:
    return Said(row.viewer, row.name, row.text, row.platform, row.why, row.tip)


def decision(comment_id: str, said: Said, state: CommentState, by: Actor) -> dict[str, str]:
    """The payload of the fact that the comment is in that state from now on."""
    return {
        "comment": comment_id,
        "state": state.value,
        "by": by.name,
        "viewer": said.viewer,  # and what it says: for those who have not seen it before
        "name": said.name,
        "text": said.text,
        "platform": said.platform,
        **({"tip": said.tip} if said.tip else {}),
    }
