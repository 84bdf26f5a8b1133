"""The overlay: a browser source that needs its own read-only token and nothing else."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from live.features.screens.actions import check_overlay
from live.features.screens.routes.common import boards_of, server_now
from live.runtime import runtime_of
from live.web.render import render


async def page(request: Request) -> Response:
    show_id, token = request.path_params["show_id"], request.query_params.get("token", "")
    await check_overlay(show_id, token, db=runtime_of(request).db)
    board = await boards_of(request).board(show_id)
    return render(
        request,
        "overlay/page.html",
        {"board": board, "token": token, "server_now": server_now(request)},
    )


routes = [Route("/overlay/{show_id}", page)]
