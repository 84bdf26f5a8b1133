"""What a fact of the log is to a client of the API: a pure translation, and who may see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from live.domain.events import ORDER_KINDS, STATE_AFTER, Fact, OrderTold
from live.hub import frames
from live.hub.broker import Position
from live.hub.frames import Frame
from live.hub.topics import ORDER_READERS, STAFF, Role, Who

Data = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Event:
    """`readers` see it with the fields in `staff` as well; others if it is public or their own."""

    type: str
    data: Data
    staff: Data = field(default_factory=dict)
    readers: frozenset[Role] = STAFF
    public: bool = False
    owner: str | None = None  # the viewer whom it is about


def to_event(fact: Fact, show_id: str) -> Event | None:
    """None for facts that no client needs to hear of."""
    if fact.order is not None:
        return _order(fact.kind, fact.order)
    if fact.kind in ORDER_KINDS:
        raise TypeError("an order's fact that cannot be read")
    translate = _OTHERS.get(fact.kind)
    return translate(fact.payload, show_id) if translate else None


def _order(kind: str, order: OrderTold) -> Event:
    data = {
        "id": order.order,
        "offer_id": order.offer,
        "state": STATE_AFTER[kind],
        "quantity": order.quantity,
        "amount": order.amount,
        "currency": order.currency,
        "expires_at": _time(order.expires_ms),
        "attempt": order.attempt,
    }
    staff = {"buyer": order.buyer, "name": order.name}
    return Event("order", data, staff=staff, readers=ORDER_READERS, owner=order.buyer)


def _offer(offer: Data, show_id: str) -> Event:
    data = {
        "id": offer["offer"],
        "state": offer["state"],
        "left": offer["left"],
        "sold": offer["paid"],
        "held": offer["held"],
        "opens_at": _time(offer.get("opens_ms")),
        "closes_at": _time(offer.get("closes_ms")),
    }
    return Event("offer", data, public=True)


def _show(show: Data, show_id: str) -> Event:
    return Event("show", {"id": show_id, "state": show["state"]}, public=True)


def _comment(comment: Data, show_id: str) -> Event:
    data = {
        "id": comment["comment"],
        "viewer": comment["viewer"],
        "name": comment["name"],
        "text": comment["text"],
    }
    return Event("comment", data, public=True)


def _cue(cue: Data, show_id: str) -> Event:
    return Event(
        "cue", {"id": cue["cue"], "text": cue["text"], "by": cue["by"], "acknowledged": False}
    )


def _cue_ack(cue: Data, show_id: str) -> Event:
    return Event("cue", {"id": cue["cue"], "acknowledged": True})


def _items(_: Data, show_id: str) -> Event:
    return Event("show", {"id": show_id, "changed": "items"})


_OTHERS: dict[str, Callable[[Data, str], Event]] = {
    "offer": _offer,
    "show": _show,
    "comment": _comment,
    "cue": _cue,
    "cue_ack": _cue_ack,
    "items": _items,
}


def _time(ms: object) -> str | None:
    return frames.at(ms) if isinstance(ms, int) and ms else None


class Notice:
    """One fact on its way to the clients; its frames are made when first needed, then shared.

    So is the event of an order: in a rush most have nobody here who may see them.
    """

    __slots__ = ("_at_ms", "_event", "_full", "_order", "_plain", "position")

    def __init__(
        self,
        position: Position,
        at_ms: int,
        event: Event | None,
        order: tuple[str, OrderTold] | None = None,
    ) -> None:
        """`order`: kind and order, of which the event is made."""
        self.position = position
        self._at_ms = at_ms
        self._event = event
        self._order = order
        self._full: Frame | None = None
        self._plain: Frame | None = None

    @property
    def owner(self) -> str | None:
        """The viewer whom it is about."""
        return self._order[1].buyer if self._order else None

    @property
    def is_public(self) -> bool:
        return self._event is not None and self._event.public

    @property
    def event(self) -> Event | None:
        if self._event is None and self._order is not None:
            self._event = _order(*self._order)
        return self._event

    def frame_for(self, who: Who) -> Frame | None:
        event = self.event
        if event is None:
            return None
        if who.role in event.readers:
            self._full = self._full or self._frame(event, {**event.data, **event.staff})
            return self._full
        if event.public or (event.owner is not None and event.owner == who.viewer_id):
            self._plain = self._plain or self._frame(event, event.data)
            return self._plain
        return None

    def _frame(self, event: Event, data: Data) -> Frame:
        return frames.event(self.position, event.type, self._at_ms, data)


def _seq(notice: Notice) -> int:
    return notice.position.seq


class Batch:
    """Notices that arrived together, sorted once so that a crowd of viewers costs little per order."""

    __slots__ = ("_own", "notices", "public")

    def __init__(self, notices: list[Notice]) -> None:
        self.notices = notices
        self.public = [notice for notice in notices if notice.is_public]
        self._own: dict[str, list[Notice]] = {}
        for notice in notices:
            if notice.owner is not None:
                self._own.setdefault(notice.owner, []).append(notice)

    def for_(self, who: Who) -> list[Notice]:
        """A superset of what `who` may see; `Notice.frame_for` has the last word."""
        if who.role in STAFF:
            return self.notices
        own = self._own.get(who.viewer_id or "")
        if own is None:
            return self.public
        return sorted((*self.public, *own), key=_seq) if self.public else own


def to_notice(fact: Fact, show_id: str, epoch: str) -> Notice:
    position = Position(epoch, fact.seq)
    if fact.order is not None:
        return Notice(position, fact.at_ms, None, (fact.kind, fact.order))
    return Notice(position, fact.at_ms, to_event(fact, show_id))
