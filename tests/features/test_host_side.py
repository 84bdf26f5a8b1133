"""Cues and questions: sent, seen, read, answered, taken back; the same for every screen and for SQL."""

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette

from live.domain.access import Role
from live.domain.ids import ShowId
from live.features.accounts.actions import create_token
from live.features.screens.presenters.board import Boards
from live.features.screens.presenters.host_views import HostSide
from live.runtime import Runtime
from live.store.asks import find_ask
from live.store.cues import find_cue
from tests.asking import NOBODY, Api, done, eventually, refused, wrong_fields
from tests.factories import make_room, make_show, make_viewer, signed_in


@pytest.fixture
async def show(api: Api) -> str:
    return await make_show(api)


async def cue(api: Api, show: str, text: str) -> str:
    return str(done(await api.post(f"/shows/{show}/cues", {"text": text}))["id"])


async def question(api: Api, show: str, text: str = "包邮吗？") -> str:
    viewer = await make_viewer(api, "阿梅")
    said = await api.post(f"/shows/{show}/comments", {"text": text}, token=viewer.token)
    return str(done(said)["id"])


async def waiting(api: Api, show: str) -> list[str]:
    return [one["text"] for one in done(await api.get(f"/shows/{show}/cues"))["cues"]]


async def side(app: Starlette, show: str) -> HostSide:
    """As a process draws it that has just come to the show: from SQL, and the log behind it."""
    return (await Boards(app.state.runtime).board(show, fresh=True)).host


async def test_cues_wait_in_a_line_and_each_says_what_became_of_it(api: Api, show: str) -> None:
    first, second = await cue(api, show, "念限购"), await cue(api, show, "讲尺寸")
    assert await waiting(api, show) == ["念限购", "讲尺寸"]
    seen = done(await api.post(f"/shows/{show}/cues/{first}/seen"))
    assert seen["seen_at"]
    assert seen["acked_at"] is None
    again = done(await api.post(f"/shows/{show}/cues/{first}/seen"))
    assert again == seen
    read = done(await api.post(f"/shows/{show}/cues/{first}/ack"))
    assert read["acked_at"] >= read["seen_at"]
    assert done(await api.post(f"/shows/{show}/cues/{first}/ack")) == read
    assert await waiting(api, show) == ["讲尺寸"]
    assert done(await api.get(f"/shows/{show}/now"))["cue"]["id"] == second


async def test_a_cue_is_taken_back_until_the_host_has_read_it(api: Api, show: str) -> None:
    gone, read = await cue(api, show, "看镜头"), await cue(api, show, "催单")
    for _ in range(2):
        assert done(await api.post(f"/shows/{show}/cues/{gone}/drop"))["dropped_at"]
    refused(await api.post(f"/shows/{show}/cues/{gone}/ack"), 409, "cue_dropped")
    done(await api.post(f"/shows/{show}/cues/{read}/ack"))
    refused(await api.post(f"/shows/{show}/cues/{read}/drop"), 409, "cue_acked")
    assert await waiting(api, show) == []


async def test_of_reading_and_taking_back_at_once_one_counts_everywhere(
    api: Api, app: Starlette, runtime: Runtime, show: str
) -> None:
    for _ in range(5):
        one = await cue(api, show, "补货了")
        verbs = ["ack", "drop"] * 3
        answers = await asyncio.gather(
            *(api.post(f"/shows/{show}/cues/{one}/{verb}") for verb in verbs)
        )
        won = {v for v, a in zip(verbs, answers, strict=True) if a.status_code == 200}
        assert len(won) == 1
        seen = (await side(app, show)).find_cue(one)
        assert seen is not None
        assert (seen.acked_at is not None, seen.dropped_at is not None) == (
            won == {"ack"}, won == {"drop"},
        )  # fmt: skip

        async def is_written(cue_id: str = one, by: str = won.pop()) -> bool:
            async with runtime.db.read() as session:
                row = await find_cue(session, cue_id)
            return row is not None and (row.acked_at if by == "ack" else row.dropped_at) is not None

        await eventually(is_written)


async def test_a_question_that_was_sent_over_is_answered_or_taken_back(api: Api, show: str) -> None:
    one, two = await question(api, show), await question(api, show, "黑色还补吗？")
    sent = await api.post(f"/shows/{show}/asks", {"comment_id": one})
    assert sent.status_code == 201
    assert (done(sent)["text"], done(sent)["name"]) == ("包邮吗？", "阿梅")
    assert done(await api.post(f"/shows/{show}/asks", {"comment_id": one})) == done(sent)
    done(await api.post(f"/shows/{show}/asks", {"comment_id": two}))
    open_now = done(await api.get(f"/shows/{show}/asks"))["asks"]
    assert [ask["comment"] for ask in open_now] == [one, two]

    assert done(await api.post(f"/shows/{show}/asks/{one}/done"))["answered_at"]
    refused(await api.post(f"/shows/{show}/asks/{one}/drop"), 409, "ask_answered")
    assert done(await api.post(f"/shows/{show}/asks/{two}/drop"))["dropped_at"]
    refused(await api.post(f"/shows/{show}/asks/{two}/done"), 409, "ask_dropped")
    assert done(await api.get(f"/shows/{show}/asks"))["asks"] == []

    done(await api.post(f"/shows/{show}/asks", {"comment_id": one}))  # it is asked once more
    assert [a["comment"] for a in done(await api.get(f"/shows/{show}/asks"))["asks"]] == [one]


