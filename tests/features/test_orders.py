import asyncio
from datetime import datetime
from typing import Any

import httpx2
import jwt
import pytest

from live.features.accounts.actions import create_token
from live.runtime import Runtime
from tests.asking import NOBODY, Api, done, eventually, refused, wrong_fields
from tests.factories import Viewer, buy, make_offer, make_order, make_show, make_viewer

SHOP_SECRET = "the secret that the shop signs with"


@pytest.fixture
def knobs() -> dict[str, Any]:
    return {"shop_jwt_secret": SHOP_SECRET}


@pytest.fixture
async def show(api: Api) -> str:
    return await make_show(api)


@pytest.fixture
async def offer(api: Api, show: str) -> str:
    return await make_offer(api, show)


@pytest.fixture
async def viewer(api: Api) -> Viewer:
    return await make_viewer(api)


async def test_an_order_holds_units_at_the_offers_price(
    api: Api, offer: str, viewer: Viewer
) -> None:
    answer = await buy(api, offer, viewer, 2)
    assert answer.status_code == 201
    order = answer.json()
    assert order.pop("expires_at").endswith("Z")
    assert order.pop("id").startswith(offer.partition("-")[0])
    assert order == {
        "state": "held",
        "offer_id": offer,
        "quantity": 2,
        "amount": 11800,
        "currency": "CNY",
        "attempt": 1,
    }
    told = await api.offer(offer)
    assert (told["left"], told["held"], told["sold"]) == (8, 2, 0)


async def test_the_same_key_again_is_answered_word_for_word(
    api: Api, offer: str, viewer: Viewer
) -> None:
    first = await buy(api, offer, viewer, key="k")
    done(await api.post(f"/orders/{first.json()['id']}/pay", token=viewer.token))
    again = await buy(api, offer, viewer, key="k")
    assert (again.status_code, again.content) == (201, first.content)
    assert (await api.offer(offer))["left"] == 9


