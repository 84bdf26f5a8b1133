"""The API of other platforms' comments: for programs with a token, and for those that only know an address."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.ids import ShowId
from live.errors import Recovering
from live.features.accounts.actions import require
from live.features.accounts.actions.audience import limit
from live.features.ingest import actions, forms
from live.features.shows.actions import find as find_show
from live.runtime import runtime_of
from live.web.body import parse_json, read_bytes


async def with_token(request: Request) -> Response:
    show = await find_show(request.path_params["show_id"], db=runtime_of(request).db)
    actor = await require(request, Permission.COMMENT_INGEST, show.room_id, is_counted=False)
    return await _ingested(request, ShowId(show.id), actor.id)


async def with_key(request: Request) -> Response:
    """No SQL: what is said is taken while the database is away."""
    show_id = actions.show_of_key(request.path_params["key"], keys=runtime_of(request).ingest_keys)
    return await _ingested(request, show_id, show_id)


async def address(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    await require(request, Permission.COMMENT_INGEST, show.room_id)
    key = actions.key_of(show.id, keys=runtime.ingest_keys)
    origin = runtime.settings.public_url or str(request.base_url).rstrip("/")
    return JSONResponse({"key": key, "url": f"{origin}/api/v1/ingest/{key}"})


async def _ingested(request: Request, show_id: ShowId, sender: str) -> Response:
    runtime = runtime_of(request)
    batch = forms.batch(parse_json(await read_bytes(request, forms.BODY_MAX)))
    limit(request, "ingest", sender, many=max(1, len(batch)))
    try:
        done = await actions.ingest(show_id, batch, chat=runtime.chat)
    except Recovering:  # Redis has no such show; neither may SQL
        await find_show(show_id, db=runtime.db)
        raise
    refused = [{"index": one.index, "code": one.code, "reason": one.reason} for one in done.refused]
    return JSONResponse(
        {"accepted": done.accepted, "duplicates": done.duplicates, "refused": refused}
    )


routes = [
    Route("/shows/{show_id}/ingest", address),
    Route("/shows/{show_id}/ingest/comments", with_token, methods=["POST"]),
    Route("/ingest/{key}", with_key, methods=["POST"]),
]
