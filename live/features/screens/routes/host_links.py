"""The host's tablet: a code in the control room and in set-up, and the page that it leads to."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.ids import ShowId
from live.errors import Conflict, NotFound
from live.features.accounts.actions import who
from live.features.accounts.actions.devices import HOST_COOKIE
from live.features.hosts import actions as hosts
from live.features.hosts.actions.links import DEVICE_LIVES
from live.features.screens.routes.common import crew, is_far, origin_of, said, server_now
from live.features.shows.actions import find as find_show
from live.runtime import runtime_of
from live.web.cookies import set_cookie
from live.web.devices import device_name
from live.web.language import language_of
from live.web.qr import qr_svg
from live.web.render import draw, render
from live.web.words import translate


async def make(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.HOST_LINK)
    link = await hosts.make_link(
        ShowId(show.id), by=actor, db=runtime.db, log=runtime.log, now=runtime.clock.now()
    )
    address = f"{origin_of(request)}/h/{link.token}"
    context = {
        "link": link,
        "address": address,
        "qr": qr_svg(address),
        "is_far": is_far(request),
    }
    return HTMLResponse(draw("hosts/_code.html", language_of(request), **context))


async def revoke(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.HOST_LINK)
    link = await hosts.revoke_link(
        ShowId(show.id), request.path_params["link_id"],
        by=actor, db=runtime.db, log=runtime.log, now=runtime.clock.now(),
    )  # fmt: skip
    done = translate(language_of(request), "hosts.revoked", device=link.device)
    return said(request, f"/shows/{show.id}/setup", done)


async def look(request: Request) -> Response:
    """Nothing is used up by looking: phones and chats open links to show what is behind them."""
    runtime = runtime_of(request)
    try:
        link = await hosts.find_link(
            request.path_params["token"], db=runtime.db, now=runtime.clock.now()
        )
    except (NotFound, Conflict) as error:
        return no_way_in(request, error.code, error.status)
    show = await find_show(link.show_id, db=runtime.db)
    actor = await who(request)
    if (
        actor is not None
        and actor.may(Permission.SHOW_VIEW, show.room_id)
        and actor.is_at_home(show.id)
    ):
        return RedirectResponse(f"/shows/{show.id}/host", status_code=303)  # it is let in already
    return _page(request, {"code": "", "show": show})


async def join(request: Request) -> Response:
    runtime = runtime_of(request)
    try:
        link, secret = await hosts.join(
            request.path_params["token"], device_name(request.headers.get("user-agent", "")),
            db=runtime.db, log=runtime.log, now=runtime.clock.now(),
        )  # fmt: skip
    except (NotFound, Conflict) as error:
        return no_way_in(request, error.code, error.status)
    response = RedirectResponse(f"/shows/{link.show_id}/host", status_code=303)
    age_s = int(DEVICE_LIVES.total_seconds())
    set_cookie(response, request, HOST_COOKIE, secret, max_age_s=age_s)
    return response


def no_way_in(request: Request, code: str, status: int) -> Response:
    """A page that says what to do. `code`: of the refusal; `link_gone`: the device was shown out."""
    return _page(request, {"code": code, "show": None}, status)


def _page(request: Request, context: dict[str, object], status: int = 200) -> Response:
    return render(request, "hosts/join.html", context | {"server_now": server_now(request)}, status)


routes = [
    Route("/h/{token}", look),
    Route("/h/{token}", join, methods=["POST"]),
    Route("/shows/{show_id}/host-links", make, methods=["POST"]),
    Route("/shows/{show_id}/host-links/{link_id}/revoke", revoke, methods=["POST"]),
]
