"""Pictures of products: `POST /api/v1/shows/{id}/pictures` takes one in, `/pictures/…` serves it."""

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.pictures import is_kept, small_of
from live.errors import Invalid, NotFound
from live.features.accounts.actions import require
from live.features.accounts.actions.audience import limit
from live.features.products import actions
from live.features.shows.actions import find as find_show
from live.runtime import runtime_of
from live.web.body import PICTURE_MAX, read_bytes, read_form
from live.web.fields import field_error
from live.web.static_files import FOR_EVER


async def keep(request: Request) -> Response:
    """The file is the body itself, or the form field `file`. Pages send it here, too, by another address."""
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    actor = await require(request, Permission.SHOW_EDIT, show.room_id)
    limit(request, "picture", actor.id)
    address = await actions.keep_picture(await _sent(request), pictures=runtime.pictures)
    return JSONResponse({"image_url": address, "small_url": small_of(address)}, 201)


async def _sent(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await read_bytes(request, PICTURE_MAX)
    form = await read_form(request, file_max_bytes=PICTURE_MAX)
    if "file" not in form.files:
        raise Invalid([field_error("file", "required")])
    return form.files["file"].content


async def picture(request: Request) -> Response:
    """A file that never changes, under a name that nobody guesses."""
    name = request.path_params["name"]
    path = runtime_of(request).pictures.folder / name
    if not is_kept(name) or not path.is_file():
        raise NotFound("There is no such picture.")
    return FileResponse(path, media_type="image/webp", headers={"cache-control": FOR_EVER})


api = [Route("/shows/{show_id}/pictures", keep, methods=["POST"])]
pages = [
    Route("/shows/{show_id}/pictures", keep, methods=["POST"]),
    Route("/pictures/{name}", picture),
]
