"""The API of the line-up."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.catalogue_cells import Rejected
from live.domain.ids import ShowId
from live.errors import Invalid
from live.features.accounts.actions import require
from live.features.accounts.actions.audience import limit
from live.features.products import actions, forms
from live.features.products.presenters import (
    edited_json,
    line_json,
    planned_json,
    variants_json,
)
from live.features.shows.actions import find as find_show
from live.runtime import runtime_of
from live.web.body import CSV_MAX, LINES_JSON_MAX, read_bytes, read_form, read_json
from live.web.fields import field_error
from live.web.marks import seen_mark
from live.web.resource import resource


async def add(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    actor = await require(request, Permission.SHOW_EDIT, show.room_id)
    new = forms.new_items(await read_json(request), show.currency)
    rows = await actions.add(
        ShowId(show.id), new, by=actor, db=runtime.db, log=runtime.log, now=runtime.clock.now()
    )
    body: dict[str, object] = {"id": rows[0].id, "position": rows[0].position}
    if len(rows) > 1:
        body["variants"] = variants_json(rows)
    return JSONResponse(body, 201)


async def edit(request: Request) -> Response:
    runtime = runtime_of(request)
    found = await actions.find(request.path_params["item_id"], db=runtime.db)
    show = await find_show(found.show_id, db=runtime.db)
    actor = await require(request, Permission.SHOW_EDIT, show.room_id)
    change = forms.item_edit(await read_json(request), show.currency)
    edited = await actions.edit(
        found.id, change,
        seen=seen_mark(request), by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log,
        now=runtime.clock.now(),
    )  # fmt: skip
    told = edited_json(edited.item, edited.line, edited.doubts, show.currency)
    if edited.variants:
        told["variants"] = variants_json(edited.variants)
    return JSONResponse(told, headers={"etag": f'"{edited.item.mark}"'})


async def listed(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    await require(request, Permission.SHOW_VIEW, show.room_id)
    rows, drafts = await actions.line_up(ShowId(show.id), db=runtime.db)
    return JSONResponse({"items": [line_json(row, drafts.get(row.id)) for row in rows]})


async def change(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    actor = await require(request, Permission.SHOW_EDIT, show.room_id)
    sent = await read_json(request, LINES_JSON_MAX)
    changes, is_preview = forms.line_changes(sent, show.currency)
    if any(one.sale for one in changes):
        await require(request, Permission.OFFER_EDIT, show.room_id)
    planned = await actions.change(
        ShowId(show.id), changes,
        hold_s=runtime.settings.hold_default_s, is_preview=is_preview, by=actor, db=runtime.db,
        stock=runtime.stock, log=runtime.log, now=runtime.clock.now(),
    )  # fmt: skip
    return JSONResponse({"changed": planned_json(planned, show.currency), "preview": is_preview})


async def export(request: Request) -> Response:
    """A spreadsheet's file, as `import` reads it."""
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    await require(request, Permission.SHOW_VIEW, show.room_id)
    text = await actions.export_csv(ShowId(show.id), show.currency, db=runtime.db)
    name = f"line-up-{show.slug}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


async def rearrange(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    actor = await require(request, Permission.SHOW_EDIT, show.room_id)
    wanted, seen = forms.new_order(await read_json(request))
    await actions.rearrange(
        ShowId(show.id), wanted, seen=seen, by=actor, db=runtime.db, log=runtime.log
    )
    return JSONResponse({"items": wanted})


async def import_csv(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    actor = await require(request, Permission.SHOW_EDIT, show.room_id)
    limit(request, "import", actor.id)
    outcome = await actions.import_any(
        ShowId(show.id), await _sent_csv(request), show.currency,
        hold_s=runtime.settings.hold_default_s,
        by=actor, jobs=runtime.jobs, db=runtime.db, stock=runtime.stock, log=runtime.log,
        now=runtime.clock.now(),
    )  # fmt: skip
    body: dict[str, object] = {
        "created": outcome.created,
        "updated": outcome.updated,
        "rejected": _lines(outcome.rejected),
    }
    if outcome.sales:
        body["sales"] = outcome.sales
    if outcome.notes:
        body["notes"] = _lines(outcome.notes)
    return JSONResponse(body, 201)


def _lines(found: Sequence[Rejected]) -> list[dict[str, object]]:
    return [{"line": line.line, "reason": line.reason_code} for line in found]


async def _sent_csv(request: Request) -> bytes:
    """The body itself, or the form field `file`."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        form = await read_form(request, file_max_bytes=CSV_MAX)
        if "file" not in form.files:
            raise Invalid([field_error("file", "required")])
        return form.files["file"].content
    return await read_bytes(request, CSV_MAX)


routes = [
    resource("/shows/{show_id}/items", GET=listed, POST=add, PATCH=change),
    Route("/shows/{show_id}/items.csv", export),
    Route("/shows/{show_id}/items/order", rearrange, methods=["POST"]),
    Route("/items/{item_id}", edit, methods=["PATCH"]),
    Route("/shows/{show_id}/items/import", import_csv, methods=["POST"]),
]
