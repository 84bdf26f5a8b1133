"""The named queries of people, rooms, line-ups, tokens, scheduled work, audit and reports."""

import asyncio
from datetime import timedelta

from sqlmodel import col, update

from live.domain.attendance import Attendance
from live.store import (
    accounts,
    audit,
    comments,
    items,
    logins,
    offers,
    orders,
    rooms,
    schedule,
    shows,
)
from live.store import summary as summaries
from live.store.db import Database
from live.store.ledger import apply_facts
from live.store.tokens import (
    ApiToken,
    OverlayToken,
    find_api_token,
    find_overlay_token,
    find_overlay_token_of,
    list_api_tokens,
    replace_overlay_tokens,
    revoke_api_token,
)
from tests.store.sim import CREATED, EPOCH, PRICE, SHOW, Sim, given_show, offer_id

LATER = CREATED + timedelta(hours=1)


async def test_rooms_and_shows_are_found_by_id_slug_and_room(db: Database) -> None:
    async with db.write() as session:
        await given_show(session)
        session.add(
            shows.Show(
                id="demo000000",
                slug="demo",
                room_id="room",
                title="D",
                currency="USD",
                is_demo=True,
                state="live",
                created_at=LATER,
            )
        )
    async with db.read() as session:
        room = await rooms.find_room_by_slug(session, "room")
        assert room == await rooms.find_room(session, "room")
        assert [show.id for show in await shows.list_shows(session, {"room"})] == [
            "demo000000",
            SHOW,
        ]
        assert await shows.list_shows(session, {"elsewhere"}) == []
        assert await shows.list_shows(session, ()) == []
        assert len(await shows.list_shows(session, {"elsewhere", "room"})) == 2
        demo = await shows.find_show_by_slug(session, "demo")
        assert demo is not None
        assert demo == await shows.find_demo_show(session)
        assert list(await shows.list_shows_in(session, "live")) == [demo]


async def test_the_line_up_keeps_its_order(db: Database) -> None:
    async with db.write() as session:
        await given_show(session, offers=2)
    async with db.write() as session:
        assert await items.next_position(session, SHOW) == 3
        assert await items.next_position(session, "nothere000") == 1
        assert [item.sku for item in await items.list_items(session, SHOW)] == ["sku1", "sku2"]
        assert await items.find_item_by_sku(session, SHOW, "sku1", "red") is None
        found = await items.find_item_by_sku(session, SHOW, "sku1")
        assert found == await items.find_item(session, f"{SHOW}-i00000001")
        assert len(await offers.list_offers(session, SHOW)) == 2
        assert await offers.list_pushed_offers(session, SHOW) == []
        assert await offers.delete_draft_offer(session, offer_id(2))
        assert not await offers.delete_draft_offer(session, offer_id(2))


async def test_roles_are_per_room_and_end_with_the_account(db: Database) -> None:
    ann = accounts.Account(
        id="a", email="ann@x.y", name="Ann", password_hash="-", created_at=CREATED
    )
    async with db.write() as session:
        session.add(rooms.Room(id="room", slug="room", title="Room"))
        session.add(ann)
        await session.flush()
        session.add(accounts.StaffMember(account_id="a", room_id="room", role="host"))
    async with db.write() as session:
        assert await accounts.count_accounts(session) == 1
        assert await accounts.find_role(session, "a", "room") == "host"
        assert await accounts.find_role(session, "a", "other") is None
        assert await accounts.roles_of(session, "a") == {"room": "host"}
        assert [role for _, role in await accounts.list_staff(session, "room")] == ["host"]
        assert len(await accounts.list_accounts(session)) == 1
        await session.exec(
            update(accounts.Account).where(col(accounts.Account.id) == "a").values(is_active=False)
        )
        assert await accounts.find_role(session, "a", "room") is None


async def test_logins_end_by_time_by_sign_out_and_all_at_once(db: Database) -> None:
    def login(token: str, minutes: int) -> logins.Login:
        expires = CREATED + timedelta(minutes=minutes)
        return logins.Login(
            token_hash=token,
            account_id="a",
            csrf="c",
            created_at=CREATED,
            seen_at=CREATED,
            expires_at=expires,
        )

    async with db.write() as session:
        session.add(
            accounts.Account(id="a", email="a@x.y", name="A", password_hash="-", created_at=CREATED)
        )
        await session.flush()
        session.add_all([login("t1", 10), login("t2", 90), login("t3", 90)])
    async with db.write() as session:
        assert await logins.find_login(session, "t1", CREATED)
        assert await logins.find_login(session, "t1", LATER) is None
        assert await logins.delete_expired_logins(session, LATER) == 1
        await logins.touch_login(session, "t2", LATER)
        assert [login.token_hash for login in await logins.list_logins(session, "a")] == [
            "t2",
            "t3",
        ]
        await logins.delete_login(session, "t2")
        assert await logins.find_login(session, "t2", CREATED) is None
        await logins.delete_logins_of(session, "a")
        assert await logins.list_logins(session, "a") == []


