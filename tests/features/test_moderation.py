"""What the crew does about comments, through HTTP, and what comes of it."""

from html import unescape
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from live.domain.access import Role
from live.domain.ids import ShowId
from live.features.screens.presenters.board import Boards
from live.runtime import Runtime
from live.store import chat_rules, comments, standings
from live.store.rooms import list_rooms
from live.web.words import translate
from tests.asking import NOBODY, Api, done, eventually, refused, wrong_fields
from tests.factories import Viewer, make_offer, make_order, make_show, make_viewer, signed_in


async def say(api: Api, show: str, viewer: Viewer, text: str = "扣1") -> httpx2.Response:
    return await api.post(f"/shows/{show}/comments", {"text": text}, token=viewer.token)


async def said(api: Api, show: str, viewer: Viewer, text: str = "扣1") -> dict[str, Any]:
    return done(await say(api, show, viewer, text))


async def put_rules(api: Api, show: str, **rules: Any) -> dict[str, Any]:
    return done(await api.put(f"/shows/{show}/chat-rules", rules))


async def listed(api: Api, show: str, **query: Any) -> list[dict[str, Any]]:
    found = done(await api.get(f"/shows/{show}/comments", params=query))
    rows: list[dict[str, Any]] = found["comments"]
    return rows


async def test_a_blocked_word_hides_and_its_author_is_not_told(api: Api) -> None:
    show, viewer = await make_show(api), await make_viewer(api)
    await put_rules(api, show, blocked=["加微信"])
    assert (await said(api, show, viewer, "加 微信 abc"))["state"] == "shown"

    async def is_there() -> bool:
        rows = await listed(api, show, filter="held")
        return [(c["state"], c["why"]) for c in rows] == [("hidden", "word:加微信")]

    await eventually(is_there)
    assert done(await api.get(f"/shows/{show}/tally"))["comments"] == 1


async def test_links_slow_mode_mutes_and_bans_are_refused_with_their_reason(api: Api) -> None:
    show, viewer = await make_show(api), await make_viewer(api)
    await put_rules(api, show, links_off=True)
    refused(await say(api, show, viewer, "看 abc.com"), 409, "links_off")
    await put_rules(api, show, slow_s=300)
    await said(api, show, viewer)
    slow = await say(api, show, viewer)
    refused(slow, 429, "slow_mode")
    assert 1 <= int(slow.headers["retry-after"]) <= 300
    await put_rules(api, show, slow_s=0)
    place = f"/shows/{show}/viewers/{viewer.id}"
    muted = done(await api.post(f"{place}/mute", {"seconds": 600}))
    assert (muted["viewer"], muted["standing"]) == (viewer.id, "muted")
    assert refused(await say(api, show, viewer), 409, "muted")["until"] == muted["until"]
    done(await api.post(f"{place}/ban"))
    refused(await say(api, show, viewer), 409, "banned")
    free = {"viewer": viewer.id, "standing": "free", "until": None}
    assert done(await api.post(f"{place}/free", {"name": "小南"})) == free
    await said(api, show, viewer)
    done(await api.post(f"{place}/shadow-ban"))
    assert (await said(api, show, viewer, "还在"))["state"] == "shown"

    async def is_shadowed() -> bool:
        return [c["state"] for c in await listed(api, show)] == ["shown", "shown", "shadowed"]

    await eventually(is_shadowed)


async def test_what_is_hidden_or_pinned_is_so_in_sql_and_on_the_board(
    app: Starlette, api: Api, runtime: Runtime
) -> None:
    boards: Boards = app.state.boards
    show, viewer = await make_show(api), await make_viewer(api)
    first, second = [(await said(api, show, viewer, f"第 {n} 条"))["id"] for n in range(2)]
    pinned = done(await api.post(f"/shows/{show}/comments/{first}/pin"))
    assert pinned == {"id": first, "pinned": True}
    board = await boards.board(show, fresh=True)
    assert board.pinned is not None
    assert (board.pinned.id, board.pinned.text) == (first, "第 0 条")
    assert [line.is_pinned for line in board.chat[""].lines] == [True, False]
    assert [line.id for line in board.said] == [first, second]
    done(await api.post(f"/shows/{show}/comments/{first}/hide"))
    done(await api.post(f"/shows/{show}/comments/{first}/hide"))
    refused(await api.post(f"/shows/{show}/comments/{first}/pin"), 409, "comment_not_shown")
    board = await boards.board(show, fresh=True)
    assert board.pinned is None
    assert [line.id for line in board.said] == [second]
    assert [line.state for line in board.chat[""].lines] == ["hidden", "shown"]

    async def is_written() -> bool:
        async with runtime.db.read() as session:
            rows = await comments.recent_comments(session, show, 9)
        return [row.state for row in rows] == ["hidden", "shown"]

    await eventually(is_written)
    fresh = await Boards(runtime).board(show)  # as a process that starts now sees it
    assert [line.id for line in fresh.said] == [second]
    assert [line.state for line in fresh.chat[""].lines] == ["hidden", "shown"]


