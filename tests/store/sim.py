"""A show in memory that decides as Redis's scripts do and tells the same facts: the tests' other book."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.events import STATE_AFTER, Fact, OrderTold
from live.store.db import Database
from live.store.items import Item
from live.store.ledger import apply_facts
from live.store.offers import Offer, find_offer
from live.store.rooms import Room
from live.store.shows import Show

SHOW = "show000001"
EPOCH = "e1"
START_MS = 1_795_000_000_000
CREATED = datetime(2026, 11, 20, 10, tzinfo=UTC)
PRICE = 9_900
HOLD_MS = 60_000
LIMIT = 3


def offer_id(n: int) -> str:
    return f"{SHOW}-o{n:08}"


async def given_show(session: AsyncSession, offers: int = 1) -> None:
    """A planned show with so many draft offers, of 100 units each."""
    session.add(Room(id="room", slug="room", title="Room"))
    await session.flush()
    show = Show(id=SHOW, slug="s", room_id="room", title="T", currency="CNY", created_at=CREATED)
    session.add(show)
    await session.flush()
    for n in range(1, offers + 1):
        item = Item(
            id=f"{SHOW}-i{n:08}",
            show_id=SHOW,
            position=n,
            sku=f"sku{n}",
            title=f"Item {n}",
            list_price_minor=19_900,
            stock=500,
            created_at=CREATED,
        )
        session.add(item)
        await session.flush()
        session.add(
            Offer(
                id=offer_id(n),
                show_id=SHOW,
                item_id=item.id,
                price_minor=PRICE,
                quantity=100,
                per_buyer_limit=LIMIT,
                duration_s=300,
                hold_s=HOLD_MS // 1000,
                created_at=CREATED,
            )
        )


@dataclass(slots=True)
class SimOffer:
    id: str
    quantity: int = 100
    restocked: int = 0
    state: str = "open"
    units: Counter[str] = field(default_factory=Counter)

    @property
    def left(self) -> int:
        return self.quantity + self.restocked - self.units["held"] - self.units["paid"]


@dataclass(slots=True)
class SimOrder:
    id: str
    offer: SimOffer
    buyer: str
    quantity: int
    state: str = "held"


class Sim:
    """Every verb appends facts; `facts` is the whole log."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.now_ms = START_MS
        self.offers: dict[str, SimOffer] = {}
        self.orders: dict[str, SimOrder] = {}
        self.owned: Counter[tuple[str, str]] = Counter()

    def tell(self, kind: str, **payload: object) -> None:
        self.facts.append(Fact(len(self.facts) + 1, kind, self.now_ms, payload))

    def start(self, offers: int = 1) -> None:
        self.tell("show", state="live")
        for n in range(1, offers + 1):
            offer = SimOffer(offer_id(n))
            self.offers[offer.id] = offer
            self.tell_offer(offer)

    def tell_offer(self, offer: SimOffer) -> None:
        self.tell(
            "offer",
            offer=offer.id,
            state=offer.state,
            left=offer.left,
            held=offer.units["held"],
            paid=offer.units["paid"],
            quantity=offer.quantity,
            restocked=offer.restocked,
            opens_ms=START_MS,
            closes_ms=START_MS + 300_000,
            delta=0,
        )

    def restock(self, n: int, delta: int) -> None:
        offer = self.offers[offer_id(n)]
        offer.restocked += delta
        self.tell_offer(offer)

    def take(self, n: int, buyer: str, quantity: int = 1) -> SimOrder | None:
        offer = self.offers[offer_id(n)]
        is_over = self.owned[offer.id, buyer] + quantity > LIMIT
        if offer.left < quantity or is_over:
            return None
        order = SimOrder(f"{SHOW}-{len(self.facts) + 1:014}", offer, buyer, quantity)
        self.orders[order.id] = order
        self.owned[offer.id, buyer] += quantity
        offer.units["held"] += quantity
        self._tell_order("take", order)
        return order

    def settle(self, order: SimOrder, kind: str, *, late: bool = False) -> None:
        after = STATE_AFTER[kind]
        owning = {"held", "paid"}
        change = (after in owning) - (order.state in owning)
        self.owned[order.offer.id, order.buyer] += change * order.quantity
        order.offer.units[order.state] -= order.quantity
        order.offer.units[after] += order.quantity
        order.state = after
        self._tell_order(kind, order, late=late)

    def pay(self, order: SimOrder) -> None:
        """In time, or late: from stock that is left, else refunded."""
        late = order.state == "expired"
        owned = self.owned[order.offer.id, order.buyer]
        has_room = order.offer.left >= order.quantity and owned + order.quantity <= LIMIT
        self.settle(order, "pay" if not late or has_room else "refund", late=late)

    def _tell_order(self, kind: str, order: SimOrder, *, late: bool = False) -> None:
        offer = order.offer
        told = OrderTold(
            order=order.id,
            offer=offer.id,
            quantity=order.quantity,
            buyer=order.buyer,
            key=f"k-{order.id}",
            name=f"买家 {order.buyer}",
            expires_ms=self.now_ms + HOLD_MS,
            amount=PRICE * order.quantity,
            currency="CNY",
            attempt=len(self.orders),
            left=offer.left,
            held=offer.units["held"],
            paid=offer.units["paid"],
            late=late,
        )
        self.facts.append(Fact(len(self.facts) + 1, kind, self.now_ms, {}, told))


async def given(db: Database, offers: int = 1) -> Sim:
    async with db.write() as session:
        await given_show(session, offers)
    sim = Sim()
    sim.start(offers)
    return sim


async def apply(db: Database, facts: list[Fact], epoch: str = EPOCH) -> int:
    async with db.write() as session:
        return (await apply_facts(session, SHOW, epoch, facts)).facts


async def only_offer(db: Database) -> Offer:
    async with db.read() as session:
        offer = await find_offer(session, offer_id(1))
    assert offer is not None
    return offer
