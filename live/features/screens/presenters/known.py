"""What one process knows of a show between two boards: the line-up and the ledger's marks, from SQL.

Read when a show is first looked at and when its line-up changed, never per beat. While SQL is away, what
is known stands.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.comment import ChatView, CommentState
from live.domain.show import ShowState
from live.errors import NotFound, NotNow
from live.features.rehearsals.actions import Rehearsals, rehearsals_so_far
from live.features.screens.presenters.chat_tail import KEPT, ChatTail, Line
from live.features.screens.presenters.host_tail import devices_of, first_host
from live.features.screens.presenters.host_views import DeviceView
from live.features.screens.presenters.rows import item_view, with_marks
from live.features.screens.presenters.sale_marks import SaleMarks
from live.features.screens.presenters.tail import ACTS_KEPT, ORDERS_KEPT, Tail
from live.features.screens.presenters.views import Board, ItemView
from live.features.shows.actions import START
from live.hotpath.shows import Totals
from live.hotpath.wait import NO_LADDER, Ladder
from live.hub import Position
from live.store import (
    acts,
    chat_rules,
    comments,
    entries,
    items,
    ledger,
    offers,
    orders,
    rooms,
    schedule,
    shows,
    snippets,
    standings,
)
from live.store.db import Database
from live.store.offers import Offer

logger = logging.getLogger(__name__)

# A board this young serves everyone who asks, four screens in two languages: unless they know of a fact
# that it does not know.
FRESH_S = 0.1
POSITION_FRESH_S = 1.0
HUNG_S = 0.5  # a store that let us wait for longer, in vain, is left alone for LEFT_ALONE_S
LEFT_ALONE_S = 1.0
TOLD = ("offer", "outage", "declined")  # what the ledger is asked for at the first look
STUCK_S = 5.0  # a ledger that has written nothing for so long, though there is something to write


@dataclass(slots=True)
class Known:
    """`epoch`: the life of the show's log that `tail` follows; `committed`: what SQL has of it, `marked`:
    how far that was looked through for marks."""

    show: shows.Show
    room_title: str
    items: list[ItemView]
    offers: Sequence[Offer]
    tail: Tail
    epoch: str
    committed: int
    marked: int
    marks: Mapping[str, SaleMarks] = field(default_factory=dict)
    # Units left, held and paid that SQL knew of as of `committed`; by how many Redis said otherwise when it
    # stood at the same fact.
    sums: tuple[int, int, int] = (0, 0, 0)
    unlike: int = 0
    behind_since: float | None = None  # the ledger has written nothing since, and should have
    has_worker: bool = True
    missed_start: bool = False
    host_at: datetime | None = None  # when this process saw a host's screen last
    rehearsals: Rehearsals = field(default_factory=Rehearsals)  # of a show that is planned
    devices: Sequence[DeviceView] = ()
    asked_at: float = 0.0
    read_seq: int = 0
    database: str = "ok"
    # False: Redis was restarted, and nothing is sold until it is compared with SQL
    is_proven: bool = True
    snippets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ladder: Ladder = NO_LADDER  # as read at `ladder_at`
    ladder_at: float = float("-inf")
    counted: Totals | None = None  # of a show that has left Redis: as SQL counts it
    board: Board | None = None
    made_at: float = 0.0
    is_away: bool = False  # at the last look, after `waited_s`: the board is an old one
    waited_s: float = 0.0

    def serves(self, since: Position | None, now: float, *, fresh: bool) -> bool:
        """True while nobody needs to look again. A store that hangs is asked once for all who wait: each
        screen asking in turn would keep all of them from being drawn at all."""
        if self.board is None:
            return False
        age_s = now - self.made_at
        if self.is_away and self.waited_s > HUNG_S and age_s < LEFT_ALONE_S:
            return True
        if fresh or age_s >= FRESH_S:
            return False
        return self.is_away or since is None or self.board.position.is_at_or_after(since)

    def stuck_s(self, now: float) -> float:
        """For how long the ledger has written nothing, though it should have; 0: not for long."""
        waited_s = now - self.behind_since if self.behind_since is not None else 0.0
        return waited_s if waited_s > STUCK_S else 0.0

    def stand_at(self, committed: int, now: float) -> None:
        """What SQL has by now."""
        if committed >= self.tail.seq or committed != self.committed:
            self.behind_since = None
        elif self.behind_since is None:
            self.behind_since = now
        self.committed = committed


async def first_look(show_id: str, epoch: str, *, db: Database) -> Known:
    """Raises NotFound, StoreUnavailable."""
    async with db.read() as session:
        show = await shows.find_show(session, show_id)
        if show is None:
            raise NotFound("There is no such show.")
        room = await rooms.find_room(session, show.room_id)
        position = await ledger.find_position(session, show_id)
        tail = Tail(
            position[1] if position else 0,
            await orders.recent_orders(session, show_id, ORDERS_KEPT),
            await first_chat(session, show),
            await first_host(session, show_id),
            show.next_offer,
            await acts.newest_acts(session, show_id, ACTS_KEPT),
        )
        rows = await items.list_items(session, show_id)
        offer_rows = await offers.list_offers(session, show_id)
        told = await entries.list_entries(session, show_id, TOLD)
        tail.recall(told)
        missed = await schedule.is_missed(session, show_id, START)
        devices = await devices_of(session, show_id)
        texts = await snippets.room_snippets(session, show.room_id)
    return Known(
        show=show,
        room_title=room.title if room else "",
        items=[item_view(row) for row in rows],
        offers=offer_rows,
        tail=tail,
        epoch=epoch,
        committed=tail.seq,
        marked=tail.seq,
        marks=with_marks({}, told),
        missed_start=missed,
        devices=devices,
        snippets=texts,
    )


async def first_chat(session: AsyncSession, show: shows.Show) -> ChatTail:
    """The chat as SQL has it."""
    views = {
        view: await comments.recent_comments(session, show.id, KEPT, view) for view in ChatView
    }
    sayers = {comment.viewer for lines in views.values() for comment in lines}
    pinned = show.pinned_comment
    return ChatTail(
        {view: [line_of(comment) for comment in found] for view, found in views.items()},
        standings=await standings.list_standings(session, show.id),
        unpaid=await comments.buyers_among(session, show.id, sayers),
        rules=await chat_rules.find_rules(session, show.id),
        pinned=line_of(row) if (row := await comments.find_comment(session, pinned)) else None,
    )


def line_of(comment: comments.Comment) -> Line:
    return Line(
        comment.id,
        comment.viewer,
        comment.name,
        comment.text,
        comment.at,
        comment.asks,
        CommentState(comment.state),
        comment.why,
        comment.platform,
        comment.tip,
    )


async def refresh(known: Known, now: float, *, db: Database) -> None:
    """Line-up and marks after a change; once a second how far the ledger is. A database away is a lamp,
    not an error."""
    changed = known.tail.changed_seq
    if changed <= known.read_seq and now - known.asked_at < POSITION_FRESH_S:
        return
    # What the ledger writes (a show's start, a mark) is in SQL only once it has come so far: then look again.
    # And no log tells of what is changed in a show that has left Redis.
    waiting = known.read_seq > known.committed or known.counted is not None
    show_id = known.show.id
    try:
        async with db.read() as session:
            _, committed = await ledger.find_position(session, show_id) or ("", 0)
            known.sums = await offers.sum_units(session, show_id)
            if changed > known.read_seq or waiting:
                known.show = await shows.find_show(session, show_id) or known.show
                known.items = [item_view(row) for row in await items.list_items(session, show_id)]
                known.offers = await offers.list_offers(session, show_id)
                newer = await entries.offer_entries(session, show_id, known.marked)
                known.marks, known.marked = with_marks(known.marks, newer), committed
                known.devices = await devices_of(session, show_id)
                known.snippets = await snippets.room_snippets(session, known.show.room_id)
                known.missed_start = await schedule.is_missed(session, show_id, START)
            if 0 < known.tail.missed_seq <= committed + 1:
                known.tail.recall(await entries.list_entries(session, show_id, TOLD))
        if known.show.state == ShowState.PLANNED and known.show.rehearsal_of is None:
            known.rehearsals = await rehearsals_so_far(known.show, db=db)
        known.stand_at(committed, now)
        known.database = "ok"
        known.read_seq = changed
    except NotNow as error:
        known.database = "fail"
        logger.warning("the line-up could not be read", extra={"cause": error.code})
    known.asked_at = now
