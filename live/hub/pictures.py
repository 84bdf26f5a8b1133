"""What viewers' pages say of their broadcast picture, over a socket or with a poll."""

import contextlib

from live.domain.attendance import Picture
from live.errors import LiveError
from live.hub.connection import Client, PageClient
from live.hub.ports import Ports
from live.hub.registry import Room
from live.hub.topics import Screen
from live.hub.visitor import Visitor


async def see(room: Room, client: Client | Visitor, picture: Picture, ports: Ports) -> None:
    """The crew's own look at the viewers' page is no audience; it is proof that there is a picture."""
    if not isinstance(client, PageClient | Visitor) or client.audience.screen is not Screen.VIEWER:
        return
    if not client.who.is_crew:
        room.see(client, picture)
    elif picture is Picture.ON:
        with contextlib.suppress(LiveError):  # it says so again
            await ports.picture_plays(room.show_id)
