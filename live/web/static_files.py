"""Static files: their addresses carry a hash of their content, so browsers may keep them for ever."""

import hashlib
from functools import cache
from urllib.parse import parse_qs, quote

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from live.web.assets import asset_dir

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"  # may be kept, but must be asked about: 304 costs little


def static_url(path: str) -> str:
    """`/static/<path>?v=<hash>`; without the hash for a file that set-up has not installed."""
    version = _version(path)
    address = "/static/" + quote(path)
    return f"{address}?v={version}" if version else address


class HashedFiles(StaticFiles):
    """`/static`: immutable where the address has the content's hash, else revalidated."""

    def __init__(self) -> None:
        super().__init__(directory=asset_dir("static"))

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in (200, 206, 304):
            given = parse_qs(scope["query_string"].decode("latin-1")).get("v", [""])[0]
            is_current = bool(given) and given == _version(path)
            response.headers["cache-control"] = FOR_EVER if is_current else ASK_AGAIN
        return response


@cache
def _version(path: str) -> str:
    """The content's hash, read once: files change with a release, and a release restarts us."""
    file = asset_dir("static") / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else ""