async def test_revoked_tokens_open_nothing(db: Database) -> None:
    async with db.write() as session:
        await given_show(session)
        session.add(
            ApiToken(id="1", token_hash="h", role="operator", name="CI", created_at=CREATED)
        )
        session.add(OverlayToken(token="o", show_id=SHOW, created_at=CREATED))
    async with db.write() as session:
        assert await find_api_token(session, "h")
        assert await revoke_api_token(session, "1", LATER)
        assert not await revoke_api_token(session, "1", LATER)
        assert await find_api_token(session, "h") is None
        assert len(await list_api_tokens(session)) == 1
        assert await find_overlay_token(session, "o") == await find_overlay_token_of(session, SHOW)
        await replace_overlay_tokens(session, SHOW, "p", LATER)
        assert await find_overlay_token(session, "o") is None
        assert await find_overlay_token(session, "p") == await find_overlay_token_of(session, SHOW)


async def test_scheduled_work_is_done_once(db: Database) -> None:
    async with db.write() as session:
        await given_show(session)
        session.add(schedule.Scheduled(id="1", show_id=SHOW, kind="summary", due_at=CREATED))
        session.add(schedule.Scheduled(id="2", show_id=SHOW, kind="summary", due_at=LATER))
    async with db.write() as session:
        assert [row.id for row in await schedule.claim_due(session, CREATED)] == ["1"]
        assert await schedule.mark_done(session, "1", LATER)
        assert not await schedule.mark_done(session, "1", LATER)
    async with db.write() as session:
        assert [row.id for row in await schedule.claim_due(session, LATER)] == ["2"]
        assert len(await schedule.list_scheduled(session, SHOW)) == 2


async def test_the_audit_log_shows_when_a_row_was_changed(db: Database) -> None:
    async with db.write() as session:
        for n in range(5):
            await audit.record(
                session,
                at=CREATED,
                actor="ann",
                verb="offer:push",
                subject=f"o{n}",
                show_id=SHOW,
                ms=n,
            )
        await audit.record(session, at=CREATED, actor="ann", verb="login", subject="a", room_id="r")
    async with db.read() as session:
        page = await audit.list_entries(session, show_id=SHOW, limit=2)
        assert [entry.subject for entry in page] == ["o4", "o3"]
        older = await audit.list_entries(session, show_id=SHOW, before_id=page[-1].id)
        assert [entry.subject for entry in older] == ["o2", "o1", "o0"]
        assert len(await audit.list_entries(session, room_id="r")) == 1
        assert await audit.first_broken_entry(session) is None
    async with db.write() as session:
        row = audit.AuditEntry
        await session.exec(update(row).where(col(row.subject) == "o2").values(actor="bob"))
        await session.flush()
        broken = await audit.first_broken_entry(session)
    assert broken == older[0].id


async def test_a_report_adds_up(db: Database) -> None:
    async with db.write() as session:
        await given_show(session, offers=2)
    sim = Sim()
    sim.start(2)
    a, b, c = sim.take(1, "a", 2), sim.take(2, "a"), sim.take(2, "c", 3)
    assert a
    assert b
    assert c
    sim.pay(a)
    sim.settle(b, "cancel")
    sim.tell("comment", comment=f"{SHOW}-c1", viewer="v", name="V", text="hello", words=[])
    async with db.write() as session:
        await apply_facts(session, SHOW, EPOCH, sim.facts)
        await summaries.save_summary(session, SHOW, CREATED, 5, {"orders": 1})
    async with db.write() as session:
        await summaries.save_summary(session, SHOW, LATER, 7, {"orders": 3})
    async with db.read() as session:
        totals = await orders.tally_orders(session, SHOW)
        [kept] = await summaries.list_summaries(session, [SHOW])
        assert (kept.made_at, kept.body) == (LATER, {"orders": 3})
        assert await summaries.summary_positions(session) == {SHOW: 7}
        assert await summaries.count_commenters(session, SHOW) == 1
        assert await comments.count_comments(session, SHOW) == 1
        assert [order.buyer for order in await orders.recent_orders(session, SHOW, 2)] == ["c", "a"]
        assert len(await orders.list_orders_of(session, SHOW, "a")) == 2
        empty = await orders.tally_orders(session, "nothere000")
    assert (totals.orders, totals.units, totals.buyers, totals.held_units) == (3, 6, 2, 3)
    assert (totals.paid_minor, totals.cancelled_orders, totals.placed_minor) == (
        2 * PRICE,
        1,
        6 * PRICE,
    )
    assert empty.orders == empty.paid_minor == 0


async def test_a_locked_item_is_nobody_elses_until_the_transaction_ends(db: Database) -> None:
    async with db.write() as session:
        await given_show(session)
        [item] = await items.list_items(session, SHOW)
    seen: list[int] = []

    async def look() -> None:
        async with db.write() as session:
            row = await items.lock_item(session, item.id)
            assert row is not None
            seen.append(row.stock)

    async with db.write() as session:
        row = await items.lock_item(session, item.id)
        assert row is not None
        other = asyncio.create_task(look())
        await asyncio.sleep(0.2)
        assert seen == []
        row.stock = 7
        session.add(row)
    await other
    assert seen == [7]


async def test_attendance_rises_and_never_falls(db: Database) -> None:
    async with db.write() as session:
        await given_show(session)
    for told in (Attendance(5, 9, 10, 4_000_000_000, 7), Attendance(3, 11, 10, 9, 0)):
        async with db.write() as session:
            await shows.raise_attendance(session, SHOW, told)
    async with db.read() as session:
        row = await shows.find_show(session, SHOW)
    assert row is not None
    assert row.attendance == Attendance(5, 11, 10, 4_000_000_000)
