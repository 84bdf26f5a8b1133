import time
from typing import Any

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


async def test_nobody_takes_as_long_as_somebody() -> None:
    stored = await hash_password("correct horse battery")

    async def seconds(password_hash: Any) -> Any:
        times = []
        for _ in range(5):
            began = time.perf_counter()
            assert not await is_password(password_hash, "wrong")
            times.append(time.perf_counter() - began)
        return min(times)

    assert 0.5 < await seconds(None) / await seconds(stored) < 2


def test_new_passwords_are_long_and_different() -> None:
    assert len({new_password() for _ in range(100)}) == 100
    assert len(new_password().replace("-", "")) == 20
