"""The overlay: a browser source that needs its own read-only token and nothing else."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from live.errors import LiveError, NotNow
from live.features.screens.actions import check_overlay
from live.features.screens.routes.common import boards_of, server_now
from live.runtime import runtime_of
from live.web.render import render

AGAIN_S = 5  # until a page without its stores asks for them again


async def page(request: Request) -> Response:
    """What goes on air is the card or nothing: a refusal is an empty page, and the status says why."""
    try:
        return await _card(request)
    except LiveError as error:
        again_s = AGAIN_S if isinstance(error, NotNow) else 0
        return render(request, "overlay/nothing.html", {"again_s": again_s}, error.status)


async def _card(request: Request) -> Response:
    show_id, token = request.path_params["show_id"], request.query_params.get("token", "")
    await check_overlay(show_id, token, db=runtime_of(request).db)
    board = await boards_of(request).board(show_id)
    return render(
        request,
        "overlay/page.html",
        {"board": board, "token": token, "server_now": server_now(request)},
    )


routes = [Route("/overlay/{show_id}", page)]
