"""What the templates see: one `Board` per show, and the viewer's own order. Values only, no I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from live.domain.catalogue import item_name
from live.domain.offer import OfferState, Stock
from live.hub import Position
from live.store.items import Item
from live.store.offers import Offer


def from_ms(ms: int) -> datetime | None:
    """Aware UTC, or None for 0."""
    return datetime.fromtimestamp(ms / 1000, UTC) if ms else None


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
    peak_viewers: int = 0
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
class CommentView:
    id: str
    name: str
    text: str
    at: datetime
    is_question: bool


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
class Lamp:
    """One dependency's health: `name` redis, database, ledger, sockets; `state` ok, warn, fail, unknown."""

    name: str
    state: str
    value: int = 0
    word: str = ""


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
    comments: tuple[CommentView, ...]
    acts: tuple[ActView, ...]
    cue: CueView | None
    health: tuple[Lamp, ...]
    ledger_lag: int
    chain: tuple[int, str]  # number and hash of the ledger's last stock entry
    difference: int
    as_of: datetime
    epoch: str
    seq: int
    is_demo: bool
    demo_running: bool
    screens: tuple[str, ...] = ()  # host, overlay: those that somebody has open
    check: tuple[Finding, ...] = ()

    @property
    def position(self) -> Position:
        """The last fact that is on it."""
        return Position(self.epoch, self.seq)

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


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an order was refused; `used` of `limit` units are this buyer's already.

    `attempt` is this one's number among all attempts; `last_attempt` got the last unit, at `last_at`.
    """

    code: str
    message: str
    used: int = 0
    limit: int = 0
    attempt: int = 0
    last_attempt: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mine:
    """What one viewer sees of their own doing."""

    viewer_id: str
    name: str
    order: OrderView | None = None  # the newest
    unpaid: Sequence[OrderView] = ()  # earlier ones that still wait for their payment
    refusal: Refusal | None = None


def item_view(row: Item) -> ItemView:
    return ItemView(
        row.id,
        row.position,
        row.sku,
        row.title,
        row.variant,
        row.image_url,
        row.list_price_minor,
        row.stock,
        row.notes,
    )


def offer_view(
    row: Offer, item: ItemView, stock: Stock | None, currency: str, recent: int
) -> OfferView:
    """`stock` None: Redis does not hold the offer, what SQL says stands."""
    return OfferView(
        id=row.id,
        item=item,
        state=stock.state if stock else row.state,
        price=row.price_minor,
        currency=currency,
        quantity=stock.quantity if stock else row.quantity,
        restocked=stock.restocked if stock else row.restocked,
        left=stock.left if stock else row.left_units,
        held=stock.held if stock else row.held_units,
        paid=stock.paid if stock else row.paid_units,
        expired=stock.expired if stock else row.expired_units,
        cancelled=stock.cancelled if stock else row.cancelled_units,
        refunded=stock.refunded if stock else row.refunded_units,
        per_buyer_limit=row.per_buyer_limit,
        duration_s=row.duration_s,
        hold_s=row.hold_s,
        countdown_s=row.countdown_s,
        opens_at=from_ms(stock.opens_ms) if stock else row.opens_at,
        closes_at=from_ms(stock.closes_ms) if stock else row.closes_at,
        rest_s=-(-(stock.rest_ms if stock else row.rest_ms) // 1000),
        recent_units=recent,
    )


EARLIEST = datetime.fromtimestamp(0, UTC)
RUNNING = (OfferState.ARMED, OfferState.OPEN, OfferState.PAUSED)
ON_AIR = (*RUNNING, OfferState.SOLD_OUT)


def sorted_by_push(offers: list[OfferView]) -> list[OfferView]:
    """In the order in which they opened, or will."""
    return sorted(offers, key=lambda o: o.opens_at or EARLIEST)
