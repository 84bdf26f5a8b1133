"""A box of buttons: what it is shown, and what its presses do."""

from typing import Any

from starlette.applications import Starlette

from live.domain.access import Role
from live.features.accounts.actions import create_token
from live.features.screens.presenters.board import Boards
from live.runtime import Runtime
from live.store.rooms import list_rooms
from live.store.shows import find_show
from tests.asking import NOBODY, Api, done, eventually, refused, wrong_fields
from tests.factories import make_item, make_offer, make_show, make_viewer, signed_in


async def three(api: Api, **values: Any) -> tuple[str, list[str]]:
    """A live show and three drafts, in line-up order."""
    show = await make_show(api)
    drafts = []
    for n in range(3):
        item = await make_item(api, show, sku=f"A{n}", title=f"T{n}")
        drafts.append(await make_offer(api, show, item_id=item, push=False, **values))
    return show, drafts


async def upcoming(api: Api, show: str) -> str | None:
    told = done(await api.get(f"/shows/{show}/now"))["next"]
    return told["id"] if told else None


async def test_what_comes_next_is_chosen_by_id_by_line_and_by_steps(api: Api) -> None:
    show, (one, two, three_) = await three(api)
    assert await upcoming(api, show) == one
    path = f"/shows/{show}/next"
    chosen = done(await api.post(path, {"offer_id": three_}))["next"]
    assert (chosen["id"], chosen["slot"], chosen["title"]) == (three_, 3, "T2")
    for step, expected in ((-1, two), (-5, one), (1, two), (5, three_)):
        assert done(await api.post(path, {"step": step}))["next"]["id"] == expected
    assert done(await api.post(path, {"slot": 2}))["next"]["id"] == two
    assert done(await api.post(path, {}))["next"]["id"] == one, "by the line-up again"


async def test_what_was_chosen_stays_next_when_it_is_changed(api: Api, runtime: Runtime) -> None:
    """Or the next press would push another item: a changed draft is another one."""
    show, drafts = await three(api)
    await api.post(f"/shows/{show}/next", {"offer_id": drafts[1]})
    lines = done(await api.get(f"/shows/{show}/items"))["items"]
    change = {"id": lines[1]["id"], "sale": {"price": 4900}}
    done(await api.patch(f"/shows/{show}/items", {"items": [change]}))
    told = done(await api.get(f"/shows/{show}/now"))["next"]
    assert (told["slot"], told["price"]) == (2, 4900)
    assert told["id"] != drafts[1]

    async def in_sql() -> bool:
        async with runtime.db.read() as session:
            row = await find_show(session, show)
        return row is not None and row.next_offer == told["id"]

    await eventually(in_sql)
    assert done(await api.post(f"/shows/{show}/take", {}))["id"] == told["id"]


async def test_what_cannot_come_next_is_refused_and_changes_nothing(api: Api) -> None:
    show, (one, two, _) = await three(api)
    other, (foreign, *_) = await three(api)
    path = f"/shows/{show}/next"
    done(await api.post(f"/offers/{one}/push"))
    done(await api.post(path, {"offer_id": two}))
    refused(await api.post(path, {"offer_id": one}), 409, "illegal_move")
    refused(await api.post(path, {"offer_id": foreign}), 404, "not_found")
    refused(await api.post(path, {"offer_id": f"{show}-onothing"}), 404, "not_found")
    refused(await api.post(path, {"slot": 1}), 409, "no_draft")
    refused(await api.post(path, {"slot": 9}), 409, "no_draft")
    assert wrong_fields(await api.post(path, {"slot": 1, "step": 1})) == {"offer_id"}
    assert wrong_fields(await api.post(path, {"step": "x"})) == {"step"}
    assert await upcoming(api, show) == two
    viewer = (await make_viewer(api)).token
    refused(await api.post(path, {"slot": 3}, token=viewer), 403, "forbidden")
    refused(await api.get(f"/shows/{show}/now", token=NOBODY), 401, "not_signed_in")
    done(await api.post(f"/shows/{other}/end"))
    refused(await api.post(f"/shows/{other}/next", {"slot": 2}), 409, "ended")


