"""A show straight on a Redis, through the hot path's own calls: no HTTP, no web process, no worker.

What `scripts/bench scale` fills and measures. Every order has a buyer, an id and a key of its own unless
it says otherwise, and must be accepted.
"""

import asyncio
import itertools
import secrets
from collections.abc import Iterator, Sequence

from live.domain.ids import OfferId, OrderId, ShowId
from live.domain.outcomes import Outcome, Taken, Verdict
from live.hotpath.client import Client
from live.hotpath.shows import ShowLog
from live.hotpath.stock import StockCounter
from live.hotpath.takes import Take

UNITS = 1_000_000_000
LIMIT = 1_000_000
HOLD_MS = 24 * 3_600_000
ARMED_AT_ONCE = 32
PART = 5_120  # orders put at once: well within the time that one of them may wait


class Sale:
    """A show on air with some open offers."""

    def __init__(self, client: Client, show: ShowId, offers: Sequence[OfferId]) -> None:
        self.show = show
        self.offers = offers
        self._client = client
        self._stock = StockCounter(client)
        self._numbers = itertools.count()

    @classmethod
    async def open(cls, client: Client, offers: int) -> "Sale":
        """A new show, with so many offers."""
        show = ShowId("b" + secrets.token_hex(4))
        sale = cls(client, show, [OfferId(f"{show}-o{number:08}") for number in range(offers)])
        log = ShowLog(client)
        await log.plan(show, "e1")
        await log.move(show, "start")
        for start in range(0, offers, ARMED_AT_ONCE):
            some = sale.offers[start : start + ARMED_AT_ONCE]
            await asyncio.gather(*(sale._arm(offer) for offer in some))
        return sale

    async def fill(self, orders: int) -> None:
        """So many orders of as many buyers, all for the first offer."""
        wishes = self.wishes(orders, known_buyers=0, spread=False)
        while part := list(itertools.islice(wishes, PART)):
            await self.place(part)

    def wishes(self, orders: int, *, known_buyers: int, spread: bool) -> Iterator[Take]:
        """Wishes for one unit each. Every second one is a buyer's who has ordered before, if `known_buyers`
        of the first have; `spread`: over all offers in turn, else all for the first."""
        for number in itertools.islice(self._numbers, orders):
            buyer = number
            if known_buyers and number % 2:
                buyer = number * 7_919 % known_buyers  # a prime: all over the book
            offer = self.offers[number % len(self.offers) if spread else 0]
            order = OrderId(f"{self.show}-{number:014}")
            yield Take(offer, order, f"buyer-{buyer}", f"buyer-{buyer}", 1, f"key-{number}")

    async def place(self, wishes: Sequence[Take]) -> None:
        """All of them, put as a web process puts them. Raises RuntimeError unless all are accepted."""
        outcomes: list[Outcome | Exception] = []
        done = asyncio.get_running_loop().create_future()

        def answered(outcome: Outcome | Exception) -> None:
            outcomes.append(outcome)
            if len(outcomes) == len(wishes):
                done.set_result(None)

        for wish in wishes:
            self._stock.put(wish, answered)
        await done
        refused = [one for one in outcomes if not isinstance(one, Taken) or one.repeat]
        if refused:
            raise RuntimeError(f"{len(refused)} orders were not accepted, the first: {refused[0]}")

    async def sweep(self) -> None:
        """What every process does four times a second."""
        await self._stock.sweep(self.show)

    async def _arm(self, offer: OfferId) -> None:
        values = {
            "price": 100,
            "currency": "CNY",
            "limit": LIMIT,
            "hold_ms": HOLD_MS,
            "quantity": UNITS,
            "countdown_ms": 0,
            "duration_ms": HOLD_MS,
        }
        verdict, _ = await self._stock.move("arm", offer, values)
        if verdict is not Verdict.TAKEN:
            raise RuntimeError(f"an offer could not be armed: {verdict.name}")
