"""The short texts of a room: what the crew sends by one press, to the host or into the chat."""

from collections.abc import Sequence

from live.domain.access import Actor
from live.domain.ids import ShowId
from live.domain.marks import mark_of
from live.domain.snippets import Snippets
from live.errors import ChangedMeanwhile
from live.features.shows.actions.acts import on_record
from live.hotpath.shows import ShowLog
from live.store import rooms, snippets
from live.store.db import Database
from live.store.shows import Show


async def snippets_of(room_id: str, which: Snippets, *, db: Database) -> list[str]:
    """None where nobody has set any."""
    async with db.read() as session:
        return await snippets.list_snippets(session, room_id, which.kind)


async def set_snippets(
    show: Show, which: Snippets, texts: Sequence[str], *, seen: str | None, by: Actor, db: Database,
    log: ShowLog,
) -> None:  # fmt: skip
    """In the room of `show`, on whose record it is: its open control rooms hear of it there. `seen`: the mark of
    those that these were made of. Raises ChangedMeanwhile."""
    on_the_record = on_record(ShowId(show.id), by, which.verb, str(len(texts)), log=log)
    async with on_the_record, db.write() as session:
        await rooms.lock_room(session, show.room_id)
        now = await snippets.list_snippets(session, show.room_id, which.kind)
        if seen is not None and seen != snippets_mark(now):
            raise ChangedMeanwhile
        await snippets.set_snippets(session, show.room_id, which.kind, texts)


def snippets_mark(texts: Sequence[str]) -> str:
    """What their next change is checked against."""
    return mark_of(*texts)
