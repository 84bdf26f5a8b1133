"""The viewer's page: watch, order, pay in the sandbox, comment."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from live.domain.access import Viewer
from live.domain.comment import CommentState, OwnComment
from live.domain.ids import ShowId, show_of
from live.domain.outcomes import Refused
from live.errors import Conflict, NotFound
from live.features.accounts.actions.audience import (
    VIEWER_TTL_S,
    limit,
    new_viewer,
    renamed,
    viewer_of,
    viewer_of_token,
    viewer_or_none,
)
from live.features.comments import actions as comments
from live.features.comments.forms import comment_text, display_name
from live.features.orders import actions as orders
from live.features.orders.actions import Door
from live.features.orders.forms import idempotency_key, quantity
from live.features.payments.actions import answered, provider_of, settle
from live.features.payments.actions import extend as give_more_time
from live.features.screens.presenters.mine import Refusal
from live.features.screens.presenters.partials import (
    mine_view,
    order_view,
    present_limits,
    present_mine,
    pushed_ids,
)
from live.features.screens.presenters.views import Board
from live.features.screens.routes.common import boards_of, server_now
from live.features.shows.actions import find_by_slug
from live.hotpath.bought import units_of
from live.hotpath.stock import Order
from live.hotpath.wait import Place
from live.runtime import random_text, runtime_of
from live.store.shows import Show
from live.web.body import read_form
from live.web.credentials import remember_viewer
from live.web.language import language_of
from live.web.names import called
from live.web.render import draw, render
from live.web.words import translate


class _Wish(NamedTuple):
    """An order that was refused while `left` units were on sale."""

    offer_id: str
    quantity: int
    left: int
    error: Conflict


async def page(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_by_slug(request.path_params["slug"], db=runtime.db)
    viewer, token = viewer_or_none(request), None
    if viewer is None:
        limit(request, "viewer")
        _, token = new_viewer(request, _guest_name(request))
        viewer = viewer_of_token(request, token)
    if viewer is None:
        raise NotFound
    board = await boards_of(request).board(show.id)
    mine = await _orders_of(request, board, viewer)
    context = {
        "board": board,
        "mine": mine_view(board, mine, viewer.id, place=await _place_of(request, board, viewer)),
        "units": await units_of(runtime.redis, ShowId(show.id), viewer.id, pushed_ids(board)),
        "own": await runtime.chat.own(ShowId(show.id), viewer.id),
        "my_name": viewer.name,
        "stream_url": show.stream_url,
        "order_key": random_text(20),
        "server_now": server_now(request),
    }
    response = render(request, "watch/page.html", context)
    if token:
        remember_viewer(response, request, token, ttl_s=VIEWER_TTL_S)
    return response


async def place(request: Request) -> Response:
    door: Door = request.app.state.door
    show, viewer = await _here(request)
    form = (await read_form(request)).fields
    wanted, key = quantity(form, is_form=True), idempotency_key(form.get("key"))
    offer_id = form.get("offer_id", "")
    if show_of(offer_id) != show.id:
        raise NotFound("There is no such offer in this show.")
    outcome = await door.place(viewer, offer_id, wanted, key)
    try:
        orders.accepted(outcome)
    except Conflict as error:
        left = outcome.left if isinstance(outcome, Refused) else 0
        return await _mine(request, show, viewer, _Wish(offer_id, wanted, left, error))
    return await _mine(request, show, viewer)


async def wait(request: Request) -> Response:
    """Told when units come back, or (`leave`) no more. Whatever came of it, the page shows how things stand."""
    runtime = runtime_of(request)
    show, viewer = await _here(request)
    limit(request, "order", viewer.id)
    form = (await read_form(request)).fields
    offer_id = form.get("leave") or form.get("offer_id", "")
    if show_of(offer_id) != show.id:
        raise NotFound("There is no such offer in this show.")
    if "leave" in form:
        await orders.stop_waiting(offer_id, viewer.id, waits=runtime.waits)
    else:
        with suppress(Conflict):
            await orders.wait(
                offer_id, viewer.id, waits=runtime.waits, stock=runtime.stock, db=runtime.db
            )
    return await _mine(request, show, viewer, fresh=True)


async def cancel(request: Request) -> Response:
    runtime = runtime_of(request)
    show, viewer = await _here(request)
    await settle(
        "cancel", request.path_params["order_id"], viewer.id,
        stock=runtime.stock, db=runtime.db, facts=runtime.facts, clock=runtime.clock,
    )  # fmt: skip
    return await _mine(request, show, viewer)


async def extend(request: Request) -> Response:
    """More time to pay, once. Whatever came of it, the page shows how the order stands."""
    runtime = runtime_of(request)
    show, viewer = await _here(request)
    limit(request, "order", viewer.id)
    order_id, form = request.path_params["order_id"], (await read_form(request)).fields
    with suppress(Conflict):
        await give_more_time(order_id, viewer.id, stock=runtime.stock, db=runtime.db)
    if form.get("at") == "checkout":
        return RedirectResponse(f"/watch/{show.slug}/orders/{order_id}/checkout", status_code=303)
    return await _mine(request, show, viewer)


async def comment(request: Request) -> Response:
    show, viewer = await _here(request)
    limit(request, "comment", viewer.id)
    text = comment_text((await read_form(request)).fields, is_form=True)
    posted = await comments.post(ShowId(show.id), text, viewer, chat=runtime_of(request).chat)
    waits = posted.as_told is CommentState.HELD
    own = [OwnComment(posted.id, viewer.name, text, waits)]
    drawn = draw("watch/_own_say.html", language_of(request), own=own)
    return _back(request, show, HTMLResponse(drawn, 201))


async def rename(request: Request) -> Response:
    """From now on the viewer speaks and buys under this name; what they own stays theirs."""
    show, viewer = await _here(request)
    limit(request, "comment", viewer.id)
    name = display_name((await read_form(request)).fields, is_form=True) or _guest_name(request)
    response = _back(request, show, PlainTextResponse(called(name, language_of(request))))
    token, ttl_s = renamed(request, viewer, name)
    remember_viewer(response, request, token, ttl_s=ttl_s)
    return response


def _guest_name(request: Request) -> str:
    return translate(language_of(request), "watch.guest", n=random_text(4).upper())


async def checkout(request: Request) -> Response:
    show, viewer = await _here(request)
    return await _checkout(
        request, show, viewer, declined=request.query_params.get("declined") == "1"
    )


async def pay(request: Request) -> Response:
    """The sandbox's answer: a success settles the order, a failure leaves it held."""
    runtime = runtime_of(request)
    show, viewer = await _here(request)
    order_id = request.path_params["order_id"]
    outcome = (await read_form(request)).fields.get("outcome", "")
    if outcome not in ("success", "fail"):
        raise NotFound
    is_paid = outcome == "success"
    if not is_paid:
        limit(request, "order", viewer.id)
    await answered(
        show, order_id, viewer.id, provider_of(show),
        is_paid=is_paid, stock=runtime.stock, db=runtime.db, facts=runtime.facts, log=runtime.log,
        clock=runtime.clock,
    )  # fmt: skip
    address = f"/watch/{show.slug}/orders/{order_id}/checkout"
    return RedirectResponse(address + ("" if is_paid else "?declined=1"), status_code=303)


