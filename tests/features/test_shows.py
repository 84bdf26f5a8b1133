import asyncio
from typing import Any

import pytest

from live.domain.access import Actor, Role
from live.domain.attendance import Change, Place
from live.domain.ids import ShowId
from live.errors import Invalid
from live.features.accounts.actions import create_token
from live.features.shows import actions
from live.features.shows.forms import ShowFacts
from live.hotpath.presence import Presence
from live.runtime import Runtime
from live.web.rate_limits import Rate, RateLimits
from tests.asking import NOBODY, Api, done, eventually, refused, wrong_fields
from tests.factories import make_offer, make_order, make_show, make_viewer


async def test_a_show_is_planned_goes_live_and_ends(api: Api) -> None:
    facts = {
        "title": " 双十一 ",
        "currency": "USD",
        "starts_at": "2026-11-22T20:00:00+08:00",
        "stream_url": "https://cdn.example/live.m3u8",
    }
    answer = await api.post("/shows", facts)
    assert answer.status_code == 201
    show = answer.json()
    assert (show["state"], show["title"], show["currency"]) == ("planned", "双十一", "USD")
    assert show["starts_at"] == "2026-11-22T12:00:00.000Z"
    path = f"/shows/{show['id']}"
    assert done(await api.get(path, token=NOBODY)) == show
    assert done(await api.post(f"{path}/start")) == {"id": show["id"], "state": "live"}
    assert done(await api.get(path, token=NOBODY))["state"] == "live"
    assert done(await api.post(f"{path}/end")) == {"id": show["id"], "state": "ended"}
    assert done(await api.get(path, token=NOBODY))["state"] == "ended"


async def test_the_ledger_writes_down_when_a_show_began_and_ended(api: Api) -> None:
    show = await make_show(api)
    done(await api.post(f"/shows/{show}/end"))

    async def is_written() -> bool:
        told = done(await api.get(f"/shows/{show}"))
        return bool(told["started_at"] and told["ended_at"])

    await eventually(is_written)


@pytest.mark.parametrize("verb", ["end", "start"])
async def test_a_move_that_the_state_does_not_allow_changes_nothing(api: Api, verb: str) -> None:
    show = await make_show(api, live=verb == "start")
    before = done(await api.get(f"/shows/{show}"))["state"]
    refused(await api.post(f"/shows/{show}/{verb}"), 409, "illegal_move")
    assert done(await api.get(f"/shows/{show}"))["state"] == before


OPERATOR = Actor("token", "t", "op", Role.OPERATOR)


async def test_the_currency_of_a_show_on_air_stays(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)

    async def is_written() -> bool:
        return bool(done(await api.get(f"/shows/{show}"))["started_at"])

    await eventually(is_written)
    facts = ShowFacts("夜场", "USD", None, None, False)
    with pytest.raises(Invalid) as caught:
        await actions.edit(ShowId(show), facts, by=OPERATOR, db=runtime.db, log=runtime.log)
    assert [error.code for error in caught.value.errors] == ["currency_live"]


async def test_open_pages_are_known_for_as_long_as_their_process_lives(
    api: Api, runtime: Runtime
) -> None:
    show = ShowId(await make_show(api, live=False))
    places = {Place.HOST: 1, Place.OVERLAY: 2}
    assert await runtime.presence.tell(show, Change("p", 0, places=places))
    dead = Presence(runtime.redis, lease_ms=0)
    assert await dead.tell(show, Change("q", 0, places={Place.CONTROL: 1}))
    tally = done(await api.get(f"/shows/{show}/tally"))
    assert {place for place, n in tally["pages"].items() if n} == {"host", "overlay"}
    assert (tally["pages"]["overlay"], tally["viewers"]) == (2, 0)


async def test_an_ended_show_stays_ended(api: Api) -> None:
    show = await make_show(api)
    done(await api.post(f"/shows/{show}/end"))
    for verb in ("start", "end"):
        refused(await api.post(f"/shows/{show}/{verb}"), 409, "illegal_move")
    assert done(await api.get(f"/shows/{show}"))["state"] == "ended"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"title"}),
        ({"title": "x" * 121}, {"title"}),
        ({"title": 7, "currency": "XXX"}, {"title", "currency"}),
        ({"title": "T", "starts_at": "tomorrow"}, {"starts_at"}),
        ({"title": "T", "starts_at": "2026-11-22T20:00:00"}, {"starts_at"}),
        ({"title": "T", "stream_url": "javascript:alert(1)"}, {"stream_url"}),
        ({"title": "T", "starts_at": "2020-01-01T00:00:00Z", "auto_start": True}, {"starts_at"}),
        ({"title": "\u202e \u3164"}, {"title"}),
        ({"title": "a\x00b"}, {"title"}),
    ],
)
async def test_wrong_values_of_a_show_are_all_named(
    api: Api, body: dict[str, Any], fields: set[str]
) -> None:
    assert wrong_fields(await api.post("/shows", body)) == fields


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'"x"', b"\xff", b'{"title": NaN}', b"[" * 5000, b""]
)
async def test_a_body_that_is_not_a_json_object_is_malformed(api: Api, content: bytes) -> None:
    refused(await api.post("/shows", content=content), 400, "malformed")


