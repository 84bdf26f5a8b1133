"""Liveness, readiness, metrics: at the root, without a version."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from live.errors import NotFound
from live.features.health import actions
from live.features.health.presenters import prometheus_text
from live.hub import Hub
from live.runtime import runtime_of

LOCAL = frozenset({"127.0.0.1", "::1"})


async def healthz(request: Request) -> Response:
    return PlainTextResponse("ok")


async def readyz(request: Request) -> Response:
    health = await actions.probe(runtime_of(request))
    body = {
        "ready": health.is_ready,
        "state": "ok" if health.is_whole else "degraded" if health.is_ready else "away",
        "redis": health.redis,
        "database": health.database,
        "worker": health.worker,
        "ledger_lag": health.ledger_lag,
        "recovering": list(health.recovering),
    }
    headers = {} if health.is_ready else {"Retry-After": "1"}
    return JSONResponse(body, 200 if health.is_ready else 503, headers=headers)


async def metrics(request: Request) -> Response:
    who_may = runtime_of(request).settings.metrics
    is_local = request.client is not None and request.client.host in LOCAL
    if who_may == "off" or (who_may == "local" and not is_local):
        raise NotFound
    hub: Hub = request.app.state.hub
    health = await actions.probe(runtime_of(request))
    text = await prometheus_text(runtime_of(request), hub, health.ledger_lag, health.worker_age_s)
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4")


routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