async def test_questions_and_buyers_are_found(app: Starlette, api: Api) -> None:
    boards: Boards = app.state.boards
    show, viewer, buyer = await make_show(api), await make_viewer(api), await make_viewer(api)
    order = await make_order(api, await make_offer(api, show), buyer)
    await said(api, show, viewer, "有蓝色嗎")
    await said(api, show, buyer, "买到了")

    async def is_written() -> bool:
        return len(await listed(api, show)) == 2

    await eventually(is_written)
    assert [c["text"] for c in await listed(api, show, filter="questions")] == ["有蓝色嗎"]
    assert [c["text"] for c in await listed(api, show, filter="buyers")] == ["买到了"]
    board = await boards.board(show, fresh=True)
    assert [(line.text, line.label) for line in board.chat["buyers"].lines] == [
        ("买到了", "unpaid")
    ]
    done(await api.post(f"/orders/{order}/pay", token=buyer.token))
    for each in (boards, Boards(app.state.runtime)):
        board = await each.board(show, fresh=True)
        assert [line.label for line in board.chat[""].lines] == ["", "paid"]


async def test_pages_of_comments_follow_each_other(api: Api) -> None:
    show, viewer = await make_show(api), await make_viewer(api)
    for n in range(4):
        await said(api, show, viewer, str(n))

    async def is_written() -> bool:
        return len(await listed(api, show)) == 4

    await eventually(is_written)
    page = done(await api.get(f"/shows/{show}/comments?limit=3"))
    rest = done(await api.get(f"/shows/{show}/comments?limit=3&after={page['next']}"))
    assert [c["text"] for c in (*page["comments"], *rest["comments"])] == ["0", "1", "2", "3"]
    assert rest["next"] is None
    answer = await api.get(f"/shows/{show}/comments?filter=all&limit=0&state=held")
    assert wrong_fields(answer) == {"limit", "state"}
    assert wrong_fields(await api.get(f"/shows/{show}/comments?filter=mine")) == {"filter"}


async def test_rules_keep_what_is_not_sent_and_name_what_is_wrong(api: Api) -> None:
    show = await make_show(api)
    await put_rules(api, show, slow_s=9, blocked=["a", "b", "a"], tally_window_s=60)
    expected = {
        "premoderation": True,
        "slow_s": 9,
        "links_off": False,
        "blocked": ["a", "b"],
        "tally_window_s": 60,
    }
    assert await put_rules(api, show, premoderation=True) == expected
    assert done(await api.get(f"/shows/{show}/chat-rules")) == expected
    for window in (None, "show"):
        changed = await put_rules(api, show, tally_window_s=window)
        assert changed["tally_window_s"] is None
    wrong = {"slow_s": 301, "blocked": ["x" * 41], "tally_window_s": -1, "links_off": 1}
    assert wrong_fields(await api.put(f"/shows/{show}/chat-rules", wrong)) == set(wrong)
    misspelt = {"slow": 5, "link_off": True, "slow_s": 7}
    assert wrong_fields(await api.put(f"/shows/{show}/chat-rules", misspelt)) == {
        "slow",
        "link_off",
    }
    too_many = [f"w{n}" for n in range(2_001)]
    answer = await api.put(f"/shows/{show}/chat-rules", {"blocked": too_many})
    assert wrong_fields(answer) == {"blocked"}
    assert done(await api.get(f"/shows/{show}/chat-rules"))["slow_s"] == 9


