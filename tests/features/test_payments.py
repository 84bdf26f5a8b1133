import asyncio
from datetime import datetime, timedelta

import pytest

from live.domain.access import Role
from live.runtime import Runtime
from live.store.rooms import list_rooms
from tests.asking import NOBODY, Api, done, eventually, refused, wrong_fields
from tests.factories import Viewer, buy, make_offer, make_order, make_show, make_viewer, signed_in


@pytest.fixture
async def show(api: Api) -> str:
    return await make_show(api)


@pytest.fixture
async def viewer(api: Api) -> Viewer:
    return await make_viewer(api)


async def state_of(api: Api, order: str) -> str:
    return str(done(await api.get(f"/orders/{order}"))["state"])


async def expired_order(api: Api, offer: str, viewer: Viewer) -> str:
    """An order whose hold of one second has run out."""
    order = await make_order(api, offer, viewer)

    async def is_expired() -> bool:
        return await state_of(api, order) == "expired"

    await eventually(is_expired)
    return order


async def stock(api: Api, offer: str) -> tuple[int, int, int]:
    told = await api.offer(offer)
    return told["left"], told["held"], told["sold"]


async def test_a_held_order_is_paid_once_however_often_it_is_paid(
    api: Api, show: str, viewer: Viewer
) -> None:
    offer = await make_offer(api, show)
    order = await make_order(api, offer, viewer, 2)
    pay = f"/orders/{order}/pay"
    answers = await asyncio.gather(*(api.post(pay, token=viewer.token) for _ in range(10)))
    assert {done(answer)["state"] for answer in answers} == {"paid"}
    assert len({answer.content for answer in answers}) == 1
    assert await stock(api, offer) == (8, 0, 2)
    assert done(await api.get(f"/shows/{show}/tally"))["gmv_paid"] == 11800


async def test_a_cancelled_hold_frees_its_units_and_its_part_of_the_limit(
    api: Api, show: str, viewer: Viewer
) -> None:
    offer = await make_offer(api, show, per_buyer_limit=1, quantity=1)
    order = await make_order(api, offer, viewer)
    for _ in range(2):
        told = done(await api.post(f"/orders/{order}/cancel", token=viewer.token))
        assert told["state"] == "cancelled"
    assert await stock(api, offer) == (1, 0, 0)
    done(await buy(api, offer, viewer))


async def test_a_cancelled_order_is_not_paid(api: Api, show: str, viewer: Viewer) -> None:
    offer = await make_offer(api, show)
    order = await make_order(api, offer, viewer)
    done(await api.post(f"/orders/{order}/cancel", token=viewer.token))
    answer = await api.post(f"/orders/{order}/pay", token=viewer.token)
    refused(answer, 409, "illegal_move")
    assert await state_of(api, order) == "cancelled"
    assert await stock(api, offer) == (10, 0, 0)


async def test_a_viewer_does_not_take_back_what_they_paid_but_an_operator_refunds_it(
    api: Api, show: str, viewer: Viewer
) -> None:
    offer = await make_offer(api, show)
    order = await make_order(api, offer, viewer, 2)
    done(await api.post(f"/orders/{order}/pay", token=viewer.token))
    cancel = f"/orders/{order}/cancel"
    refused(await api.post(cancel, token=viewer.token), 409, "illegal_move")
    assert await stock(api, offer) == (8, 0, 2)
    for _ in range(2):
        assert done(await api.post(cancel))["state"] == "refunded"
    assert await stock(api, offer) == (10, 0, 0)
    assert done(await api.get(f"/shows/{show}/tally"))["gmv_paid"] == 0
    done(await buy(api, offer, viewer, 2))


async def test_a_late_payment_is_honoured_from_stock_that_is_left(
    api: Api, show: str, viewer: Viewer
) -> None:
    offer = await make_offer(api, show, quantity=1, hold_s=1)
    order = await expired_order(api, offer, viewer)
    assert await stock(api, offer) == (1, 0, 0)
    assert done(await api.post(f"/orders/{order}/pay", token=viewer.token))["state"] == "paid"
    assert await stock(api, offer) == (0, 0, 1)


