"""The pre-show check: what it asks of a show, and what ticks it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from live.domain.access import Role
from live.domain.attendance import Place
from live.domain.ids import ShowId
from live.domain.marks import mark_of
from live.features.rehearsals.actions import Rehearsals
from live.features.screens.presenters.board import Boards
from live.features.screens.presenters.check import check_of
from live.features.screens.presenters.pace import Pace
from live.features.screens.presenters.rows import item_view, offer_view
from live.features.screens.presenters.show_views import ShowView
from live.features.screens.presenters.views import ItemView
from live.hotpath.wait import Waiting
from live.runtime import Runtime
from live.store.items import Item
from live.store.offers import Offer
from live.store.rooms import list_rooms
from live.web.words import translate
from tests.asking import NOBODY, Api, done
from tests.factories import make_item, make_offer, make_show, make_viewer, signed_in

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
STREAM = "https://cdn.example/live.m3u8"


def show(**values: Any) -> ShowView:
    told = {
        "id": "s", "slug": "s", "title": "夜场", "room_title": "", "state": "planned", "currency": "CNY",
        "starts_at": None, "started_at": None, "ended_at": None, "stream_url": None,
    }  # fmt: skip
    return ShowView(**told | values)


def line(number: int, quantity: int = 0, stock: int = 10) -> ItemView:
    row = Item(
        id=f"s-i{number}", show_id="s", position=number, sku=f"A{number}", title=f"杯 {number}",
        list_price_minor=9900, stock=stock, image_url="/static/art/mugs.svg", created_at=NOW,
    )  # fmt: skip
    item = item_view(row)
    if not quantity:
        return item
    offer = Offer(
        id=f"s-o{number}", show_id="s", item_id=row.id, price_minor=5900, quantity=quantity,
        per_buyer_limit=1, duration_s=60, hold_s=60, created_at=NOW,
    )  # fmt: skip
    return replace(item, offer=offer_view(offer, item, None, "CNY", Pace(), 0, Waiting()))


def steps(items: list[ItemView], places: dict[Place, int], **values: Any) -> dict[str, str]:
    played = values.pop("played", "")
    rehearsals = values.pop("rehearsals", Rehearsals())
    found = check_of(show(**values), items, [], places, played=played, rehearsals=rehearsals)
    for finding in found:
        for lang in ("zh", "en"):
            translate(lang, f"check.{finding.title}", **finding.values)
            translate(lang, f"check.{finding.text}", **finding.values)
    return {one.step: f"{one.state} {one.title}" for one in found if one.step}


@pytest.mark.parametrize(
    ("items", "line_up", "sale"),
    [
        ([], "fail no_items", "todo sale_later"),
        ([line(1), line(2)], "done items", "fail no_offers"),
        ([line(1), line(2, 5)], "warn some_offers", "warn first_bare"),
        ([line(1, 5), line(2)], "warn some_offers", "done first_ready"),
        ([line(1, 11), line(2, 5)], "warn units_short", "warn first_short"),
        ([line(1, 5), line(2, 11)], "warn units_short", "done first_ready"),
        ([line(1, 10)], "done offers", "done first_ready"),
    ],
)
def test_the_first_sale_must_be_ready_to_push(
    items: list[ItemView], line_up: str, sale: str
) -> None:
    told = steps(items, {})
    assert (told["line_up"], told["sale"]) == (line_up, sale)


async def test_a_sale_that_wants_more_than_earlier_ones_left_is_marked(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    item = await make_item(api, show, stock=10)
    first = await make_offer(api, show, item_id=item, quantity=8)
    await make_offer(api, show, item_id=item, quantity=4, push=False)

    async def short() -> int | None:
        return (await Boards(runtime).board(show, fresh=True)).items[0].short

    assert await short() == 2
    viewer = await make_viewer(api)
    done(await api.post(f"/offers/{first}/orders", {"quantity": 1}, token=viewer.token, key="k"))
    done(await api.post(f"/offers/{first}/close"))
    assert await short() is None, "nine are left, and four are wanted"
    done(await api.patch(f"/items/{item}", {"stock": 4}))
    assert await short() == 3


def test_an_address_is_no_picture_and_a_browser_is_no_obs() -> None:
    told = steps([], {Place.OVERLAY: 1})
    assert (told["stream"], told["overlay"]) == ("warn no_stream", "warn overlay_elsewhere")
    told = steps([], {Place.OBS: 1, Place.HOST: 1}, stream_url=STREAM)
    assert told["stream"] == "warn stream_unseen"
    assert (told["overlay"], told["host"]) == ("done overlay_on", "done host_on")
    assert steps([], {}, stream_url=STREAM, played=mark_of(STREAM))["stream"] == "done stream"
    other = steps([], {}, stream_url="https://other.example/x.m3u8", played=mark_of(STREAM))
    assert other["stream"] == "warn stream_unseen"
    assert not check_of(show(state="live"), [], [], {}, played="")


async def test_what_the_crew_saw_play_ticks_the_step(api: Api, runtime: Runtime) -> None:
    planned = await make_show(api, live=False, stream_url=STREAM)
    await make_offer(api, planned, push=False)
    async with runtime.db.read() as session:
        [room] = await list_rooms(session)
    headers = await signed_in(api, runtime, {room.id: Role.HOST})
    viewer, insider = await make_viewer(api), await make_viewer(api)
    crew = {"cookie": f"{headers['cookie']}; viewer={insider.token}"}

    async def polls(headers: dict[str, str], picture: str) -> str:
        query = {"screen": "viewer", "lang": "zh", "picture": picture}
        path = f"/shows/{planned}/stream"
        answer = await api.send("GET", path, token=NOBODY, headers=headers, params=query)
        assert answer.status_code == 200
        steps = (await Boards(runtime).board(planned, fresh=True)).steps
        return {one.step: one.state for one in steps}["stream"]

    assert await polls({"cookie": f"viewer={viewer.token}"}, "on") == "warn", (
        "a viewer's is no proof"
    )
    assert await polls(crew, "failed") == "warn"
    assert await polls(crew, "on") == "done"
    assert await runtime.log.totals(ShowId(planned))


@pytest.mark.parametrize(
    ("is_go", "step"),
    [(None, "todo not_rehearsed"), (False, "warn no_go"), (True, "done rehearsed")],
)
def test_the_last_rehearsals_card_ticks_its_step(is_go: bool | None, step: str) -> None:
    told = Rehearsals(is_go)
    assert steps([], {}, rehearsals=told)["rehearsal"] == step
    assert "rehearsal" not in steps([], {}, rehearsals=told, rehearsal_of="s0"), (
        "it has none itself"
    )


def test_while_it_is_rehearsed_the_way_leads_back_and_its_screens_are_not_missed() -> None:
    found = steps([], {}, rehearsals=Rehearsals(is_go=False, live="r1"))
    assert found["rehearsal"] == "todo rehearsing"
    assert (found["overlay"], found["host"]) == ("todo overlay_away", "todo host_away")
