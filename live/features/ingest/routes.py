"""The API of other platforms' comments: for programs with a token, and for those that only know an address."""

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
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
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"allow": ", ".join(BY_KEY)})
    keys = runtime_of(request).ingest_keys
    show_id, ingest_n = actions.read_key(request.path_params["key"], keys=keys)
    return await _ingested(request, show_id, show_id, ingest_n)


async def address(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    await require(request, Permission.COMMENT_INGEST, show.room_id)
    rules = await runtime.rulebook.read(ShowId(show.id))
    return _address(request, show.id, rules.chat.ingest_n)


async def renew(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    actor = await require(request, Permission.SHOW_EDIT, show.room_id)
    ingest_n = await actions.renew_address(
        ShowId(show.id),
        by=actor, rulebook=runtime.rulebook, log=runtime.log, facts=runtime.facts, db=runtime.db,
    )  # fmt: skip
    return _address(request, show.id, ingest_n)


def _address(request: Request, show_id: str, ingest_n: int) -> Response:
    runtime = runtime_of(request)
    key = actions.key_of(show_id, ingest_n, keys=runtime.ingest_keys)
    origin = runtime.settings.public_url or str(request.base_url).rstrip("/")
    return JSONResponse({"key": key, "url": f"{origin}/api/v1/ingest/{key}"})


async def _ingested(
    request: Request, show_id: ShowId, sender: str, ingest_n: int | None = None
) -> Response:
    runtime = runtime_of(request)
    batch = forms.batch(parse_json(await read_bytes(request, forms.BODY_MAX)))
    limit(request, "ingest", sender, many=max(1, len(batch)))
    try:
        done = await actions.ingest(show_id, batch, chat=runtime.chat, ingest_n=ingest_n)
    except Recovering:  # Redis has no such show; neither may SQL
        await find_show(show_id, db=runtime.db)
        raise
    refused = [{"index": one.index, "code": one.code, "reason": one.reason} for one in done.refused]
    return JSONResponse(
        {"accepted": done.accepted, "duplicates": done.duplicates, "refused": refused}
    )


BY_KEY = ("OPTIONS", "POST")
# Social Stream Ninja is a page in a browser, which asks before it posts to another site. The key is all that such
# a page needs, and no cookie counts here: so this address, and no other, answers pages from anywhere.
FROM_ANYWHERE = Middleware(
    CORSMiddleware,
    allow_origins=("*",),
    allow_methods=("POST",),
    allow_headers=("*",),
    allow_private_network=True,
    max_age=86_400,
)

routes = [
    Route("/shows/{show_id}/ingest", address),
    Route("/shows/{show_id}/ingest/renew", renew, methods=["POST"]),
    Route("/shows/{show_id}/ingest/comments", with_token, methods=["POST"]),
    Route("/ingest/{key}", with_key, methods=BY_KEY, middleware=[FROM_ANYWHERE]),
]
