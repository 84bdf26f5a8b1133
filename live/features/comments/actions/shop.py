"""The crew answers viewers in the chat, in the shop's name."""

from live.domain.access import Actor
from live.domain.comment import SHOP, Incoming, Posted
from live.domain.ids import ShowId, outside_viewer_id
from live.errors import Conflict
from live.features.comments.forms import NAME_MAX
from live.features.shows.actions import on_record
from live.hotpath.chat import Chat
from live.hotpath.shows import ShowLog
from live.store import rooms
from live.store.db import Database
from live.store.shows import Show


async def reply(
    show: Show, text: str, *, by: Actor, chat: Chat, db: Database, log: ShowLog
) -> Posted:
    """Shown to everyone at once, whatever the chat's rules are. The record says who of the crew it was.

    Raises Conflict `ended`; Recovering, RedisUnavailable, StoreUnavailable.
    """
    async with on_record(ShowId(show.id), by, "comment:reply", text, log=log):
        async with db.read() as session:
            room = await rooms.find_room(session, show.room_id)
        name = (room.title if room else show.title)[:NAME_MAX]
        said = Incoming(outside_viewer_id(SHOP, show.room_id), name, text, platform=SHOP)
        answer = await chat.say(ShowId(show.id), said)
        if not isinstance(answer, Posted):
            raise Conflict("The show has ended.", code="ended")
        return answer
