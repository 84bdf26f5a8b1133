"""The API of a box of buttons, such as a Stream Deck: what is on air, what comes next, and the keys of the
control room as calls. It sees the show as the control room does, to the last fact."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.ids import OfferId, ShowId
from live.errors import ChangedMeanwhile, Conflict
from live.features.offers import actions as offers
from live.features.offers.presenters import offer_json
from live.features.screens.forms import next_wanted, take_wanted
from live.features.screens.presenters.api import now_json
from live.features.screens.presenters.choices import wanted_draft
from live.features.screens.presenters.views import Board
from live.features.screens.routes.common import boards_of, crew
from live.runtime import runtime_of
from live.web.body import read_json

DOUBLE_S = 1.0  # a second press within it is the same press


async def now(request: Request) -> Response:
    show, _ = await crew(request, Permission.SHOW_VIEW)
    return JSONResponse(now_json(await boards_of(request).board(show.id, fresh=True)))


async def choose(request: Request) -> Response:
    """By id, by the number of its line, or so many steps on from the present one."""
    show, actor = await crew(request, Permission.OFFER_PUSH)
    runtime = runtime_of(request)
    wanted = next_wanted(await read_json(request))
    board = await boards_of(request).board(show.id, fresh=True)
    found = wanted_draft(board, wanted.offer_id, wanted.step, wanted.slot)
    await offers.set_next(
        ShowId(show.id), found.id if found else wanted.offer_id,
        by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log,
    )  # fmt: skip
    return JSONResponse(now_json(await boards_of(request).board(show.id, fresh=True)))


async def take(request: Request) -> Response:
    """Puts on air what comes next. Without `expect` a second press within a second is refused: it would be
    the one after."""
    show, actor = await crew(request, Permission.OFFER_PUSH)
    runtime = runtime_of(request)
    wanted = take_wanted(await read_json(request, may_be_empty=True))
    board = await boards_of(request).board(show.id, fresh=True)
    upcoming = board.next
    if wanted.expect and (upcoming is None or upcoming.id != wanted.expect):
        raise ChangedMeanwhile("Another offer comes next by now.")
    if upcoming is None:
        raise Conflict("Nothing is ready to be pushed.", code="no_draft")
    if not wanted.expect and _was_just_pushed(board, runtime.redis.now_ms()):
        raise Conflict("An offer was pushed within the last second.", code="pushed_twice")
    ended = [offer.id for offer in board.running] if wanted.ends_others else []
    stock = await offers.push_after(
        OfferId(upcoming.id), ended,
        by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log,
    )  # fmt: skip
    return JSONResponse(offer_json(upcoming.id, stock))


def _was_just_pushed(board: Board, now_ms: int) -> bool:
    last = board.current
    if last is None or last.opens_at is None:
        return False
    before_s = last.countdown_s + board.show.video_delay_s
    return now_ms / 1000 - last.opens_at.timestamp() + before_s < DOUBLE_S


async def freeze(request: Request) -> Response:
    show, actor = await crew(request, Permission.OFFER_PUSH)
    runtime = runtime_of(request)
    paused = await offers.freeze(ShowId(show.id), by=actor, stock=runtime.stock, log=runtime.log)
    return JSONResponse({"paused": paused})


routes = [
    Route("/shows/{show_id}/now", now),
    Route("/shows/{show_id}/next", choose, methods=["POST"]),
    Route("/shows/{show_id}/take", take, methods=["POST"]),
    Route("/shows/{show_id}/freeze", freeze, methods=["POST"]),
]
