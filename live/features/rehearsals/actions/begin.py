"""A rehearsal begins as a copy of its show: same stack, its own stock, orders and comments. Nothing leads back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


async def state_of(show: Show, *, facts: LogReader) -> str:
    """As Redis has it: SQL hears of it a moment later. Raises RedisUnavailable."""
    head = await facts.head(ShowId(show.id))
    return head.state if head else show.state


async def begin(
    show: Show, *, by: Actor, db: Database, log: ShowLog, rulebook: Rulebook, facts: LogReader,
    now: datetime,
) -> Show:  # fmt: skip
    """The rehearsal of the show that is on air, or else a new one with the line-up as it stands now.

    Raises Conflict `is_rehearsal`, `show_begun` (only what is still planned is rehearsed), TooLarge.
    """
    if show.rehearsal_of is not None:
        raise Conflict("A rehearsal has no rehearsal of its own.", code="is_rehearsal")
    async with db.read() as session:
        last = (await rehearsals.newest_rehearsals(session, [show.id])).get(show.id)
    if last is not None and await state_of(last, facts=facts) == ShowState.LIVE:
        return last
    async with shows.on_record(ShowId(show.id), by, "show:rehearse", show.title, log=log):
        if await state_of(show, facts=facts) != ShowState.PLANNED:
            raise Conflict(
                "The show has begun: there is nothing left to rehearse.", code="show_begun"
            )
        copied = ShowFacts(show.title, show.currency, None, show.stream_url, auto_start=False)
        return await line_ups.clone(
            show, copied,
            by=by, db=db, log=log, rulebook=rulebook, now=now, is_rehearsal=True,
        )  # fmt: skip


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
