"""What was sold once is sold again: all lines of it or none."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.access import Actor
from live.domain.ids import ShowId
from live.domain.line_up import LINES_MAX, Line, as_left, packed, unpacked
from live.domain.pasted import Unread, read_pasted
from live.errors import Conflict, TooLarge, found
from live.features.shows import actions as shows
from live.features.shows.actions import on_record
from live.features.shows.forms import ShowFacts
from live.hotpath.rules import Rulebook
from live.hotpath.shows import ShowLog
from live.hotpath.stock import StockCounter
from live.runtime import new_item_id, new_offer_id, random_text
from live.store import items, line_ups, offers
from live.store.db import Database
from live.store.items import Item
from live.store.line_ups import LineUp
from live.store.offers import Offer
from live.store.shows import Show, lock_show


async def read(show_id: str, *, db: Database) -> list[Line]:
    """The show's line-up in its order as it was set up, each item with the terms of its newest sale. Raises
    TooLarge."""
    rows, sales = await _rows(show_id, db=db)
    return [_line(row, sales.get(row.id, ())) for row in rows]


async def read_left(show_id: str, *, db: Database, stock: StockCounter) -> list[Line]:
    """As `read`, with what is left of the stock at this moment: without the units that are sold or held.

    Raises TooLarge, RedisUnavailable.
    """
    rows, sales = await _rows(show_id, db=db)
    made = [sale for those in sales.values() for sale in those]
    # Redis knows of an order before SQL does, and nothing of a show that it has let go.
    numbers = await stock.read_all([sale.id for sale in made], by_clock=False)
    gone: Counter[str] = Counter()
    for sale, now in zip(made, numbers, strict=True):
        known = now or offers.stock_of(sale)
        gone[sale.item_id] += known.held + known.paid
    return [
        as_left(
            replace(_line(row, sales.get(row.id, ())), last_stock=items.last_of(row)), gone[row.id]
        )
        for row in rows
    ]


async def _rows(
    show_id: str, *, db: Database
) -> tuple[Sequence[Item], Mapping[str, Sequence[Offer]]]:
    """The items, and by item its sales, the newest last."""
    sales: dict[str, list[Offer]] = {}
    async with db.read() as session:
        rows = await items.list_items(session, show_id)
        for sale in await offers.list_offers(session, show_id):
            sales.setdefault(sale.item_id, []).append(sale)
    if len(rows) > LINES_MAX:
        raise TooLarge(f"A line-up of more than {LINES_MAX} lines is moved as a CSV.")
    return rows, sales


def _line(row: Item, sales: Sequence[Offer]) -> Line:
    return items.line_of(row, offers.sale_of(sales[-1]) if sales else None)


async def add(
    show: Show,
    lines: Sequence[Line],
    *,
    currency: str,
    by: Actor,
    db: Database,
    log: ShowLog,
    now: datetime,
) -> int:
    """The lines at the end of the show's line-up, their sales as drafts; how many they were.

    Raises Conflict `sku_taken` for an item that the show has, `other_currency`, `ended`.
    """
    show_id = ShowId(show.id)
    async with on_record(show_id, by, "line_up:add", str(len(lines)), log=log):
        await log.refuse_ended(show_id)
        await _add(show, show_id, lines, currency, db=db, now=now)
        await log.append(show_id, "items", {})
    return len(lines)


async def _add(
    show: Show,
    show_id: ShowId,
    lines: Sequence[Line],
    currency: str,
    *,
    db: Database,
    now: datetime,
) -> None:
    if currency != show.currency:
        raise Conflict(
            f"These prices are in {currency}, the show's in {show.currency}.",
            code="other_currency",
            values={"theirs": currency, "ours": show.currency},
        )
    async with db.write() as session:
        await lock_show(session, show_id)
        await _refuse_taken(session, show_id, lines)
        position = await items.next_position(session, show_id)
        for place, line in enumerate(lines):
            item = _item(show_id, line, position + place, now)
            session.add(item)
            if line.sale:
                await session.flush()  # an offer names its item
                offer_id = new_offer_id(show_id)
                session.add(offers.draft_of(offer_id, show_id, item.id, line.sale, now))


async def _refuse_taken(session: AsyncSession, show_id: str, lines: Sequence[Line]) -> None:
    taken = {(row.sku, row.variant) for row in await items.list_items(session, show_id)}
    for line in lines:
        if (line.sku, line.variant) in taken:
            name = f"{line.sku} {line.variant}".strip()
            raise Conflict(
                f"The line-up already has {name}.", code="sku_taken", values={"sku": name}
            )


def _item(show_id: ShowId, line: Line, position: int, now: datetime) -> Item:
    return Item(
        id=new_item_id(show_id),
        show_id=show_id,
        position=position,
        sku=line.sku,
        variant=line.variant,
        title=line.title,
        list_price_minor=line.list_price,
        stock=line.stock,
        image_url=line.image_url,
        notes=line.notes,
        last_left=line.stock if line.last_stock else None,
        last_stock=line.last_stock or None,
        created_at=now,
    )


async def clone(
    show: Show,
    facts: ShowFacts,
    *,
    by: Actor,
    db: Database,
    stock: StockCounter,
    log: ShowLog,
    rulebook: Rulebook,
    now: datetime,
) -> tuple[Show, int]:
    """A new show of the same room with the same line-up, all sales as drafts again: no orders, no comments, and of
    the stock what is left. And how many lines have less than they had. Raises TooLarge, RedisUnavailable."""
    lines = await read_left(show.id, db=db, stock=stock)
    made = await shows.create(
        facts, room_id=show.room_id, is_demo=False, by=by,
        db=db, log=log, rulebook=rulebook, now=now,
    )  # fmt: skip
    if lines:
        await add(made, lines, currency=show.currency, by=by, db=db, log=log, now=now)
    return made, sum(line.last_stock > 0 for line in lines)


async def rehearse(
    show: Show,
    facts: ShowFacts,
    *,
    by: Actor,
    db: Database,
    log: ShowLog,
    rulebook: Rulebook,
    now: datetime,
) -> Show:
    """A rehearsal of the show, with the line-up as it is set up. Raises TooLarge."""
    lines = await read(show.id, db=db)
    made = await shows.create(
        facts, room_id=show.room_id, is_demo=False, by=by,
        db=db, log=log, rulebook=rulebook, now=now, rehearsal_of=show.id,
    )  # fmt: skip
    if lines:
        await add(made, lines, currency=show.currency, by=by, db=db, log=log, now=now)
    return made


async def paste(
    show: Show, text: str, hold_s: int, *, db: Database
) -> tuple[list[Line], list[Unread]]:
    """What the text comes to in this show; nothing is changed. `add` takes the lines."""
    async with db.read() as session:
        taken = [row.sku for row in await items.list_items(session, show.id)]
    return read_pasted(text, show.currency, hold_s, taken)


async def save(
    show: Show,
    name: str,
    *,
    by: Actor,
    db: Database,
    stock: StockCounter,
    log: ShowLog,
    now: datetime,
) -> LineUp:
    """The show's line-up as a template of its room, with what is left of the stock. Raises TooLarge, RedisUnavailable;
    Conflict `no_items`."""
    lines = await read_left(show.id, db=db, stock=stock)
    if not lines:
        raise Conflict("There is nothing in the line-up yet.", code="no_items")
    row = LineUp(
        id=f"l{random_text(10)}",
        room_id=show.room_id,
        name=name,
        currency=show.currency,
        body=packed(lines),
        by=by.name,
        created_at=now,
    )
    async with on_record(ShowId(show.id), by, "line_up:save", name, log=log), db.write() as session:
        session.add(row)
    return row


async def find(line_up_id: str, *, db: Database) -> LineUp:
    """Raises NotFound."""
    async with db.read() as session:
        return found(await line_ups.find_line_up(session, line_up_id), "template")


async def listed(rooms: Sequence[str], *, db: Database) -> Sequence[LineUp]:
    """Templates of these rooms, newest first."""
    async with db.read() as session:
        return await line_ups.list_line_ups(session, rooms)


async def apply(
    line_up_id: str, show: Show, *, by: Actor, db: Database, log: ShowLog, now: datetime
) -> int:
    """The template's lines at the end of the show's line-up. Raises NotFound, and as `add`."""
    row = await find(line_up_id, db=db)
    found(row if row.room_id == show.room_id else None, "template")
    lines = unpacked(row.body)
    return await add(show, lines, currency=row.currency, by=by, db=db, log=log, now=now)


async def remove(line_up_id: str, *, db: Database) -> None:
    """Raises NotFound."""
    async with db.write() as session:
        await session.delete(found(await line_ups.find_line_up(session, line_up_id), "template"))
