"""Where a show's overlay and host screen look: at its rehearsal while that is on air, else at the show itself.

They are connected once, to the real show, and a rehearsal without them would leave out what fails most often
(.decisions/0026). Their sockets are asked again and again whether they look where they should (hub/standing.py); one
that does not is shown out, its page loads again, and that looks here.
"""

from contextlib import suppress

from live.domain.ids import ShowId
from live.domain.show import ShowState
from live.errors import LiveError
from live.hotpath.logs import LogReader
from live.hotpath.shows import ShowLog
from live.store import rehearsals, shows
from live.store.db import Database
from live.store.shows import Show


async def state_of(show: Show, *, facts: LogReader) -> str:
    """As Redis has it: SQL hears of it a moment later. Raises RedisUnavailable."""
    head = await facts.head(ShowId(show.id))
    return head.state if head else show.state


async def stage_of(show_id: str, *, db: Database, facts: LogReader) -> str:
    """The show that the screens of this one show. Raises NotNow."""
    async with db.read() as session:
        show = await shows.find_show(session, show_id)
        last = (await rehearsals.newest_rehearsals(session, [show_id])).get(show_id)
    if show is None or last is None:
        return show_id
    is_on = await state_of(last, facts=facts) == ShowState.LIVE
    return last.id if is_on and await state_of(show, facts=facts) == ShowState.PLANNED else show_id


async def call_screens(show: Show, *, db: Database, log: ShowLog) -> None:
    """The show has begun or ended: screens that look at its rehearsal, or at what it rehearses, are asked at once.
    If they cannot be told now they are asked within seconds all the same."""
    with suppress(LiveError):
        async with db.read() as session:
            last = (await rehearsals.newest_rehearsals(session, [show.id])).get(show.id)
        other = show.rehearsal_of or (last.id if last else None)
        if other is not None:
            await log.append(ShowId(other), "devices", {})
