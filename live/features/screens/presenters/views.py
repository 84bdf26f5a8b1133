"""What the templates see: one `Board` per show, and the viewer's own order. Values only, no I/O."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from live.domain.attendance import Attendance, Place
from live.domain.catalogue import item_name
from live.domain.moderation import ChatRules
from live.domain.offer import OfferState
from live.domain.show import ShowState
from live.features.screens.presenters.chat_views import ChatLines, CommentView, PinView
from live.hub import Position


@dataclass(frozen=True, slots=True)
class ShowView:
    id: str
    slug: str
    title: str
    room_title: str
    state: str
    currency: str
    starts_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    stream_url: str | None
    missed_start: bool = False  # it was to start by itself, and the line-up was not ready

    @property
    def is_over(self) -> bool:
        return self.state == ShowState.ENDED


@dataclass(frozen=True, slots=True)
class ItemView:
    """A line of the line-up; `list_price` in minor units, `offer` the newest one made of it, `paid` the
    units paid of all its offers."""

    id: str
    position: int
    sku: str
    title: str
    variant: str
    image_url: str | None
    list_price: int
    stock: int
    notes: str
    offer: "OfferView | None" = None
    paid: int = 0

    @property
    def name(self) -> str:
        return item_name(self.title, self.variant)


@dataclass(frozen=True, slots=True)
class OfferView:
    """An offer with its numbers of this moment; `price` in minor units, `total` = quantity + restocked."""

    id: str
    item: ItemView
    state: str
    price: int
    currency: str
    quantity: int
    restocked: int
    left: int
    held: int
    paid: int
    expired: int
    cancelled: int
    refunded: int
    per_buyer_limit: int
    duration_s: int
    hold_s: int
    countdown_s: int
    opens_at: datetime | None
    closes_at: datetime | None
    rest_s: int  # selling time that is left, while it is paused
    recent_units: int  # taken in the last 10 s

    @property
    def total(self) -> int:
        return self.quantity + self.restocked


@dataclass(frozen=True, slots=True)
class Numbers:
    """The show's figures; money in minor units of the show's currency; `held` and `paid` in units."""

    viewers: int = 0
    attendance: Attendance = field(default_factory=Attendance)
    orders: int = 0
    units: int = 0
    held: int = 0
    paid: int = 0
    gmv_placed: int = 0
    gmv_paid: int = 0
    comments: int = 0
    orders_per_min: int = 0
    paid_orders: int = 0
    decided: int = 0  # units that were paid, given back or let go: no longer only held
    pace: tuple[tuple[datetime, int, int], ...] = ()  # minute, orders placed, orders paid


@dataclass(frozen=True, slots=True)
class OrderView:
    id: str
    name: str
    title: str
    quantity: int
    amount: int
    currency: str
    state: str
    at: datetime
    expires_at: datetime
    offer: OfferView | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class CueView:
    id: str
    text: str
    by: str
    at: datetime
    acked_at: datetime | None


@dataclass(frozen=True, slots=True)
class ActView:
    """What an operator did: `verb` as in the audit log, `detail` names the thing."""

    at: datetime
    actor: str
    verb: str
    detail: str
    ms: int


@dataclass(frozen=True, slots=True)
class Mark:
    """One entry of the show's ledger: its number, its hash, and when it happened."""

    n: int
    hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SaleMarks:
    """Where the ledger stood when a sale opened and when it closed; None: not yet, or not written yet."""

    opened: Mark | None = None
    closed: Mark | None = None


@dataclass(frozen=True, slots=True)
class Lamp:
    """One dependency's health: `name` redis, database, ledger, sockets; `state` ok, warn, fail, unknown."""

    name: str
    state: str
    value: int = 0
    word: str = ""