async def test_a_new_show_has_the_rules_of_the_last_one_in_its_room(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    rules = await put_rules(api, show, links_off=True, blocked=["加微信"], slow_s=3)

    async def is_written() -> bool:
        async with runtime.db.read() as session:
            return (await chat_rules.find_rules(session, show)).links_off

    await eventually(is_written)
    later = await make_show(api, live=False)
    assert done(await api.get(f"/shows/{later}/chat-rules")) == rules


async def test_only_those_who_may_moderate_do(api: Api, runtime: Runtime) -> None:
    show, viewer = await make_show(api), await make_viewer(api)
    comment = (await said(api, show, viewer))["id"]
    paths = [
        f"/shows/{show}/comments/{comment}/hide",
        f"/shows/{show}/comments/unpin",
        f"/shows/{show}/comments/approve",
        f"/shows/{show}/viewers/{viewer.id}/ban",
    ]
    for path in paths:
        refused(await api.post(path, token=NOBODY), 401, "not_signed_in")
        refused(await api.post(path, token=viewer.token), 403, "forbidden")
    refused(await api.get(f"/shows/{show}/comments", token=NOBODY), 401, "not_signed_in")
    refused(await api.get(f"/shows/{show}/chat-rules", token=viewer.token), 403, "forbidden")


@pytest.mark.parametrize("comment", ["x-c1", "{show}-c999", "{show}-o1", "{show}-c", "{show}-c1"])
async def test_there_is_no_such_comment(api: Api, comment: str) -> None:
    show = await make_show(api)
    for verb in ("hide", "show", "pin"):
        path = f"/shows/{show}/comments/{comment.format(show=show)}/{verb}"
        refused(await api.post(path), 404, "not_found")
    refused(await api.post(f"/shows/{show}/viewers/a b/ban"), 404, "not_found")
    refused(await api.post("/shows/none/comments/none-c1/hide"), 404, "not_found")


async def test_the_control_rooms_forms_do_the_same_and_go_on_record(
    app: Starlette, api: Api, runtime: Runtime
) -> None:
    show, viewer = await make_show(api), await make_viewer(api)
    comment = (await said(api, show, viewer))["id"]
    async with runtime.db.read() as session:
        [room] = await list_rooms(session)
    headers = await signed_in(api, runtime, {room.id: Role.OPERATOR})
    htmx = headers | {"hx-request": "true"}

    async def send(path: str, headers: dict[str, str] = htmx, **form: Any) -> httpx2.Response:
        return await api.send(
            "POST", f"/shows/{show}/{path}", token=NOBODY, headers=headers, **form
        )

    for verb in ("pin", "hide", "show"):
        assert (await send(f"comments/{comment}/{verb}")).status_code == 204
    assert (await send("comments/unpin", headers)).status_code == 303
    assert (await send(f"viewers/{viewer.id}/mute", data={"seconds": "60"})).status_code == 204
    assert (await send("comments/approve", data={"up_to": comment})).status_code == 200
    for verb in ("ban", "shadow-ban", "free"):
        assert (await send(f"viewers/{viewer.id}/{verb}")).status_code == 204
    form = {
        "words": "想要、扣1", "slow_s": "5", "links_off": "on", "tally_window_s": "30",
        "blocked": "加微信，vx\n# 注\n加 微信\n" + "长" * 41,
    }  # fmt: skip
    answer = await send("chat-rules", data=form)
    assert answer.status_code == 200
    for key, gaps in (
        ("rules_set", {}), ("words_set", {"n": 2, "words": "想要, 扣1"}), ("blocked_set", {"n": 2}),
        ("blocked_left_out", {"n": 1, "lines": "4"}),
    ):  # fmt: skip
        assert translate("en", f"comments.{key}", **gaps) in unescape(answer.text)
    found = done(await api.get(f"/shows/{show}/chat-rules"))
    assert found["blocked"] == ["加微信", "vx"]
    assert (await send("chat-rules", data=form)).status_code == 200, "as it is: no act"
    drawn = await api.send("GET", f"/shows/{show}/chat-rules", token=NOBODY, headers=headers)
    assert "加微信\nvx</textarea>" in drawn.text
    assert (found["slow_s"], found["links_off"], found["premoderation"]) == (5, True, False)
    assert found["tally_window_s"] == 30
    assert (await send("chat-rules", data={"slow_s": "999"})).status_code == 422

    async def is_on_record() -> bool:
        async with runtime.db.read() as session:
            kept = await standings.list_standings(session, show)
            rules = await chat_rules.find_rules(session, show)
        return rules.blocked == ("加微信", "vx") and not kept

    await eventually(is_on_record)
    facts = await runtime.facts.tail(ShowId(show), 0, 100)
    acts = [str(fact.payload["verb"]) for fact in facts if fact.kind == "act"]
    assert acts[2:] == [
        "comment:pin", "comment:hide", "comment:show", "viewer:mute", "viewer:ban",
        "viewer:shadow_ban", "viewer:free", "words:set", "rules:set",
    ]  # fmt: skip
