"""What was sold once is sold again: all lines of it or none."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.access import Actor
from live.domain.ids import ShowId
from live.domain.line_up import LINES_MAX, Line, packed, unpacked
from live.domain.pasted import Unread, read_pasted
from live.errors import Conflict, TooLarge, found
from live.features.shows import actions as shows
from live.features.shows.actions import on_record
from live.features.shows.forms import ShowFacts
from live.hotpath.rules import Rulebook
from live.hotpath.shows import ShowLog
from live.runtime import new_item_id, new_offer_id, random_text
from live.store import items, line_ups, offers
from live.store.db import Database
from live.store.items import Item
from live.store.line_ups import LineUp
from live.store.shows import Show, lock_show


async def read(show_id: str, *, db: Database) -> list[Line]:
    """The show's line-up in its order, each item with the terms of its newest sale. Raises TooLarge."""
    async with db.read() as session:
        rows = await items.list_items(session, show_id)
        newest = {row.item_id: row for row in await offers.list_offers(session, show_id)}
    if len(rows) > LINES_MAX:
        raise TooLarge(f"A line-up of more than {LINES_MAX} lines is moved as a CSV.")
    return [
        items.line_of(row, offers.sale_of(newest[row.id]) if row.id in newest else None)
        for row in rows
    ]


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
        created_at=now,
    )


async def clone(
    show: Show,
    facts: ShowFacts,
    *,
    by: Actor,
    db: Database,
    log: ShowLog,
    rulebook: Rulebook,
    now: datetime,
    is_rehearsal: bool = False,
) -> Show:
    """A new show (or rehearsal) of the same room with the same line-up, all sales as drafts again: no orders,
    no comments. Raises TooLarge."""
    lines = await read(show.id, db=db)
    made = await shows.create(
        facts, room_id=show.room_id, is_demo=False, by=by,
        db=db, log=log, rulebook=rulebook, now=now,
        rehearsal_of=show.id if is_rehearsal else None,
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
    show: Show, name: str, *, by: Actor, db: Database, log: ShowLog, now: datetime
) -> LineUp:
    """The show's line-up as a template of its room. Raises TooLarge; Conflict `no_items`."""
    lines = await read(show.id, db=db)
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
