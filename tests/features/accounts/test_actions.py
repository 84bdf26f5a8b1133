from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlmodel import select
from starlette.requests import HTTPConnection

from live.domain.access import Permission, Role
from live.errors import Conflict, Invalid, NotFound
from live.features.accounts import actions
from live.features.accounts.actions import passwords
from live.features.accounts.actions.identify import actor_of_login, actor_of_token
from live.features.accounts.actions.logins import find_login
from live.store import audit, tokens
from live.store.accounts import Account
from live.store.db import Database
from live.store.logins import Login
from live.web.rate_limits import RateLimits
from tests.features.accounts.conftest import EMAIL, PASSWORD, Clock

pytestmark = pytest.mark.usefixtures("quick_hashes")


async def make_account(db: Database, clock: Clock, **changes: Any) -> Any:
    async with db.write() as session:
        room = await actions.ensure_default_room(session, clock.now())
    values = {
        "email": EMAIL,
        "name": "Lin",
        "password": PASSWORD,
        "room_id": room.id,
        "role": Role.OPERATOR,
    }
    return await actions.create_account(db, now=clock.now(), **{**values, **changes})


async def sign_in(
    db: Database,
    clock: Clock,
    *,
    email: str = EMAIL,
    password: str = PASSWORD,
    old_token: str = "",
    limits: Any = None,
) -> Any:
    return await actions.sign_in(
        db, limits or RateLimits(enabled=False), email=email, password=password, sender="10.0.0.1",
        old_token=old_token, now=clock.now(),
    )  # fmt: skip


def connection(**headers: Any) -> Any:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "headers": raw, "scheme": "http", "path": "/"})


async def test_the_default_room_is_made_once(db: Database, clock: Clock) -> None:
    async with db.write() as session:
        first = await actions.ensure_default_room(session, clock.now())
        assert await actions.ensure_default_room(session, clock.now()) == first


async def test_the_first_run_makes_an_owner_and_later_runs_make_nobody(
    db: Database, clock: Clock
) -> None:
    async def ensure() -> Any:
        return await actions.ensure_account(db, email=EMAIL, name="Lin", now=clock.now())

    password = await ensure()
    assert password is not None
    assert await ensure() is None
    token = await sign_in(db, clock, password=password)
    actor = await actor_of_login(db, token, clock.now())
    assert actor is not None
    assert actor.role is Role.OWNER
    assert actor.may(Permission.STAFF_EDIT, actor.rooms[0][0])


async def test_one_address_one_account_however_it_is_typed(db: Database, clock: Clock) -> None:
    await make_account(db, clock)
    with pytest.raises(actions.EmailTakenError):
        await make_account(db, clock, email=" LIN@shop.EXAMPLE ")


async def test_the_database_knows_neither_passwords_nor_tokens(db: Database, clock: Clock) -> None:
    await make_account(db, clock)
    login = await sign_in(db, clock)
    token = await actions.create_token(db, role="operator", name="bot", now=clock.now())
    async with db.read() as session:
        rows = [
            *(await session.exec(select(Account))).all(),
            *(await session.exec(select(Login))).all(),
        ]
        rows += [*await tokens.list_api_tokens(session), *await audit.list_entries(session)]
    kept = repr([row.model_dump() for row in rows])
    for secret in (PASSWORD, login, token):
        assert secret not in kept


async def test_every_change_is_in_the_audit_log(db: Database, clock: Clock) -> None:
    account = await make_account(db, clock)
    await actions.set_password(db, account_id=account.id, password="another horse", now=clock.now())
    await actions.create_token(db, role="operator", name="bot", now=clock.now(), actor=account.id)
    async with db.read() as session:
        entries = await audit.list_entries(session)
        assert await audit.first_broken_entry(session) is None
    verbs = [entry.verb for entry in entries]
    assert verbs == ["token:create", "account:password", "account:create", "room:create"]


