import itertools
import json
from typing import Any

import httpx2
import pytest

from live.domain.ids import outside_viewer_id
from live.features.accounts.actions import create_token
from live.features.ingest.forms import BATCH_MAX, BODY_MAX
from live.features.screens.presenters.board import Boards
from live.runtime import Runtime
from live.store import comments
from live.store.comments import Comment
from live.web.rate_limits import RATES
from live.web.render import draw
from tests.adapters.recorded import social
from tests.asking import NOBODY, Api, done, eventually, refused, wrong_fields
from tests.factories import make_room, make_show, make_viewer

ADDRESS = "http://live.test/api/v1/ingest/"


def ours(*comments: Any, platform: Any = "douyin") -> dict[str, Any]:
    return {"platform": platform, "comments": list(comments)}


def one(number: int, text: Any = "想要", **more: Any) -> dict[str, Any]:
    return {"message_id": f"m{number}", "user_id": "u1", "name": "小南", "text": text} | more


async def ingest(api: Api, show: str, sent: Any, **how: Any) -> httpx2.Response:
    return await api.post(f"/shows/{show}/ingest/comments", sent, **how)


async def kept(runtime: Runtime, show: str, count: int) -> list[Comment]:
    """What the ledger has of the show, once there is so much."""
    found: list[Comment] = []

    async def are_there() -> bool:
        async with runtime.db.read() as session:
            found[:] = await comments.recent_comments(session, show, 1000)
        return len(found) >= count

    await eventually(are_there)
    return found


async def test_a_batch_is_said_in_its_order_by_viewers_of_that_platform(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    batch = ours(one(1), one(2, "扣1", user_id=7, name=None, at="2026-11-22T12:00:00Z"))
    answer = await ingest(api, show, batch)
    assert answer.status_code == 200
    assert answer.json() == {"accepted": 2, "duplicates": 0, "refused": []}
    assert done(await api.get(f"/shows/{show}/tally"))["comments"] == 2
    first, second = await kept(runtime, show, 2)
    assert (first.text, first.name, first.platform, first.message) == (
        "想要", "小南", "douyin", "m1",
    )  # fmt: skip
    assert (second.text, second.name) == ("扣1", "")
    assert first.viewer == outside_viewer_id("douyin", "u1")
    assert second.viewer == outside_viewer_id("douyin", "7")


async def test_a_message_is_taken_once_however_often_it_comes(api: Api) -> None:
    show = await make_show(api)
    batch = ours(one(1), one(2), one(1))
    assert done(await ingest(api, show, batch))["duplicates"] == 1
    again = done(await ingest(api, show, ours(one(2), one(3))))
    assert (again["accepted"], again["duplicates"]) == (1, 1)
    elsewhere = done(await ingest(api, show, ours(one(1), platform="kick")))
    assert elsewhere["accepted"] == 1
    assert done(await api.get(f"/shows/{show}/tally"))["comments"] == 4


async def test_one_bad_message_never_loses_the_others(api: Api) -> None:
    show = await make_show(api)
    wrong = [
        one(1, ""), one(2, "x" * 201), one(3, "a\x07b"), one(4, None), one(5, "\u200b"),
        one(6, name="x" * 41), one(7, at="soon"), one(8, user_id=""), {}, None, "x",
        one(9, message_id=True), one(10, message_id="x" * 201), one(11, user_id="\ud800"),
    ]  # fmt: skip
    batch = [one(100), *wrong, one(101)]
    escaped = json.dumps(ours(*batch)).encode()  # with half of a surrogate pair
    answer = done(await api.post(f"/shows/{show}/ingest/comments", content=escaped))
    assert answer["accepted"] == 2
    assert [entry["index"] for entry in answer["refused"]] == list(range(1, len(wrong) + 1))
    assert {entry["code"] for entry in answer["refused"]} == {"invalid"}
    assert answer["refused"][1]["reason"] == "text must be at most 200 characters."
    assert done(await api.get(f"/shows/{show}/tally"))["comments"] == 2


async def test_what_social_stream_ninja_posts_is_taken_one_by_one_and_in_lists(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    emote = 'go <img src="https://x.test/w.png" alt=":wave:"> &amp; &lt;b&gt;'
    first = done(await ingest(api, show, social(chatmessage=emote)))
    assert first == {"accepted": 1, "duplicates": 0, "refused": []}
    joins = [social(event="joined", chatmessage="joined"), social(chatmessage="", id=43)]
    many = [*joins, social(chatmessage="y" * 300, chatname="z" * 60, id=44), 5]
    answer = done(await ingest(api, show, many))
    assert answer["accepted"] == 1
    assert [(e["index"], e["code"]) for e in answer["refused"]] == [
        (0, "event"), (1, "no_words"), (3, "invalid"),
    ]  # fmt: skip
    assert done(await ingest(api, show, social(chatmessage=emote)))["duplicates"] == 1
    short, cut = await kept(runtime, show, 2)
    assert (short.text, short.platform) == ("go :wave: & <b>", "tiktok")
    assert (len(cut.text), len(cut.name)) == (200, 40)
    assert cut.text.endswith("y…")


async def test_what_its_viewers_count_is_posted_without_an_error(api: Api) -> None:
    show = await make_show(api)
    sent = {"type": "tiktok", "event": "viewer_update", "meta": 812}
    assert done(await ingest(api, show, sent))["refused"][0]["code"] == "event"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "comments"),
        ([1, 2], "comments"),
        ({"comments": []}, "platform"),
        ({"platform": "Douyin", "comments": []}, "platform"),
        ({"platform": "", "comments": []}, "platform"),
        ({"platform": 5, "comments": []}, "platform"),
        ({"platform": "douyin", "comments": {}}, "comments"),
        ({"platform": "douyin", "comments": None}, "comments"),
        ({"platform": "douyin", "comments": [{}] * (BATCH_MAX + 1)}, "comments"),
        ([social()] * (BATCH_MAX + 1), "comments"),
    ],
)
async def test_what_is_no_batch_is_refused_as_a_whole(api: Api, sent: Any, field: str) -> None:
    show = await make_show(api)
    assert wrong_fields(await ingest(api, show, sent)) == {field}
    assert done(await api.get(f"/shows/{show}/tally"))["comments"] == 0


