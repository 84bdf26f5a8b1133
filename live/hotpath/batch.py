"""One call for all that wait: while a call is in flight the next batch gathers. There is no timer.

With `appendfsync always` a call costs one fsync; this shares it among all orders that came meanwhile.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")
Answer = TypeVar("Answer")

BATCH_MAX = 256  # items. Lua's `unpack` and the time a script may block Redis bound it.


class Batch(Generic[Item, Answer]):
    """Gathers items, calls `send` with up to BATCH_MAX of them, one call at a time, in order."""

    def __init__(self, send: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]]) -> None:
        self._send = send
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._runner: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Answer:
        """The item's answer, or what `send` raised. Cancelling the caller does not cancel the call."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())
        return await future

    @property
    def idle(self) -> bool:
        return self._runner is None

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:BATCH_MAX], self._waiting[BATCH_MAX:]
                await self._settle(batch)
        finally:
            self._runner = None

    async def _settle(self, batch: list[tuple[Item, asyncio.Future[Answer]]]) -> None:
        call = self._ask([item for item, _ in batch])
        [outcome] = await asyncio.gather(call, return_exceptions=True)
        if isinstance(outcome, BaseException):  # every waiter learns of it
            for _, future in batch:
                if not future.done():
                    future.set_exception(outcome)
            return
        for (_, future), answer in zip(batch, outcome, strict=True):
            if not future.done():
                future.set_result(answer)

    async def _ask(self, items: Sequence[Item]) -> Sequence[Answer]:
        answers = await self._send(items)
        if len(answers) != len(items):
            raise RuntimeError(f"{len(answers)} answers for {len(items)} items")
        return answers


class Batches(Generic[Key, Item, Answer]):
    """A batch for each key. One with nothing to do is let go: keys come from outside."""

    def __init__(self, send: Callable[[Key, Sequence[Item]], Awaitable[Sequence[Answer]]]) -> None:
        self._send = send
        self._batches: dict[Key, Batch[Item, Answer]] = {}

    def __len__(self) -> int:
        return len(self._batches)

    async def submit(self, key: Key, item: Item) -> Answer:
        """As `Batch.submit`, in the batch of `key`."""
        batch = self._batches.get(key)
        if batch is None:
            batch = self._batches[key] = Batch(lambda items: self._send(key, items))
        try:
            return await batch.submit(item)
        finally:
            if batch.idle and self._batches.get(key) is batch:
                del self._batches[key]
