"""What the crew does in the control room: the show, its sales, its words."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from live.domain.access import Actor, Permission
from live.domain.ids import OfferId, ShowId, show_of
from live.errors import Conflict, IllegalMove, NotFound
from live.features.accounts.actions import require
from live.features.offers import actions as offers
from live.features.offers.forms import restock_wanted, stock_wanted
from live.features.products import actions as products
from live.features.products.forms import ItemEdit
from live.features.screens.forms import next_wanted
from live.features.screens.presenters.choices import wanted_draft
from live.features.screens.presenters.views import OfferView
from live.features.screens.routes.common import after, boards_of, crew, on_to, refused_but, said
from live.features.screens.routes.overtaken import overtaken
from live.features.shows import actions as shows
from live.runtime import runtime_of
from live.store.shows import Show
from live.web.body import read_form
from live.web.errors import is_htmx
from live.web.language import language_of
from live.web.words import translate

BACK = {"pause": "resume", "resume": "pause", "push": "take_back"}
READ_MS = 8_000
CALM_MS = 30_000  # a panic takes that long to look through


async def start_show(request: Request) -> Response:
    """Only a show that the pre-show check lets through; the control room is drawn anew, all of it."""
    show, actor = await crew(request, Permission.SHOW_RUN)
    board = await boards_of(request).board(show.id, fresh=True)
    runtime = runtime_of(request)
    db, log = runtime.db, runtime.log
    if board.fails:
        async with shows.on_record(ShowId(show.id), actor, "show:start", show.title, log=log):
            raise Conflict(
                "The pre-show check found something to mend first.",
                code="not_ready",
                values={"n": len(board.fails)},
            )
    await shows.move(show, "start", by=actor, db=db, log=log)
    return on_to(request, f"/shows/{show.id}/control")


async def end_show(request: Request) -> Response:
    show, actor = await crew(request, Permission.SHOW_RUN)
    runtime = runtime_of(request)
    await shows.move(show, "end", by=actor, db=runtime.db, log=runtime.log)
    page = "summary" if show.rehearsal_of is None else "rehearsal"
    return on_to(request, f"/shows/{show.id}/{page}")


async def move_offer(request: Request) -> Response:
    """`push` may name sales that it puts an end to, in the field `end`. Who comes too late hears after whom."""
    show, actor = await crew(request, Permission.OFFER_PUSH)
    offer_id, verb = OfferId(request.path_params["offer_id"]), request.path_params["verb"]
    if show_of(offer_id) != show.id or verb not in (*offers.VERBS, "restock", "take_back", "again"):
        raise NotFound
    try:
        return await _move(request, show, actor, offer_id, verb)
    except IllegalMove as error:
        raise await overtaken(request, show, offer_id, actor, error) from error


async def _move(
    request: Request, show: Show, actor: Actor, offer_id: OfferId, verb: str
) -> Response:
    runtime = runtime_of(request)
    form = (await read_form(request)).fields
    if verb == "restock":
        return await _restock(request, show, offer_id, form)
    if verb == "take_back":
        return await _take_back(request, show, offer_id)
    if verb == "again":
        return await _again(request, show, actor, offer_id)
    if verb == "push":
        return await _push(request, show, actor, offer_id, form)
    await offers.move(verb, offer_id, by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log)
    if verb in BACK:
        return await _moved(request, show, offer_id, verb)
    return after(request, f"/shows/{show.id}/control")


async def _push(
    request: Request, show: Show, actor: Actor, offer_id: OfferId, form: Mapping[str, str]
) -> Response:
    """With `end`, the sales that it ends; with `stock`, the item's new one, without which it was refused."""
    runtime = runtime_of(request)
    if (stock := stock_wanted(form)) is not None:
        await _raise_stock(request, show, actor, offer_id, stock)
    try:
        await offers.push_after(
            offer_id, form.get("end", "").split(),
            by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log,
        )  # fmt: skip
    except Conflict as short:
        if short.code != "stock_short" or not is_htmx(request):
            raise
        lang = language_of(request)
        text = translate(lang, "errors.stock_short", **short.values)
        label = translate(lang, "offers.push_raise", **short.values)
        values = {"end": form.get("end", ""), "stock": str(short.values["needed"])}
        return refused_but(request, text, label, (request.url.path, values))
    return await _moved(request, show, offer_id, "push")


async def _raise_stock(
    request: Request, show: Show, actor: Actor, offer_id: OfferId, stock: int
) -> None:
    runtime = runtime_of(request)
    await require(request, Permission.SHOW_EDIT, show.room_id)
    board = await boards_of(request).board(show.id)
    item = next((o.item.id for o in board.offers if o.id == offer_id), "")
    await products.edit(
        item, ItemEdit(stock=stock),
        by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log, now=runtime.clock.now(),
    )  # fmt: skip


