"""Where every order comes in, by HTTP, by a page or by a socket: one plain call, the answer by a callback.

The shells around it (`routes.py`, `live/cli/lane.py`, the hub's sockets) read what was sent and write what
is answered. What an order means is decided here and in `hotpath`.
"""

import asyncio

from live.domain.access import Viewer
from live.domain.ids import OfferId, is_id, show_of
from live.domain.offer import OfferState
from live.domain.outcomes import Outcome, Refused, Taken, Verdict
from live.domain.refusals import refusal
from live.domain.show import ShowState
from live.errors import LiveError, NotFound, Recovering, TooFast
from live.hotpath.answer import Answer
from live.hotpath.stock import StockCounter
from live.hotpath.takes import Answered, Take
from live.runtime import Clock, OrderIds
from live.store import offers, orders, shows
from live.store.db import Database
from live.store.moments import to_ms
from live.web.rate_limits import RateLimits
from live.web.tokens import ViewerTokens


def accepted(outcome: Taken | Refused) -> Taken:
    """The order, or the refusal. Raises Conflict."""
    if isinstance(outcome, Refused):
        raise refusal(outcome)
    return outcome


def again(wish: Take, order: orders.Order) -> Outcome:
    """The first answer to the wish's key, as `lua/take.lua` gives it: `order` came of it."""
    if (wish.offer_id, wish.quantity) != (order.offer_id, order.quantity):
        return Refused(Verdict.KEY_REUSED)
    return Taken(
        order.id, order.offer_id, order.quantity, order.amount_minor, order.currency,
        to_ms(order.answered_at), order.attempt, repeat=True,
    )  # fmt: skip


class Door:
    """Holds what an order needs, so that nothing is looked up on its way."""

    def __init__(
        self,
        stock: StockCounter,
        db: Database,
        limits: RateLimits,
        tokens: ViewerTokens,
        clock: Clock,
    ) -> None:
        self._tokens = tokens
        self._stock = stock
        self._db = db
        self._limits = limits
        self._clock = clock
        self._ids = OrderIds()
        self._asking: set[asyncio.Task[None]] = set()

    def viewer(self, token: str) -> Viewer | None:
        """The viewer, if the token is a viewer's that still holds."""
        return self._tokens.read(token, self._clock.unix_s())

    def order(
        self, viewer: Viewer, offer_id: str, quantity: int, key: str, answered: Answered
    ) -> None:
        """Hold units for the viewer; `answered` is called later, once.

        It gets a Taken, a Refused that a buyer can understand, or an error: NotFound, NotNow (after
        RedisUnavailable the same key tells what became of it). Raises TooFast, NotFound, NotNow.
        """
        wait_s = self._limits.allow("order", viewer.id, self._clock.monotonic_s())
        if wait_s > 0:
            raise TooFast(wait_s)
        if not is_id(offer_id):
            raise NotFound("There is no such offer.")
        order_id = self._ids.new(show_of(offer_id))
        wish = Take(OfferId(offer_id), order_id, viewer.id, viewer.name, quantity, key)

        def judged(outcome: Outcome | Exception) -> None:
            if type(outcome) is Refused and outcome.verdict is Verdict.UNKNOWN:
                self._explain(wish, answered)
            else:
                answered(outcome)

        self._stock.put(wish, judged)

    async def place(
        self, viewer: Viewer, offer_id: str, quantity: int, key: str
    ) -> Taken | Refused:
        """As `order`, for those who can wait. Cancelling the caller does not cancel the order."""
        answer = Answer()
        self.order(viewer, offer_id, quantity, key, answer)
        return await answer.given

    def _explain(self, wish: Take, answered: Answered) -> None:
        async def ask() -> None:
            try:
                answered(await self._why_unknown(wish))
            except LiveError as error:
                answered(error)

        task = asyncio.get_running_loop().create_task(ask())
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _why_unknown(self, wish: Take) -> Outcome:
        """Redis does not sell it: SQL must say why, or what the key stands for. Raises NotFound,
        Recovering, StoreUnavailable."""
        if await self._stock.read(wish.offer_id) is not None:
            raise Recovering  # Redis holds the offer but not yet its trust; SQL may lag behind the push
        show_id = show_of(wish.offer_id)
        async with self._db.read() as session:
            order = await orders.find_order_by_key(session, show_id, wish.buyer, wish.key)
            offer = await offers.find_offer(session, wish.offer_id)
            show = await shows.find_show(session, show_id)
        if order is not None:
            return again(wish, order)
        if offer is None or show is None:
            raise NotFound("There is no such offer.")
        if show.state == ShowState.ENDED or offer.state == OfferState.CLOSED:
            return Refused(Verdict.ENDED)
        if offer.state == OfferState.DRAFT:
            return Refused(Verdict.NOT_OPEN)
        raise Recovering  # SQL knows of a sale that Redis has lost: it stays closed until it is rebuilt
