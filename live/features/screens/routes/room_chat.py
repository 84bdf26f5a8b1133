"""What the crew does about comments in the control room: one or all that wait, who says them, the rules."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from live.domain.access import Actor, Permission
from live.domain.csv_text import CatalogueError, decode_csv
from live.domain.ids import ShowId
from live.domain.word_list import WordList
from live.errors import Invalid
from live.features.moderation import actions, forms
from live.features.screens.routes.common import after, boards_of, crew, said
from live.runtime import runtime_of
from live.store.shows import Show
from live.web.body import read_form
from live.web.fields import field_error
from live.web.language import language_of
from live.web.render import draw
from live.web.words import translate

LIST_MAX = 1024 * 1024  # bytes of a file of words: 2,000 of them need a tenth


async def hide(request: Request) -> Response:
    return await _decide(request, actions.hide)


async def show(request: Request) -> Response:
    return await _decide(request, actions.show)


async def pin(request: Request) -> Response:
    return await _decide(request, actions.pin)


async def _decide(request: Request, act: Callable[..., Awaitable[None]]) -> Response:
    runtime = runtime_of(request)
    of, actor = await crew(request, Permission.COMMENT_MODERATE)
    await act(
        ShowId(of.id), request.path_params["comment_id"],
        by=actor, chat=runtime.chat, log=runtime.log, facts=runtime.facts, db=runtime.db,
    )  # fmt: skip
    return _after(request, of)


async def unpin(request: Request) -> Response:
    runtime = runtime_of(request)
    of, actor = await crew(request, Permission.COMMENT_MODERATE)
    await actions.unpin(ShowId(of.id), by=actor, chat=runtime.chat, log=runtime.log)
    return _after(request, of)


async def approve(request: Request) -> Response:
    """All that wait, up to the newest that the list has shown."""
    runtime = runtime_of(request)
    of, actor = await crew(request, Permission.COMMENT_MODERATE)
    up_to = forms.up_to((await read_form(request)).fields, is_form=True)
    count = await actions.approve(
        ShowId(of.id), up_to,
        by=actor, chat=runtime.chat, log=runtime.log, facts=runtime.facts, db=runtime.db,
    )  # fmt: skip
    return said(request, _room(of), translate(language_of(request), "chat.done.approve", n=count))


async def mute(request: Request) -> Response:
    of, actor = await crew(request, Permission.COMMENT_MODERATE)
    seconds = forms.mute_seconds((await read_form(request)).fields, is_form=True)
    return await _judge(request, of, actor, actions.mute, seconds)


async def ban(request: Request) -> Response:
    of, actor = await crew(request, Permission.COMMENT_MODERATE)
    return await _judge(request, of, actor, actions.ban)


async def shadow_ban(request: Request) -> Response:
    of, actor = await crew(request, Permission.COMMENT_MODERATE)
    return await _judge(request, of, actor, actions.shadow_ban)


async def free(request: Request) -> Response:
    of, actor = await crew(request, Permission.COMMENT_MODERATE)
    return await _judge(request, of, actor, actions.free)


async def _judge(
    request: Request, of: Show, actor: Actor, act: Callable[..., Awaitable[Any]], *more: int
) -> Response:
    """The name for the record is the one that stands beside the comment."""
    runtime, viewer = runtime_of(request), request.path_params["viewer"]
    board = await boards_of(request).board(of.id)
    name = next((line.name for line in board.listed if line.viewer == viewer), "")
    await act(ShowId(of.id), viewer, name, *more, by=actor, chat=runtime.chat, log=runtime.log)
    return _after(request, of)


async def show_rules(request: Request) -> Response:
    """What is in force at this moment, as forms; somebody else may have changed it since the page was drawn."""
    of, _ = await crew(request, Permission.COMMENT_MODERATE)
    rules = await runtime_of(request).rulebook.read(ShowId(of.id))
    context = {"show_id": of.id, "rules": rules.chat, "words": rules.words}
    return HTMLResponse(draw("comments/_rules.html", language_of(request), **context))


async def set_rules(request: Request) -> Response:
    runtime = runtime_of(request)
    of, actor = await crew(request, Permission.COMMENT_MODERATE)
    form = (await read_form(request)).fields
    await actions.set_rules(
        ShowId(of.id), lambda before: forms.chat_rules(form, before, is_form=True),
        by=actor, rulebook=runtime.rulebook, log=runtime.log, facts=runtime.facts, db=runtime.db,
    )  # fmt: skip
    return said(request, _room(of), translate(language_of(request), "comments.rules_set"))


async def block_words(request: Request) -> Response:
    """The words of the text and of the file; in the place of those before, or (`adds`) beside them."""
    runtime = runtime_of(request)
    of, actor = await crew(request, Permission.COMMENT_MODERATE)
    form = await read_form(request, file_max_bytes=LIST_MAX)
    file = form.files.get("file")
    text = form.fields.get("words", "")
    if file is not None and file.content:
        text = f"{text}\n{_decoded(file.content)}"
    rules, read = await actions.import_words(
        ShowId(of.id), text, adds="adds" in form.fields,
        by=actor, rulebook=runtime.rulebook, log=runtime.log, facts=runtime.facts, db=runtime.db,
    )  # fmt: skip
    return said(request, _room(of), _told(language_of(request), len(rules.blocked), read))


def _decoded(content: bytes) -> str:
    try:
        return decode_csv(content)
    except CatalogueError as error:
        raise Invalid([field_error("file", "not_text")]) from error


def _told(lang: str, count: int, read: WordList) -> str:
    text = translate(lang, "comments.blocked_set", n=count)
    if not read.rejected:
        return text
    lines = ", ".join(str(one.line) for one in read.rejected[:5])
    more = translate(lang, "comments.blocked_left_out", n=len(read.rejected), lines=lines)
    return f"{text} · {more}"


def _room(of: Show) -> str:
    return f"/shows/{of.id}/control"


def _after(request: Request, of: Show) -> Response:
    return after(request, _room(of))


routes = [
    Route("/shows/{show_id}/comments/unpin", unpin, methods=["POST"]),
    Route("/shows/{show_id}/comments/approve", approve, methods=["POST"]),
    Route("/shows/{show_id}/comments/{comment_id}/hide", hide, methods=["POST"]),
    Route("/shows/{show_id}/comments/{comment_id}/show", show, methods=["POST"]),
    Route("/shows/{show_id}/comments/{comment_id}/pin", pin, methods=["POST"]),
    Route("/shows/{show_id}/viewers/{viewer}/mute", mute, methods=["POST"]),
    Route("/shows/{show_id}/viewers/{viewer}/ban", ban, methods=["POST"]),
    Route("/shows/{show_id}/viewers/{viewer}/shadow-ban", shadow_ban, methods=["POST"]),
    Route("/shows/{show_id}/viewers/{viewer}/free", free, methods=["POST"]),
    Route("/shows/{show_id}/chat-rules", show_rules),
    Route("/shows/{show_id}/chat-rules", set_rules, methods=["POST"]),
    Route("/shows/{show_id}/blocked-words", block_words, methods=["POST"]),
]
