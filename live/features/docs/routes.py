"""The door of the description."""

from functools import cache

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.features.docs.presenters.document import document


async def describe(request: Request) -> Response:
    return Response(_bytes(), media_type="application/json")


@cache
def _bytes() -> bytes:
    """The document never changes while the process lives."""
    return bytes(JSONResponse(document()).body)


routes = [Route("/openapi.json", describe)]
