"""What a show came to. Formulas and their names: PRODUCT, section 6 (metric definitions)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

from live.domain.catalogue import item_name
from live.domain.ids import ShowId
from live.domain.offer import was_on_air
from live.domain.show import ShowState
from live.domain.trend import Trend, TrendEvent
from live.errors import NotNow
from live.features.archive.actions import totals_of
from live.features.audit.actions import Proof, compare
from live.hotpath.logs import LogReader
from live.hotpath.shows import ShowLog
from live.hotpath.stock import StockCounter
from live.store import comments, entries, items, ledger, offers, orders, summary
from live.store.db import Database
from live.store.offers import Offer
from live.store.shows import Show
from live.store.summary import Summary

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
    """As of the fact `seq`. Money in minor units of `currency`; rates are None where their denominator is 0.

    gmv_placed  Σ amount of orders created, also those later unpaid or refunded
    gmv_paid    Σ amount of orders that are paid
    aov         paid GMV ÷ paid orders
    pay_rate    paid orders ÷ orders created
    leakage     expired orders ÷ orders created: units that were held for nothing
    peak_viewers … watch_each_ms: `domain/attendance.py`
    """

    seq: int
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
    unique_viewers: int
    views: int
    average_viewers: float | None
    watch_ms: int
    watch_each_ms: int | None
    comments: int
    commenters: int
    aov: int | None
    pay_rate: float | None
    leakage: float | None
    offers: Sequence[OfferLine]
    words: Sequence[tuple[str, int]]
    minutes: Sequence[
        tuple[datetime, int, int]
    ]  # each with orders placed in it, minor units paid in it
    events: Sequence[TrendEvent]
    proof: Proof


KEPT = TypeAdapter(Report)  # what the summary of an ended show holds


async def report_of(
    show: Show, *, db: Database, log: ShowLog, stock: StockCounter, facts: LogReader
) -> Report:
    """Of an ended show the kept report, if it counts every fact; else one made now.

    Raises RedisUnavailable, StoreUnavailable.
    """
    known = await kept_reports([show], db=db, facts=facts)
    if show.id in known:
        return known[show.id]
    return await summarise(show, db=db, log=log, stock=stock, facts=facts)


async def settles_at(show: Show, *, db: Database) -> datetime | None:
    """When the last unpaid hold of the show runs out; None while there is none."""
    async with db.read() as session:
        return await summary.last_deadline(session, show.id)


async def reports_of(
    shows: Sequence[Show], *, db: Database, log: ShowLog, stock: StockCounter, facts: LogReader
) -> dict[str, Report]:
    """Show id → report, of those that have ended; without those that cannot be made now."""
    ended = [show for show in shows if show.state == ShowState.ENDED]
    reports = await kept_reports(ended, db=db, facts=facts)
    for show in ended:
        if show.id not in reports:
            try:
                reports[show.id] = await summarise(show, db=db, log=log, stock=stock, facts=facts)
            except NotNow:
                break  # the list of shows stands without figures, too
    return reports


async def kept_reports(
    shows: Sequence[Show], *, db: Database, facts: LogReader
) -> dict[str, Report]:
    """Show id → the report that was kept, where it counts every fact."""
    ids = [ShowId(show.id) for show in shows if show.state == ShowState.ENDED]
    async with db.read() as session:
        positions = await ledger.positions(session)
        kept = await summary.list_summaries(session, ids)
    try:
        _, heads = await facts.heads(ids)
    except NotNow:
        heads = {}  # then the ledger's word is the last one
    reports = {}
    for row in kept:
        head = heads.get(ShowId(row.show_id))
        newest = max(positions[row.show_id][1], head.seq if head else 0)
        if row.seq == newest and (report := _read(row)) is not None:
            reports[row.show_id] = report
    return reports


def _read(row: Summary) -> Report | None:
    """None for a summary that another version of this program wrote."""
    try:
        return KEPT.validate_python(row.body)
    except ValidationError:
        return None


def body_of(report: Report) -> dict[str, object]:
    """The report as JSON values, to be kept."""
    body: dict[str, object] = KEPT.dump_python(report, mode="json")
    return body


async def summarise(
    show: Show, *, db: Database, log: ShowLog, stock: StockCounter, facts: LogReader
) -> Report:
    """The report as of now, from the ledger; viewers and watched words from Redis."""
    show_id = ShowId(show.id)
    now = await totals_of(show, db=db, log=log)
    attended = show.attendance.at_least(now.attendance) if now else show.attendance
    async with db.read() as session:
        position = await ledger.find_position(session, show.id)
        totals = await orders.tally_orders(session, show.id)
        commenters = await summary.count_commenters(session, show.id)
        said = await comments.count_comments(session, show.id)
        titles = {
            item.id: item_name(item.title, item.variant)
            for item in await items.list_items(session, show.id)
        }
        minutes = await summary.by_minute(session, show.id)
        sold_out = await summary.sold_out_after(session, show.id)
        trend = Trend()
        for entry in await entries.list_entries(session, show.id, ("offer", "outage")):
            trend.hear(entry.kind, entry.at_ms, json.loads(entry.body))
        rows = {
            row.id: row
            for row in sorted(await offers.list_offers(session, show.id), key=_opened)
            if was_on_air(row.state, row.opens_at, row.closes_at)
        }
    proof = await compare(show_id, db=db, stock=stock, facts=facts)
    lines = [
        OfferLine(
            line.offer_id, titles.get(rows[line.offer_id].item_id, ""), rows[line.offer_id].price_minor,
            line.stock.quantity, line.stock.restocked, line.stock.left, line.stock.held, line.stock.paid,
            line.stock.expired, line.stock.cancelled, line.stock.refunded, line.stock.difference, sold_out.get(line.offer_id),
        )
        for line in map({line.offer_id: line for line in proof.lines}.get, rows)
        if line is not None
    ]  # fmt: skip
    return Report(
        seq=position[1] if position else 0,
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
        peak_viewers=attended.peak,
        unique_viewers=attended.unique,
        views=attended.views,
        average_viewers=attended.average,
        watch_ms=attended.watch_ms,
        watch_each_ms=attended.watch_each_ms,
        comments=said,
        commenters=commenters,
        aov=totals.paid_minor // totals.paid_orders if totals.paid_orders else None,
        pay_rate=totals.paid_orders / totals.orders if totals.orders else None,
        leakage=totals.expired_orders / totals.orders if totals.orders else None,
        offers=lines,
        words=now.words if now else (),
        minutes=timeline(minutes, show.started_at, show.ended_at),
        events=[
            replace(event, title=titles.get(rows[event.offer].item_id, ""))
            if event.offer in rows
            else event
            for event in trend.since(show.started_at or show.created_at)
        ],
        proof=proof,
    )


def _opened(row: Offer) -> tuple[datetime, str]:
    """The order in which they were on air."""
    return row.opens_at or row.created_at, row.id


def timeline(
    minutes: Mapping[int, tuple[int, int]], began: datetime | None, ended: datetime | None
) -> list[tuple[datetime, int, int]]:
    """Every minute of the show, and on to its last payment, the empty ones too; at most a day of them. None of
    a show without orders."""
    if not minutes:
        return []
    ends = [int(moment.timestamp() // 60) for moment in (began, ended) if moment]
    first = min(*minutes, *ends)
    last = min(max(*minutes, *ends), first + MINUTES_MAX)
    return [
        (datetime.fromtimestamp(minute * 60, UTC), *minutes.get(minute, (0, 0)))
        for minute in range(first, last + 1)
    ]
