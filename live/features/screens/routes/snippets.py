"""The room's short texts, cues to the host and replies to viewers: their dialogs, and their API."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from live.domain.access import Permission
from live.domain.snippets import CUES, REPLIES, Snippets
from live.features.screens.routes.common import boards_of, crew
from live.features.shows import actions, forms
from live.runtime import runtime_of
from live.web.body import read_form, read_json
from live.web.language import language_of
from live.web.marks import seen_mark
from live.web.render import draw, render
from live.web.resource import resource

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class _Doors:
    """Of one list: who may, and what it is drawn by."""

    which: Snippets
    permission: Permission
    form: str
    buttons: str

    async def dialog(self, request: Request) -> Response:
        show, _ = await crew(request, self.permission)
        texts = await actions.snippets_of(show.room_id, self.which, db=runtime_of(request).db)
        mark = actions.snippets_mark(texts)
        return render(request, self.form, {"show_id": show.id, "quick": texts, "mark": mark})

    async def save(self, request: Request) -> Response:
        runtime = runtime_of(request)
        show, actor = await crew(request, self.permission)
        form = (await read_form(request)).fields
        texts = forms.typed_snippets(form, self.which)
        await actions.set_snippets(
            show, self.which, texts,
            seen=form.get("seen"), by=actor, db=runtime.db, log=runtime.log,
        )  # fmt: skip
        board = await boards_of(request).board(show.id, fresh=True)
        return HTMLResponse(draw(self.buttons, language_of(request), board=board))

    async def listed(self, request: Request) -> Response:
        show, _ = await crew(request, self.permission)
        return _told(await actions.snippets_of(show.room_id, self.which, db=runtime_of(request).db))

    async def put(self, request: Request) -> Response:
        runtime = runtime_of(request)
        show, actor = await crew(request, self.permission)
        texts = forms.snippets(await read_json(request), self.which)
        await actions.set_snippets(
            show, self.which, texts,
            seen=seen_mark(request), by=actor, db=runtime.db, log=runtime.log,
        )  # fmt: skip
        return _told(texts)


def _told(texts: Sequence[str]) -> Response:
    return JSONResponse({"texts": texts, "mark": actions.snippets_mark(texts)})


_CUES = _Doors(CUES, Permission.CUE_SEND, "shows/_quick_form.html", "shows/_quick.html")
_REPLIES = _Doors(
    REPLIES, Permission.COMMENT_MODERATE, "comments/_quick_form.html", "comments/_quick.html"
)
_AT = {"/shows/{show_id}/quick-cues": _CUES, "/shows/{show_id}/quick-replies": _REPLIES}

routes = [resource(path, GET=at.dialog, POST=at.save) for path, at in _AT.items()]
api_routes = [resource(path, GET=at.listed, PUT=at.put) for path, at in _AT.items()]
