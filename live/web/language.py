"""Which of our two languages a reader gets: their choice (a cookie), else what the browser asks."""

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from live.web.body import read_form
from live.web.cookies import read_cookie, set_cookie
from live.web.local_paths import local_path
from live.web.words import LANGUAGES

COOKIE = "lang"
COOKIE_AGE_S = 365 * 24 * 3600  # a choice of language outlives any login
ACCEPT_MAX = 200  # characters of Accept-Language worth reading
DEFAULT = "en"  # for those who accept neither; ours is the pair every browser can name


def language_of(connection: HTTPConnection) -> str:
    """`zh` or `en`."""
    chosen = read_cookie(connection, COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return accepted(connection.headers.get("accept-language", ""))


def accepted(header: str) -> str:
    """The better-liked of our languages in an Accept-Language header; the first named wins a tie."""
    best, best_weight = DEFAULT, 0.0
    for part in header[:ACCEPT_MAX].split(","):
        tag, _, weight_text = part.partition(";")
        language = tag.strip().casefold().partition("-")[0]
        weight = _weight(weight_text)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


async def choose_language(request: Request) -> Response:
    """POST /language {lang, next}: remembers the choice and returns to the page."""
    form = await read_form(request)
    chosen = form.fields.get("lang", "")
    response = RedirectResponse(local_path(form.fields.get("next", "")), status_code=303)
    if chosen in LANGUAGES:
        set_cookie(response, request, COOKIE, chosen, max_age_s=COOKIE_AGE_S)
    return response


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0
