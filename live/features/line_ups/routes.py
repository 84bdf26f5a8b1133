"""The API of line-ups that are used again."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.access import Actor, Permission
from live.domain.pasted import doubts_of
from live.errors import Invalid
from live.features.accounts.actions import require
from live.features.line_ups import actions, forms
from live.features.line_ups.presenters import template_json
from live.features.shows.actions import find as find_show
from live.features.shows.actions import rooms_for
from live.features.shows.forms import copied_facts
from live.features.shows.presenters import show_json
from live.runtime import runtime_of
from live.store.shows import Show
from live.web.body import read_json
from live.web.doubts import warnings_json
from live.web.fields import field_error


async def _show(request: Request) -> tuple[Show, Actor]:
    show = await find_show(request.path_params["show_id"], db=runtime_of(request).db)
    return show, await require(request, Permission.SHOW_EDIT, show.room_id)


async def clone(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await _show(request)
    now = runtime.clock.now()
    facts = copied_facts(await read_json(request, may_be_empty=True), show, now)
    made, _ = await actions.clone(
        show, facts,
        by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log, rulebook=runtime.rulebook, now=now,
    )  # fmt: skip
    return JSONResponse(show_json(made), 201)


async def paste(request: Request) -> Response:
    """All lines or none."""
    runtime = runtime_of(request)
    show, actor = await _show(request)
    text = forms.pasted_text(await read_json(request))
    lines, unread = await actions.paste(show, text, runtime.settings.hold_default_s, db=runtime.db)
    if unread:
        raise Invalid(
            [field_error("text", f"pasted_{one.reason}", line=one.number) for one in unread]
        )
    count = await actions.add(
        show, lines,
        currency=show.currency, by=actor, db=runtime.db, log=runtime.log, now=runtime.clock.now(),
    )  # fmt: skip
    doubtful = [
        {"sku": line.sku, **warning}
        for line in lines
        for warning in warnings_json(doubts_of(line), line, show.currency)
    ]
    return JSONResponse({"created": count, "warnings": doubtful}, 201)


async def apply(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await _show(request)
    line_up = forms.template_id(await read_json(request))
    count = await actions.apply(
        line_up, show, by=actor, db=runtime.db, log=runtime.log, now=runtime.clock.now()
    )
    return JSONResponse({"created": count}, 201)


async def save(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await _show(request)
    name = forms.template_name(await read_json(request))
    row = await actions.save(
        show, name,
        by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log, now=runtime.clock.now(),
    )  # fmt: skip
    return JSONResponse(template_json(row), 201)


async def listed(request: Request) -> Response:
    runtime = runtime_of(request)
    actor = await require(request, Permission.SHOW_EDIT)
    rooms = await rooms_for(actor, db=runtime.db, now=runtime.clock.now())
    rows = await actions.listed([room.id for room in rooms], db=runtime.db)
    return JSONResponse({"line_ups": [template_json(row) for row in rows]})


async def remove(request: Request) -> Response:
    runtime = runtime_of(request)
    await require(
        request, Permission.SHOW_EDIT, is_counted=False
    )  # strangers do not learn what there is
    row = await actions.find(request.path_params["line_up_id"], db=runtime.db)
    await require(request, Permission.SHOW_EDIT, row.room_id)
    await actions.remove(row.id, db=runtime.db)
    return JSONResponse({"id": row.id})


routes = [
    Route("/line-ups", listed),
    Route("/line-ups/{line_up_id}", remove, methods=["DELETE"]),
    Route("/shows/{show_id}/clone", clone, methods=["POST"]),
    Route("/shows/{show_id}/line-ups", save, methods=["POST"]),
    Route("/shows/{show_id}/line-up", apply, methods=["POST"]),
    Route("/shows/{show_id}/items/paste", paste, methods=["POST"]),
]
