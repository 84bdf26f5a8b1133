"""Comments that wait until somebody approves them: one by one, or all at once."""

from starlette.applications import Starlette

from live.domain.ids import ShowId
from live.features.screens.presenters.board import Boards
from live.runtime import Runtime
from tests.asking import Api, done, eventually, refused, wrong_fields
from tests.factories import make_show, make_viewer
from tests.features.test_moderation import listed, put_rules, said


async def test_premoderation_holds_until_somebody_approves(api: Api) -> None:
    show, viewer = await make_show(api), await make_viewer(api)
    await put_rules(api, show, premoderation=True)
    comment = await said(api, show, viewer)
    assert comment["state"] == "held"

    async def is_held() -> bool:
        return [c["id"] for c in await listed(api, show, filter="held")] == [comment["id"]]

    await eventually(is_held)
    answer = done(await api.post(f"/shows/{show}/comments/{comment['id']}/show"))
    assert answer == {"id": comment["id"], "state": "shown"}

    async def is_shown() -> bool:
        rows = await listed(api, show)
        return [(c["state"], c["why"]) for c in rows] == [("shown", "premoderation")]

    await eventually(is_shown)
    assert await listed(api, show, filter="held") == []


async def test_all_that_wait_are_approved_up_to_the_newest_that_was_read(
    app: Starlette, api: Api, runtime: Runtime
) -> None:
    boards: Boards = app.state.boards
    show, viewer = await make_show(api), await make_viewer(api)
    await put_rules(api, show, premoderation=True, blocked=["加微信"])
    ids = [(await said(api, show, viewer, f"第 {n} 条"))["id"] for n in range(4)]
    await said(api, show, viewer, "加微信")
    done(await api.post(f"/shows/{show}/comments/{ids[1]}/hide"))
    board = await boards.board(show, fresh=True)
    read = board.chat["held"].newest
    later = await said(api, show, viewer, "没人读过")
    path = f"/shows/{show}/comments/approve"
    assert done(await api.post(path, {"up_to": read})) == {"up_to": read, "approved": 3}
    assert done(await api.post(path, {"up_to": read})) == {"up_to": read, "approved": 0}
    board = await boards.board(show, fresh=True)
    assert board.held_count == 1
    assert [line.id for line in board.said] == [ids[0], ids[2], ids[3]]
    states = [line.state for line in board.chat[""].lines]
    assert states == ["shown", "hidden", "shown", "shown", "hidden", "held"]

    async def is_written() -> bool:
        return [c["state"] for c in await listed(api, show)] == states

    await eventually(is_written)  # now SQL knows what waits, and the log need not be read
    assert done(await api.post(path, {"up_to": later["id"]}))["approved"] == 1
    facts = await runtime.facts.tail(ShowId(show), 0, 100)
    acts = [fact.payload for fact in facts if fact.kind == "act"]
    approved = [act["detail"] for act in acts if act["verb"] == "comment:approve"]
    assert approved == ["3", "1"]


async def test_nothing_is_approved_up_to_what_is_no_comment(api: Api) -> None:
    show, viewer = await make_show(api), await make_viewer(api)
    path = f"/shows/{show}/comments/approve"
    await put_rules(api, show, premoderation=True)
    comment = (await said(api, show, viewer))["id"]
    for wrong in (f"{show}-c999", "x-c1", f"{show}-o1"):
        refused(await api.post(path, {"up_to": wrong}), 404, "not_found")
    assert wrong_fields(await api.post(path, {})) == {"up_to"}
    assert wrong_fields(await api.post(path, {"up_to": 7})) == {"up_to"}
    assert done(await api.post(path, {"up_to": comment}))["approved"] == 1
