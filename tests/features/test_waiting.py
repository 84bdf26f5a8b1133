"""Being told when it is back, as programs ask for it."""

from live.domain.ids import ShowId
from live.runtime import Runtime
from tests.asking import NOBODY, Api, done, eventually, refused
from tests.factories import buy, make_offer, make_order, make_show, make_viewer


async def test_who_comes_too_late_may_wait_and_is_called(api: Api) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show, quantity=1)
    path = f"/offers/{offer}/wait"
    quick, first, second = [await make_viewer(api) for _ in range(3)]
    refused(await api.post(path, token=first.token), 409, "some_left")
    order = await make_order(api, offer, quick)
    answer = await api.post(path, token=first.token)
    assert answer.status_code == 201
    told = done(answer)
    assert (told["place"], told["ahead"], told["waiting"]) == (1, 0, 1)
    again = await api.post(path, token=first.token)
    assert (again.status_code, again.json()) == (200, told)
    assert done(await api.post(path, token=second.token))["ahead"] == 1
    assert done(await api.get(path, token=second.token))["place"] == 2

    done(await api.post(f"/orders/{order}/cancel", token=quick.token))
    assert (await api.offer(offer))["left"] == 1
    refused(await api.post(path, token=quick.token), 409, "some_left")
    done(await buy(api, offer, second))  # nothing was held for the first

    async def has_left() -> bool:
        return bool(done(await api.get(path, token=first.token))["waiting"] == 1)

    await eventually(has_left)
    assert done(await api.get(path, token=second.token))["place"] is None
    assert done(await api.get(path, token=first.token))["place"] == 1
    assert (await api.send("DELETE", f"/api/v1{path}", token=second.token)).status_code == 204
    assert (await api.send("DELETE", f"/api/v1{path}", token=second.token)).status_code == 204
    assert done(await api.get(path, token=second.token))["place"] is None
    assert done(await api.get(path, token=first.token))["waiting"] == 1
    assert (await api.audit(show))["offers"][0]["difference"] == 0


async def test_waiting_is_for_viewers_and_for_what_is_on_sale(api: Api) -> None:
    show = await make_show(api)
    draft, sale = await make_offer(api, show, push=False), await make_offer(api, show, quantity=1)
    viewer = await make_viewer(api)
    refused(await api.post(f"/offers/{draft}/wait", token=viewer.token), 409, "not_open")
    refused(await api.post(f"/offers/{sale}/wait", token=NOBODY), 401, "not_signed_in")
    for name in (f"{sale}x", "no id"):
        refused(await api.post(f"/offers/{name}/wait", token=viewer.token), 404, "not_found")
    done(await api.post(f"/offers/{sale}/close"))
    refused(await api.post(f"/offers/{sale}/wait", token=viewer.token), 409, "ended")


async def test_a_list_goes_with_its_show(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show, quantity=1, hold_s=60)
    order = await make_order(api, offer, await make_viewer(api))
    done(await api.post(f"/offers/{offer}/wait", token=(await make_viewer(api)).token))
    key = "{show:" + show + "}:wait:" + offer
    assert await runtime.redis.do("EXISTS", key) == 1
    done(await api.post(f"/orders/{order}/pay"))
    done(await api.post(f"/shows/{show}/end"))

    async def is_written() -> bool:
        head = await runtime.facts.head(ShowId(show))
        audit = await api.audit(show)
        return head is not None and audit["ledger_lag"] == 0

    await eventually(is_written)
    head = await runtime.facts.head(ShowId(show))
    assert head is not None
    ticket = await runtime.archiver.let_go(ShowId(show), head.epoch, head.seq)
    assert ticket is not None
    assert await runtime.archiver.give_back(ShowId(show), ticket)
    assert await runtime.redis.do("EXISTS", key) == 0