async def test_ten_megabytes_are_too_large_announced_or_not(api: Api) -> None:
    async def unannounced() -> Any:
        for _ in range(160):
            yield b" " * 65_536

    refused(await api.post("/shows", content=b" " * 10_000_000), 413, "too_large")
    refused(await api.post("/shows", content=unannounced()), 413, "too_large")


async def test_only_operators_plan_and_run_shows(api: Api, runtime: Runtime) -> None:
    show = await make_show(api, live=False)
    viewer = (await make_viewer(api)).token
    host = await create_token(runtime.db, role="host", name="h", now=runtime.clock.now())
    for path in ("/shows", f"/shows/{show}/start", f"/shows/{show}/end", f"/shows/{show}/cues"):
        body = {"title": "T", "text": "T"}
        for stranger in (NOBODY, "lk_forged", "v1.e30.forged"):
            answer = await api.post(path, body, token=stranger)
            refused(answer, 401, "not_signed_in")
            assert answer.headers["www-authenticate"] == "Bearer"
        for known in (viewer, host):
            refused(await api.post(path, body, token=known), 403, "forbidden")
    assert done(await api.get(f"/shows/{show}"))["state"] == "planned"


async def test_an_operators_writes_are_counted_and_reads_are_not(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    other = await create_token(runtime.db, role="operator", name="o", now=runtime.clock.now())
    runtime.limits = RateLimits({"write": Rate(2, 0.001)})
    answers = [await api.post(f"/shows/{show}/cues", {"text": "催付款"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    refused(answers[2], 429, "too_fast")
    assert int(answers[2].headers["retry-after"]) > 0
    refused(await api.put(f"/shows/{show}/words", {"words": []}), 429, "too_fast")
    for _ in range(3):
        done(await api.get(f"/shows/{show}/tally"))
    done(await api.post(f"/shows/{show}/cues", {"text": "催付款"}, token=other))


async def test_a_show_that_is_not_there_is_404(api: Api) -> None:
    for path in ("/shows/none", "/shows/none/tally", "/shows/none/audit", "/shows/none/orders"):
        refused(await api.get(path), 404, "not_found")
    refused(await api.post("/shows/none/start"), 404, "not_found")
    refused(await api.get("/nowhere"), 404, "not_found")
    assert (await api.send("DELETE", "/api/v1/shows")).status_code == 405


async def test_the_tally_counts_orders_money_comments_and_words(api: Api) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show, price=5900)
    one, two = await make_viewer(api), await make_viewer(api)
    paid = await make_order(api, offer, one, 2)
    await make_order(api, offer, two, 1)
    done(await api.post(f"/orders/{paid}/pay", token=one.token))
    done(await api.put(f"/shows/{show}/words", {"words": ["想要", "1", "想要"]}))
    for viewer, said in ((one, "想要 扣1"), (two, "想要"), (two, "我想要"), (one, "100")):
        done(await api.post(f"/shows/{show}/comments", {"text": said}, token=viewer.token))
    tally = done(await api.get(f"/shows/{show}/tally"))
    assert tally.pop("as_of").endswith("Z")
    assert tally == {
        "viewers": 0,
        "peak_viewers": 0,
        "unique_viewers": 0,
        "views": 0,
        "average_viewers": 0.0,
        "watch_s": 0,
        "pages": dict.fromkeys(Place, 0),
        "orders": 2,
        "units": 3,
        "held": 1,
        "paid": 2,
        "gmv": 17700,
        "gmv_paid": 11800,
        "currency": "CNY",
        "comments": 4,
        "keywords": [{"word": "想要", "count": 2}, {"word": "1", "count": 1}],
    }


async def test_words_said_before_they_were_watched_count_too(api: Api) -> None:
    show = await make_show(api)
    viewer = await make_viewer(api)
    done(await api.post(f"/shows/{show}/comments", {"text": "A1"}, token=viewer.token))

    async def is_counted() -> bool:
        done(await api.put(f"/shows/{show}/words", {"words": ["a1"]}))
        tally = done(await api.get(f"/shows/{show}/tally"))
        return bool(tally["keywords"] == [{"word": "a1", "count": 1}])

    await eventually(is_counted)
    assert done(await api.put(f"/shows/{show}/words", {"words": []})) == {"words": []}
    assert done(await api.get(f"/shows/{show}/tally"))["keywords"] == []


async def test_words_must_be_a_short_list_of_short_texts(api: Api) -> None:
    show = await make_show(api)
    for words in (None, "想要", ["x" * 21], [""], [7], ["w"] * 21):
        answer = await api.put(f"/shows/{show}/words", {"words": words})
        assert wrong_fields(answer) == {"words"}


async def test_a_cue_gets_an_id_and_is_written_down(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    answer = await api.post(f"/shows/{show}/cues", {"text": "催付款"})
    assert answer.status_code == 201
    assert done(answer)["id"].startswith(show)
    assert wrong_fields(await api.post(f"/shows/{show}/cues", {"text": " "})) == {"text"}


async def test_shows_that_move_at_once_move_once(api: Api) -> None:
    show = await make_show(api, live=False)
    answers = await asyncio.gather(*(api.post(f"/shows/{show}/start") for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
