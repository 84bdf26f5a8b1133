"""A rehearsal: the same line-up with its own data, left out of everything that tells of the shop."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from live.domain.access import Role
from live.domain.crowd import Mood, Wanted
from live.domain.ids import ShowId
from live.errors import Conflict
from live.features.payments import actions as payments
from live.features.payments.actions import providers
from live.features.rehearsals.actions import Rehearsals, may_enter, rehearsals_so_far
from live.features.rehearsals.actions.curves import arrivals_for
from live.features.rehearsals.tasks import write_cards
from live.runtime import Runtime
from live.store import items, offers, shows
from live.store.rooms import list_rooms
from live.store.shows import Show
from live.web.words import translate
from tests.asking import NOBODY, Api, done, eventually, refused, wrong_fields
from tests.factories import buy, make_offer, make_order, make_show, make_viewer, signed_in


@pytest.fixture
async def planned(api: Api) -> str:
    """A show with one sale of two units."""
    show = await make_show(api, live=False)
    await make_offer(api, show, push=False, quantity=2)
    return show


async def rehearse(api: Api, show: str, *, live: bool = True) -> str:
    made = done(await api.post(f"/shows/{show}/rehearse"))
    assert made["rehearsal_of"] == show
    if live:
        done(await api.post(f"/shows/{made['id']}/start"))
    return str(made["id"])


async def row(runtime: Runtime, show: str) -> Show:
    async with runtime.db.read() as session:
        found = await shows.find_show(session, show)
    assert found is not None
    return found


async def sale_of(runtime: Runtime, show: str) -> str:
    async with runtime.db.read() as session:
        return (await offers.list_offers(session, show))[0].id


async def card(api: Api, show: str) -> dict[str, Any]:
    told = done(await api.get(f"/shows/{show}/rehearsal"))
    return told | {line["name"]: line for line in told["lines"]}


async def test_nothing_that_is_done_in_it_reaches_the_show(
    api: Api, runtime: Runtime, planned: str
) -> None:
    rehearsal = await rehearse(api, planned)
    sale = await sale_of(runtime, rehearsal)
    async with runtime.db.read() as session:
        item = (await items.list_items(session, rehearsal))[0].id
    done(await api.patch(f"/items/{item}", {"title": "改了名字"}))
    done(await api.post(f"/offers/{sale}/push"))
    await make_order(api, sale, await make_viewer(api))
    done(await api.put(f"/shows/{rehearsal}/chat-rules", {"links_off": True}))

    async with runtime.db.read() as session:
        [kept] = await items.list_items(session, planned)
        [draft] = await offers.list_offers(session, planned)
    assert (kept.title, draft.state, draft.left_units) == ("保温杯", "draft", 2)
    assert done(await api.get(f"/shows/{planned}/tally"))["orders"] == 0
    assert done(await api.get(f"/shows/{rehearsal}/tally"))["orders"] == 1
    later = await make_show(api, live=False)
    assert done(await api.get(f"/shows/{later}/chat-rules"))["links_off"] is False


async def test_it_is_no_show_of_the_shop(api: Api, runtime: Runtime, planned: str) -> None:
    rehearsal = await rehearse(api, planned)
    async with runtime.db.read() as session:
        listed = {show.id for show in await shows.list_shows(session)}
        [room] = await list_rooms(session)
    assert planned in listed
    assert rehearsal not in listed
    assert len((await row(runtime, rehearsal)).slug) >= 16
    browser = await signed_in(api, runtime, {room.id: Role.OPERATOR})
    home = await api.send("GET", "/", token=NOBODY, headers=browser)
    assert f"/shows/{rehearsal}/control" in home.text  # by its show's line, as what it is
    assert home.text.count('class="show-row') == 1
    for page in ("control", "setup", "host"):
        told = await api.send("GET", f"/shows/{rehearsal}/{page}", token=NOBODY, headers=browser)
        assert "rehearsal-frame" in told.text, page
        real = await api.send("GET", f"/shows/{planned}/{page}", token=NOBODY, headers=browser)
        goes_over = (
            page == "host"
        )  # as screens that are connected to the show do, while it is rehearsed
        assert ("rehearsal-frame" in real.text) is goes_over, page


async def test_one_that_never_began_is_gone_on_with_while_it_is_true(
    api: Api, runtime: Runtime, planned: str
) -> None:
    async with runtime.db.read() as session:
        [room] = await list_rooms(session)
        [item] = await items.list_items(session, planned)
    crew = await signed_in(api, runtime, {room.id: Role.OPERATOR})

    async def listed() -> str:
        return (await api.send("GET", "/", token=NOBODY, headers=crew)).text

    assert "/control" in await listed()
    first = await rehearse(api, planned, live=False)
    assert first not in [planned, ""]
    assert f"/shows/{first}/control" in await listed()
    assert await rehearse(api, planned, live=False) == first
    changes: list[Callable[[], Awaitable[httpx2.Response]]] = [
        lambda: api.patch(f"/items/{item.id}", {"stock": 7}),
        lambda: api.patch(f"/shows/{planned}", {"title": "另一个名字"}),
        lambda: api.put(f"/shows/{planned}/chat-rules", {"slow_s": 9}),
    ]
    for change in changes:
        done(await change())
        second = await rehearse(api, planned, live=False)
        assert second != first
        assert await rehearse(api, planned, live=False) == second
        page = await listed()
        assert f"/shows/{second}/control" in page
        assert f"/shows/{first}/control" not in page
        first = second
    done(await api.post(f"/shows/{first}/start"))

    async def is_on_air() -> bool:
        return (await row(runtime, first)).state == "live"

    await eventually(is_on_air)
    assert translate("zh", "rehearsal.prepared") not in await listed()


async def test_a_rehearsal_never_reaches_a_real_provider(
    api: Api, runtime: Runtime, planned: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers, "PROVIDER", "a bank")
    rehearsal = await rehearse(api, planned)
    sale = await sale_of(runtime, rehearsal)
    done(await api.post(f"/offers/{sale}/push"))
    viewer = await make_viewer(api)
    order = await make_order(api, sale, viewer)
    assert payments.provider_of(await row(runtime, planned)) == "a bank"
    assert payments.provider_of(await row(runtime, rehearsal)) == providers.SANDBOX

    async def says(provider: str, *, is_paid: bool) -> None:
        await payments.answered(
            await row(runtime, rehearsal), order, viewer.id, provider,
            is_paid=is_paid, stock=runtime.stock, db=runtime.db, facts=runtime.facts,
            log=runtime.log, clock=runtime.clock,
        )  # fmt: skip

    for is_paid in (True, False):
        with pytest.raises(Conflict) as refusal:
            await says("a bank", is_paid=is_paid)
        assert refusal.value.code == "only_sandbox"
    assert done(await api.get(f"/orders/{order}"))["state"] == "held"
    await says(providers.SANDBOX, is_paid=True)
    assert done(await api.get(f"/orders/{order}"))["state"] == "paid"


async def test_only_what_is_planned_is_rehearsed_and_one_at_a_time(api: Api, planned: str) -> None:
    rehearsal = await rehearse(api, planned)

    async def is_on_record() -> bool:
        acts = done(await api.get(f"/shows/{planned}/acts"))["acts"]
        return any(act["verb"] == "show:rehearse" for act in acts)

    await eventually(is_on_record)
    assert await rehearse(api, planned, live=False) == rehearsal
    refused(await api.post(f"/shows/{rehearsal}/rehearse"), 409, "is_rehearsal")
    done(await api.post(f"/shows/{rehearsal}/end"))
    assert await rehearse(api, planned, live=False) != rehearsal
    done(await api.post(f"/shows/{planned}/start"))

    async def is_known() -> bool:
        return (await api.post(f"/shows/{planned}/rehearse")).status_code == 409

    await eventually(is_known)
    refused(await api.post(f"/shows/{planned}/rehearse"), 409, "show_begun")


async def test_a_crowd_comes_into_a_rehearsal_on_air_and_nowhere_else(
    api: Api, planned: str
) -> None:
    refused(await api.post(f"/shows/{planned}/crowd"), 409, "not_rehearsal")
    rehearsal = await rehearse(api, planned, live=False)
    refused(await api.post(f"/shows/{rehearsal}/crowd"), 409, "not_live")
    done(await api.post(f"/shows/{rehearsal}/start"))
    refused(await api.send("DELETE", f"/api/v1/shows/{rehearsal}/crowd"), 409, "no_crowd")
    assert wrong_fields(await api.post(f"/shows/{rehearsal}/crowd", {"viewers": 2_001})) == {
        "viewers"
    }
    assert wrong_fields(await api.post(f"/shows/{rehearsal}/crowd", {"after": planned})) == {
        "after"
    }
    await make_show(api)  # a real one

    async def is_known() -> bool:
        said = (await api.post(f"/shows/{rehearsal}/crowd", {"after": planned})).json()
        return bool(said["code"] == "real_on_air")

    await eventually(is_known)
    assert done(await api.get(f"/shows/{rehearsal}/crowd"))["running"] is False


async def test_a_card_without_a_crowd_is_a_no_go_that_says_so(
    api: Api, runtime: Runtime, planned: str
) -> None:
    refused(await api.get(f"/shows/{planned}/rehearsal"), 404, "not_found")
    rehearsal = await rehearse(api, planned, live=False)
    refused(await api.get(f"/shows/{rehearsal}/rehearsal"), 409, "not_begun")
    done(await api.post(f"/shows/{rehearsal}/start"))
    sale = await sale_of(runtime, rehearsal)
    done(await api.post(f"/offers/{sale}/push"))
    await make_order(api, sale, await make_viewer(api), 2)
    assert (await buy(api, sale, await make_viewer(api))).status_code == 409
    done(await api.post(f"/offers/{sale}/restock", {"delta": 5}))
    done(await api.post(f"/shows/{rehearsal}/freeze"))
    cue = done(await api.post(f"/shows/{rehearsal}/cues", {"text": "快一点"}))["id"]
    done(await api.post(f"/shows/{rehearsal}/cues/{cue}/ack"))

    async def is_on_air() -> bool:  # SQL hears of it a moment later
        return await so_far() == Rehearsals(None, rehearsal)

    async def so_far() -> Rehearsals:
        return await rehearsals_so_far(await row(runtime, planned), db=runtime.db)

    await eventually(is_on_air)
    done(await api.post(f"/shows/{rehearsal}/end"))

    async def is_settled() -> bool:
        await write_cards({"runtime": runtime})
        return bool((await card(api, rehearsal))["settled"])

    await eventually(is_settled)
    told = await card(api, rehearsal)
    assert told["go"] is False
    assert (told["crowd"]["code"], told["crowd"]["blocks"]) == ("none", True)
    assert (told["stock"]["code"], told["stock"]["values"]["n"]) == ("ok", 2)
    assert told["reaction_sold_out"]["values"]["n"] == 1
    assert told["reaction_cue"]["values"]["n"] == 1
    assert told["tried"]["names"] == ["screen:host", "screen:overlay"]
    assert await so_far() == Rehearsals(is_go=False)


async def test_a_crowd_arrives_as_the_orders_of_an_earlier_show_did(
    api: Api, runtime: Runtime, planned: str
) -> None:
    earlier = await make_show(api)
    sale = await make_offer(api, earlier, quantity=9)
    for _ in range(3):
        await make_order(api, sale, await make_viewer(api))
    done(await api.post(f"/shows/{earlier}/end"))
    room = (await row(runtime, planned)).room_id
    wanted = Wanted(100, Mood.CALM, after=earlier, times=2.0)

    async def is_written() -> bool:
        return bool(done(await api.get(f"/shows/{earlier}/audit"))["ledger_lag"] == 0)

    await eventually(is_written)
    curve = await arrivals_for(wanted, room, db=runtime.db)
    assert [sum(sale) for sale in curve.sales] == [3]
    by_mood = await arrivals_for(replace(wanted, after=""), room, db=runtime.db)
    assert (by_mood.conversion, by_mood.sales) == (3.0, ())


async def test_the_crowds_entry_is_good_for_its_own_show_and_for_a_while(runtime: Runtime) -> None:
    now = int(runtime.clock.now().timestamp())
    show, other = ShowId("abc"), ShowId("abd")
    entry = runtime.crowd_entries.seal(f"{show}:{now + 60}")
    assert may_enter(runtime, entry, show)
    assert not may_enter(runtime, entry, other)
    assert not may_enter(runtime, entry[:-1] + ("A" if entry[-1] != "A" else "B"), show)
    assert not may_enter(runtime, runtime.crowd_entries.seal(f"{show}:{now - 1}"), show)
    assert not may_enter(runtime, "nonsense", show)
