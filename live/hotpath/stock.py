"""The stock: typed calls of the scripts that take, settle, expire and move it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgpack

from live.domain.ids import OfferId, OrderId, ShowId, show_of
from live.domain.offer import OfferState, Stock, effective_state
from live.domain.outcomes import Outcome, Refused, Taken, Verdict
from live.errors import Recovering, RedisUnavailable
from live.hotpath import keys
from live.hotpath.batch import Batches
from live.hotpath.client import Client, Script

TAKE, SETTLE, SWEEP, OFFER = (Script(name) for name in ("take", "settle", "sweep", "offer"))
REQUEST_DEADLINE_MS = (
    2_000  # a request that Redis sees later than this has no effect: its buyer was told 503
)
SWEEP_MAX = 50  # holds expired in one script call: Redis is never blocked for long
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
)


@dataclass(frozen=True, slots=True)
class Take:
    """A buyer's wish: `quantity` units of `offer_id`, under the idempotency `key`."""

    offer_id: OfferId
    order_id: OrderId
    buyer: str
    name: str
    quantity: int
    key: str
    fingerprint: str


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
    key: str
    fp: str
    late: bool = False  # paid, or refunded, after its hold had expired


class StockCounter:
    """Every change of any offer's stock. Atomic in Redis; each call is safe to send twice."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._batches = Batches(self._take_all)

    async def take(self, wish: Take) -> Outcome:
        """Hold units for a buyer. Raises RedisUnavailable: then the same key tells what became of it."""
        deadline = self._client.now_ms() + REQUEST_DEADLINE_MS
        return await self._batches.submit(show_of(wish.offer_id), (wish, deadline))

    async def _take_all(
        self, show: ShowId, wishes: Sequence[tuple[Take, int]]
    ) -> Sequence[Outcome]:
        index: dict[str, int] = {}
        packed = [
            (
                index.setdefault(w.offer_id, len(index) + 1),
                w.order_id,
                w.buyer,
                w.name,
                w.quantity,
                w.key,
                w.fingerprint,
                deadline,
            )
            for w, deadline in wishes
        ]
        offers = [keys.offer(offer_id) for offer_id in index]
        names = [
            keys.meta(show),
            keys.book(show),
            keys.due(show),
            keys.log(show),
            keys.pace(show),
            *offers,
        ]
        args = [msgpack.packb(packed)]
        try:
            reply = await self._client.run(TAKE, names, args)
        except RedisUnavailable:
            # The reply may be lost after the deed. Every order carries its key, so asking again is safe,
            # and tells the truth to those whose units are already held.
            reply = await self._client.run(TAKE, names, args)
        answers = msgpack.unpackb(reply)
        return [_outcome(wish, answer) for (wish, _), answer in zip(wishes, answers, strict=True)]

    async def order(self, order_id: str) -> Order | None:
        """The order as it stands in Redis, or None when Redis does not know it."""
        packed = await self._client.do("HGET", keys.book(show_of(order_id)), "h:" + order_id)
        return None if packed is None else _order(order_id, msgpack.unpackb(packed))

    async def last_order(self, show: ShowId, buyer: str) -> Order | None:
        """The buyer's newest order in the show."""
        order_id = await self._client.do("HGET", keys.book(show), "m:" + buyer)
        return None if order_id is None else await self.order(order_id.decode())

    async def settle(
        self, verb: str, order: Order, buyer: str | None
    ) -> tuple[Verdict, Order | None]:
        """`pay` or `cancel` an order, as its buyer or (None) as an operator."""
        show = show_of(order.id)
        names = [
            keys.meta(show),
            keys.book(show),
            keys.due(show),
            keys.log(show),
            keys.pace(show),
            keys.offer(order.offer),
        ]
        code, *rest = msgpack.unpackb(
            await self._client.run(SETTLE, names, [verb, order.id, buyer or ""])
        )
        return Verdict(code), _order(order.id, rest[0]) if rest else None

    async def sweep(self, show: ShowId) -> bool:
        """Expire due holds, open and close offers by the clock. False when nothing is left to watch."""
        offer_ids = await self._client.do("SMEMBERS", keys.offers(show))
        names = [
            keys.meta(show),
            keys.book(show),
            keys.due(show),
            keys.log(show),
            *(keys.offer(i.decode()) for i in offer_ids),
        ]
        while True:
            done, due, watch = await self._client.run(SWEEP, names, [SWEEP_MAX])
            if not (done and due):  # due, but of an offer armed since `offers` was read: next time
                return bool(watch)

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
        """An operator's verb on one offer; the verdict, and units left. Raises Recovering."""
        show = show_of(offer_id)
        names = [keys.meta(show), keys.offers(show), keys.offer(offer_id), keys.log(show)]
        code, left = await self._client.run(OFFER, names, [verb, msgpack.packb(dict(values))])
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


def _outcome(wish: Take, answer: Sequence[Any]) -> Outcome:
    match Verdict(answer[0]):
        case Verdict.TAKEN:
            _, expires, amount, currency = answer
            return Taken(wish.order_id, wish.offer_id, wish.quantity, amount, currency, expires)
        case Verdict.REPEAT:
            _, order, offer, quantity, amount, currency, expires = answer
            return Taken(order, offer, quantity, amount, currency, expires, repeat=True)
        case verdict:
            return Refused(verdict, answer[1] if len(answer) > 1 else 0)


def _order(order_id: str, fields: dict[str, Any]) -> Order:
    return Order(id=order_id, **fields)


def _stock(values: Sequence[bytes | None], now_ms: int) -> Stock | None:
    if values[0] is None:
        return None
    numbers = dict(zip(NUMBERS, (int(float(v or 0)) for v in values[1:]), strict=True))
    stored = OfferState(values[0].decode())
    state = effective_state(
        stored, numbers["left"], numbers["opens_ms"], numbers["closes_ms"], now_ms
    )
    return Stock(state=state, **numbers)
