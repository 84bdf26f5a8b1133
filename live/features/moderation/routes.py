"""The API of moderation: one comment, who says it, the chat's rules."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.access import Actor, Permission
from live.domain.ids import ShowId
from live.domain.moderation import Standing
from live.features.accounts.actions import require
from live.features.moderation import actions, forms
from live.features.moderation.presenters import rules_json, standing_json
from live.features.shows.actions import find as find_show
from live.runtime import Runtime, runtime_of
from live.web.body import read_json


async def _crew(request: Request) -> tuple[Runtime, ShowId, Actor]:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    actor = await require(request, Permission.COMMENT_MODERATE, show.room_id)
    return runtime, ShowId(show.id), actor


async def hide(request: Request) -> Response:
    return await _decide(request, actions.hide, {"state": "hidden"})


async def show(request: Request) -> Response:
    return await _decide(request, actions.show, {"state": "shown"})


async def pin(request: Request) -> Response:
    return await _decide(request, actions.pin, {"pinned": True})


async def _decide(
    request: Request, act: Callable[..., Awaitable[None]], answer: dict[str, object]
) -> Response:
    runtime, show_id, actor = await _crew(request)
    comment_id = request.path_params["comment_id"]
    await act(
        show_id, comment_id,
        by=actor, chat=runtime.chat, log=runtime.log, facts=runtime.facts, db=runtime.db,
    )  # fmt: skip
    return JSONResponse({"id": comment_id, **answer})


async def unpin(request: Request) -> Response:
    runtime, show_id, actor = await _crew(request)
    await actions.unpin(show_id, by=actor, chat=runtime.chat, log=runtime.log)
    return JSONResponse({"pinned": False})


async def approve(request: Request) -> Response:
    runtime, show_id, actor = await _crew(request)
    up_to = forms.up_to(await read_json(request))
    count = await actions.approve(
        show_id, up_to,
        by=actor, chat=runtime.chat, log=runtime.log, facts=runtime.facts, db=runtime.db,
    )  # fmt: skip
    return JSONResponse({"up_to": up_to, "approved": count})


async def hide_all(request: Request) -> Response:
    runtime, show_id, actor = await _crew(request)
    viewer = request.path_params["viewer_id"]
    hidden = await actions.hide_all(
        show_id, viewer,
        by=actor, chat=runtime.chat, log=runtime.log, facts=runtime.facts, db=runtime.db,
    )  # fmt: skip
    return JSONResponse({"viewer": viewer, "hidden": hidden})


async def bring_back(request: Request) -> Response:
    runtime, show_id, actor = await _crew(request)
    ids = forms.comment_ids(await read_json(request))
    count = await actions.bring_back(
        show_id, ids,
        by=actor, chat=runtime.chat, log=runtime.log, facts=runtime.facts, db=runtime.db,
    )  # fmt: skip
    return JSONResponse({"shown": count})


async def mute(request: Request) -> Response:
    runtime, show_id, actor = await _crew(request)
    seconds, name = forms.mute(await read_json(request))
    viewer = request.path_params["viewer_id"]
    standing = await actions.mute(
        show_id, viewer, name, seconds, by=actor, chat=runtime.chat, log=runtime.log
    )
    return JSONResponse(standing_json(viewer, standing))


async def ban(request: Request) -> Response:
    return await _judge(request, actions.ban)


async def shadow_ban(request: Request) -> Response:
    return await _judge(request, actions.shadow_ban)


async def free(request: Request) -> Response:
    return await _judge(request, actions.free)


async def _judge(request: Request, act: Callable[..., Awaitable[Standing]]) -> Response:
    runtime, show_id, actor = await _crew(request)
    name = forms.viewer_name(await read_json(request, may_be_empty=True))
    viewer = request.path_params["viewer_id"]
    standing = await act(show_id, viewer, name, by=actor, chat=runtime.chat, log=runtime.log)
    return JSONResponse(standing_json(viewer, standing))


async def rules(request: Request) -> Response:
    runtime, show_id, actor = await _crew(request)
    if request.method != "PUT":
        return JSONResponse(rules_json((await runtime.rulebook.read(show_id)).chat))
    values = await read_json(request, forms.BODY_MAX)
    changed = await actions.set_rules(
        show_id, lambda before: forms.chat_rules(values, before),
        by=actor, rulebook=runtime.rulebook, log=runtime.log, facts=runtime.facts, db=runtime.db,
    )  # fmt: skip
    return JSONResponse(rules_json(changed))


routes = [
    Route("/shows/{show_id}/comments/unpin", unpin, methods=["POST"]),
    Route("/shows/{show_id}/comments/approve", approve, methods=["POST"]),
    Route("/shows/{show_id}/comments/bring-back", bring_back, methods=["POST"]),
    Route("/shows/{show_id}/comments/{comment_id}/hide", hide, methods=["POST"]),
    Route("/shows/{show_id}/comments/{comment_id}/show", show, methods=["POST"]),
    Route("/shows/{show_id}/comments/{comment_id}/pin", pin, methods=["POST"]),
    Route("/shows/{show_id}/viewers/{viewer_id}/mute", mute, methods=["POST"]),
    Route("/shows/{show_id}/viewers/{viewer_id}/ban", ban, methods=["POST"]),
    Route("/shows/{show_id}/viewers/{viewer_id}/shadow-ban", shadow_ban, methods=["POST"]),
    Route("/shows/{show_id}/viewers/{viewer_id}/free", free, methods=["POST"]),
    Route("/shows/{show_id}/viewers/{viewer_id}/hide-comments", hide_all, methods=["POST"]),
    Route("/shows/{show_id}/chat-rules", rules, methods=["GET", "PUT"]),
]