async def test_what_is_no_list_is_told_to_be_one(api: Api) -> None:
    show = await make_show(api)
    answer = await ingest(api, show, {"platform": "douyin", "comments": {"text": "扣1"}})
    (error,) = answer.json()["errors"]
    assert error["reason"] == f"must be a list of at most {BATCH_MAX}"


async def test_a_body_has_a_limit_and_must_be_json(api: Api) -> None:
    show = await make_show(api)
    path = f"/shows/{show}/ingest/comments"
    big = await api.post(path, content=b"[" + b" " * BODY_MAX + b"]")
    refused(big, 413, "too_large")
    refused(await api.post(path, content=b"{"), 400, "malformed")
    full = [one(n, "字" * 200, name="名" * 40) for n in range(BATCH_MAX)]
    assert done(await ingest(api, show, ours(*full)))["accepted"] == BATCH_MAX


@pytest.mark.parametrize("sent", [ours(), []])
async def test_an_empty_batch_is_nothing(api: Api, sent: Any) -> None:
    show = await make_show(api)
    assert done(await ingest(api, show, sent)) == {"accepted": 0, "duplicates": 0, "refused": []}


async def test_only_the_crew_of_the_room_brings_comments_in(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    now = runtime.clock.now()
    host = await create_token(runtime.db, role="host", name="host", now=now)
    room = await make_room(runtime, "elsewhere")
    other = await create_token(runtime.db, role="operator", name="o", now=now, room_id=room)
    viewer = (await make_viewer(api)).token
    for token, status, code in (
        (NOBODY, 401, "not_signed_in"),
        ("lk_wrong", 401, "not_signed_in"),
        (viewer, 403, "forbidden"),
        (host, 403, "forbidden"),
        (other, 403, "forbidden"),
    ):
        refused(await ingest(api, show, ours(one(1)), token=token), status, code)
        refused(await api.get(f"/shows/{show}/ingest", token=token), status, code)
    refused(await ingest(api, "none", ours(one(1))), 404, "not_found")


async def test_a_show_that_has_ended_takes_nothing_more(api: Api) -> None:
    show = await make_show(api)
    key = done(await api.get(f"/shows/{show}/ingest"))["key"]
    done(await ingest(api, show, ours(one(1))))
    done(await api.post(f"/shows/{show}/end"))
    refused(await ingest(api, show, ours(one(2))), 409, "ended")
    refused(await api.post(f"/ingest/{key}", social(), token=NOBODY), 409, "ended")
    assert done(await ingest(api, show, ours(one(1))))["duplicates"] == 1


async def test_who_is_banned_or_muted_is_refused_by_name_of_the_rule(api: Api) -> None:
    show = await make_show(api)
    banned, muted = (outside_viewer_id("douyin", name) for name in ("u1", "u2"))
    done(await api.post(f"/shows/{show}/viewers/{banned}/ban"))
    done(await api.post(f"/shows/{show}/viewers/{muted}/mute", {"seconds": 60}))
    batch = ours(one(1), one(2, user_id="u2"), one(3, user_id="u3"))
    answer = done(await ingest(api, show, batch))
    assert answer["accepted"] == 1
    assert [(e["index"], e["code"]) for e in answer["refused"]] == [(0, "banned"), (1, "muted")]
    assert all(entry["reason"].endswith(".") for entry in answer["refused"])


class TestPace:
    @pytest.fixture
    def knobs(self) -> dict[str, Any]:
        return {"rate_limits": "on"}

    async def test_it_has_a_rate_of_its_own_counted_in_comments(
        self, api: Api, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The clock stands: else a slow machine never gets ahead of what it gains a second."""
        moment_s = runtime.clock.monotonic_s()
        monkeypatch.setattr(runtime.clock, "monotonic_s", lambda: moment_s)
        show = await make_show(api)
        numbers = itertools.count()
        for _ in range(round(RATES["ingest"].burst) // BATCH_MAX):
            done(await ingest(api, show, ours(*(one(next(numbers)) for _ in range(BATCH_MAX)))))
        answer = await ingest(api, show, ours(one(next(numbers))))
        refused(answer, 429, "too_fast")
        assert int(answer.headers["retry-after"]) >= 1
        assert (await api.post("/shows", {"title": "明晚"})).status_code == 201

    async def test_a_tool_that_posts_one_by_one_is_no_operator_in_a_hurry(self, api: Api) -> None:
        show = await make_show(api)
        answers = [await ingest(api, show, ours(one(n))) for n in range(120)]
        assert {answer.status_code for answer in answers} == {200}


async def test_what_was_paid_elsewhere_stands_with_the_comment_and_is_no_money(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    done(await ingest(api, show, ours(one(1, "加油？", tip="¥30"), one(2, tip="长" * 41), one(3))))
    done(await ingest(api, show, social(hasDonation="<b>$5.00</b>", chatmessage="go?")))
    first, second, third = await kept(runtime, show, 3)
    assert (first.tip, second.tip, third.tip) == ("¥30", "", "$5.00")
    listed = done(await api.get(f"/shows/{show}/comments"))["comments"]
    assert [comment["tip"] for comment in listed] == ["¥30", "", "$5.00"]
    asked = done(await api.post(f"/shows/{show}/asks", {"comment_id": first.id}))
    assert asked["tip"] == "¥30"
    for boards in (Boards(runtime), Boards(runtime)):  # from the log, and from SQL
        board = await boards.board(show, fresh=True)
        assert [line.tip for line in board.chat[""].lines] == ["¥30", "", "$5.00"]
        assert [ask.tip for ask in board.host.open_asks] == ["¥30"]
        assert board.numbers.gmv_placed == board.numbers.gmv_paid == 0
        for lang in ("zh", "en"):
            assert "¥30" in draw("comments/_list.html", lang, board=board, view="")
            assert "¥30" in draw("shows/_host_next.html", lang, board=board)


async def test_what_was_given_without_a_word_is_kept_and_shown(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    wordless = {"message_id": "m1", "user_id": "u1", "name": "小南", "tip": "¥30"}
    told = done(await ingest(api, show, ours(wordless, one(2, ""), one(3, " ", tip="¥5"))))
    assert (told["accepted"], [lost["index"] for lost in told["refused"]]) == (2, [1])
    assert (
        done(await ingest(api, show, social(hasDonation="$5.00", chatmessage="")))["accepted"] == 1
    )
    first, second, third = await kept(runtime, show, 3)
    assert [(one.text, one.tip) for one in (first, second, third)] == [
        ("", "¥30"), ("", "¥5"), ("", "$5.00"),
    ]  # fmt: skip
    done(await api.post(f"/shows/{show}/comments/{first.id}/pin"))
    done(await api.post(f"/shows/{show}/asks", {"comment_id": third.id}))
    for boards in (Boards(runtime), Boards(runtime)):  # from the log, and from SQL
        board = await boards.board(show, fresh=True)
        drawn = {
            name: draw(name, "zh", board=board, view="")
            for name in (
                "comments/_list.html", "watch/_comments.html", "overlay/_pinned.html",
                "shows/_host_next.html", "shows/_cue.html",
            )
        }  # fmt: skip
        assert "打赏了 ¥5" in drawn["watch/_comments.html"]
        assert all("$5.00" in drawn[name] for name in ("shows/_host_next.html", "shows/_cue.html"))
        for name in ("comments/_list.html", "watch/_comments.html", "overlay/_pinned.html"):
            assert "¥30" in drawn[name], name


async def test_a_batch_of_our_shape_with_a_field_that_nobody_knows_is_named_and_changes_nothing(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    answer = await ingest(api, show, ours(one(1)) | {"zz": 1, "y" * 100: 2})
    assert wrong_fields(answer) == {"zz", "y" * 64}
    assert done(await ingest(api, show, ours(one(1))))["accepted"] == 1
    assert len(await kept(runtime, show, 1)) == 1
