"""What the forms of the list of shows and of set-up do. A refused one comes back with what was typed and why."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.doubts import doubts
from live.domain.ids import ShowId, show_of
from live.errors import ChangedMeanwhile, Conflict, Invalid, NotFound
from live.features.accounts.actions import require
from live.features.ingest.actions import renew_address
from live.features.offers import actions as offers
from live.features.offers.forms import new_offer
from live.features.overlay import actions as overlay
from live.features.products import actions as products
from live.features.products.forms import item_edit, new_items
from live.features.screens.routes.common import after, crew
from live.features.screens.routes.desk import setup_page
from live.features.screens.routes.home import home_page
from live.features.shows import actions as shows
from live.features.shows.forms import new_show, show_facts
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
        new = new_show(form, runtime.clock.now(), is_form=True)
        room_id = await shows.room_for(actor, new.room_id, db=runtime.db, now=runtime.clock.now())
    except Invalid as error:
        return await home_page(request, form, reasons(request, error))
    show = await shows.create(
        new.facts, room_id=room_id, is_demo=False, by=actor,
        db=runtime.db, log=runtime.log, rulebook=runtime.rulebook, now=runtime.clock.now(),
    )  # fmt: skip
    return RedirectResponse(f"/shows/{show.id}/setup", status_code=303)


async def edit_show(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_EDIT)
    form = (await read_form(request)).fields
    try:
        facts = show_facts(form, runtime.clock.now(), is_form=True)
        await shows.edit(
            ShowId(show.id), facts,
            seen=form.get("seen"), by=actor, db=runtime.db, log=runtime.log,
        )  # fmt: skip
    except Invalid as error:
        return await setup_page(
            request, show, form=form, errors=reasons(request, error), which="facts"
        )
    except ChangedMeanwhile:
        now = await shows.find(show.id, db=runtime.db)
        return await setup_page(request, now, form=form, which="facts", is_changed=True)
    return _to_setup(show, said="facts")


async def add_item(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_EDIT)
    form = (await read_form(request)).fields
    try:
        new = new_items(form, show.currency, is_form=True)
        await products.add(
            ShowId(show.id), new,
            by=actor, db=runtime.db, log=runtime.log, now=runtime.clock.now(),
        )  # fmt: skip
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
            errors={
                _taken_in(form, error): translate(language_of(request), f"errors.{error.code}")
            },
            which="item",
        )
    return _to_setup(show, at="line-up")


def _taken_in(form: Mapping[str, str], error: Conflict) -> str:
    """The field that names a variant which another item is already; of one without a variant it is the SKU."""
    name = error.members.get("variant", "")
    rows = (
        key for key, value in form.items() if key.startswith("variant") and value.strip() == name
    )
    return next(rows, "variant") if name else "sku"


async def edit_item(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_EDIT)
    item_id = request.path_params["item_id"]
    if show_of(item_id) != show.id:
        raise NotFound("There is no such item.")
    form = (await read_form(request)).fields
    try:
        change = item_edit(form, show.currency, is_form=True)
        await products.edit(
            item_id, change,
            seen=form.get("seen"), by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log,
            now=runtime.clock.now(),
        )  # fmt: skip
    except ChangedMeanwhile:
        return await setup_page(
            request, show, form=form, which="edit", edit=item_id, is_changed=True
        )
    except Invalid as error:
        wrong = reasons(request, error)
    except Conflict as error:
        text = translate(language_of(request), f"errors.{error.code}", **error.values)
        wrong = {_taken_in(form, error) if error.code == "sku_taken" else "stock": text}
    else:
        return _to_setup(show, item_id, said="item", at=f"edit-{item_id}")
    return await setup_page(request, show, form=form, errors=wrong, which="edit", edit=item_id)


async def import_items(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_EDIT)
    form = await read_form(request, file_max_bytes=CSV_MAX)
    sent = form.files.get("file")
    try:
        result = await products.import_any(
            ShowId(show.id), sent.content if sent else b"", show.currency,
            hold_s=runtime.settings.hold_default_s,
            by=actor, jobs=runtime.jobs, db=runtime.db, stock=runtime.stock, log=runtime.log,
            now=runtime.clock.now(),
        )  # fmt: skip
    except Invalid as error:
        return await setup_page(request, show, errors=reasons(request, error), which="import")
    ticket = await tellings.tell(runtime.redis, ShowId(show.id), products.told_of(result))
    return _to_setup(show, told=ticket)


async def remove_item(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_EDIT)
    item_id = request.path_params["item_id"]
    try:
        await products.remove(
            ShowId(show.id), item_id,
            by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log,
        )  # fmt: skip
    except Conflict as error:
        text = translate(language_of(request), f"errors.{error.code}")
        return await setup_page(request, show, errors={"item": text}, which="remove")
    return _to_setup(show)


async def move_item(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_EDIT)
    direction = (await read_form(request)).fields.get("direction", "")
    item_id = request.path_params["item_id"]
    await products.shift(
        ShowId(show.id), item_id, direction, by=actor, db=runtime.db, log=runtime.log
    )
    return _to_setup(show, item_id)


async def rearrange(request: Request) -> Response:
    """The order that somebody dragged the line-up into."""
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_EDIT)
    form = (await read_form(request)).fields
    wanted, seen = (form.get(name, "").split() for name in ("items", "seen"))
    await products.rearrange(
        ShowId(show.id), wanted, seen=seen, by=actor, db=runtime.db, log=runtime.log
    )
    return after(request, f"/shows/{show.id}/setup")


async def draft_offer(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.OFFER_EDIT)
    form = (await read_form(request)).fields
    try:
        new = new_offer(form, show.currency, runtime.settings.hold_default_s, is_form=True)
        item = await products.find(new.item_id, db=runtime.db)
        doubtful = doubts(new.sale, item.list_price_minor, item.stock)
        if doubtful and form.get("sure") != " ".join(doubtful):
            return await setup_page(
                request, show, form=form, doubtful=doubtful, which="offer", item=new.item_id
            )
        await offers.redraft(
            ShowId(show.id), new, seen=form.get("seen"), by=actor,
            db=runtime.db, stock=runtime.stock, log=runtime.log, now=runtime.clock.now(),
        )  # fmt: skip
    except ChangedMeanwhile:
        return await setup_page(
            request, show, form=form, which="offer", item=new.item_id, is_changed=True
        )
    except Invalid as error:
        return await setup_page(
            request, show, form=form, errors=reasons(request, error), which="offer",
            item=form.get("item_id", ""),
        )  # fmt: skip
    return _to_setup(show, new.item_id, said="offer", at=f"sale-{new.item_id}")


async def renew_ingest(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_EDIT)
    await renew_address(
        ShowId(show.id),
        by=actor, rulebook=runtime.rulebook, log=runtime.log, facts=runtime.facts, db=runtime.db,
    )  # fmt: skip
    return _to_setup(show, said="ingest")


async def renew_overlay(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_EDIT)
    await overlay.renew(
        ShowId(show.id), by=actor, db=runtime.db, log=runtime.log, now=runtime.clock.now()
    )
    return _to_setup(show, said="overlay")


def _to_setup(show: Show, item: str = "", *, at: str = "", **more: str) -> Response:
    """`at`: what has the focus there."""
    query = urlencode({name: value for name, value in {"item": item, **more}.items() if value})
    address = f"/shows/{show.id}/setup?{query}".rstrip("?")
    return RedirectResponse(f"{address}#{at}" if at else address, status_code=303)


routes = [
    Route("/shows", create_show, methods=["POST"]),
    Route("/shows/{show_id}/facts", edit_show, methods=["POST"]),
    Route("/shows/{show_id}/ingest/renew", renew_ingest, methods=["POST"]),
    Route("/shows/{show_id}/items/order", rearrange, methods=["POST"]),
    Route("/shows/{show_id}/overlay/renew", renew_overlay, methods=["POST"]),
    Route("/shows/{show_id}/items", add_item, methods=["POST"]),
    Route("/shows/{show_id}/items/import", import_items, methods=["POST"]),
    Route("/shows/{show_id}/items/{item_id}/edit", edit_item, methods=["POST"]),
    Route("/shows/{show_id}/items/{item_id}/remove", remove_item, methods=["POST"]),
    Route("/shows/{show_id}/items/{item_id}/move", move_item, methods=["POST"]),
    Route("/shows/{show_id}/offers", draft_offer, methods=["POST"]),
]
