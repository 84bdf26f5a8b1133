"""What a buyer has of each offer: held and paid units count, given up ones do not."""

from live.domain.ids import ShowId
from live.hotpath.bought import traces_of, units_of
from live.runtime import Runtime
from tests.asking import Api, done
from tests.factories import make_offer, make_order, make_show, make_viewer


async def test_held_and_paid_units_count_and_cancelled_ones_do_not(
    api: Api, runtime: Runtime
) -> None:
    show = ShowId(await make_show(api))
    first, second = [await make_offer(api, show, per_buyer_limit=3) for _ in range(2)]
    viewer, other = await make_viewer(api), await make_viewer(api)
    offers = [first, second]
    assert await units_of(runtime.redis, show, viewer.id, offers) == {}
    assert await units_of(runtime.redis, show, viewer.id, []) == {}
    held = await make_order(api, first, viewer, 2)
    paid = await make_order(api, first, viewer)
    done(await api.post(f"/orders/{paid}/pay", token=viewer.token))
    await make_order(api, second, viewer)
    assert await units_of(runtime.redis, show, viewer.id, offers) == {first: 3, second: 1}
    assert await units_of(runtime.redis, show, other.id, offers) == {}
    done(await api.post(f"/orders/{held}/cancel", token=viewer.token))
    assert await units_of(runtime.redis, show, viewer.id, offers) == {first: 1, second: 1}


async def test_what_a_viewer_has_left_behind_in_a_show(api: Api, runtime: Runtime) -> None:
    show = ShowId(await make_show(api))
    offer = await make_offer(api, show)
    buyer, speaker, quiet = [await make_viewer(api) for _ in range(3)]
    await make_order(api, offer, buyer)
    done(await api.post(f"/shows/{show}/comments", {"text": "有蓝色吗"}, token=speaker.token))
    seen = [await traces_of(runtime.redis, show, who.id) for who in (buyer, speaker, quiet)]
    assert seen == [(True, False), (False, True), (False, False)]
