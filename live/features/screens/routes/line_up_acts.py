"""What the forms around a line-up do that is used again: copy a show, paste text, keep and take templates."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.pasted import doubts_of
from live.errors import Conflict, Invalid
from live.features.line_ups import actions, forms
from live.features.screens.routes.common import crew
from live.features.screens.routes.desk import setup_page
from live.features.screens.routes.desk_acts import reasons
from live.features.shows.forms import copied_facts
from live.runtime import runtime_of
from live.store.shows import Show
from live.web.body import read_form
from live.web.doubts import doubt_in
from live.web.fields import field_error
from live.web.language import language_of
from live.web.render import draw
from live.web.words import translate


async def clone(request: Request) -> Response:
    """On to the set-up of the new show: its time is still to be said."""
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_EDIT)
    now = runtime.clock.now()
    facts = copied_facts((await read_form(request)).fields, show, now, is_form=True)
    made, less = await actions.clone(
        show, facts,
        by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log, rulebook=runtime.rulebook, now=now,
    )  # fmt: skip
    return _back(made, "cloned_left" if less else "cloned")


async def preview(request: Request) -> Response:
    """What the text comes to, while it is typed."""
    runtime = runtime_of(request)
    show, _ = await crew(request, Permission.SHOW_EDIT)
    text = (await read_form(request)).fields.get("text", "")
    lines, unread = await actions.paste(
        show, text[: forms.TEXT_MAX], runtime.settings.hold_default_s, db=runtime.db
    )
    lang = language_of(request)
    doubts = [
        [
            doubt_in(lang, code, line.list_price, line.stock, show.currency)
            for code in doubts_of(line)
        ]
        for line in lines
    ]
    context = {"lines": lines, "doubts": doubts, "unread": unread, "currency": show.currency}
    return HTMLResponse(draw("products/_pasted.html", lang, **context))


async def paste(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_EDIT)
    form = (await read_form(request)).fields
    try:
        text = forms.pasted_text(form, is_form=True)
        lines, unread = await actions.paste(
            show, text, runtime.settings.hold_default_s, db=runtime.db
        )
        if unread:
            raise Invalid(
                [field_error("text", f"pasted_{unread[0].reason}", line=unread[0].number)]
            )
        await actions.add(
            show, lines,
            currency=show.currency, by=actor, db=runtime.db, log=runtime.log, now=runtime.clock.now(),
        )  # fmt: skip
    except Invalid as error:
        return await setup_page(
            request, show, form=form, errors=reasons(request, error), which="paste"
        )
    return _back(show, "pasted")


async def save(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_EDIT)
    form = (await read_form(request)).fields
    try:
        name = forms.template_name(form, is_form=True)
        await actions.save(
            show, name,
            by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log, now=runtime.clock.now(),
        )  # fmt: skip
    except Invalid as error:
        return await setup_page(
            request, show, form=form, errors=reasons(request, error), which="template"
        )
    return _back(show, "template")


async def apply(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_EDIT)
    form = (await read_form(request)).fields
    try:
        line_up = forms.template_id(form, is_form=True)
        await actions.apply(
            line_up, show, by=actor, db=runtime.db, log=runtime.log, now=runtime.clock.now()
        )
    except Conflict as error:
        text = translate(language_of(request), f"errors.{error.code}", **error.values)
        return await setup_page(request, show, form=form, errors={"line_up": text}, which="apply")
    except Invalid as error:
        return await setup_page(
            request, show, form=form, errors=reasons(request, error), which="apply"
        )
    return _back(show, "pasted")


async def remove(request: Request) -> Response:
    """Of a template of the show's own room."""
    runtime = runtime_of(request)
    show, _ = await crew(request, Permission.SHOW_EDIT)
    row = await actions.find(request.path_params["line_up_id"], db=runtime.db)
    if row.room_id == show.room_id:
        await actions.remove(row.id, db=runtime.db)
    return _back(show, "template_gone")


def _back(show: Show, said: str) -> Response:
    return RedirectResponse(f"/shows/{show.id}/setup?said={said}#line-up", status_code=303)


routes = [
    Route("/shows/{show_id}/clone", clone, methods=["POST"]),
    Route("/shows/{show_id}/paste", paste, methods=["POST"]),
    Route("/shows/{show_id}/paste/preview", preview, methods=["POST"]),
    Route("/shows/{show_id}/line-ups", save, methods=["POST"]),
    Route("/shows/{show_id}/line-ups/{line_up_id}/remove", remove, methods=["POST"]),
    Route("/shows/{show_id}/line-up", apply, methods=["POST"]),
]
