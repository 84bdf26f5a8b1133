"""The stock in plain Python, from the contract alone: what every call must answer, and what is true after it."""

from dataclasses import dataclass, field

from live.domain.outcomes import Verdict


@dataclass(slots=True)
class ModelOffer:
    id: str
    quantity: int
    limit: int
    runs_out: bool  # its holds are due at once; else not within the test
    state: str = "open"
    restocked: int = 0


@dataclass(slots=True)
class ModelOrder:
    id: str
    offer: ModelOffer
    buyer: str
    quantity: int
    key: str
    state: str = "held"
    is_extended: bool = False


@dataclass(slots=True)
class Model:
    is_live: bool = True
    offers: list[ModelOffer] = field(default_factory=list)
    orders: list[ModelOrder] = field(default_factory=list)

    def units(self, offer: ModelOffer, *states: str) -> int:
        return sum(o.quantity for o in self.orders if o.offer is offer and o.state in states)

    def in_state(self, state: str) -> list[ModelOrder]:
        return [order for order in self.orders if order.state == state]

    def left(self, offer: ModelOffer) -> int:
        return offer.quantity + offer.restocked - self.units(offer, "held", "paid")

    def owned(self, offer: ModelOffer, buyer: str) -> int:
        mine = [o for o in self.orders if o.offer is offer and o.buyer == buyer]
        return sum(o.quantity for o in mine if o.state in ("held", "paid"))

    def with_key(self, buyer: str, key: str) -> ModelOrder | None:
        return next((o for o in self.orders if (o.buyer, o.key) == (buyer, key)), None)

    def take(self, order: ModelOrder) -> Verdict:
        """What must be answered; the order is kept when it must be accepted."""
        before = self.with_key(order.buyer, order.key)
        if before is not None:
            is_same = (before.offer.id, before.quantity) == (order.offer.id, order.quantity)
            return Verdict.REPEAT if is_same else Verdict.KEY_REUSED
        offer = order.offer
        if not self.is_live or offer.state == "closed":
            return Verdict.ENDED
        if offer.state != "open":
            return Verdict.NOT_OPEN
        if self.left(offer) < order.quantity:
            return Verdict.SOLD_OUT
        if self.owned(offer, order.buyer) + order.quantity > offer.limit:
            return Verdict.LIMIT_REACHED
        self.orders.append(order)
        return Verdict.TAKEN

    def pay(self, order: ModelOrder) -> Verdict:
        if order.state in ("paid", "refunded"):
            return Verdict.REPEAT
        if order.state == "cancelled":
            return Verdict.ILLEGAL
        if order.state == "expired":
            fits = order.offer.state != "closed" and self.left(order.offer) >= order.quantity
            owned = self.owned(order.offer, order.buyer) + order.quantity
            order.state = "paid" if fits and owned <= order.offer.limit else "refunded"
        else:
            order.state = "paid"
        return Verdict.TAKEN

    def cancel(self, order: ModelOrder, *, as_operator: bool) -> Verdict:
        if order.state == "cancelled" or (order.state == "refunded" and as_operator):
            return Verdict.REPEAT
        if order.state == "held":
            order.state = "cancelled"
        elif order.state == "paid" and as_operator:
            order.state = "refunded"
        else:
            return Verdict.ILLEGAL
        return Verdict.TAKEN

    def extend(self, order: ModelOrder) -> Verdict:
        """A hold that runs out at once is due whenever it is looked at, swept or not."""
        if order.state != "held" or order.offer.runs_out:
            return Verdict.ILLEGAL
        if order.is_extended:
            return Verdict.REPEAT
        if not self.is_live:
            return Verdict.ENDED
        order.is_extended = True
        return Verdict.TAKEN

    def sweep(self) -> None:
        for order in self.orders:
            if order.state == "held" and order.offer.runs_out:
                order.state = "expired"

    def move(self, verb: str, offer: ModelOffer, delta: int) -> Verdict:
        if not self.is_live or offer.state == "closed":
            return Verdict.ILLEGAL
        if verb == "restock":
            if self.left(offer) + delta < 0:
                return Verdict.TOO_FEW
            offer.restocked += delta
            return Verdict.TAKEN
        is_sold_out = offer.state == "open" and self.left(offer) <= 0
        after = {
            "pause": "paused" if offer.state == "open" and not is_sold_out else None,
            "freeze": "paused" if offer.state in ("armed", "open") else None,
            "resume": "open" if offer.state == "paused" else None,
            "close": "closed",
        }[verb]
        if after is None:
            return Verdict.ILLEGAL
        offer.state = after
        return Verdict.TAKEN

    def end(self) -> None:
        self.is_live = False
        for offer in self.offers:
            offer.state = "closed"
