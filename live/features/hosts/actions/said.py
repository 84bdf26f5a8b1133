"""What is said to the host, and what becomes of it: facts of the show's log, so it works while SQL is away.

An acknowledgement and a taking back may meet. The log's order decides, the same for every screen and for SQL
(`store/fold_host.py`, `screens/presenters/host_tail.py`); each of these answers with its fact's seq, so that
the caller can look at a board that has it and say how it went.
"""

from live.domain.access import Actor
from live.domain.ids import ShowId
from live.features.moderation.actions import shown_words
from live.features.shows.actions import on_record
from live.hotpath.chat import Chat
from live.hotpath.logs import LogReader
from live.hotpath.shows import ShowLog
from live.runtime import new_cue_id
from live.store.db import Database


async def send_cue(show_id: ShowId, text: str, *, by: Actor, log: ShowLog) -> str:
    """Put a note on the host's screen, behind those that wait there; its id. Raises Conflict `ended`."""
    async with on_record(show_id, by, "cue:send", text, log=log):
        await log.refuse_ended(show_id)
        cue_id = new_cue_id(show_id)
        await log.append(show_id, "cue", {"cue": cue_id, "text": text, "by": by.name})
    return cue_id


async def mark_cue(show_id: ShowId, cue_id: str, kind: str, *, by: Actor, log: ShowLog) -> int:
    """`cue_seen`: the host's screen has it up; `cue_ack`: the host has read it; `cue_drop`: the operator
    takes it back. Raises Conflict `ended`."""
    return await _mark(show_id, kind, {"cue": cue_id}, by, log)


async def ask(
    show_id: ShowId, comment_id: str, *, by: Actor, chat: Chat, log: ShowLog, facts: LogReader,
    db: Database,
) -> int:  # fmt: skip
    """Send a viewer's question over to the host. Raises NotFound, NotShown, Conflict `ended`;
    StoreUnavailable only for a comment that has left the log."""
    async with on_record(show_id, by, "ask:send", log=log) as act:
        await log.refuse_ended(show_id)
        name, text, tip = await shown_words(show_id, comment_id, chat=chat, facts=facts, db=db)
        act.detail = text
        payload = {"comment": comment_id, "name": name, "text": text, "by": by.name, "tip": tip}
        return await log.append(show_id, "ask", payload)


async def mark_ask(show_id: ShowId, comment_id: str, kind: str, *, by: Actor, log: ShowLog) -> int:
    """`ask_done`: the host has answered it on air; `ask_drop`: the operator takes it back. Raises Conflict
    `ended`."""
    return await _mark(show_id, kind, {"comment": comment_id}, by, log)


async def _mark(
    show_id: ShowId, kind: str, payload: dict[str, str], by: Actor, log: ShowLog
) -> int:
    await log.refuse_ended(show_id)
    return await log.append(show_id, kind, {**payload, "by": by.name})
