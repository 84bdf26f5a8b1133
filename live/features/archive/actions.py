"""Letting a show go from Redis, bringing it back, and what SQL says of it meanwhile."""

import asyncio
import logging
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.attendance import Attendance, Pictures, Place
from live.domain.ids import ShowId
from live.domain.show import ShowState
from live.domain.tally import Recount
from live.errors import Recovering
from live.hotpath.archive import Archiver
from live.hotpath.logs import LogReader
from live.hotpath.presence import Presence
from live.hotpath.shows import ShowLog, Totals
from live.hotpath.stock import StockCounter
from live.store import archive, chat_rules, comments, ledger, orders
from live.store.db import Database
from live.store.moments import to_ms
from live.store.shows import Show, raise_attendance

logger = logging.getLogger(__name__)

RECALL_S, RECALL_PAUSE_S = 3.0, 0.1  # the watch over Redis looks every second


async def archive_settled(
    before: datetime,
    now: datetime,
    *,
    db: Database,
    facts: LogReader,
    stock: StockCounter,
    presence: Presence,
    archiver: Archiver,
) -> list[ShowId]:
    """Give back the memory of ended shows in which nothing has happened since `before`; returns them.

    A show is marked in SQL as soon as no script knows it, before its keys are given back: that may take
    seconds, and the watch would put the show back meanwhile. A crash before the mark is a loss like any
    other, one after it leaves keys that the next start finds. Raises RedisUnavailable, StoreUnavailable.
    """
    async with db.read() as session:
        settled = await archive.list_settled(session, before)
    archived = []
    for one in settled:
        show = ShowId(one.show_id)
        await presence.sweep([show])
        await _keep_what_redis_knows(show, db=db, facts=facts, stock=stock)
        ticket = await archiver.let_go(show, one.epoch, one.seq)
        if ticket is None:
            continue
        async with db.write() as session:
            is_marked = await archive.mark_archived(session, one, now)
        if is_marked and await archiver.give_back(show, ticket):
            archived.append(show)
            logger.info("show archived", extra={"show": show, "seq": one.seq})
    return archived


async def _keep_what_redis_knows(
    show: ShowId, *, db: Database, facts: LogReader, stock: StockCounter
) -> None:
    """Who has watched, and the attempts that got nothing: no fact tells of them."""
    head = await facts.head(show)
    offer_ids = await stock.armed_offers(show)
    numbers = zip(offer_ids, await stock.read_all(offer_ids), strict=True)
    async with db.write() as session:
        await raise_attendance(session, show, head.attendance if head else Attendance())
        await archive.keep_attempts(session, {i: now for i, now in numbers if now is not None})


async def forget_archived(*, db: Database, archiver: Archiver) -> None:
    """A Redis that came back in an older state may hold shows that it had let go, and a crash may have left
    some of their keys: they go again.

    Raises RedisUnavailable, StoreUnavailable.
    """
    async with db.read() as session:
        shows = [ShowId(show) for show in await archive.list_archived(session)]
    for show in await archiver.leftovers(shows):
        if await archiver.forget(show):
            logger.warning("something of an archived show was still there", extra={"show": show})


async def recall(show: ShowId, *, db: Database, facts: LogReader, now: datetime) -> None:
    """Have an archived show in Redis again; the worker's watch puts it back as after a loss.

    Raises Recovering when that takes longer than a request may wait: then ask again. StoreUnavailable,
    RedisUnavailable.
    """
    async with db.write() as session:
        await archive.recall(session, show, now)
    for _ in range(round(RECALL_S / RECALL_PAUSE_S)):
        head = await facts.head(show)
        if head is not None and head.state == ShowState.ENDED:
            return
        await asyncio.sleep(RECALL_PAUSE_S)
    raise Recovering


async def totals_of(show: Show, *, db: Database, log: ShowLog) -> Totals | None:
    """The show's totals, from SQL when it is over and Redis has let go of it; else None when Redis has no
    such show. Raises RedisUnavailable, StoreUnavailable."""
    known = await log.totals(ShowId(show.id))
    if known is not None or show.state != ShowState.ENDED:
        return known
    return await counted(show, db=db)


async def counted(show: Show, *, db: Database) -> Totals:
    """The totals of a show that is over, counted from its rows. Raises StoreUnavailable."""
    async with db.read() as session:
        placed = await orders.tally_orders(session, show.id)
        position = await ledger.read_position(session, show.id)
        said = await comments.count_comments(session, show.id)
        held = await comments.count_held(session, show.id)
        recount = await recounted(session, show.id, position.seq if position else 0)
    return Totals(
        epoch=position.epoch if position else "",
        state=ShowState.ENDED,
        orders=placed.orders,
        units=placed.units,
        gmv_placed=placed.placed_minor,
        paid_orders=placed.paid_orders,
        gmv_paid=placed.paid_minor,
        comments=said,
        attendance=show.attendance,
        places=dict.fromkeys(Place, 0),
        pictures=Pictures(),
        seq=position.seq if position else 0,
        now=to_ms(position.updated_at) if position else 0,
        viewers=0,
        words=tuple(recount.counts.items()),
        comments_held=held,
        pace={},
        chain=(position.chain_n, position.chain_head) if position else (0, ""),
    )


async def recounted(session: AsyncSession, show_id: str, until_seq: int) -> Recount:
    """The watched words, counted from all comments that SQL has up to a fact."""
    rules = await chat_rules.find_rules(session, show_id)
    recount = Recount(await comments.list_words(session, show_id), rules.tally_window_s)
    if recount.tallies:
        await comments.count_into(session, show_id, recount, 0, until_seq)
    return recount
