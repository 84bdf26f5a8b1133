"""A program that listens while the web process, Redis or both are killed: each comment once and in order."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from scripts.faults.tree import Tree
from tests.asking import eventually
from tests.system.client import Operator

pytestmark = pytest.mark.long


class Listener:
    """Comes back by its last id whenever the line breaks."""

    def __init__(self, url: str, token: str) -> None:
        self.heard: list[str] = []
        self.kinds: list[str] = []
        self._url = url.replace("http://", "ws://")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._last = ""

    async def listen(self) -> None:
        while True:
            with contextlib.suppress(WebSocketException, InvalidHandshake, OSError):
                since = f"?since={self._last}" if self._last else ""
                async with connect(self._url + since, additional_headers=self._headers) as line:
                    async for frame in line:
                        self._take(json.loads(frame))
            await asyncio.sleep(0.05)

    def _take(self, told: dict[str, object]) -> None:
        self._last = str(told.get("id", self._last))
        self.kinds.append(str(told["type"]))
        if told["type"] == "comment":
            data = told["data"]
            assert isinstance(data, dict)
            self.heard.append(str(data["id"]))


@pytest.fixture
async def tree(tmp_path: Path) -> AsyncIterator[Tree]:
    house = Tree(tmp_path)
    house.start()
    yield house
    assert house.stop() == 0, house.said()


async def test_nothing_is_missed_or_heard_twice_over_restarts(tree: Tree) -> None:
    operator = Operator(tree.url, tree.token())
    show = await operator.open_show()
    viewer = await operator.post("/viewers", display_name="V")
    speaker = Operator(tree.url, viewer["token"])
    listener = Listener(f"{tree.url}/api/v1/shows/{show}/events", viewer["token"])
    listening = asyncio.create_task(listener.listen())
    await eventually(lambda: _is(bool(listener.kinds)))
    said: list[str] = []

    async def say() -> bool:
        """True once it is certain that it was said."""
        with contextlib.suppress(Exception):
            said.append((await speaker.post(f"/shows/{show}/comments", text="扣1"))["id"])
            return True
        return False

    for parts in (["web"], ["redis"], ["web", "redis"], []):
        for part in parts:
            for _ in tree.pids(part):
                tree.kill(part)
        for _ in range(5):
            await eventually(say)
    await eventually(lambda: _is(set(said) <= set(listener.heard)))
    assert len(listener.heard) == len(set(listener.heard))
    assert [one for one in listener.heard if one in set(said)] == said
    assert "reset" not in listener.kinds
    listening.cancel()
    await asyncio.wait({listening})
    await speaker.close()
    await operator.close()


async def _is(true: bool) -> bool:
    return true
