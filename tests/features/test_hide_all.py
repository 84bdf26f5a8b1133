"""All that a viewer has said, hidden at once and brought back."""

from starlette.applications import Starlette

from live.domain.ids import ShowId
from live.features.screens.presenters.board import Boards
from live.runtime import Runtime
from tests.asking import Api, done, eventually, refused, wrong_fields
from tests.factories import make_show, make_viewer
from tests.features.test_moderation import listed, put_rules, said


async def test_all_that_a_viewer_said_is_hidden_and_can_be_brought_back(
    app: Starlette, api: Api, runtime: Runtime
) -> None:
    boards: Boards = app.state.boards
    show, troll, other = await make_show(api), await make_viewer(api), await make_viewer(api)
    path = f"/shows/{show}/viewers/{troll.id}/hide-comments"
    spam = [(await said(api, show, troll, f"假货 {n}"))["id"] for n in range(3)]
    kept = (await said(api, show, other, "好看"))["id"]
    done(await api.post(f"/shows/{show}/comments/{spam[0]}/hide"))
    done(await api.post(f"/shows/{show}/comments/{spam[2]}/pin"))
    await put_rules(api, show, premoderation=True)
    waiting = (await said(api, show, troll, "没人审过"))["id"]

    hidden = done(await api.post(path))
    assert hidden == {"viewer": troll.id, "hidden": spam[1:]}
    assert done(await api.post(path))["hidden"] == []
    board = await boards.board(show, fresh=True)
    assert ([line.id for line in board.said], board.held_count, board.pinned) == ([kept], 0, None)

    async def is_written() -> bool:
        states = {row["id"]: row["state"] for row in await listed(api, show)}
        return states == dict.fromkeys([*spam, waiting], "hidden") | {kept: "shown"}

    await eventually(is_written)
    bring_back = f"/shows/{show}/comments/bring-back"
    asked = {"comments": [*hidden["hidden"], kept]}
    assert done(await api.post(bring_back, asked)) == {"shown": 2}
    assert done(await api.post(bring_back, asked)) == {"shown": 0}
    board = await boards.board(show, fresh=True)
    shown = {line.id for line in board.said}
    assert shown == {*spam[1:], kept}, "and no more than was hidden so"
    facts = await runtime.facts.tail(ShowId(show), 0, 100)
    acts = [fact.payload for fact in facts if fact.kind == "act"]
    assert [(act["verb"], act["detail"]) for act in acts[-3:]] == [
        ("viewer:hide", f"{troll.id} 2"), ("viewer:hide", f"{troll.id} 1"), ("comment:bring_back", "2"),
    ]  # fmt: skip

    refused(await api.post(f"/shows/{show}/viewers/no one/hide-comments"), 404, "not_found")
    for wrong in ([], ["x"] * 501, "x", None):
        assert wrong_fields(await api.post(bring_back, {"comments": wrong})) == {"comments"}
    for no_comment in ("x-c1", f"{show}-o1", f"{show}-c99999"):
        refused(await api.post(bring_back, {"comments": [no_comment]}), 404, "not_found")
    refused(await api.post(path, token=troll.token), 403, "forbidden")
