"""What a fact of the log is to a client of the API: a pure translation, and who may see it.

In a rush nearly all facts are orders, and most have nobody here who may see them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from live.domain.comment import CommentState, told_to_author
from live.domain.events import ORDER_KINDS, STATE_AFTER, Fact, OrderTold, order_of_map
from live.hub import frames
from live.hub.broker import Position
from live.hub.frames import Frame
from live.hub.topics import ORDER_READERS, STAFF, Who

Data = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Event:
    """What staff sees of a fact, and everybody else too if it is `public`. Orders are no events until they
    are frames: `OrderNotice`."""

    type: str
    data: Data
    public: bool = False


def to_event(fact: Fact, show_id: str) -> Event | None:
    """None for facts that no client needs to hear of."""
    translate = _OTHERS.get(fact.kind)
    return translate(fact.payload, show_id) if translate else None


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


def _pin(pin: Data, show_id: str) -> Event:
    """`was`: what was pinned before."""
    if not pin["comment"]:
        return Event("comment", {"id": pin["was"], "pinned": False}, public=True)
    data = {"id": pin["comment"], "pinned": True, "name": pin["name"], "text": pin["text"]}
    return Event("comment", data, public=True)


def _cue(cue: Data, show_id: str) -> Event:
    return Event(
        "cue", {"id": cue["cue"], "text": cue["text"], "by": cue["by"], "acknowledged": False}
    )


def _cue_ack(cue: Data, show_id: str) -> Event:
    return Event("cue", {"id": cue["cue"], "acknowledged": True})


def _cue_moved(told: Data) -> Callable[[Data, str], Event]:
    return lambda cue, show_id: Event("cue", {"id": cue["cue"], **told})


def _ask_moved(told: Data) -> Callable[[Data, str], Event]:
    return lambda ask, show_id: Event("ask", {"comment": ask["comment"], **told})


def _ask(ask: Data, show_id: str) -> Event:
    """A viewer's question that the operator has sent over to the host."""
    data = {"comment": ask["comment"], "name": ask["name"], "text": ask["text"], "by": ask["by"]}
    return Event("ask", {**data, "answered": False})


def _items(_: Data, show_id: str) -> Event:
    return Event("show", {"id": show_id, "changed": "items"})


_OTHERS: dict[str, Callable[[Data, str], Event]] = {
    "offer": _offer,
    "show": _show,
    "pin": _pin,
    "cue": _cue,
    "cue_seen": _cue_moved({"seen": True}),
    "cue_ack": _cue_ack,
    "cue_drop": _cue_moved({"dropped": True}),
    "ask": _ask,
    "ask_done": _ask_moved({"answered": True}),
    "ask_drop": _ask_moved({"dropped": True}),
    "items": _items,
}


def _time(ms: object) -> str | None:
    return frames.at(ms) if isinstance(ms, int) and ms else None


class Notice:
    """One fact on its way to the clients; its frame is made when first needed, then shared."""

    __slots__ = ("_at_ms", "_frame", "event", "position")

    owner: str | None = None  # the viewer whom it is about
    untold: str | None = None  # the one viewer who does not hear what is public

    def __init__(self, position: Position, at_ms: int, event: Event | None) -> None:
        self.position = position
        self.event = event
        self._at_ms = at_ms
        self._frame: Frame | None = None

    @property
    def is_public(self) -> bool:
        return self.event is not None and self.event.public

    def frame_for(self, who: Who) -> Frame | None:
        """None: it is not for them."""
        event = self.event
        if event is None or not (event.public or who.role in STAFF):
            return None
        if self._frame is None:
            self._frame = frames.event(self.position, event.type, self._at_ms, event.data)
        return self._frame


class OrderNotice(Notice):
    """What happened to an order: for operators with the buyer's name, and for the buyer."""

    __slots__ = ("_full", "_order", "_state", "owner")

    def __init__(self, position: Position, at_ms: int, state: str, order: OrderTold) -> None:
        super().__init__(position, at_ms, None)
        self.owner = order.buyer
        self._state = state
        self._order = order
        self._full: Frame | None = None

    def frame_for(self, who: Who) -> Frame | None:
        if who.role in ORDER_READERS:
            if self._full is None:
                self._full = self._make(is_named=True)
            return self._full
        if self.owner != who.viewer_id:
            return None
        if self._frame is None:
            self._frame = self._make(is_named=False)
        return self._frame

    def _make(self, *, is_named: bool) -> Frame:
        return frames.order(self.position, self._at_ms, self._state, self._order, is_named=is_named)


