"""Who was closed or turned away, and why: all are counted; a client's faults are said in the log, once."""

import logging
from collections.abc import Mapping

from starlette.websockets import WebSocket

from live.hub.close_codes import FAULTS, FOUND_BY_SERVER, CloseCode
from live.hub.stats import Stats
from live.hub.topics import Who

logger = logging.getLogger(__name__)

SAID_MAX = 1_000  # clients and faults that are remembered; then it starts over


class Farewells:
    """Of one process. A client is its address and, if it has one, its viewer id."""

    def __init__(self, stats: Stats) -> None:
        self._stats = stats
        self._said: set[tuple[str, str, str]] = set()

    def closed(self, websocket: WebSocket, code: CloseCode, who: Who | None = None) -> None:
        """A socket that had been opened."""
        self._stats.closed[code.reason] += 1
        if code in FAULTS:
            self._say(websocket, "a client was closed", code.reason, who)

    def left(self, websocket: WebSocket, code: int) -> None:
        """Before it was let in. Whoever just goes is no business of ours; a fault is."""
        fault = next((one for one in FOUND_BY_SERVER if one == code), None)
        if fault is not None:
            self.closed(websocket, fault)

    def refused(self, websocket: WebSocket, cause: str) -> None:
        """Before the handshake, as HTTP would."""
        self._stats.refused[cause] += 1
        self._say(websocket, "a socket was refused", cause, None)

    def _say(self, websocket: WebSocket, what: str, cause: str, who: Who | None) -> None:
        address = websocket.client.host if websocket.client else "unknown"
        viewer = who.viewer_id or "" if who else ""
        client = (address, viewer, cause)
        if client in self._said:
            return
        if len(self._said) >= SAID_MAX:
            self._said.clear()
        self._said.add(client)
        extra: Mapping[str, object] = {"cause": cause, "address": address, "viewer": viewer or "-"}
        logger.warning(what, extra=extra)
