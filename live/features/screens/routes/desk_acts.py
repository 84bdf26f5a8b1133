"""What the forms of the list of shows and of set-up do. A refused one comes back with what was typed and why."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.ids import ShowId, show_of
from live.domain.offer import doubts
from live.errors import Conflict, Invalid, NotFound
from live.features.accounts.actions import require
from live.features.offers import actions as offers
from live.features.offers.forms import new_offer
from live.features.products import actions as products
from live.features.products.forms import item_edit, new_items
from live.features.screens.routes.common import crew
from live.features.screens.routes.desk import home_page, setup_page
from live.features.shows import actions as shows
from live.features.shows.forms import room_wanted, show_facts
from live.hotpath import tellings
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
        facts = show_facts(form, runtime.clock.now(), is_form=True)
        wanted = room_wanted(form, is_form=True)
        room_id = await shows.room_for(actor, wanted, db=runtime.db, now=runtime.clock.now())
    except Invalid as error:
        return await home_page(request, form, reasons(request, error))
    show = await shows.create(
        facts, room_id=room_id, is_demo=False,
        db=runtime.db, log=runtime.log, rulebook=runtime.rulebook, now=runtime.clock.now(),
    )  # fmt: skip
    return RedirectResponse(f"/shows/{show.id}/setup", status_code=303)


async def edit_show(request: Request) -> Response:
    runtime = runtime_of(request)
    show, _ = await crew(request, Permission.SHOW_EDIT)
    form = (await read_form(request)).fields
    try:
        facts = show_facts(form, runtime.clock.now(), is_form=True)
        await shows.edit(show.id, facts, db=runtime.db, log=runtime.log)
    except Invalid as error:
        return await setup_page(
            request, show, form=form, errors=reasons(request, error), which="facts"
        )
    return _to_setup(show, said="facts")


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
        wrong = {"variant" if error.code == "sku_taken" else "stock": text}
    else:
        return _to_setup(show, item_id, said="item")
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
    ticket = await tellings.tell(runtime.redis, ShowId(show.id), products.told_of(result))
    return _to_setup(show, told=ticket)


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
        item = await products.find(new.item_id, db=runtime.db)
        doubtful = doubts(new.price, item.list_price_minor, new.quantity, new.per_buyer_limit)
        if doubtful and form.get("sure") != " ".join(doubtful):
            return await setup_page(
                request, show, form=form, doubtful=doubtful, which="offer", item=new.item_id
            )
        await offers.redraft(
            ShowId(show.id), new,
            db=runtime.db, stock=runtime.stock, log=runtime.log, now=runtime.clock.now(),
        )  # fmt: skip
    except Invalid as error:
        return await setup_page(
            request, show, form=form, errors=reasons(request, error), which="offer",
            item=form.get("item_id", ""),
        )  # fmt: skip
    return _to_setup(show, new.item_id, said="offer")


def _to_setup(show: Show, item: str = "", **more: str) -> Response:
    query = urlencode({name: value for name, value in {"item": item, **more}.items() if value})
    return RedirectResponse(f"/shows/{show.id}/setup?{query}".rstrip("?"), status_code=303)


routes = [
    Route("/shows", create_show, methods=["POST"]),
    Route("/shows/{show_id}/facts", edit_show, methods=["POST"]),
    Route("/shows/{show_id}/items", add_item, methods=["POST"]),
    Route("/shows/{show_id}/items/import", import_items, methods=["POST"]),
    Route("/shows/{show_id}/items/{item_id}/edit", edit_item, methods=["POST"]),
    Route("/shows/{show_id}/items/{item_id}/remove", remove_item, methods=["POST"]),
    Route("/shows/{show_id}/items/{item_id}/move", move_item, methods=["POST"]),
    Route("/shows/{show_id}/offers", draft_offer, methods=["POST"]),
]