async def _take_back(request: Request, show: Show, offer_id: OfferId) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.OFFER_PUSH)
    done = await offers.take_back(
        offer_id,
        by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log, now=runtime.clock.now(),
    )  # fmt: skip
    kept = done.numbers.held + done.numbers.paid
    key = "offers.done.take_back" if kept else "offers.done.taken_back"
    text = translate(language_of(request), key, **({"n": kept} if kept else {}))
    return said(request, f"/shows/{show.id}/control", text, for_ms=READ_MS)


async def _again(request: Request, show: Show, actor: Actor, offer_id: OfferId) -> Response:
    runtime = runtime_of(request)
    made = await offers.again(
        offer_id,
        by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log, now=runtime.clock.now(),
    )  # fmt: skip
    text = translate(language_of(request), "offers.done.again", n=made.quantity)
    return said(request, f"/shows/{show.id}/control", text, for_ms=READ_MS)


async def _restock(
    request: Request, show: Show, offer_id: OfferId, form: Mapping[str, str]
) -> Response:
    """More than the item's stock covers is refused, with what would help: `stock`, the item's new one, is
    written first."""
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.OFFER_PUSH)
    delta, stock = restock_wanted(form)
    if stock is not None:
        await _raise_stock(request, show, actor, offer_id, stock)
    try:
        await offers.restock(
            offer_id, delta, by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log
        )
    except Conflict as short:
        if short.code != "stock_short" or not is_htmx(request):
            raise
        text, label = (
            translate(language_of(request), f"offers.{key}", n=delta, **short.values)
            for key in ("short", "short_raise")
        )
        values = {"delta": str(delta), "stock": str(short.values["needed"])}
        return refused_but(request, text, label, (request.url.path, values))
    return after(request, f"/shows/{show.id}/control")


async def _moved(request: Request, show: Show, offer_id: str, verb: str) -> Response:
    board = await boards_of(request).board(show.id)
    title = next((offer.item.name for offer in board.offers if offer.id == offer_id), "")
    text = translate(language_of(request), f"offers.done.{verb}", title=title)
    undo = (f"/shows/{show.id}/offers/{offer_id}/{BACK[verb]}", dict[str, str]())
    return said(request, f"/shows/{show.id}/control", text, undo=[undo])


async def choose_next(request: Request) -> Response:
    """The draft of the field `offer_id`; or the one `step` places on, or in line `slot`, of what is next as
    everyone sees it at this moment."""
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.OFFER_PUSH)
    wanted = next_wanted((await read_form(request)).fields, is_form=True)
    board = await boards_of(request).board(show.id, fresh=True)
    found = wanted_draft(board, wanted.offer_id, wanted.step, wanted.slot)
    if found == board.next:
        return after(request, f"/shows/{show.id}/control")
    await offers.set_next(
        ShowId(show.id), found.id if found else wanted.offer_id,
        by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log,
    )  # fmt: skip
    text = translate(
        language_of(request), "offers.done.next", title=found.item.name if found else ""
    )
    is_chosen = board.next is not None and board.next.id == board.chosen_next
    before = {"offer_id": board.chosen_next} if is_chosen else {}
    undo = (f"/shows/{show.id}/next", before)
    return said(request, f"/shows/{show.id}/control", text, undo=[undo])


async def freeze(request: Request) -> Response:
    """At once, and says which sales stand still now."""
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.OFFER_PUSH)
    board = await boards_of(request).board(show.id)
    paused = await offers.freeze(ShowId(show.id), by=actor, stock=runtime.stock, log=runtime.log)
    text = _frozen(language_of(request), [o for o in board.offers if o.id in paused], len(paused))
    undo = [(f"/shows/{show.id}/offers/{offer_id}/resume", dict[str, str]()) for offer_id in paused]
    room = f"/shows/{show.id}/control"
    return said(request, room, text, undo=undo, for_ms=CALM_MS)


def _frozen(lang: str, known: Sequence[OfferView], count: int) -> str:
    if not count:
        return translate(lang, "shows.frozen_none")
    titles = translate(lang, "common.and").join(offer.item.title for offer in known)
    return translate(lang, "shows.frozen", n=count, titles=titles)


async def stop_demo(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_RUN)
    await shows.stop_demo(ShowId(show.id), by=actor, db=runtime.db, log=runtime.log)
    return after(request, f"/shows/{show.id}/control")


routes = [
    Route("/shows/{show_id}/start", start_show, methods=["POST"]),
    Route("/shows/{show_id}/end", end_show, methods=["POST"]),
    Route("/shows/{show_id}/offers/{offer_id}/{verb}", move_offer, methods=["POST"]),
    Route("/shows/{show_id}/next", choose_next, methods=["POST"]),
    Route("/shows/{show_id}/freeze", freeze, methods=["POST"]),
    Route("/shows/{show_id}/demo/stop", stop_demo, methods=["POST"]),
]
