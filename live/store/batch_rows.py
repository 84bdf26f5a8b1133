"""Writes a folded batch: the rows of one show's new facts, in the caller's transaction."""

from sqlalchemy import ColumnElement, Table, bindparam, case, delete, func, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from live.store import batch as b
from live.store.acts import Act
from live.store.bulk import Columns, insert_rows, update_orders
from live.store.chat_rules import ChatRulesRow
from live.store.comments import Comment, Word
from live.store.entries import LedgerEntry
from live.store.host_rows import write_host
from live.store.moments import from_ms
from live.store.offers import Offer
from live.store.orders import Order
from live.store.shows import Show
from live.store.standings import StandingRow


def _table(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


OFFERS, SHOWS, WORDS = _table(Offer), _table(Show), _table(Word)
INTO_ENTRIES = Columns(_table(LedgerEntry), b.ENTRY_COLUMNS)
INTO_ORDERS = Columns(_table(Order), b.ORDER_COLUMNS)
INTO_COMMENTS = Columns(_table(Comment), b.COMMENT_COLUMNS)
COMMENTS, STANDINGS, RULES = _table(Comment), _table(StandingRow), _table(ChatRulesRow)
INTO_STANDINGS = Columns(STANDINGS, b.STANDING_COLUMNS)
INTO_ACTS = Columns(_table(Act), b.ACT_COLUMNS)
OF_ORDERS = Columns(_table(Order), b.SETTLE_COLUMNS)


def _most(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    return case((one < other, other), else_=one)


COUNT = (
    update(OFFERS)
    .where(OFFERS.c.id == bindparam("offer_id"))
    .values(
        left_units=bindparam("left_units"),
        held_units=bindparam("held_units"),
        paid_units=bindparam("paid_units"),
        expired_units=OFFERS.c.expired_units + bindparam("expired"),
        cancelled_units=OFFERS.c.cancelled_units + bindparam("cancelled"),
        refunded_units=OFFERS.c.refunded_units + bindparam("refunded"),
        tries=_most(OFFERS.c.tries, bindparam("tries")),
        gone_try=_most(OFFERS.c.gone_try, bindparam("gone_try")),
        gone_ms=_most(OFFERS.c.gone_ms, bindparam("gone_ms")),
    )
)
SET_UP = (
    update(OFFERS)
    .where(OFFERS.c.id == bindparam("offer_id"))
    .values(
        state=bindparam("state"),
        quantity=bindparam("quantity"),
        restocked=bindparam("restocked"),
        opens_at=bindparam("opens_at"),
        closes_at=bindparam("closes_at"),
        rest_ms=bindparam("rest_ms"),
        pushed_at=func.coalesce(
            OFFERS.c.pushed_at, bindparam("pushed_at", type_=OFFERS.c.pushed_at.type)
        ),
    )
)
ORDERS = _table(Order)
EXTEND = (
    update(ORDERS)
    .where(ORDERS.c.id == bindparam("order"))
    .values(
        first_expires_at=func.coalesce(ORDERS.c.first_expires_at, ORDERS.c.expires_at),
        expires_at=bindparam("new_end", type_=ORDERS.c.expires_at.type),
    )
)
DECIDE = (
    update(COMMENTS)
    .where(COMMENTS.c.id == bindparam("comment"))
    .values(state=bindparam("new_state"))
)


async def write_batch(connection: AsyncConnection, batch: b.Batch) -> None:
    await insert_rows(connection, INTO_ENTRIES, batch.entries)
    await insert_rows(connection, INTO_ORDERS, list(batch.orders.values()))
    await update_orders(connection, OF_ORDERS, list(batch.settled.values()))
    if batch.extended:
        ends = [{"order": name, "new_end": end} for name, end in sorted(batch.extended.items())]
        await connection.execute(EXTEND, ends)
    await _write_offers(connection, batch)
    await insert_rows(connection, INTO_COMMENTS, batch.comments)
    await _write_moderation(connection, batch)
    await write_host(connection, batch)
    await insert_rows(connection, INTO_ACTS, batch.acts)
    if batch.words is not None:
        await connection.execute(delete(WORDS).where(WORDS.c.show_id == batch.show_id))
        words = [
            {"show_id": batch.show_id, "word": word, "position": place}
            for place, word in enumerate(batch.words)
        ]
        if words:
            await connection.execute(insert(WORDS), words)
    await _write_show(connection, batch)


async def _write_moderation(connection: AsyncConnection, batch: b.Batch) -> None:
    if batch.states:
        decided = [{"comment": name, "new_state": s} for name, s in sorted(batch.states.items())]
        await connection.execute(DECIDE, decided)
    if batch.standings:
        of_show = STANDINGS.c.show_id == batch.show_id
        await connection.execute(
            delete(STANDINGS).where(of_show, STANDINGS.c.viewer.in_(sorted(batch.standings)))
        )
        await insert_rows(connection, INTO_STANDINGS, list(batch.standings.values()))
    if batch.rules is not None:
        await connection.execute(delete(RULES).where(RULES.c.show_id == batch.show_id))
        await connection.execute(insert(RULES), [{"show_id": batch.show_id, **batch.rules}])


async def _write_offers(connection: AsyncConnection, batch: b.Batch) -> None:
    counts: list[b.Row] = []
    settings: list[b.Row] = []
    for offer_id, change in sorted(batch.offers.items()):
        counts.append(
            {
                "offer_id": offer_id,
                "left_units": change.left,
                "held_units": change.held,
                "paid_units": change.paid,
                "expired": change.expired,
                "cancelled": change.cancelled,
                "refunded": change.refunded,
                "tries": change.tries,
                "gone_try": change.gone_try,
                "gone_ms": change.gone_ms,
            }
        )
        if change.settings is not None:
            pushed_at = None if change.pushed_ms is None else from_ms(change.pushed_ms)
            settings.append({"offer_id": offer_id, **change.settings, "pushed_at": pushed_at})
    if counts:
        await connection.execute(COUNT, counts)
    if settings:
        await connection.execute(SET_UP, settings)


async def _write_show(connection: AsyncConnection, batch: b.Batch) -> None:
    if "next_offer" not in batch.show:
        for gone, made in batch.replaced.items():
            is_next = (SHOWS.c.id == batch.show_id) & (SHOWS.c.next_offer == gone)
            await connection.execute(update(SHOWS).where(is_next).values(next_offer=made))
    if not batch.show:
        return
    values = dict(batch.show)
    if "started_at" in values:
        values["started_at"] = func.coalesce(SHOWS.c.started_at, values["started_at"])
    await connection.execute(update(SHOWS).where(SHOWS.c.id == batch.show_id).values(**values))