async def _here(request: Request) -> tuple[Show, Viewer]:
    show = await find_by_slug(request.path_params["slug"], db=runtime_of(request).db)
    return show, await viewer_of(request)


async def _checkout(request: Request, show: Show, viewer: Viewer, *, declined: bool) -> Response:
    runtime = runtime_of(request)
    order = await orders.find(request.path_params["order_id"], stock=runtime.stock, db=runtime.db)
    if order.buyer != viewer.id or show_of(order.id) != show.id:
        raise NotFound("There is no such order.")
    board = await boards_of(request).board(show.id)
    context = {
        "show": board.show,
        "order": order_view(board, order),
        "declined": declined,
        "server_now": server_now(request),
    }
    return render(request, "payments/checkout.html", context)


async def _mine(
    request: Request,
    show: Show,
    viewer: Viewer,
    wish: _Wish | None = None,
    *,
    fresh: bool = False,
) -> Response:
    """The viewer's own partials; `wish`: what was just refused; `fresh`: what they have done is no fact of the
    log that a board could be seen to lack."""
    runtime, lang = runtime_of(request), language_of(request)
    board = await boards_of(request).board(show.id, fresh=fresh)
    units = await units_of(runtime.redis, ShowId(show.id), viewer.id, pushed_ids(board))
    refusal = _refusal(board, wish, units) if wish else None
    own, place = await _orders_of(request, board, viewer), await _place_of(request, board, viewer)
    mine = mine_view(board, own, viewer.id, refusal, place)
    partials = present_mine(board, mine, lang) | present_limits(board, units, lang)
    html = "\n".join(partials.values())
    return _back(request, show, HTMLResponse(html, status_code=409 if refusal else 200))


async def _orders_of(request: Request, board: Board, viewer: Viewer) -> list[Order]:
    runtime = runtime_of(request)
    return await orders.purchases_of(
        ShowId(board.show.id), viewer.id,
        is_over=board.show.is_over, stock=runtime.stock, db=runtime.db,
    )  # fmt: skip


async def _place_of(request: Request, board: Board, viewer: Viewer) -> Place | None:
    if board.awaited is None:
        return None
    return await runtime_of(request).waits.place(board.awaited.id, viewer.id)


def _refusal(board: Board, wish: _Wish, units: Mapping[str, int]) -> Refusal:
    most = next((o.per_buyer_limit for o in board.offers if o.id == wish.offer_id), 0)
    said = wish.error.members
    return Refusal(
        wish.error.code,
        wish.error.message,
        wanted=wish.quantity,
        left=wish.left,
        used=units.get(wish.offer_id, 0),
        limit=most,
        attempt=int(str(said.get("attempt", 0))),
        last_attempt=int(str(said.get("last_attempt", 0))),
        last_at=datetime.fromisoformat(str(said["last_at"])) if "last_at" in said else None,
    )


def _back(request: Request, show: Show, fragment: Response) -> Response:
    """The fragment for our own script; a plain form goes back to the page."""
    if request.headers.get("hx-request") == "true":
        return fragment
    return RedirectResponse(f"/watch/{show.slug}", status_code=303)


routes = [
    Route("/watch/{slug}", page),
    Route("/watch/{slug}/orders", place, methods=["POST"]),
    Route("/watch/{slug}/wait", wait, methods=["POST"]),
    Route("/watch/{slug}/orders/{order_id}/cancel", cancel, methods=["POST"]),
    Route("/watch/{slug}/orders/{order_id}/extend", extend, methods=["POST"]),
    Route("/watch/{slug}/orders/{order_id}/checkout", checkout),
    Route("/watch/{slug}/orders/{order_id}/pay", pay, methods=["POST"]),
    Route("/watch/{slug}/comments", comment, methods=["POST"]),
    Route("/watch/{slug}/name", rename, methods=["POST"]),
]
