"""The web process: one Starlette application, its hub, its sweep; built by `create_app`."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from live.domain.ids import ShowId
from live.errors import NotNow
from live.features.ledger.tasks import keep_sweeping
from live.features.orders.actions import Door
from live.features.rehearsals.actions import Crowds
from live.features.screens.presenters.board import Boards
from live.hotpath import keys
from live.hub import Hub, LoopLag, RedisBroker
from live.routes import routes
from live.runtime import Runtime, end
from live.settings import Settings
from live.sockets import build_ports
from live.web.errors import Boundary, exception_handlers
from live.web.security import Guard

CLOCK_S = 5.0  # between two looks at Redis time

logger = logging.getLogger(__name__)


def create_app(settings: Settings) -> Starlette:
    """The ASGI application; everything it owns starts and stops with its lifespan."""
    guard = Middleware(
        Guard,
        secret=settings.secret_key.get_secret_value(),
        public_url=settings.public_url or "",
        is_secure=settings.cookies_are_secure,
    )
    app = Starlette(
        routes=[
            WebSocketRoute("/api/v1/shows/{id}/events", _events),
            WebSocketRoute("/shows/{id}/stream", _stream),
            Route("/shows/{id}/stream", _poll),
            *routes,
        ],
        exception_handlers=exception_handlers(),
        middleware=[guard, Middleware(Boundary)],
        lifespan=_lifespan,
    )
    app.state.settings = settings
    return app


async def _events(websocket: WebSocket) -> None:
    await websocket.app.state.hub.events_endpoint(websocket)


async def _stream(websocket: WebSocket) -> None:
    await websocket.app.state.hub.stream_endpoint(websocket)


async def _poll(request: Request) -> Response:
    hub: Hub = request.app.state.hub
    return await hub.poll_endpoint(request)


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    runtime = Runtime.build(app.state.settings)
    lag = LoopLag()
    boards = Boards(runtime, lag)
    broker = RedisBroker(
        runtime.tail,
        log_key=lambda show_id: keys.log(ShowId(show_id)),
        meta_key=lambda show_id: keys.meta(ShowId(show_id)),
    )
    door = Door(runtime.stock, runtime.db, runtime.limits, runtime.viewer_tokens, runtime.clock)
    hub = Hub(
        broker,
        build_ports(runtime, boards, door),
        beat_s=runtime.settings.beat_ms / 1000,
        is_limited=runtime.limits.enabled,
        lag=lag,
    )
    app.state.runtime, app.state.boards, app.state.hub = runtime, boards, hub
    app.state.door = door
    app.state.crowds = crowds = Crowds(runtime)
    await hub.start()
    tasks = [
        asyncio.create_task(keep_sweeping(runtime), name="sweep"),
        asyncio.create_task(_keep_time(runtime), name="clock"),
    ]
    try:
        yield
    finally:
        await crowds.close()
        await hub.stop()
        await end(tasks)
        await runtime.close()


async def _keep_time(runtime: Runtime) -> None:
    """Follow Redis time: request deadlines are given in it."""
    while True:
        try:
            await runtime.redis.sample_clock()
        except NotNow:
            logger.info("Redis time could not be read")
        await asyncio.sleep(CLOCK_S)
