"""The overlay: a browser source that needs its own read-only token and nothing else."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from live.errors import LiveError, NotNow
from live.features.overlay.actions import check
from live.features.overlay.forms import look_of
from live.features.screens.presenters.sample import sampled
from live.features.screens.routes.common import boards_of, server_now, stage_of
from live.runtime import runtime_of
from live.web.language import language_of
from live.web.qr import qr_svg
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
    runtime = runtime_of(request)
    show_id, token = request.path_params["show_id"], request.query_params.get("token", "")
    look = look_of(request.query_params)
    lang = look.lang or language_of(request)
    await check(show_id, token, db=runtime.db)
    stage = show_id if look.is_preview else await stage_of(request, show_id)
    board = await boards_of(request).board(stage, fresh=look.is_preview)
    origin = runtime.settings.public_url or str(request.base_url).rstrip("/")
    context = {
        "board": sampled(board, lang) if look.is_preview else board,
        "own": show_id,
        "token": token,
        "look": look,
        "view": look.view,
        "qr": qr_svg(f"{origin}/watch/{board.show.slug}") if look.has_qr else "",
        "server_now": server_now(request),
    }
    return render(request, "overlay/page.html", context, lang=lang)


routes = [Route("/overlay/{show_id}", page)]
