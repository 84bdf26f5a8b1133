"""The quick cues of a room: what the operator sends to the host by one press."""

from collections.abc import Sequence

from live.domain.access import Actor
from live.domain.ids import ShowId
from live.domain.marks import mark_of
from live.errors import ChangedMeanwhile
from live.features.shows.actions import on_record
from live.hotpath.shows import ShowLog
from live.store import rooms, snippets
from live.store.db import Database
from live.store.shows import Show


async def quick_cues(room_id: str, *, db: Database) -> list[str]:
    """None where nobody has set any: the page has four of its own then."""
    async with db.read() as session:
        return await snippets.list_snippets(session, room_id, snippets.CUE)


async def set_quick_cues(
    show: Show, texts: Sequence[str], *, seen: str | None, by: Actor, db: Database, log: ShowLog
) -> None:
    """In the room of `show`, on whose record it is. `seen`: the mark of those that these were made of.
    None of them: the page's own are back. Raises ChangedMeanwhile."""
    on_the_record = on_record(ShowId(show.id), by, "cue:quick", str(len(texts)), log=log)
    async with on_the_record, db.write() as session:
        await rooms.lock_room(session, show.room_id)
        now = await snippets.list_snippets(session, show.room_id, snippets.CUE)
        if seen is not None and seen != quick_mark(now):
            raise ChangedMeanwhile
        await snippets.set_snippets(session, show.room_id, snippets.CUE, texts)


def quick_mark(texts: Sequence[str]) -> str:
    """What their next change is checked against."""
    return mark_of(*texts)
