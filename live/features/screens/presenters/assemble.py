"""The board from its parts: what is known of the show, what Redis counts, what the clock says. No I/O."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from live.domain.attendance import Pictures, Place
from live.domain.offer import Stock
from live.domain.show import ShowState
from live.errors import NotNow, StoreUnavailable
from live.features.screens.presenters.check import check_of
from live.features.screens.presenters.choices import choose_current, choose_next
from live.features.screens.presenters.known import Known
from live.features.screens.presenters.number_views import Lamp
from live.features.screens.presenters.numbers import (
    host_lamp,
    lamps_of,
    numbers_of,
    picture_lamp,
)
from live.features.screens.presenters.rows import from_ms, offer_view, unpaid_view
from live.features.screens.presenters.show_views import ShowView
from live.features.screens.presenters.tail import Tail
from live.features.screens.presenters.trend import trend_view
from live.features.screens.presenters.views import Board, OfferView, OrderView
from live.hotpath.shows import Totals
from live.hotpath.stock import Unpaid
from live.hotpath.wait import Waiting

NONE_UNPAID = Unpaid()
NOBODY = Waiting()
NOBODY_WAITS: Mapping[str, Waiting] = {}


def assemble(
    known: Known,
    totals: Totals | None,
    stocks: Sequence[Stock | None],
    now: datetime,
    *,
    redis_ms: int,
    unpaid: Unpaid = NONE_UNPAID,
    waiting: Mapping[str, Waiting] = NOBODY_WAITS,
    stuck_s: float = 0.0,
    late_ms: float = 0.0,
) -> Board:
    """The board from what is known and what Redis says now, `redis_ms` by its own clock. `stuck_s`: so long
    the ledger has not moved, and should; `late_ms`: so late was this process lately; `waiting` by offer."""
    show, tail = known.show, known.tail
    plain = {item.id: item for item in known.items}
    views = [
        offer_view(
            row,
            plain[row.item_id],
            stock,
            show.currency,
            tail.pace,
            redis_ms,
            waiting.get(row.id, NOBODY),
        )
        for row, stock in zip(known.offers, stocks, strict=True)
        if row.item_id in plain
    ]
    newest = {view.item.id: view for view in views}
    paid, spoken_for = Counter[str](), Counter[str]()
    for view in views:
        paid[view.item.id] += view.paid
        spoken_for[view.item.id] += view.spoken_for
    lines = [
        replace(item, offer=newest.get(item.id), paid=paid[item.id], spoken_for=spoken_for[item.id])
        for item in known.items
    ]
    show_view = _show_view(known, totals)
    places = totals.places if totals else dict.fromkeys(Place, 0)
    current = choose_current(views)
    lag = max(totals.seq - known.committed, 0) if totals else 0
    health = lamps_of(
        known.database,
        is_proven=known.is_proven,
        lag=lag,
        behind_s=tail.behind_s(known.committed, redis_ms) if lag else 0.0,
        stuck_s=stuck_s,
        has_worker=known.has_worker,
        late_ms=late_ms,
    )
    numbers = numbers_of(
        totals, unpaid, views, now, failed=len(tail.declined), began=show_view.started_at
    )
    picture = picture_lamp(
        show_view.stream_url,
        totals.pictures if totals else Pictures(),
        is_live=show_view.state == ShowState.LIVE,
    )
    by_id = {view.id: view for view in views}
    screens = places.get(Place.HOST, 0)
    known.host_at = now if screens else known.host_at
    host = replace(
        tail.host.side([d for d in known.devices if d.until > now], is_over=show_view.is_over),
        screens=screens,
        away_since=None if screens else known.host_at,
    )
    return Board(
        show=show_view,
        items=tuple(lines),
        offers=tuple(views),
        current=current,
        chosen_next=known.tail.next_offer,
        next=choose_next(lines, current, known.tail.next_offer),
        numbers=numbers,
        words=totals.words if totals else (),
        orders=tuple(
            _titled(view, by_id.get(offer_id), tail.declined.get(view.id, ""))
            for offer_id, view in _listed(tail, unpaid)
        ),
        chat=tail.chat.views(redis_ms),
        said=tail.chat.said(),
        pinned=tail.chat.pinned,
        rules=tail.chat.rules,
        held_count=totals.comments_held if totals else 0,
        acts=tuple(tail.acts),
        host=host,
        health=(*health, picture, host_lamp(host, is_live=show_view.state == ShowState.LIVE)),
        ledger_lag=lag,
        chain=totals.chain if totals else (0, ""),
        marks=known.marks,
        trend=trend_view(
            numbers.pace,
            tail.trend,
            names={view.id: view.item.name for view in views},
            began=show_view.started_at,
            now=now,
        ),
        difference=sum(abs(v.total - v.left - v.held - v.paid) for v in views) + known.unlike,
        as_of=datetime.fromtimestamp(totals.now / 1000, UTC) if totals and totals.now else now,
        epoch=totals.epoch if totals else "",
        seq=totals.seq if totals else 0,
        is_demo=show.is_demo,
        demo_running=show.demo_running,
        places=places,
        snippets=known.snippets,
        check=check_of(
            show_view,
            lines,
            health,
            places,
            played=totals.played if totals else "",
            rehearsals=known.rehearsals,
        ),
    )


def stale(board: Board, error: NotNow) -> Board:
    """The last board with the lamp of what is away; its `as_of` says since when it stands still."""
    away = "database" if isinstance(error, StoreUnavailable) else "redis"
    lamps = tuple(
        Lamp(away, "fail", f"{away}_away") if lamp.name == away else lamp for lamp in board.health
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
        video_delay_s=show.video_delay_s,
        missed_start=known.missed_start and state == ShowState.PLANNED,
        rehearsal_of=show.rehearsal_of,
    )


def _listed(tail: Tail, unpaid: Unpaid) -> Iterator[tuple[str, OrderView]]:
    """The newest orders, newest first; then those that expire or were declined, of which there is no telling
    whether they are among the newest. Of an end that has moved Redis knows best: the fact may have been missed."""
    ends = {order.id: from_ms(order.expires_ms) for order in unpaid.orders}
    for offer_id, view in reversed(tail.orders.values()):
        yield offer_id, replace(view, expires_at=ends.get(view.id) or view.expires_at)
    for order in sorted(unpaid.orders, key=lambda order: -order.placed_ms):
        if order.id not in tail.orders:
            yield order.offer, unpaid_view(order)


def _titled(view: OrderView, offer: OfferView | None, declined: str) -> OrderView:
    title = offer.item.name if offer else ""
    return replace(view, title=title, offer=offer, declined=declined)
