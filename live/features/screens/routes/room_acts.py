"""What the crew does in the control room and on the host screen: the show, its sales, cues, words."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.ids import OfferId, ShowId, show_of
from live.errors import Conflict, NotFound
from live.features.comments import actions as comments
from live.features.comments.forms import watched_words
from live.features.offers import actions as offers
from live.features.offers.forms import restock_delta
from live.features.screens.presenters.views import OfferView
from live.features.screens.routes.common import after, boards_of, crew, said
from live.features.shows import actions as shows
from live.features.shows.forms import cue_text
from live.runtime import runtime_of
from live.web.body import read_form
from live.web.errors import is_htmx
from live.web.language import language_of
from live.web.words import translate


async def start_show(request: Request) -> Response:
    """Only a show that the pre-show check lets through; the control room is drawn anew, all of it."""
    show, actor = await crew(request, Permission.SHOW_RUN)
    board = await boards_of(request).board(show.id, fresh=True)
    if board.fails:
        raise Conflict(
            "The pre-show check found something to mend first.",
            code="not_ready",
            values={"n": len(board.fails)},
        )
    await shows.move(show, "start", by=actor, log=runtime_of(request).log)
    return _on_to(request, f"/shows/{show.id}/control")


async def end_show(request: Request) -> Response:
    show, actor = await crew(request, Permission.SHOW_RUN)
    await shows.move(show, "end", by=actor, log=runtime_of(request).log)
    return _on_to(request, f"/shows/{show.id}/summary")


def _on_to(request: Request, address: str) -> Response:
    if is_htmx(request):
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)


async def move_offer(request: Request) -> Response:
    """`push` may name sales that it puts an end to, in the field `end`."""
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.OFFER_PUSH)
    offer_id, verb = OfferId(request.path_params["offer_id"]), request.path_params["verb"]
    if show_of(offer_id) != show.id or verb not in (*offers.VERBS, "restock"):
        raise NotFound
    form = (await read_form(request)).fields
    if verb == "restock":
        delta = restock_delta(form, is_form=True)
        await offers.restock(
            offer_id, delta, by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log
        )
    elif verb == "push":
        await offers.push_after(
            offer_id, form.get("end", "").split(),
            by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log,
        )  # fmt: skip
    else:
        await offers.move(
            verb, offer_id, by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log
        )
    return after(request, f"/shows/{show.id}/control")


async def freeze(request: Request) -> Response:
    """At once, and says which sales stand still now."""
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.OFFER_PUSH)
    board = await boards_of(request).board(show.id)
    paused = await offers.freeze(ShowId(show.id), by=actor, stock=runtime.stock, log=runtime.log)
    text = _frozen(language_of(request), [o for o in board.offers if o.id in paused], len(paused))
    return said(request, f"/shows/{show.id}/control", text)


def _frozen(lang: str, known: Sequence[OfferView], count: int) -> str:
    if not count:
        return translate(lang, "shows.frozen_none")
    titles = translate(lang, "common.and").join(offer.item.title for offer in known)
    return translate(lang, "shows.frozen", n=count, titles=titles)


async def send_cue(request: Request) -> Response:
    show, actor = await crew(request, Permission.CUE_SEND)
    text = cue_text((await read_form(request)).fields, is_form=True)
    await shows.send_cue(ShowId(show.id), text, by=actor, log=runtime_of(request).log)
    return after(request, f"/shows/{show.id}/control")


async def acknowledge_cue(request: Request) -> Response:
    show, _ = await crew(request, Permission.CUE_ACK)
    cue_id = request.path_params["cue_id"]
    await shows.acknowledge_cue(ShowId(show.id), cue_id, log=runtime_of(request).log)
    return after(request, f"/shows/{show.id}/host")


async def set_words(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_RUN)
    words = watched_words((await read_form(request)).fields, is_form=True)
    await comments.watch_words(
        ShowId(show.id), words,
        by=actor, db=runtime.db, rulebook=runtime.rulebook, log=runtime.log, facts=runtime.facts,
    )  # fmt: skip
    lang = language_of(request)
    listed = translate(lang, "common.and").join(words)
    key = "comments.words_set" if words else "comments.words_dropped"
    text = translate(lang, key, n=len(words), words=listed)
    return said(request, f"/shows/{show.id}/control", text)


async def stop_demo(request: Request) -> Response:
    runtime = runtime_of(request)
    show, _ = await crew(request, Permission.SHOW_RUN)
    await shows.stop_demo(show.id, db=runtime.db, log=runtime.log)
    return after(request, f"/shows/{show.id}/control")


routes = [
    Route("/shows/{show_id}/start", start_show, methods=["POST"]),
    Route("/shows/{show_id}/end", end_show, methods=["POST"]),
    Route("/shows/{show_id}/offers/{offer_id}/{verb}", move_offer, methods=["POST"]),
    Route("/shows/{show_id}/freeze", freeze, methods=["POST"]),
    Route("/shows/{show_id}/cues", send_cue, methods=["POST"]),
    Route("/shows/{show_id}/cues/{cue_id}/ack", acknowledge_cue, methods=["POST"]),
    Route("/shows/{show_id}/words", set_words, methods=["POST"]),
    Route("/shows/{show_id}/demo/stop", stop_demo, methods=["POST"]),
]
