"""The crew answers in the chat: as the shop, to everyone, whatever the chat's rules are."""

from live.domain.comment import SHOP
from live.domain.ids import ShowId
from live.features.accounts.actions import create_token
from live.features.screens.presenters.board import Boards
from live.runtime import Runtime
from live.web.render import draw
from tests.asking import NOBODY, Api, done, eventually, refused, wrong_fields
from tests.factories import make_show, make_viewer


async def test_a_reply_is_the_shops_and_everyone_sees_it(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    rules = {"premoderation": True, "links_off": True, "slow_s": 60, "blocked": ["包邮"]}
    done(await api.put(f"/shows/{show}/chat-rules", rules))
    done(await api.put(f"/shows/{show}/words", {"words": ["扣1"]}))
    viewer = await make_viewer(api)
    flood = [{"message_id": n, "user_id": n, "text": "在吗"} for n in range(1, 41)]
    batch = {"platform": "douyin", "comments": flood}
    done(await api.post(f"/shows/{show}/ingest/comments", batch))
    answers = [
        await api.post(f"/shows/{show}/replies", {"text": text})
        for text in ("全场包邮，想要的扣1", "看 https://shop.example", "x" * 200)
    ]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert [answer.json()["state"] for answer in answers] == ["shown"] * 3
    said = await api.post(f"/shows/{show}/comments", {"text": "扣1"}, token=viewer.token)
    assert said.json()["state"] == "held"

    async def is_written() -> bool:
        rows = done(await api.get(f"/shows/{show}/comments"))["comments"]
        return len(rows) == 44

    await eventually(is_written)
    rows = done(await api.get(f"/shows/{show}/comments"))["comments"]
    ours = [row for row in rows if row["platform"] == SHOP]
    assert ours[0]["text"] == "全场包邮，想要的扣1"
    assert {(row["state"], row["why"], row["question"]) for row in ours} == {
        ("shown", "shop", False)
    }
    for boards in (Boards(runtime), Boards(runtime)):  # from the log, and from SQL
        board = await boards.board(show, fresh=True)
        assert [line.is_shop for line in board.said] == [True] * 3
        for lang, word in (("zh", "店家"), ("en", "Shop")):
            assert draw("watch/_comments.html", lang, board=board).count(word) == 3
            assert draw("comments/_list.html", lang, board=board, view="").count(word) >= 3
    tally = done(await api.get(f"/shows/{show}/tally"))
    assert {word["word"]: word["count"] for word in tally["keywords"]} == {"扣1": 1}
    done(
        await api.put(f"/shows/{show}/chat-rules", {"tally_window_s": 0})
    )  # counted anew, from SQL
    tally = done(await api.get(f"/shows/{show}/tally"))
    assert {word["word"]: word["count"] for word in tally["keywords"]} == {"扣1": 1}


async def test_nobody_shuts_the_shop_up_nor_calls_themselves_so(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    path = f"/shows/{show}/replies"
    first = done(await api.post(path, {"text": "一"}))["id"]
    comments: list[dict[str, str]] = []

    async def is_written() -> bool:
        comments[:] = done(await api.get(f"/shows/{show}/comments"))["comments"]
        return bool(comments)

    await eventually(is_written)
    done(await api.post(f"/shows/{show}/viewers/{comments[0]['viewer']}/shadow-ban"))
    assert done(await api.post(path, {"text": "二"}))["state"] == "shown"
    board = await Boards(runtime).board(show)
    assert [line.text for line in board.said] == ["一", "二"]
    batch = {"platform": "shop", "comments": [{"message_id": 1, "user_id": 1, "text": "骗子"}]}
    wrong = await api.post(f"/shows/{show}/ingest/comments", batch)
    assert wrong_fields(wrong) == {"platform"}
    done(await api.post(f"/shows/{show}/comments/{first}/hide"))
    board = await Boards(runtime).board(show, fresh=True)
    assert [line.text for line in board.said] == ["二"]
    stranger = {"type": "shop", "chatname": "骗子", "chatmessage": "加微信", "userid": "1"}
    done(await api.post(f"/shows/{show}/ingest/comments", stranger))
    board = await Boards(runtime).board(show, fresh=True)
    assert [line.platform for line in board.chat[""].lines] == ["shop", "shop", "other"]


async def test_only_the_crew_replies_and_not_after_the_end(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    path, text = f"/shows/{show}/replies", {"text": "好"}
    viewer = await make_viewer(api)
    host = await create_token(runtime.db, role="host", name="host", now=runtime.clock.now())
    refused(await api.post(path, text, token=NOBODY), 401, "not_signed_in")
    assert (await api.post(path, text, token=viewer.token)).status_code in (401, 403)
    refused(await api.post(path, text, token=host), 403, "forbidden")
    assert wrong_fields(await api.post(path, {"text": " "})) == {"text"}
    done(await api.post(path, text))
    totals = await runtime.log.totals(ShowId(show))
    assert totals is not None
    assert totals.comments == 1
    done(await api.post(f"/shows/{show}/end"))
    refused(await api.post(path, text), 409, "ended")

    async def is_on_record() -> bool:
        acts = done(await api.get(f"/shows/{show}/acts"))["acts"]
        ended = [act["result"] for act in acts if act["verb"] == "comment:reply"]
        return sorted(ended) == ["ended", "ok"]

    await eventually(is_on_record)
