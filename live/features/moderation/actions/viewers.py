"""Who may speak in a show: mutes for a while, bans, shadow bans, and their end."""

from live.domain.access import Actor
from live.domain.ids import ShowId, is_id
from live.domain.moderation import Standing, StandingKind
from live.errors import NotFound
from live.features.shows.actions import on_record
from live.hotpath.chat import Chat
from live.hotpath.shows import ShowLog


async def mute(
    show_id: ShowId, viewer: str, name: str, seconds: int, *, by: Actor, chat: Chat, log: ShowLog
) -> Standing:
    """The viewer's comments are refused for so long, from now. Raises NotFound, Recovering,
    RedisUnavailable, Conflict `ended`."""
    kind, detail = StandingKind.MUTED, f"{viewer} {seconds}"
    return await _set(show_id, viewer, name, kind, "viewer:mute", detail, by, chat, log, seconds)


async def ban(
    show_id: ShowId, viewer: str, name: str, *, by: Actor, chat: Chat, log: ShowLog
) -> Standing:
    """Until set free. Raises as `mute`."""
    kind = StandingKind.BANNED
    return await _set(show_id, viewer, name, kind, "viewer:ban", viewer, by, chat, log)


async def shadow_ban(
    show_id: ShowId, viewer: str, name: str, *, by: Actor, chat: Chat, log: ShowLog
) -> Standing:
    """Speaks on, and only the crew hears it. Raises as `mute`."""
    kind = StandingKind.SHADOWED
    return await _set(show_id, viewer, name, kind, "viewer:shadow_ban", viewer, by, chat, log)


async def free(
    show_id: ShowId, viewer: str, name: str, *, by: Actor, chat: Chat, log: ShowLog
) -> Standing:
    """Speaks as everyone; what was refused or hidden meanwhile stays so. Raises as `mute`."""
    kind = StandingKind.FREE
    return await _set(show_id, viewer, name, kind, "viewer:free", viewer, by, chat, log)


async def _set(
    show_id: ShowId, viewer: str, name: str, kind: StandingKind, verb: str, detail: str, by: Actor,
    chat: Chat, log: ShowLog, seconds: int = 0,
) -> Standing:  # fmt: skip
    if not is_id(viewer):
        raise NotFound("There is no such viewer.")
    payload = {"viewer": viewer, "name": name, "standing": kind.value, "by": by.name}
    async with on_record(show_id, by, verb, detail, log=log):
        return await chat.set_standing(show_id, payload, seconds)
