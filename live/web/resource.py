"""One address with a door for each method."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Door = Callable[[Request], Awaitable[Response]]


def resource(path: str, **doors: Door) -> Route:
    """`doors`: by method, `GET=…, POST=…`. As one route, so that a wrong method is told all the right ones (`Allow`)."""

    async def enter(request: Request) -> Response:
        return await doors["GET" if request.method == "HEAD" else request.method](request)

    return Route(path, enter, methods=[*doors])
