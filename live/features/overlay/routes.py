"""The API of the overlay's address; its page is drawn with all others in `features/screens`."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.ids import ShowId
from live.features.accounts.actions import require
from live.features.overlay import actions
from live.features.shows.actions import find as find_show
from live.runtime import runtime_of


async def address(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    await require(request, Permission.SHOW_RUN, show.room_id)
    token = await actions.token_of(show.id, db=runtime.db, now=runtime.clock.now())
    return _address(request, show.id, token)


async def renew(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    actor = await require(request, Permission.SHOW_EDIT, show.room_id)
    token = await actions.renew(
        ShowId(show.id), by=actor, db=runtime.db, log=runtime.log, now=runtime.clock.now()
    )
    return _address(request, show.id, token)


def _address(request: Request, show_id: str, token: str) -> Response:
    origin = runtime_of(request).settings.public_url or str(request.base_url).rstrip("/")
    return JSONResponse({"token": token, "url": origin + actions.path_of(show_id, token)})


routes = [
    Route("/shows/{show_id}/overlay", address),
    Route("/shows/{show_id}/overlay/renew", renew, methods=["POST"]),
]
