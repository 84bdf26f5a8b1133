"""The API of what is left of a show: its orders and its comments as spreadsheets."""

from collections.abc import AsyncIterator, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from live.domain.access import Permission
from live.features.accounts.actions import require
from live.features.reports import actions, forms
from live.features.shows.actions import find as find_show
from live.runtime import runtime_of
from live.web.files import sent_in_pieces
from live.web.language import language_of

CSV = "text/csv; charset=utf-8"


async def orders(request: Request) -> Response:
    return await _sheet(request, "orders", Permission.ORDER_READ, actions.orders_sheet)


async def comments(request: Request) -> Response:
    return await _sheet(request, "comments", Permission.COMMENT_MODERATE, actions.comments_sheet)


async def _sheet(
    request: Request,
    name: str,
    needed: Permission,
    sheet: Callable[..., AsyncIterator[str]],
) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    await require(request, needed, show.room_id)
    offset = forms.utc_offset_min(request.query_params)
    pieces = sheet(show, lang=language_of(request), utc_offset_min=offset, db=runtime.db)
    return await sent_in_pieces(pieces, f"{name}-{show.slug}.csv", CSV)


routes = [
    Route("/shows/{show_id}/orders.csv", orders),
    Route("/shows/{show_id}/comments.csv", comments),
]
