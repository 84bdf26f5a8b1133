"""Writes what a batch says of cues and questions, in the caller's transaction."""

from collections.abc import Sequence

from sqlalchemy import Update, bindparam, delete, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from live.store import batch as b
from live.store.asks import Ask
from live.store.bulk import Columns, insert_rows
from live.store.cues import Cue

CUES = SQLModel.metadata.tables[str(Cue.__tablename__)]
ASKS = SQLModel.metadata.tables[str(Ask.__tablename__)]
INTO_CUES = Columns(CUES, b.CUE_COLUMNS)
INTO_ASKS = Columns(ASKS, b.ASK_COLUMNS)

_of_cue = CUES.c.id == bindparam("what")
_is_open_cue = (CUES.c.acked_at.is_(None), CUES.c.dropped_at.is_(None))
_open_ask = (
    ASKS.c.comment == bindparam("what"),
    ASKS.c.answered_at.is_(None),
    ASKS.c.dropped_at.is_(None),
)
MARKS = {
    "cue_seen": update(CUES)
    .where(_of_cue, CUES.c.seen_at.is_(None))
    .values(seen_at=bindparam("when")),
    "cue_ack": update(CUES).where(_of_cue, *_is_open_cue).values(acked_at=bindparam("when")),
    "cue_drop": update(CUES).where(_of_cue, *_is_open_cue).values(dropped_at=bindparam("when")),
    "ask_done": update(ASKS).where(*_open_ask).values(answered_at=bindparam("when")),
    "ask_drop": update(ASKS).where(*_open_ask).values(dropped_at=bindparam("when")),
}


async def write_host(connection: AsyncConnection, batch: b.Batch) -> None:
    await insert_rows(connection, INTO_CUES, batch.cues)
    await _mark(connection, batch.cue_marks)
    await _mark(connection, batch.ask_marks)
    if batch.asks:  # sent over once more, perhaps: after what became of the first time
        await connection.execute(delete(ASKS).where(ASKS.c.comment.in_(sorted(batch.asks))))
        await insert_rows(connection, INTO_ASKS, list(batch.asks.values()))


async def _mark(connection: AsyncConnection, marks: Sequence[b.HostMark]) -> None:
    """One by one, in the order of the log: the first one counts. They are few: people make them."""
    for kind, what, when in marks:
        statement: Update = MARKS[kind]
        await connection.execute(statement, {"what": what, "when": when})
