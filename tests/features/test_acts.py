"""Everything that the crew does goes on record: who, what, how it ended, how long it took. What is refused, too."""

import re
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette

from live.domain.act import VERBS
from live.features.accounts.actions import create_token
from live.features.screens.presenters.act_views import ActView
from live.features.screens.presenters.acts import act_lines
from live.features.screens.presenters.board import Boards
from live.runtime import Runtime
from live.store.acts import Act, newest_acts
from live.web.render import draw
from tests.asking import Api, done, eventually, refused
from tests.engines import RedisServer
from tests.factories import make_item, make_offer, make_order, make_show, make_viewer
from tests.features.test_moderation import said

ALL = {verb for verbs in VERBS.values() for verb in verbs}
ON_PAGES = {
    "item:move",
    "item:remove",
    "show:freeze",
    "show:put_away",
    "show:bring_back",
    "show:stop_demo",
    "cue:seen",
    "host:join",
    "crew:deny",
}
OF_REHEARSALS = {"show:rehearse", "crowd:start", "crowd:stop"}  # tests/system/test_crowd.py


async def acts_of(api: Api, show: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = done(await api.get(f"/shows/{show}/acts"))["acts"]
    return found


async def on_record(api: Api, show: str, verb: str, result: str = "ok") -> dict[str, Any]:
    """The last such act, once it is written."""

    async def is_there() -> bool:
        return any((a["verb"], a["result"]) == (verb, result) for a in await acts_of(api, show))

    await eventually(is_there)
    return [a for a in await acts_of(api, show) if (a["verb"], a["result"]) == (verb, result)][-1]


async def test_every_act_of_the_api_is_on_record(api: Api) -> None:
    show = await make_show(api)
    item = await make_item(api, show)
    offer = await make_offer(api, show)
    for call in ("pause", "resume"):
        done(await api.post(f"/offers/{offer}/{call}"))
    done(await api.post(f"/offers/{offer}/restock", {"delta": 3}))
    done(await api.patch(f"/items/{item}", {"notes": "x"}))
    done(await api.patch(f"/shows/{show}/items", {"items": [{"id": item, "stock": 900}]}))
    done(await api.patch(f"/shows/{show}", {"title": "周五"}))
    done(await api.put(f"/shows/{show}/quick-cues", {"texts": ["喝口水"]}))
    done(await api.put(f"/shows/{show}/quick-replies", {"texts": ["包邮"]}))
    done(await api.post(f"/shows/{show}/replies", {"text": "包邮"}))
    csv = b"Handle,Title,Variant SKU,Variant Price\na,A,A9,9.90\n"
    done(
        await api.send(
            "POST", f"/api/v1/shows/{show}/items/import",
            content=csv, headers={"content-type": "text/csv"},
        )
    )  # fmt: skip
    viewer = await make_viewer(api)
    paid, cancelled = [await make_order(api, offer, viewer) for _ in range(2)]
    done(await api.post(f"/orders/{paid}/extend"))
    done(await api.post(f"/orders/{paid}/pay"))
    done(await api.post(f"/orders/{cancelled}/cancel"))
    for end in ("ack", "drop"):
        cue = done(await api.post(f"/shows/{show}/cues", {"text": "快一点"}))["id"]
        done(await api.post(f"/shows/{show}/cues/{cue}/{end}"))
    link = done(await api.post(f"/shows/{show}/host-links"))["id"]
    done(await api.post(f"/shows/{show}/host-links/{link}/revoke"))
    done(await api.put(f"/shows/{show}/words", {"words": ["想要"]}))
    comment = (await said(api, show, viewer))["id"]
    for end in ("done", "drop"):
        asked = (await said(api, show, viewer))["id"]
        done(await api.post(f"/shows/{show}/asks", {"comment_id": asked}))
        done(await api.post(f"/shows/{show}/asks/{asked}/{end}"))
    for call in ("hide", "show", "pin"):
        done(await api.post(f"/shows/{show}/comments/{comment}/{call}"))
    done(await api.post(f"/shows/{show}/comments/unpin"))
    done(await api.put(f"/shows/{show}/chat-rules", {"premoderation": True}))
    held = (await said(api, show, viewer))["id"]
    done(await api.post(f"/shows/{show}/comments/approve", {"up_to": held}))
    done(await api.post(f"/shows/{show}/viewers/{viewer.id}/mute", {"seconds": 60}))
    for call in ("ban", "shadow-ban", "free", "hide-comments"):
        done(await api.post(f"/shows/{show}/viewers/{viewer.id}/{call}"))
    done(await api.post(f"/shows/{show}/comments/bring-back", {"comments": [comment]}))
    for path in ("next", "ingest/renew", "overlay/renew"):
        done(await api.post(f"/shows/{show}/{path}", {} if path == "next" else None))
    done(await api.post(f"/shows/{show}/items/paste", {"text": "毯 9 x1"}))
    line_up = done(await api.get(f"/shows/{show}/items"))["items"]
    order = [item["id"] for item in reversed(line_up)]
    done(await api.post(f"/shows/{show}/items/order", {"items": order}))
    done(await api.patch(f"/shows/{show}/items", {"items": [{"id": item, "title": "大杯"}]}))
    done(await api.post(f"/shows/{show}/line-ups", {"name": "周五"}))
    done(await api.post(f"/offers/{offer}/close"))
    other = await make_offer(api, show)
    done(await api.post(f"/offers/{other}/take-back"))
    done(await api.post(f"/offers/{other}/void"))
    done(await api.post(f"/offers/{other}/again"))
    done(await api.post(f"/shows/{show}/end"))
    await on_record(api, show, "show:end")
    acts = await acts_of(api, show)
    assert {act["verb"] for act in acts} == ALL - ON_PAGES - OF_REHEARSALS
    assert {(act["actor"], act["result"]) for act in acts} == {("bot", "ok")}
    assert all(isinstance(act["ms"], int) and act["ms"] >= 0 for act in acts)
    assert (await on_record(api, show, "item:import"))["detail"] == "1 0 0"
    assert (await on_record(api, show, "comment:approve"))["detail"] == "1"
    assert (await on_record(api, show, "stock:add"))["detail"] == f"{offer} 3"


async def test_what_is_refused_is_on_record_with_why(api: Api) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show, quantity=5)
    refused(await api.post(f"/offers/{offer}/resume"), 409, "illegal_move")
    refused(await api.post(f"/offers/{offer}/restock", {"delta": -9}), 409, "too_few")
    act = await on_record(api, show, "stock:add", "too_few")
    assert act["why"] == {"cut": 9, "left": 5}
    assert act["detail"] == f"{offer} -9"
    assert (await on_record(api, show, "offer:resume", "illegal_move"))["actor"] == "bot"
    refused(await api.post(f"/shows/{show}/comments/{show}-c99/hide"), 404, "not_found")
    await on_record(api, show, "comment:hide", "not_found")
    refused(await api.post(f"/shows/{show}/start"), 409, "illegal_move")
    await on_record(api, show, "show:start", "illegal_move")


