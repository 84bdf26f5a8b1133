"""Doors of accounts: the sign-in page and its two writes."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from live.features.accounts.actions import sign_in, sign_out, who
from live.features.accounts.forms import read_sign_in
from live.runtime import runtime_of
from live.web.cookies import clear_cookie, read_cookie, set_cookie
from live.web.local_paths import local_path
from live.web.rate_limits import sender_of
from live.web.render import render
from live.web.security import LOGIN_COOKIE

TEMPLATE = "accounts/sign_in.html"
WRONG = "wrong"  # the page's `error`: it has the words


async def show_sign_in(request: Request) -> Response:
    path = local_path(request.query_params.get("next", ""))
    if await who(request) is not None:
        return RedirectResponse(path, status_code=303)
    return _page(request, path)


async def begin_login(request: Request) -> Response:
    runtime = runtime_of(request)
    typed = await read_sign_in(request)
    token = await sign_in(
        runtime.db, runtime.limits,
        email=typed.email, password=typed.password, sender=sender_of(request),
        old_token=read_cookie(request, LOGIN_COOKIE), now=runtime.clock.now(),
    )  # fmt: skip
    if token is None:
        return _page(request, typed.next, error=WRONG, email=typed.email, status=401)
    response = RedirectResponse(typed.next, status_code=303)
    set_cookie(response, request, LOGIN_COOKIE, token, max_age_s=None)
    return response


async def end_login(request: Request) -> Response:
    token = read_cookie(request, LOGIN_COOKIE)
    if token:
        await sign_out(runtime_of(request).db, token)
    response = RedirectResponse("/sign-in", status_code=303)
    clear_cookie(response, request, LOGIN_COOKIE)
    return response


def _page(
    request: Request, path: str, *, error: str = "", email: str = "", status: int = 200
) -> Response:
    demo_login = runtime_of(request).settings.demo
    context = {"error": error, "email": email, "next": path, "demo_login": demo_login}
    return render(request, TEMPLATE, context, status)


routes = [
    Route("/sign-in", show_sign_in, methods=["GET"]),
    Route("/sign-in", begin_login, methods=["POST"]),
    Route("/sign-out", end_login, methods=["POST"]),
]
