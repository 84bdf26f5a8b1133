"""What a show came to: kept when it ended, told from what was kept while nothing came after it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update
from starlette.applications import Starlette

from live.domain.attendance import Change
from live.domain.ids import ShowId
from live.features.reports.actions import body_of, report_of, summarise, timeline
from live.features.reports.tasks import write_summaries
from live.features.screens.presenters.board import Boards
from live.features.shows.actions import find
from live.runtime import Runtime
from live.store import summary
from live.store.orders import Order
from live.store.summary import Summary
from live.web.words import LANGUAGES, translate
from tests.asking import Api, done, eventually
from tests.factories import make_item, make_offer, make_order, make_show, make_viewer


async def ended_show(api: Api, runtime: Runtime) -> tuple[str, str, str]:
    """A show that has ended with one paid and one expired order; the latter may still be paid."""
    show = await make_show(api)
    done(await api.put(f"/shows/{show}/words", {"words": ["想要"]}))
    offer = await make_offer(api, show, hold_s=1)
    viewer = await make_viewer(api)
    late = await make_order(api, offer, viewer)
    done(await api.post(f"/orders/{await make_order(api, offer, viewer)}/pay"))
    done(await api.post(f"/shows/{show}/comments", {"text": "想要"}, token=viewer.token))
    assert await runtime.presence.tell(ShowId(show), Change("p", 0, ["a", "b", "c"]))

    async def is_expired() -> bool:
        return bool(done(await api.get(f"/orders/{late}"))["state"] == "expired")

    await eventually(is_expired)
    done(await api.post(f"/shows/{show}/end"))
    await until_written(api, runtime, show)
    return show, late, viewer.token


async def until_written(api: Api, runtime: Runtime, show: str) -> None:
    async def is_written() -> bool:
        row = await find(show, db=runtime.db)
        return row.state == "ended" and (await api.audit(show))["ledger_lag"] == 0

    await eventually(is_written)


async def report(runtime: Runtime, show: str) -> Any:
    row = await find(show, db=runtime.db)
    return await report_of(
        row, db=runtime.db, log=runtime.log, stock=runtime.stock, facts=runtime.facts
    )


async def mark(runtime: Runtime, show: str) -> None:
    """So that it shows who read what was kept."""
    async with runtime.db.write() as session:
        [row] = await summary.list_summaries(session, [show])
        body = row.body | {"peak_viewers": 777}
        await session.exec(update(Summary).where(col(Summary.show_id) == show).values(body=body))


async def test_the_job_keeps_the_whole_report(api: Api, runtime: Runtime) -> None:
    show, _, _ = await ended_show(api, runtime)
    row = await find(show, db=runtime.db)
    fresh = await summarise(
        row, db=runtime.db, log=runtime.log, stock=runtime.stock, facts=runtime.facts
    )
    assert (fresh.peak_viewers, fresh.words) == (3, (("想要", 1),))
    assert (fresh.orders, fresh.paid_orders, fresh.proof.ok) == (2, 1, True)
    await write_summaries({"runtime": runtime})
    kept = await report(runtime, show)
    assert body_of(kept) == body_of(fresh)
    await mark(runtime, show)
    assert (await report(runtime, show)).peak_viewers == 777
    await write_summaries({"runtime": runtime})  # nothing came after it: it stays
    assert (await report(runtime, show)).peak_viewers == 777


async def test_a_late_payment_makes_it_anew(api: Api, runtime: Runtime) -> None:
    show, late, viewer = await ended_show(api, runtime)
    await write_summaries({"runtime": runtime})
    await mark(runtime, show)
    done(await api.post(f"/orders/{late}/pay", token=viewer))
    told = await report(runtime, show)
    assert told.peak_viewers == 3
    await until_written(api, runtime, show)
    assert (await report(runtime, show)).gmv_refunded > 0  # the sale was over: nothing left to buy
    await write_summaries({"runtime": runtime})
    async with runtime.db.read() as session:
        [row] = await summary.list_summaries(session, [show])
    assert row.body["gmv_refunded"]
    assert (row.body["paid_orders"], row.body["peak_viewers"]) == (1, 3)


async def test_a_summary_of_another_version_is_made_anew(api: Api, runtime: Runtime) -> None:
    show, _, _ = await ended_show(api, runtime)
    seq = (await report(runtime, show)).seq
    async with runtime.db.write() as session:
        await summary.save_summary(session, show, runtime.clock.now(), seq, {"orders": 9})
    assert (await report(runtime, show)).orders == 2


async def test_the_list_of_shows_and_the_report_tell_what_was_kept(
    api: Api, runtime: Runtime
) -> None:
    show, _, _ = await ended_show(api, runtime)
    await write_summaries({"runtime": runtime})
    await mark(runtime, show)
    for path in ("/", f"/shows/{show}/summary"):
        page = await api.send("GET", path)
        assert page.status_code == 200
        assert "777" in page.text


async def test_the_page_says_how_its_words_were_counted(api: Api) -> None:
    show = await make_show(api)
    for window, how in ((None, "show"), (0, "every"), (30, "window")):
        done(await api.put(f"/shows/{show}/chat-rules", {"tally_window_s": window}))
        page = (await api.send("GET", f"/shows/{show}/summary")).text
        assert any(
            translate(lang, f"report.words_note.{how}", n=window) in page for lang in LANGUAGES
        )


def test_the_minutes_go_from_the_start_of_the_show_to_its_end_or_last_payment() -> None:
    start = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
    minute = int(start.timestamp() // 60)
    few = {minute + 2: (3, 0), minute + 4: (0, 900)}
    ended = start + timedelta(minutes=6)
    drawn = timeline(few, start, ended)
    assert [(placed, paid) for _, placed, paid in drawn] == [
        (0, 0), (0, 0), (3, 0), (0, 0), (0, 900), (0, 0), (0, 0),
    ]  # fmt: skip
    assert drawn[0][0] == start.replace(second=0)
    assert len(timeline(few, start, start + timedelta(minutes=3))) == 5, "a payment after the end"
    assert timeline({}, start, ended) == []


async def test_money_stands_in_the_minute_in_which_it_was_paid(api: Api, runtime: Runtime) -> None:
    show, _, _ = await ended_show(api, runtime)
    async with runtime.db.write() as session:
        before = await summary.by_minute(session, show)
        [paid] = (await session.exec(select(Order).where(Order.state == "paid"))).all()
        assert paid.paid_at is not None
        paid.paid_at += timedelta(minutes=3)
        session.add(paid)
    async with runtime.db.read() as session:
        after = await summary.by_minute(session, show)
    assert sum(placed for placed, _ in after.values()) == 2
    assert sum(minor for _, minor in before.values()) == paid.amount_minor
    assert max(after) > max(before)
    assert after[max(after)] == (0, paid.amount_minor)


async def test_what_was_taken_back_before_it_opened_was_never_on_air(
    app: Starlette, api: Api, runtime: Runtime
) -> None:
    boards: Boards = app.state.boards
    show = await make_show(api)
    first = await make_offer(api, show)
    done(await api.post(f"/offers/{first}/close"))
    wrong = await make_offer(api, show, push=False, countdown_s=30)
    done(await api.post(f"/offers/{wrong}/push"))
    assert (await boards.board(show, fresh=True)).current is not None
    draft = done(await api.post(f"/offers/{wrong}/take-back"))["draft"]
    board = await boards.board(show, fresh=True)
    assert (board.current and board.current.id, board.next and board.next.id) == (first, draft)
    assert [sale.id for sale, _ in board.sales] == [first]
    done(await api.post(f"/shows/{show}/end"))
    await until_written(api, runtime, show)
    told = await report(runtime, show)
    assert [line.id for line in told.offers] == [first]
    assert told.proof.ok


@pytest.mark.parametrize("then", ["close", "resume"])
async def test_a_sale_frozen_in_its_countdown_opens_when_it_is_resumed_or_never(
    app: Starlette, api: Api, runtime: Runtime, then: str
) -> None:
    boards: Boards = app.state.boards
    show = await make_show(api)
    first = await make_offer(api, show)
    frozen = await make_offer(api, show, countdown_s=3600)
    done(await api.post(f"/shows/{show}/freeze"))
    assert (await api.offer(frozen))["opens_at"] is None
    board = await boards.board(show, fresh=True)
    assert board.current is not None
    assert board.current.id == frozen, "it stays where it was"

    before_ms = runtime.redis.now_ms()
    moved = done(await api.post(f"/offers/{frozen}/{then}"))

    done(await api.post(f"/shows/{show}/end"))
    await until_written(api, runtime, show)
    told = await report(runtime, show)
    assert told.proof.ok
    if then == "close":
        assert [line.id for line in told.offers] == [first], "nobody could buy in it"
    else:
        opened = datetime.fromisoformat(moved["opens_at"]).timestamp() * 1000
        assert abs(opened - before_ms) < 60_000, "and not in an hour"
        assert {line.id for line in told.offers} == {first, frozen}


async def test_the_report_says_what_happened_and_when(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    item = await make_item(api, show, title="灯", stock=20)
    offer = await make_offer(api, show, item_id=item, quantity=2)
    done(await api.post(f"/offers/{offer}/restock", {"delta": 3}))
    done(await api.post(f"/offers/{offer}/restock", {"delta": -1}))
    done(await api.post(f"/offers/{offer}/close"))
    now = runtime.redis.now_ms()
    away = {"what": "redis", "from_ms": now - 12_000, "to_ms": now}
    await runtime.log.append(ShowId(show), "outage", away)
    done(await api.post(f"/shows/{show}/end"))
    await until_written(api, runtime, show)
    told = await report(runtime, show)
    happened = {(one.kind, one.units, one.title) for one in told.events if one.kind != "outage"}
    assert happened == {
        ("push", 0, "灯"),
        ("restock", 3, "灯"),
        ("restock", -1, "灯"),
        ("end", 0, "灯"),
    }
    [outage] = [one for one in told.events if one.until]
    assert outage.until - outage.at == timedelta(seconds=12)
    await write_summaries({"runtime": runtime})
    assert (await report(runtime, show)).events == told.events
