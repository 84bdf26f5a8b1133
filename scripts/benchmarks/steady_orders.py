"""Orders at a steady pace from buyers who do not give up: each is due by the clock, and asked for again under its
key until there is an answer. Beside them, comments with running numbers, so that listeners can count."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from live.crowd.client import Client, Unanswered

COMMENTS_PER_S = 2.0
FINISH_S = 35.0  # for orders still under way at the end: as long as a buyer insists


@dataclass(frozen=True, slots=True)
class Order:
    """When it was due (monotonic), when answered, in how many tries, and with which status; 0: never."""

    due: float
    answered: float
    tries: int
    status: int

    @property
    def ms(self) -> float:
        return (self.answered - self.due) * 1000


def p99_ms(orders: Sequence[Order]) -> float:
    return quantile([order.ms for order in orders], 0.99)


def quantile(values: Sequence[float], share: float) -> float:
    """The nearest rank; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Steady:
    """`orders`: those that are over, in the order of their answers."""

    def __init__(self, client: Client, path: str, tokens: Sequence[str], run: str) -> None:
        self.orders: list[Order] = []
        self._client = client
        self._path = path
        self._tokens = itertools.cycle(tokens)
        self._run = run

    def between(self, start: float, end: float) -> list[Order]:
        """Those that were due then."""
        return [order for order in self.orders if start <= order.due < end]

    async def order_at(self, per_s: float) -> None:
        """Until cancelled; what is under way then is finished."""
        async with asyncio.TaskGroup() as group:
            began = time.monotonic()
            with contextlib.suppress(asyncio.CancelledError):
                for number in itertools.count():
                    due = began + number / per_s
                    await asyncio.sleep(max(0.0, due - time.monotonic()))
                    group.create_task(self._order(due, number))

    async def comment_on(self, path: str) -> None:
        """Numbered from 1, each only after the one before was taken."""
        for number, token in enumerate(self._tokens, 1):
            began = time.monotonic()
            body = {"text": f"number {number}"}
            with contextlib.suppress(Unanswered):
                await self._client.request("POST", path, body, token=token)
            await asyncio.sleep(max(0.0, began + 1 / COMMENTS_PER_S - time.monotonic()))

    async def _order(self, due: float, number: int) -> None:
        tries = status = 0
        with contextlib.suppress(Unanswered):
            answer, tries = await self._client.insist(
                "POST",
                self._path,
                {"quantity": 1},
                token=next(self._tokens),
                key=f"{self._run}-{number}",
            )
            status = answer.status
        self.orders.append(Order(due, time.monotonic(), tries, status))


@asynccontextmanager
async def ordering(
    client: Client, path: str, comments: str, tokens: Sequence[str], run: str, per_s: float
) -> AsyncIterator[Steady]:
    """Orders and comments while the block runs; all orders are answered when it is left."""
    steady = Steady(client, path, tokens, run)
    orders = asyncio.create_task(steady.order_at(per_s))
    talk = asyncio.create_task(steady.comment_on(comments))
    try:
        yield steady
    finally:
        talk.cancel()
        orders.cancel()
        await asyncio.wait({orders, talk}, timeout=FINISH_S)
