"""One script call for all orders that wait: while calls are in flight the next batch gathers.

There is no timer. With `appendfsync always` a call costs one fsync; this shares it among all orders that
came meanwhile, and the cost of an order falls as the burst grows.
"""

import asyncio
import logging
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import hiredis
import msgpack

from live.domain.events import wish_text
from live.domain.ids import OfferId, OrderId, ShowId, show_of
from live.domain.outcomes import Outcome, Refused, Taken, Verdict
from live.errors import NotNow, RedisUnavailable
from live.hotpath import keys
from live.hotpath.client import REQUEST_DEADLINE_MS, Client, Script, unavailable

logger = logging.getLogger(__name__)

TAKE = Script("take", "account")
CALLS_MAX = 2  # Redis decides one batch while this process answers the other
# Orders for a second call beside one in flight: a smaller one costs more than it brings.
ENOUGH = 24
WAITING_MAX = 20_000  # orders of one show in this process; about two seconds of work
# Upper bounds, as Prometheus wants them.
BUCKETS_MS = (2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500)
BATCH_MAX = 256  # orders. Lua's `unpack` and the time a script may block Redis bound it.

Answered = Callable[[Outcome | Exception], None]


class Take(NamedTuple):
    """A buyer's wish: `quantity` units of `offer_id`, under the idempotency `key`."""

    offer_id: OfferId
    order_id: OrderId
    buyer: str
    name: str
    quantity: int
    key: str


# A wish, until when (Redis ms) it may still have an effect (its buyer was told 503 after that), and whom to tell.
Waiting = tuple[Take, int, Answered]


@dataclass(slots=True)
class TakeStats:
    """Of this process since its start: attempts by how they ended, and how long their answers took."""

    outcomes: Counter[str] = field(default_factory=Counter)
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS_MS) + 1))
    sum_ms: int = 0

    def count(self, outcome: Outcome | Exception, waited_ms: int) -> None:
        if type(outcome) is Taken:
            self.outcomes["repeat" if outcome.repeat else "taken"] += 1
        elif type(outcome) is Refused:
            self.outcomes[outcome.verdict.name.lower()] += 1
        else:
            self.outcomes["unavailable"] += 1
        self.buckets[bisect_left(BUCKETS_MS, waited_ms)] += 1
        self.sum_ms += waited_ms


class TakeLine:
    """The orders of one show, in the order in which they came; CALLS_MAX calls at a time."""

    def __init__(self, show: ShowId, client: Client, stats: TakeStats) -> None:
        self._names = [keys.meta(show), keys.book(show), keys.due(show), keys.log(show)]
        self._names += [keys.pace(show), keys.turns(show)]
        self._client = client
        self._stats = stats
        self._waiting: list[Waiting] = []
        self._calls = 0  # in flight, or about to be sent

    @property
    def is_idle(self) -> bool:
        return not (self._calls or self._waiting)

    def put(self, one: Waiting) -> None:
        """Raises NotNow when so many wait that they would be too late anyway."""
        if len(self._waiting) >= WAITING_MAX:
            raise NotNow
        self._waiting.append(one)
        if not self._calls or (self._calls < CALLS_MAX and len(self._waiting) >= ENOUGH):
            # Not at once: what else is readable in this turn of the loop joins the call.
            self._calls += 1
            asyncio.get_running_loop().call_soon(self._send)

    def _send(self) -> None:
        batch, self._waiting = self._waiting[:BATCH_MAX], self._waiting[BATCH_MAX:]
        if batch:
            _Call(self._client, self._stats, self._names, batch, self._send).go()
        else:
            self._calls -= 1


class _Call:
    """One script call. What was lost on the way is asked once more: every order carries its key, so the
    second call tells the truth to those whose units are held already."""

    def __init__(
        self,
        client: Client,
        stats: TakeStats,
        names: Sequence[str],
        batch: Sequence[Waiting],
        done: Callable[[], None],
    ) -> None:
        self._client = client
        self._wire = client.wire
        self._stats = stats
        self._batch = batch
        self._done = done
        self._is_second = False
        index: dict[str, int] = {}
        packed = [
            (
                index.setdefault(wish.offer_id, len(index) + 1),
                wish.order_id,
                wish.buyer,
                wish.key,
                wish.quantity,
                deadline_ms,
                wish_text(*wish),
            )
            for wish, deadline_ms, _ in batch
        ]
        offers = [keys.offer(offer_id) for offer_id in index]
        self._rest = [len(names) + len(offers), *names, *offers, msgpack.packb(packed)]

    def go(self) -> None:
        self._wire.call(hiredis.pack_command(("EVALSHA", TAKE.sha, *self._rest)), self._answered)

    def _answered(self, reply: Any) -> None:
        if isinstance(reply, RedisUnavailable) and not self._is_second:
            self._is_second = True
            self.go()
            return
        if isinstance(reply, hiredis.ReplyError):
            if str(reply).startswith("NOSCRIPT"):
                command = ("EVAL", TAKE.source, *self._rest)
                self._wire.call(hiredis.pack_command(command), self._answered)
                return
            reply = unavailable(reply)
        self._done()  # first: Redis decides the next batch while this one is answered
        self._tell(reply)

    def _tell(self, reply: Any) -> None:
        answers = None if isinstance(reply, Exception) else msgpack.unpackb(reply)
        now_ms = self._client.now_ms()
        for i, (wish, deadline_ms, answered) in enumerate(self._batch):
            outcome = reply if answers is None else _outcome(wish, answers[i])
            self._stats.count(outcome, now_ms - deadline_ms + REQUEST_DEADLINE_MS)
            if type(outcome) is Refused and outcome.verdict is Verdict.LATE:
                outcome = self._client.too_late()
            try:
                answered(outcome)
            except Exception:
                logger.exception("an order's answer could not be given")


class Takes:
    """The line of every show that is selling; one with nothing to do is let go."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lines: dict[str, TakeLine] = {}
        self.stats = TakeStats()

    def put(self, wish: Take, deadline_ms: int, answered: Answered) -> None:
        show = show_of(wish.offer_id)
        line = self._lines.get(show)
        if line is None:
            self._lines = {s: kept for s, kept in self._lines.items() if not kept.is_idle}
            line = self._lines[show] = TakeLine(show, self._client, self.stats)
        line.put((wish, deadline_ms, answered))


def _outcome(wish: Take, answer: Sequence[Any]) -> Outcome:
    code = answer[0]
    if code == Verdict.TAKEN:
        _, expires, amount, currency, attempt = answer
        return Taken(
            wish.order_id, wish.offer_id, wish.quantity, amount, currency, expires, attempt
        )
    if code == Verdict.REPEAT:
        _, order_id, expires, amount, currency, attempt = answer
        return Taken(
            order_id, wish.offer_id, wish.quantity, amount, currency, expires, attempt, repeat=True
        )
    return Refused(Verdict(code), *answer[1:])
