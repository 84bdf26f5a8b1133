"""The board from its parts: what is known of the show, what Redis counts, what the clock says. No I/O."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from live.domain.attendance import Place
from live.domain.offer import Stock
from live.domain.show import ShowState
from live.errors import NotNow, StoreUnavailable
from live.features.screens.presenters.check import check_of
from live.features.screens.presenters.choices import choose_current, choose_next, with_offer
from live.features.screens.presenters.known import Known
from live.features.screens.presenters.numbers import lamps_of, numbers_of
from live.features.screens.presenters.rows import offer_view
from live.features.screens.presenters.views import Board, OfferView, OrderView, ShowView
from live.hotpath.shows import Totals


def assemble(
    known: Known,
    totals: Totals | None,
    stocks: Sequence[Stock | None],
    now: datetime,
    *,
    redis_ms: int,
    is_stuck: bool = False,
) -> Board:
    """The board from what is known and what Redis says now, `redis_ms` by its own clock. `is_stuck`: the
    ledger does not move."""
    show = known.show
    recent = known.tail.recent_units(redis_ms)
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
    show_view = _show_view(known, totals)
    places = totals.places if totals else dict.fromkeys(Place, 0)
    current = choose_current(views)
    lag = max(totals.seq - known.committed, 0) if totals else 0
    health = lamps_of(
        known.database,
        is_proven=known.is_proven,
        lag=lag,
        is_stuck=is_stuck,
        has_worker=known.has_worker,
    )
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
        chat=known.tail.chat.views(redis_ms),
        said=known.tail.chat.said(),
        pinned=known.tail.chat.pinned,
        rules=known.tail.chat.rules,
        held_count=totals.comments_held if totals else 0,
        acts=tuple(known.tail.acts),
        cue=known.tail.cue,
        health=health,
        ledger_lag=lag,
        chain=totals.chain if totals else (0, ""),
        marks=known.marks,
        difference=sum(abs(v.total - v.left - v.held - v.paid) for v in views) + known.unlike,
        as_of=datetime.fromtimestamp(totals.now / 1000, UTC) if totals and totals.now else now,
        epoch=totals.epoch if totals else "",
        seq=totals.seq if totals else 0,
        is_demo=show.is_demo,
        demo_running=show.demo_running,
        places=places,
        check=check_of(show_view, lines, health, places),
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
