from live.features.accounts.actions.passwords import (
    NOBODYS_HASH,
    hash_password,
    is_outdated,
    is_password,
    new_password,
)


async def test_a_password_is_known_again_and_another_is_not() -> None:
    stored = await hash_password("correct horse battery")
    assert "correct" not in stored
    assert await is_password(stored, "correct horse battery")
    assert not await is_password(stored, "correct horse batterx")
    assert not await is_password("not a hash", "x")


def test_nobodys_hash_costs_as_much_as_todays() -> None:
    assert not is_outdated(NOBODYS_HASH)


async def test_nobody_has_no_password_at_all() -> None:
    assert not await is_password(None, "wrong")
    assert not await is_password(None, "")


def test_new_passwords_are_long_and_different() -> None:
    assert len({new_password() for _ in range(100)}) == 100
    assert len(new_password().replace("-", "")) == 20
