"""A rehearsal begins as a copy of its show: same stack, its own stock, orders and comments. Nothing leads back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from live.domain.access import Actor
from live.domain.ids import ShowId
from live.domain.show import ShowState
from live.errors import Conflict
from live.features.line_ups import actions as line_ups
from live.features.shows import actions as shows
from live.features.shows.forms import ShowFacts
from live.hotpath.logs import LogReader
from live.hotpath.rules import Rulebook
from live.hotpath.shows import ShowLog
from live.store import rehearsals
from live.store.db import Database
from live.store.shows import Show


@dataclass(frozen=True, slots=True)
class Latest:
    """A show's last rehearsal. `is_go`: what its card says; None: it has none yet."""

    show_id: str
    state: str
    is_go: bool | None


async def begin(
    show: Show, *, by: Actor, db: Database, log: ShowLog, rulebook: Rulebook, facts: LogReader,
    now: datetime,
) -> Show:  # fmt: skip
    """The rehearsal of the show that is on air, or one that never began and is still true, or else a new one
    with the line-up as it stands now.

    Raises Conflict `is_rehearsal`, `show_begun` (only what is still planned is rehearsed), TooLarge.
    """
    if show.rehearsal_of is not None:
        raise Conflict("A rehearsal has no rehearsal of its own.", code="is_rehearsal")
    async with db.read() as session:
        last = (await rehearsals.newest_rehearsals(session, [show.id])).get(show.id)
    was = await shows.state_of(last, facts=facts) if last else None
    if last and was == ShowState.LIVE:
        return last
    async with shows.on_record(ShowId(show.id), by, "show:rehearse", show.title, log=log):
        if await shows.state_of(show, facts=facts) != ShowState.PLANNED:
            raise Conflict(
                "The show has begun: there is nothing left to rehearse.", code="show_begun"
            )
        if last and was == ShowState.PLANNED and await _is_true(last, show, db, rulebook):
            return last
        copied = ShowFacts(
            show.title, show.currency, None, show.stream_url, auto_start=False, video_delay_s=show.video_delay_s,
        )  # fmt: skip
        return await line_ups.rehearse(
            show, copied,
            by=by, db=db, log=log, rulebook=rulebook, now=now,
        )  # fmt: skip


async def _is_true(last: Show, show: Show, db: Database, rulebook: Rulebook) -> bool:
    """The rehearsal is still what a new one would be."""
    facts = [(one.title, one.currency, one.stream_url, one.video_delay_s) for one in (last, show)]
    lines = [await line_ups.read(one.id, db=db) for one in (last, show)]
    rules = [await rulebook.read(ShowId(one.id)) for one in (last, show)]
    chats = [(replace(one.chat, ingest_n=0), one.words) for one in rules]
    return all(mine == theirs for mine, theirs in (facts, lines, chats))


async def prepared_of(listed: Sequence[Show], *, db: Database) -> Mapping[str, str]:
    """Planned show → its last rehearsal, where that never began."""
    ids = [show.id for show in listed if show.state == ShowState.PLANNED]
    async with db.read() as session:
        newest = await rehearsals.newest_rehearsals(session, ids)
    return {show: row.id for show, row in newest.items() if row.state == ShowState.PLANNED}


async def latest_of(listed: Sequence[Show], *, db: Database) -> Mapping[str, Latest]:
    """Show → its last rehearsal that was on air, of those that have one."""
    ids = [show.id for show in listed]
    async with db.read() as session:
        rows = [
            row
            for state in (ShowState.ENDED, ShowState.LIVE)
            for row in (await rehearsals.newest_rehearsals(session, ids, state=state)).values()
        ]
        cards = await rehearsals.find_cards(session, [row.id for row in rows])
    latest: dict[str, Latest] = {}
    for row in sorted(rows, key=lambda row: row.created_at):
        card = cards.get(row.id)
        latest[str(row.rehearsal_of)] = Latest(row.id, row.state, card.is_go if card else None)
    return latest
