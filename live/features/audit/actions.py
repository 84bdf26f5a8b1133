"""The proof: every unit that was ever on sale is left, held or paid; in Redis and in SQL alike."""

from dataclasses import dataclass

from live.domain.ids import ShowId
from live.domain.offer import OfferState, Stock
from live.hotpath.logs import LogReader
from live.hotpath.stock import StockCounter
from live.store import ledger, offers
from live.store.db import Database


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
    """Raises RedisUnavailable, StoreUnavailable."""
    async with db.read() as session:
        rows = list(await offers.list_offers(session, show_id))
        position = await ledger.find_position(session, show_id)
    head = await facts.head(show_id)
    numbers = await stock.read_all([row.id for row in rows])
    lag = max(head.seq - position[1], 0) if head and position else 0
    lines = []
    for row, now in zip(rows, numbers, strict=True):
        if now is None and row.state == OfferState.DRAFT:
            continue
        written = offers.stock_of(row)
        lines.append(Line(row.id, now or written, now is None or lag > 0 or _same(now, written)))
    ok = (
        head is not None
        and lag == 0
        and all(line.agrees and not line.stock.difference for line in lines)
    )
    return Proof(tuple(lines), lag, ok)


def _same(now: Stock, written: Stock) -> bool:
    return (now.left, now.held, now.paid, now.restocked) == (
        written.left,
        written.held,
        written.paid,
        written.restocked,
    )
