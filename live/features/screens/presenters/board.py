"""Boards: what the screens of each show draw, made from Redis (numbers), the log (news) and SQL (the line-up).

SQL is read when a show is first looked at and when its line-up changed, never per beat. While SQL is
away the last line-up stands; while Redis is away the board is not made at all (`RedisUnavailable`),
and the screens say since when they are stale.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from live.domain.ids import ShowId
from live.domain.offer import Stock
from live.domain.show import ShowState
from live.errors import NotFound, NotNow, Recovering, StoreUnavailable
from live.features.screens.presenters.check import check_of
from live.features.screens.presenters.choices import (
    came_back,
    choose_current,
    choose_next,
    with_offer,
)
from live.features.screens.presenters.numbers import lamps_of, numbers_of
from live.features.screens.presenters.tail import ENTRIES_READ, Tail
from live.features.screens.presenters.views import (
    ActView,
    Board,
    ItemView,
    OfferView,
    OrderView,
    ShowView,
    item_view,
    offer_view,
)
from live.features.shows.actions import START
from live.hotpath.shows import Totals
from live.hub import Position
from live.runtime import Runtime
from live.store import comments, cues, items, ledger, offers, orders, rooms, schedule, shows
from live.store.offers import Offer

logger = logging.getLogger(__name__)

# A board this young serves everyone who asks, four screens in two languages: unless they know of a fact
# that it does not know.
FRESH_S = 0.1
POSITION_FRESH_S = 1.0


@dataclass(slots=True)
class Known:
    """What one process knows of a show between two boards."""

    show: shows.Show
    room_title: str
    items: list[ItemView]
    offers: Sequence[Offer]
    tail: Tail
    epoch: str
    committed: int
    missed_start: bool = False
    asked_at: float = 0.0
    read_seq: int = 0
    database: str = "ok"
    is_proven: bool = (
        True  # False: Redis was restarted, and nothing is sold until it is compared with SQL
    )
    board: Board | None = None
    made_at: float = 0.0
    is_away: bool = False  # at the last look: the board is an old one

    def serves(self, since: Position | None, now: float) -> bool:
        """True while nobody needs to look again."""
        if self.board is None or now - self.made_at >= FRESH_S:
            return False
        return self.is_away or since is None or self.board.position.is_at_or_after(since)


class Boards:
    """One per web process."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._known: dict[str, Known] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def board(
        self, show_id: str, *, since: Position | None = None, fresh: bool = False
    ) -> Board:
        """The board, at most FRESH_S old; while a store is away the last one, with its lamp lit.

        `since`: it has every fact up to there. `fresh`: made now, for a page that tells somebody what
        they have just done. Raises NotFound; Recovering, RedisUnavailable, StoreUnavailable when there is no last one.
        """
        lock = self._locks.setdefault(show_id, asyncio.Lock())
        async with lock:
            now = asyncio.get_running_loop().time()
            known = self._known.get(show_id)
            if known and known.board and not fresh and known.serves(since, now):
                return known.board
            try:
                return await self._look(show_id, known, now)
            except NotNow as error:
                if known is None or known.board is None:
                    raise
                known.board = stale(known.board, error)
                known.made_at, known.is_away = now, True
                return known.board

    async def _look(self, show_id: str, known: Known | None, now: float) -> Board:
        totals = await self._runtime.log.totals(ShowId(show_id))
        if known is None or (totals and known.epoch != totals.epoch):
            known = self._known[show_id] = await self._first_look(show_id, totals)
        known.board = await self._make(known, totals, now)
        known.made_at, known.is_away = now, False
        return known.board

    async def _first_look(self, show_id: str, totals: Totals | None) -> Known:
        async with self._runtime.db.read() as session:
            show = await shows.find_show(session, show_id)
            if show is None:
                raise NotFound("There is no such show.")
            room = await rooms.find_room(session, show.room_id)
            position = await ledger.find_position(session, show_id)
            tail = Tail(
                position[1] if position else 0,
                await orders.recent_orders(session, show_id, 40),
                await comments.recent_comments(session, show_id, 60),
                await cues.last_cue(session, show_id),
            )
            rows = await items.list_items(session, show_id)
            offer_rows = await offers.list_offers(session, show_id)
            missed = await schedule.is_missed(session, show_id, START)
        return Known(
            show=show,
            room_title=room.title if room else "",
            items=[item_view(row) for row in rows],
            offers=offer_rows,
            tail=tail,
            epoch=totals.epoch if totals else "",
            committed=tail.seq,
            missed_start=missed,
        )

    async def _refresh(self, known: Known, now: float) -> None:
        """Line-up after a change; once a second how far the ledger is. A database away is a lamp, not an error."""
        changed = known.tail.changed_seq
        if changed <= known.read_seq and now - known.asked_at < POSITION_FRESH_S:
            return
        # What the ledger writes (a show's start) is in SQL only once it has come so far: then look again.
        waiting = known.read_seq > known.committed
        try:
            async with self._runtime.db.read() as session:
                position = await ledger.find_position(session, known.show.id)
                if changed > known.read_seq or waiting:
                    known.show = await shows.find_show(session, known.show.id) or known.show
                    known.items = [
                        item_view(row) for row in await items.list_items(session, known.show.id)
                    ]
                    known.offers = await offers.list_offers(session, known.show.id)
                    known.missed_start = await schedule.is_missed(session, known.show.id, START)
            known.committed = position[1] if position else 0
            known.database = "ok"
            known.read_seq = changed
        except NotNow as error:
            known.database = "fail"
            logger.warning("the line-up could not be read", extra={"cause": error.code})
        known.asked_at = now

    async def _make(self, known: Known, totals: Totals | None, now: float) -> Board:
        show_id = ShowId(known.show.id)
        if totals is None and known.show.state != "ended":
            raise Recovering
        if totals is not None and totals.seq > known.tail.seq:
            known.tail.feed(await self._runtime.facts.tail(show_id, known.tail.seq, ENTRIES_READ))
        await self._refresh(known, now)
        stocks = await self._runtime.stock.read_all([row.id for row in known.offers])
        if totals is not None:
            head = await self._runtime.facts.head(show_id)
            known.is_proven = head is not None and head.state != "recovering"
        board = assemble(known, totals, stocks, self._runtime.clock.now())
        back = came_back(known.board, board)
        if back is None:
            return board
        known.tail.acts.append(ActView(board.as_of, "", "offer:back", back.id, 0))
        return replace(board, acts=tuple(known.tail.acts))


