"""What the crew's own look at the viewer page tells set-up: that the picture plays."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.ids import ShowId
from live.domain.marks import mark_of
from live.domain.show import ShowState
from live.features.accounts.actions.identify import identify
from live.features.screens.routes.common import crew
from live.runtime import runtime_of
from live.store.shows import Show
from live.web.cookies import read_cookie
from live.web.security import LOGIN_COOKIE


async def tells_of(request: Request, show: Show, state: str) -> bool:
    """Whether the viewer page in this browser is to say that its picture plays: before the show, to one of
    the crew. `state`: of the show by now."""
    if state != ShowState.PLANNED or not show.stream_url:
        return False
    if not read_cookie(request, LOGIN_COOKIE):
        return False
    runtime = runtime_of(request)
    actor = await identify(request, runtime.db, runtime.clock.now())
    return actor is not None and actor.may(Permission.SHOW_VIEW, show.room_id)


async def note(request: Request) -> Response:
    show, _ = await crew(request, Permission.SHOW_VIEW)
    if show.stream_url:
        await runtime_of(request).log.note_played(ShowId(show.id), mark_of(show.stream_url))
    return Response(status_code=204)


routes = [Route("/shows/{show_id}/played", note, methods=["POST"])]
