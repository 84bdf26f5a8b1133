"""The viewer page as an app on the home screen: what a browser is told when somebody installs it."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.features.screens.routes.common import boards_of
from live.features.shows.actions import find_by_slug
from live.runtime import runtime_of
from live.web.language import language_of
from live.web.names import room
from live.web.static_files import static_url

GROUND = "#f8f5f0"  # --bg of the paper theme, as <meta name=theme-color> says it
SHORT_MAX = 12  # characters below an icon
ICONS = (
    ("vendor/icons/192.png", "192x192", "any"),
    ("vendor/icons/512.png", "512x512", "any"),
    ("vendor/icons/maskable.png", "512x512", "maskable"),
)


async def manifest(request: Request) -> Response:
    """W3C Web Application Manifest; public, the same for everyone who reads the same language."""
    show = await find_by_slug(request.path_params["slug"], db=runtime_of(request).db)
    board = await boards_of(request).board(show.id)
    address, title = f"/watch/{show.slug}", room(board.show.room_title, language_of(request))
    told = {
        "id": address,
        "name": f"{title} · {board.show.title}",
        "short_name": title[:SHORT_MAX],
        "lang": "zh-CN" if language_of(request) == "zh" else "en",
        "start_url": address,
        "scope": "/watch/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": GROUND,
        "icons": [
            {"src": static_url(path), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for path, sizes, purpose in ICONS
        ],
    }
    headers = {"Cache-Control": "no-cache"}
    return JSONResponse(told, headers=headers, media_type="application/manifest+json")


routes = [Route("/watch/{slug}/app.webmanifest", manifest)]