async def test_doing_nothing_is_no_act(api: Api) -> None:
    show, viewer = await make_show(api), await make_viewer(api)
    comment = (await said(api, show, viewer))["id"]
    for _ in range(3):
        done(await api.post(f"/shows/{show}/comments/{comment}/hide"))
    done(await api.post(f"/shows/{show}/comments/unpin"))
    done(await api.post(f"/shows/{show}/end"))
    await on_record(api, show, "show:end")
    verbs = [act["verb"] for act in await acts_of(api, show)]
    assert verbs == ["show:create", "show:start", "comment:hide", "show:end"]


async def test_what_was_tried_while_redis_was_away_is_on_record_when_it_is_back(
    api: Api, redis_server: RedisServer
) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show)
    await on_record(api, show, "offer:push")
    path = f"/api/v1/offers/{offer}/pause"
    redis_server.stop()
    try:
        assert (await api.send("POST", path)).status_code == 503
    finally:
        redis_server.start()
    act = await on_record(api, show, "offer:pause", "redis_unavailable")
    assert act["detail"] == offer


async def test_what_one_of_the_crew_may_not_do_is_on_record_once_a_minute(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show)
    now = runtime.clock.now()
    host = await create_token(runtime.db, role="host", name="host", now=now)
    for _ in range(5):
        refused(await api.post(f"/offers/{offer}/pause", token=host), 403, "forbidden")
    refused(await api.post(f"/shows/{show}/words", token=host), 405, "method_not_allowed")
    body = {"words": ["x"]}
    refused(await api.put(f"/shows/{show}/words", body, token=host), 403, "forbidden")
    refused(await api.get(f"/shows/{show}/acts", token=host), 403, "forbidden")
    viewer = await make_viewer(api)
    refused(await api.put(f"/shows/{show}/words", body, token=viewer.token), 403, "forbidden")
    done(await api.post(f"/shows/{show}/end"))
    await on_record(api, show, "show:end")
    denied = [act for act in await acts_of(api, show) if act["verb"] == "crew:deny"]
    told = [(act["actor"], act["detail"], act["result"]) for act in denied]
    assert told == [("host", "offer:push", "forbidden"), ("host", "show:run", "forbidden")]


