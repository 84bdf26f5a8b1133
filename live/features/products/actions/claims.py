"""What is spoken for of an item's stock: units that its offers have on sale, held or sold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.ids import ShowId
from live.domain.offer import OfferState, Stock
from live.errors import Conflict, found
from live.hotpath.stock import StockCounter
from live.store import items, offers
from live.store.items import Item
from live.web.words import translate


@dataclass(frozen=True, slots=True)
class Claims:
    """Units. `offers`: every offer of the item that was ever pushed, with its numbers of this moment."""

    stock: int
    offers: Mapping[str, Stock]

    @property
    def spoken_for(self) -> int:
        return sum(numbers.spoken_for for numbers in self.offers.values())

    def fit(self, more: int) -> None:
        """Raises Conflict `stock_short` unless the stock covers `more` units beside those spoken for."""
        self._check(self.stock, self.spoken_for + more)

    def allow(self, stock: int) -> None:
        """Raises Conflict `stock_short` if that stock would not cover what is spoken for."""
        self._check(stock, self.spoken_for)

    def _check(self, stock: int, needed: int) -> None:
        if needed <= stock:
            return
        values = {"stock": stock, "needed": needed, "spoken": self.spoken_for}
        sentence = translate("en", "errors.stock_short", **values)
        raise Conflict(f"{sentence}.", code="stock_short", values=values)


async def claims_of(session: AsyncSession, item: Item, *, stock: StockCounter) -> Claims:
    """As `claims_of_all`, of one item."""
    return (await claims_of_all(session, [item], stock=stock))[item.id]


async def claims_of_all(
    session: AsyncSession, rows: Sequence[Item], *, stock: StockCounter
) -> dict[str, Claims]:
    """By item of one show: its claims, which nobody else can add to until the caller's write transaction ends.

    Redis knows of a push before SQL does, so its numbers count where it has them. An offer lets go of
    its rest when a script has closed it, by Redis time: a sweep first, and no clock of ours after it.
    Raises RedisUnavailable; NotFound when somebody has just removed an item.
    """
    locked = {  # always in the same order: two who lock many must not wait for each other
        item_id: found(await items.lock_item(session, item_id), "item")
        for item_id in sorted(row.id for row in rows)
    }
    if not rows:
        return {}
    show_id = ShowId(rows[0].show_id)
    await stock.sweep(show_id)
    if len(rows) == 1:
        sales = await offers.list_offers_of_item(session, rows[0].id)
    else:
        sales = await offers.list_offers(session, show_id)
    numbers = await stock.read_all([row.id for row in sales], by_clock=False)
    claims: dict[str, dict[str, Stock]] = {item_id: {} for item_id in locked}
    for sale, now in zip(sales, numbers, strict=True):
        if sale.item_id in claims and (now is not None or sale.state != OfferState.DRAFT):
            claims[sale.item_id][sale.id] = now or offers.stock_of(sale)
    return {item_id: Claims(locked[item_id].stock, claims[item_id]) for item_id in locked}
