"""The API of comments."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.ids import ShowId
from live.features.accounts.actions import limit, viewer_of
from live.features.comments import actions, forms
from live.features.shows.actions import find as find_show
from live.runtime import runtime_of
from live.web.body import read_json


async def post(request: Request) -> Response:
    runtime = runtime_of(request)
    viewer = viewer_of(request)
    limit(request, "comment", viewer.id)
    text = forms.comment_text(await read_json(request))
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    comment_id = await actions.post(ShowId(show.id), text, viewer, log=runtime.log)
    return JSONResponse({"id": comment_id}, 201)


routes = [Route("/shows/{show_id}/comments", post, methods=["POST"])]
