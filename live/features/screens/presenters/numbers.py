"""A board's figures and lamps, from what Redis told."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from live.features.screens.presenters.views import Lamp, Numbers, OfferView
from live.hotpath.shows import Totals

LAG_WARN = 2_000  # facts; more than a few seconds of a burst


def numbers_of(totals: Totals | None, views: Sequence[OfferView], now: datetime) -> Numbers:
    """The show's figures; `totals` None: Redis has not said yet what they are."""
    held, paid = sum(v.held for v in views), sum(v.paid for v in views)
    if totals is None:
        return Numbers(held=held, paid=paid)
    last = int(now.timestamp()) // 10
    return Numbers(
        viewers=totals.viewers,
        attendance=totals.attendance,
        orders=totals.orders,
        units=totals.units,
        held=held,
        paid=paid,
        gmv_placed=totals.gmv_placed,
        gmv_paid=totals.gmv_paid,
        comments=totals.comments,
        orders_per_min=sum(
            totals.pace.get(f"o:{bucket}", 0) for bucket in range(last - 5, last + 1)
        ),
        paid_orders=totals.paid_orders,
        decided=sum(v.paid + v.expired + v.cancelled + v.refunded for v in views),
        pace=_pace(totals, now),
    )


def _pace(totals: Totals, now: datetime) -> tuple[tuple[datetime, int, int], ...]:
    """The last 30 whole minutes and the present one."""
    minute = now.replace(second=0, microsecond=0)
    points = []
    for back in range(30, -1, -1):
        start = minute - timedelta(minutes=back)
        first = int(start.timestamp()) // 10
        placed = sum(totals.pace.get(f"o:{bucket}", 0) for bucket in range(first, first + 6))
        paid = sum(totals.pace.get(f"p:{bucket}", 0) for bucket in range(first, first + 6))
        points.append((start, placed, paid))
    return tuple(points)


def lamps_of(
    database: str, *, is_proven: bool, lag: int, is_stuck: bool, has_worker: bool
) -> tuple[Lamp, ...]:
    """`lag`: facts that the ledger has not written yet; `is_stuck`: for too long it has written none of
    them."""
    in_time = database == "ok" and lag < LAG_WARN and not is_stuck
    return (
        Lamp("redis", "ok" if is_proven else "warn"),
        Lamp("database", database),
        Lamp("ledger", "fail" if not has_worker else "ok" if in_time else "warn", lag),
        Lamp("sockets", "ok"),
    )
