"""A picture that is behind: a sale opens when viewers hear the host say so."""

from datetime import timedelta

import pytest

from live.features.screens.presenters.board import Boards
from live.runtime import Runtime
from tests.asking import NOBODY, Api, done, eventually, refused, wrong_fields
from tests.factories import make_offer, make_show


@pytest.mark.parametrize(("delay_s", "countdown_s"), [(0, 0), (0, 30), (20, 0), (20, 30)])
async def test_a_sale_opens_at_push_and_countdown_and_delay(
    api: Api, runtime: Runtime, delay_s: int, countdown_s: int
) -> None:
    show = await make_show(api, video_delay_s=delay_s)
    offer = await make_offer(api, show, push=False, countdown_s=countdown_s, duration_s=60)
    before = runtime.redis.now_ms()
    told = done(await api.post(f"/offers/{offer}/push"))
    after = runtime.redis.now_ms()
    stock = await runtime.stock.read(offer)
    assert stock is not None
    later_ms = (delay_s + countdown_s) * 1000
    assert told["state"] == ("armed" if later_ms else "open")
    assert before - 50 <= stock.opens_ms - later_ms <= after + 50
    assert stock.closes_ms - stock.opens_ms == 60_000
    board = await Boards(runtime).board(show, fresh=True)
    assert board.current is not None
    assert board.current.opens_at is not None
    says_at = board.show.says_at(board.current.opens_at)
    says = board.current.opens_at - timedelta(seconds=delay_s) if delay_s else None
    assert says_at == says


async def test_the_plan_of_the_evening_counts_the_delay_of_every_sale(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api, video_delay_s=20)
    first = await make_offer(api, show, push=False, countdown_s=10, duration_s=60)
    await make_offer(api, show, push=False, countdown_s=0, duration_s=100)

    async def has_begun() -> bool:  # the ledger has written it down
        return (await Boards(runtime).board(show)).show.started_at is not None

    await eventually(has_begun)
    board = await Boards(runtime).board(show)
    assert board.plan is not None
    assert board.show.started_at is not None
    assert board.plan.rest_s == 10 + 20 + 60 + 20 + 100
    assert board.plan.ends_at == board.show.started_at + timedelta(seconds=board.plan.rest_s)
    assert abs(board.plan.over_s(board.show.started_at)) == 0
    done(await api.post(f"/offers/{first}/push"))
    board = await Boards(runtime).board(show, fresh=True)
    assert board.plan is not None
    assert board.plan.rest_s == 120
    assert board.current is not None
    assert board.plan.until == board.current.closes_at


async def test_a_second_press_is_one_too_many_also_while_viewers_are_behind(api: Api) -> None:
    show = await make_show(api, video_delay_s=20)
    for _ in range(2):
        await make_offer(api, show, push=False)
    done(await api.post(f"/shows/{show}/take"))
    refused(await api.post(f"/shows/{show}/take"), 409, "pushed_twice")


async def test_a_show_is_changed_in_what_is_sent(api: Api) -> None:
    planned = {"starts_at": "2099-01-01T12:00:00Z", "stream_url": "https://a.example/b.m3u8"}
    show = await make_show(api, live=False, **planned)
    before = done(await api.get(f"/shows/{show}"))
    after = done(await api.patch(f"/shows/{show}", {"video_delay_s": 7}))
    assert after == before | {"video_delay_s": 7}
    assert done(await api.get(f"/shows/{show}")) == after
    done(await api.post(f"/shows/{show}/start"))
    changed = done(await api.patch(f"/shows/{show}", {"title": "改名", "stream_url": None}))
    assert (changed["title"], changed["stream_url"], changed["video_delay_s"]) == ("改名", None, 7)
    for value in (-1, 61, "5", 1.5):
        answer = await api.patch(f"/shows/{show}", {"video_delay_s": value})
        assert wrong_fields(answer) == {"video_delay_s"}
    assert wrong_fields(await api.patch(f"/shows/{show}", {"delay": 5})) == {"delay"}
    for name in ("title", "currency", "auto_start"):
        assert wrong_fields(await api.patch(f"/shows/{show}", {name: None})) == {name}
    refused(await api.patch(f"/shows/{show}", {"title": "x"}, token=NOBODY), 401, "not_signed_in")
    assert done(await api.get(f"/shows/{show}"))["video_delay_s"] == 7