async def test_take_pushes_what_is_next_and_the_line_up_goes_on_behind_it(api: Api) -> None:
    show, (one, two, three_) = await three(api)
    done(await api.post(f"/shows/{show}/next", {"offer_id": two}))
    taken = done(await api.post(f"/shows/{show}/take", {"expect": two}))
    assert (taken["id"], taken["state"]) == (two, "open")
    now = done(await api.get(f"/shows/{show}/now"))
    assert (now["on_air"]["id"], now["next"]["id"]) == (two, three_)
    done(await api.post(f"/shows/{show}/next", {"offer_id": one}))
    done(await api.post(f"/shows/{show}/take", {"expect": one, "end_others": True}))
    assert (await api.offer(two))["state"] == "closed"
    assert await upcoming(api, show) == three_


async def test_a_double_press_is_one_push(api: Api) -> None:
    show, (one, two, _) = await three(api)
    done(await api.post(f"/shows/{show}/take"))
    refused(await api.post(f"/shows/{show}/take"), 409, "pushed_twice")
    assert (await api.offer(two))["state"] == "draft"
    refused(await api.post(f"/shows/{show}/take", {"expect": one}), 412, "changed_meanwhile")
    done(await api.post(f"/shows/{show}/take", {"expect": two}))

    async def is_taken() -> bool:
        return (await api.post(f"/shows/{show}/take")).status_code == 200

    await eventually(is_taken, every_s=0.1)
    refused(await api.post(f"/shows/{show}/take"), 409, "no_draft")


async def test_a_countdown_is_no_way_around_the_double_press(api: Api) -> None:
    show, _ = await three(api, countdown_s=30)
    assert done(await api.post(f"/shows/{show}/take"))["state"] == "armed"
    refused(await api.post(f"/shows/{show}/take"), 409, "pushed_twice")


async def test_freezing_names_what_it_paused(api: Api) -> None:
    show, (one, two, _) = await three(api)
    for offer in (one, two):
        done(await api.post(f"/offers/{offer}/push"))
    assert sorted(done(await api.post(f"/shows/{show}/freeze"))["paused"]) == sorted([one, two])
    assert done(await api.post(f"/shows/{show}/freeze"))["paused"] == []
    assert (await api.offer(one))["state"] == "paused"


async def test_the_choice_outlives_processes_and_is_in_the_audit_log(
    api: Api, app: Starlette, runtime: Runtime
) -> None:
    show, (_, two, three_) = await three(api)
    done(await api.post(f"/shows/{show}/next", {"offer_id": three_}))

    async def is_written() -> bool:
        async with runtime.db.read() as session:
            row = await find_show(session, show)
        return row is not None and row.next_offer == three_

    await eventually(is_written)
    for boards in (app.state.boards, Boards(runtime)):
        board = await boards.board(show, fresh=True)
        assert board.next
        assert board.next.id == board.chosen_next == three_
    acts = done(await api.get(f"/shows/{show}/acts"))["acts"]
    assert [(act["verb"], act["detail"]) for act in acts if "next" in act["verb"]] == [
        ("offer:next", f"{three_} T2")
    ]
    assert two != three_


async def test_the_page_says_what_was_done_and_how_to_take_it_back(
    api: Api, runtime: Runtime
) -> None:
    show, (one, two, _) = await three(api)
    async with runtime.db.read() as session:
        [room] = await list_rooms(session)
    headers = await signed_in(api, runtime, {room.id: Role.OPERATOR}) | {"hx-request": "true"}

    async def press(path: str, **form: str) -> str:
        path = f"/shows/{show}/{path}"
        answer = await api.send("POST", path, token=NOBODY, headers=headers, data=form)
        assert answer.is_success, answer.text
        return answer.text

    assert "next" in await press("next", step="1")
    assert await upcoming(api, show) == two
    assert await press("next", slot="2") == "", "nothing has changed"
    done(await api.post(f"/shows/{show}/take", {"expect": two}))
    assert f"/shows/{show}/offers/{two}/resume" in await press(f"offers/{two}/pause")
    assert f"/shows/{show}/offers/{two}/pause" in await press(f"offers/{two}/resume")
    assert f"/shows/{show}/offers/{two}/resume" in await press("freeze")
    assert one


async def test_a_host_may_look_and_not_press(api: Api, runtime: Runtime) -> None:
    show, _ = await three(api)
    host = await create_token(runtime.db, role="host", name="h", now=runtime.clock.now())
    assert done(await api.get(f"/shows/{show}/now", token=host))["state"] == "live"
    for path in ("next", "take", "freeze"):
        refused(await api.post(f"/shows/{show}/{path}", token=host), 403, "forbidden")
