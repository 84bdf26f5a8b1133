"""The quick cues: the buttons of the control room, their dialog, and their API."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from live.domain.access import Permission
from live.features.hosts import actions as hosts
from live.features.hosts import forms
from live.features.screens.routes.common import crew
from live.runtime import runtime_of
from live.web.body import read_form, read_json
from live.web.marks import seen_mark
from live.web.render import render
from live.web.resource import resource


async def dialog(request: Request) -> Response:
    show, _ = await crew(request, Permission.CUE_SEND)
    texts = await hosts.quick_cues(show.room_id, db=runtime_of(request).db)
    context = {"show_id": show.id, "quick": texts, "mark": hosts.quick_mark(texts)}
    return render(request, "shows/_quick_form.html", context)


async def save(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.CUE_SEND)
    form = (await read_form(request)).fields
    texts = forms.typed_quick_cues(form)
    await hosts.set_quick_cues(
        show, texts, seen=form.get("seen"), by=actor, db=runtime.db, log=runtime.log
    )
    return render(request, "shows/_quick.html", {"show_id": show.id, "quick": texts})


async def listed(request: Request) -> Response:
    show, _ = await crew(request, Permission.CUE_SEND)
    return _told(await hosts.quick_cues(show.room_id, db=runtime_of(request).db))


async def put(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.CUE_SEND)
    texts = forms.quick_cues(await read_json(request))
    await hosts.set_quick_cues(
        show, texts, seen=seen_mark(request), by=actor, db=runtime.db, log=runtime.log
    )
    return _told(texts)


def _told(texts: Sequence[str]) -> Response:
    return JSONResponse({"texts": texts, "mark": hosts.quick_mark(texts)})


routes = [
    resource("/shows/{show_id}/quick-cues", GET=dialog, POST=save),
]
api_routes = [
    resource("/shows/{show_id}/quick-cues", GET=listed, PUT=put),
]
