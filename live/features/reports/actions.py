"""What a show came to. Formulas and their names: PRODUCT, section 6 (metric definitions)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from live.domain.ids import ShowId
from live.features.audit.actions import Proof, prove
from live.hotpath.logs import LogReader
from live.hotpath.stock import StockCounter
from live.store import comments, items, offers, orders, summary
from live.store.db import Database
from live.store.shows import Show

MINUTES_MAX = 24 * 60  # of the timeline


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer's units, and how long it took until the last of them was held (None: never)."""

    id: str
    title: str
    price: int
    quantity: int
    restocked: int
    left: int
    held: int
    paid: int
    expired: int
    cancelled: int
    refunded: int
    difference: int
    sold_out_s: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """Money in minor units of `currency`. Rates are None where their denominator is 0.

    gmv_placed  Σ amount of orders created, also those later unpaid or refunded
    gmv_paid    Σ amount of orders that are paid
    aov         paid GMV ÷ paid orders
    pay_rate    paid orders ÷ orders created
    leakage     expired orders ÷ orders created: units that were held for nothing
    """

    currency: str
    started_at: datetime | None
    ended_at: datetime | None
    gmv_placed: int
    gmv_paid: int
    gmv_refunded: int
    orders: int
    paid_orders: int
    units: int
    paid_units: int
    buyers: int
    peak_viewers: int
    comments: int
    commenters: int
    aov: int | None
    pay_rate: float | None
    leakage: float | None
    offers: Sequence[OfferLine]
    words: Sequence[tuple[str, int]]
    timeline: Sequence[tuple[datetime, int, int]]  # minute, orders placed in it, minor units paid
    proof: Proof


async def summarise(
    show: Show,
    *,
    peak_viewers: int,
    words: Sequence[tuple[str, int]],
    db: Database,
    stock: StockCounter,
    facts: LogReader,
) -> Report:
    """The report as of now, from the ledger; `peak_viewers` and `words` as the board has them."""
    async with db.read() as session:
        totals = await orders.tally_orders(session, show.id)
        commenters = await summary.count_commenters(session, show.id)
        said = await comments.count_comments(session, show.id)
        titles = {item.id: item.title for item in await items.list_items(session, show.id)}
        minutes = await summary.by_minute(session, show.id)
        sold_out = await summary.sold_out_after(session, show.id)
        rows = {row.id: row for row in await offers.list_offers(session, show.id)}
    proof = await prove(ShowId(show.id), db=db, stock=stock, facts=facts)
    lines = [
        OfferLine(
            line.offer_id, titles.get(rows[line.offer_id].item_id, ""), rows[line.offer_id].price_minor,
            line.stock.quantity, line.stock.restocked, line.stock.left, line.stock.held, line.stock.paid,
            line.stock.expired, line.stock.cancelled, line.stock.refunded, line.stock.difference, sold_out.get(line.offer_id),
        )
        for line in proof.lines
    ]  # fmt: skip
    return Report(
        currency=show.currency,
        started_at=show.started_at,
        ended_at=show.ended_at,
        gmv_placed=totals.placed_minor,
        gmv_paid=totals.paid_minor,
        gmv_refunded=totals.refunded_minor,
        orders=totals.orders,
        paid_orders=totals.paid_orders,
        units=totals.units,
        paid_units=totals.paid_units,
        buyers=totals.buyers,
        peak_viewers=peak_viewers,
        comments=said,
        commenters=commenters,
        aov=totals.paid_minor // totals.paid_orders if totals.paid_orders else None,
        pay_rate=totals.paid_orders / totals.orders if totals.orders else None,
        leakage=totals.expired_orders / totals.orders if totals.orders else None,
        offers=lines,
        words=words,
        timeline=timeline(minutes),
        proof=proof,
    )


def timeline(minutes: Mapping[int, tuple[int, int]]) -> list[tuple[datetime, int, int]]:
    """Every minute from the first order to the last, the empty ones too; at most a day of them."""
    if not minutes:
        return []
    first, last = min(minutes), min(max(minutes), min(minutes) + MINUTES_MAX)
    return [
        (datetime.fromtimestamp(minute * 60, UTC), *minutes.get(minute, (0, 0)))
        for minute in range(first, last + 1)
    ]


def body_of(report: Report) -> dict[str, object]:
    """What the list of shows tells of an ended one; money in minor units."""
    return {
        "currency": report.currency,
        "gmv_placed": report.gmv_placed,
        "gmv_paid": report.gmv_paid,
        "orders": report.orders,
        "paid_orders": report.paid_orders,
        "units_paid": report.paid_units,
        "buyers": report.buyers,
        "comments": report.comments,
        "ok": report.proof.ok,
    }
