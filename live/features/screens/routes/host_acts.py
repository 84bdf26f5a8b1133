"""What goes between control room and host, as their pages do it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.ids import ShowId
from live.features.hosts import actions as hosts
from live.features.hosts import forms
from live.features.screens.routes import host_side
from live.features.screens.routes.common import after, crew, said
from live.runtime import runtime_of
from live.web.body import read_form
from live.web.language import language_of
from live.web.words import translate


async def send_cue(request: Request) -> Response:
    show, actor = await crew(request, Permission.CUE_SEND)
    text = forms.cue_text((await read_form(request)).fields, is_form=True)
    cue_id = await hosts.send_cue(ShowId(show.id), text, by=actor, log=runtime_of(request).log)
    undo = (f"/shows/{show.id}/cues/{cue_id}/drop", dict[str, str]())
    done = translate(language_of(request), "cues.sent", text=text)
    return said(request, f"/shows/{show.id}/control", done, undo=[undo])


async def see_cue(request: Request) -> Response:
    return await _by_host(request, "seen")


async def acknowledge_cue(request: Request) -> Response:
    return await _by_host(request, "ack")


async def _by_host(request: Request, verb: str) -> Response:
    show, actor = await crew(request, Permission.CUE_ACK)
    await host_side.move_cue(request, show, actor, verb)
    return after(request, f"/shows/{show.id}/host")


async def drop_cue(request: Request) -> Response:
    show, actor = await crew(request, Permission.CUE_SEND)
    cue = await host_side.move_cue(request, show, actor, "drop")
    done = translate(language_of(request), "cues.dropped", text=cue.text)
    return said(request, f"/shows/{show.id}/control", done)


async def send_ask(request: Request) -> Response:
    show, actor = await crew(request, Permission.CUE_SEND)
    comment = forms.comment_id((await read_form(request)).fields, is_form=True)
    ask = await host_side.send_ask(request, show, actor, comment)
    undo = (f"/shows/{show.id}/asks/{comment}/drop", dict[str, str]())
    done = translate(language_of(request), "asks.sent", text=ask.text)
    return said(request, f"/shows/{show.id}/control", done, undo=[undo])


async def drop_ask(request: Request) -> Response:
    show, actor = await crew(request, Permission.CUE_SEND)
    ask = await host_side.move_ask(request, show, actor, "drop")
    done = translate(language_of(request), "asks.dropped", text=ask.text)
    return said(request, f"/shows/{show.id}/control", done)


async def answer_ask(request: Request) -> Response:
    show, actor = await crew(request, Permission.CUE_ACK)
    await host_side.move_ask(request, show, actor, "done")
    return after(request, f"/shows/{show.id}/host")


routes = [
    Route("/shows/{show_id}/cues", send_cue, methods=["POST"]),
    Route("/shows/{show_id}/cues/{cue_id}/seen", see_cue, methods=["POST"]),
    Route("/shows/{show_id}/cues/{cue_id}/ack", acknowledge_cue, methods=["POST"]),
    Route("/shows/{show_id}/cues/{cue_id}/drop", drop_cue, methods=["POST"]),
    Route("/shows/{show_id}/asks", send_ask, methods=["POST"]),
    Route("/shows/{show_id}/asks/{comment_id}/done", answer_ask, methods=["POST"]),
    Route("/shows/{show_id}/asks/{comment_id}/drop", drop_ask, methods=["POST"]),
]
