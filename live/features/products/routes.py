"""The API of the line-up."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.catalogue import Rejected
from live.domain.ids import ShowId
from live.errors import Invalid
from live.features.accounts.actions import require
from live.features.accounts.actions.audience import limit
from live.features.products import actions, forms
from live.features.shows.actions import find as find_show
from live.runtime import runtime_of
from live.web.body import CSV_MAX, read_bytes, read_form, read_json
from live.web.fields import field_error


async def add(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    await require(request, Permission.SHOW_EDIT, show.room_id)
    new = forms.new_items(await read_json(request), show.currency)
    rows = await actions.add(
        ShowId(show.id), new, db=runtime.db, log=runtime.log, now=runtime.clock.now()
    )
    body: dict[str, object] = {"id": rows[0].id, "position": rows[0].position}
    if len(rows) > 1:
        body["variants"] = [
            {"id": row.id, "variant": row.variant, "position": row.position} for row in rows
        ]
    return JSONResponse(body, 201)


async def edit(request: Request) -> Response:
    runtime = runtime_of(request)
    found = await actions.find(request.path_params["item_id"], db=runtime.db)
    show = await find_show(found.show_id, db=runtime.db)
    await require(request, Permission.SHOW_EDIT, show.room_id)
    change = forms.item_edit(await read_json(request), show.currency)
    item = await actions.edit(found.id, change, db=runtime.db, stock=runtime.stock, log=runtime.log)
    return JSONResponse(
        {
            "id": item.id,
            "position": item.position,
            "sku": item.sku,
            "variant": item.variant,
            "title": item.title,
            "list_price": item.list_price_minor,
            "stock": item.stock,
            "image_url": item.image_url,
        }
    )


async def import_csv(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    actor = await require(request, Permission.SHOW_EDIT, show.room_id)
    limit(request, "import", actor.id)
    outcome = await actions.import_any(
        ShowId(show.id), await _sent_csv(request), show.currency,
        jobs=runtime.jobs, db=runtime.db, stock=runtime.stock, log=runtime.log,
        now=runtime.clock.now(),
    )  # fmt: skip
    body: dict[str, object] = {
        "created": outcome.created,
        "updated": outcome.updated,
        "rejected": _lines(outcome.rejected),
    }
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
    Route("/shows/{show_id}/items", add, methods=["POST"]),
    Route("/items/{item_id}", edit, methods=["PATCH"]),
    Route("/shows/{show_id}/items/import", import_csv, methods=["POST"]),
]
