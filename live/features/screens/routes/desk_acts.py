"""What the crew's forms do. A refused form comes back with what was typed and why."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.ids import OfferId, ShowId, show_of
from live.errors import Conflict, Invalid, NotFound
from live.features.accounts.actions import require
from live.features.offers import actions as offers
from live.features.offers.forms import new_offer, restock_delta
from live.features.products import actions as products
from live.features.products.forms import item_edit, new_items
from live.features.screens.routes.common import after, crew
from live.features.screens.routes.desk import home_page, setup_page
from live.features.shows import actions as shows
from live.features.shows.forms import cue_text, room_wanted, show_facts, watched_words
from live.runtime import runtime_of
from live.store.shows import Show
from live.web.body import CSV_MAX, read_form
from live.web.fields import reason_in
from live.web.language import language_of
from live.web.words import translate


def reasons(request: Request, error: Invalid) -> dict[str, str]:
    """Field → why it was refused, in the reader's language."""
    lang = language_of(request)
    return {wrong.field: reason_in(lang, wrong) for wrong in error.errors}


async def create_show(request: Request) -> Response:
    runtime = runtime_of(request)
    actor = await require(request, Permission.SHOW_EDIT)
    form = (await read_form(request)).fields
    try:
        facts, wanted = show_facts(form, is_form=True), room_wanted(form, is_form=True)
        room_id = await shows.room_for(actor, wanted, db=runtime.db, now=runtime.clock.now())
    except Invalid as error:
        return await home_page(request, form, reasons(request, error))
    show = await shows.create(
        facts, room_id=room_id, is_demo=False,
        db=runtime.db, log=runtime.log, now=runtime.clock.now(),
    )  # fmt: skip
    return RedirectResponse(f"/shows/{show.id}/setup", status_code=303)


async def edit_show(request: Request) -> Response:
    runtime = runtime_of(request)
    show, _ = await crew(request, Permission.SHOW_EDIT)
    form = (await read_form(request)).fields
    try:
        await shows.edit(show.id, show_facts(form, is_form=True), db=runtime.db, log=runtime.log)
    except Invalid as error:
        return await setup_page(
            request, show, form=form, errors=reasons(request, error), which="facts"
        )
    return _to_setup(show)


async def start_show(request: Request) -> Response:
    return await _move_show(request, "start")


async def end_show(request: Request) -> Response:
    return await _move_show(request, "end")


async def _move_show(request: Request, verb: str) -> Response:
    show, actor = await crew(request, Permission.SHOW_RUN)
    await shows.move(show, verb, by=actor, log=runtime_of(request).log)
    page = "control" if verb == "start" else "summary"
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": f"/shows/{show.id}/{page}"})
    return RedirectResponse(f"/shows/{show.id}/{page}", status_code=303)


async def add_item(request: Request) -> Response:
    runtime = runtime_of(request)
    show, _ = await crew(request, Permission.SHOW_EDIT)
    form = (await read_form(request)).fields
    try:
        new = new_items(form, show.currency, is_form=True)
        await products.add(
            ShowId(show.id), new, db=runtime.db, log=runtime.log, now=runtime.clock.now()
        )
    except Invalid as error:
        return await setup_page(
            request, show, form=form, errors=reasons(request, error), which="item"
        )
    except Conflict as error:
        if error.code != "sku_taken":
            raise
        return await setup_page(
            request,
            show,
            form=form,
            errors={"sku": translate(language_of(request), f"errors.{error.code}")},
            which="item",
        )
    return _to_setup(show)


async def edit_item(request: Request) -> Response:
    runtime = runtime_of(request)
    show, _ = await crew(request, Permission.SHOW_EDIT)
    item_id = request.path_params["item_id"]
    if show_of(item_id) != show.id:
        raise NotFound("There is no such item.")
    form = (await read_form(request)).fields
    try:
        change = item_edit(form, show.currency, is_form=True)
        await products.edit(item_id, change, db=runtime.db, stock=runtime.stock, log=runtime.log)
    except Invalid as error:
        wrong = reasons(request, error)
    except Conflict as error:
        text = translate(language_of(request), f"errors.{error.code}", **error.values)
        wrong = {"stock": text}
    else:
        return _to_setup(show, item_id)
    return await setup_page(request, show, form=form, errors=wrong, which="edit", edit=item_id)


async def import_items(request: Request) -> Response:
    runtime = runtime_of(request)
    show, _ = await crew(request, Permission.SHOW_EDIT)
    form = await read_form(request, file_max_bytes=CSV_MAX)
    sent = form.files.get("file")
    try:
        result = await products.import_any(
            ShowId(show.id), sent.content if sent else b"", show.currency,
            jobs=runtime.jobs, db=runtime.db, stock=runtime.stock, log=runtime.log,
            now=runtime.clock.now(),
        )  # fmt: skip
    except Invalid as error:
        return await setup_page(request, show, errors=reasons(request, error), which="import")
    return await setup_page(request, show, import_result=result)