class CommentNotice(Notice):
    """What was said, for staff with what became of it; for everyone else if it is in their sample; and for
    its author, who is not told of being hidden."""

    __slots__ = ("_full", "_said", "owner")

    def __init__(self, position: Position, at_ms: int, said: Data) -> None:
        super().__init__(position, at_ms, None)
        self.owner = str(said["viewer"])
        self._said = said
        self._full: Frame | None = None

    @property
    def is_public(self) -> bool:
        said = self._said
        return bool(said.get("sampled", True)) and said.get("state", "shown") == "shown"

    def frame_for(self, who: Who) -> Frame | None:
        if who.role in STAFF:
            if self._full is None:
                said = self._said
                self._full = self._make(
                    {"state": said.get("state", "shown"), "why": said.get("why", "")}
                )
            return self._full
        if not self.is_public and self.owner != who.viewer_id:
            return None
        if self._frame is None:  # one for all: who is hidden reads like anybody
            state = CommentState(str(self._said.get("state", "shown")))
            self._frame = self._make({"state": told_to_author(state)})
        return self._frame

    def _make(self, more: Data) -> Frame:
        said = self._said
        data = {
            "id": said["comment"],
            "viewer": said["viewer"],
            "name": said["name"],
            "text": said["text"],
            "platform": said.get("platform", ""),
            **({"tip": said["tip"]} if said.get("tip") else {}),
            **more,
        }
        return frames.event(self.position, "comment", self._at_ms, data)


class DecisionNotice(Notice):
    """The crew has shown or hidden a comment. Those who may have seen it hear that it is hidden, those who
    have not get what it says; its author hears of an approval only."""

    __slots__ = ("_said", "_staff", "untold")

    def __init__(self, position: Position, at_ms: int, said: Data) -> None:
        super().__init__(position, at_ms, None)
        self.untold = None if said["state"] == CommentState.SHOWN else str(said["viewer"])
        self._said = said
        self._staff: Frame | None = None

    @property
    def is_public(self) -> bool:
        return CommentState.SHOWN in (self._said["state"], self._said["was"])

    def frame_for(self, who: Who) -> Frame | None:
        said = self._said
        if who.role in STAFF:
            if self._staff is None:
                self._staff = self._make({"state": said["state"], "by": said["by"]})
            return self._staff
        is_shown = said["state"] == CommentState.SHOWN
        if not self.is_public or (self.untold is not None and self.untold == who.viewer_id):
            return None
        if self._frame is None:
            names = ("viewer", "name", "text", "platform") if is_shown else ()
            self._frame = self._make({"state": said["state"], **{n: said[n] for n in names}})
        return self._frame

    def _make(self, more: Data) -> Frame:
        data = {"id": self._said["comment"], **more}
        return frames.event(self.position, "comment", self._at_ms, data)


def to_notice(fact: Fact, show_id: str, epoch: str) -> Notice:
    """Raises KeyError, TypeError for a fact that lacks what its kind promises."""
    position = Position(epoch, fact.seq)
    if fact.order is not None:
        return OrderNotice(position, fact.at_ms, STATE_AFTER[fact.kind], fact.order)
    if fact.kind == "extend" and (order := order_of_map(fact.payload)) is not None:
        return OrderNotice(position, fact.at_ms, "held", order)
    if fact.kind in ORDER_KINDS | {"extend"}:
        raise TypeError("an order's fact that cannot be read")
    if special := _NOTICES.get(fact.kind):
        return special(position, fact.at_ms, fact.payload)
    return Notice(position, fact.at_ms, to_event(fact, show_id))


_NOTICES: Mapping[str, Callable[[Position, int, Data], Notice]] = {
    "comment": CommentNotice,
    "comment_state": DecisionNotice,
}
