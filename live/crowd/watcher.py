"""One viewer on the event socket: joins, listens, and comes back by id after every break.

Shared by the demo audience, rehearsals and the load test. Tally frames are counted and not parsed where nobody
asks for them: they are the same for everyone, ten a second, and a crowd of hundreds would do nothing else.
"""

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

BACK_AFTER_MAX_S = 3.0
JOIN_TIMEOUT_S = 10.0
ENTRY_HEADER = "X-Live-Crowd"
TALLY_MARK = '"type":"tally"'  # found near the front of such a frame; missing it costs a parse only


@dataclass(slots=True)
class Watcher:
    """A viewer's socket. `hear` gets every event, as parsed JSON, in order; tallies only if it `hears_tallies`.
    Without `hear` frames are counted and nothing is read of them. `entry`: let in past the limit of its address."""

    base_url: str
    show_id: str
    token: str
    hear: Callable[[dict[str, Any]], None] | None
    hears_tallies: bool = False
    entry: str = ""
    last_id: str = ""
    joins: int = 0
    breaks: int = 0
    tallies: int = 0
    here: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Watches until cancelled."""
        pause_s = 0.1
        while True:
            try:
                async with connect(
                    self._url(),
                    compression=None,
                    open_timeout=JOIN_TIMEOUT_S,
                    close_timeout=1,
                    ping_interval=None,
                    max_size=2**22,
                    proxy=None,
                    additional_headers={ENTRY_HEADER: self.entry} if self.entry else None,
                ) as socket:
                    pause_s = 0.1
                    await self._listen(socket)
            except (OSError, TimeoutError, InvalidHandshake, WebSocketException):
                pause_s = min(pause_s * 2, BACK_AFTER_MAX_S)
            self.breaks += 1
            self.here.clear()
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))

    async def _listen(self, socket: ClientConnection) -> None:
        await socket.send(json.dumps({"type": "auth", "token": self.token}))
        self.joins += 1
        async for frame in socket:
            self.here.set()
            if self.hear is None:
                continue
            is_tally = isinstance(frame, str) and frame.find(TALLY_MARK, 0, 200) >= 0
            if is_tally and not self.hears_tallies:
                self.tallies += 1
                continue
            event = json.loads(frame)
            if event.get("id"):
                self.last_id = str(event["id"])
            if event.get("type") == "tally":
                self.tallies += 1
                if not self.hears_tallies:
                    continue
            self.hear(event)

    def _url(self) -> str:
        base = "ws" + self.base_url.removeprefix("http")
        since = f"?since={quote(self.last_id)}" if self.last_id else ""
        return f"{base}/api/v1/shows/{self.show_id}/events{since}"