async def test_a_late_payment_without_stock_is_refunded(
    api: Api, show: str, viewer: Viewer
) -> None:
    offer = await make_offer(api, show, quantity=1, hold_s=1)
    order = await expired_order(api, offer, viewer)
    quicker = await make_viewer(api)
    other = await make_order(api, offer, quicker)
    done(await api.post(f"/orders/{other}/pay", token=quicker.token))
    for _ in range(2):
        told = done(await api.post(f"/orders/{order}/pay", token=viewer.token))
        assert told["state"] == "refunded"
    assert await stock(api, offer) == (0, 0, 1)

    async def is_proven() -> bool:
        return bool((await api.audit(show))["ok"])

    await eventually(is_proven)


async def test_a_late_payment_over_the_buyers_limit_is_refunded(
    api: Api, show: str, viewer: Viewer
) -> None:
    offer = await make_offer(api, show, per_buyer_limit=1, hold_s=1)
    order = await expired_order(api, offer, viewer)
    second = await make_order(api, offer, viewer)
    done(await api.post(f"/orders/{second}/pay", token=viewer.token))
    told = done(await api.post(f"/orders/{order}/pay", token=viewer.token))
    assert told["state"] == "refunded"
    assert await stock(api, offer) == (9, 0, 1)


async def test_a_hold_stays_payable_after_the_offer_and_the_show_have_ended(
    api: Api, show: str, viewer: Viewer
) -> None:
    offer = await make_offer(api, show)
    orders = [await make_order(api, offer, viewer) for _ in range(2)]
    done(await api.post(f"/offers/{offer}/close"))
    first = await api.post(f"/orders/{orders[0]}/pay", token=viewer.token)
    done(await api.post(f"/shows/{show}/end"))
    second = await api.post(f"/orders/{orders[1]}/pay", token=viewer.token)
    assert [done(answer)["state"] for answer in (first, second)] == ["paid", "paid"]


