"""The proof: every unit that was ever on sale is left, held or paid; in Redis and in SQL alike."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from live.domain.chain import BEFORE_THE_FIRST
from live.domain.ids import ShowId
from live.domain.offer import OfferState, Stock
from live.errors import NotFound, NotNow
from live.hotpath.logs import LogReader
from live.hotpath.stock import Order, StockCounter
from live.store import archive, ledger, offers
from live.store.db import Database
from live.store.entries import chain_of, find_entry
from live.store.orders import find_order
from live.store.summary import OfferAudit, audit_offers, list_sold_offers

PROOF_TRIES, PROOF_PAUSE_S = 10, 0.1
PROOF_LAG_MAX = 500  # facts; of more it is no use to wait
RECEIPT_TRIES, RECEIPT_PAUSE_S = 20, 0.1  # the ledger is usually less than a second behind


@dataclass(frozen=True, slots=True)
class Line:
    """One offer: its numbers now, and whether SQL, once it has caught up, says the same."""

    offer_id: str
    stock: Stock
    agrees: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """`lag`: facts not yet in SQL. `ok`: no difference anywhere, and the ledger has caught up."""

    lines: tuple[Line, ...]
    lag: int
    ok: bool


async def prove(show_id: ShowId, *, db: Database, stock: StockCounter, facts: LogReader) -> Proof:
    """`compare`, after up to a second of waiting for a ledger that is not that far yet: while orders come
    in, it always lacks the last one. Raises RedisUnavailable, StoreUnavailable."""
    proof = await compare(show_id, db=db, stock=stock, facts=facts)
    for _ in range(PROOF_TRIES):
        if not 0 < proof.lag < PROOF_LAG_MAX:
            break
        await asyncio.sleep(PROOF_PAUSE_S)
        proof = await compare(show_id, db=db, stock=stock, facts=facts)
    return proof


async def compare(show_id: ShowId, *, db: Database, stock: StockCounter, facts: LogReader) -> Proof:
    """What Redis has against what SQL has, now; of an archived show what SQL copied from the facts against
    what its orders come to. Raises RedisUnavailable, StoreUnavailable."""
    async with db.read() as session:
        rows = list(await offers.list_offers(session, show_id))
        position = await ledger.find_position(session, show_id)
        is_archived = await archive.is_archived(session, show_id)
        counted = {line.id: line for line in await audit_offers(session, show_id)}
        sold = await list_sold_offers(session, show_id)
    head = await facts.head(show_id)
    numbers = await stock.read_all([row.id for row in rows])
    lag = max(head.seq - position[1], 0) if head and position else 0
    lost = {*sold, *await stock.armed_offers(show_id)} - {row.id for row in rows}
    lines = []
    for row, now in zip(rows, numbers, strict=True):
        if now is None and row.state == OfferState.DRAFT:
            continue
        written = offers.stock_of(row)
        other = counted.get(row.id) if now is None else now
        lines.append(Line(row.id, now or written, lag > 0 or _same(other, written)))
    ok = (
        (head is not None or is_archived)
        and lag == 0
        and not lost  # a sale of which SQL has no row
        and all(line.agrees and not line.stock.difference for line in lines)
    )
    return Proof(tuple(lines), lag, ok)


def _same(now: Stock | OfferAudit | None, written: Stock) -> bool:
    return now is not None and (now.left, now.held, now.paid, now.restocked) == (
        written.left,
        written.held,
        written.paid,
        written.restocked,
    )


async def export_ledger(show_id: ShowId, *, db: Database) -> AsyncIterator[str]:
    """The show's chain as text, in pieces: what `live verify` reads. One snapshot, however long it takes.

    Raises StoreUnavailable.
    """
    async with db.read() as session:
        n, head = await ledger.find_chain(session, show_id) or (0, BEFORE_THE_FIRST)
        yield f"live-ledger 1\nshow {show_id}\nentries {n}\nhead {head}\n\n"
        async for entries in chain_of(session, show_id):
            yield "".join(f"{entry.hash} {entry.body}\n" for entry in entries)


@dataclass(frozen=True, slots=True)
class Receipt:
    """An order's place in the chain: entry `n`, its hash, and the line that was hashed."""

    order_id: str
    show_id: str
    n: int
    hash: str
    line: str


async def receipt_of(order: Order, *, db: Database) -> Receipt:
    """Where the taking of the order stands. Waits a moment for a ledger that is not that far yet, then
    raises NotNow; NotFound for an order from before there was a chain."""
    for _ in range(RECEIPT_TRIES):
        async with db.read() as session:
            row = await find_order(session, order.id)
            entry = await find_entry(session, row.show_id, row.seq) if row else None
        if entry is not None:
            if entry.n is None or entry.hash is None:
                raise NotFound("This order is older than the chain of receipts.")
            return Receipt(order.id, entry.show_id, entry.n, entry.hash, entry.body)
        await asyncio.sleep(RECEIPT_PAUSE_S)
    raise NotNow("The order is safe; its receipt is not written yet.")