async def test_who_came_in_who_did_not_and_who_left_is_in_the_audit_log(
    db: Database, clock: Clock
) -> None:
    account = await make_account(db, clock)
    await sign_in(db, clock, password="wrong")
    await sign_in(db, clock, email="nobody@shop.example")
    token = await sign_in(db, clock)
    assert token is not None
    await actions.sign_out(db, token, clock.now())
    async with db.read() as session:
        entries = list(await audit.list_entries(session, limit=4))[::-1]
        assert await audit.first_broken_entry(session) is None
    assert [(entry.actor, entry.verb, entry.result) for entry in entries] == [
        (account.id, "account:sign_in", "wrong_password"),
        ("unknown", "account:sign_in", "wrong_password"),
        (account.id, "account:sign_in", "ok"),
        (account.id, "account:sign_out", "ok"),
    ]
    assert entries[2].ms > 0  # hashing takes its time


async def test_a_wrong_password_and_an_unknown_address_are_the_same_no(
    db: Database, clock: Clock
) -> None:
    await make_account(db, clock)
    assert await sign_in(db, clock, password="wrong") is None
    assert await sign_in(db, clock, email="nobody@shop.example") is None


async def test_each_sign_in_makes_a_new_token_and_ends_the_old_login(
    db: Database, clock: Clock
) -> None:
    await make_account(db, clock)
    first = await sign_in(db, clock)
    second = await sign_in(db, clock, old_token=first)
    assert first != second
    assert len(second) >= 43
    assert await find_login(db, first, clock.now()) is None
    assert await find_login(db, second, clock.now()) is not None


async def test_an_idle_login_ends_after_twelve_hours(db: Database, clock: Clock) -> None:
    await make_account(db, clock)
    token = await sign_in(db, clock)
    for _ in range(3):
        clock.pass_by(hours=11)
        assert await find_login(db, token, clock.now()) is not None
    clock.pass_by(hours=12, seconds=1)
    assert await find_login(db, token, clock.now()) is None


async def test_a_busy_login_ends_after_seven_days(db: Database, clock: Clock) -> None:
    await make_account(db, clock)
    token = await sign_in(db, clock)
    for _ in range(20):
        clock.pass_by(hours=8)
        assert await find_login(db, token, clock.now()) is not None
    clock.pass_by(hours=8)
    assert await find_login(db, token, clock.now()) is None


async def test_a_new_password_signs_out_everywhere(db: Database, clock: Clock) -> None:
    account = await make_account(db, clock)
    token = await sign_in(db, clock)
    await actions.set_password(db, account_id=account.id, password="another horse", now=clock.now())
    assert await find_login(db, token, clock.now()) is None
    assert await sign_in(db, clock) is None
    assert await sign_in(db, clock, password="another horse") is not None
    with pytest.raises(NotFound):
        await actions.set_password(db, account_id="gone", password="x", now=clock.now())


async def test_an_account_that_is_switched_off_is_out_at_once(db: Database, clock: Clock) -> None:
    account = await make_account(db, clock)
    token = await sign_in(db, clock)
    async with db.write() as session:
        account.is_active = False
        session.add(account)
    assert await find_login(db, token, clock.now()) is None
    assert await sign_in(db, clock) is None


async def test_a_role_that_is_taken_away_is_gone_at_once(db: Database, clock: Clock) -> None:
    account = await make_account(db, clock)
    token = await sign_in(db, clock)
    actor = await actor_of_login(db, token, clock.now())
    assert actor is not None
    room_id = actor.rooms[0][0]
    await actions.set_role(
        db, account_id=account.id, room_id=room_id, role=None, now=clock.now(), actor="a0"
    )
    actor = await actor_of_login(db, token, clock.now())
    assert actor is not None
    assert not actor.may(Permission.SHOW_VIEW, room_id)


