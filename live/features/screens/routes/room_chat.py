"""What the crew does about comments in the control room: one or all that wait, who says them, the rules."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from live.domain.access import Actor, Permission
from live.domain.ids import ShowId
from live.domain.marks import mark_of
from live.domain.moderation import ChatRules
from live.domain.word_list import WordList, read_words, write_words
from live.errors import ChangedMeanwhile
from live.features.accounts.actions import require
from live.features.comments.actions import reply as say_for_the_shop
from live.features.comments.actions import watch_words
from live.features.comments.forms import comment_text, watched_words
from live.features.moderation import actions, forms
from live.features.screens.routes.common import Undo, after, boards_of, crew, said
from live.features.shows.actions import on_record
from live.hotpath.rules import Rules
from live.runtime import Runtime, runtime_of
from live.store.shows import Show
from live.web.body import read_form
from live.web.language import language_of
from live.web.names import called
from live.web.render import draw
from live.web.words import translate


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


async def reply(request: Request) -> Response:
    runtime = runtime_of(request)
    of, actor = await crew(request, Permission.COMMENT_MODERATE)
    text = comment_text((await read_form(request)).fields, is_form=True)
    posted = await say_for_the_shop(
        of, text, by=actor, chat=runtime.chat, db=runtime.db, log=runtime.log
    )
    undo = (f"/shows/{of.id}/comments/{posted.id}/hide", dict[str, str]())
    done = translate(language_of(request), "reply.sent", text=text)
    return said(request, _room(of), done, undo=[undo])


async def mute(request: Request) -> Response:
    of, actor = await crew(request, Permission.COMMENT_MODERATE)
    seconds, _ = forms.mute((await read_form(request)).fields, is_form=True)
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
    runtime, viewer = runtime_of(request), request.path_params["viewer"]
    name = await _name_of(request, of, viewer)
    await act(ShowId(of.id), viewer, name, *more, by=actor, chat=runtime.chat, log=runtime.log)
    return _after(request, of)


async def _name_of(request: Request, of: Show, viewer: str) -> str:
    """The name for the record is the one that stands beside the comment."""
    board = await boards_of(request).board(of.id)
    return next((line.name for line in board.listed if line.viewer == viewer), "")


async def hide_all(request: Request) -> Response:
    """All that the viewer has said; with `ban` they are banned, too."""
    runtime, viewer = runtime_of(request), request.path_params["viewer"]
    of, actor = await crew(request, Permission.COMMENT_MODERATE)
    lang, name, address = language_of(request), await _name_of(request, of, viewer), _room(of)
    is_banned = "ban" in (await read_form(request)).fields
    if is_banned:
        await actions.ban(ShowId(of.id), viewer, name, by=actor, chat=runtime.chat, log=runtime.log)
    hidden = await actions.hide_all(
        ShowId(of.id), viewer,
        by=actor, chat=runtime.chat, log=runtime.log, facts=runtime.facts, db=runtime.db,
    )  # fmt: skip
    undo: list[Undo] = []
    if hidden:
        undo.append((f"/shows/{of.id}/comments/bring-back", {"comments": ",".join(hidden)}))
    if is_banned:
        undo.append((f"/shows/{of.id}/viewers/{viewer}/free", {}))
    key = "chat.done.ban-all" if is_banned else "chat.done.hide-all"
    text = translate(lang, key, name=called(name, lang), n=len(hidden))
    return said(request, address, text, undo=undo)


async def bring_back(request: Request) -> Response:
    runtime = runtime_of(request)
    of, actor = await crew(request, Permission.COMMENT_MODERATE)
    ids = forms.comment_ids((await read_form(request)).fields, is_form=True)
    await actions.bring_back(
        ShowId(of.id), ids,
        by=actor, chat=runtime.chat, log=runtime.log, facts=runtime.facts, db=runtime.db,
    )  # fmt: skip
    return _after(request, of)


async def show_rules(request: Request) -> Response:
    """What is in force at this moment, as one form; somebody else may have changed it since the page was drawn."""
    of, _ = await crew(request, Permission.COMMENT_MODERATE)
    rules = await runtime_of(request).rulebook.read(ShowId(of.id))
    context = {
        "show_id": of.id,
        "rules": rules.chat,
        "blocked": write_words(rules.chat.blocked),
        "words": rules.words,
        "seen": _seen(rules),
    }
    return HTMLResponse(draw("comments/_rules.html", language_of(request), **context))


async def set_rules(request: Request) -> Response:
    """The whole form at once: keywords, switches, blocked words. What is as it was is no act."""
    runtime, show_id = runtime_of(request), ShowId(request.path_params["show_id"])
    of, actor = await crew(request, Permission.COMMENT_MODERATE)
    form = (await read_form(request, forms.BODY_MAX)).fields
    now = await runtime.rulebook.read(show_id)
    blocked = read_words(form["blocked"]) if "blocked" in form else WordList(now.chat.blocked, ())
    words = watched_words(form, is_form=True) if "words" in form else list(now.words)
    wanted = replace(forms.chat_rules(form, now.chat, is_form=True), blocked=tuple(blocked.words))
    if words != list(now.words):
        await require(request, Permission.SHOW_RUN, of.room_id)
    try:
        await _save(runtime, show_id, actor, form.get("seen"), now, wanted, words)
    except ChangedMeanwhile:
        return _changed(request, of, await runtime.rulebook.read(show_id))
    return said(request, _room(of), _told(language_of(request), words, blocked))


async def _save(
    runtime: Runtime, show_id: ShowId, actor: Actor, seen: str | None, now: Rules, wanted: ChatRules,
    words: list[str],
) -> None:  # fmt: skip
    """Raises ChangedMeanwhile for a form about what is not so any more, unless it wants what is so by now."""
    tools: Any = {
        "by": actor,
        "rulebook": runtime.rulebook,
        "facts": runtime.facts,
        "db": runtime.db,
    }
    is_stale = seen is not None and seen != _seen(now)
    if is_stale and (wanted, words) != (now.chat, list(now.words)):
        async with on_record(show_id, actor, "rules:set", log=runtime.log):
            raise ChangedMeanwhile
    if words != list(now.words):
        await watch_words(show_id, words, log=runtime.log, **tools)
    if wanted != now.chat:
        change = partial(_unless_changed, now.chat, wanted)
        await actions.set_rules(show_id, change, log=runtime.log, **tools)


def _seen(rules: Rules) -> str:
    """What the form is about; the address for comments from elsewhere is none of it."""
    return mark_of(asdict(replace(rules.chat, ingest_n=0)), rules.words)


def _unless_changed(seen: ChatRules, wanted: ChatRules, now: ChatRules) -> ChatRules:
    if replace(now, ingest_n=seen.ingest_n) != seen:
        raise ChangedMeanwhile
    return replace(wanted, ingest_n=now.ingest_n)


def _changed(request: Request, of: Show, now: Rules) -> Response:
    """What was typed stays in the form, which is told of what stands there now."""
    context = {"show_id": of.id, "seen": _seen(now)}
    drawn = draw("comments/_rules_changed.html", language_of(request), **context)
    into = {"HX-Retarget": "#rules-changed", "HX-Reswap": "innerHTML"}
    return HTMLResponse(drawn, ChangedMeanwhile.status, headers=into)


def _told(lang: str, words: Sequence[str], blocked: WordList) -> str:
    parts = [translate(lang, "comments.rules_set")]
    if words:
        counted = translate(lang, "common.and").join(words)
        parts.append(translate(lang, "comments.words_set", n=len(words), words=counted))
    if blocked.words or blocked.rejected:
        parts.append(translate(lang, "comments.blocked_set", n=len(blocked.words)))
    if blocked.rejected:
        places = list(dict.fromkeys(one.line for one in blocked.rejected))[:5]
        lines = ", ".join(map(str, places))
        many = len(blocked.rejected)
        parts.append(translate(lang, "comments.blocked_left_out", n=many, lines=lines))
    return " · ".join(parts)


def _room(of: Show) -> str:
    return f"/shows/{of.id}/control"


def _after(request: Request, of: Show) -> Response:
    return after(request, _room(of))


routes = [
    Route("/shows/{show_id}/replies", reply, methods=["POST"]),
    Route("/shows/{show_id}/comments/unpin", unpin, methods=["POST"]),
    Route("/shows/{show_id}/comments/approve", approve, methods=["POST"]),
    Route("/shows/{show_id}/comments/{comment_id}/hide", hide, methods=["POST"]),
    Route("/shows/{show_id}/comments/{comment_id}/show", show, methods=["POST"]),
    Route("/shows/{show_id}/comments/{comment_id}/pin", pin, methods=["POST"]),
    Route("/shows/{show_id}/viewers/{viewer}/mute", mute, methods=["POST"]),
    Route("/shows/{show_id}/viewers/{viewer}/ban", ban, methods=["POST"]),
    Route("/shows/{show_id}/viewers/{viewer}/shadow-ban", shadow_ban, methods=["POST"]),
    Route("/shows/{show_id}/viewers/{viewer}/free", free, methods=["POST"]),
    Route("/shows/{show_id}/viewers/{viewer}/hide-comments", hide_all, methods=["POST"]),
    Route("/shows/{show_id}/comments/bring-back", bring_back, methods=["POST"]),
    Route("/shows/{show_id}/chat-rules", show_rules),
    Route("/shows/{show_id}/chat-rules", set_rules, methods=["POST"]),
]
