"""What set-up does with lines of the line-up in their place: one cell, or all that are picked."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from live.domain.access import Actor, Permission
from live.domain.catalogue import item_name
from live.domain.ids import ShowId
from live.domain.line_up import Planned
from live.errors import ChangedMeanwhile, Conflict, Invalid, found
from live.features.accounts.actions import require
from live.features.products import actions as products
from live.features.products.forms import LineChange, bulk_changes, cell_change
from live.features.screens.routes.common import boards_of, crew, said
from live.runtime import runtime_of
from live.store.shows import Show
from live.web.body import LINES_JSON_MAX, read_form
from live.web.doubts import doubt_in
from live.web.errors import TOASTS
from live.web.fields import reason_in
from live.web.language import language_of
from live.web.render import draw
from live.web.words import translate

_PLACE = re.compile(r"items\.(\d+)\.")
SURE = "X-Doubts"  # of an answer that asks first: what is to be sent back as `sure`


async def row(request: Request) -> Response:
    """One line as it stands now."""
    show, _ = await crew(request, Permission.SHOW_EDIT)
    return await _row(request, show, request.path_params["item_id"])


async def _row(request: Request, show: Show, item_id: str) -> Response:
    board = await boards_of(request).board(show.id, fresh=True)
    item = found(next((one for one in board.items if one.id == item_id), None), "item")
    csrf = str(request.scope.get("live.csrf", ""))
    lang = language_of(request)
    text = draw("products/_row.html", lang, board=board, item=item, chosen=None, csrf_token=csrf)
    return HTMLResponse(text)


async def cell(request: Request) -> Response:
    """The line with its cell changed. What is probably a slip is asked about first: 422, and the same sent
    again with `sure` is meant."""
    show, actor = await _editor(request)
    form = (await read_form(request)).fields
    item_id, name = request.path_params["item_id"], form.get("name", "")
    change = cell_change(form, item_id, show.currency)
    try:
        [planned] = await _change(request, show, actor, [change], is_preview=True)
        if planned.doubts and form.get("sure") != " ".join(planned.doubts):
            return _ask(request, show, planned, name)
        await _change(request, show, actor, [change])
    except Invalid as error:
        return _wrong(request, name, [reason_in(language_of(request), e) for e in error.errors])
    except Conflict as error:
        text = translate(language_of(request), f"errors.{error.code}", **error.values)
        return _wrong(request, name, [text])
    return await _row(request, show, item_id)


def _ask(request: Request, show: Show, planned: Planned, name: str) -> Response:
    told = list(_sentences(request, show, planned))
    told.append(translate(language_of(request), "cells.sure"))
    answer = _wrong(request, name, told)
    answer.headers[SURE] = " ".join(planned.doubts)
    return answer


def _sentences(request: Request, show: Show, planned: Planned) -> Sequence[str]:
    line, lang = planned.after or planned.before, language_of(request)
    return [
        doubt_in(lang, code, line.list_price, line.stock, show.currency) for code in planned.doubts
    ]


def _wrong(request: Request, name: str, reasons: Sequence[str]) -> Response:
    """At the cell, in words."""
    lang = language_of(request)
    text = translate(lang, "common.then").join(reasons)
    context = {"message": text, "fields": {name: text}, "retry_after": None, "request_id": ""}
    return HTMLResponse(draw("errors/_toast.html", lang, **context), 422, headers=TOASTS)


async def preview(request: Request) -> Response:
    """What the form for many lines would do, while it is filled in; and of which lines it cannot be done, and why."""
    show, actor = await _editor(request)
    form = (await read_form(request, LINES_JSON_MAX)).fields
    lang, errors, refused = language_of(request), list[str](), list[tuple[str, str, str]]()
    planned: list[Planned] = []
    changes: list[LineChange] = []
    names = await _names(request, show)
    try:
        changes = bulk_changes(form, names, show.currency)
        planned = await _change(request, show, actor, changes, is_preview=True) if changes else []
    except Invalid as error:
        errors, refused = _refused(lang, error, [one.id for one in changes], names)
    except (Conflict, ChangedMeanwhile) as error:
        text = translate(lang, f"errors.{error.code}", **error.values)
        item_id = str(error.members.get("item_id", ""))
        if item_id in names:
            refused = [(text, names[item_id], item_id)]
        else:
            errors = [text]
    context: Mapping[str, object] = {
        "planned": planned,
        "without": [
            item_name(one.before.title, one.before.variant)
            for one in planned
            if one.before.sale is None and not one.is_other
        ],
        "errors": errors,
        "refused": refused,
        "doubts": _grouped(lang, _doubts(request, show, planned)),
        "sure": _sure(planned),
        "currency": show.currency,
    }
    return HTMLResponse(draw("products/_bulk_preview.html", lang, **context))


async def bulk(request: Request) -> Response:
    show, actor = await _editor(request)
    form = (await read_form(request, LINES_JSON_MAX)).fields
    changes = bulk_changes(form, await _names(request, show), show.currency)
    planned = await _change(request, show, actor, changes, is_preview=True) if changes else []
    if _sure(planned) and form.get("sure") != _sure(planned):
        raise Conflict("Something in it is probably a slip: say that it is meant.", code="doubtful")
    if planned:
        await _change(request, show, actor, changes)
    lang = language_of(request)
    text = translate(lang, "bulk.done", n=sum(one.is_other for one in planned))
    if made := sum(one.makes_sale for one in planned):
        text += translate(lang, "acts.comma") + translate(lang, "bulk.makes", n=made)
    return said(request, f"/shows/{show.id}/setup", text)


async def remove(request: Request) -> Response:
    """All picked lines, or none of them."""
    show, actor = await _editor(request)
    form = (await read_form(request, LINES_JSON_MAX)).fields
    changes = [
        LineChange(one.partition(":")[0], seen=one.split(":")[1], is_removed=True)
        for one in form.get("seen", "").split()
        if one.count(":") == 2
    ]
    if changes:
        await _change(request, show, actor, changes)
    text = translate(language_of(request), "bulk.removed", n=len(changes))
    return said(request, f"/shows/{show.id}/setup", text)


async def _editor(request: Request) -> tuple[Show, Actor]:
    show, actor = await crew(request, Permission.SHOW_EDIT)
    await require(request, Permission.OFFER_EDIT, show.room_id)
    return show, actor


async def _change(
    request: Request,
    show: Show,
    actor: Actor,
    changes: Sequence[LineChange],
    *,
    is_preview: bool = False,
) -> list[Planned]:
    runtime = runtime_of(request)
    return await products.change(
        ShowId(show.id), changes,
        hold_s=runtime.settings.hold_default_s, is_preview=is_preview, by=actor, db=runtime.db,
        stock=runtime.stock, log=runtime.log, now=runtime.clock.now(),
    )  # fmt: skip


async def _names(request: Request, show: Show) -> dict[str, str]:
    """All items of the show by id."""
    rows, _ = await products.line_up(ShowId(show.id), db=runtime_of(request).db)
    return {row.id: item_name(row.title, row.variant) for row in rows}


def _sure(planned: Sequence[Planned]) -> str:
    """What has to be confirmed: as it is, and no more."""
    return " ".join(f"{one.id}:{code}" for one in planned for code in one.doubts)


def _doubts(
    request: Request, show: Show, planned: Sequence[Planned]
) -> Iterator[tuple[str, str, str]]:
    for one in planned:
        for sentence in _sentences(request, show, one):
            yield sentence, item_name(one.before.title, one.before.variant), one.id


def _refused(
    lang: str, error: Invalid, ids: Sequence[str], names: Mapping[str, str]
) -> tuple[list[str], list[tuple[str, str, str]]]:
    """What is wrong with the form; and with lines, by what is wrong: `items.0.sale.quantity`."""
    errors, lines = list[str](), list[tuple[str, str, str]]()
    for wrong in error.errors:
        name = translate(lang, f"bulk.field.{wrong.field.rpartition('.')[2]}")
        text = translate(lang, "errors.of_field", field=name, reason=reason_in(lang, wrong))
        if found := _PLACE.match(wrong.field):
            item_id = ids[int(found[1])]
            lines.append((text, names[item_id], item_id))
        else:
            errors.append(text)
    return errors, _grouped(lang, lines)


def _grouped(lang: str, told: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Each sentence once, with the names and ids of the lines that it is about."""
    comma, grouped = translate(lang, "acts.comma"), dict[str, list[tuple[str, str]]]()
    for sentence, name, item_id in told:
        grouped.setdefault(sentence, []).append((name, item_id))
    return [
        (sentence, comma.join(name for name, _ in those), " ".join(one for _, one in those))
        for sentence, those in grouped.items()
    ]


routes = [
    Route("/shows/{show_id}/items/bulk", bulk, methods=["POST"]),
    Route("/shows/{show_id}/items/bulk/preview", preview, methods=["POST"]),
    Route("/shows/{show_id}/items/bulk/remove", remove, methods=["POST"]),
    Route("/shows/{show_id}/items/{item_id}/row", row),
    Route("/shows/{show_id}/items/{item_id}/cell", cell, methods=["POST"]),
]