async def test_an_outdated_hash_is_renewed_at_sign_in(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await make_account(db, clock)
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", stronger)
    assert await sign_in(db, clock) is not None
    async with db.read() as session:
        renewed = await session.get(Account, account.id)
    assert renewed is not None
    assert not stronger.check_needs_rehash(renewed.password_hash)
    assert await sign_in(db, clock) is not None


async def test_an_api_token_names_its_program(db: Database, clock: Clock) -> None:
    token = await actions.create_token(db, role="host", name="tablet", now=clock.now())
    assert token.startswith("lk_")
    actor = await actions.identify(connection(authorization=f"Bearer {token}"), db, clock.now())
    assert actor is not None
    told = (actor.kind, actor.name, actor.role, actor.room_id)
    assert told == ("token", "tablet", Role.HOST, None)


@pytest.mark.parametrize("token", ["", "x", "lk_", "lk_wrong", "v1.x.y"])
async def test_a_wrong_token_is_nobody(db: Database, clock: Clock, token: str) -> None:
    assert await actor_of_token(db, token, clock.now()) is None


async def test_a_wrong_bearer_is_not_forgiven_for_a_good_cookie(db: Database, clock: Clock) -> None:
    await make_account(db, clock)
    cookie = f"login={await sign_in(db, clock)}"
    assert await actions.identify(connection(cookie=cookie), db, clock.now()) is not None
    both = connection(cookie=cookie, authorization="Bearer lk_wrong")
    assert await actions.identify(both, db, clock.now()) is None


async def test_a_revoked_token_is_out_within_five_seconds(db: Database, clock: Clock) -> None:
    token = await actions.create_token(db, role="operator", name="bot", now=clock.now())
    actor = await actor_of_token(db, token, clock.now())
    assert actor is not None
    await actions.revoke_token(db, id_or_name=actor.id, now=clock.now())
    with pytest.raises(NotFound):
        await actions.revoke_token(db, id_or_name=actor.id, now=clock.now())
    clock.pass_by(seconds=5)
    assert await actor_of_token(db, token, clock.now()) is None


async def test_a_token_is_revoked_by_a_name_that_is_its_alone(db: Database, clock: Clock) -> None:
    for name in ("bot", "bot", "tally"):
        await actions.create_token(db, role="operator", name=name, now=clock.now())
    with pytest.raises(Conflict, match="give an id"):
        await actions.revoke_token(db, id_or_name="bot", now=clock.now())
    await actions.revoke_token(db, id_or_name="tally", now=clock.now())
    rows = await actions.list_tokens(db)
    assert sorted((row.name, row.revoked_at is None) for row in rows) == [
        ("bot", True),
        ("bot", True),
        ("tally", False),
    ]
    other = next(row.id for row in rows if row.name == "bot")
    await actions.revoke_token(db, id_or_name=other, now=clock.now())
    await actions.revoke_token(db, id_or_name="bot", now=clock.now())


@pytest.mark.parametrize("email", ["notanemail", "@shop.example", "a@", "a b@c.d", "a@b@c.d", ""])
async def test_what_cannot_be_an_address_is_refused(db: Database, clock: Clock, email: str) -> None:
    with pytest.raises(Invalid):
        await make_account(db, clock, email=email)


@pytest.mark.parametrize("name", ["", "  ", "\x00", "n" * 101])
async def test_a_name_can_be_seen(db: Database, clock: Clock, name: str) -> None:
    with pytest.raises(Invalid):
        await make_account(db, clock, name=name)
    with pytest.raises(Invalid):
        await actions.create_token(db, role="operator", name=name, now=clock.now())


async def test_a_known_token_asks_the_database_once_in_five_seconds(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await actions.create_token(db, role="operator", name="bot", now=clock.now())
    known = await actor_of_token(db, token, clock.now())
    clock.pass_by(seconds=4)
    monkeypatch.delattr(Database, "read")
    assert await actor_of_token(db, token, clock.now()) is known


async def test_a_role_that_does_not_exist_is_refused(db: Database, clock: Clock) -> None:
    with pytest.raises(Invalid, match="must be one of"):
        await actions.create_token(db, role="god", name="bot", now=clock.now())
