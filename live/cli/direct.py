"""The server's WebSocket class, with one door more: the hub may write ready-made bytes to the transport.

A server without this class still works; frames then go through ASGI, one message at a time.
"""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from live.hub.line import EXTENSION


class DirectProtocol(WebSocketsSansIOProtocol):
    """Puts the transport into the scope as the extension that `live.hub.line` looks for."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            extensions: dict[str, object] = self.scope["extensions"]  # type: ignore[assignment]
            extensions[EXTENSION] = self.transport
