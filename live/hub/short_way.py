"""The short way of an order over a socket: from the frame's bytes to the door, the answer by a callback.

No task, no queue, no ASGI message: in a burst these cost more than the order. Whatever is unusual in the
least takes the usual way (`conversation.py`), which says everything that there is to say; so nothing is
refused here, and on a server without this way an order is answered the same.
"""

import re

from live.domain.ids import show_of
from live.domain.offer import LIMIT_MAX
from live.domain.order import KEY_MAX
from live.errors import LiveError
from live.hub import frames
from live.hub.connection import Client
from live.hub.conversation import BACKTALK_MAX
from live.hub.messages import REF_MAX
from live.hub.ports import Ports

# A JSON object of these five fields, each once, nothing in them escaped.
ORDER = re.compile(
    rb"""
    \s* \{ \s*
    (?:
        (?: (?(1)(?!)) "type"     \s* : \s* "(order)"
          | (?(2)(?!)) "ref"      \s* : \s* ( "[\ !#-\[\]-~]{0,%d}" | -?(?:0|[1-9][0-9]{0,14}) )
          | (?(3)(?!)) "offer_id" \s* : \s* "([A-Za-z0-9_-]{1,64})"
          | (?(4)(?!)) "quantity" \s* : \s* ([1-9][0-9]{0,3})
          | (?(5)(?!)) "key"      \s* : \s* "([!#-\[\]-~]{1,%d})"
        ) \s* (?: , \s* (?=") | (?=\}) )
    ){5}
    \} \s*
    """
    % (REF_MAX, KEY_MAX),
    re.VERBOSE,
)


class ShortWay:
    """Of one viewer's socket."""

    def __init__(self, show_id: str, client: Client, ports: Ports) -> None:
        self._show_id = show_id
        self._client = client
        self._ports = ports

    def take(self, payload: bytes) -> bool:
        """True if the message is a plain order, which is on its way now; False: it is for the usual way."""
        client = self._client
        found = ORDER.fullmatch(payload)
        if found is None or client.ended.done() or client.line.backlog > BACKTALK_MAX:
            return False
        _, ref, offer, quantity, key = found.groups()
        offer_id, units = offer.decode(), int(quantity)
        if units > LIMIT_MAX or show_of(offer_id) != self._show_id:
            return False
        if not client.may_speak():
            return True  # it is on its way out, and this goes with it

        def answered(status: int, body: bytes) -> None:
            client.send(frames.order_result(body, ref, status))

        try:
            self._ports.put_order(client.who, offer_id, units, key.decode(), answered)
        except LiveError:
            return False
        return True
