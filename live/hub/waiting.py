"""Two things to wait at, of which every socket has some: asyncio's own keep a deque or four in each, and a
deque takes 600 bytes even when nobody waits. With ten thousand sockets that is a tenth of the memory."""

import asyncio
from collections.abc import Iterable
from typing import Generic, Literal, TypeVar

T = TypeVar("T")


class Gate(asyncio.Event):
    """An Event: closed at first."""

    def __init__(self) -> None:
        self._is_open = False
        self._waiting: list[asyncio.Future[None]] = []

    def is_set(self) -> bool:
        return self._is_open

    def set(self) -> None:
        self._is_open = True
        _wake(self._waiting)

    def clear(self) -> None:
        self._is_open = False

    async def wait(self) -> Literal[True]:
        if not self._is_open:
            await _sleep(self._waiting)
        return True


class Inbox(asyncio.Queue[T], Generic[T]):
    """A Queue without end, of which `put_nowait`, `get` and `empty` are used."""

    def __init__(self) -> None:
        self._items: list[T] = []
        self._waiting: list[asyncio.Future[None]] = []

    def put_nowait(self, item: T) -> None:
        self._items.append(item)
        _wake(self._waiting)

    async def get(self) -> T:
        while not self._items:
            await _sleep(self._waiting)
        return self._items.pop(0)

    def empty(self) -> bool:
        return not self._items


def _wake(waiting: Iterable[asyncio.Future[None]]) -> None:
    for one in waiting:
        if not one.done():
            one.set_result(None)


async def _sleep(waiting: list[asyncio.Future[None]]) -> None:
    one = asyncio.get_running_loop().create_future()
    waiting.append(one)
    try:
        await one
    finally:
        waiting.remove(one)
