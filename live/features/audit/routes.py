"""The API of the proof, and of who did what."""

import json
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.ids import ShowId
from live.domain.moments import rfc3339
from live.features.accounts.actions import require
from live.features.audit import actions, forms
from live.features.orders.actions import order_for
from live.features.shows.actions import find as find_show
from live.runtime import runtime_of
from live.store.acts import Act, list_acts
from live.web.files import sent_in_pieces


async def prove(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    await require(request, Permission.AUDIT_READ, show.room_id)
    proof = await actions.prove(
        ShowId(show.id), db=runtime.db, stock=runtime.stock, facts=runtime.facts
    )
    lines = [
        {
            "id": line.offer_id,
            "quantity": line.stock.quantity,
            "restocked": line.stock.restocked,
            "left": line.stock.left,
            "held": line.stock.held,
            "paid": line.stock.paid,
            "expired": line.stock.expired,
            "cancelled": line.stock.cancelled,
            "refunded": line.stock.refunded,
            "difference": line.stock.difference,
        }
        for line in proof.lines
    ]
    return JSONResponse({"offers": lines, "ledger_lag": proof.lag, "ok": proof.ok})


async def acts(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    await require(request, Permission.AUDIT_READ, show.room_id)
    after, limit = forms.page_of_acts(request.query_params)
    async with runtime.db.read() as session:
        rows = await list_acts(session, show.id, after, limit)
    following = str(rows[-1].seq) if len(rows) == limit else None
    return JSONResponse({"acts": [_act_json(row) for row in rows], "next": following})


def _act_json(row: Act) -> dict[str, object]:
    told = {name: getattr(row, name) for name in ("actor", "verb", "detail", "result", "ms")}
    return {"at": rfc3339(row.at_ms), **told, "why": json.loads(row.why)}


async def export(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    await require(request, Permission.AUDIT_READ, show.room_id)
    pieces = actions.export_ledger(ShowId(show.id), db=runtime.db)
    return await sent_in_pieces(pieces, f"ledger-{show.slug}.txt", "text/plain")


async def receipt(request: Request) -> Response:
    runtime = runtime_of(request)
    order, _ = await order_for(request)
    found = await actions.receipt_of(order, db=runtime.db)
    return JSONResponse(asdict(found))


routes = [
    Route("/shows/{show_id}/audit", prove),
    Route("/shows/{show_id}/acts", acts),
    Route("/shows/{show_id}/ledger", export),
    Route("/orders/{order_id}/receipt", receipt),
]