async def remove_item(request: Request) -> Response:
    runtime = runtime_of(request)
    show, _ = await crew(request, Permission.SHOW_EDIT)
    item_id = request.path_params["item_id"]
    try:
        await products.remove(ShowId(show.id), item_id, db=runtime.db, log=runtime.log)
    except Conflict as error:
        text = translate(language_of(request), f"errors.{error.code}")
        return await setup_page(request, show, errors={"item": text}, which="remove")
    return _to_setup(show)


async def move_item(request: Request) -> Response:
    runtime = runtime_of(request)
    show, _ = await crew(request, Permission.SHOW_EDIT)
    direction = (await read_form(request)).fields.get("direction", "")
    item_id = request.path_params["item_id"]
    await products.shift(ShowId(show.id), item_id, direction, db=runtime.db, log=runtime.log)
    return _to_setup(show, item_id)


async def draft_offer(request: Request) -> Response:
    runtime = runtime_of(request)
    show, _ = await crew(request, Permission.OFFER_EDIT)
    form = (await read_form(request)).fields
    try:
        new = new_offer(form, show.currency, runtime.settings.hold_default_s, is_form=True)
        await offers.redraft(
            ShowId(show.id), new,
            db=runtime.db, stock=runtime.stock, log=runtime.log, now=runtime.clock.now(),
        )  # fmt: skip
    except Invalid as error:
        return await setup_page(
            request, show, form=form, errors=reasons(request, error), which="offer"
        )
    return _to_setup(show, new.item_id)


async def move_offer(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.OFFER_PUSH)
    offer_id, verb = OfferId(request.path_params["offer_id"]), request.path_params["verb"]
    if show_of(offer_id) != show.id or verb not in (*offers.VERBS, "restock"):
        raise NotFound
    if verb == "restock":
        delta = restock_delta((await read_form(request)).fields, is_form=True)
        await offers.restock(
            offer_id, delta, by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log
        )
    else:
        await offers.move(
            verb, offer_id, by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log
        )
    return after(request, f"/shows/{show.id}/control")


async def freeze(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.OFFER_PUSH)
    await offers.freeze(ShowId(show.id), by=actor, stock=runtime.stock, log=runtime.log)
    return after(request, f"/shows/{show.id}/control")


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
    await shows.watch_words(
        ShowId(show.id), words, by=actor, db=runtime.db, log=runtime.log, facts=runtime.facts
    )
    return after(request, f"/shows/{show.id}/control")


async def stop_demo(request: Request) -> Response:
    runtime = runtime_of(request)
    show, _ = await crew(request, Permission.SHOW_RUN)
    await shows.stop_demo(show.id, db=runtime.db, log=runtime.log)
    return after(request, f"/shows/{show.id}/control")


def _to_setup(show: Show, item_id: str = "") -> Response:
    query = f"?item={item_id}" if item_id else ""
    return RedirectResponse(f"/shows/{show.id}/setup{query}", status_code=303)


routes = [
    Route("/shows", create_show, methods=["POST"]),
    Route("/shows/{show_id}/facts", edit_show, methods=["POST"]),
    Route("/shows/{show_id}/items", add_item, methods=["POST"]),
    Route("/shows/{show_id}/items/import", import_items, methods=["POST"]),
    Route("/shows/{show_id}/items/{item_id}/edit", edit_item, methods=["POST"]),
    Route("/shows/{show_id}/items/{item_id}/remove", remove_item, methods=["POST"]),
    Route("/shows/{show_id}/items/{item_id}/move", move_item, methods=["POST"]),
    Route("/shows/{show_id}/offers", draft_offer, methods=["POST"]),
    Route("/shows/{show_id}/offers/{offer_id}/{verb}", move_offer, methods=["POST"]),
    Route("/shows/{show_id}/freeze", freeze, methods=["POST"]),
    Route("/shows/{show_id}/cues", send_cue, methods=["POST"]),
    Route("/shows/{show_id}/cues/{cue_id}/ack", acknowledge_cue, methods=["POST"]),
    Route("/shows/{show_id}/words", set_words, methods=["POST"]),
    Route("/shows/{show_id}/demo/stop", stop_demo, methods=["POST"]),
    Route("/shows/{show_id}/start", start_show, methods=["POST"]),
    Route("/shows/{show_id}/end", end_show, methods=["POST"]),
]