async def test_paying_and_cancelling_at_once_ends_in_one_of_both(
    api: Api, show: str, viewer: Viewer
) -> None:
    offer = await make_offer(api, show, quantity=1)
    order = await make_order(api, offer, viewer)
    answers = await asyncio.gather(
        *(api.post(f"/orders/{order}/{verb}", token=viewer.token) for verb in ("pay", "cancel"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    state = await state_of(api, order)
    assert await stock(api, offer) == {"paid": (0, 0, 1), "cancelled": (1, 0, 0)}[state]


async def test_more_time_is_given_once_and_the_first_answer_stays_word_for_word(
    api: Api, show: str, viewer: Viewer
) -> None:
    offer = await make_offer(api, show)
    first = await buy(api, offer, viewer, key="k-more")
    order, ends = done(first)["id"], datetime.fromisoformat(done(first)["expires_at"])
    extend = f"/orders/{order}/extend"
    answers = await asyncio.gather(*(api.post(extend, token=viewer.token) for _ in range(5)))
    assert len({answer.content for answer in answers}) == 1
    told = done(answers[0])
    assert (told["state"], told["extended"]) == ("held", True)
    assert datetime.fromisoformat(told["expires_at"]) == ends + timedelta(seconds=60)
    seen = {"expires_at": done(first)["expires_at"]}
    assert done(await api.post(extend, seen, token=viewer.token)) == told
    wanted = {"expires_at": told["expires_at"]}
    refused(await api.post(extend, wanted, token=viewer.token), 409, "extended")
    assert (await buy(api, offer, viewer, key="k-more")).content == first.content
    assert done(await api.get(f"/orders/{order}", token=viewer.token)) == told

    async def is_written() -> bool:
        listed = done(await api.get(f"/shows/{show}/orders"))["orders"]
        return [(o["expires_at"], o["extended"]) for o in listed] == [(told["expires_at"], True)]

    await eventually(is_written)
    assert (await api.audit(show))["ok"]
    done(await api.post(f"/orders/{order}/pay", token=viewer.token))
    refused(await api.post(extend, token=viewer.token), 409, "illegal_move")


async def test_more_time_is_for_ones_own_order_on_air_and_the_crew_may_give_it(
    api: Api, show: str, viewer: Viewer
) -> None:
    offer = await make_offer(api, show)
    mine, other = await make_order(api, offer, viewer), await make_order(api, offer, viewer)
    stranger = await make_viewer(api)
    refused(await api.post(f"/orders/{mine}/extend", token=stranger.token), 404, "not_found")
    refused(await api.post(f"/orders/{mine}/extend", token=NOBODY), 401, "not_signed_in")
    wrong = await api.post(f"/orders/{mine}/extend", {"expires_at": "soon"}, token=viewer.token)
    assert wrong_fields(wrong) == {"expires_at"}
    assert done(await api.post(f"/orders/{mine}/extend"))["extended"] is True
    done(await api.post(f"/shows/{show}/end"))
    refused(await api.post(f"/orders/{other}/extend", token=viewer.token), 409, "ended")
    assert done(await api.post(f"/orders/{mine}/extend", token=viewer.token))["extended"] is True

    async def is_on_record() -> bool:
        acts = done(await api.get(f"/shows/{show}/acts"))["acts"]
        return "order:extend" in {act["verb"] for act in acts}

    await eventually(is_on_record)


@pytest.mark.parametrize("verb", ["pay", "cancel"])
async def test_nobody_settles_the_order_of_someone_else(
    api: Api, show: str, viewer: Viewer, verb: str
) -> None:
    offer = await make_offer(api, show)
    order = await make_order(api, offer, viewer)
    other = (await make_viewer(api)).token
    refused(await api.post(f"/orders/{order}/{verb}", token=other), 404, "not_found")
    refused(await api.post(f"/orders/{order}/{verb}", token=NOBODY), 401, "not_signed_in")
    refused(await api.post(f"/orders/{order}x/{verb}", token=viewer.token), 404, "not_found")
    refused(await api.post(f"/orders/{order}x/{verb}"), 404, "not_found")
    assert await state_of(api, order) == "held"


async def test_an_operator_who_watched_in_the_same_browser_still_reads_and_settles(
    api: Api, show: str, viewer: Viewer, runtime: Runtime
) -> None:
    offer = await make_offer(api, show)
    async with runtime.db.read() as session:
        room = (await list_rooms(session))[0].id
    watching = (await make_viewer(api)).token

    async def browser(role: Role) -> dict[str, str]:
        headers = await signed_in(api, runtime, {room: role})
        return headers | {"cookie": f"{headers['cookie']}; viewer={watching}"}

    operators, hosts = await browser(Role.OPERATOR), await browser(Role.HOST)
    first, second = await make_order(api, offer, viewer), await make_order(api, offer, viewer)
    read = done(await api.get(f"/orders/{first}", token=NOBODY, headers=operators))
    assert read["viewer_id"] == viewer.id
    for path in (f"/orders/{first}/pay", f"/orders/{second}/cancel"):
        refused(await api.post(path, token=watching), 404, "not_found")
        refused(await api.post(path, token=NOBODY, headers=hosts), 403, "forbidden")
        settled = done(await api.post(path, token=NOBODY, headers=operators))
        assert settled["viewer_id"] == viewer.id
    own = await make_order(api, offer, Viewer("", watching))
    read = done(await api.get(f"/orders/{own}", token=NOBODY, headers=operators))
    assert "viewer_id" not in read
    refused(await api.get(f"/orders/{own}x", token=NOBODY, headers=operators), 404, "not_found")
