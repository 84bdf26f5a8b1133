"""What happens to comments: one is hidden, shown (approved, brought back), pinned; all that wait are approved."""

from dataclasses import dataclass

from live.domain.access import Actor
from live.domain.act import DONE
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
from live.store.ledger import find_position

ENTRIES_READ = 1_000  # of the log at once


@dataclass(frozen=True, slots=True)
class _Said:
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


async def approve(
    show_id: ShowId, up_to: str, *, by: Actor, chat: Chat, log: ShowLog, facts: LogReader,
    db: Database,
) -> int:  # fmt: skip
    """All that wait, up to the comment `up_to`, are shown to everyone; how many they were. What a blocked word
    has hidden stays so, and what came later waits on. Doing so twice is harmless.

    Raises NotFound for an `up_to` that is no comment; Recovering, RedisUnavailable, Conflict `ended`, and
    StoreUnavailable: then one of them can still be shown by `show`.
    """
    async with on_record(show_id, by, "comment:approve", "0", log=log) as act:
        act.is_nothing = True  # what is done goes on record with it, in the same script call
        began_ms = chat.now_ms()
        await _find(show_id, up_to, facts, db)
        waiting = await _waiting(show_id, seq_of(up_to), facts, db)
        state = CommentState.SHOWN
        payloads = [_decision(comment, said, state, by) for comment, said in waiting.items()]
        told = {"actor": by.name, "verb": "comment:approve", "result": DONE, "began_ms": began_ms}
        return await chat.approve(show_id, payloads, told)


async def pin(
    show_id: ShowId, comment_id: str, *, by: Actor, chat: Chat, log: ShowLog, facts: LogReader,
    db: Database,
) -> None:  # fmt: skip
    """Above the others, in the place of the one before. Raises as `hide`; NotShown for a comment that not
    everyone sees."""
    async with on_record(show_id, by, "comment:pin", comment_id, log=log) as act:
        said = await _find(show_id, comment_id, facts, db)
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
        said = await _find(show_id, comment_id, facts, db)
        payload = _decision(comment_id, said, state, by)
        act.is_nothing = not await chat.set_state(show_id, arrival(said.why), payload)


async def _find(show_id: ShowId, comment_id: str, facts: LogReader, db: Database) -> _Said:
    """In the log, where it is at once, else in SQL. Raises NotFound."""
    seq = seq_of(comment_id)
    if not seq or show_of(comment_id) != show_id:
        raise NotFound("There is no such comment.")
    fact = await facts.fact(show_id, seq)
    if fact is not None and fact.payload.get("comment") == comment_id and fact.kind == "comment":
        return _told(fact)
    async with db.read() as session:
        return _written(found(await comments.find_comment(session, comment_id), "comment"))


async def shown_words(
    show_id: ShowId, comment_id: str, *, chat: Chat, facts: LogReader, db: Database
) -> tuple[str, str, str]:
    """The author's name, the text and the tip of a comment that everyone sees. Raises NotFound, NotShown,
    RedisUnavailable, StoreUnavailable."""
    said = await _find(show_id, comment_id, facts, db)
    state = await chat.state_of(show_id, comment_id, arrival(said.why))
    if state is not CommentState.SHOWN:
        raise NotShown
    return said.name, said.text, said.tip


async def _waiting(
    show_id: ShowId, until_seq: int, facts: LogReader, db: Database
) -> dict[str, _Said]:
    """What came in held, up to a fact, and as far as SQL knows still is: there, and in the log behind it."""
    async with db.read() as session:
        _, seq = await find_position(session, show_id) or ("", 0)
        rows = await comments.held_comments(session, show_id, until_seq)
    waiting = {row.id: _written(row) for row in rows}
    while seq < until_seq:
        newer = (await facts.after({show_id: seq}, ENTRIES_READ)).get(show_id, [])
        if not newer:
            break
        seq = newer[-1].seq
        waiting |= {
            str(fact.payload["comment"]): _told(fact)
            for fact in newer
            if fact.kind == "comment" and fact.seq <= until_seq
        }
    return {
        comment: said for comment, said in waiting.items() if arrival(said.why) is CommentState.HELD
    }


def _told(fact: Fact) -> _Said:
    names = ("viewer", "name", "text", "platform", "why", "tip")
    return _Said(*(str(fact.payload.get(name, "")) for name in names))


def _written(row: comments.Comment) -> _Said:
    return _Said(row.viewer, row.name, row.text, row.platform, row.why, row.tip)


def _decision(comment_id: str, said: _Said, state: CommentState, by: Actor) -> dict[str, str]:
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