async def test_every_act_has_words_on_its_page_and_in_the_control_rooms_line(
    app: Starlette, runtime: Runtime, api: Api
) -> None:
    show = await make_show(api)
    details = {
        "offer:draft": f"{show}-o1 3 900",
        "item:move": f"{show}-i1 up",
        "crew:deny": "show:run",
    }
    board = await Boards(runtime).board(show, fresh=True)
    for lang in ("zh", "en"):
        for verb in sorted(ALL | {"later:verb"}):
            for result in ("ok", "forbidden"):
                detail = details.get(verb, "")
                view = ActView(board.as_of, "op", verb, detail, 3, result, {})
                line = draw("audit/_log_line.html", lang, board=replace(board, acts=(view,)))
                assert "op" in line
                if verb in ALL:
                    row = Act(
                        show_id=show, seq=1, at_ms=0, actor="op", verb=verb, detail=detail,
                        result=result, why="{}", ms=3,
                    )  # fmt: skip
                    [told] = await act_lines(show, "CNY", [row], lang, db=runtime.db)
                    assert told.what


async def test_what_an_edit_changed_is_on_record_from_what_to_what(
    api: Api, app: Starlette, runtime: Runtime
) -> None:
    show = await make_show(api, live=False)
    item = await make_item(api, show, title="杯", stock=20)
    await make_offer(api, show, item_id=item, push=False, price=5900, quantity=20)
    done(await api.patch(f"/items/{item}", {"list_price": 15900}))
    line = {"id": item, "stock": 30, "sale": {"price": 590}}
    done(await api.patch(f"/shows/{show}/items", {"items": [line]}))
    done(await api.patch(f"/shows/{show}", {"title": "周五", "video_delay_s": 3}))
    await on_record(api, show, "show:edit")
    async with runtime.db.read() as session:
        rows = await newest_acts(session, show, 3)
    said = {
        lang: [line.more for line in await act_lines(show, "CNY", rows, lang, db=runtime.db)]
        for lang in ("en", "zh")
    }
    assert said["en"] == [
        "Title 夜场 → 周五, Video delay 0 s → 3 s",
        "Stock 20 → 30, Price ¥59.00 → ¥5.90",
        "List price ¥129.00 → ¥159.00",
    ]
    assert said["zh"][1] == "库存 20 → 30、秒杀价 ¥59.00 → ¥5.90"
    assert (await on_record(api, show, "item:bulk"))["detail"].startswith("1 杯\n")
    board = await Boards(runtime).board(show, fresh=True)
    [bulk] = [act for act in board.acts if act.verb == "item:bulk"]
    line_told = draw("audit/_log_line.html", "en", board=replace(board, acts=(bulk,)))
    told = re.sub(r"<[^>]+>", "", line_told)
    assert "changed 杯 · Stock 20 → 30, Price ¥59.00 → ¥5.90" in told, told


async def test_rules_are_said_in_words_whatever_is_counted(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    for window in ("show", 0, 10):
        done(await api.put(f"/shows/{show}/chat-rules", {"slow_s": 5, "tally_window_s": window}))
    await on_record(api, show, "rules:set")

    async def is_on_record() -> bool:
        return [act["verb"] for act in await acts_of(api, show)].count("rules:set") == 3

    await eventually(is_on_record)
    async with runtime.db.read() as session:
        rows = await newest_acts(session, show, 3)
    said = [line.more for line in await act_lines(show, "CNY", rows, "en", db=runtime.db)]
    ends = ["keywords once a viewer in 10 s", "keywords every time", "keywords once a viewer"]
    assert [line.endswith(end) for line, end in zip(said, ends, strict=True)] == [True] * 3, said
    assert "tally=" not in "".join(said)
