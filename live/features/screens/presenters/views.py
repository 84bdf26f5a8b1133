"""What the templates see: one `Board` per show, and the viewer's own order. Values only, no I/O."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from live.domain.attendance import Place
from live.domain.catalogue import item_name
from live.domain.doubts import price_doubt
from live.domain.marks import mark_of
from live.domain.moderation import ChatRules
from live.domain.offer import OfferState, was_on_air
from live.domain.pictures import small_of
from live.domain.rundown import Plan, plan_of
from live.domain.show import ShowState
from live.features.screens.presenters.act_views import ActView
from live.features.screens.presenters.chat_views import ChatLines, CommentView, PinView
from live.features.screens.presenters.health_views import STEPS, Finding, Recovery
from live.features.screens.presenters.host_views import HostSide
from live.features.screens.presenters.number_views import Lamp, Numbers
from live.features.screens.presenters.outlook import Outlook
from live.features.screens.presenters.rehearsal import CrowdView
from live.features.screens.presenters.sale_marks import SaleMarks
from live.features.screens.presenters.show_views import ShowView
from live.features.screens.presenters.trend import TrendView
from live.hotpath.wait import NO_LADDER, Ladder
from live.hub import Position


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
    mark: str = ""  # of what an edit may change
    last_stock: int = (
        0  # of how many units the stock is what was left last time; 0: nothing is to be said
    )
    offer: "OfferView | None" = None
    paid: int = 0
    spoken_for: int = 0  # units of the stock that its pushed sales have on sale, held or sold

    @property
    def name(self) -> str:
        return item_name(self.title, self.variant)

    @property
    def free(self) -> int:
        """Units that none of its sales has spoken for."""
        return max(self.stock - self.spoken_for, 0)

    @property
    def short(self) -> int | None:
        """How many units are there for the sale that is prepared, if it wants more; None: it has enough."""
        is_draft = self.offer is not None and self.offer.state == OfferState.DRAFT
        return self.free if is_draft and self.offer and self.offer.quantity > self.free else None

    @property
    def small_url(self) -> str:
        """Its picture small, where we keep one."""
        return small_of(self.image_url or "")


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
    waiting: int = 0  # viewers who want to be told when units come back
    called_ms: int = 0  # those of them who came until then are called now; 0: nobody is
    outlook: Outlook | None = None  # when it will have sold out; None: not to be told

    @property
    def total(self) -> int:
        return self.quantity + self.restocked

    @property
    def was_on_air(self) -> bool:
        """False for a draft, and for what was taken back before it opened."""
        return was_on_air(self.state, self.opens_at, self.closes_at)

    @property
    def price_doubt(self) -> str:
        """As domain/doubts.py has it."""
        return price_doubt(self.price, self.item.list_price)

    @property
    def spoken_for(self) -> int:
        """As domain/offer.py has it."""
        if self.state == OfferState.DRAFT:
            return 0
        return self.total - (self.left if self.state == OfferState.CLOSED else 0)


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order. `extended`: its hold has grown, as it may once; `warn_at`: its buyer is asked then whether they
    need that. `declined`: why its last payment failed, until the next try; `is_newest`: one of the last of the
    show, and not here only because it expires or failed."""

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
    extended: bool = False
    warn_at: datetime | None = None
    declined: str = ""
    is_newest: bool = True


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that any screen of a show draws, as of one moment."""

    show: ShowView
    items: tuple[ItemView, ...]
    offers: tuple[OfferView, ...]
    current: OfferView | None
    next: OfferView | None
    chosen_next: str  # the draft that the operator has set as the next; "": by the line-up
    numbers: Numbers
    words: tuple[tuple[str, int], ...]
    orders: tuple[OrderView, ...]
    chat: Mapping[str, ChatLines]  # by view, as in `Audience.view`: "", questions, buyers, held
    said: tuple[CommentView, ...]  # what viewers get to read: shown, and in their sample
    pinned: PinView | None
    rules: ChatRules
    held_count: int  # comments that wait for an approval, while they can get it
    acts: tuple[ActView, ...]
    host: HostSide
    health: tuple[Lamp, ...]
    ledger_lag: int
    chain: tuple[int, str]  # number and hash of the ledger's last stock entry
    marks: Mapping[str, SaleMarks]  # by offer
    trend: TrendView
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
    crowd: CrowdView | None = None  # of a rehearsal, while it is there
    snippets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # the room's, by kind
    ladder: Ladder = NO_LADDER  # of those who want to be told of the sale on air
    is_archived: bool = False  # it is over and has left Redis: only SQL has it, and nothing changes

    @property
    def awaited(self) -> OfferView | None:
        """The sale on air, if somebody wants to be told when units of it come back."""
        return self.current if self.current and self.current.waiting else None

    @property
    def is_waiting(self) -> bool:
        """On air, and nothing can be sold until Redis is back: a moment, for buyers."""
        return self.show.state == "live" and bool(self.recovery and not self.recovery.is_over)

    @property
    def plan(self) -> Plan | None:
        """Of a show on air with something planned. What is on air is planned to close as it does now; what is
        paused, when it is resumed at this moment."""
        sales = [item.offer for item in self.items if item.offer]
        if self.show.state != ShowState.LIVE or self.show.started_at is None or not sales:
            return None
        delay_s = self.show.video_delay_s
        lengths = {sale.id: sale.countdown_s + delay_s + sale.duration_s for sale in sales}
        on_air = self.current if self.current and self.current.state in ON_AIR else None
        until = on_air.closes_at if on_air else None
        if on_air and until is None:
            until = self.as_of + timedelta(seconds=on_air.rest_s)
        to_come = [lengths[sale.id] for sale in sales if sale.state == OfferState.DRAFT]
        return plan_of(self.show.started_at, list(lengths.values()), until, to_come)

    @property
    def setup_mark(self) -> str:
        """Of all that set-up shows and somebody may change: the show's facts, the line-up, the sales' terms."""
        show = self.show
        facts = (
            show.title, show.state, show.currency, show.starts_at, show.stream_url,
            show.video_delay_s,
        )  # fmt: skip
        items = [(item.id, item.position, item.sku, item.mark) for item in self.items]
        sales = [(o.id, o.state == OfferState.DRAFT, o.total) for o in self.offers]
        return mark_of(facts, items, sales, self.rules.ingest_n)

    @property
    def setup_acts(self) -> list[tuple[int, str]]:
        """Of the last acts those that may have changed the mark: the fact, and whose it was."""
        return [(act.seq, act.actor) for act in self.acts if act.sets_up]

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
        pushed = sorted_by_push([o for o in self.offers if o.was_on_air])
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
    def beside(self) -> tuple[OfferView, ...]:
        """All that a viewer may turn to, the current one first: of what is over only that."""
        return (self.current, *self.others) if self.current else ()

    @property
    def in_rows(self) -> tuple[OfferView, ...]:
        """Several sales at once in the order of their pushes, so that a new one moves no other; else none."""
        rows = sorted_by_push(list(self.beside))
        return tuple(rows) if len(rows) > 1 else ()

    @property
    def running(self) -> tuple[OfferView, ...]:
        """What a push would leave on sale beside the new one: armed, open or paused."""
        current = (self.current,) if self.current else ()
        return tuple(o for o in (*current, *self.others) if o.state in RUNNING)

    @property
    def steps(self) -> tuple[Finding, ...]:
        """Of setting up, in the order in which they are done."""
        found = [finding for finding in self.check if finding.step]
        return tuple(sorted(found, key=lambda finding: STEPS.index(finding.step)))

    @property
    def fails(self) -> tuple[Finding, ...]:
        """What must be mended before the show may start."""
        return tuple(finding for finding in self.check if finding.state == "fail")


SALES_SHOWN = 50  # in the list of marks; all of them are in the export
EARLIEST = datetime.fromtimestamp(0, UTC)
LATEST = datetime.max.replace(tzinfo=UTC)
RUNNING = (OfferState.ARMED, OfferState.OPEN, OfferState.PAUSED)
ON_AIR = (*RUNNING, OfferState.SOLD_OUT)


def sorted_by_push(offers: list[OfferView]) -> list[OfferView]:
    """In the order in which they opened, or will; last those that were frozen in their countdown."""
    return sorted(
        offers, key=lambda o: o.opens_at or (LATEST if o.state == OfferState.PAUSED else EARLIEST)
    )