def assemble(
    known: Known, totals: Totals | None, stocks: Sequence[Stock | None], now: datetime
) -> Board:
    """The board from what is known and what Redis says now."""
    show = known.show
    recent = known.tail.recent_units(totals.now if totals else 0)
    plain = {item.id: item for item in known.items}
    views = [
        offer_view(row, plain[row.item_id], stock, show.currency, recent.get(row.id, 0))
        for row, stock in zip(known.offers, stocks, strict=True)
        if row.item_id in plain
    ]
    newest = {view.item.id: view for view in views}
    paid = Counter[str]()
    for view in views:
        paid[view.item.id] += view.paid
    lines = [with_offer(item, newest.get(item.id), paid[item.id]) for item in known.items]
    show_view, screens = _show_view(known, totals), totals.screens if totals else ()
    current = choose_current(views)
    lag = max(totals.seq - known.committed, 0) if totals else 0
    health = lamps_of(known.database, is_proven=known.is_proven, lag=lag)
    by_id = {view.id: view for view in views}
    return Board(
        show=show_view,
        items=tuple(lines),
        offers=tuple(views),
        current=current,
        next=choose_next(lines, current),
        numbers=numbers_of(totals, views, now),
        words=totals.words if totals else (),
        orders=tuple(
            _titled(view, by_id.get(offer_id))
            for offer_id, view in reversed(known.tail.orders.values())
        ),
        comments=tuple(known.tail.comments),
        acts=tuple(known.tail.acts),
        cue=known.tail.cue,
        health=health,
        ledger_lag=lag,
        chain=totals.chain if totals else (0, ""),
        difference=sum(abs(v.total - v.left - v.held - v.paid) for v in views),
        as_of=datetime.fromtimestamp(totals.now / 1000, UTC) if totals and totals.now else now,
        epoch=totals.epoch if totals else "",
        seq=totals.seq if totals else 0,
        is_demo=show.is_demo,
        demo_running=show.demo_running,
        screens=screens,
        check=check_of(show_view, lines, health, screens),
    )


def stale(board: Board, error: NotNow) -> Board:
    """The last board with the lamp of what is away; its `as_of` says since when it stands still."""
    away = "database" if isinstance(error, StoreUnavailable) else "redis"
    lamps = tuple(
        replace(lamp, state="fail") if lamp.name == away else lamp for lamp in board.health
    )
    return replace(board, health=lamps)


def _show_view(known: Known, totals: Totals | None) -> ShowView:
    show = known.show
    state = totals.state if totals else show.state
    return ShowView(
        id=show.id,
        slug=show.slug,
        title=show.title,
        room_title=known.room_title,
        state=state,
        currency=show.currency,
        starts_at=show.starts_at,
        started_at=show.started_at,
        ended_at=show.ended_at or known.tail.ended_at,
        stream_url=show.stream_url,
        missed_start=known.missed_start and state == ShowState.PLANNED,
    )


def _titled(view: OrderView, offer: OfferView | None) -> OrderView:
    return replace(view, title=offer.item.name if offer else "", offer=offer)
