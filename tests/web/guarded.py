"""A small app with the guard, the error answers and the bodies, as ours has them."""

from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from live.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotSignedIn,
    RedisUnavailable,
    TooFast,
)
from live.web.body import read_form, read_json
from live.web.errors import Boundary, exception_handlers
from live.web.language import choose_language
from live.web.render import render
from live.web.security import Guard
from live.web.static_files import ReleasedFiles

ERRORS = {
    "conflict": Conflict("Sold out.", code="sold_out"),
    "invalid": Invalid([FieldError("title", "is required")]),
    "too_fast": TooFast(0.2),
    "away": RedisUnavailable(retry_after_s=1.2),
    "stranger": NotSignedIn(),
    "forbidden": Forbidden(),
    "bug": ZeroDivisionError("secret detail"),
    "teapot": HTTPException(418, "teapot"),
}


async def page(request: Request) -> Any:
    return render(request, "probe.html", {"text": "<b>"})


async def fail(request: Request) -> Any:
    raise ERRORS[request.path_params["how"]]


async def echo_json(request: Request) -> Any:
    return JSONResponse(await read_json(request, 1024))


async def echo_form(request: Request) -> Any:
    form = await read_form(request, 1024, file_max_bytes=10_000)
    return JSONResponse({**form.fields, **{k: len(f.content) for k, f in form.files.items()}})


async def plain_form(request: Request) -> Any:
    return JSONResponse((await read_form(request, 1024)).fields)


async def done(_request: Request) -> Response:
    return PlainTextResponse("done")


def make_client(**guard: Any) -> TestClient:
    middleware = [Middleware(Guard, secret="s" * 32, **guard), Middleware(Boundary)]
    app = Starlette(
        routes=[
            Route("/", page),
            Route("/fail/{how}", fail, methods=["GET", "POST"]),
            Route("/api/v1/fail/{how}", fail),
            Route("/api/v1/echo", echo_json, methods=["POST"]),
            Route("/form", echo_form, methods=["POST"]),
            Route("/plain-form", plain_form, methods=["POST"]),
            Route("/write", done, methods=["POST", "DELETE"]),
            Route("/language", choose_language, methods=["POST"]),
            Route(
                "/overlay",
                lambda _: PlainTextResponse("x", headers={"Referrer-Policy": "no-referrer"}),
            ),
        ],
        middleware=middleware,
        exception_handlers=exception_handlers(),
    )
    app.mount("/static", ReleasedFiles())
    scheme = "https" if guard.get("public_url", "").startswith("https") else "http"
    return TestClient(app, base_url=f"{scheme}://shop.example", follow_redirects=False)


def csrf_of(client: TestClient, **headers: Any) -> Any:
    return client.get("/", headers=headers).text.split("|")[2]
