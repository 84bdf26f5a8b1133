"""A show on a real Redis, in few words; `check` holds it against its own log and against the promises."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from live.domain.attendance import Change
from live.domain.comment import Answer, Incoming
from live.domain.events import KIND_OF, STATE_AFTER
from live.domain.ids import OfferId, OrderId, ShowId
from live.domain.outcomes import Outcome, Taken, Verdict
from live.hotpath import keys
from live.hotpath.account import key_field, units_field, unpack
from live.hotpath.chat import Chat
from live.hotpath.client import Client
from live.hotpath.logs import LogReader
from live.hotpath.presence import Presence
from live.hotpath.rules import Begun, Rulebook, rules_payload
from live.hotpath.shows import ShowLog
from live.hotpath.stock import Order, StockCounter
from live.hotpath.takes import Take
from live.store.fold import fold
from tests.hotpath.reducer import ENDINGS, Told, reduce

LONG_MS = 3_600_000
PRICE = 9_900


def new_show() -> ShowId:
    return ShowId("t" + secrets.token_hex(4))


@dataclass
class Stage:
    client: Client
    show: ShowId = field(default_factory=new_show)

    def __post_init__(self) -> None:
        self.stock = StockCounter(self.client)
        self.log = ShowLog(self.client)
        self.facts = LogReader(self.client)
        self.rulebook = Rulebook(self.client, _nothing_is_archived)
        self.chat = Chat(self.client, self.rulebook, _nothing_is_archived)
        self.presence = Presence(self.client)
        self._made = 0

    def _number(self) -> int:
        self._made += 1
        return self._made

    async def start(self) -> "Stage":
        await self.log.plan(self.show, "e1")
        await self.log.move(self.show, "start")
        return self

    async def say(
        self, text: str = "扣1", viewer: str = "v1", platform: str = "", message: str = ""
    ) -> Answer:
        said = Incoming(viewer, "名字", text, platform, message)
        return await self.chat.say(self.show, said)

    async def watch(self, *words: str) -> Begun:
        """These words, of which nothing was said before."""
        before = await self.rulebook.read(self.show)
        anew = [word for word in words if word not in before.words]
        fact = ("words", {"words": list(words)})
        begun = await self.rulebook.replace(
            self.show, before, fact, chat=before.chat, words=words, anew=anew
        )
        assert begun is not None
        for word in anew:
            await self.rulebook.add_earlier(self.show, word, begun, None, [], 0, is_last=True)
        return begun

    async def set_rules(self, **rules: Any) -> None:
        before = await self.rulebook.read(self.show)
        chat = replace(before.chat, **rules)
        fact = ("chat_rules", rules_payload(chat, "op"))
        assert await self.rulebook.replace(
            self.show, before, fact, chat=chat, words=before.words, anew=()
        )

    async def arm(self, quantity: int = 10, **values: int) -> OfferId:
        offer = OfferId(f"{self.show}-o{self._number():08}")
        given: dict[str, Any] = {
            "price": PRICE,
            "currency": "CNY",
            "limit": 100,
            "hold_ms": LONG_MS,
            "quantity": quantity,
            "countdown_ms": 0,
            "duration_ms": LONG_MS,
        }
        verdict, _ = await self.stock.move("arm", offer, given | values)
        assert verdict is Verdict.TAKEN
        return offer

    def wish(self, offer: str, buyer: str = "v1", n: int = 1, key: str | None = None) -> Take:
        number = self._number()
        order = OrderId(f"{self.show}-{number:014}")
        key = key or f"key-{number}"
        return Take(OfferId(offer), order, buyer, "买家", n, key)

    async def take(
        self, offer: str, buyer: str = "v1", n: int = 1, key: str | None = None
    ) -> Outcome:
        return await self.stock.take(self.wish(offer, buyer, n, key))

    async def taken(self, offer: str, buyer: str = "v1", n: int = 1) -> Order:
        outcome = await self.take(offer, buyer, n)
        assert isinstance(outcome, Taken)
        return await self.order(outcome.order_id)

    async def order(self, order_id: str) -> Order:
        order = await self.stock.order(order_id)
        assert order is not None
        return order

    async def settle(self, verb: str, order: Order, *, as_operator: bool = False) -> Verdict:
        verdict, _ = await self.stock.settle(verb, order, None if as_operator else order.buyer)
        return verdict

    async def numbers(self, offer: str) -> tuple[int, int, int, int, int, int]:
        """left, held, paid, expired, cancelled, refunded"""
        stock = await self.stock.read(offer)
        assert stock is not None
        ended = (stock.expired, stock.cancelled, stock.refunded)
        return stock.left, stock.held, stock.paid, *ended

    async def attend(self, *viewers: str) -> None:
        """They are in a process that nobody hears of again."""
        change = Change(f"p{self._number()}", 0, viewers)
        assert await self.presence.tell(self.show, change)

    async def state(self, offer: str) -> str:
        stock = await self.stock.read(offer)
        assert stock is not None
        return stock.state.value

    async def told(self) -> Told:
        facts = (await self.facts.after({self.show: 0}, 100_000)).get(self.show, [])
        fold(self.show, facts)  # the ledger must be able to read every one of them
        return reduce(facts)

    async def check(self) -> Told:
        """The promises, and that Redis holds what its log says."""
        told = await self.told()
        do = self.client.do
        meta = text(await do("HGETALL", keys.meta(self.show)))
        assert {n: int(meta.get(n, "0")) for n in told.totals()} == told.totals()
        assert meta["state"] == told.state
        book = await do("HGETALL", keys.book(self.show))
        self._check_book(book, told)
        due = await do("ZRANGE", keys.due(self.show), 0, -1, "WITHSCORES")
        ends = {i.decode(): int(at) for i, at in zip(due[::2], due[1::2], strict=True)}
        held = {i: order for i, order in told.orders.items() if order["state"] == "held"}
        assert ends == {i: order["expires_ms"] for i, order in held.items()}
        turns = await do("ZRANGE", keys.turns(self.show), 0, -1, "WITHSCORES")
        pairs = zip(turns[::2], turns[1::2], strict=True)
        assert {i.decode(): int(at) for i, at in pairs} == _turns(told)
        for offer in told.offers:
            fields = text(await do("HGETALL", keys.offer(offer)))
            _check_offer(offer, fields, told)
        return told

    def _check_book(self, book: dict[bytes, bytes], told: Told) -> None:
        keyed, units = read_accounts(book)
        assert {field: n for field, n in units.items() if n} == told.owned()
        orders = {k[2:].decode(): v for k, v in book.items() if k[:2] == b"h:"}
        states = {i: STATE_AFTER[KIND_OF[o[:1]]] for i, o in orders.items()}
        assert states == {i: o["state"] for i, o in told.orders.items()}
        assert sorted(keyed.values()) == sorted(orders), "one key, one order"
        assert keyed == {key_field(o["buyer"], o["key"]): i for i, o in told.orders.items()}


def read_accounts(book: Mapping[bytes, bytes]) -> tuple[dict[str, str], dict[str, int]]:
    """Of all buyers, as if each line had a field of its own: keys → order ids, offers → units."""
    fields = {name.decode(): value for name, value in book.items()}
    keyed = {name: value.decode() for name, value in fields.items() if name.startswith("k:")}
    units = {name: int(value) for name, value in fields.items() if name.startswith("b:")}
    for buyer, account in ((n, unpack(v)) for n, v in fields.items() if ":" not in n):
        for key, order in account.orders.items():
            assert key_field(buyer, key) not in keyed, "one place for each"
            keyed[key_field(buyer, key)] = order
        for offer, n in account.units.items():
            assert units_field(offer, buyer) not in units, "one place for each"
            units[units_field(offer, buyer)] = n
    return keyed, units


async def _nothing_is_archived(_: ShowId) -> bool:
    return False


def _turns(told: Told) -> dict[str, int]:
    """What the clock alone will change, and when."""
    when = {"armed": "opens_ms", "open": "closes_ms", "sold_out": "closes_ms"}
    offers = {i: offer for i, offer in told.offers.items() if offer["state"] in when}
    return {i: int(offer[when[str(offer["state"])]]) for i, offer in offers.items()}


def _check_offer(offer: str, fields: dict[str, str], told: Told) -> None:
    numbers = {n: int(v) for n, v in fields.items() if n not in ("state", "currency")}
    said = told.offers[offer]
    names = ("left", "held", "paid", "quantity", "restocked", "opens_ms", "closes_ms", "rest_ms")
    assert {n: numbers[n] for n in names} == {n: said[n] for n in names}
    stored = fields["state"]
    is_sold_out = stored == "open" and numbers["left"] <= 0
    assert said["state"] == ("sold_out" if is_sold_out else stored)
    assert (
        numbers["left"] + numbers["held"] + numbers["paid"]
        == numbers["quantity"] + numbers["restocked"]
    )
    assert numbers["left"] >= 0
    assert {n: numbers[n] for n in ENDINGS} == {n: told.units(offer, n) for n in ENDINGS}
    for field_name, units in told.owned().items():
        assert units <= numbers["limit"] or not field_name.startswith(f"b:{offer}:")


def text(fields: dict[bytes, bytes]) -> dict[str, str]:
    return {k.decode(): v.decode() for k, v in fields.items()}
