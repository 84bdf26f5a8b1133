"""What happens to many comments at once: all that wait are approved, all of a viewer's are hidden, and are back."""

from collections.abc import Mapping, Sequence

from live.domain.access import Actor
from live.domain.act import DONE
from live.domain.comment import CommentState, seq_of
from live.domain.ids import ShowId, is_id, show_of
from live.domain.moderation import arrival
from live.errors import NotFound
from live.features.moderation.actions.comments import (
    Said,
    decision,
    find_said,
    told_in,
    written_in,
)
from live.features.shows.actions import on_record
from live.hotpath.chat import Chat
from live.hotpath.logs import LogReader
from live.hotpath.shows import ShowLog
from live.store import comments
from live.store.db import Database
from live.store.ledger import find_position

HIDDEN_MAX = 500  # a viewer's last comments; who has said more than that is banned, and the rest is long gone


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
        await find_said(show_id, up_to, facts, db)
        waiting = await _waiting(show_id, seq_of(up_to), facts, db)
        state = CommentState.SHOWN
        payloads = [decision(comment, said, state, by) for comment, said in waiting.items()]
        held = CommentState.HELD
        told = {"actor": by.name, "verb": "comment:approve", "result": DONE, "began_ms": began_ms}
        return len(await chat.set_states(show_id, held, held, payloads, told))


async def hide_all(
    show_id: ShowId, viewer: str, *, by: Actor, chat: Chat, log: ShowLog, facts: LogReader,
    db: Database,
) -> list[str]:  # fmt: skip
    """What the viewer has said, the last HIDDEN_MAX of it, is hidden from everyone but the crew and its author;
    answers which everyone saw until now. Doing so twice is harmless.

    Raises NotFound for what is no viewer; Recovering, RedisUnavailable, Conflict `ended`, StoreUnavailable.
    """
    async with on_record(show_id, by, "viewer:hide", f"{viewer} 0", log=log) as act:
        act.is_nothing = True  # what is done goes on record with it, in the same script call
        if not is_id(viewer):
            raise NotFound("There is no such viewer.")
        began_ms = chat.now_ms()
        told = {"actor": by.name, "verb": "viewer:hide", "result": DONE, "began_ms": began_ms}
        told["detail"] = f"{viewer} "
        said = await _said_by(show_id, viewer, facts, db)
        return await _set_all(show_id, said, CommentState.HIDDEN, by, chat, told)


async def bring_back(
    show_id: ShowId, comment_ids: Sequence[str], *, by: Actor, chat: Chat, log: ShowLog,
    facts: LogReader, db: Database,
) -> int:  # fmt: skip
    """Those of these comments that are hidden are shown to everyone; how many they were. Raises as `hide_all`,
    and NotFound for what is no comment of the show."""
    async with on_record(show_id, by, "comment:bring_back", "0", log=log) as act:
        act.is_nothing = True
        if any(not seq_of(one) or show_of(one) != show_id for one in comment_ids):
            raise NotFound("There is no such comment.")
        began_ms = chat.now_ms()
        told = {
            "actor": by.name,
            "verb": "comment:bring_back",
            "result": DONE,
            "began_ms": began_ms,
        }
        said = {one: await find_said(show_id, one, facts, db) for one in dict.fromkeys(comment_ids)}
        done = 0
        for arrived, some in _by_arrival(said).items():
            payloads = [decision(one, some[one], CommentState.SHOWN, by) for one in some]
            hidden = CommentState.HIDDEN
            done += len(await chat.set_states(show_id, arrived, hidden, payloads, told))
        return done


async def _set_all(
    show_id: ShowId, said: Mapping[str, Said], state: CommentState, by: Actor, chat: Chat,
    told: Mapping[str, object],
) -> list[str]:  # fmt: skip
    """Which of them everyone saw until now. What waits for somebody to approve it, does so no more."""
    shown: list[str] = []
    for arrived, some in _by_arrival(said).items():
        payloads = [decision(one, some[one], state, by) for one in some]
        if arrived is CommentState.HELD:
            await chat.set_states(show_id, arrived, arrived, payloads, told)
        shown += await chat.set_states(show_id, arrived, CommentState.SHOWN, payloads, told)
    return shown


def _by_arrival(said: Mapping[str, Said]) -> dict[CommentState, dict[str, Said]]:
    """They are decided in calls of their own, for Redis keeps only what is otherwise than it came in."""
    apart: dict[CommentState, dict[str, Said]] = {}
    for comment, one in said.items():
        apart.setdefault(arrival(one.why), {})[comment] = one
    return apart


async def _said_by(show_id: ShowId, viewer: str, facts: LogReader, db: Database) -> dict[str, Said]:
    """The last HIDDEN_MAX, oldest first: those in SQL, and in the log behind it."""
    async with db.read() as session:
        _, seq = await find_position(session, show_id) or ("", 0)
        rows = await comments.last_comments_of(session, show_id, viewer, HIDDEN_MAX)
    said = {row.id: written_in(row) for row in rows}
    async for fact in facts.each_after(show_id, seq):
        if fact.kind == "comment" and fact.payload["viewer"] == viewer:
            said[str(fact.payload["comment"])] = told_in(fact)
    return dict(list(said.items())[-HIDDEN_MAX:])


async def _waiting(
    show_id: ShowId, until_seq: int, facts: LogReader, db: Database
) -> dict[str, Said]:
    """What came in held, up to a fact, and as far as SQL knows still is: there, and in the log behind it."""
    async with db.read() as session:
        _, seq = await find_position(session, show_id) or ("", 0)
        rows = await comments.held_comments(session, show_id, until_seq)
    waiting = {row.id: written_in(row) for row in rows}
    async for fact in facts.each_after(show_id, seq, until_seq):
        if fact.kind == "comment":
            waiting[str(fact.payload["comment"])] = told_in(fact)
    return {
        comment: said for comment, said in waiting.items() if arrival(said.why) is CommentState.HELD
    }
