"""What an order is compared with: a bare Starlette route that reads JSON and answers JSON of the same size.

`python -m scripts.benchmarks.reference PORT ANSWER`: one process, the same uvicorn, no middleware,
no Redis. PERFORMANCE: this is 1.0.
"""

import json
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


def create_app(answer: dict[str, object]) -> Starlette:
    """The application; every order gets `answer`."""

    async def order(request: Request) -> Response:
        await request.json()
        return JSONResponse(answer, 201)

    async def healthz(request: Request) -> Response:
        return JSONResponse({"ok": True})

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/{path:path}", order, methods=["POST"]),
        ]
    )


if __name__ == "__main__":
    uvicorn.run(
        create_app(json.loads(sys.argv[2])),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        backlog=4096,
    )
