"""The stock: typed calls of the scripts that take, settle, expire and move it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgpack

from live.domain.events import KIND_OF, ON_TIME, RECORD, SEP, STATE_AFTER
from live.domain.ids import OfferId, ShowId, show_of
from live.domain.offer import OfferState, Stock, effective_state
from live.domain.outcomes import Outcome, Verdict
from live.errors import Recovering
from live.hotpath import keys
from live.hotpath.account import unpack
from live.hotpath.answer import Answer
from live.hotpath.client import Client, Script
from live.hotpath.takes import Answered, Take, Takes, TakeStats

SETTLE, SWEEP = Script("settle", "account"), Script("sweep", "account")
OFFER = Script("offer")
# Holds expired, and offers turned, in one script call: Redis is never blocked for long.
SWEEP_MAX = 50
EXPIRING_MS = 30_000  # a hold that runs out so soon is worth a look
EXPIRING_SHOWN = 20
NUMBERS = (
    "quantity",
    "restocked",
    "left",
    "held",
    "paid",
    "expired",
    "cancelled",
    "refunded",
    "rest_ms",
    "opens_ms",
    "closes_ms",
    "tries",
    "gone_try",
    "gone_ms",
)


@dataclass(frozen=True, slots=True)
class Order:
    """An order as Redis holds it; `*_ms` are Redis time. `amount` is in minor units."""

    id: str
    offer: str
    buyer: str
    name: str
    quantity: int
    amount: int
    currency: str
    state: str
    placed_ms: int
    expires_ms: int
    answered_ms: int  # the `expires_ms` that the buyer was told first: it may have been moved since
    key: str
    attempt: int
    lateness: bytes = ON_TIME

    @property
    def late(self) -> bool:
        """Paid, or refunded, after its hold had expired."""
        return self.lateness != ON_TIME

    @property
    def is_extended(self) -> bool:
        """Its hold has grown, as it may once: its buyer has asked, or a rebuild came in between."""
        return self.expires_ms != self.answered_ms


@dataclass(frozen=True, slots=True)
class Unpaid:
    """Held orders of a show: how many, how many of them with less than EXPIRING_MS to go, and some of them."""

    count: int = 0
    expiring: int = 0
    orders: Sequence[Order] = ()


class StockCounter:
    """Every change of any offer's stock. Atomic in Redis; each call is safe to send twice."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._takes = Takes(client)

    @property
    def stats(self) -> TakeStats:
        """What became of this process's attempts."""
        return self._takes.stats

    def put(self, wish: Take, answered: Answered) -> None:
        """Hold units for a buyer. `answered` gets the outcome later, or what went wrong: after
        RedisUnavailable the same key tells what became of it."""
        self._takes.put(wish, self._client.deadline_ms(), answered)

    async def take(self, wish: Take) -> Outcome:
        """As `put`. Raises RedisUnavailable. Cancelling the caller does not cancel the call."""
        answer = Answer()
        self.put(wish, answer)
        return await answer.given

    async def order(self, order_id: str) -> Order | None:
        """The order as it stands in Redis, or None when Redis does not know it."""
        packed = await self._client.do("HGET", keys.book(show_of(order_id)), "h:" + order_id)
        return None if packed is None else _order(order_id, packed)

    async def unpaid(self, show: ShowId, also: Sequence[str] = ()) -> Unpaid:
        """The held orders: their numbers, and those that expire first, with those of `also` that are held."""
        due, soon = keys.due(show), self._client.now_ms() + EXPIRING_MS
        count, expiring, first = await self._client.do_all(
            [
                ("ZCARD", due),
                ("ZCOUNT", due, "-inf", soon),
                ("ZRANGEBYSCORE", due, "-inf", soon, "LIMIT", 0, EXPIRING_SHOWN),
            ]
        )
        ids = list(dict.fromkeys([*(i.decode() for i in first), *also]))
        if not ids:
            return Unpaid(count, expiring)
        packed = await self._client.do("HMGET", keys.book(show), *("h:" + i for i in ids))
        known = [_order(i, p) for i, p in zip(ids, packed, strict=True) if p is not None]
        return Unpaid(count, expiring, [order for order in known if order.state == "held"])

    async def orders_of(self, show: ShowId, buyer: str) -> list[Order]:
        """The buyer's last orders in the show, newest first, as many as the book keeps at hand."""
        account = unpack(await self._client.do("HGET", keys.book(show), buyer))
        ids = list(account.orders.values())
        if not ids:
            return []
        packed = await self._client.do("HMGET", keys.book(show), *("h:" + i for i in ids))
        return [_order(i, p) for i, p in zip(ids, packed, strict=True) if p is not None]

    async def settle(
        self, verb: str, order: Order, buyer: str | None
    ) -> tuple[Verdict, Order | None]:
        """`pay` or `cancel` an order or `extend` its hold, as its buyer or (None) as an operator."""
        show = show_of(order.id)
        names = [
            keys.meta(show),
            keys.book(show),
            keys.due(show),
            keys.log(show),
            keys.pace(show),
            keys.turns(show),
            keys.offer(order.offer),
        ]
        args = [verb, order.id, buyer or "", self._client.deadline_ms()]
        code, *rest = await self._client.run(SETTLE, names, args)
        if Verdict(code) is Verdict.LATE:
            raise self._client.too_late()
        return Verdict(code), _order(order.id, rest[0]) if rest else None

    async def sweep(self, show: ShowId) -> bool:
        """Expire due holds, open and close offers by the clock. False when nothing is left to watch."""
        names = [
            keys.meta(show),
            keys.book(show),
            keys.due(show),
            keys.log(show),
            keys.turns(show),
        ]
        given: list[str] = []
        # Calls on end that did nothing: the first only names offers, two mean a lost offer.
        idle = 0
        while True:
            done, more, watch, missing = await self._client.run(
                SWEEP, [*names, *given], [SWEEP_MAX]
            )
            idle = 0 if done else idle + 1
            if not (more or missing) or idle == 2:
                return bool(watch)
            if missing:
                given = [keys.offer(offer_id.decode()) for offer_id in missing]

    async def armed_offers(self, show: ShowId) -> list[OfferId]:
        """Every offer of the show that was ever pushed, known at once and without SQL."""
        offer_ids = await self._client.do("SMEMBERS", keys.offers(show))
        return [OfferId(i.decode()) for i in offer_ids]

    async def leave(self, show: ShowId) -> None:
        """Sweep it no more: it has ended, and nothing of it can change by the clock."""
        await self._client.do("SREM", keys.SHOWS, show)

    async def swept_shows(self) -> list[ShowId]:
        return [ShowId(i.decode()) for i in await self._client.do("SMEMBERS", keys.SHOWS)]

    async def move(
        self, verb: str, offer_id: str, values: Mapping[str, Any]
    ) -> tuple[Verdict, int]:
        """An operator's verb on one offer; the verdict, and units left.

        Raises Recovering; RedisUnavailable, and then nothing was done unless the reply got lost.
        """
        show = show_of(offer_id)
        names = [keys.meta(show), keys.offers(show), keys.offer(offer_id), keys.log(show)]
        names.append(keys.turns(show))
        args = [verb, msgpack.packb(dict(values)), self._client.deadline_ms()]
        code, left = await self._client.run(OFFER, names, args)
        if Verdict(code) is Verdict.LATE:
            raise self._client.too_late()
        if Verdict(code) is Verdict.UNKNOWN:
            raise Recovering
        return Verdict(code), left

    async def read(self, offer_id: str) -> Stock | None:
        """The offer's numbers now, with the state that the clock says; None when never armed."""
        return (await self.read_all([offer_id]))[0]

    async def read_all(
        self, offer_ids: Sequence[str], *, by_clock: bool = True
    ) -> list[Stock | None]:
        """`by_clock` False: in the state that a script wrote down last, whatever the clock says now."""
        if not offer_ids:
            return []
        replies = await self._client.do_all(
            [("HMGET", keys.offer(i), "state", *NUMBERS) for i in offer_ids]
        )
        now_ms = self._client.now_ms() if by_clock else 0
        return [_stock(values, now_ms) for values in replies]


def _order(order_id: str, packed: bytes) -> Order:
    state, late, placed_ms, expires_ms, answered_ms, amount, attempt, currency = RECORD.unpack_from(
        packed
    )
    _, offer, quantity, buyer, key, name = packed[RECORD.size :].decode().split(SEP, 5)
    return Order(
        order_id, offer, buyer, name, int(quantity), amount, currency.decode(),
        STATE_AFTER[KIND_OF[state]], placed_ms, expires_ms, answered_ms, key, attempt, late,
    )  # fmt: skip


def _stock(values: Sequence[bytes | None], now_ms: int) -> Stock | None:
    if values[0] is None:
        return None
    numbers = dict(zip(NUMBERS, (int(float(v or 0)) for v in values[1:]), strict=True))
    stored = OfferState(values[0].decode())
    state = effective_state(
        stored, numbers["left"], numbers["opens_ms"], numbers["closes_ms"], now_ms
    )
    return Stock(state=state, **numbers)