@dataclass(frozen=True, slots=True)
class Recovery:
    """Why nothing can be sold just now, or (`back`, for a while) that it can again.

    `away`: no word from Redis · `checking`: it was restarted and is compared with the books · `lost`: it
    does not hold the show · `reading`, `writing`: the show is being rebuilt from the books, `done` of
    `total` orders, about `rest_s` seconds to go (None: not known) · `back`: after `took_s` seconds.
    `missing`: facts that the screens had seen and the rebuilt show does not have.
    """

    state: str
    since: datetime
    done: int = 0
    total: int = 0
    rest_s: int | None = None
    has_worker: bool = True
    back_at: datetime | None = None
    took_s: int = 0
    is_rebuilt: bool = False
    missing: int = 0

    @property
    def is_over(self) -> bool:
        return self.state == "back"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the pre-show check: `state` done, warn or fail; `title` and `text` are keys of words
    below `check`, with the values for their gaps; `act` what a button beside it does."""

    group: str
    state: str
    title: str
    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    act: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that any screen of a show draws, as of one moment."""

    show: ShowView
    items: tuple[ItemView, ...]
    offers: tuple[OfferView, ...]
    current: OfferView | None
    next: OfferView | None
    numbers: Numbers
    words: tuple[tuple[str, int], ...]
    orders: tuple[OrderView, ...]
    chat: Mapping[str, ChatLines]  # by view, as in `Audience.view`: "", questions, buyers, held
    said: tuple[CommentView, ...]  # what viewers get to read: shown, and in their sample
    pinned: PinView | None
    rules: ChatRules
    held_count: int  # comments that wait for an approval
    acts: tuple[ActView, ...]
    cue: CueView | None
    health: tuple[Lamp, ...]
    ledger_lag: int
    chain: tuple[int, str]  # number and hash of the ledger's last stock entry
    marks: Mapping[str, SaleMarks]  # by offer
    difference: int
    as_of: datetime
    epoch: str
    seq: int
    is_demo: bool
    demo_running: bool
    # Open pages and sockets of the API, every place.
    places: Mapping[Place, int] = field(default_factory=lambda: dict.fromkeys(Place, 0))
    check: tuple[Finding, ...] = ()
    recovery: Recovery | None = None

    @property
    def is_waiting(self) -> bool:
        """On air, and nothing can be sold until Redis is back: a moment, for buyers."""
        return self.show.state == "live" and bool(self.recovery and not self.recovery.is_over)

    @property
    def position(self) -> Position:
        """The last fact that is on it."""
        return Position(self.epoch, self.seq)

    @property
    def listed(self) -> Iterator[CommentView]:
        """The comments of all views; one that several of them list comes several times."""
        return (line for chat in self.chat.values() for line in chat.lines)

    @property
    def sales(self) -> tuple[tuple[OfferView, SaleMarks], ...]:
        """The last sales that were on air, newest first, with their marks."""
        pushed = sorted_by_push([o for o in self.offers if o.state != OfferState.DRAFT])
        newest = reversed(pushed[-SALES_SHOWN:])
        return tuple((o, self.marks_of(o.id)) for o in newest)

    def marks_of(self, offer_id: str) -> SaleMarks:
        """What is not written yet is None: a push is on every screen before the ledger has it."""
        return self.marks.get(offer_id, SaleMarks())

    @property
    def others(self) -> tuple[OfferView, ...]:
        """On sale beside the current one; the one that would follow it first."""
        on_air = sorted_by_push([o for o in self.offers if o.state in ON_AIR])
        return tuple(o for o in reversed(on_air) if not self.current or o.id != self.current.id)

    @property
    def running(self) -> tuple[OfferView, ...]:
        """What a push would leave on sale beside the new one: armed, open or paused."""
        current = (self.current,) if self.current else ()
        return tuple(o for o in (*current, *self.others) if o.state in RUNNING)

    @property
    def fails(self) -> tuple[Finding, ...]:
        """What must be mended before the show may start."""
        return tuple(finding for finding in self.check if finding.state == "fail")


SALES_SHOWN = 50  # in the list of marks; all of them are in the export
EARLIEST = datetime.fromtimestamp(0, UTC)
RUNNING = (OfferState.ARMED, OfferState.OPEN, OfferState.PAUSED)
ON_AIR = (*RUNNING, OfferState.SOLD_OUT)


def sorted_by_push(offers: list[OfferView]) -> list[OfferView]:
    """In the order in which they opened, or will."""
    return sorted(offers, key=lambda o: o.opens_at or EARLIEST)
