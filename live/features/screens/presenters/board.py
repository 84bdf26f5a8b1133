"""Boards: what the screens of each show draw, made from Redis (numbers), the log (news) and SQL (the line-up).

While SQL is away the last line-up stands (`known.py`); while Redis is away the last board stands, and says
what is being done about it (`recovery.py`).
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from live.domain.events import Fact
from live.domain.ids import ShowId
from live.domain.offer import OfferState, Stock
from live.domain.show import ShowState
from live.errors import NotNow, Recovering, StoreUnavailable
from live.features.archive.actions import counted
from live.features.screens.presenters.act_views import ActView
from live.features.screens.presenters.assemble import assemble, stale
from live.features.screens.presenters.choices import came_back
from live.features.screens.presenters.health_views import Recovery
from live.features.screens.presenters.known import Known, first_look, refresh
from live.features.screens.presenters.recovery import Watch
from live.features.screens.presenters.rehearsal import CrowdView, crowd_view
from live.features.screens.presenters.tail import ENTRIES_READ
from live.features.screens.presenters.views import Board
from live.hotpath import crowds, rebuilding
from live.hotpath.bought import unpaid_of
from live.hotpath.shows import Totals
from live.hotpath.stock import Unpaid
from live.hotpath.wait import NO_LADDER, Ladder, Waiting
from live.hub import LoopLag, Position
from live.runtime import Runtime
from live.store import archive

TELLS = (
    OfferState.OPEN,
    OfferState.SOLD_OUT,
    OfferState.PAUSED,
)  # in which somebody may wait for units


LADDER_S = 2.0  # between two looks at who waits where: each change of it goes to every viewer


class Boards:
    """One per web process. `lag`: how late its event loop is, and so what its sockets get."""

    def __init__(self, runtime: Runtime, lag: LoopLag | None = None) -> None:
        self._runtime = runtime
        self._lag = lag or LoopLag()
        self._known: dict[str, Known] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._watches: defaultdict[str, Watch] = defaultdict(Watch)

    async def board(
        self, show_id: str, *, since: Position | None = None, fresh: bool = False
    ) -> Board:
        """The board, at most FRESH_S old; while Redis is away the last one, or what SQL knows.

        `since`: it has every fact up to there. `fresh`: made now, for a page that tells somebody what
        they have just done. Raises NotFound; StoreUnavailable when there is no last one.
        """
        lock = self._locks.setdefault(show_id, asyncio.Lock())
        async with lock:
            now = asyncio.get_running_loop().time()
            known = self._known.get(show_id)
            if known and known.board and known.serves(since, now, fresh=fresh):
                return known.board
            try:
                return await self._look(show_id, known, now)
            except NotNow as error:
                return await self._stand_still(show_id, error, now)

    def hear(self, show_id: str, position: Position, facts: Sequence[Fact]) -> None:
        """What the hub has just read of the log, up to `position`: it need not be read again for the screens,
        all at once, in the middle of a rush."""
        known = self._known.get(show_id)
        if known is not None and known.epoch == position.epoch:
            known.tail.follow(facts)

    async def _look(self, show_id: str, known: Known | None, now: float) -> Board:
        totals = await self._runtime.log.totals(ShowId(show_id))
        if known is None or await self._is_another(known, totals):
            known = self._known[show_id] = await first_look(
                show_id, totals.epoch if totals else "", db=self._runtime.db
            )
        known.board = await self._make(known, totals, now)
        known.made_at, known.is_away = now, False
        return known.board

    async def _is_another(self, known: Known, totals: Totals | None) -> bool:
        """Whether what is known is of an earlier life: Redis was rebuilt, or has let go of the show, whose
        last facts this process may not have seen."""
        if totals is not None:
            return known.epoch != totals.epoch
        if not known.epoch:
            return False
        async with self._runtime.db.read() as session:
            return await archive.is_archived(session, known.show.id)

    async def _stand_still(self, show_id: str, error: NotNow, asked_at: float) -> Board:
        """The last board with its lamp lit. A process that has none yet shows what SQL knows."""
        is_answer = isinstance(error, Recovering)  # Redis is there, and the show is not
        waited_s = 0.0 if is_answer else asyncio.get_running_loop().time() - asked_at
        known = self._known.get(show_id)
        if isinstance(error, StoreUnavailable):
            if known is None or known.board is None:
                raise error
            known.board = stale(known.board, error)
        else:
            if known is None:
                known = await first_look(show_id, "", db=self._runtime.db)
                self._known[show_id] = known
            board = known.board or assemble(
                known, None, [None] * len(known.offers), self._runtime.clock.now(), redis_ms=0
            )
            trouble = await self._trouble(ShowId(show_id), error)
            known.board = replace(stale(board, error), recovery=trouble)
        known.made_at = asyncio.get_running_loop().time()
        known.is_away, known.waited_s = True, waited_s
        return known.board

    async def _trouble(self, show: ShowId, error: NotNow) -> Recovery:
        runtime, watch = self._runtime, self._watches[show]
        if isinstance(error, Recovering):
            try:
                progress = await rebuilding.read(runtime.redis, show)
                age_ms = await runtime.facts.worker_age_ms()
                return watch.troubled(
                    "lost", runtime.clock.now(), progress, has_worker=age_ms is not None
                )
            except NotNow:
                pass  # away again
        return watch.troubled("away", runtime.clock.now())

    async def _make(self, known: Known, totals: Totals | None, now: float) -> Board:
        show_id = ShowId(known.show.id)
        if totals is None and known.show.state != ShowState.ENDED:
            raise Recovering
        if totals is not None and totals.seq > known.tail.seq:
            known.tail.feed(await self._runtime.facts.tail(show_id, known.tail.seq, ENTRIES_READ))
        asked_at = known.asked_at
        await refresh(known, now, db=self._runtime.db)
        if totals is None:
            counts = await self._counted(known)
        else:
            counts = totals
            head = await self._runtime.facts.head(show_id)
            known.is_proven = head is not None and head.state != "recovering"
        stocks = await self._runtime.stock.read_all([row.id for row in known.offers])
        if totals is not None and known.asked_at != asked_at:
            await self._check_ledger(known, totals, stocks)
        if totals is not None and (viewers := known.tail.chat.unlabelled()):
            known.tail.chat.label(await unpaid_of(self._runtime.redis, show_id, viewers))
        unpaid = await self._unpaid(known) if totals is not None else Unpaid()
        board = assemble(
            known, counts, stocks, self._runtime.clock.now(),
            redis_ms=self._runtime.redis.now_ms(), unpaid=unpaid,
            waiting=await self._waiting(known, stocks) if totals is not None else {},
            stuck_s=known.stuck_s(now), late_ms=self._lag.recent_ms(),
        )  # fmt: skip
        if totals is None:
            board = replace(board, is_archived=True, held_count=0)
        else:
            crowd = await self._crowd(known)
            ladder = await self._ladder(known, board, now)
            recovery = self._recovery(known, totals)
            board = replace(board, recovery=recovery, crowd=crowd, ladder=ladder)
        back = came_back(known.board, board)
        if back is None:
            return board
        known.tail.acts.append(ActView(board.as_of, "", "offer:back", back.id, 0))
        return replace(board, acts=tuple(known.tail.acts))

    async def _crowd(self, known: Known) -> CrowdView | None:
        if known.show.rehearsal_of is None:
            return None
        crowd = await crowds.read(self._runtime.redis, ShowId(known.show.id))
        return crowd_view(crowd) if crowd else None

    async def _unpaid(self, known: Known) -> Unpaid:
        """What has to be paid. A declined order that is settled is forgotten, also where its fact was missed."""
        declined = list(known.tail.declined)  # more may be heard of meanwhile
        unpaid = await self._runtime.stock.unpaid(ShowId(known.show.id), declined)
        for order_id in set(declined) - {order.id for order in unpaid.orders}:
            known.tail.declined.pop(order_id, None)
        return unpaid

    async def _waiting(self, known: Known, stocks: Sequence[Stock | None]) -> dict[str, Waiting]:
        """Who wants to be told, where somebody may: Redis is asked for no more than the sales on air that have
        been gone, or cut."""
        left = {
            row.id: stock.left
            for row, stock in zip(known.offers, stocks, strict=True)
            if stock
            and stock.state in TELLS
            and (not stock.left or stock.gone_try or stock.restocked)
        }
        return await self._runtime.waits.waiting(left)

    async def _ladder(self, known: Known, board: Board, now: float) -> Ladder:
        offer = board.awaited.id if board.awaited else ""
        if offer != known.ladder.offer or now - known.ladder_at >= LADDER_S:
            known.ladder = await self._runtime.waits.ladder(offer) if offer else NO_LADDER
            known.ladder_at = now
        return known.ladder

    async def _check_ledger(
        self, known: Known, totals: Totals, stocks: Sequence[Stock | None]
    ) -> None:
        """Whether somebody keeps the ledger, and whether it says what Redis says: that can be told only
        when both stand at the same fact, before and after Redis's numbers were read."""
        facts = self._runtime.facts
        known.has_worker = await facts.worker_age_ms() is not None
        head = await facts.head(ShowId(known.show.id))
        if head is None or not head.seq == totals.seq == known.committed:
            return
        on_air = [stock for stock in stocks if stock and stock.state != OfferState.DRAFT]
        units = [sum(getattr(s, name) for s in on_air) for name in ("left", "held", "paid")]
        known.unlike = sum(abs(a - b) for a, b in zip(units, known.sums, strict=True))

    async def _counted(self, known: Known) -> Totals:
        """Counted once, and again when the ledger has moved: rows are many."""
        if known.counted is None or known.counted.seq != known.committed:
            known.counted = await counted(known.show, db=self._runtime.db)
        return known.counted

    def _recovery(self, known: Known, totals: Totals) -> Recovery | None:
        watch, now = self._watches[known.show.id], self._runtime.clock.now()
        if known.is_proven:
            return watch.sound(totals, now)
        return watch.troubled("checking", now)
