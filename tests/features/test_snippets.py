"""The quick cues and replies of a room: the crew's own, as text, and nobody overwrites what they have not seen."""

from typing import Any

import pytest

from live.domain.access import Role
from live.features.screens.presenters.board import Boards
from live.features.screens.presenters.partials import present
from live.runtime import Runtime
from live.store.rooms import list_rooms
from tests.asking import NOBODY, Api, done, refused, wrong_fields
from tests.factories import make_room, make_show, signed_in


async def test_a_room_has_its_own_in_every_show_and_no_other_room_has_them(
    api: Api, runtime: Runtime
) -> None:
    first, second = await make_show(api), await make_show(api)
    other = await make_show(api, room_id=await make_room(runtime, "other"))
    path = "/shows/{}/quick-cues"
    empty = done(await api.get(path.format(first)))
    assert empty["texts"] == []
    told = done(await api.put(path.format(first), {"texts": ["喝口水", "报尺码", "喝口水"]}))
    assert told == done(await api.get(path.format(second)))
    assert told["texts"] == ["喝口水", "报尺码", "喝口水"]
    assert done(await api.get(path.format(other))) == empty
    assert done(await api.put(path.format(second), {"texts": []})) == empty


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"texts": None},
        {"texts": ["x"] * 9},
        {"texts": ["x" * 41]},
        {"texts": ["a", " "]},
        {"texts": "催单"},
    ],
)
async def test_wrong_ones_change_nothing(api: Api, body: dict[str, Any]) -> None:
    path = f"/shows/{await make_show(api)}/quick-cues"
    before = done(await api.put(path, {"texts": ["催单"]}))
    assert wrong_fields(await api.put(path, body)) == {"texts"}
    assert done(await api.get(path)) == before


async def test_what_somebody_else_has_set_meanwhile_is_not_overwritten(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    path = f"/shows/{show}/quick-cues"
    mark = done(await api.put(path, {"texts": ["催单"]}))["mark"]
    async with runtime.db.read() as session:
        [room] = await list_rooms(session)
    crew = await signed_in(api, runtime, {room.id: Role.OPERATOR})
    form = {"texts": "讲尺寸\n\n 看镜头 \n", "seen": mark}
    page = await api.send("POST", path, token=NOBODY, headers=crew, data=form)
    assert page.status_code == 200, page.text
    assert "讲尺寸" in page.text
    assert done(await api.get(path))["texts"] == ["讲尺寸", "看镜头"]
    late = await api.put(path, {"texts": ["晚了"]}, headers={"If-Match": f'"{mark}"'})
    refused(late, 412, "changed_meanwhile")
    again = await api.send("POST", path, token=NOBODY, headers=crew, data=form)
    assert again.status_code == 412
    assert done(await api.get(path))["texts"] == ["讲尺寸", "看镜头"]


async def test_an_open_control_room_shows_what_another_one_has_set(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    boards = Boards(runtime)
    before = present(await boards.board(show), "control", "zh")
    assert "讲尺寸" in before["quick-cues"], "nobody has set any: ours"
    assert "<button" not in before["quick-replies"]
    done(await api.put(f"/shows/{show}/quick-cues", {"texts": ["喝口水"]}))
    done(await api.put(f"/shows/{show}/quick-replies", {"texts": ["全场包邮", "拍 <1> 号链接"]}))
    now = present(await boards.board(show, fresh=True), "control", "zh")
    assert "喝口水" in now["quick-cues"]
    assert "讲尺寸" not in now["quick-cues"]
    assert "全场包邮" in now["quick-replies"]
    assert "拍 &lt;1&gt; 号链接" in now["quick-replies"]
    other = present(await Boards(runtime).board(await make_show(api)), "control", "en")
    assert "全场包邮" in other["quick-replies"], "the room's, in every show"


async def test_replies_have_a_list_of_their_own(api: Api) -> None:
    path = f"/shows/{await make_show(api)}/quick-replies"
    done(await api.put(path.replace("replies", "cues"), {"texts": ["催单"]}))
    assert done(await api.get(path))["texts"] == []
    told = done(await api.put(path, {"texts": ["x" * 100] * 12}))
    refused(
        await api.put(path, {"texts": []}, headers={"If-Match": '"old"'}), 412, "changed_meanwhile"
    )
    assert done(await api.get(path)) == told
    for wrong in (["x" * 101], ["x"] * 13):
        assert wrong_fields(await api.put(path, {"texts": wrong})) == {"texts"}


async def test_the_host_and_strangers_may_not(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    path = f"/shows/{show}/quick-cues"
    assert (await api.get(path, token=NOBODY)).status_code == 401
    async with runtime.db.read() as session:
        [room] = await list_rooms(session)
    host = await signed_in(api, runtime, {room.id: Role.HOST})
    page = await api.send("POST", path, token=NOBODY, headers=host, data={"texts": "x"})
    assert page.status_code == 403