async def test_twenty_sends_of_one_key_at_once_are_one_order(
    api: Api, offer: str, viewer: Viewer
) -> None:
    async def insist() -> httpx2.Response:
        """As every client does: a 503 of a Redis that is slow for a moment is asked again, under the same key."""
        for _ in range(20):
            answer = await buy(api, offer, viewer, key="k")
            if answer.status_code != 503:
                break
            await asyncio.sleep(0.1)
        return answer

    answers = await asyncio.gather(*(insist() for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    told = await api.offer(offer)
    assert (told["left"], told["held"]) == (9, 1)


async def test_a_key_used_for_another_body_or_offer_is_refused(
    api: Api, show: str, offer: str, viewer: Viewer
) -> None:
    first = await buy(api, offer, viewer, key="k")
    refused(await buy(api, offer, viewer, 2, key="k"), 409, "key_reused")
    refused(await buy(api, await make_offer(api, show), viewer, key="k"), 409, "key_reused")
    assert (await buy(api, offer, viewer, key="k")).content == first.content
    assert (await api.offer(offer))["held"] == 1


async def test_two_viewers_may_use_the_same_key(api: Api, offer: str, viewer: Viewer) -> None:
    other = await make_viewer(api)
    one, two = await buy(api, offer, viewer, key="k"), await buy(api, offer, other, key="k")
    assert done(one)["id"] != done(two)["id"]


async def test_an_order_without_a_usable_key_is_malformed(
    api: Api, offer: str, viewer: Viewer
) -> None:
    path, body = f"/offers/{offer}/orders", {"quantity": 1}
    refused(await api.post(path, body, token=viewer.token), 400, "key_missing")
    for key in ("", "a b", "k" * 129):
        answer = await api.post(path, body, token=viewer.token, key=key)
        refused(answer, 400, "key_malformed")
    done(await api.post(path, body, token=viewer.token, key="k" * 128))


async def test_the_limit_holds_over_requests_at_once(api: Api, offer: str, viewer: Viewer) -> None:
    answers = await asyncio.gather(*(buy(api, offer, viewer) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] * 2 + [409] * 8
    for answer in answers:
        assert answer.is_success or refused(answer, 409, "limit_reached")
    assert (await api.offer(offer))["held"] == 2


async def test_no_more_is_sold_than_there_is_however_many_come_at_once(
    api: Api, show: str, offer: str
) -> None:
    crowd = [await make_viewer(api) for _ in range(30)]
    answers = await asyncio.gather(*(buy(api, offer, viewer) for viewer in crowd))
    assert sorted(answer.status_code for answer in answers) == [201] * 10 + [409] * 20
    for answer in answers:
        assert answer.is_success or refused(answer, 409, "sold_out")
    told = await api.offer(offer)
    assert (told["state"], told["left"], told["held"]) == ("sold_out", 0, 10)


async def test_nothing_is_sold_before_the_push_in_the_countdown_or_in_a_pause(
    api: Api, show: str, viewer: Viewer
) -> None:
    draft = await make_offer(api, show, push=False)
    refused(await buy(api, draft, viewer), 409, "not_open")
    armed = await make_offer(api, show, countdown_s=60)
    refused(await buy(api, armed, viewer), 409, "not_open")
    paused = await make_offer(api, show)
    done(await api.post(f"/offers/{paused}/pause"))
    refused(await buy(api, paused, viewer), 409, "not_open")
    assert (await api.offer(paused))["left"] == 10


async def test_a_refused_key_may_be_tried_again(api: Api, show: str, viewer: Viewer) -> None:
    offer = await make_offer(api, show, push=False)
    refused(await buy(api, offer, viewer, key="k"), 409, "not_open")
    done(await api.post(f"/offers/{offer}/push"))
    done(await buy(api, offer, viewer, key="k"))


async def test_nothing_is_sold_after_the_close_or_the_shows_end(
    api: Api, show: str, offer: str, viewer: Viewer
) -> None:
    closed = await make_offer(api, show)
    done(await api.post(f"/offers/{closed}/close"))
    refused(await buy(api, closed, viewer), 409, "ended")
    first = await buy(api, offer, viewer, key="k")
    done(await api.post(f"/shows/{show}/end"))
    refused(await buy(api, offer, viewer), 409, "ended")
    assert (await buy(api, offer, viewer, key="k")).content == first.content


async def test_a_hold_that_runs_out_is_back_on_sale_and_not_before(
    api: Api, runtime: Runtime, show: str, viewer: Viewer
) -> None:
    offer = await make_offer(api, show, quantity=1, hold_s=1)
    order = done(await buy(api, offer, viewer))
    ends_at = datetime.fromisoformat(order["expires_at"]).timestamp()

    async def is_back() -> bool:
        return bool((await api.offer(offer))["left"] == 1)

    await eventually(is_back)
    seconds, micros = await runtime.redis.do("TIME")
    assert seconds + micros / 1_000_000 >= ends_at
    own = done(await api.get(f"/orders/{order['id']}", token=viewer.token))
    assert own["state"] == "expired"
    done(await buy(api, offer, await make_viewer(api)))


@pytest.mark.parametrize("quantity", [0, -1, 1001, 10**15, 1.0, "1", True, None, [1]])
async def test_a_quantity_that_makes_no_sense_is_refused(
    api: Api, offer: str, viewer: Viewer, quantity: Any
) -> None:
    answer = await api.post(
        f"/offers/{offer}/orders", {"quantity": quantity}, token=viewer.token, key="k"
    )
    assert wrong_fields(answer) == {"quantity"}


async def test_an_order_at_an_offer_that_is_not_there_is_404(
    api: Api, show: str, viewer: Viewer
) -> None:
    for offer in (f"{show}-o00000000", "none", "x" * 65, "a%20b"):
        refused(await buy(api, offer, viewer), 404, "not_found")


async def test_only_viewers_order_and_forged_or_stale_tokens_are_nobody(
    api: Api, offer: str, viewer: Viewer, runtime: Runtime
) -> None:
    now = runtime.clock.now().timestamp()
    stale = runtime.viewer_tokens.make(viewer.id, "小南", now - 60, 30)
    head, body, signature = viewer.token.split(".")
    forged = [f"{head}.{body}.{signature[::-1]}", f"{head}.{body[:-2]}.{signature}", "v1..", "x"]
    for token in (NOBODY, stale, *forged):
        refused(await buy(api, offer, Viewer(viewer.id, token)), 401, "not_signed_in")
    refused(await buy(api, offer, Viewer("", api.operator)), 403, "forbidden")
    assert (await api.offer(offer))["left"] == 10


async def test_the_shops_own_customers_order_with_its_jwt(
    api: Api, show: str, offer: str, runtime: Runtime
) -> None:
    now = int(runtime.clock.now().timestamp())
    claims = {"sub": "customer 7", "name": "Lin", "exp": now + 60}
    customer = Viewer("", jwt.encode(claims, SHOP_SECRET, "HS256"))
    order = await make_order(api, offer, customer)
    done(await api.post(f"/orders/{order}/pay", token=customer.token))
    assert done(await api.get(f"/orders/{order}"))["viewer_name"] == "Lin"
    for bad in (
        jwt.encode(claims, "another secret of thirty-two bytes", "HS256"),
        jwt.encode(claims | {"exp": now - 1}, SHOP_SECRET, "HS256"),
        jwt.encode({"sub": "7"}, SHOP_SECRET, "HS256"),
    ):
        refused(await buy(api, offer, Viewer("", bad)), 401, "not_signed_in")


async def test_an_order_is_its_viewers_and_the_operators_alone(
    api: Api, offer: str, viewer: Viewer, runtime: Runtime
) -> None:
    order = await make_order(api, offer, viewer)
    path = f"/orders/{order}"
    own = done(await api.get(path, token=viewer.token))
    assert (own["id"], own["state"], "viewer_id" in own) == (order, "held", False)
    assert done(await api.get(path))["viewer_id"] == viewer.id
    other = (await make_viewer(api)).token
    host = await create_token(runtime.db, role="host", name="h", now=runtime.clock.now())
    refused(await api.get(path, token=other), 404, "not_found")
    refused(await api.get(path, token=host), 403, "forbidden")
    refused(await api.get(path, token=NOBODY), 401, "not_signed_in")
    refused(await api.get(f"{path}x", token=viewer.token), 404, "not_found")


async def test_the_list_of_orders_comes_in_pages_and_by_state(
    api: Api, show: str, viewer: Viewer
) -> None:
    offer = await make_offer(api, show, per_buyer_limit=5)
    placed = [await make_order(api, offer, viewer) for _ in range(5)]
    done(await api.post(f"/orders/{placed[2]}/pay"))

    async def page(query: str) -> tuple[list[str], str | None]:
        told = done(await api.get(f"/shows/{show}/orders?{query}"))
        return [order["id"] for order in told["orders"]], told["next"]

    async def is_written() -> bool:
        return await page("state=paid") == ([placed[2]], None)

    await eventually(is_written)
    first, after = await page("limit=3")
    rest, end = await page(f"limit=3&after={after}")
    assert (first + rest, end) == (placed, None)
    assert (await page("state=held"))[0] == [*placed[:2], *placed[3:]]
    for query in ("limit=0", "limit=501", "after=-1", "after=x", "state=lost", "after=" + "9" * 99):
        answer = await api.get(f"/shows/{show}/orders?{query}")
        assert wrong_fields(answer) == {query.partition("=")[0]}
        assert "one of , " not in answer.text
    refused(await api.get(f"/shows/{show}/orders", token=viewer.token), 403, "forbidden")
    refused(await api.get(f"/shows/{show}/orders", token=NOBODY), 401, "not_signed_in")
