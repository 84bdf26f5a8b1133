"""Doors of accounts: the sign-in page and its two writes."""

import math
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from live.errors import TooFast
from live.features.accounts.actions import sign_in, sign_out, tries_left, who
from live.features.accounts.forms import SignIn, read_sign_in
from live.runtime import runtime_of
from live.web.cookies import clear_cookie, read_cookie, set_cookie
from live.web.local_paths import local_path
from live.web.rate_limits import sender_of
from live.web.render import render
from live.web.security import LOGIN_COOKIE

TEMPLATE = "accounts/sign_in.html"
WRONG, WAIT = "wrong", "wait"  # the page's `error`: it has the words
FEW_TRIES = 3  # from here on the page counts them


async def show_sign_in(request: Request) -> Response:
    path = local_path(request.query_params.get("next", ""))
    actor = await who(request)
    if actor is not None and actor.kind != "device":
        return RedirectResponse(path, status_code=303)
    return _page(request, SignIn("", "", path))


async def begin_login(request: Request) -> Response:
    runtime = runtime_of(request)
    typed = await read_sign_in(request)
    sender, now = sender_of(request), runtime.clock.now()
    try:
        token = await sign_in(
            runtime.db, runtime.limits,
            email=typed.email, password=typed.password, sender=sender,
            old_token=read_cookie(request, LOGIN_COOKIE), now=now,
        )  # fmt: skip
    except TooFast as error:
        wait_s = math.ceil(error.retry_after_s)
        page = _page(request, typed, error=WAIT, left=wait_s, status=error.status)
        page.headers["Retry-After"] = str(wait_s)
        return page
    if token is None:
        left = tries_left(runtime.limits, email=typed.email, sender=sender, now=now)
        return _page(request, typed, error=WRONG, left=left, status=401)
    response = RedirectResponse(typed.next, status_code=303)
    set_cookie(response, request, LOGIN_COOKIE, token, max_age_s=None)
    return response


async def end_login(request: Request) -> Response:
    token = read_cookie(request, LOGIN_COOKIE)
    if token:
        runtime = runtime_of(request)
        await sign_out(runtime.db, token, runtime.clock.now())
    response = RedirectResponse("/sign-in", status_code=303)
    clear_cookie(response, request, LOGIN_COOKIE)
    return response


def _page(
    request: Request, typed: SignIn, *, error: str = "", left: int = 0, status: int = 200
) -> Response:
    """`left`: tries before there is a wait; with the error WAIT, the seconds to wait."""
    context = {
        "error": error,
        "left": left,
        "few": left <= FEW_TRIES,
        "email": typed.email,
        "next": typed.next,
        "path": "/sign-in" if typed.next == "/" else f"/sign-in?next={quote(typed.next, safe='/')}",
        "demo_login": runtime_of(request).settings.demo,
    }
    return render(request, TEMPLATE, context, status)


routes = [
    Route("/sign-in", show_sign_in, methods=["GET"]),
    Route("/sign-in", begin_login, methods=["POST"]),
    Route("/sign-out", end_login, methods=["POST"]),
]
