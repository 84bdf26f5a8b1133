"""Who comes too late in the control room hears after whom, and when; the API's refusals stay as they are."""

from live.domain.access import Role
from live.runtime import Runtime
from live.store.rooms import list_rooms
from live.web.words import translate
from tests.asking import NOBODY, Api, done, refused
from tests.factories import make_offer, make_show, signed_in


async def operator(api: Api, runtime: Runtime) -> dict[str, str]:
    async with runtime.db.read() as session:
        [room] = await list_rooms(session)
    return await signed_in(api, runtime, {room.id: Role.OPERATOR})


async def press(api: Api, headers: dict[str, str], show: str, path: str, body: str = "") -> str:
    """What the toast says."""
    answer = await api.send(
        "POST", f"/shows/{show}/offers/{path}", token=NOBODY, content=body.encode(),
        headers=headers
        | {"hx-request": "true", "accept-language": "en", "content-type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert answer.status_code == 409, answer.text
    return answer.text


async def test_a_second_press_hears_who_was_first(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    lin = await operator(api, runtime)
    offer = await make_offer(api, show)
    refused(await api.post(f"/offers/{offer}/push"), 409, "illegal_move")
    told = await press(api, lin, show, f"{offer}/push")
    assert "Not done: bot pushed" in told
    assert "s ago" in told
    gone = await api.send("POST", f"/shows/{show}/offers/{offer}/close", token=NOBODY, headers=lin)
    assert gone.status_code == 303
    assert "Not done: you closed" in await press(api, lin, show, f"{offer}/restock", "delta=3")


async def test_of_a_sale_that_ended_by_itself_its_state_is_said(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    lin = await operator(api, runtime)
    offer = await make_offer(api, show)
    done(await api.post(f"/shows/{show}/end"))
    text = await press(api, lin, show, f"{offer}/pause")
    assert f"is now “{translate('en', 'offers.state.closed')}”" in text, "nobody closed it by hand"
