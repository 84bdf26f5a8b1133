"""The API of what goes between control room and host: cues, questions, the host's devices."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.ids import ShowId
from live.features.hosts import actions as hosts
from live.features.hosts import forms
from live.features.hosts.presenters import ask_json, cue_json
from live.features.screens.presenters.host_views import AskView, CueView
from live.features.screens.routes import host_side
from live.features.screens.routes.common import boards_of, crew, origin_of
from live.features.shows.presenters import iso
from live.runtime import runtime_of
from live.web.body import read_json


async def cues(request: Request) -> Response:
    if request.method == "POST":
        return await _send_cue(request)
    show, _ = await crew(request, Permission.CUE_ACK)
    board = await boards_of(request).board(show.id, fresh=True)
    return JSONResponse({"cues": [_cue(cue) for cue in board.host.open_cues]})


async def _send_cue(request: Request) -> Response:
    show, actor = await crew(request, Permission.CUE_SEND)
    text = forms.cue_text(await read_json(request))
    cue_id = await hosts.send_cue(ShowId(show.id), text, by=actor, log=runtime_of(request).log)
    return JSONResponse({"id": cue_id}, 201)


async def see_cue(request: Request) -> Response:
    return await _move_cue(request, "seen", Permission.CUE_ACK)


async def acknowledge_cue(request: Request) -> Response:
    return await _move_cue(request, "ack", Permission.CUE_ACK)


async def drop_cue(request: Request) -> Response:
    return await _move_cue(request, "drop", Permission.CUE_SEND)


async def _move_cue(request: Request, verb: str, permission: Permission) -> Response:
    show, actor = await crew(request, permission)
    return JSONResponse(_cue(await host_side.move_cue(request, show, actor, verb)))


async def asks(request: Request) -> Response:
    if request.method == "POST":
        return await _send_ask(request)
    show, _ = await crew(request, Permission.CUE_ACK)
    board = await boards_of(request).board(show.id, fresh=True)
    return JSONResponse({"asks": [_ask(ask) for ask in board.host.open_asks]})


async def _send_ask(request: Request) -> Response:
    show, actor = await crew(request, Permission.CUE_SEND)
    comment = forms.comment_id(await read_json(request))
    return JSONResponse(_ask(await host_side.send_ask(request, show, actor, comment)), 201)


async def answer_ask(request: Request) -> Response:
    return await _move_ask(request, "done", Permission.CUE_ACK)


async def drop_ask(request: Request) -> Response:
    return await _move_ask(request, "drop", Permission.CUE_SEND)


async def _move_ask(request: Request, verb: str, permission: Permission) -> Response:
    show, actor = await crew(request, permission)
    return JSONResponse(_ask(await host_side.move_ask(request, show, actor, verb)))


async def links(request: Request) -> Response:
    if request.method == "POST":
        return await _make_link(request)
    show, _ = await crew(request, Permission.HOST_LINK)
    board = await boards_of(request).board(show.id, fresh=True)
    devices = [
        {
            "id": one.link,
            "device": one.device,
            "by": one.by,
            "at": iso(one.at),
            "until": iso(one.until),
        }
        for one in board.host.devices
    ]
    return JSONResponse({"devices": devices})


async def _make_link(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.HOST_LINK)
    link = await hosts.make_link(
        ShowId(show.id), by=actor, db=runtime.db, log=runtime.log, now=runtime.clock.now()
    )
    url = f"{origin_of(request)}/h/{link.token}"
    return JSONResponse({"id": link.id, "url": url, "expires_at": iso(link.expires_at)}, 201)


async def revoke_link(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.HOST_LINK)
    link = await hosts.revoke_link(
        ShowId(show.id), request.path_params["link_id"],
        by=actor, db=runtime.db, log=runtime.log, now=runtime.clock.now(),
    )  # fmt: skip
    return JSONResponse({"id": link.id, "revoked_at": iso(link.revoked_at)})


def _cue(cue: CueView) -> dict[str, object]:
    return cue_json(cue.id, cue.text, cue.by, cue.at, cue.seen_at, cue.acked_at, cue.dropped_at)


def _ask(ask: AskView) -> dict[str, object]:
    return ask_json(
        ask.comment, ask.name, ask.text, ask.by, ask.at, ask.answered_at, ask.dropped_at, ask.tip
    )


routes = [
    Route("/shows/{show_id}/cues", cues, methods=["GET", "POST"]),
    Route("/shows/{show_id}/cues/{cue_id}/seen", see_cue, methods=["POST"]),
    Route("/shows/{show_id}/cues/{cue_id}/ack", acknowledge_cue, methods=["POST"]),
    Route("/shows/{show_id}/cues/{cue_id}/drop", drop_cue, methods=["POST"]),
    Route("/shows/{show_id}/asks", asks, methods=["GET", "POST"]),
    Route("/shows/{show_id}/asks/{comment_id}/done", answer_ask, methods=["POST"]),
    Route("/shows/{show_id}/asks/{comment_id}/drop", drop_ask, methods=["POST"]),
    Route("/shows/{show_id}/host-links", links, methods=["GET", "POST"]),
    Route("/shows/{show_id}/host-links/{link_id}/revoke", revoke_link, methods=["POST"]),
]
