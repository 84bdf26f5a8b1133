"""Static files: one address each, which names the release, so that browsers may keep them for ever.

`/static/<release>/js/viewer.js`: what it imports by `./` has the release in its address too, so no file is
loaded twice. Text is compressed once and sent so to whoever takes it; nothing secret is in it.
"""

import gzip
import hashlib
import re
from functools import cache, lru_cache
from pathlib import PurePath
from urllib.parse import quote

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from live.web.assets import asset_dir

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"  # may be kept, but must be asked about: 304 costs little
TEXT = frozenset({".js", ".css", ".svg", ".txt", ".json"})  # pictures and films are packed already
RELEASE = re.compile(r"[0-9a-f]{12}")
KEPT = ("content-type", "last-modified", "cache-control", "vary")
PACKED_MAX = 256  # files kept compressed in memory; ours are some 60


def static_url(path: str) -> str:
    """The address of a file below `static/`; without the release for one that set-up has not installed."""
    is_there = (asset_dir("static") / path).is_file()
    return f"/static/{release()}/{quote(path)}" if is_there else f"/static/{quote(path)}"


@cache
def release() -> str:
    """Names all static files as they are: read once, for files change with a release, and a release restarts us."""
    top = asset_dir("static")
    told = hashlib.sha256()
    for file in sorted(path for path in top.rglob("*") if path.is_file()):
        told.update(f"{file.relative_to(top).as_posix()}\0".encode())
        told.update(hashlib.sha256(file.read_bytes()).digest())
    return told.hexdigest()[:12]


class ReleasedFiles(StaticFiles):
    """`/static`: immutable below this release's name; below another, or none, as it is now and to be asked for
    again: pages of the release before may still be open."""

    def __init__(self) -> None:
        super().__init__(directory=asset_dir("static"))

    async def get_response(self, path: str, scope: Scope) -> Response:
        parts = PurePath(path).parts
        named = parts[0] if len(parts) > 1 and RELEASE.fullmatch(parts[0]) else ""
        response = await super().get_response(str(PurePath(*parts[bool(named) :])), scope)
        response.headers["cache-control"] = FOR_EVER if named == release() else ASK_AGAIN
        if PurePath(path).suffix not in TEXT:
            return response
        response.headers["vary"] = "accept-encoding"
        if isinstance(response, FileResponse) and _takes_gzip(Headers(scope=scope)):
            return await _packed_answer(response, is_head=scope["method"] == "HEAD")
        return response


def _takes_gzip(headers: Headers) -> bool:
    """A part of a file is a part of the file as it is, not of its compressed form."""
    if "range" in headers:
        return False
    for offer in headers.get("accept-encoding", "").split(","):
        coding, _, weight = offer.partition(";")
        if coding.strip().casefold() == "gzip":
            return re.fullmatch(r"\s*q=0(\.0*)?\s*", weight) is None
    return False


async def _packed_answer(plain: FileResponse, *, is_head: bool) -> Response:
    """The same in fewer bytes. Its ETag is weak: the same content in other bytes."""
    body = await to_thread.run_sync(_packed, str(plain.path), plain.headers["etag"])
    headers = {name: plain.headers[name] for name in KEPT}
    headers |= {
        "content-encoding": "gzip",
        "content-length": str(len(body)),
        "etag": f"W/{plain.headers['etag']}",
    }
    return Response(b"" if is_head else body, headers=headers)


@lru_cache(PACKED_MAX)
def _packed(path: str, etag: str) -> bytes:
    """`etag`: of the file as it is now."""
    del etag
    with open(path, "rb") as file:
        return gzip.compress(file.read(), compresslevel=9, mtime=0)