async def test_what_is_not_there_is_404_and_wrong_input_changes_nothing(
    api: Api, show: str
) -> None:
    other = await make_show(api)
    elsewhere, asked = await cue(api, other, "那一场的"), await question(api, other)
    for name in ("none", elsewhere):
        for verb in ("seen", "ack", "drop"):
            refused(await api.post(f"/shows/{show}/cues/{name}/{verb}"), 404, "not_found")
    for comment in ("none", asked, f"{show}-c9999"):
        refused(await api.post(f"/shows/{show}/asks", {"comment_id": comment}), 404, "not_found")
        refused(await api.post(f"/shows/{show}/asks/{comment}/done"), 404, "not_found")
    for body in ({}, {"comment_id": ""}, {"comment_id": 7}):
        assert wrong_fields(await api.post(f"/shows/{show}/asks", body)) == {"comment_id"}
    assert await waiting(api, show) == []
    assert await waiting(api, other) == ["那一场的"]


async def test_a_host_reads_and_answers_but_sends_nothing(
    api: Api, runtime: Runtime, show: str
) -> None:
    now = runtime.clock.now()
    host = await create_token(runtime.db, role="host", name="主播", now=now)
    one, asked = await cue(api, show, "催单"), await question(api, show)
    done(await api.post(f"/shows/{show}/asks", {"comment_id": asked}))
    for path in (f"cues/{one}/drop", f"asks/{asked}/drop"):
        refused(await api.post(f"/shows/{show}/{path}", token=host), 403, "forbidden")
    refused(
        await api.post(f"/shows/{show}/asks", {"comment_id": asked}, token=host), 403, "forbidden"
    )
    refused(await api.get(f"/shows/{show}/asks", token=NOBODY), 401, "not_signed_in")
    assert len(done(await api.get(f"/shows/{show}/cues", token=host))["cues"]) == 1
    done(await api.post(f"/shows/{show}/cues/{one}/ack", token=host))
    done(await api.post(f"/shows/{show}/asks/{asked}/done", token=host))


async def test_who_sent_read_answered_and_took_back_is_on_record(
    api: Api, app: Starlette, show: str
) -> None:
    one, two, asked = (
        await cue(api, show, "一"),
        await cue(api, show, "二"),
        await question(api, show),
    )
    done(await api.post(f"/shows/{show}/cues/{one}/seen"))
    done(await api.post(f"/shows/{show}/cues/{one}/ack"))
    done(await api.post(f"/shows/{show}/cues/{two}/drop"))
    done(await api.post(f"/shows/{show}/asks", {"comment_id": asked}))
    done(await api.post(f"/shows/{show}/asks/{asked}/done"))
    board = await Boards(app.state.runtime).board(show, fresh=True)
    verbs = [(act.actor, act.verb, act.detail) for act in board.acts]
    assert verbs[-6:] == [
        ("bot", "cue:send", "一"), ("bot", "cue:send", "二"), ("bot", "cue:ack", "一"),
        ("bot", "cue:drop", "二"), ("bot", "ask:send", "包邮吗？"), ("bot", "ask:done", "包邮吗？"),
    ]  # fmt: skip


async def test_a_show_that_is_over_leaves_cues_and_questions_as_they_were(
    api: Api, app: Starlette, show: str
) -> None:
    one, asked = await cue(api, show, "催单"), await question(api, show)
    done(await api.post(f"/shows/{show}/asks", {"comment_id": asked}))
    done(await api.post(f"/shows/{show}/end"))
    for path in (f"cues/{one}/ack", f"cues/{one}/drop", f"asks/{asked}/done"):
        refused(await api.post(f"/shows/{show}/{path}"), 409, "ended")
    assert await waiting(api, show) == []  # nobody waits for the host any more
    told = await side(app, show)
    assert told.cues[0].is_open


async def test_sql_knows_what_the_log_told_of_cues_and_questions(
    api: Api, app: Starlette, runtime: Runtime, show: str
) -> None:
    cues = [await cue(api, show, f"第 {n} 条") for n in range(4)]
    for name, verb in zip(cues, ("seen", "ack", "drop"), strict=False):
        done(await api.post(f"/shows/{show}/cues/{name}/{verb}"))
    asks = [await question(api, show, f"问 {n}？") for n in range(3)]
    for comment in asks:
        done(await api.post(f"/shows/{show}/asks", {"comment_id": comment}))
    done(await api.post(f"/shows/{show}/asks/{asks[0]}/done"))
    done(await api.post(f"/shows/{show}/asks/{asks[1]}/drop"))
    told = await side(app, show)

    async def has_all() -> bool:
        async with runtime.db.read() as session:
            row = await find_ask(session, asks[1])
        return row is not None and row.dropped_at is not None

    await eventually(has_all)
    assert await side(app, show) == told  # from SQL alone by now
    assert [one.text for one in told.open_cues] == ["第 0 条", "第 3 条"]
    assert [one.comment for one in told.open_asks] == [asks[2]]


async def test_a_page_of_the_host_reads_a_cue_with_a_form(
    api: Api, app: Starlette, runtime: Runtime
) -> None:
    room = await make_room(runtime, "小南的直播间")
    show = await make_show(api, room_id=room)
    one = await cue(api, show, "催单")
    headers: dict[str, Any] = await signed_in(api, runtime, {room: Role.HOST})
    for verb, status in (("seen", 303), ("ack", 303), ("drop", 403)):
        answer = await api.send(
            "POST", f"/shows/{show}/cues/{one}/{verb}", token=NOBODY, headers=headers
        )
        assert answer.status_code == status
    read = (await side(app, show)).find_cue(one)
    assert read is not None
    assert read.acked_at
    assert await runtime.log.totals(ShowId(show)) is not None
