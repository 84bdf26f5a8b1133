"""What a rehearsal's audience wants of each sale: when which viewer orders, and what comes of it."""

import asyncio
import random
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from live.crowd.buyer import Shop, buy, finish
from live.crowd.client import Client, Unanswered
from live.crowd.purchase import ACCEPTED, REFUSALS, UNRESOLVED, Purchase
from live.domain import arrivals
from live.domain.crowd import ORDERS_PER_S_MAX, Job, Seen

RUSH_MAX_S = 120.0  # who has not ordered by then does not any more
PAY_SHARE, CANCEL_SHARE = 0.75, 0.05  # the others let their hold run out
SECOND_UNIT = 0.15  # of the buyers want two
TRY_AGAIN_SHARE = 0.5  # of those who came too late, when units are back
LOOKS_PER_S = 5  # orders a second whose commit is looked up
PATIENCE_S = 15.0
EARLY_S = 0.1  # before the opening the button counts as live: whoever presses on the second is not held up
HOLD_S = 60  # how long buyers think a hold is: they pay within seconds of the order


@dataclass(slots=True)
class Sale:
    """One sale as the audience follows it. `missed`: who was told that it is sold out; `button`: it can be pressed,
    or need not be waited for any more."""

    number: int
    state: str = ""
    missed: list[str] = field(default_factory=list)
    button: asyncio.Event = field(default_factory=asyncio.Event)
    opening: asyncio.TimerHandle | None = None

    def dress(self, state: str, wait_s: float) -> None:
        """The button as a viewer's page has it: dead while the sale is paused, and until it opens."""
        self.state = state
        if self.opening:
            self.opening.cancel()
        self.button.clear()
        if state == "armed" and wait_s > 0:
            self.opening = asyncio.get_running_loop().call_later(wait_s, self.button.set)
        elif state != "paused":
            self.button.set()


class Wishes:
    """`look_at` tells of each change of a sale, `shown` of each sample of numbers."""

    def __init__(self, job: Job, client: Client, seen: Seen, chance: random.Random) -> None:
        self._job, self._client, self._seen, self._chance = job, client, seen, chance
        self._tokens = dict(job.guests)
        self._sales: dict[str, Sale] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._committed: deque[datetime] = deque()
        self._next_look = 0.0

    @property
    def is_selling(self) -> bool:
        return any(sale.state == "open" for sale in self._sales.values())

    def look_at(self, offer: dict[str, Any]) -> None:
        """An offer as an event tells it: the first time that it opens brings the rush, units that come back bring
        some of those who had missed it."""
        state, offer_id = str(offer.get("state", "")), str(offer.get("id", ""))
        sale = self._sales.get(offer_id)
        if sale is None:
            if state not in ("armed", "open"):
                return
            sale = self._sales[offer_id] = Sale(len(self._sales))
            moments = self._moments(sale.number)
            self._send(offer_id, sale, moments, _until_open_s(offer), self._who())
        elif state == "open" and sale.state == "sold_out" and sale.missed:
            again = [who for who in sale.missed if self._chance.random() < TRY_AGAIN_SHARE]
            sale.missed.clear()
            moments = arrivals.rush(self._draws(len(again)), self._job.haste_s, RUSH_MAX_S)
            self._send(offer_id, sale, moments, 0.0, again)
        sale.dress(state, _until_open_s(offer) - EARLY_S if state == "armed" else 0.0)

    def shown(self, as_of: datetime, now: datetime) -> None:
        """Numbers as of that moment are on a viewer's screen: all that was committed before is told."""
        while self._committed and self._committed[0] <= as_of:
            self._seen.screen.add((now - self._committed.popleft()).total_seconds() * 1000)

    def leave(self) -> None:
        """Nobody orders or pays any more."""
        for task in self._tasks:
            task.cancel()

    def _draws(self, n: int) -> list[float]:
        return [self._chance.random() for _ in range(n)]

    def _who(self) -> list[str]:
        """All viewers in a new order: nobody has two wishes before everyone has one."""
        return self._chance.sample(list(self._tokens), len(self._tokens))

    def _moments(self, number: int) -> list[float]:
        job = self._job
        if job.sales:
            curve = job.sales[number % len(job.sales)]
            return arrivals.along(curve, self._draws(arrivals.times(curve, job.times)))
        wanting = round(len(self._tokens) * job.conversion / 100)
        return arrivals.rush(self._draws(wanting), job.haste_s, RUSH_MAX_S)

    def _send(
        self, offer_id: str, sale: Sale, moments: list[float], wait_s: float, who: list[str]
    ) -> None:
        shop = Shop(self._client, offer_id, HOLD_S, self._tokens, time.monotonic() + wait_s)
        shop.patience_s = PATIENCE_S
        for n, moment in enumerate(arrivals.capped(moments, ORDERS_PER_S_MAX)):
            wish = Purchase(
                key=secrets.token_hex(12),
                buyer=who[n % len(who)],
                quantity=2 if self._chance.random() < SECOND_UNIT else 1,
                wish=self._end(self._chance.random()),
                intended_s=moment,
            )
            task = asyncio.create_task(self._whole(shop, sale, wish))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _end(self, draw: float) -> str:
        if draw < PAY_SHARE:
            return "pay"
        return "cancel" if draw < PAY_SHARE + CANCEL_SHARE else "leave"

    async def _whole(self, shop: Shop, sale: Sale, wish: Purchase) -> None:
        await asyncio.sleep(max(wish.intended_s - shop.now_s, 0.0))
        if not sale.button.is_set():  # it was paused meanwhile: they come back when it goes on
            await sale.button.wait()
            await asyncio.sleep(self._chance.random() * self._job.haste_s)
            wish.intended_s = shop.now_s
        if sale.state == "closed":
            return
        self._seen.wishes += 1
        await buy(shop, wish)
        self._note(sale, wish)
        if wish.outcome != ACCEPTED:
            return
        await self._look_up(wish)
        await finish(shop, wish)
        self._seen.paid += wish.end == "paid"

    def _note(self, sale: Sale, wish: Purchase) -> None:
        seen = self._seen
        if wish.outcome == UNRESOLVED:
            seen.unanswered += 1
            return
        seen.order.add(wish.latency_s * 1000)
        if wish.outcome == ACCEPTED:
            seen.accepted += 1
        elif wish.outcome in REFUSALS:
            seen.refused[wish.outcome] += 1
            if wish.outcome == "sold_out":
                sale.missed.append(wish.buyer)
        else:
            seen.errors[wish.outcome] += 1

    async def _look_up(self, wish: Purchase) -> None:
        """When the order was committed, by the server's word; of a few, as the look is one more request."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + 1 / LOOKS_PER_S
        path, token = f"/api/v1/orders/{wish.order}", self._tokens[wish.buyer]
        try:
            answer = await self._client.request("GET", path, token=token)
        except Unanswered:
            return
        if answer.ok:
            self._committed.append(datetime.fromisoformat(str(answer.json()["placed_at"])))


def _until_open_s(offer: dict[str, Any]) -> float:
    opens_at = datetime.fromisoformat(str(offer["opens_at"]))
    return max((opens_at - datetime.fromtimestamp(time.time(), UTC)).total_seconds(), 0.0)
