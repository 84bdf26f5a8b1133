"""The API of the audience: become a viewer, comment."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.ids import ShowId, is_id
from live.errors import NotFound, Recovering
from live.features.accounts.actions.audience import limit, new_viewer, viewer_of
from live.features.comments import actions, forms
from live.features.shows.actions import find as find_show
from live.runtime import runtime_of
from live.web.body import read_json


async def join(request: Request) -> Response:
    limit(request, "viewer")
    name = forms.display_name(await read_json(request, may_be_empty=True))
    viewer_id, token = new_viewer(request, name)
    return JSONResponse({"id": viewer_id, "token": token}, 201)


async def post(request: Request) -> Response:
    runtime = runtime_of(request)
    viewer = await viewer_of(request)
    limit(request, "comment", viewer.id)
    text = forms.comment_text(await read_json(request))
    show_id = request.path_params["show_id"]
    if not is_id(show_id):
        raise NotFound("There is no such show.")
    try:
        comment_id = await actions.post(ShowId(show_id), text, viewer, log=runtime.log)
    except Recovering:  # Redis has no such show; neither may SQL
        await find_show(show_id, db=runtime.db)
        raise
    return JSONResponse({"id": comment_id}, 201)


routes = [
    Route("/viewers", join, methods=["POST"]),
    Route("/shows/{show_id}/comments", post, methods=["POST"]),
]
