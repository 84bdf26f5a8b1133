"""The API of the audience: become a viewer, comment; and the words that are counted."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.ids import ShowId, is_id
from live.errors import NotFound, Recovering
from live.features.accounts.actions import require
from live.features.accounts.actions.audience import limit, new_viewer, viewer_of
from live.features.comments import actions, forms
from live.features.comments.presenters import comment_json, posted_json
from live.features.shows.actions import find as find_show
from live.runtime import runtime_of
from live.store import comments
from live.web.body import read_json


async def join(request: Request) -> Response:
    limit(request, "viewer")
    name = forms.display_name(await read_json(request, may_be_empty=True))
    viewer_id, token = new_viewer(request, name)
    return JSONResponse({"id": viewer_id, "token": token}, 201)


async def said(request: Request) -> Response:
    """GET: what was said, for the crew. POST: a viewer says something."""
    return await (post if request.method == "POST" else listing)(request)


async def listing(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    await require(request, Permission.COMMENT_MODERATE, show.room_id)
    view, after, limit = forms.page_of_comments(request.query_params)
    async with runtime.db.read() as session:
        rows = await comments.list_comments(session, show.id, view, after, limit)
    following = str(rows[-1].seq) if len(rows) == limit else None
    return JSONResponse({"comments": [comment_json(row) for row in rows], "next": following})


async def post(request: Request) -> Response:
    runtime = runtime_of(request)
    viewer = await viewer_of(request)
    limit(request, "comment", viewer.id)
    text = forms.comment_text(await read_json(request))
    show_id = request.path_params["show_id"]
    if not is_id(show_id):
        raise NotFound("There is no such show.")
    try:
        posted = await actions.post(ShowId(show_id), text, viewer, chat=runtime.chat)
    except Recovering:  # Redis has no such show; neither may SQL
        await find_show(show_id, db=runtime.db)
        raise
    return JSONResponse(posted_json(posted), 201)


async def words(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    actor = await require(request, Permission.SHOW_RUN, show.room_id)
    wanted = forms.watched_words(await read_json(request))
    await actions.watch_words(
        ShowId(show.id), wanted,
        by=actor, db=runtime.db, rulebook=runtime.rulebook, log=runtime.log, facts=runtime.facts,
    )  # fmt: skip
    return JSONResponse({"words": wanted})


async def reply(request: Request) -> Response:
    """One of the crew, in the shop's name."""
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    actor = await require(request, Permission.COMMENT_MODERATE, show.room_id)
    text = forms.comment_text(await read_json(request))
    posted = await actions.reply(
        show, text, by=actor, chat=runtime.chat, db=runtime.db, log=runtime.log
    )
    return JSONResponse(posted_json(posted), 201)


routes = [
    Route("/viewers", join, methods=["POST"]),
    Route("/shows/{show_id}/comments", said, methods=["GET", "POST"]),
    Route("/shows/{show_id}/replies", reply, methods=["POST"]),
    Route("/shows/{show_id}/words", words, methods=["PUT"]),
]
